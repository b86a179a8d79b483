"""Reminders of 100,000 people, found and queued by the database, against the bare INSERT … SELECT.

On SQLite; on PostgreSQL too when BENCH_DATABASE_URL names a database that may be filled. Run alone
with a DATABASE_URL it measures that one.
"""

import datetime as dt
import logging
import os
import statistics
import subprocess
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Notice, User  # noqa: E402
from bench.rounds import head, line  # noqa: E402
from inputs.clock import today  # noqa: E402
from jobs.models import Job  # noqa: E402
from records import reminders  # noqa: E402
from records.models import Debt, PlanItem  # noqa: E402

PEOPLE, GOAL, ROUNDS = 100_000, 3, 3
OTHERS = 3  # items of each person that are not near
COLUMNS = "public_id, owner_id, kind, about, stage, data, path, state, created_at"
# The least that can be asked of a database: the same rows and columns, ids ready made.
BARE = {
    "items": f"""INSERT INTO accounts_notice ({COLUMNS})
        SELECT public_id, owner_id, 'plan', 'records.item:' || public_id, 'soon:' || due_on,
            '{{}}', '/plan/', 'queued', created_at
        FROM records_planitem
        WHERE state IN ('todo', 'doing', 'later') AND due_on BETWEEN %s AND %s
        ON CONFLICT DO NOTHING""",
    "payments": f"""INSERT INTO accounts_notice ({COLUMNS})
        SELECT public_id, owner_id, 'payment', 'records.payments:' || public_id, 'before:',
            '{{}}', '/plan/debt/', 'queued', created_at
        FROM records_debt
        WHERE due_day = %s AND owed_fen > 0
        ON CONFLICT DO NOTHING""",
}


def fill(day: dt.date) -> None:
    """Everyone has one item and one repayment within three days, and items that are not near."""
    users = User.objects.bulk_create(
        (User(email=f"bench-{number}@example.org", password="!") for number in range(PEOPLE)),
        batch_size=2_000,
    )
    near = [day + dt.timedelta(days=number % 4) for number in range(4)]
    PlanItem.objects.bulk_create(
        (
            PlanItem(owner=user, own_title="x", due_on=near[number % 4])
            for number, user in enumerate(users)
        ),
        batch_size=2_000,
    )
    PlanItem.objects.bulk_create(
        (
            PlanItem(owner=user, own_title="x", due_on=day + dt.timedelta(days=30 + number))
            for user in users
            for number in range(OTHERS)
        ),
        batch_size=2_000,
    )
    Debt.objects.bulk_create(
        (Debt(owner=user, name="x", owed_fen=1, due_day=near[2].day, as_of=day) for user in users),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_notice")
        cursor.execute("DELETE FROM jobs_job")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM accounts_notice")


def bare(day: dt.date) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE["items"], [day, day + dt.timedelta(days=3)])
        cursor.execute(BARE["payments"], [(day + dt.timedelta(days=2)).day])


def ours(now: dt.datetime) -> float:
    """The whole pass, batch by batch as the jobs run it; the longest transaction in seconds."""
    longest = 0.0
    for scan in reminders.SCANS:
        after: int | None = 0
        while after is not None:
            effect = reminders.remind("bench", scan, after, now)
            started = time.perf_counter()
            with transaction.atomic():
                effect()
            longest = max(longest, time.perf_counter() - started)
            after = effect.args[3]
    return longest


def timed(call) -> float:
    forget()
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def measure() -> None:
    day, now = today(), timezone.now()
    fill(day)
    head(f"reminders of {PEOPLE} people ({connection.vendor})")
    timed(lambda: bare(day))
    longest: list[float] = []
    ratios = []
    for _round in range(ROUNDS):
        least = timed(lambda: bare(day))
        ratios.append(timed(lambda: longest.append(ours(now))) / least)
    count = Notice.objects.count()
    figure = statistics.median(ratios)
    line(f"queue {count} reminders: times the bare SQL", figure, f"<= {GOAL}", figure <= GOAL)
    figure = statistics.median(longest)
    line("longest transaction of it (s)", figure, "<= 2", figure <= 2)
    started = time.perf_counter()
    ours(now)
    again = (time.perf_counter() - started) / least
    line("the same pass again, nothing new: times the bare SQL", again, f"<= {GOAL}", again <= GOAL)
    assert Notice.objects.count() == count == 2 * PEOPLE
    assert Job.objects.count() < 100
    plans()


def plans() -> None:
    """The scans of the plan go by their indexes. Where most debts are near, reading their table is
    the better way, and the database knows."""
    for scan, index in {"due": "plan_due", "later": "plan_remembered"}.items():
        found = index in reminders.SCANS[scan].find(today()).explain()
        line(f"{scan}: goes by {index}", float(found), "= 1", found)


def main() -> None:
    logging.disable(logging.CRITICAL)
    measure()
    url = os.environ.pop("BENCH_DATABASE_URL", "")
    if url:
        again = os.environ | {"DATABASE_URL": url}
        for command in (["manage.py", "migrate", "-v0"], ["manage.py", "sync_content"]):
            subprocess.run([sys.executable, *command], env=again, check=True)
        subprocess.run([sys.executable, "-m", "bench.reminders"], env=again, check=True)


if __name__ == "__main__":
    main()
