"""The repayment codes of the last 60 months: a row for each year, a code for each month."""

import re

from records.domain.report_words import month_of

CODES = frozenset("N*CM1234567DZBGA#/")
MOST_MONTHS = 60
_MONTHS = tuple(str(month) for month in range(1, 13))
_YEAR = re.compile(r"((?:19|20)\d\d)年?\s{1,20}(.{1,80})")
_PERIOD = re.compile(
    r"((?:19|20)\d\d[年.\-/]\d{1,2}月?)\s{0,4}[-至到~～]{1,3}\s{0,4}"
    r"((?:19|20)\d\d[年.\-/]\d{1,2}月?)\s{0,4}的?(?:还款记录|还款状态|还款情况)"
)


def is_month_row(line: str) -> bool:
    return tuple(line.split()) == _MONTHS


def is_code_row(line: str) -> bool:
    return _year_row(line) is not None


def _year_row(line: str) -> tuple[int, str] | None:
    found = _YEAR.fullmatch(line)
    codes = found[2].split() if found else []
    if not found or not 1 <= len(codes) <= 12 or not CODES.issuperset(codes):
        return None
    return int(found[1]), "".join(codes)


def period_of(line: str) -> int | None:
    """How many months the heading above the codes names."""
    found = _PERIOD.search(line)
    first, last = (month_of(found[1]), month_of(found[2])) if found else (None, None)
    if first is None or last is None:
        return None
    return (last.year - first.year) * 12 + last.month - first.month + 1


def repayment_codes(lines: list[str]) -> str:
    """Oldest first; "" where years are missing or the number of months is not the one announced."""
    years = dict(row for row in map(_year_row, lines) if row)
    announced = next(filter(None, map(period_of, lines)), None)
    if not years or announced is None:
        return ""
    ordered = sorted(years)
    codes = "".join(years[year] for year in ordered)
    is_whole = ordered == list(range(ordered[0], ordered[-1] + 1))
    whole_years = all(len(years[year]) == 12 for year in ordered[1:-1])
    fits = len(codes) == announced <= MOST_MONTHS
    return codes if is_whole and whole_years and fits else ""
