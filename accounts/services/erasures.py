"""Asking for an account to be deleted, and calling it off."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ErasureKind, ErasureState
from accounts.models import Erasure, User
from jobs.services import enqueue

GRACE = timedelta(days=7)
JOB, TELL = "portal.erase", "portal.tell_leaving"
# No I, O, 0, 1: it is read from a screenshot or over the telephone. 20 letters are 100 bits.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PARTS, PART_LETTERS = 4, 5


def new_receipt_no() -> str:
    parts = ("".join(secrets.choice(LETTERS) for _n in range(PART_LETTERS)) for _p in range(PARTS))
    return "-".join(parts)


@transaction.atomic
def request_erasure(*, owner: User, at_once: bool, now: datetime) -> Erasure:
    """Delete the account on its day, seven days from now or at once; asking again changes only
    the day, and only to an earlier one. At once, nobody signs in any more.

    Raises ValidationError for staff: what they did in the back office would go with the account.
    """
    owner = User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if owner.is_staff:
        raise ValidationError(
            _("这是工作人员的账户，不能自己删除。先请管理员收回工作人员权限。"), code="staff"
        )
    due_at = now if at_once else now + GRACE
    erasure = open_erasure(
        kind=ErasureKind.ACCOUNT,
        person=owner.public_id,
        subject=owner.public_id,
        now=now,
        due=due_at,
    )
    owner.leaving_at = erasure.due_at
    owner.is_active = owner.is_active and not at_once
    owner.save(update_fields=["leaving_at", "is_active"])
    _ask(erasure, at_once=at_once)
    return erasure


def open_erasure(
    *, kind: str, person: uuid.UUID, subject: uuid.UUID, now: datetime, due: datetime
) -> Erasure:
    """The open request for this subject, or a new one, in the caller's transaction."""
    erasure = Erasure.objects.open().filter(subject=subject).first()
    if erasure is None:
        return Erasure.objects.create(
            kind=kind,
            person=person,
            subject=subject,
            receipt_no=new_receipt_no(),
            asked_at=now,
            due_at=due,
        )
    if due < erasure.due_at:
        erasure.due_at = due
        erasure.save(update_fields=["due_at"])
    return erasure


def _ask(erasure: Erasure, *, at_once: bool) -> None:
    """A job on the day; a daily one looks for what was missed."""
    args = {"receipt": erasure.receipt_no}
    if at_once:
        enqueue(kind=JOB, key=f"{JOB}:{erasure.receipt_no}:now", args=args)
    else:
        key = f"{JOB}:{erasure.receipt_no}"
        enqueue(kind=JOB, key=key, args=args, run_after=erasure.due_at)
        enqueue(kind=TELL, key=f"{TELL}:{erasure.receipt_no}", args=args)


@transaction.atomic
def cancel_erasure(*, owner: User, now: datetime) -> bool:
    """Keep the account after all; False when there is nothing to call off any more."""
    owner = User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    waiting = Erasure.objects.of_person(owner.public_id).accounts()
    waiting = waiting.filter(state=ErasureState.WAITING)
    called_off = waiting.update(state=ErasureState.CANCELLED, cancelled_at=now)
    if called_off:
        owner.leaving_at = None
        owner.save(update_fields=["leaving_at"])
    return bool(called_off)
