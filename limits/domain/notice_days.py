"""Days in a notice: from when the change holds, until when a limit is valid, and which only pay."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from inputs.dates import FIRST_DAY, LAST_DAY
from limits.domain.notice_text import Body, Place

_DAY = re.compile(
    r"(?<![0-9.])(?P<y>(?:19|20)[0-9]{2})\s?(?:年\s?(?P<m1>[0-9]{1,2})\s?月\s?(?P<d1>[0-9]{1,2})\s?[日号]?"
    r"|(?P<mark>[-/.])(?P<m2>[0-9]{1,2})(?P=mark)(?P<d2>[0-9]{1,2}))(?![0-9])"
    r"|(?<![0-9年])(?<!年\s)(?P<m3>[0-9]{1,2})\s?月\s?(?P<d3>[0-9]{1,2})\s?[日号]"
    r"|(?P<word>今日|今天|即日|昨日|昨天|前天|明日|明天|次日)"
)
_WORDS = {"今日": 0, "今天": 0, "即日": 0, "昨日": -1, "昨天": -1, "前天": -2}
_TOMORROW = 1

_VALID_UNTIL = re.compile(r"(?:有效期|有效|到期日|到期时间|失效日|失效时间)[^0-9，,]{0,4}$")
_RUNS_OUT = re.compile(r"(?:到期|失效|截止|为止)")
_ENDED = re.compile(r"已(?:于|在)?$")
_DEADLINE = re.compile(r"(?:[0-9:时点分]{0,6})(?:之?前|以前|截止)")
_OTHER_BEFORE = re.compile(
    r"(?:还款日|账单日|出账日?|扣款|应还|截至|截止|交易|消费|借款日|放款日|活动|申请日?)[^0-9，,]{0,4}$"
)
_OTHER_AFTER = re.compile(
    r"[0-9:时点分秒]{0,8}(?:的|在|向|您|通过)?[^0-9，,]{0,4}?(?:还款|出账|账单|扣款|申请|借款|登录|消费|交易|签约|开户|咨询|投诉|来电)"
)
_FROM = re.compile(r"(?:生效|调整|变更|变动|执行|处理|操作)(?:日期?|时间)?(?:为|是|:)?$|自$|从$")
_ONWARD = re.compile(r"[0-9:时点分秒]{0,8}(?:起|开始|生效|正式)")
_AHEAD = re.compile(r"(?:将|拟|计划|预计)[^0-9，,]{0,4}$")


class Part(Enum):
    """What the words beside a day say of it."""

    EFFECTIVE = "effective"  # from this day on
    PLAIN = "plain"  # a day, nothing more
    EXPIRY = "expiry"
    OTHER = "other"  # a payment, a deadline, an application


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    start: int
    end: int
    part: Part

    @property
    def place(self) -> Place:
        return self.start, self.end


def days_in(body: Body, today: date) -> tuple[Day, ...]:
    """Every day of the text that exists. A day without a year is the latest one not after
    `today`, the day of receipt; with 将于 before it, the earliest one from then on."""
    return tuple(_days(body, today))


def _days(body: Body, today: date) -> Iterator[Day]:
    for match in _DAY.finditer(body.flat):
        before = body.clause_before(match.start())
        on = _date(match, today, ahead=bool(_AHEAD.search(before)))
        if on is not None and FIRST_DAY <= on <= LAST_DAY:
            part = _part(before, body.after(match.end(), 14), ahead=on > today)
            yield Day(on, match.start(), match.end(), part)


def _date(match: re.Match[str], today: date, *, ahead: bool) -> date | None:
    if match["word"]:
        return today + timedelta(days=_WORDS.get(match["word"], _TOMORROW))
    month, day = (
        int(match["m1"] or match["m2"] or match["m3"]),
        int(match["d1"] or match["d2"] or match["d3"]),
    )
    if match["y"]:
        return _existing(int(match["y"]), month, day)
    # Eight years: the longest wait between two 29 Februaries.
    years = range(today.year, today.year + 9) if ahead else range(today.year, today.year - 9, -1)
    days = (_existing(year, month, day) for year in years)
    return next((one for one in days if one and (one >= today if ahead else one <= today)), None)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _part(before: str, after: str, *, ahead: bool) -> Part:
    if _VALID_UNTIL.search(before):
        return Part.EXPIRY
    if _RUNS_OUT.match(after) and (ahead or not _ENDED.search(before)):
        return Part.EXPIRY
    if _DEADLINE.match(after) or _OTHER_BEFORE.search(before):
        return Part.OTHER
    if _FROM.search(before) or _ONWARD.match(after):
        return Part.EFFECTIVE
    return Part.OTHER if _OTHER_AFTER.match(after) else Part.PLAIN
