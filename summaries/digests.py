"""Workers that gather the facts of a subject and store its summary. Safe to run twice."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from complaints.models import Complaint
from guidance import content
from guidance.domain.records import Knowledge, Text
from inputs.clock import SHANGHAI, today
from jobs.registry import Effect
from jobs.services import enqueue
from limits.domain.causes import RESIDUAL
from limits.explaining import fingerprint
from limits.models import Assessment, LimitChange, Migration
from records.models import PlanItem
from summaries.domain.sentences import (
    CaseFacts,
    CauseFacts,
    ChangeFacts,
    MonthFacts,
    PairFacts,
    Sentence,
    StepFacts,
    case_sentences,
    change_sentences,
    month_sentences,
)
from summaries.enums import SummaryKind
from summaries.models import Summary

BATCH = 500


def summarise_change(change_id: str) -> Effect:
    """The summary of a change from its newest assessment; nothing when it was corrected away."""
    change = (
        LimitChange.objects.current().with_line().filter(public_id=uuid.UUID(change_id)).first()
    )
    newest = Assessment.objects.filter(change=change).newest().first() if change else None
    if change is None or newest is None:
        return None
    known = content.current()
    causes = [
        CauseFacts(
            known.causes[row["slug"]].title,
            row["band"],
            len(row["supporting"]),
            len(row["opposing"]),
        )
        for row in newest.result["causes"]
        if _may_be_told(row["slug"], known)
    ]
    sentences = change_sentences(
        _change_facts(change, known),
        causes,
        _pair_facts(change, known),
        len(newest.inputs["answers"]),
        f"assessment:{newest.public_id}",
    )
    return partial(_store, change.owner_id, SummaryKind.CHANGE, change_id, sentences)


def _may_be_told(slug: str, known: Knowledge) -> bool:
    """A summary is read over shoulders and sent by mail: no sensitive cause is named in one."""
    return slug in known.causes and slug != RESIDUAL and not known.causes[slug].sensitive


def _change_facts(change: LimitChange, known: Knowledge) -> ChangeFacts:
    name = change.line.product_name
    title = Text(name, name) if name else known.products[change.line.product_slug].title
    return ChangeFacts(
        row=f"change:{change.public_id}",
        product=title,
        before_fen=change.before_fen,
        after_fen=change.after_fen,
        effective_on=change.effective_on,
        stated_reason_given=bool(change.stated_reason),
    )


def _pair_facts(change: LimitChange, known: Knowledge) -> PairFacts | None:
    pair = (
        Migration.objects.filter(fall=change, rise__superseded_by=None)
        .select_related("rise__line")
        .order_by("-strength", "pk")
        .first()
    )
    if pair is None:
        return None
    return PairFacts(
        f"migration:{pair.public_id}", _change_facts(pair.rise, known), pair.days, pair.state
    )


def summarise_case(complaint_id: str) -> Effect:
    """The summary of a case as it stands today."""
    case = Complaint.objects.filter(public_id=uuid.UUID(complaint_id)).first()
    if case is None or case.removed_at is not None:
        return partial(_forget, SummaryKind.CASE, complaint_id)
    steps = [
        StepFacts(
            row=f"step:{step.public_id}",
            recipient=step.recipient,
            sent_on=step.sent_on,
            received_on=step.received_on,
            due_on=step.due_on,
            certainty=step.clock.get("certainty", "none"),
            answered_on=step.answered_on,
        )
        for step in case.steps.order_by("pk")
    ]
    facts = CaseFacts(
        row=f"complaint:{case.public_id}",
        receipt_no=case.receipt_no,
        respondent=case.respondent_name,
        product=case.product_name,
        state=case.state,
        filed_on=case.filed_at.astimezone(SHANGHAI).date(),
        demands=len(case.facts["demands"]),
        outcome=case.outcome,
    )
    sentences = case_sentences(facts, steps, today())
    return partial(_store, case.owner_id, SummaryKind.CASE, complaint_id, sentences)


def summarise_month(owner_id: int, year: int, month: int) -> Effect:
    """The monthly digest of one person."""
    first = date(year, month, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    owner = User.objects.filter(pk=owner_id).first()
    if owner is None:
        return None
    known = content.current()
    changes = (
        LimitChange.objects.for_user(owner)
        .current()
        .with_line()
        .filter(effective_on__range=(first, last))
        .order_by("effective_on", "pk")
    )
    done = PlanItem.objects.for_user(owner).filter(done_on__range=(first, last)).order_by("pk")
    cases = [
        case
        for case in Complaint.objects.for_user(owner).newest_first()
        if first <= case.filed_at.astimezone(SHANGHAI).date() <= last
    ]
    facts = MonthFacts(
        year=year,
        month=month,
        changes=[_change_facts(change, known) for change in changes],
        plan_done=len(done),
        plan_open=PlanItem.objects.for_user(owner).open().count(),
        plan_rows=[f"plan:{item.public_id}" for item in done],
        cases_filed=len(cases),
        case_rows=[f"complaint:{case.public_id}" for case in cases],
    )
    subject = f"{year}-{month:02}"
    return partial(_store, owner_id, SummaryKind.MONTH, subject, month_sentences(facts))


def _store(owner_id: int, kind: str, subject: str, sentences: Sequence[Sentence]) -> None:
    """One row per distinct input; the newest `made_at` is the one shown."""
    content_json = [sentence.to_json() for sentence in sentences]
    Summary.objects.update_or_create(
        owner_id=owner_id,
        kind=kind,
        subject=subject,
        input_hash=fingerprint(content_json),
        defaults={"sentences": content_json, "made_at": timezone.now()},
    )


def _forget(kind: str, subject: str) -> None:
    """What was said of something that is gone."""
    Summary.objects.filter(kind=kind, subject=subject).delete()


def request_months(now: date) -> int:
    """One job per active person for the month before `now`; a second run adds nothing.

    Returns how many people were gone through. In batches, so that no transaction grows long.
    """
    last = now.replace(day=1) - timedelta(days=1)
    count, after = 0, 0
    while True:
        people = list(
            User.objects.filter(is_active=True, pk__gt=after)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not people:
            return count
        with transaction.atomic():
            for pk in people:
                enqueue(
                    kind="summaries.month",
                    key=f"summaries.month:{pk}:{last:%Y-%m}",
                    args={"owner": pk, "year": last.year, "month": last.month},
                )
        count, after = count + len(people), people[-1]
