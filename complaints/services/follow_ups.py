"""The only writers of follow-ups: what came of an answer, four weeks later."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.domain.follow_up import follow_up_due
from complaints.enums import LimitBack, Outcome, ReasonGiven
from complaints.models import Complaint, FollowUp
from complaints.services.events import write_event
from inputs.clock import today
from inputs.words import field_refusal


def plan_follow_up(*, complaint_id: int, owner_id: int, on: date) -> FollowUp:
    """One for the answer of that day; planned again, the same row."""
    return FollowUp.objects.get_or_create(  # type: ignore[no-any-return]
        complaint_id=complaint_id, due_on=follow_up_due(on), defaults={"owner_id": owner_id}
    )[0]


@transaction.atomic
def answer_follow_up(
    *,
    follow_up: FollowUp,
    actor: User,
    limit_back: str,
    reason_given: str,
    useful: bool,
    now: datetime | None = None,
) -> FollowUp:
    """Keep the answer, one event; the same again changes nothing.

    It may be changed on the day it was given (Beijing). Raises ValidationError before the day it
    is due, after the day of the answer, for a case that was withdrawn, and for unknown values.
    """
    now = now or timezone.now()
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=follow_up.complaint_id)
    follow_up = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    _refuse_unknown(limit_back, reason_given)
    said = (limit_back, reason_given, useful)
    if said == (follow_up.limit_back, follow_up.reason_given, follow_up.useful):
        return follow_up
    _refuse_wrong_time(complaint, follow_up, now)
    follow_up.limit_back, follow_up.reason_given, follow_up.useful = said
    follow_up.answered_at = follow_up.answered_at or now
    follow_up.save()
    write_event(
        complaint,
        "follow-up",
        complaint.state,
        actor=actor,
        follow_up=str(follow_up.public_id),
        limit_back=limit_back,
        reason_given=reason_given,
        useful=useful,
    )
    return follow_up


def _refuse_unknown(limit_back: str, reason_given: str) -> None:
    if limit_back not in LimitBack.values:
        raise field_refusal("limit_back", _("选项无效"), "invalid_choice")
    if reason_given not in ReasonGiven.values:
        raise field_refusal("reason_given", _("选项无效"), "invalid_choice")


def _refuse_wrong_time(complaint: Complaint, follow_up: FollowUp, now: datetime) -> None:
    if complaint.outcome == Outcome.WITHDRAWN:
        raise ValidationError(_("案件已经撤回，不再回访。"), code="withdrawn")
    if follow_up.due_on > today(now):
        raise ValidationError(
            _("还没到回访的日子：%(on)s 再来回答。"),
            code="too_early",
            params={"on": follow_up.due_on.isoformat()},
        )
    if follow_up.answered_at and today(follow_up.answered_at) < today(now):
        raise ValidationError(_("回答过了。只有当天可以改。"), code="answered")
