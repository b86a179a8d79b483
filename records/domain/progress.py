"""How much was finished, and when. Pure. No streaks and no goals: a month without is no failure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from records.domain.reports import months_before

SHOWN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Progress:
    """`months` are the first days of those of the last twelve in which something was finished."""

    this_month: int
    this_year: int
    all: int
    months: tuple[tuple[date, int], ...]


def progress_of(done: Mapping[date, int], today: date) -> Progress:
    """`done`: how many items were finished on each day."""
    month = today.replace(day=1)
    since = months_before(month, SHOWN_MONTHS - 1)
    by_month: dict[date, int] = {}
    for day, count in done.items():
        first = day.replace(day=1)
        by_month[first] = by_month.get(first, 0) + count
    return Progress(
        this_month=by_month.get(month, 0),
        this_year=sum(count for first, count in by_month.items() if first.year == today.year),
        all=sum(done.values()),
        months=tuple(
            (first, by_month[first]) for first in sorted(by_month, reverse=True) if first >= since
        ),
    )
