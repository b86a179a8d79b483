"""Durable work of this app: each entry fetches by id and calls one worker."""

from datetime import timedelta

from inputs.clock import today
from jobs.registry import Effect, JobView, durable, periodic
from summaries import digests


@durable("summaries.change", once=True)
def summarise_change(job: JobView) -> Effect:
    return digests.summarise_change(job.args["change"])


@durable("summaries.case", once=True)
def summarise_case(job: JobView) -> Effect:
    return digests.summarise_case(job.args["complaint"])


@durable("summaries.month")
def summarise_month(job: JobView) -> Effect:
    return digests.summarise_month(job.args["owner"], job.args["year"], job.args["month"])


@durable("summaries.months")
def request_months(job: JobView) -> Effect:
    digests.request_months(today())
    return None


# Daily, because a day may be missed; the keys of the digests make all but the first run free.
periodic("summaries.months", every=timedelta(days=1), offset=timedelta(hours=3))
