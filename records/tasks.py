"""Durable work of this app: each entry fetches by id and calls one worker."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from inputs.clock import today
from jobs.registry import Effect, JobView, durable, periodic
from records import reminders, rolling


@durable(rolling.KIND, once=True)
def roll_plans(job: JobView) -> Effect:
    """Of the day it runs, not of its slot: what is late speaks of today."""
    return rolling.roll(job.args["slot"], job.args.get("after", 0), today())


@durable(reminders.KIND)
def remind(job: JobView) -> Effect:
    return partial(reminders.ask_for_scans, job.args["slot"])


@durable(reminders.BATCH_KIND, once=True)
def remind_batch(job: JobView) -> Effect:
    """Of the day it runs, not of its slot: what is late speaks of today."""
    args = job.args
    return reminders.remind(args["slot"], args["scan"], args["after"], timezone.now())


# After midnight in Beijing, before anyone is reminded of anything.
periodic(rolling.KIND, every=timedelta(days=1), offset=timedelta(hours=1))
# Before the digests of the day go out.
periodic(reminders.KIND, every=timedelta(days=1), offset=timedelta(hours=7, minutes=30))
