"""Days of a case that belong in a calendar. Pure.

A calendar is read by other companies' servers: an entry says that something is due, for which
receipt number, and nothing of the lender, the amounts or the person's words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guidance.domain.records import Text

DAYS_BEFORE = 3


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
class Entry:
    """One day. `key` stays the same when the day moves, so that calendars move it too."""

    key: str
    on: date
    title: Text
    detail: Text
    remind_days_before: int = DAYS_BEFORE


def entries(
    steps: Iterable[OpenStep], follow_ups: Iterable[OpenFollowUp] = ()
) -> tuple[Entry, ...]:
    """One entry for each open step and each open follow-up, the earliest first."""
    found = [*map(_entry, steps), *map(_follow_up, follow_ups)]
    return tuple(sorted(found, key=lambda row: (row.on, row.key)))


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
