"""Asking for durable work, and starting work again that gave up."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Now

from jobs.enums import JobState
from jobs.models import Job, JobAlert
from jobs.registry import once_kinds, periodic_kinds, slot_start
from jobs.waking import wake


class NotInTransaction(RuntimeError):
    """Work was asked for outside the transaction of its cause, so a crash could lose it."""


def enqueue(*, kind: str, key: str, args: dict[str, Any], run_after: datetime | None = None) -> Job:
    """Write the job row in the caller's transaction; wake a worker once that has committed.

    The same key always gives the same row, also when two callers race (the insert runs in a
    savepoint); a done or dead job is not run again. `args` holds ids, never a user's text.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(kind)
    wanted: dict[str, Any] = {"kind": kind, "args": args}
    if run_after is not None:
        wanted["run_after"] = run_after
    job, created = Job.objects.get_or_create(key=key, defaults=wanted)
    if created and run_after is None:
        transaction.on_commit(lambda: wake(job.id), robust=True)
    return job


def enqueue_new(*, kind: str, key: str, args: dict[str, Any]) -> Job:
    """`enqueue` for a key that cannot exist yet, because it names a row of this transaction.

    One query instead of four; a key that does exist is an IntegrityError.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(kind)
    job = Job.objects.create(kind=kind, key=key, args=args)
    transaction.on_commit(lambda: wake(job.id), robust=True)
    return job


def enqueue_due(now: datetime) -> int:
    """One row per periodic kind and slot. Two beats, or a clock set back, add nothing."""
    wanted = {}
    for work in periodic_kinds():
        slot = slot_start(work, now).isoformat(timespec="minutes")
        wanted[f"periodic:{work.kind}:{slot}"] = (work.kind, slot)
    known = set(Job.objects.filter(key__in=wanted).values_list("key", flat=True))
    for key in wanted.keys() - known:
        kind, slot = wanted[key]
        with transaction.atomic():
            enqueue(kind=kind, key=key, args={"slot": slot})
    return len(wanted.keys() - known)


@transaction.atomic
def retry(job: Job) -> bool:
    """Start a dead job afresh, or a waiting one at once; False when it is running or done."""
    waiting = Job.objects.filter(pk=job.pk, state__in=[JobState.DEAD, JobState.QUEUED])
    if not waiting.update(state=JobState.QUEUED, tries=0, run_after=Now()):
        return False
    JobAlert.objects.filter(job=job.pk, closed_at=None).update(closed_at=Now())
    transaction.on_commit(lambda: wake(job.pk), robust=True)
    return True


def oldest_claimable_age(now: datetime) -> timedelta | None:
    """How long the longest-waiting claimable job has been waiting; None when nothing waits."""
    since = Job.objects.due(now).aggregate(since=Min(Coalesce(F("lease_until"), F("run_after"))))
    return max(now - since["since"], timedelta(0)) if since["since"] else None


def delete_old_slots(before: datetime) -> int:
    """Forget finished rows whose keys cannot come again: of slots that are over, and of kinds
    that say so. Any other key must stay, or its work could be done twice."""
    over = Q(key__startswith="periodic:") | Q(kind__in=once_kinds())
    return Job.objects.filter(over, state=JobState.DONE, done_at__lt=before).delete()[0]
