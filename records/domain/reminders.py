"""Which reminder an item of the plan or a repayment day is at on a day. Pure.

One stage at a time, the latest one reached, and each names its day: a day that moves has stages of
its own. Whoever has acted is at no stage. A turn whose next one has come is at no stage either,
whether or not the night job has replaced it yet: nobody is told of what no longer stands.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from records.domain.recurrence import next_day
from records.domain.states import LATER, OPEN

# What a notice is about: these, a colon and the id; of payments the id of the person, because the
# repayments of one day are one reminder.
ITEM, PAYMENTS = "records.item", "records.payments"

DAYS_BEFORE = 3
# How long a stage may still be told after its day, after an outage; older ones are history.
CATCH_UP = 6
LAST_DAY = 31
LONGEST_TURN = 800  # days; a yearly turn ends after 366


@dataclass(frozen=True, slots=True)
class Planned:
    """An item as a reminder sees it. `rule`: how it recurs, "" once; `holds`: its tip is valid."""

    state: str
    due_on: date | None = None
    remind_on: date | None = None
    rule: str = ""
    holds: bool = True


def item_stage(item: Planned, today: date) -> str | None:
    """`later`, `soon` or `over` with the day it speaks of; else None.

    `later` is the day the person chose himself, so it goes first, and before it he is told nothing.
    """
    if item.state not in OPEN or not item.holds or is_replaced(item.rule, item.due_on, today):
        return None
    if item.state == LATER and item.remind_on is not None:
        waited = (today - item.remind_on).days
        if waited <= CATCH_UP:
            return f"later:{item.remind_on.isoformat()}" if waited >= 0 else None
    return _due_stage(item.due_on, today) if item.due_on else None


def _due_stage(due_on: date, today: date) -> str | None:
    left = (due_on - today).days
    if not -CATCH_UP <= left <= DAYS_BEFORE:
        return None
    return f"{'soon' if left >= 0 else 'over'}:{due_on.isoformat()}"


def is_replaced(rule: str, due_on: date | None, today: date) -> bool:
    """The next turn has come. The last turn of a counted series is taken for any other: when in
    doubt nobody is reminded."""
    ended_on = last_replaced_on(rule, today)
    return due_on is not None and ended_on is not None and due_on <= ended_on


@lru_cache(maxsize=256)
def last_replaced_on(rule: str, today: date) -> date | None:
    """Turns due on this day or before have been followed by another by today; None for what
    happens once. A later turn is never followed sooner, so the day is found by halving."""
    if not rule:
        return None
    back = bisect_left(range(1, LONGEST_TURN), True, key=lambda days: _is_over(rule, today, days))
    return today - timedelta(days=back + 1)


def _is_over(rule: str, today: date, days: int) -> bool:
    due_on = today - timedelta(days=days)
    following = next_day(rule, start=due_on, after=due_on)
    return following is not None and following <= today


def payment_stage(on: date, today: date) -> str | None:
    """`before` with its day: once, from three days before until the day itself."""
    return f"before:{on.isoformat()}" if 0 <= (on - today).days <= DAYS_BEFORE else None


def payment_days(today: date) -> dict[int, date]:
    """The days of the month (1 to 31) on which a repayment is near enough to be told, each with its
    date. On the last day of a shorter month the days it lacks are due as well."""
    dates = [today + timedelta(days=ahead) for ahead in range(DAYS_BEFORE + 1)]
    return {day: on for on in dates for day in range(on.day, _highest(on) + 1)}


def _highest(on: date) -> int:
    is_last = (on + timedelta(days=1)).day == 1
    return LAST_DAY if is_last else on.day
