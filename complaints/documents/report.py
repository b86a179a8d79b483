"""From the rows of a case to the facts of its report. Reads only; what comes of it is frozen."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import translation

from complaints.documents.annex import pictures_of
from complaints.documents.course import course_of, just_filed
from complaints.documents.facts import case_facts, path_of
from complaints.domain.clocks import compute_clock
from complaints.domain.evidence import index_lines
from complaints.domain.letters.facts import CaseFacts
from complaints.domain.masking import masked as without_person
from complaints.domain.report import ReportFacts, report_model
from complaints.domain.report.facts import CauseFact, ClockFact, Course, EvidenceFact, Verify
from complaints.enums import EvidenceState
from complaints.models import Complaint, Evidence
from guidance import content
from guidance.domain.records import Knowledge, Text
from inputs.clock import today

CHINESE = "zh-hans"


def chosen_evidence(complaint: Complaint, evidence: Sequence[str] | None) -> list[Evidence]:
    """The files of a case in order; all of them, or those whose public ids are given."""
    rows = list(complaint.evidence.listed().in_order())
    return rows if evidence is None else [row for row in rows if str(row.public_id) in evidence]


def compose_report_model(
    complaint: Complaint,
    *,
    language: str = "zh",
    masked: bool = True,
    evidence_ids: Sequence[str] | None = None,
    verify: tuple[str, str] | None = None,
    fresh: Sequence[Evidence] | None = None,
) -> dict[str, Any]:
    """The document model of everything known of a case today; `verify` is its code and address.

    Without `verify` it names no day of its own, so that the same content is known again; that an
    answer is overdue is content. The report is written in Chinese whatever the `language` of the
    person or the request: its readers are institutions here.

    `fresh` are the files of a case filed this moment: nothing else has happened yet, and nothing
    is asked of the database.
    """
    with translation.override(CHINESE):
        evidence = chosen_evidence(complaint, evidence_ids) if fresh is None else fresh
        course = course_of(complaint, evidence) if fresh is None else just_filed(complaint)
        facts = _facts(complaint, masked, evidence, course, verify)
    return report_model(facts, content.current())


def _facts(
    complaint: Complaint,
    masked: bool,
    evidence: Sequence[Evidence],
    course: Course,
    verify: tuple[str, str] | None,
) -> ReportFacts:
    known, case = content.current(), case_facts(complaint)
    return ReportFacts(
        case=without_person(case) if masked else case,
        series=_series(complaint),
        causes=tuple(_typed_cause(row) for row in complaint.facts["causes"]),
        clock=_first_clock(case, known),
        evidence=_evidence(evidence),
        facts_sha256=complaint.facts_sha256,
        content_version=complaint.content_version,
        pictures=pictures_of(evidence, masked=masked),
        course=course,
        verify=Verify(*verify) if verify else None,
        made_on=today() if verify else None,
        is_masked=masked,
    )


def _series(complaint: Complaint) -> tuple[tuple[date, int, int], ...]:
    rows = complaint.facts["series"]
    return tuple((date.fromisoformat(on), before, after) for on, before, after in rows)


def _typed_cause(row: dict[str, Any]) -> CauseFact:
    return CauseFact(
        slug=row["slug"],
        title=Text(**row["title"]),
        band=row["band"],
        supporting=tuple(Text(item["zh"], item["en"]) for item in row["supporting"]),
        opposing=tuple(Text(item["zh"], item["en"]) for item in row["opposing"]),
    )


def _first_clock(case: CaseFacts, known: Knowledge) -> ClockFact | None:
    """The period of the first filing, counted as if it had been received on the day of filing."""
    rule = known.rules.get(path_of(case, known)[1])
    if rule is None:
        return None
    clock = compute_clock(rule, case.written_on, known.holidays)
    return ClockFact(
        title=rule.title,
        instrument=rule.instrument,
        due_on=clock.due_on,
        certainty=clock.certainty,
        steps=clock.steps,
        assumed=True,
    )


def _evidence(rows: Sequence[Evidence]) -> tuple[EvidenceFact, ...]:
    lines = index_lines(row.item for row in rows)
    return tuple(
        EvidenceFact(
            number=line.number,
            name=line.name,
            kind=str(row.get_kind_display()),
            taken_on=line.taken_on,
            received_on=line.received_on,
            pages=line.pages,
            sha256=line.sha256,
            note=_note(row),
        )
        for line, row in zip(lines, rows, strict=True)
    )


def _note(row: Evidence) -> str:
    if row.damage:
        return f"注意：{row.get_damage_display()}"
    if row.state == EvidenceState.QUEUED:
        return "还在处理"
    return "图片里有涂黑的地方" if row.masks else ""
