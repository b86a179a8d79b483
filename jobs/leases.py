"""Claiming, finishing and failing a job: every write compares and sets, guarded by the token."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Value
from django.db.models.functions import Now

from jobs.enums import JobState
from jobs.killpoints import kill_point
from jobs.models import Job, JobAlert

WORKER_DIED = "WorkerDied"
LONGEST_BACKOFF = timedelta(hours=1)


class LeaseLost(Exception):
    """Another worker has taken the job over; this one's result must be dropped."""


@dataclass(frozen=True)
class Claim:
    """The right to finish one job, as long as nobody claims it again."""

    id: UUID
    kind: str
    key: str
    args: dict[str, Any]
    token: int
    tries: int


def database_time_in(delta: timedelta) -> ExpressionWrapper:
    """`delta` from now by the database's clock."""
    return ExpressionWrapper(
        Now() + Value(delta, output_field=DurationField()), output_field=DateTimeField()
    )


def claim(job_id: UUID) -> Claim | None:
    """Take the job if it is free: UPDATE … WHERE it is still as read. None when somebody has it.

    A lease that ran out counts as a failed try: work that kills its worker must stop some day.
    """
    found = Job.objects.claimable().filter(pk=job_id).first()
    if found is None:
        return None
    tries = found.tries + (found.state == JobState.RUNNING)
    if tries >= settings.JOB_MAX_TRIES:
        _bury(found, tries)
        return None
    taken = (
        Job.objects.claimable()
        .filter(pk=job_id, state=found.state, token=found.token)
        .update(
            state=JobState.RUNNING,
            lease_until=database_time_in(timedelta(seconds=settings.JOB_LEASE_SECONDS)),
            token=F("token") + 1,
            tries=tries,
            progress=0,
            progress_note="",
        )
    )
    if not taken:
        return None
    return Claim(found.id, found.kind, found.key, found.args, found.token + 1, tries)


def finish(held: Claim, effect: Callable[[], None] | None) -> bool:
    """Mark the job done and run its effect in ONE transaction; False when the token is stale."""
    with transaction.atomic(durable=True):
        won = Job.objects.held(held.id, held.token).update(
            state=JobState.DONE,
            done_at=Now(),
            lease_until=None,
            progress=100,
            progress_note="",
            last_error="",
        )
        if won and effect is not None:
            effect()
        kill_point("before-commit")
    return bool(won)


def fail(held: Claim, error: BaseException) -> None:
    """Count the try; wait longer each time, and after the last one stop and raise an alert."""
    name = type(error).__qualname__
    if held.tries + 1 >= settings.JOB_MAX_TRIES:
        _stop(held.id, held.token, held.tries + 1, name)
        return
    Job.objects.held(held.id, held.token).update(
        state=JobState.QUEUED,
        lease_until=None,
        run_after=database_time_in(backoff(held.tries + 1)),
        tries=held.tries + 1,
        last_error=name,
    )


def backoff(tries: int) -> timedelta:
    """Wait before the next try: JOB_RETRY_SECONDS, doubled with each failure, an hour at most."""
    wait = timedelta(seconds=settings.JOB_RETRY_SECONDS * 2 ** (tries - 1))
    return min(wait, LONGEST_BACKOFF)


def report_progress(held: Claim, percent: int, note: str) -> None:
    """Show how far the work is. Raises LeaseLost when the job belongs to someone else by now."""
    shown = max(0, min(100, percent))
    if not Job.objects.held(held.id, held.token).update(progress=shown, progress_note=note[:120]):
        raise LeaseLost(str(held.id))


def _bury(found: Job, tries: int) -> None:
    """Stop a job whose worker died at every try, if it is still as read."""
    _stop(found.id, found.token, tries, WORKER_DIED)


@transaction.atomic
def _stop(job_id: UUID, token: int, tries: int, error: str) -> None:
    stopped = Job.objects.held(job_id, token).update(
        state=JobState.DEAD, lease_until=None, tries=tries, last_error=error
    )
    if stopped:
        JobAlert.objects.create(job_id=job_id, error=error)
