"""Durable work of this app: each entry fetches by id and calls one worker."""

from datetime import date, datetime, timedelta
from functools import partial

from inputs.clock import today
from jobs.registry import Effect, JobView, durable, periodic
from limits import assessing, bills, calibrating, crowd, importers

LOOK_BACK = timedelta(days=1)


@durable("limits.assess_near", once=True)
def assess_near(job: JobView) -> Effect:
    on = date.fromisoformat(job.args["on"])
    return partial(assessing.assess_near, job.args["owner"], on)


@durable("limits.assess", once=True)
def assess_changes(job: JobView) -> Effect:
    return partial(assessing.assess_again, job.args["changes"])


@durable("limits.read_import")
def read_import(job: JobView) -> Effect:
    return importers.read_import(job.args["batch"], today(), job.progress)


@durable("limits.save_import")
def save_import(job: JobView) -> Effect:
    return importers.save_import(job.args["batch"], job.progress)


@durable("limits.assess_import")
def assess_import(job: JobView) -> Effect:
    importers.assess_import(job.args["batch"], job.args["first"], job.args["last"], today())
    return None


@durable("limits.read_bill")
def read_bill(job: JobView) -> Effect:
    return bills.read_uploaded(job.args["bill"], job.progress)


@durable("limits.purge_imports")
def purge_imports(job: JobView) -> Effect:
    return importers.purge


@durable("limits.calibrate")
def calibrate(job: JobView) -> Effect:
    return calibrating.calibrate(datetime.fromisoformat(job.args["slot"]).date())


@durable("limits.crowd")
def recount_crowd(job: JobView) -> Effect:
    """An hour's run counts a whole day's entries again, so that up to a day may be missed."""
    return partial(crowd.store, crowd.recount(datetime.fromisoformat(job.args["slot"]) - LOOK_BACK))


@durable("limits.crowd_all")
def recount_whole_crowd(job: JobView) -> Effect:
    return partial(crowd.store, crowd.recount())


# Late in the day: public pages are made anew after midnight and then kept (guidance.http).
periodic("limits.calibrate", every=timedelta(days=1), offset=timedelta(hours=23))
periodic("limits.crowd", every=timedelta(hours=1), offset=timedelta(minutes=20))
periodic("limits.crowd_all", every=timedelta(days=1), offset=timedelta(hours=4, minutes=40))
periodic("limits.purge_imports", every=timedelta(days=1), offset=timedelta(hours=3, minutes=20))
