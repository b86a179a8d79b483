"""Celery entries: a message carries a job id and nothing else."""

from datetime import datetime, timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from jobs import services, worker
from jobs.registry import Effect, JobView, durable, periodic

SWEEP_LIMIT = 200
KEEP_SLOTS = timedelta(days=30)


@shared_task(name="jobs.run")
def run(job_id: str) -> None:
    worker.run_job(UUID(job_id))


@shared_task(name="jobs.sweep")
def sweep() -> None:
    services.enqueue_due(timezone.now())
    worker.sweep(limit=SWEEP_LIMIT, expires=2 * settings.JOB_SWEEP_SECONDS)


@durable("jobs.delete_old_slots")
def delete_old_slots(job: JobView) -> Effect:
    before = datetime.fromisoformat(job.args["slot"]) - KEEP_SLOTS
    return lambda: _forget(before)


def _forget(before: datetime) -> None:
    services.delete_old_slots(before)


periodic("jobs.delete_old_slots", every=timedelta(days=1), offset=timedelta(hours=3))
