"""The worker that deletes: accounts and cases on their day, and again after a restore.

Rows go in the one transaction that marks the job done; files, the key of the person and what the
database still holds of deleted pages go in a second job, asked for in that transaction. Each step
may run twice.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts import keyring
from accounts.enums import ErasureKind, ErasureState
from accounts.models import Erasure, User
from accounts.services.erasures import JOB
from complaints.models import Complaint
from inputs.clock import today
from jobs.registry import Effect
from jobs.services import enqueue
from portal.erasing.cases import erase_case
from portal.erasing.gone import Gone
from portal.erasing.people import erase_all, erase_but_held
from portal.erasing.sessions import end_sessions
from portal.erasing.sweeping import ask_to_sweep, checkpoint


def erase(receipt_no: str, now: datetime) -> Effect:
    return partial(_erase, receipt_no, now)


def _erase(receipt_no: str, now: datetime) -> None:
    """Nothing where it was called off, is done, or its day has not come.

    Locks as everybody does: the person, his cases, then the request.
    """
    due = Erasure.objects.open().filter(receipt_no=receipt_no, due_at__lte=now)
    asked = due.first()
    if asked is None:
        return
    people = User.objects.select_for_update(no_key=True)
    user = people.filter(public_id=asked.person).first()
    cases = _locked_cases(asked, user)
    erasure = due.select_for_update().first()
    if erasure is None:
        return
    if erasure.kind == ErasureKind.CASE:
        _erase_case(erasure, cases, now)
    else:
        _erase_account(erasure, user, cases, now)


def _locked_cases(asked: Erasure, user: User | None) -> list[Complaint]:
    """The one case, or all of the person; none changes or gets a hold from here on."""
    cases = Complaint.objects.select_for_update(of=("self",)).order_by("pk")
    if asked.kind == ErasureKind.CASE:
        return list(cases.filter(public_id=asked.subject))
    return list(cases.filter(owner=user)) if user else []


def _is_held(case: Complaint, now: datetime) -> bool:
    return case.held_until is not None and case.held_until >= today(now)


def _erase_case(erasure: Erasure, cases: list[Complaint], now: datetime) -> None:
    case = cases[0] if cases else None
    if case is None:
        _done(erasure, Gone(), now)  # with the account
    elif _is_held(case, now):
        _hold(erasure, [case], Gone())
    else:
        gone = erase_case(case)
        _done(erasure, gone, now)
        ask_to_sweep(erasure.receipt_no, gone.files)


def _erase_account(
    erasure: Erasure, user: User | None, cases: list[Complaint], now: datetime
) -> None:
    if user is None:
        _done(erasure, Gone(), now)
        ask_to_sweep(erasure.receipt_no, [], person=erasure.person)
        return
    end_sessions(user)
    held = [case for case in cases if _is_held(case, now)]
    if held:
        gone = erase_but_held(user, held, now)
        _hold(erasure, held, gone)
        if gone.is_something:
            # A part a hold: the key of an earlier part would find its job, which is done.
            key = f"{erasure.receipt_no}:held:{now:%Y%m%d%H%M%S%f}"
            ask_to_sweep(key, gone.files, address=gone.address)
        return
    gone = erase_all(user)
    _done(erasure, gone, now)
    ask_to_sweep(erasure.receipt_no, gone.files, person=erasure.person, address=gone.address)


def _done(erasure: Erasure, gone: Gone, now: datetime) -> None:
    erasure.state, erasure.done_at = ErasureState.DONE, now
    erasure.counts = gone.added_to(erasure.counts)
    erasure.held, erasure.held_until = 0, None
    erasure.save()
    # Cases that waited in the list of deleted ones went with the account.
    if erasure.kind == ErasureKind.ACCOUNT:
        waiting = Erasure.objects.open().of_person(erasure.person)
        waiting.update(state=ErasureState.DONE, done_at=now)


def _hold(erasure: Erasure, held: list[Complaint], gone: Gone) -> None:
    erasure.state = ErasureState.HELD
    erasure.counts = gone.added_to(erasure.counts)
    erasure.held = len(held)
    erasure.held_until = max(case.held_until for case in held if case.held_until)
    erasure.save()


def erase_due(now: datetime) -> None:
    """Every request whose day has come: those whose job was lost, and those held until now. A job
    each: one that fails keeps no other waiting."""
    due = Erasure.objects.open().filter(due_at__lte=now).order_by("due_at")
    for receipt_no in list(due.values_list("receipt_no", flat=True)):
        key = f"{JOB}:{receipt_no}:due:{now:%Y%m%d%H%M%S%f}"
        args = {"receipt": receipt_no, "at": now.isoformat()}
        with transaction.atomic():
            enqueue(kind=JOB, key=key, args=args)


def ask_for_lost_keys(now: datetime) -> None:
    """Accounts that are deleted but have no tombstone: the job that destroys the key gave up."""
    erased = set(keyring.erased_people())
    done = Erasure.objects.accounts().filter(state=ErasureState.DONE)
    for receipt_no, person in list(done.values_list("receipt_no", "person")):
        if person not in erased:
            with transaction.atomic():
                ask_to_sweep(f"{receipt_no}:key:{now:%Y%m%d%H%M%S%f}", [], person=person)


def erase_again() -> int:
    """After a restore: everybody with a tombstone who is in the database; how many there were."""
    people = list(User.objects.filter(public_id__in=keyring.erased_people()))
    for user in people:
        with transaction.atomic():
            end_sessions(user)
            gone = erase_all(user)
            key = f"again:{user.public_id}:{timezone.now():%Y%m%d%H%M%S}"
            ask_to_sweep(key, gone.files, person=user.public_id, address=gone.address)
    checkpoint()
    return len(people)
