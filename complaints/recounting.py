"""The worker that counts clocks again when the calendar they were counted with has changed.

A year's holidays are announced late in the year before; until then a day in that year is
provisional. Every clock names its calendar, so that a run finds what is left to do, and one that
is repeated finds nothing. Counted is by the rule pinned on the step, never by a newer one.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import NoticeKind
from accounts.models import Notice
from accounts.services import tell_all
from complaints.domain.clocks import Clock, compute_clock
from complaints.domain.reminders import STEP
from complaints.enums import CaseAction
from complaints.models import Complaint, ComplaintEvent, Step
from guidance import content
from guidance.domain.records import Holidays
from guidance.domain.rules import rule_from_json
from jobs.registry import Effect
from jobs.services import enqueue

BATCH = 200
KIND = "complaints.recount_clocks"
# What makes a clock another one; a better sentence about the same days is no move.
DECIDING = ("due_on", "extended_on", "certainty")


def recount(run: str) -> Effect:
    """The next batch of running clocks of another calendar; None when there is none.

    The effect locks, counts and writes in one transaction and asks for the next batch; `run` names
    this one.
    """
    holidays = content.current().holidays
    pks = list(_outdated(holidays.fingerprint).values_list("pk", flat=True)[:BATCH])
    return partial(_recount, pks, holidays, run) if pks else None


def _outdated(calendar: str) -> Any:
    """Steps that wait, with a pinned rule, counted with another calendar or one not named."""
    other = Q(clock__calendar__isnull=True) | ~Q(clock__calendar=calendar)
    running = Step.objects.awaited().exclude(rule={}).exclude(clock={})
    return running.filter(other).order_by("pk")


def _recount(pks: Sequence[int], holidays: Holidays, run: str) -> None:
    steps = _locked(pks)
    moved = [found for step in steps if (found := _counted(step, holidays))]
    Step.objects.bulk_update(steps, ["clock", "due_on"])
    ComplaintEvent.objects.bulk_create([_event(step, before) for step, before in moved])
    tell_all(notice for step, before in moved if (notice := _notice(step, before)))
    _ask_for_summaries({step.complaint_id for step, _before in moved})
    if len(pks) == BATCH:
        enqueue(kind=KIND, key=f"{KIND}:{run}:{pks[-1]}", args={"slot": run, "after": pks[-1]})


def _locked(pks: Sequence[int]) -> list[Step]:
    """Cases before steps, as the services lock them; what was answered meanwhile is left out."""
    cases = Complaint.objects.filter(steps__in=pks).values("pk")
    list(Complaint.objects.select_for_update(of=("self",)).filter(pk__in=cases).order_by("pk"))
    rows = Step.objects.select_for_update(of=("self",)).filter(
        pk__in=pks, answered_on=None, ended_on=None, complaint__closed_at=None
    )
    return list(rows.select_related("complaint").prefetch_related("extensions").order_by("pk"))


def _counted(step: Step, holidays: Holidays) -> tuple[Step, dict[str, Any]] | None:
    """The step counted again; with its clock of before where a day or its certainty moved."""
    before = step.clock
    found = _clock(step, holidays)
    step.clock, step.due_on = found.to_json(), found.due_on
    moved = any(step.clock[name] != before.get(name) for name in DECIDING)
    return (step, before) if moved else None


def _clock(step: Step, holidays: Holidays) -> Clock:
    start_on = date.fromisoformat(step.clock["start_on"])
    return compute_clock(rule_from_json(step.rule), start_on, holidays)


def _event(step: Step, before: dict[str, Any]) -> ComplaintEvent:
    return ComplaintEvent(
        owner_id=step.owner_id,
        complaint=step.complaint,
        action=CaseAction.CLOCK_MOVED,
        state_from=step.complaint.state,
        state_to=step.complaint.state,
        actor=None,
        data={
            "step": str(step.public_id),
            "before": before.get("due_on"),
            "due_on": step.clock["due_on"],
            "certainty_before": before.get("certainty"),
            "certainty": step.clock["certainty"],
        },
    )


def _notice(step: Step, before: dict[str, Any]) -> Notice | None:
    """Only where the day that counts has moved: not under an extension, not for a certainty."""
    due_on, old = step.clock["due_on"], before.get("due_on")
    if due_on == old or step.last_due_on != step.due_on:
        return None
    return Notice(
        owner_id=step.owner_id,
        kind=NoticeKind.CLOCK_MOVED,
        about=f"{STEP}:{step.public_id}",
        stage=f"moved:{due_on}",
        path=f"{reverse('complaint', args=[step.complaint.public_id])}#step-{step.public_id}",
        data={
            "receipt_no": step.complaint.receipt_no,
            "before": old,
            "to": due_on,
            "certainty": step.clock["certainty"],
        },
    )


def _ask_for_summaries(complaints: set[int]) -> None:
    Complaint.objects.filter(pk__in=complaints).update(version=F("version") + 1)
    for public_id, version in Complaint.objects.filter(pk__in=complaints).values_list(
        "public_id", "version"
    ):
        enqueue(
            kind="summaries.case",
            key=f"summaries.case:{public_id}:{version}",
            args={"complaint": str(public_id)},
        )
