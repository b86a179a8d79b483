"""How many people logged the same within a week of a day, and whether that is unusual.

A person counts once in a window, whatever he logged. Only a yes or no and rounded words leave
this module for other people's eyes: exact counts of neighbouring days, subtracted, would show
when one more person logged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

SMALLEST_GROUP = 10  # fewer persons are no group; nothing is said about them
REACH_DAYS = 7  # a window is its day and a week on either side
WINDOW_DAYS = 2 * REACH_DAYS + 1
USUAL_WINDOWS = 12  # windows before that do not overlap: 180 days
RECENT_WINDOWS = 3  # 45 days; a site that grows or a fall that drags on is no wave
# A wave is at least twice the usual number, and above it by three times its square root. Measured
# on random counts: fewer than 1 in 100 windows by chance; a threefold rise is found in 3 of 4
# where 5 persons are usual, in 9 of 10 where 10 are.
TWOFOLD = 2
DEVIATIONS = 3
ROUNDED = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Window:
    """The days within a week of `centre_on`. Numbers below the smallest group are not given:
    `people` is None, `usual` 0."""

    centre_on: date
    people: int | None
    usual: float
    is_wave: bool


def windows(entries: Iterable[tuple[date, int]], first: date, last: date) -> Iterator[Window]:
    """Windows centred from `first` to `last` in which anybody logged, oldest first.

    `entries` are (day, person) in any order, from `first_day_needed(first)` to a week after
    `last`. Time grows with entries and days, not with their product.
    """
    people = _people_by_day(entries)
    for centre in sorted(day for day in people if first <= day <= last):
        before = [people.get(day, 0) for day in _days_before(centre)]
        yield _window(centre, people[centre], usual_people(before))


def first_day_needed(first: date) -> date:
    """The first day of an entry that can matter for a window centred on `first`."""
    return first - timedelta(days=USUAL_WINDOWS * WINDOW_DAYS + REACH_DAYS)


def last_day_touched(day: date) -> date:
    """The last centre of a window that an entry of this day can change, as part of its usual."""
    return day + timedelta(days=USUAL_WINDOWS * WINDOW_DAYS + REACH_DAYS)


def usual_people(before: Sequence[int]) -> float:
    """What a window ordinarily holds: the median of the half year before, or of the last three
    windows where that is more. `before` is newest first; windows without anyone count as 0."""
    return float(max(median(before), median(before[:RECENT_WINDOWS])))


def is_wave(people: int, usual: float) -> bool:
    """Whether many more logged than usual; never for fewer than the smallest group."""
    return (
        people >= SMALLEST_GROUP
        and people >= TWOFOLD * usual
        and people >= usual + DEVIATIONS * usual**0.5
    )


def at_least(people: int | None) -> int | None:
    """A count as it may be shown: rounded down in coarse steps, None below the smallest group."""
    return max((step for step in ROUNDED if step <= (people or 0)), default=None)


def _window(centre: date, people: int, usual: float) -> Window:
    return Window(
        centre_on=centre,
        people=people if people >= SMALLEST_GROUP else None,
        usual=usual if usual >= SMALLEST_GROUP else 0.0,
        is_wave=is_wave(people, usual),
    )


def _days_before(centre: date) -> Iterator[date]:
    for number in range(1, USUAL_WINDOWS + 1):
        yield centre - timedelta(days=number * WINDOW_DAYS)


def _people_by_day(entries: Iterable[tuple[date, int]]) -> Mapping[date, int]:
    """Distinct persons of each window with anyone in it: one pass over the days."""
    by_day: defaultdict[int, set[int]] = defaultdict(set)
    for day, person in entries:
        by_day[day.toordinal()].add(person)
    inside: Counter[int] = Counter()
    found = {}
    for centre in _centres(by_day):
        inside.update(by_day.get(centre + REACH_DAYS, ()))
        _leave(inside, by_day.get(centre - REACH_DAYS - 1, ()))
        if inside:
            found[date.fromordinal(centre)] = len(inside)
    return found


def _centres(by_day: Mapping[int, set[int]]) -> Iterable[int]:
    """From the first centre whose window holds a day with entries to the last one."""
    if not by_day:
        return ()
    return range(min(by_day) - REACH_DAYS, max(by_day) + REACH_DAYS + 1)


def _leave(inside: Counter[int], persons: Iterable[int]) -> None:
    for person in persons:
        inside[person] -= 1
        if not inside[person]:
            del inside[person]
