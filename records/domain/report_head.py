"""What kind of report it is, of which day, whose: only the tails of long numbers are kept."""

import re
from dataclasses import dataclass
from datetime import date

from records.domain.report_shapes import ReportKind
from records.domain.report_words import EARLIEST, day_of

_KINDS: tuple[tuple[ReportKind, re.Pattern[str]], ...] = (
    ("institution", re.compile(r"授信机构版|（机构版）|数字解读")),
    ("detailed", re.compile(r"信贷交易信息明细|授信及负债信息概要|账户标识|信贷交易违约信息概要")),
    (
        "brief",
        re.compile(r"信贷记录|这部分包含您的信用卡|账户明细如下|个人信用报告|信用报告最近2年内"),
    ),
)
_WHEN = re.compile(
    r"(?:报告时间|报告日期|查询时间)\s{0,9}：?\s{0,9}"
    r"(\d{4})\s{0,3}[-./年]\s{0,3}(\d{1,2})\s{0,3}[-./月]\s{0,3}(\d{1,2})(?!\d)"
)
_NUMBER = re.compile(r"报告编号\s{0,9}：?\s{0,9}([0-9A-Za-z]{6,40})")
_HOLDER = re.compile(
    r"姓名\s{0,9}：\s{0,9}([\u4e00-\u9fff·•]{2,20}?)(?=\s|证件|性别|$)", re.MULTILINE
)
_ID = re.compile(r"证件号码\s{0,9}：?\s{0,9}[0-9*Xx]{0,24}?([0-9]{3}[0-9Xx])(?![0-9*Xx])")
# A row of values under a row of labels, as the detailed version prints them.
_HOLDER_ROW = re.compile(
    r"被查询者姓名[^\n]{0,120}\n\s{0,9}([\u4e00-\u9fff·•]{2,20})\s{1,40}"
    r"[\u4e00-\u9fff]{2,12}\s{1,40}[0-9*Xx]{0,24}?([0-9]{3}[0-9Xx])(?![0-9*Xx])"
)


@dataclass(frozen=True, slots=True)
class Head:
    kind: ReportKind
    reported_on: date | None
    has_odd_date: bool
    number_tail: str
    holder: str
    id_tail: str


def read_head(text: str, today: date | None) -> Head:
    when = _WHEN.search(text)
    day = day_of("-".join(when.groups())) if when else None
    is_odd = when is not None and (day is None or day < EARLIEST or bool(today and day > today))
    row = _HOLDER_ROW.search(text)
    return Head(
        kind=_kind(text),
        reported_on=None if is_odd else day,
        has_odd_date=is_odd,
        number_tail=_first(_NUMBER, text)[-4:],
        holder=row[1] if row else _first(_HOLDER, text),
        id_tail=row[2] if row else _first(_ID, text),
    )


def _kind(text: str) -> ReportKind:
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
