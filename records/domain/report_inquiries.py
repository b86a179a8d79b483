"""Who looked at the report and why: number, day, operator, reason."""

import re
from collections.abc import Iterator

from records.domain.report_lines import is_personal, masked
from records.domain.report_shapes import InquiryRead
from records.domain.report_words import DAY, NotUnderstood, Span, day_of

MOST_INQUIRIES = 2_000
REASONS = (
    *("贷款审批", "信用卡审批", "担保资格审查", "保前审查", "融资审批", "额度审批"),
    *("贷后管理", "保后管理", "特约商户实名审查", "客户准入资格审查", "资信审查"),
    *("司法调查", "公积金提取复核", "异议查询", "异议核查", "本人查询"),
)
_REASON = rf"(?:法人代表[^\d。，]{{0,20}}资信审查|{'|'.join(REASONS)})(?:（[^（）\d]{{1,30}}）)?"
_BEGINS = re.compile(
    r"机构查询记录明细|(?:本人|个人)查询记录明细|最近2年内被查询的记录|编号查询日期|查询日期查询"
)
_FIRST_ROW = re.compile(rf"{DAY}[^，。：；\d]{{0,60}}?{_REASON}(?=\d{{0,4}}[.、]?(?:{DAY}|$)|说明)")
_ROW = re.compile(
    rf"(?P<who>[^，。：；]{{0,60}}?)(?P<reason>{_REASON})"
    r"(?:\d{1,4}[.、]?)?(?:(?:编号|机构查询|本人查询记录|个人查询记录|查询记录|说明|查询日期).*)?"
)
_DAY = re.compile(DAY)
_REST = re.compile(r"说明|报告说明")
_HAS_REASON = re.compile(r"查询|审批|审查|管理|复核|调查")
LONGEST_ROW = 200


def divided(text: str) -> tuple[str, str]:
    """What comes before the table of inquiries, and the table. `text` has no blanks."""
    found = _BEGINS.search(text) or _FIRST_ROW.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def read_inquiries(text: str, span: Span, holder: str) -> tuple[list[InquiryRead], list[str]]:
    """Rows and what was not understood, masked."""
    inquiries: list[InquiryRead] = []
    unread: list[str] = []
    for day, rest in _rows(text):
        try:
            inquiries.append(_inquiry(day, rest, span, holder))
        except NotUnderstood:
            if _HAS_REASON.search(rest[:LONGEST_ROW]) and not is_personal(rest[:LONGEST_ROW]):
                unread.append(masked(f"{day} {_REST.split(rest)[0][:LONGEST_ROW]}", holder))
    return inquiries, unread


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Each day and the text up to the next one."""
    places = list(_DAY.finditer(text))
    ends = [found.start() for found in places[1:]]
    for found, end in zip(places, [*ends, len(text)], strict=False):
        yield found[0], text[found.end() : end]


def _inquiry(day: str, rest: str, span: Span, holder: str) -> InquiryRead:
    row = _ROW.fullmatch(rest[:LONGEST_ROW])
    if row is None:
        raise NotUnderstood
    is_own = row["reason"].startswith("本人查询")
    if len(row["who"]) < 2 and not is_own:
        raise NotUnderstood
    who = "本人" if is_own and len(row["who"]) < 2 else row["who"]
    return InquiryRead(on=span.past(day_of(day)), who=masked(who, holder), reason=row["reason"])
