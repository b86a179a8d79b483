import os
import random
import time

from celery import shared_task
from django.conf import settings
from django.db import transaction

from jobs.killpoints import kill_point
from jobs.models import JobQuerySet
from jobs.registry import durable
from tests.jobs.ledger.models import Entry

SLOW_EVERY = int(os.environ.get("LEDGER_SLOW_EVERY", "25"))

if os.environ.get("LEDGER_BREAK") == "token":
    JobQuerySet.held = lambda self, job_id, token: self.filter(pk=job_id)


@durable("ledger.note")
def note(job):
    """Some work overstays its lease at the first try, so that a stale result comes in."""
    number = job.args["number"]
    overstays = number % SLOW_EVERY == 0 and job.token == 1
    time.sleep(settings.JOB_LEASE_SECONDS + 2.5 if overstays else random.uniform(0.05, 0.2))
    return lambda: write(number, job.token)


def write(number, token):
    Entry.objects.create(number=number, token=token)


@shared_task(name="ledger.direct")
def direct(number):
    """The same work without a job row: what a task queue alone can promise."""
    kill_point("after-claim")
    time.sleep(random.uniform(0.05, 0.2))
    kill_point("after-work")
    with transaction.atomic():
        write(number, 0)
        kill_point("before-commit")
    kill_point("after-commit")
