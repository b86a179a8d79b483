"""The worker that finds who is to be told today. Safe to run twice: each stage has one row.

Set-based and in batches: one query finds the steps whose day is near, and nothing else is read. A
run that was missed is not made up for stage by stage: each step is told the stage it is at now.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.urls import reverse

from accounts.enums import NoticeKind
from accounts.models import Notice
from accounts.services import tell_all
from complaints.domain.drafts import expires_on
from complaints.domain.reminders import (
    CATCH_UP,
    DAYS_BEFORE,
    DRAFT,
    DRAFT_BEFORE,
    FINAL_AFTER,
    FOLLOW_UP,
    STEP,
    UNSENT_AFTER,
    Waiting,
    draft_stage,
    follow_up_stage,
    step_stage,
    sureness,
)
from complaints.models import ComplaintDraft, FollowUp, Step
from inputs.clock import SHANGHAI
from inputs.clock import today as civil_day
from jobs.registry import Effect
from jobs.services import enqueue

BATCH = 1000

Rows = Sequence[Any]


def _due_steps(on: date) -> Any:
    """Steps whose day is near or just past; an extension only moves it later than `due_on`."""
    latest = on + timedelta(days=DAYS_BEFORE)
    earliest = on - timedelta(days=FINAL_AFTER + CATCH_UP)
    rows = Step.objects.awaited().filter(due_on__lte=latest)
    return _with_days(rows.filter(awaited_on__gte=earliest, awaited_on__lte=latest))


def _unsent_steps(on: date) -> Any:
    rows = Step.objects.filter(sent_on=None, received_on=None, answered_on=None, ended_on=None)
    opened = _range(on - timedelta(days=UNSENT_AFTER + CATCH_UP), on - timedelta(days=UNSENT_AFTER))
    return _with_days(
        rows.filter(complaint__closed_at=None, complaint__removed_at=None, created_at__range=opened)
    )


def _with_days(steps: Any) -> Any:
    return steps.select_related("complaint").prefetch_related("extensions")


def _old_drafts(on: date) -> Any:
    """Drafts that end within the week."""
    kept = expires_on(on) - on
    changed = _range(on - kept, on - kept + timedelta(days=DRAFT_BEFORE))
    return ComplaintDraft.objects.filter(updated_at__range=changed)


def _follow_ups(on: date) -> Any:
    rows = FollowUp.objects.due(on).filter(due_on__gte=on - timedelta(days=CATCH_UP))
    return rows.select_related("complaint")


def _range(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants of these civil days in Beijing."""
    start = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    return start, start + (last - first) + timedelta(days=1)


def _of_step(step: Step, on: date) -> Notice | None:
    seen = _waiting(step)
    stage = step_stage(seen, on)
    path = f"{reverse('complaint', args=[step.complaint.public_id])}#step-{step.public_id}"
    data = {
        "receipt_no": step.complaint.receipt_no,
        "on": seen.due_on.isoformat() if seen.due_on else "",
        "certainty": sureness(seen),
    }
    return _notice(step, NoticeKind.DEADLINE, STEP, stage, path, data)


def _waiting(step: Step) -> Waiting:
    due_on = step.last_due_on
    return Waiting(
        opened_on=civil_day(step.created_at),
        sent_on=step.sent_on or step.received_on,
        due_on=due_on,
        certainty=(step.clock or {}).get("certainty", "none"),
        is_extended=due_on != step.due_on,
        is_over=bool(
            step.answered_on
            or step.ended_on
            or step.complaint.closed_at
            or step.complaint.removed_at
        ),
    )


def _of_draft(draft: ComplaintDraft, on: date) -> Notice | None:
    last_day = expires_on(civil_day(draft.updated_at))
    stage = draft_stage(last_day, on)
    path = reverse("draft", args=[draft.public_id, draft.stage])
    return _notice(draft, NoticeKind.DRAFT, DRAFT, stage, path, {"on": last_day.isoformat()})


def _of_follow_up(row: FollowUp, on: date) -> Notice | None:
    stage = follow_up_stage(row.due_on, row.answered_at is not None, on)
    path = reverse("complaint", args=[row.complaint.public_id])
    data = {"receipt_no": row.complaint.receipt_no, "on": row.due_on.isoformat()}
    return _notice(row, NoticeKind.FOLLOW_UP, FOLLOW_UP, stage, path, data)


def _notice(
    row: Any, kind: str, prefix: str, stage: str | None, path: str, data: dict[str, str]
) -> Notice | None:
    if stage is None:
        return None
    about = f"{prefix}:{row.public_id}"
    return Notice(owner_id=row.owner_id, kind=kind, about=about, stage=stage, path=path, data=data)


# What is looked at: where it is found, and what is told of it.
SCANS: dict[str, tuple[Callable[[date], Any], Callable[[Any, date], Notice | None]]] = {
    "due": (_due_steps, _of_step),
    "unsent": (_unsent_steps, _of_step),
    "drafts": (_old_drafts, _of_draft),
    "follow-ups": (_follow_ups, _of_follow_up),
}


def ask_for_scans(slot: str) -> None:
    """One chain of batches for each kind of thing; the same slot asks once."""
    for scan in SCANS:
        _ask(slot, scan, 0)


def _ask(slot: str, scan: str, after: int) -> None:
    enqueue(
        kind="complaints.remind_batch",
        key=f"complaints.remind_batch:{slot}:{scan}:{after}",
        args={"slot": slot, "scan": scan, "after": after},
    )


def remind(slot: str, scan: str, after: int, on: date) -> Effect:
    """Tell the next batch beyond the key `after`; the effect asks for the one that follows."""
    find, told_of = SCANS[scan]
    rows: Rows = find(on).filter(pk__gt=after).order_by("pk")[:BATCH]
    found = [notice for row in rows if (notice := told_of(row, on))]
    last = rows[len(rows) - 1].pk if len(rows) == BATCH else None
    return partial(_tell, found, slot, scan, last)


def _tell(found: Iterable[Notice], slot: str, scan: str, last: int | None) -> None:
    tell_all(found)
    if last is not None:
        _ask(slot, scan, last)


def needed_of_steps(notices: Sequence[Notice], now: datetime) -> set[int]:
    """Those whose step still waits and is still at that stage: asked before an e-mail goes out."""
    steps = {str(step.public_id): step for step in _with_days(_named(Step, notices))}
    return {
        notice.pk
        for notice in notices
        if (step := steps.get(notice.thing)) and _is_needed(notice, _waiting(step), civil_day(now))
    }


def _is_needed(notice: Notice, seen: Waiting, on: date) -> bool:
    if notice.kind == NoticeKind.CLOCK_MOVED:
        return not seen.is_over
    return step_stage(seen, on) == notice.stage


def needed_of_drafts(notices: Sequence[Notice], now: datetime) -> set[int]:
    drafts = {str(row.public_id): row for row in _named(ComplaintDraft, notices)}
    stages = {
        key: draft_stage(expires_on(civil_day(row.updated_at)), civil_day(now))
        for key, row in drafts.items()
    }
    return {notice.pk for notice in notices if stages.get(notice.thing) == notice.stage}


def needed_of_follow_ups(notices: Sequence[Notice], now: datetime) -> set[int]:
    rows = _named(FollowUp, notices).filter(pk__in=FollowUp.objects.due(civil_day(now)))
    still = {str(public_id) for public_id in rows.values_list("public_id", flat=True)}
    return {notice.pk for notice in notices if notice.thing in still}


def _named(model: Any, notices: Iterable[Notice]) -> Any:
    return model.objects.filter(public_id__in=[notice.thing for notice in notices])
