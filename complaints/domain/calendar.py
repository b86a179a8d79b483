"""Days of cases, of the plan and of repayments that belong in a calendar. Pure.

A calendar is read by other companies' servers: an entry says that something is due, for which
receipt number, and nothing of the lender, the amounts, the person's words or his situation. The
titles of steps that everyone gets are public.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guidance.domain.records import Text

DAYS_BEFORE = 3
MONTHS = 12
SHORTEST_MONTH, LAST_DAY = 28, 31


@dataclass(frozen=True, slots=True)
class OpenStep:
    """The part of an open step that a calendar needs; `extended_on` is the newest extension."""

    key: str
    receipt_no: str
    due_on: date
    certainty: str
    extended_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenFollowUp:
    """A follow-up that was not answered yet."""

    key: str
    receipt_no: str
    due_on: date


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item of the plan with a day. `title` of a step that everyone gets, else None;
    `chosen`: the person put it off until this day himself."""

    key: str
    on: date
    title: Text | None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Owing:
    """A debt with a day of the month (1 to 31), the next date of it, and how many are left."""

    key: str
    day: int
    next_on: date
    left: int = MONTHS


@dataclass(frozen=True, slots=True)
class Entry:
    """One day, or a day of every month (`repeats`: the parts of an RFC 5545 rule). `key` stays the
    same when the day moves, so that calendars move it too."""

    key: str
    on: date
    title: Text
    detail: Text
    remind_days_before: int = DAYS_BEFORE
    repeats: Mapping[str, Any] | None = None


def entries(
    steps: Iterable[OpenStep] = (),
    follow_ups: Iterable[OpenFollowUp] = (),
    items: Iterable[OpenItem] = (),
    debts: Iterable[Owing] = (),
) -> tuple[Entry, ...]:
    """One entry for each open step, follow-up, item of the plan and debt, the earliest first."""
    found = [
        *map(_entry, steps),
        *map(_follow_up, follow_ups),
        *map(_item, items),
        *map(_repayment, debts),
    ]
    return tuple(sorted(found, key=lambda row: (row.on, row.key)))


def _item(item: OpenItem) -> Entry:
    before = 0 if item.chosen else DAYS_BEFORE
    return Entry(item.key, item.on, item.title or OWN_ITEM, OPEN_PLAN, before)


def _repayment(debt: Owing) -> Entry:
    rule = monthly(debt.day, min(debt.left, MONTHS))
    return Entry(debt.key, debt.next_on, REPAYMENT, AS_BILLED, repeats=rule)


def monthly(day: int, count: int) -> dict[str, Any]:
    """This day of `count` months, and the last day of a month that lacks it.

    RFC 5545 leaves out a month without the day: a 31st is therefore asked for as the last day (-1),
    a 29th or 30th as the last one there is from the 28th on.
    """
    rule: dict[str, Any] = {"freq": "monthly", "count": count}
    if day == LAST_DAY:
        return rule | {"bymonthday": -1}
    if day <= SHORTEST_MONTH:
        return rule | {"bymonthday": day}
    return rule | {"bymonthday": list(range(SHORTEST_MONTH, day + 1)), "bysetpos": -1}


def _follow_up(asked: OpenFollowUp) -> Entry:
    number = asked.receipt_no
    return Entry(
        key=asked.key,
        on=asked.due_on,
        title=Text(f"回访 {number}", f"What came of {number}"),
        detail=ASKED,
        remind_days_before=0,
    )


def _entry(step: OpenStep) -> Entry:
    number = step.receipt_no
    sure = step.certainty == "firm" and step.extended_on is None
    return Entry(
        key=step.key,
        on=step.extended_on or step.due_on,
        title=Text(f"答复期限 {number}", f"Answer due {number}"),
        detail=SURE if sure else UNSURE,
    )


SURE = Text(
    "对方应在这一天以前答复。没有答复就打开案件，看下一步。",
    "The other side must answer by this day. Without an answer, open the case for the next step.",
)
ASKED = Text(
    "答复四周了：额度恢复了没有，有没有说明理由。打开案件，点一下就能回答。",
    "Four weeks after the answer: did the limit return, was a reason given? One tap in the case.",
)
UNSURE = Text(
    "按现有规则算出的日期，可能再变。打开案件看算法和下一步。",
    "A day computed from today's rules; it may move. Open the case for the arithmetic.",
)
OWN_ITEM = Text("计划里的一件事", "A step of my plan")
OPEN_PLAN = Text(
    "打开信用计划看怎么做。做完了、改天做，日历跟着变。",
    "Open the credit plan to see how. Done or put off: the calendar follows.",
)
REPAYMENT = Text("还款日", "Repayment day")
AS_BILLED = Text(
    "金额和日子以放款机构的账单为准。没有这一天的月份，是当月最后一天。",
    "Amount and day are those of the bill. In a month without this day it is the last one.",
)
