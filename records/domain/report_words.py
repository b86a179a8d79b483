"""The small change of a report: days, months and amounts as it prints them.

Every pattern here has bounded repeats, so that reading takes time in proportion to the text.
"""

import re
from dataclasses import dataclass
from datetime import date

DAY = r"(?:19|20)\d\d[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?"
MONTH = r"(?:19|20)\d\d[年.\-/]\d{1,2}月?"
AMOUNT = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,14})(?:\.\d{1,2})?"
EARLIEST = date(1980, 1, 1)
MOST_FEN = 10**15
_DAY = re.compile(r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[年.\-/](\d{1,2})月?")
_AMOUNT = re.compile(AMOUNT)


class NotUnderstood(Exception):
    """A sentence says something this reader does not know for certain."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days a report can speak of: 1980 to the day it was made, where that is known."""

    last: date | None

    def past(self, day: date | None) -> date:
        """`day`, if the report can know it. Raises NotUnderstood."""
        if day is None or day < EARLIEST or (self.last and day > self.last):
            raise NotUnderstood
        return day


def day_of(text: str) -> date | None:
    """2026年7月3日, 2026.07.03, 2026-07-03; None for a day that does not exist."""
    found = _DAY.fullmatch(text)
    return _date(found[1], found[2], found[3]) if found else None


def month_of(text: str) -> date | None:
    """The first of a month printed as 2026年7月; a printed day is dropped."""
    found = _MONTH.match(text)
    return _date(found[1], found[2], "1") if found else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def fen_of(text: str) -> int:
    """An amount in yuan, with or without thousands commas. Raises NotUnderstood."""
    if not _AMOUNT.fullmatch(text):
        raise NotUnderstood
    yuan, _dot, cents = text.replace(",", "").partition(".")
    fen = int(yuan) * 100 + int(cents.ljust(2, "0") or 0)
    if fen > MOST_FEN:
        raise NotUnderstood
    return fen
