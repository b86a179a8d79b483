"""Durable work of the whole site: copies of a person's data, and their end."""

from datetime import datetime, timedelta
from functools import partial

from jobs.registry import Effect, JobView, durable, periodic
from portal import exporting


@durable("portal.export")
def make_export(job: JobView) -> Effect:
    return exporting.make_export(job.args["export"], job.progress)


@durable("portal.expire_exports")
def expire_exports(job: JobView) -> Effect:
    return partial(exporting.expire, datetime.fromisoformat(job.args["slot"]))


periodic("portal.expire_exports", every=timedelta(days=1), offset=timedelta(hours=3, minutes=50))
