"""Durable work of this app: each entry fetches by id and calls one worker."""

from datetime import datetime, timedelta
from functools import partial

from complaints import documents, drafts, recounting, reminders, tallies
from complaints.vault import intake, upkeep
from inputs.clock import today
from jobs.registry import Effect, JobView, durable, periodic


@durable("complaints.document")
def make_document(job: JobView) -> Effect:
    return documents.make_document(job.args["document"], job.progress)


@durable("complaints.purge_bundles")
def purge_bundles(job: JobView) -> Effect:
    return partial(documents.purge_bundles, datetime.fromisoformat(job.args["slot"]))


@durable("complaints.read_evidence", once=True)
def read_evidence(job: JobView) -> Effect:
    return intake.read_evidence(job)


@durable("complaints.mask_evidence", once=True)
def mask_evidence(job: JobView) -> Effect:
    return intake.mask_evidence(job)


@durable("complaints.purge_evidence")
def purge_evidence(job: JobView) -> Effect:
    return partial(upkeep.purge, datetime.fromisoformat(job.args["slot"]))


@durable("complaints.check_evidence")
def check_evidence(job: JobView) -> Effect:
    upkeep.check(datetime.fromisoformat(job.args["slot"]), job.progress)
    return None


@durable("complaints.purge_drafts")
def purge_drafts(job: JobView) -> Effect:
    return partial(drafts.purge, datetime.fromisoformat(job.args["slot"]))


@durable("complaints.remind")
def remind(job: JobView) -> Effect:
    return partial(reminders.ask_for_scans, job.args["slot"])


@durable("complaints.remind_batch", once=True)
def remind_batch(job: JobView) -> Effect:
    """Of the day it runs, not of its slot: what is late speaks of today."""
    return reminders.remind(job.args["slot"], job.args["scan"], job.args["after"], today())


@durable("complaints.recount_clocks", once=True)
def recount_clocks(job: JobView) -> Effect:
    return recounting.recount(job.args["slot"])


@durable("complaints.tally")
def tally_outcomes(job: JobView) -> Effect:
    return tallies.tally_outcomes(datetime.fromisoformat(job.args["slot"]).date())


periodic("complaints.purge_drafts", every=timedelta(days=1), offset=timedelta(hours=4))
periodic("complaints.purge_evidence", every=timedelta(days=1), offset=timedelta(hours=3))
periodic("complaints.check_evidence", every=timedelta(days=1), offset=timedelta(hours=2))
periodic("complaints.remind", every=timedelta(days=1), offset=timedelta(hours=9))
periodic("complaints.recount_clocks", every=timedelta(days=1), offset=timedelta(hours=5))
# Late in the day, as limits.calibrate: public pages are made anew after midnight.
periodic("complaints.tally", every=timedelta(days=1), offset=timedelta(hours=22, minutes=30))
periodic("complaints.purge_bundles", every=timedelta(days=1), offset=timedelta(hours=3, minutes=40))
