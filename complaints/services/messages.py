"""The only writers of the correspondence: the person's own notes of calls, messages and letters.

A note may be corrected or deleted; what is already in a frozen document stays there. Events of the
case say that something was noted, never what.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.enums import Direction, Medium
from complaints.models import Complaint, Evidence, Message, Step
from complaints.services.events import write_event
from complaints.services.follow_ups import plan_follow_up
from inputs.words import field_refusal

KEPT = ("direction", "medium", "happened_on", "with_whom", "reference_no", "text", "is_final")


@transaction.atomic
def log_message(
    *,
    complaint: Complaint,
    actor: User,
    direction: str,
    medium: str,
    happened_on: date,
    text: str,
    step: Step | None = None,
    with_whom: str = "",
    reference_no: str = "",
    is_final: bool = False,
    evidence: Iterable[Evidence] = (),
) -> Message:
    """Note one call, message or letter. The same again (a double click) gives the row it has.

    Closed cases too: a letter may come late. Raises ValidationError for a step or file of another
    case.
    """
    complaint = _locked(complaint)
    said = {
        "direction": direction,
        "medium": medium,
        "happened_on": happened_on,
        "text": text,
        "with_whom": with_whom,
        "reference_no": reference_no,
        "is_final": is_final,
    }
    files = _own_files(complaint, evidence)
    step = _own_step(complaint, step)
    twin = Message.objects.filter(complaint=complaint, step=step, **said).first()
    if twin is not None and {row.pk for row in twin.evidence.all()} == {row.pk for row in files}:
        return twin  # type: ignore[no-any-return]
    message = Message.objects.create(
        owner_id=complaint.owner_id, complaint=complaint, step=step, **said
    )
    message.evidence.set(files)
    _tell(complaint, "log-message", actor, message)
    return message


@transaction.atomic
def edit_message(
    *,
    message: Message,
    actor: User,
    values: dict[str, Any],
    step: Step | None,
    evidence: Iterable[Evidence],
) -> Message:
    """Correct a note; `values` by the names of KEPT. The same values again write no event."""
    complaint, message = _held(message)
    files, before = _own_files(complaint, evidence), _state(message)
    for name in KEPT:
        setattr(message, name, values.get(name, getattr(message, name)))
    message.step = _own_step(complaint, step)
    message.evidence.set(files)
    if _state(message) != before:
        message.save()
        _tell(complaint, "edit-message", actor, message)
    return message


@transaction.atomic
def delete_message(*, message: Message, actor: User) -> None:
    """Delete a note; questions it answered keep their state. Deleted already: nothing happens."""
    try:
        complaint, message = _held(message)
    except Message.DoesNotExist:
        return
    _tell(complaint, "delete-message", actor, message)
    message.delete()


@transaction.atomic
def after_reply(*, step: Step, actor: User, medium: str = Medium.OTHER) -> Message:
    """A reply was recorded on a step: note it once as come in, and plan the follow-up.

    Called inside the transaction that records the reply, whose event is enough. A later reply, or
    the same one in other words, is a further note: what was noted is only changed by the person.
    """
    assert step.answered_on
    said = {"step": step, "happened_on": step.answered_on, "text": step.answer_text}
    message = Message.objects.incoming().filter(**said).first()
    if message is None:
        message = Message.objects.create(
            owner_id=step.owner_id,
            complaint_id=step.complaint_id,
            direction=Direction.IN,
            medium=medium,
            with_whom=step.recipient[:80],
            reference_no=step.reference_no,
            is_final=step.is_final,
            **said,
        )
    plan_follow_up(complaint_id=step.complaint_id, owner_id=step.owner_id, on=step.answered_on)
    return message  # type: ignore[no-any-return]


def _locked(complaint: Complaint) -> Complaint:
    rows = Complaint.objects.select_for_update(of=("self",))
    return rows.get(pk=complaint.pk)  # type: ignore[no-any-return]


def _held(message: Message) -> tuple[Complaint, Message]:
    """The case first, then its row: the order every writer of a case takes."""
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=message.complaint_id)
    rows = Message.objects.select_for_update(of=("self",)).prefetch_related("evidence")
    return complaint, rows.get(pk=message.pk)


def _state(message: Message) -> tuple[Any, ...]:
    files = frozenset(message.evidence.values_list("pk", flat=True))
    return (message.step_id, files, *(getattr(message, name) for name in KEPT))


def _own_step(complaint: Complaint, step: Step | None) -> Step | None:
    if step is not None and step.complaint_id != complaint.pk:
        raise field_refusal("step", _("选项无效"), "invalid_choice")
    return step


def _own_files(complaint: Complaint, evidence: Iterable[Evidence]) -> Collection[Evidence]:
    rows = list(evidence)
    if any(row.complaint_id != complaint.pk for row in rows):
        raise field_refusal("evidence", _("选项无效"), "invalid_choice")
    return rows


def _tell(complaint: Complaint, action: str, actor: User, message: Message) -> None:
    data = {"message": str(message.public_id), "on": message.happened_on.isoformat()}
    if message.step_id and message.step:
        data["step"] = str(message.step.public_id)
    write_event(complaint, action, complaint.state, actor=actor, **data)
