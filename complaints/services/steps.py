"""What was sent, what came back, and the end of a case.

A double click is one event: the same action with the same values again changes nothing. The case
is locked before its step, so that moves on one case wait for each other.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.domain.steps import (
    COUNTED_ON,
    WrongDay,
    check_answered,
    check_ended,
    check_extension,
    check_received,
    check_restart,
)
from complaints.domain.workflow import TransitionNotAllowed, allowed, check_step
from complaints.enums import ComplaintState, Outcome
from complaints.models import Complaint, Evidence, Extension, Step
from complaints.services.clocks import start_clock
from complaints.services.events import move_case
from complaints.services.messages import after_reply
from complaints.services.notebook import note_arrival
from guidance import content
from guidance.domain.records import Text
from inputs.words import field_refusal, sentence

# A person who withdraws says so; every other end is closing.
CLOSING = tuple(value for value in Outcome.values if value != Outcome.WITHDRAWN)


@transaction.atomic
def open_step(
    *, complaint: Complaint, channel_code: str, recipient: str, rule_code: str, actor: User
) -> Step:
    """A further filing with its own clock; several may be open at once.

    One to the same place that was not sent yet is taken up again. Raises ValidationError when the
    case has ended. An empty `rule_code` is a channel without a period of its own.
    """
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if complaint.closed_at is not None:
        raise ValidationError(_("案件已经结束。先重新打开，再寄新的信。"), code="closed")
    place = {"channel_code": channel_code, "recipient": recipient, "rule_code": rule_code}
    unsent = complaint.steps.filter(**place, sent_on=None, answered_on=None, ended_on=None).first()
    if unsent is not None:
        return unsent  # type: ignore[no-any-return]
    step = Step.objects.create(owner_id=complaint.owner_id, complaint=complaint, **place)
    action = "escalate" if complaint.state == ComplaintState.REPLIED else "open-step"
    step.complaint = move_case(complaint, action, actor, step=str(step.public_id))
    return step


@transaction.atomic
def record_sent(
    *,
    step: Step,
    actor: User,
    sent_on: date,
    received_on: date | None = None,
    reference_no: str = "",
    sent_how: str = "",
    proof: Evidence | None = None,
) -> Step:
    """The person sent it himself; from the day of receipt the clock runs, its rule pinned.

    What is left empty stays as it was recorded before. Raises ValidationError for days that
    cannot be, TransitionNotAllowed where the step or the case has moved on.
    """
    step = _held(step)
    received_on = received_on or step.received_on
    said = {
        "sent_on": sent_on,
        "received_on": received_on,
        "reference_no": reference_no or step.reference_no,
        "sent_how": sent_how or step.sent_how,
        "proof": _own(proof, step) or step.proof,
    }
    if _is_known(step, said):
        return step
    arrived = received_on != step.received_on
    action = "record-received" if arrived and step.received_on is None else "record-sent"
    _check(step, action)
    _checked_days(check_received, sent_on, received_on)
    if arrived and step.received_on is not None:
        _refuse_counted(step)
    _take(step, said)
    if arrived and received_on:
        start_clock(step=step, on=received_on)
        note_arrival(step=step, on=received_on)
    happened = received_on if action == "record-received" else sent_on
    return _moved(step, action, actor, on=happened, received_on=received_on)


def _refuse_counted(step: Step) -> None:
    """Extensions and restarts were counted from the day of receipt: it stands."""
    if step.restarted_on is not None or step.extensions.exists():
        raise _refusal(WrongDay("received_on", COUNTED_ON, step.received_on))


@transaction.atomic
def record_number(*, step: Step, actor: User, reference_no: str) -> Step:
    """The number the other side gave, however late it is known."""
    step = _held(step)
    if _is_known(step, {"reference_no": reference_no}):
        return step
    _check(step, "record-number")
    _take(step, {"reference_no": reference_no})
    return _moved(step, "record-number", actor)


@transaction.atomic
def extend_step(
    *, step: Step, actor: User, announced_on: date, due_on: date, reason: str
) -> Extension:
    """The other side told that it needs longer, and why. The first due date stays in the clock.

    Raises ValidationError without a reason, or where the new day is not later than the present.
    """
    step = _held(step)
    said = {"announced_on": announced_on, "due_on": due_on, "reason": reason}
    known = step.extensions.filter(**said, is_void=False).first()
    if known is not None:
        return known  # type: ignore[no-any-return]
    _check(step, "extend")
    _required("reason", reason)
    assert step.started_on
    _checked_days(check_extension, step.now, step.started_on, announced_on, due_on)
    before = step.last_due_on
    made = Extension.objects.create(owner_id=step.owner_id, step=step, **said)
    _tell(step, "extend", actor, on=announced_on, due_on=due_on, before=before)
    return made


@transaction.atomic
def restart_step(*, step: Step, actor: User, restarted_on: date, reason: str) -> Step:
    """New facts start the clock again, where the rule says so; the old clock stays in the event.

    Extensions of the old period stand no more. Raises ValidationError where the rule has no
    restart, without a reason, or for a day before the present start.
    """
    step = _held(step)
    said = {"restarted_on": restarted_on, "restart_reason": reason}
    if _is_known(step, said):
        return step
    _check(step, "restart")
    if restarts_on(step) is None:
        raise ValidationError(_("这条期限的规则没有写可以重新起算。"), code="no_restart")
    _required("reason", reason)
    assert step.started_on
    _checked_days(check_restart, step.started_on, restarted_on)
    before, old = step.last_due_on, step.clock
    step.extensions.update(is_void=True)
    _take(step, said)
    start_clock(step=step, on=restarted_on)
    return _moved(step, "restart", actor, on=restarted_on, before=before, clock=old)


def restarts_on(step: Step) -> Text | None:
    """When the rule of this step lets its period start again: of the pinned rule, if one is."""
    if step.rule:
        said = step.rule.get("restart_on")
        return Text(**said) if said else None
    rule = content.current().rules.get(step.rule_code)
    return rule.restart_on if rule else None


@transaction.atomic
def give_up_step(*, step: Step, actor: User, ended_on: date, why: str) -> Step:
    """No answer is waited for any more, for a reason; one that comes later can still be kept."""
    step = _held(step)
    said = {"ended_on": ended_on, "ended_why": why}
    if _is_known(step, said):
        return step
    _check(step, "give-up")
    _required("why", why)
    _checked_days(check_ended, step.now, ended_on)
    _take(step, said)
    return _moved(step, "give-up", actor, on=ended_on)


@transaction.atomic
def take_up_step(*, step: Step, actor: User) -> Step:
    """Giving up is undone: the step stands where it stood, with the same clock."""
    step = _held(step)
    said: dict[str, Any] = {"ended_on": None, "ended_why": ""}
    if _is_known(step, said):
        return step
    _check(step, "take-up")
    _take(step, said)
    return _moved(step, "take-up", actor)


@transaction.atomic
def record_reply(
    *,
    step: Step,
    actor: User,
    answered_on: date,
    answer_text: str,
    reply_kind: str,
    is_final: bool = False,
) -> Step:
    """Keep the reply; one before the letter was received is refused.

    A later reply takes the place of an earlier one on the step; both stay in the correspondence.
    """
    step = _held(step)
    said = {
        "answered_on": answered_on,
        "answer_text": answer_text,
        "reply_kind": reply_kind,
        "is_final": is_final,
    }
    if _is_known(step, said):
        return step
    _check(step, "record-reply")
    _checked_days(check_answered, step.now, answered_on)
    _take(step, said)
    _moved(step, "record-reply", actor, on=answered_on, reply_kind=reply_kind)
    after_reply(step=step, actor=actor)
    return step


@transaction.atomic
def act(*, complaint: Complaint, action: str, actor: User, outcome: str = "") -> Complaint:
    """Close with an outcome, withdraw or reopen.

    Closing without an outcome counts as another outcome; an unknown one is refused. The same end
    again changes nothing.
    """
    if action == "close" and outcome and outcome not in CLOSING:
        raise field_refusal("outcome", _("选项无效"), "invalid_choice")
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    end = Outcome.WITHDRAWN if action == "withdraw" else outcome
    if action in ("close", "withdraw") and end and complaint.outcome == end:
        return complaint
    return move_case(complaint, action, actor, outcome=outcome)


def _held(step: Step) -> Step:
    Complaint.objects.select_for_update(of=("self",)).only("pk").get(pk=step.complaint_id)
    rows = Step.objects.select_for_update(of=("self",)).select_related("complaint", "proof")
    return rows.get(pk=step.pk)  # type: ignore[no-any-return]


def _is_known(step: Step, said: dict[str, Any]) -> bool:
    return all(getattr(step, name) == value for name, value in said.items())


def _own(proof: Evidence | None, step: Step) -> Evidence | None:
    """A file of somebody else proves nothing here: told as a choice that does not exist."""
    if proof is not None and proof.owner_id != step.owner_id:
        raise field_refusal("proof", _("选项无效"), "invalid_choice")
    return proof


def _check(step: Step, action: str) -> None:
    """Raises TransitionNotAllowed before anything is judged of what was typed."""
    if action not in allowed(step.complaint.state):
        raise TransitionNotAllowed(step.complaint.state, action)
    check_step(step.now.phase, action)


def _checked_days(check: Callable[..., None], *args: Any) -> None:
    try:
        check(*args)
    except WrongDay as wrong:
        raise _refusal(wrong) from wrong


def _refusal(wrong: WrongDay) -> ValidationError:
    return field_refusal(wrong.field, sentence(wrong), wrong.code)


def _required(field: str, text: str) -> None:
    if not text.strip():
        raise field_refusal(field, _("请写明理由"), "required")


def _take(step: Step, said: dict[str, Any]) -> None:
    for name, value in said.items():
        setattr(step, name, value)


def _moved(step: Step, action: str, actor: User, **data: Any) -> Step:
    step.save()
    _tell(step, action, actor, **data)
    return step


def _tell(step: Step, action: str, actor: User, **data: Any) -> None:
    """One event of the move; days as text, and nothing of what the person wrote."""
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in data.items()
        if value is not None
    }
    step.complaint = move_case(step.complaint, action, actor, step=str(step.public_id), **plain)
