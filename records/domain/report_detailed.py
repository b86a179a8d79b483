"""Account blocks of the detailed version: a row of labels above a row of values, and the months.

Only what stands under its label for certain is taken: as many values as labels, or `label：value`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from records.domain.report_clauses import STATES
from records.domain.report_codes import is_code_row, is_month_row, period_of, repayment_codes
from records.domain.report_lines import masked
from records.domain.report_shapes import EntryKind, EntryRead
from records.domain.report_words import (
    MONTH,
    NotUnderstood,
    Span,
    day_of,
    fen_of,
    month_of,
)

_SECTIONS: tuple[tuple[str, EntryKind | None], ...] = (
    ("非循环贷账户", "loan"),
    ("循环额度下分账户", "loan"),
    ("循环贷账户", "revolving"),
    ("准贷记卡账户", "card"),
    ("贷记卡账户", "card"),
    ("被追偿", None),
    ("授信协议信息", None),
    ("相关还款责任", None),
)
_HEADING = re.compile(
    r"(?:[（一二三四五六七八九十\d）]{1,6}[、.]?)?\s{0,4}"
    rf"(?P<name>{'|'.join(name for name, _kind in _SECTIONS)})(?:信息|汇总)?\s{{0,4}}"
    r"(?:（?[DRC]\d）?)?"
)
_BLOCK = re.compile(r"账户\s{0,3}(?:编号)?\s{0,3}\d{1,3}(?:\s{0,3}（[^（）]{0,60}）?)?")
_END = re.compile(
    r"(?:[（一二三四五六七八九十）]{1,5}[、.]?)?\s{0,4}"
    r"(?:公共信息|非信贷交易|查询记录|机构查询记录|本人声明|异议标注|欠税记录|民事判决|强制执行|"
    r"行政处罚|住房公积金|低保|执业资格|行政奖励|报告说明|说明).{0,20}"
)
_NAMES = (
    "管理机构 发卡机构 账户标识 开立日期 到期日期 借款金额 账户币种 币种 账户授信额度 共享授信额度 "
    "业务种类 担保方式 还款期数 还款频率 还款方式 共同借款标志 账户类型 账户状态 五级分类 余额 "
    "已用额度 透支余额 剩余还款期数 剩余分期期数 本月应还款 应还款日 账单日 本月实还款 "
    "最近一次还款日期 当前逾期期数 当前逾期总额 逾期31-60天未还本金 逾期61-90天未还本金 "
    "逾期91-180天未还本金 逾期180天以上未还本金 未出单的大额专项分期余额 "
    "最近6个月平均使用额度 最大使用额度 账户关闭日期 关闭日期"
)
LABELS = frozenset(_NAMES.split())
_PAIR = re.compile(
    rf"({'|'.join(sorted(LABELS, key=len, reverse=True))})\s{{0,4}}：\s{{0,4}}([^\s：，；]{{1,60}})"
)
_AS_OF = re.compile(rf"截至\s{{0,4}}(?P<month>{MONTH})(?:\d{{1,2}}日?)?")
FIVE_CLASSES = {
    "正常": "normal",
    "关注": "watch",
    "次级": "substandard",
    "可疑": "doubtful",
    "损失": "loss",
    "违约": "default",
    "未分类": "unrated",
}
_NONE = frozenset(["--", "-", "", "/"])
MOST_LINES = 120


@dataclass
class _Block:
    kind: EntryKind | None
    lines: list[str] = field(default_factory=list)


def read_blocks(
    lines: list[str], span: Span, holder: str
) -> tuple[list[EntryRead], list[str], list[str]]:
    """Entries, what was not understood (masked), and the lines that belong to no block."""
    blocks, others = _blocks(lines)
    entries: list[EntryRead] = []
    unread: list[str] = []
    for block in blocks:
        try:
            entries.append(_entry(block, span, holder))
        except NotUnderstood:
            unread.append(masked(" ".join(block.lines), holder))
    return entries, unread, others


def _blocks(lines: list[str]) -> tuple[list[_Block], list[str]]:
    blocks: list[_Block] = []
    others: list[str] = []
    kind: EntryKind | None = None
    block: _Block | None = None
    for line in lines:
        if heading := _HEADING.fullmatch(line):
            kind, block = dict(_SECTIONS)[heading["name"]], None
        elif _END.fullmatch(line):
            block = None
            others.append(line)
        elif _BLOCK.fullmatch(line):
            block = _Block(kind)
            blocks.append(block)
        elif block is not None:
            block.lines.append(line)
        else:
            others.append(line)
    return blocks, others


def _entry(block: _Block, span: Span, holder: str) -> EntryRead:
    if not 1 <= len(block.lines) <= MOST_LINES or block.kind is None:
        raise NotUnderstood
    told = _fields(block.lines)
    state = told.get("账户状态", "")
    as_of = next(filter(None, map(_AS_OF.search, block.lines)), None)
    if state not in STATES or as_of is None or "开立日期" not in told:
        raise NotUnderstood
    lender = told.get("管理机构") or told.get("发卡机构") or ""
    limit = told.get("借款金额" if block.kind == "loan" else "账户授信额度")
    if len(lender) < 3 or limit is None:
        raise NotUnderstood
    ends_on = told.get("到期日期", "--")
    closed = told.get("账户关闭日期") or told.get("关闭日期") or "--"
    return EntryRead(
        kind=block.kind,
        lender=lender,
        business=told.get("业务种类", ""),
        opened_on=span.past(day_of(told["开立日期"])),
        ends_on=None if ends_on in _NONE else _real(day_of(ends_on)),
        limit_fen=_fen(limit),
        balance_fen=_fen(told.get("余额") or told.get("透支余额") or told.get("已用额度") or "--"),
        state=STATES[state],
        five_class=FIVE_CLASSES.get(told.get("五级分类", ""), ""),
        monthly_fen=_fen(told.get("本月应还款", "--")),
        as_of=span.past(month_of(as_of["month"])),
        closed_on=None if closed in _NONE else span.past(month_of(closed)),
        overdue_fen=_fen(told.get("当前逾期总额", "--")),
        codes=repayment_codes(block.lines),
        printed=masked(" ".join(block.lines), holder),
    )


def _fields(lines: list[str]) -> dict[str, str]:
    """Raises NotUnderstood where a row of values does not fit its labels, or two rows differ."""
    told: dict[str, str] = {}
    for label, value in (*_rows(lines), *_pairs(lines)):
        if told.setdefault(label, value) != value:
            raise NotUnderstood
    return told


def _rows(lines: list[str]) -> Iterator[tuple[str, str]]:
    for labels_line, values_line in zip(lines, [*lines[1:], ""], strict=True):
        labels, values = labels_line.split(), values_line.split()
        if not labels or not LABELS.issuperset(labels):
            continue
        if len(labels) != len(values) or LABELS.intersection(values):
            raise NotUnderstood
        yield from zip(labels, values, strict=True)


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if not (is_code_row(line) or is_month_row(line) or period_of(line)):
            yield from _PAIR.findall(line)


def _fen(text: str) -> int | None:
    return None if text in _NONE else fen_of(text.removesuffix("元"))


def _real(day: date | None) -> date:
    if day is None:
        raise NotUnderstood
    return day
