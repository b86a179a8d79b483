"""Durable work of this app: each entry fetches by id and calls one worker."""

from datetime import timedelta

from inputs.clock import today
from jobs.registry import Effect, JobView, durable, periodic
from records import rolling


@durable(rolling.KIND)
def roll_plans(job: JobView) -> Effect:
    """Of the day it runs, not of its slot: what is late speaks of today."""
    return rolling.roll(job.args["slot"], job.args.get("after", 0), today())


# After midnight in Beijing, before anyone is reminded of anything.
periodic(rolling.KIND, every=timedelta(days=1), offset=timedelta(hours=1))
