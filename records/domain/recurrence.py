"""When something comes back. Civil days of Beijing; the rule itself is reckoned by dateutil."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

COUNT = re.compile(r";?COUNT=(?P<count>\d+)")
PARTS_THAT_NAME_A_DAY = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
SHORTEST_MONTH = 28


def next_occurrence(rule: str, *, due_on: date | None, done_on: date, number: int) -> date | None:
    """The day of the item after number `number` of a series, done on `done_on`.

    Counted from the day the finished item was due, so that the days do not wander, and always
    after both days. None for what happens once, and when a COUNT is used up.
    """
    if not rule or _is_last(rule, number):
        return None
    start = due_on or done_on
    return next_day(rule, start=start, after=max(start, done_on))


def first_turn(rule: str, given_on: date | None, today: date) -> date | None:
    """When something new begins: a day in the past says which day of the month or year is meant of
    what comes back. What happens once keeps its day."""
    if not rule or given_on is None or given_on >= today:
        return given_on
    return next_day(rule, start=given_on, after=today - timedelta(days=1))


def replacement_of_missed(rule: str, *, due_on: date, today: date, number: int) -> date | None:
    """The day of the item that replaces one whose next turn has come; None while it has not.

    What was missed is not piled up: the replacement is the first turn from today on.
    """
    if not rule or _is_last(rule, number) or due_on >= today:
        return None
    following = next_day(rule, start=due_on, after=due_on)
    if following is None or following > today:
        return None
    return next_day(rule, start=due_on, after=today - timedelta(days=1))


@lru_cache(maxsize=1024)
def next_day(rule: str, *, start: date, after: date) -> date | None:
    """The first day of a rule strictly after `after`, None where there is none.

    A rule without end is only asked for its next day, never written out. Kept, because one night
    asks the same of the steps of many people.
    """
    found = _series(rule, start).after(datetime.combine(after, time()))
    return found.date() if found else None


def days_between(rule: str, *, start: date, first: date, last: date) -> tuple[date, ...]:
    """The days of a rule from `first` to `last`, both included."""
    found = _series(rule, start).between(
        datetime.combine(first, time()), datetime.combine(last, time()), inc=True
    )
    return tuple(moment.date() for moment in found)


def _series(rule: str, start: date) -> rrule:
    text = f"RRULE:{_kept_in_short_months(COUNT.sub('', rule), start)}"
    return rrulestr(text, dtstart=datetime.combine(start, time()))  # type: ignore[return-value]


def _kept_in_short_months(rule: str, start: date) -> str:
    """RFC 5545 leaves out months without a 31st and years without a 29 February; people mean the
    last day of the month then."""
    if start.day <= SHORTEST_MONTH or any(part in rule for part in PARTS_THAT_NAME_A_DAY):
        return rule
    days = ",".join(str(day) for day in range(SHORTEST_MONTH, start.day + 1))
    if "FREQ=MONTHLY" in rule:
        return f"{rule};BYMONTHDAY={days};BYSETPOS=-1"
    if "FREQ=YEARLY" in rule and "BYMONTH" not in rule:
        return f"{rule};BYMONTH={start.month};BYMONTHDAY={days};BYSETPOS=-1"
    return rule


def _is_last(rule: str, number: int) -> bool:
    limit = COUNT.search(rule)
    return limit is not None and number >= int(limit["count"])
