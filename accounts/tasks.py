"""Durable work of this app."""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from accounts import mailing
from accounts.models import Access, IdempotentRequest, Notice
from accounts.senders import EmailSender
from jobs.registry import Effect, JobView, durable, periodic
from jobs.services import enqueue

SEND_EVERY = timedelta(minutes=10)
KEEP_REQUESTS = timedelta(hours=48)
KEEP_NOTICES = timedelta(days=400)
KEEP_ACCESS = timedelta(days=400)


@durable("accounts.forget_requests")
def forget_requests(job: JobView) -> Effect:
    """Answers to repeated requests are kept for two to three days. Twice: nothing left to do."""
    before = datetime.fromisoformat(job.args["slot"]) - KEEP_REQUESTS
    return lambda: _forget(before)


def _forget(before: datetime) -> None:
    IdempotentRequest.objects.made_before(before).delete()


@durable("accounts.send_notices")
def send_notices(job: JobView) -> Effect:
    """What is due since the last run; who has quiet hours or a digest waits for its moment. A run
    that leaves some behind is followed by another at once, until the next slot has its own."""
    sender = EmailSender()
    try:
        more = mailing.send_queued(timezone.now, sender, job.progress)
    finally:
        sender.close()
    slot = datetime.fromisoformat(job.args["slot"])
    return partial(_go_on, job) if more and timezone.now() < slot + SEND_EVERY else None


def _go_on(job: JobView) -> None:
    args = {"slot": job.args["slot"], "run": job.args.get("run", 1) + 1}
    key = f"periodic:{job.kind}:{args['slot']}:{args['run']}"
    enqueue(kind=job.kind, key=key, args=args)


@durable("accounts.forget_notices")
def forget_notices(job: JobView) -> Effect:
    """Longer than any stage can still be told. Twice: nothing left to do."""
    before = datetime.fromisoformat(job.args["slot"]) - KEEP_NOTICES
    return lambda: _forget_notices(before)


def _forget_notices(before: datetime) -> None:
    Notice.objects.told_before(before).delete()


@durable("accounts.forget_access")
def forget_access(job: JobView) -> Effect:
    """Who looked is kept for 400 days. Twice: nothing left to do."""
    before = datetime.fromisoformat(job.args["slot"]) - KEEP_ACCESS
    return lambda: _forget_access(before)


def _forget_access(before: datetime) -> None:
    Access.objects.before(before).delete()


periodic("accounts.forget_access", every=timedelta(days=1), offset=timedelta(hours=4, minutes=30))
periodic("accounts.send_notices", every=SEND_EVERY, offset=timedelta(minutes=4))
periodic("accounts.forget_notices", every=timedelta(days=1), offset=timedelta(hours=4, minutes=10))
periodic("accounts.forget_requests", every=timedelta(days=1), offset=timedelta(hours=4))
