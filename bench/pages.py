"""Pages as a share of the bare view's rate, in process, on SQLite with synchronous=FULL."""

import datetime as dt
import logging
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.rounds import head, line, ratio  # noqa: E402
from tests.factories import CreditLineFactory, LimitChangeFactory, UserFactory, file, log  # noqa: E402


def history(person, count: int):
    line = CreditLineFactory(owner=person, product_slug="weilidai")
    for number in range(count):
        LimitChangeFactory(
            line=line,
            before_fen=number,
            after_fen=number + 1,
            effective_on=dt.date(2010, 1, 1) + dt.timedelta(days=number),
        )
    return line


def main() -> None:
    """Without a broker and cache: what is measured is the site, not a missing neighbour."""
    logging.disable(logging.CRITICAL)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.API_RATE = "100000000/min"
    person = UserFactory()
    change = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    file(person, change, key="1")
    file(person, change, key="2")
    history(person, 200)
    client, anonymous = Client(), Client()
    client.force_login(person)

    def bare():
        return anonymous.get("/health/live")

    def log_one():
        return client.post(
            "/changes/new/",
            {"product": "huabei", "before": "2", "after": "1", "effective_on": "2026-10-12"},
        )

    rows = [
        ("P1 home", lambda: anonymous.get("/"), 0.25, None),
        ("P1 cause page", lambda: anonymous.get("/causes/segment-fit/"), 0.25, None),
        ("P2 dashboard, 200 changes", lambda: client.get("/me/"), 0.08, 10),
        ("P3 change page", lambda: client.get(f"/changes/{change.public_id}/"), 0.06, 8),
        ("P6 API list", lambda: client.get("/api/v1/changes/"), 0.10, 4),
        ("P4 log a change, durable", log_one, 0.06, 15),
    ]
    head("pages: share of the bare view's rate, and queries")
    for name, call, goal, most in rows:
        with CaptureQueriesContext(connection) as queries:
            status = call().status_code
            count = len(queries)
        assert status in (200, 302), (name, status)
        figure = ratio(call, bare)
        line(name, figure, f">= {goal}", figure >= goal)
        if most is not None:
            line(f"{name}: queries", count, f"<= {most}", count <= most)


if __name__ == "__main__":
    main()
