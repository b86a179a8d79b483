"""Accounts and guarantees of the brief version: sentences that begin with a day and a lender."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from records.domain.report_clauses import Told, goes_on, read_clause
from records.domain.report_lines import MASK, is_personal, masked
from records.domain.report_shapes import EntryKind, EntryRead
from records.domain.report_words import AMOUNT, DAY, NotUnderstood, Span, day_of, fen_of

MOST_ENTRIES = 400
LONGEST = 1_200  # characters of one account; what is longer is not one
_LENDER = r"(?P<lender>[^，。；：]{3,60}?)"
_CURRENCY = r"(?:（(?P<currency>[^（）]{2,40})）)?"
_HEADS: tuple[tuple[EntryKind, re.Pattern[str]], ...] = (
    (
        "revolving",
        re.compile(
            rf"(?P<day>{DAY}){_LENDER}为(?:您的)?(?P<business>[^，。：为]{{2,30}}?)授信(?=，|。|$)"
        ),
    ),
    (
        "card",
        re.compile(rf"(?P<day>{DAY}){_LENDER}发放的(?P<business>准?贷记卡){_CURRENCY}(?=，|。|$)"),
    ),
    (
        "loan",
        re.compile(
            rf"(?P<day>{DAY}){_LENDER}发放的(?P<amount>{AMOUNT})元?(?:（(?:折合)?人民币）)?"
            r"(?P<business>[^，。：\d]{2,30}?)(?=，|。|$)"
        ),
    ),
    (
        "guarantee",
        re.compile(
            rf"(?P<day>{DAY})，?为(?P<other>[^，。（）]{{2,60}})(?:（证件类型[^（）]{{1,60}}）)?"
            r"在(?P<lender>[^，。；：]{3,60}?)办理的(?P<business>[^，。：]{2,30}?)"
            r"(?:承担相关还款责任|提供担保)(?=，|。|$)"
        ),
    ),
)
_START = re.compile(rf"(?<!截至)(?<!有效期至)(?:\d{{1,3}}[.、])?(?P<start>{DAY})(?!到期|，余额)")
_LISTED = "明细如下"
_NEVER = "从未"
_LOOKS = re.compile(r"发放的|授信|贷记卡|信用额度|余额|呆账|代偿|债权|透支|担保贷款|还款责任")
_DIGIT = re.compile(r"\d")
_BOILERPLATE = re.compile(r"这部分包含|系统中没有|账户数|本报告")


@dataclass
class _Item:
    """The sentences of one account, and whether it stands under 从未逾期."""

    head: str
    never_overdue: bool
    tail: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(f"{sentence}。" for sentence in (self.head, *self.tail))


def read_accounts(text: str, span: Span, holder: str) -> tuple[list[EntryRead], list[str]]:
    """Entries and what was not understood, masked. `text` is one line without blanks."""
    entries: list[EntryRead] = []
    unread: list[str] = []
    for item in _items(text):
        if isinstance(item, str):
            unread.append(masked(item, holder))
            continue
        try:
            entries.append(_entry(item, span, holder))
        except NotUnderstood:
            if _looks_like_account(item.text):
                unread.append(masked(_without_other(item.text), holder))
    return entries, unread


def _items(text: str) -> Iterator[_Item | str]:
    """Accounts, and the sentences between them that look like one but do not begin as one."""
    item: _Item | None = None
    never = False
    for sentence in _sentences(text):
        if item and goes_on(sentence):
            item.tail.append(sentence)
            continue
        if item:
            yield item
        start = _START.search(sentence)
        if start is None:
            item = None
            if sentence.endswith(_LISTED):
                never = _NEVER in sentence[-60:]
            elif _looks_like_account(sentence):
                yield sentence
            continue
        before = sentence[: start.start()]
        never = never and not before  # the heading of another part ends the list
        if _looks_like_account(before):
            yield before
        item = _Item(sentence[start.start("start") :], never)
    if item:
        yield item


def _sentences(text: str) -> Iterator[str]:
    divided = text.replace(f"{_LISTED}：", f"{_LISTED}。")
    return (sentence for sentence in divided.split("。") if sentence)


def _looks_like_account(sentence: str) -> bool:
    return bool(
        _LOOKS.search(sentence)
        and _DIGIT.search(sentence)
        and not _BOILERPLATE.search(sentence)
        and not is_personal(sentence)
    )


def _entry(item: _Item, span: Span, holder: str) -> EntryRead:
    if len(item.text) > LONGEST:
        raise NotUnderstood
    kind, head = _head(item.head)
    told = Told(span)
    told.note("opened_on", span.past(day_of(head["day"])))
    if "amount" in head.groupdict():
        told.note("limit_fen", fen_of(head["amount"]))
    for clause in _clauses(item, head):
        read_clause(told, clause)
    facts = _completed(kind, told.facts, item.never_overdue)
    return EntryRead(
        kind="loan" if facts.pop("revolves", True) is False else kind,
        lender=head["lender"],
        business=_business(head),
        printed=masked(_without_other(item.text), holder),
        **facts,
    )


def _head(sentence: str) -> tuple[EntryKind, re.Match[str]]:
    for kind, pattern in _HEADS:
        if found := pattern.match(sentence):
            return kind, found
    raise NotUnderstood


def _clauses(item: _Item, head: re.Match[str]) -> list[str]:
    rest = "，".join((item.head[head.end() :], *item.tail))
    return [clause for clause in re.split("[，；]", rest) if clause]


def _business(head: re.Match[str]) -> str:
    currency = head.groupdict().get("currency") or ""
    account = re.match(r"[\u4e00-\u9fff]{1,8}账户", currency)
    return f"{head['business']}（{account[0]}）" if account else head["business"]


def _without_other(text: str) -> str:
    """Without the person or firm somebody answers for."""
    found = _HEADS[-1][1].match(text)
    return text.replace(found["other"], MASK) if found else text


def _completed(kind: EntryKind, facts: dict[str, Any], never_overdue: bool) -> dict[str, Any]:
    """Whole enough to be a row, with what the heading above it says. Raises NotUnderstood."""
    inactive = facts.pop("inactive", False)
    is_over = facts.get("state") in ("settled", "closed", "transferred")
    if not (is_over or inactive or "as_of" in facts or facts.get("state") == "bad"):
        raise NotUnderstood
    if not (is_over or inactive or _has_amounts(kind, facts)):
        raise NotUnderstood
    if never_overdue and kind != "guarantee":
        facts = {"overdue_months": 0, "over_90": False} | facts
        if facts["overdue_months"] or facts["over_90"] or facts.get("overdue_fen"):
            raise NotUnderstood
        facts.setdefault("state", "normal")
    return {"state": "normal"} | facts if inactive else facts


def _has_amounts(kind: EntryKind, facts: dict[str, Any]) -> bool:
    if facts.get("state") == "bad":
        return "balance_fen" in facts
    wanted = {"loan": ("balance_fen",), "guarantee": ("balance_fen", "limit_fen")}
    return all(name in facts for name in wanted.get(kind, ("limit_fen",)))
