"""Days and moments as people write them. Civil days are days in China, moments Asia/Shanghai."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

from inputs.clock import SHANGHAI
from inputs.errors import InputError, gettext_noop
from inputs.texts import is_blank, visible

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)

EMPTY = gettext_noop("请填写日期")
FORMAT = gettext_noop("请用 年-月-日，例：2025-01-05")
IMPOSSIBLE = gettext_noop("没有 %(month)s 月 %(day)s 日")
TOO_EARLY = gettext_noop("日期过早（1990 年以后）")
TOO_LATE = gettext_noop("日期过晚")
AFTER_TODAY = gettext_noop("不能晚于今天（北京时间）")
EMPTY_MOMENT = gettext_noop("请填写日期和时间")
EMPTY_MONTH = gettext_noop("请填写年月")
MONTH_FORMAT = gettext_noop("请写年和月，例：2026-09")
MONTH_AFTER_TODAY = gettext_noop("不能晚于这个月（北京时间）")
MOMENT_FORMAT = gettext_noop("请写日期和时间，例：2025-01-05 14:30")
HOUR_24 = gettext_noop("该时间不存在：24:00 请写第二天 00:00")
IMPOSSIBLE_TIME = gettext_noop("该时间不存在")
NONEXISTENT = gettext_noop("该时间不存在（当时拨快了一小时）")

_HALF_WIDTH = str.maketrans("０１２３４５６７８９－／．：＋", "0123456789-/.:+")
_DAY = (
    r"(?:(?P<y1>[0-9]{4})(?P<mark>[-/.])(?P<m1>[0-9]{1,2})(?P=mark)(?P<d1>[0-9]{1,2})"
    r"|(?P<y2>[0-9]{4})(?P<m2>[0-9]{2})(?P<d2>[0-9]{2})"
    r"|(?P<y3>[0-9]{4})\s?年\s?(?P<m3>[0-9]{1,2})\s?月\s?(?P<d3>[0-9]{1,2})\s?[日号])"
)
_TIME = (
    r"(?P<hour>[0-9]{1,2})(?::|[时点])(?P<minute>[0-9]{2})分?"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6}))?)?"
    r"\s?(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_DAY_ONLY = re.compile(_DAY)
_MONTH = re.compile(
    r"(?P<y1>[0-9]{4})[-/.](?P<m1>[0-9]{1,2})|(?P<y2>[0-9]{4})(?P<m2>[0-9]{2})"
    r"|(?P<y3>[0-9]{4})\s?年\s?(?P<m3>[0-9]{1,2})\s?月"
)
_MOMENT = re.compile(rf"{_DAY}(?:\s|[Tt]|(?<=[日号])){_TIME}")
_MAX_OFFSET = timedelta(hours=14)


def parse_day(text: str, not_after: date | None = None) -> date:
    """The day in 2025-01-05, 2025/1/5, 2025.1.5, 2025年1月5日 or 20250105. Raises InputError.

    Week dates, two-digit years and day-first orders are refused, because each can be misread
    and a wrong day moves a legal deadline.
    """
    if is_blank(text):
        raise InputError("required", EMPTY)
    found = _DAY_ONLY.fullmatch(visible(text).translate(_HALF_WIDTH))
    if not found:
        raise InputError("format", FORMAT)
    day = _day(found)
    _refuse_far_year(day.year)
    if not_after and day > not_after:
        raise InputError("after_today", AFTER_TODAY)
    return day


def parse_month(text: str, not_after: date | None = None) -> date:
    """The first day of the month in 2026-09, 2026/9, 2026.9, 2026年9月 or 202609. InputError."""
    if is_blank(text):
        raise InputError("required", EMPTY_MONTH)
    found = _MONTH.fullmatch(visible(text).translate(_HALF_WIDTH))
    if not found:
        raise InputError("format", MONTH_FORMAT)
    year, month = (
        next(int(found[f"{part}{form}"]) for form in "123" if found[f"{part}{form}"])
        for part in "ym"
    )
    if not 1 <= month <= 12:
        raise InputError("format", MONTH_FORMAT)
    _refuse_far_year(year)
    first = date(year, month, 1)
    if not_after and first > not_after:
        raise InputError("after_today", MONTH_AFTER_TODAY)
    return first


def parse_moment(text: str) -> datetime:
    """A moment in Asia/Shanghai; one written with an offset is converted. Raises InputError."""
    if is_blank(text):
        raise InputError("required", EMPTY_MOMENT)
    found = _MOMENT.fullmatch(visible(text).translate(_HALF_WIDTH))
    if not found:
        raise InputError("format", MOMENT_FORMAT)
    local = _local(found)
    # Before any conversion: year 1 and year 9999 overflow.
    _refuse_far_year(local.year)
    if not found["offset"]:
        return _in_shanghai(local)
    moment = local.replace(tzinfo=_zone(found["offset"])).astimezone(SHANGHAI)
    _refuse_far_year(moment.year)
    return moment


def _day(found: re.Match[str]) -> date:
    year, month, day = (
        next(int(found[f"{part}{form}"]) for form in "123" if found[f"{part}{form}"])
        for part in "ymd"
    )
    if year == 0:
        raise InputError("too_early", TOO_EARLY)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise InputError("impossible", IMPOSSIBLE, {"month": month, "day": day})
    return date(year, month, day)


def _local(found: re.Match[str]) -> datetime:
    day = _day(found)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if hour == 24 and minute == second == 0:
        raise InputError("hour_24", HOUR_24)
    if hour > 23 or minute > 59 or second > 59:
        raise InputError("impossible_time", IMPOSSIBLE_TIME)
    micro = int((found["part"] or "").ljust(6, "0"))
    return datetime(day.year, day.month, day.day, hour, minute, second, micro)


def _in_shanghai(local: datetime) -> datetime:
    """The last hours skipped in China were on 15 April 1990 and 14 April 1991, from 02:00."""
    moment = local.replace(tzinfo=SHANGHAI)
    before, after = moment.utcoffset(), moment.replace(fold=1).utcoffset()
    if before is not None and after is not None and before < after:
        raise InputError("nonexistent", NONEXISTENT)
    return moment


def _zone(offset: str) -> timezone:
    if offset in ("Z", "z"):
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    shift = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or shift > _MAX_OFFSET:
        raise InputError("impossible_time", IMPOSSIBLE_TIME)
    return timezone(-shift if offset[0] == "-" else shift)


def _refuse_far_year(year: int) -> None:
    if year < FIRST_DAY.year:
        raise InputError("too_early", TOO_EARLY)
    if year > LAST_DAY.year:
        raise InputError("too_late", TOO_LATE)


def day_zh(day: date) -> str:
    """2026 年 10 月 12 日, as letters, reports and summaries write a day."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
