"""The worker that adds up the follow-ups once a day, without names. Safe to run twice: a row a day.

Reads follow-ups, writes `OutcomeTally` and nothing else.
"""

from datetime import date
from functools import partial
from typing import Any

from complaints.domain.follow_up import Told, steadied, tally
from complaints.models import FollowUp, OutcomeTally
from jobs.registry import Effect
from limits.crowd import DEMO

BATCH = 2_000


def tally_outcomes(on: date) -> Effect:
    """One query over the answers, oldest first, one for the result before this day's.

    Persons of the demonstration are left out.
    """
    rows = (
        FollowUp.objects.answered()
        .filter(complaint__removed_at=None)
        .exclude(owner__display_name=DEMO)
        .order_by("answered_at", "pk")
        .values_list(
            "owner_id",
            "complaint__respondent_slug",
            "complaint__product_slug",
            "limit_back",
            "reason_given",
            "useful",
        )
    )
    found = tally(Told(*row) for row in rows.iterator(chunk_size=BATCH))
    return partial(_store, on, steadied(found, _groups_before(on)))


def _groups_before(on: date) -> list[dict[str, Any]]:
    newest = OutcomeTally.objects.filter(made_on__lt=on).order_by("-made_on").first()
    return newest.result["groups"] if newest else []


def _store(on: date, groups: list[dict[str, Any]]) -> None:
    OutcomeTally.objects.update_or_create(made_on=on, defaults={"result": {"groups": groups}})


def public_outcomes() -> dict[str, Any]:
    """The newest result as plain values; the day is None before the first run."""
    row = OutcomeTally.objects.order_by("-made_on").first()
    if row is None:
        return {"made_on": None, "groups": []}
    return {"made_on": row.made_on, "groups": row.result["groups"]}
