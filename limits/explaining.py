"""From rows to the pure engine and back: reads only, writes nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from accounts.keyring import open_sealed
from guidance import content
from guidance.domain.records import Knowledge
from limits.domain.causes import PAPERS
from limits.domain.confirmations import documents
from limits.domain.explanation import Explanation, explain
from limits.domain.record_clues import NEAR_DAYS, record_codes
from limits.domain.signals import Change
from limits.enums import MigrationState
from limits.models import (
    Answer,
    Assessment,
    Bill,
    Confirmation,
    CrowdWindow,
    LimitChange,
    Migration,
    SealedAnswer,
)
from records.reported import reports_near

NEIGHBOUR_DAYS = 200  # the longest look-back of a signal is 180 days
MOST_NEIGHBOURS = 120

Keys = frozenset[tuple[str, str]]  # (fall, rise), public ids


@dataclass(frozen=True)
class Evidence:
    """What is known beside the ledger: the person's words, papers and bills, and the crowd.

    Pairs are decided ones. Nothing of this may be logged.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    bill_codes: frozenset[str] = frozenset()
    report_codes: frozenset[str] = frozenset()
    crowd_wave: bool = False
    rejected: Keys = frozenset()
    confirmed: Keys = frozenset()

    def without_sensitive(self, known: Knowledge) -> "Evidence":
        """The part that may be stored in the clear and reach letters and summaries."""
        return replace(
            self,
            answers={slug: text for slug, text in self.answers.items() if _is_open(slug, known)},
            documents={
                slug: paper
                for slug, paper in self.documents.items()
                if slug in known.causes and not known.causes[slug].sensitive
            },
            bill_codes=self.bill_codes - sensitive_clues(known),
            report_codes=self.report_codes - sensitive_clues(known),
        )


def _is_open(question: str, known: Knowledge) -> bool:
    return question in known.questions and not known.questions[question].sensitive


def sensitive_clues(known: Knowledge) -> frozenset[str]:
    """Clues that would show a sensitive cause to whoever reads them."""
    sensitive = (cause for cause in known.causes.values() if cause.sensitive)
    return frozenset(code for cause in sensitive for code in cause.plus if code.startswith(PAPERS))


def as_domain(row: LimitChange) -> Change:
    return Change(
        product=row.line.product_slug,
        before_fen=row.before_fen,
        after_fen=row.after_fen,
        effective_on=row.effective_on,
        kind=row.kind,
        by_me=row.by_me,
        stated_reason=row.stated_reason,
        screen=row.screen,
        lender=row.lender_after or row.line.lender_slug or row.line.lender_name,
        lender_before=row.lender_before,
        temporary=row.temporary,
        expires_on=row.expires_on,
        key=str(row.public_id),
    )


def neighbours(change: LimitChange) -> Sequence[LimitChange]:
    """The person's current changes near this one, itself included, oldest first."""
    window = timedelta(days=NEIGHBOUR_DAYS)
    near = (
        LimitChange.objects.filter(owner_id=change.owner_id)
        .current()
        .filter(effective_on__range=(change.effective_on - window, change.effective_on + window))
        .with_line()
    )
    # Those closest in time: a person with thousands of rows still has a constant cost.
    before = near.filter(effective_on__lte=change.effective_on).order_by("-effective_on", "-pk")
    after = near.filter(effective_on__gt=change.effective_on).order_by("effective_on", "pk")
    half = MOST_NEIGHBOURS // 2
    return [*reversed(before[:half]), *after[:half]]


def answers_of(change: LimitChange) -> dict[str, str]:
    """All answers, the sealed ones opened. Never log, never store together."""
    answers = dict(Answer.objects.filter(change=change).values_list("question_slug", "answer_slug"))
    for row in SealedAnswer.objects.filter(change=change):
        answers[row.question_slug] = open_sealed(bytes(row.sealed), row.place, row.owner_id)
    return answers


def evidence_of(change: LimitChange, *, is_new: bool = False) -> Evidence:
    """Read what there is about a change; a row just written has no answers and no papers yet."""
    decided = decided_pairs(change.owner_id)
    return Evidence(
        answers={} if is_new else answers_of(change),
        documents={} if is_new else documents_of(change),
        bill_codes=Bill.objects.accepted_codes(change.owner_id, change.effective_on),
        report_codes=report_codes_of(change),
        crowd_wave=CrowdWindow.objects.wave(
            change.line.product_slug, change.effective_on, is_fall=_is_fall(change)
        ),
        rejected=decided[MigrationState.REJECTED],
        confirmed=decided[MigrationState.CONFIRMED],
    )


