"""Public records (欠税、民事判决、强制执行、行政处罚) and their labelled fields."""

import re
from collections.abc import Iterator
from datetime import date

from records.domain.report_lines import masked
from records.domain.report_shapes import EntryRead
from records.domain.report_words import AMOUNT, NotUnderstood, Span, day_of, fen_of, month_of

# The label that begins a record, what the record is, and the label of its amount.
_BEGINS = {
    "主管税务机关": ("欠税", "欠税总额"),
    "立案法院": ("民事判决", "诉讼标的金额"),
    "执行法院": ("强制执行", "申请执行标的金额"),
    "处罚机构": ("行政处罚", "处罚金额"),
}
_FIRST = re.compile(f"(?:{'|'.join(_BEGINS)})：")
_DATES = ("立案时间", "立案日期", "处罚生效时间")
_LABELS = (
    *("欠税统计时间", "欠税统计日期", "欠税总额", "纳税人识别号", "案号", "案由", "结案方式"),
    *("立案时间", "立案日期", "判决/调解结果", "判决/调解生效时间", "判决/调解生效日期"),
    *("诉讼标的金额", "诉讼标的", "执行案由", "结案时间", "结案日期", "案件状态"),
    *("已执行标的金额", "已执行标的", "申请执行标的金额", "申请执行标的价值", "申请执行标的"),
    *("文书编号", "处罚内容", "处罚金额", "行政复议结果", "处罚生效时间", "处罚截止时间", "编号"),
    *("非信贷交易记录", "查询记录", "说明"),
)
_FIELD = re.compile(
    rf"({'|'.join(sorted((*_BEGINS, *_LABELS), key=len, reverse=True))})：([^：]{{0,200}})"
)
_TRAILER = re.compile(
    rf"(?:{'|'.join(sorted((*_BEGINS, *_LABELS), key=len, reverse=True))})$|"
    r"(?:欠税记录|民事判决记录|强制执行记录|行政处罚记录|公共记录|查询记录|非信贷交易记录).*$"
)


def without_public(text: str) -> str:
    """What comes before the public records."""
    found = _FIRST.search(text)
    return text[: found.start()] if found else text


def read_public(text: str, span: Span, holder: str) -> tuple[list[EntryRead], list[str]]:
    """`text` is one line without blanks. Entries and what was not understood, masked."""
    entries: list[EntryRead] = []
    unread: list[str] = []
    for name, fields, printed in _records(text):
        try:
            entries.append(_entry(name, fields, masked(printed, holder), span))
        except NotUnderstood:
            unread.append(masked(printed, holder))
    return entries, unread


def _records(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    places = list(_FIRST.finditer(text))
    ends = [found.start() for found in places[1:]]
    for found, end in zip(places, [*ends, len(text)], strict=False):
        part = text[found.start() : min(end, found.start() + 1_000)]
        yield found[0][:-1], *_fields(part)


def _fields(part: str) -> tuple[dict[str, str], str]:
    """Label → value, and the part up to where the record ends."""
    fields: dict[str, str] = {}
    end = 0
    for label, value, stop in _pairs(part):
        if label in fields:
            break
        fields[label], end = value, stop
    return fields, part[:end]


def _pairs(part: str) -> Iterator[tuple[str, str, int]]:
    place = 0
    while found := _FIELD.match(part, place):
        value = found[2]
        following = found.end() < len(part)
        trailer = _TRAILER.search(value)
        kept = value[: trailer.start()] if trailer else value
        stop = found.start(2) + len(kept)
        yield found[1], kept.strip("。，"), stop
        if not following or trailer is None:
            return
        place = stop


def _entry(name: str, fields: dict[str, str], printed: str, span: Span) -> EntryRead:
    business, amount = _BEGINS[name]
    if len(fields) < 2 or not 3 <= len(fields[name]) <= 60:
        raise NotUnderstood
    stated = fields.get("欠税统计时间") or fields.get("欠税统计日期")
    return EntryRead(
        kind="public",
        lender=fields[name],
        business=business,
        opened_on=_opened(fields, span),
        as_of=span.past(month_of(stated)) if stated else None,
        limit_fen=_amount(fields.get(amount, "")),
        printed=printed,
    )


def _opened(fields: dict[str, str], span: Span) -> date | None:
    told = next((fields[label] for label in _DATES if fields.get(label)), "")
    return span.past(day_of(told)) if told.strip("-") else None


def _amount(text: str) -> int | None:
    plain = text.removesuffix("元")
    return fen_of(plain) if re.fullmatch(AMOUNT, plain) else None
