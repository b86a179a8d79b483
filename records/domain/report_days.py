"""Days of credit reports that a person is reminded of. Pure.

Two reports are free each calendar year (征信业管理条例 art 17): told in the first days of a year to
whoever noted one in the year before and none since. A bad record must be gone after its five years
(art 16): told from the day after, as long as no later report is noted.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from records.domain.reminders import CATCH_UP
from records.domain.reports import BAD_YEARS, kept_until

# What a notice is about: these, a colon and an id; of free reports the id of the person.
FREE, ENTRY = "records.free_reports", "records.report_entry"


def is_new_year(today: date) -> bool:
    return today.month == 1 and today.day <= 1 + CATCH_UP


def free_stage(reported_on: Iterable[date], today: date) -> str | None:
    """`free` with the first day of the year; `reported_on` are the days of the reports noted."""
    years = {day.year for day in reported_on}
    asked = is_new_year(today) and today.year - 1 in years and today.year not in years
    return f"free:{today.year}-01-01" if asked else None


def gone_stage(bad_until: date, last_reported_on: date, today: date) -> str | None:
    """`gone` with the last day the record might be kept."""
    until = kept_until(bad_until)
    due = 1 <= (today - until).days <= 1 + CATCH_UP
    return f"gone:{until.isoformat()}" if due and last_reported_on <= until else None


def ends_told(today: date) -> dict[date, date]:
    """The ends of bad records whose five years are just over, each with the last day it might be
    kept. The 29th of February ends with the 28th."""
    untils = [today - timedelta(days=back) for back in range(1, CATCH_UP + 2)]
    return {ended: until for until in untils for ended in _ends(until)}


def _ends(until: date) -> Iterator[date]:
    year = until.year - BAD_YEARS
    for day in (until.day, until.day + 1):
        try:
            ended = date(year, until.month, day)
        except ValueError:
            continue
        if kept_until(ended) == until:
            yield ended