def report_codes_of(change: LimitChange) -> frozenset[str]:
    """What the person's own credit reports say of a change: one query where there is none near."""
    reports = reports_near(change.owner_id, change.effective_on, timedelta(days=NEAR_DAYS))
    return record_codes(reports, as_domain(change), content.current())


def _is_fall(change: LimitChange) -> bool:
    return change.after_fen < change.before_fen


def decided_pairs(owner_id: int) -> dict[str, Keys]:
    """What the person said of pairs, by state."""
    rows = (
        Migration.objects.filter(owner_id=owner_id)
        .exclude(state=MigrationState.PROPOSED)
        .values_list("state", "fall__public_id", "rise__public_id")
    )
    found: dict[str, set[tuple[str, str]]] = {state: set() for state in MigrationState.values}
    for state, fall, rise in rows:
        found[state].add((str(fall), str(rise)))
    return {state: frozenset(pairs) for state, pairs in found.items()}


def documents_of(change: LimitChange) -> dict[str, str]:
    """Causes the lender named in writing or a paper of the person's shows: the newest word."""
    newest = Confirmation.objects.filter(change=change).newest().first()
    return documents(newest.kind, newest.cause, newest.in_writing) if newest else {}


def explain_change(
    change: LimitChange,
    rows: Sequence[LimitChange],
    known: Knowledge,
    evidence: Evidence,
) -> Explanation:
    """What the engine says of this change among its neighbours."""
    return explain(
        [as_domain(row) for row in rows],
        evidence.answers,
        known,
        subject=str(change.public_id),
        documents=evidence.documents,
        bill_codes=evidence.bill_codes,
        report_codes=evidence.report_codes,
        crowd_wave=evidence.crowd_wave,
        rejected=evidence.rejected,
        confirmed=evidence.confirmed,
    )


def full_result(assessment: Assessment) -> dict[str, Any]:
    """What was shown to the person, sensitive parts included. For his own pages only."""
    if not assessment.sealed_result:
        return dict(assessment.result)
    opened = open_sealed(bytes(assessment.sealed_result), assessment.place, assessment.owner_id)
    return dict(json.loads(opened))


def result_json(found: Explanation) -> dict[str, Any]:
    """Everything the pages show, in both languages, so that it can be shown again word for word."""
    question = found.next_question
    return {
        "causes": [_cause_json(cause) for cause in found.ranking.causes],
        "migration": found.migration and _plain(asdict(found.migration)),
        "next_question": question.slug if question else None,
        "coverage": found.coverage,
        "is_thin": found.is_thin,
        "kind": found.kind,
    }


def _cause_json(cause: Any) -> dict[str, Any]:
    return {
        "slug": cause.slug,
        "title": {"zh": cause.title.zh, "en": cause.title.en},
        "band": cause.band,
        "score": cause.score,
        "supporting": [_contribution_json(item) for item in cause.supporting],
        "opposing": [_contribution_json(item) for item in cause.opposing],
    }


def _contribution_json(item: Any) -> dict[str, Any]:
    return {
        "signal": item.signal,
        "zh": item.text.zh,
        "en": item.text.en,
        "weight": item.weight,
        "grade": item.grade,
        "origin": item.origin,
    }


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def inputs_json(
    change: LimitChange, rows: Sequence[LimitChange], known: Knowledge, evidence: Evidence
) -> dict[str, Any]:
    """What the assessment was computed from; of sensitive answers only that they were given.

    The words of a notice count for its own change only, so those of the neighbours stay out.
    """
    plain = evidence.without_sensitive(known)
    answered = {slug for slug in evidence.answers if slug in known.questions}
    return {
        "changes": [_change_json(row, with_words=row == change) for row in rows],
        "answers": {slug: plain.answers.get(slug, "given") for slug in sorted(answered)},
        "documents": dict(plain.documents),
        "bill": sorted(plain.bill_codes),
        "report": sorted(plain.report_codes),
        "crowd_wave": evidence.crowd_wave,
        "rejected": sorted(evidence.rejected),
        "confirmed": sorted(evidence.confirmed),
        "content_version": known.version,
    }


def _change_json(row: LimitChange, *, with_words: bool) -> dict[str, Any]:
    shown = as_domain(row)
    return dict(_plain(asdict(shown if with_words else replace(shown, stated_reason=""))))


def fingerprint(*parts: Any) -> str:
    """SHA-256 over JSON with sorted keys."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
