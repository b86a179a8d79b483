"""Removing a case with a time to think again, and keeping one that the law asks to keep."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import ErasureKind, ErasureState
from accounts.models import Erasure, Notice, User
from accounts.services import open_erasure
from complaints.domain.reminders import FOLLOW_UP, STEP
from complaints.models import Complaint, FollowUp, Step
from complaints.services.events import ask_for_summary, write_event

GRACE = timedelta(days=30)


@transaction.atomic
def remove_complaint(*, complaint: Complaint, actor: User, now: datetime) -> Erasure:
    """Out of every list at once; destroyed after 30 days by a job (portal.erasing). Twice: the
    first day stays."""
    complaint = _locked(complaint)
    if complaint.removed_at is None:
        complaint.removed_at = now
        _save(complaint, "remove", actor)
        notices_about(complaint).update(hidden_at=now)
    return open_erasure(
        kind=ErasureKind.CASE,
        person=actor.public_id,
        subject=complaint.public_id,
        now=now,
        due=complaint.removed_at + GRACE,
    )


@transaction.atomic
def restore_complaint(*, complaint: Complaint, actor: User, now: datetime) -> Complaint:
    """Back as it was. Not removed: nothing happens."""
    complaint = _locked(complaint)
    if complaint.removed_at is not None:
        complaint.removed_at = None
        _save(complaint, "restore", actor)
        notices_about(complaint).update(hidden_at=None)
        asked = Erasure.objects.open().filter(subject=complaint.public_id)
        asked.update(state=ErasureState.CANCELLED, cancelled_at=now)
    return complaint


@transaction.atomic
def hold_complaint(
    *, complaint: Complaint, until: date, reason: str, actor: User, today: date
) -> Complaint:
    """Staff: this case may not be destroyed before the day after `until` (PIPL art. 47). Raises
    ValidationError for a day that is over or a hold without a reason."""
    if until < today:
        past = ValidationError(_("留存到的日期不能早于今天"), code="past")
        raise ValidationError({"held_until": past})
    if not reason:
        missing = ValidationError(_("请选留存的原因"), code="required")
        raise ValidationError({"held_reason": missing})
    complaint = _locked(complaint)
    complaint.held_until, complaint.held_reason = until, reason
    complaint.save(update_fields=["held_until", "held_reason"])
    told = {"until": until.isoformat(), "reason": reason}
    write_event(complaint, "hold", complaint.state, actor=actor, **told)
    return complaint


@transaction.atomic
def release_complaint(*, complaint: Complaint, actor: User) -> Complaint:
    """Staff: the hold ends before its day. Not held: nothing happens."""
    complaint = _locked(complaint)
    if complaint.held_until is not None:
        complaint.held_until, complaint.held_reason = None, ""
        complaint.save(update_fields=["held_until", "held_reason"])
        write_event(complaint, "release", complaint.state, actor=actor)
    return complaint


def notices_about(complaint: Complaint) -> QuerySet[Notice]:
    """Everything its owner was told of this case; a notice names a step or a follow-up, not it."""
    steps = Step.objects.filter(complaint=complaint).values_list("public_id", flat=True)
    plans = FollowUp.objects.filter(complaint=complaint).values_list("public_id", flat=True)
    about = [*(f"{STEP}:{key}" for key in steps), *(f"{FOLLOW_UP}:{key}" for key in plans)]
    found: QuerySet[Notice] = Notice.objects.filter(owner=complaint.owner_id, about__in=about)
    return found


def _locked(complaint: Complaint) -> Complaint:
    found: Complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    return found


def _save(complaint: Complaint, action: str, actor: User) -> None:
    """A new version, so that the summary of the case is made, or forgotten, anew."""
    complaint.version += 1
    complaint.save(update_fields=["removed_at", "version"])
    write_event(complaint, action, complaint.state, actor=actor)
    ask_for_summary(complaint)
