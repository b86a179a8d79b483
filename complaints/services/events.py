"""How a case moves: lock, read again, then the table of the workflow decides; one event a move."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from complaints.domain.steps import StepNow
from complaints.domain.workflow import move
from complaints.enums import ComplaintState, Outcome
from complaints.models import (
    Complaint,
    ComplaintEvent,
    Step,
)
from jobs.services import enqueue, enqueue_new


def write_event(
    complaint: Complaint, action: str, state_from: str, *, actor: User | None, **data: Any
) -> ComplaintEvent:
    return ComplaintEvent.objects.create(
        owner_id=complaint.owner_id,
        complaint=complaint,
        action=action,
        state_from=state_from,
        state_to=complaint.state,
        actor=actor,
        data=data,
    )


def move_case(
    complaint: Complaint, action: str, actor: User, *, outcome: str = "", **data: Any
) -> Complaint:
    """Lock, read again, then move: the table of the workflow and the steps as saved decide.

    `outcome` is kept only where the case ends; a case that is taken up again has none.
    """
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    before = complaint.state
    complaint.state = move(before, action, _phases(complaint))
    closed = complaint.state == ComplaintState.CLOSED
    complaint.closed_at = timezone.now() if closed else None
    complaint.outcome = _outcome(action, outcome) if closed else ""
    complaint.version += 1
    complaint.save(update_fields=["state", "closed_at", "version", "outcome"])
    if closed:
        data["outcome"] = complaint.outcome
    write_event(complaint, action, before, actor=actor, **data)
    ask_for_summary(complaint)
    return complaint


def _phases(complaint: Complaint) -> list[str]:
    days = ("sent_on", "received_on", "answered_on", "ended_on")
    rows = Step.objects.filter(complaint=complaint).values(*days)
    return [StepNow(key="", **row).phase for row in rows]


def _outcome(action: str, outcome: str) -> str:
    return Outcome.WITHDRAWN if action == "withdraw" else outcome or Outcome.OTHER


def ask_for_summary(complaint: Complaint, *, is_new: bool = False) -> None:
    """The summary of the case as it now is; one of a case just made cannot be asked for yet."""
    (enqueue_new if is_new else enqueue)(
        kind="summaries.case",
        key=f"summaries.case:{complaint.public_id}:{complaint.version}",
        args={"complaint": str(complaint.public_id)},
    )
