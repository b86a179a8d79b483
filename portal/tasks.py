"""Durable work of the whole site: copies of a person's data, and their end; ended sessions."""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from jobs.registry import Effect, JobView, durable, periodic
from portal import erasing, exporting
from portal.erasing import sessions, sweeping, telling


@durable("portal.export", once=True)
def make_export(job: JobView) -> Effect:
    return exporting.make_export(job.args["export"], job.progress)


@durable("portal.expire_exports")
def expire_exports(job: JobView) -> Effect:
    return partial(exporting.expire, datetime.fromisoformat(job.args["slot"]))


@durable("portal.erase", once=True)
def erase(job: JobView) -> Effect:
    """As of the run that found it due, where one did (`erase_due`); else as of now."""
    at = job.args.get("at")
    return erasing.erase(job.args["receipt"], datetime.fromisoformat(at) if at else timezone.now())


@durable("portal.tell_leaving", once=True)
def tell_leaving(job: JobView) -> Effect:
    telling.tell_leaving(job.args["receipt"])
    return None


@durable("portal.sweep", once=True)
def sweep(job: JobView) -> Effect:
    sweeping.sweep(job)
    return None


@durable("portal.erase_due")
def erase_due(job: JobView) -> Effect:
    """What a lost job left, what was held until now, keys that were not destroyed, and who came
    back with a restored backup."""
    now = timezone.now()
    erasing.erase_due(now)
    erasing.ask_for_lost_keys(now)
    erasing.erase_again()
    return None


@durable("portal.forget_sessions")
def forget_sessions(job: JobView) -> Effect:
    return partial(sessions.forget_ended_sessions, datetime.fromisoformat(job.args["slot"]))


periodic("portal.forget_sessions", every=timedelta(days=1), offset=timedelta(hours=3, minutes=30))
periodic("portal.erase_due", every=timedelta(days=1), offset=timedelta(hours=4, minutes=20))
periodic("portal.expire_exports", every=timedelta(days=1), offset=timedelta(hours=3, minutes=50))
