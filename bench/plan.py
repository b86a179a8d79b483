"""The plan: its pages with 60 items, choosing it, ending missed turns, paying debts off."""

import datetime as dt
import logging
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.rounds import head, line, milliseconds, ratio  # noqa: E402
from guidance import content  # noqa: E402
from inputs.clock import today  # noqa: E402
from records.domain.debt import DebtNow  # noqa: E402
from records.domain.plan import Situation, choose_tips  # noqa: E402
from records.domain.what_if import compare  # noqa: E402
from records.models import PlanItem  # noqa: E402
from records.rolling import roll  # noqa: E402
from records.services import add_own_item, refresh_plan  # noqa: E402
from tests.factories import UserFactory  # noqa: E402

ITEMS, MISSED, PEOPLE = 60, 20_000, 200


def pages(client: Client, bare) -> None:
    for name in ("plan/", "plan/debt/", "plan/record/"):
        address = f"/{name}"
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
            count = len(queries)
        figure = ratio(lambda address=address: client.get(address), bare)
        line(f"{address}, plan of {ITEMS}: share of bare", figure, ">= 0.03", figure >= 0.03)
        line(f"{address}: queries", count, "<= 8", count <= 8)


def choosing() -> None:
    known = content.current()
    titles = {slug: cause.title for slug, cause in known.causes.items()}
    all_causes = Situation(event_on=today(), causes=tuple(known.causes), report_on=today())
    figure = milliseconds(
        lambda: choose_tips(all_causes, known.tips, titles, known.holidays, today())
    )
    line("choose a plan from 46 tips, every cause possible", figure, "<= 5", figure <= 5)
    debts = [DebtNow(str(n), str(n), 5_000_000, None, 1_460, 20_000) for n in range(60)]
    figure = milliseconds(lambda: compare(debts, 50_000))
    line("60 debts, 30 years, three ways of paying (ms)", figure, "<= 200", figure <= 200)


def turning() -> None:
    """Missed turns of many people, found and replaced in batches."""
    people = [UserFactory() for _number in range(PEOPLE)]
    due = today() - dt.timedelta(days=40)
    PlanItem.objects.bulk_create(
        PlanItem(owner=people[number % PEOPLE], own_title="x", repeats="FREQ=MONTHLY", due_on=due)
        for number in range(MISSED)
    )
    started, after = time.perf_counter(), 0
    while effect := roll("bench", after, today()):
        with transaction.atomic():
            effect()
        after = effect.args[0][-1]
    spent = (time.perf_counter() - started) * 1000 / MISSED
    line("end a missed turn and begin the next (ms each)", spent, "<= 1", spent <= 1)
    assert not PlanItem.objects.filter(state="todo", due_on=due).exists()


def main() -> None:
    logging.disable(logging.CRITICAL)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    person, client, anonymous = UserFactory(), Client(), Client()
    client.force_login(person)
    refresh_plan(owner=person, situation=Situation(event_on=today()), today=today())
    for number in range(ITEMS - PlanItem.objects.for_user(person).count()):
        add_own_item(owner=person, title=f"第 {number} 件", due_on=today())
    head("plan: pages, choosing, turning")
    pages(client, lambda: anonymous.get("/health/live"))
    choosing()
    turning()


if __name__ == "__main__":
    main()
