"""Stands for the web process: cause and job in one transaction. Goes on where it was killed."""

import os
import sys
import time

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import Max  # noqa: E402

from jobs.services import enqueue  # noqa: E402
from tests.jobs.ledger.models import Cause  # noqa: E402
from tests.jobs.ledger.tasks import direct  # noqa: E402


def ask(number):
    Cause.objects.create(number=number)
    if os.environ.get("LEDGER_BREAK") == "outbox":
        transaction.on_commit(lambda: direct.delay(number))
    else:
        enqueue(kind="ledger.note", key=f"note:{number}", args={"number": number})


def main(total, pause):
    last = Cause.objects.aggregate(last=Max("number"))["last"] or 0
    for number in range(last + 1, total + 1):
        with transaction.atomic():
            ask(number)
        time.sleep(pause)


main(int(sys.argv[1]), float(sys.argv[2]))
