"""What a person should do next in a case: one thing, with its day. Pure; today is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from complaints.domain.steps import StepNow
from complaints.domain.workflow import ANSWERED, CLOSED, SENT, UNSENT, WAITING

Kind = Literal[
    "closed",
    "overdue",
    "reminded",
    "check-reply",
    "send",
    "confirm-receipt",
    "wait",
    "wait-undated",
    "go-on",
    "decide",
    "stalled",
]
# Answers that leave something to ask; the others may end the case.
WITHOUT_RESULT = frozenset({"generic", "refused", "not-accepted"})


@dataclass(frozen=True, slots=True)
class CaseNow:
    """A case as it stands. `open_questions` were put to the other side and not ticked off yet."""

    state: str
    open_questions: int = 0


@dataclass(frozen=True, slots=True)
class NextAction:
    """`on` is the day it is about; `days` from today to it, below zero when it is past."""

    kind: Kind
    step: str = ""
    on: date | None = None
    days: int = 0
    certainty: str = ""

    @property
    def past(self) -> int:
        return -self.days


def next_action(case: CaseNow, steps: Sequence[StepNow], today: date) -> NextAction:
    """The most useful thing to do now. `steps` in the order they were opened.

    What is overdue comes first, then an answer nobody has checked, then what the person himself
    has to do, then waiting; last, where to go from an answer or from nothing.
    """
    if case.state == CLOSED:
        return NextAction("closed")
    return (
        _overdue(steps, today)
        or _unchecked(case, steps, today)
        or _unsent(steps)
        or _unconfirmed(steps, today)
        or _waiting(steps, today)
        or _after(steps, today)
    )


def standing_day(steps: Sequence[StepNow]) -> date | None:
    """The earliest day on which an answer is still due."""
    return min((row.due_on for row in _dated(steps) if row.due_on), default=None)


def _dated(steps: Sequence[StepNow]) -> list[StepNow]:
    return [row for row in steps if row.phase == WAITING and row.due_on is not None]


def _about(kind: Kind, step: StepNow, on: date, today: date) -> NextAction:
    return NextAction(kind, step.key, on, (on - today).days, step.certainty)


def _overdue(steps: Sequence[StepNow], today: date) -> NextAction | None:
    late = [row for row in _dated(steps) if row.due_on and row.due_on < today]
    if not late:
        return None
    fresh = [row for row in late if not _was_reminded(row)]
    first = min(fresh or late, key=lambda row: row.due_on or date.max)
    assert first.due_on
    return _about("overdue" if fresh else "reminded", first, first.due_on, today)


def _was_reminded(step: StepNow) -> bool:
    return bool(step.reminded_on and step.due_on and step.reminded_on > step.due_on)


def _unchecked(case: CaseNow, steps: Sequence[StepNow], today: date) -> NextAction | None:
    newest = _newest_answer(steps)
    if newest is None or not case.open_questions:
        return None
    assert newest.answered_on
    return _about("check-reply", newest, newest.answered_on, today)


def _unsent(steps: Sequence[StepNow]) -> NextAction | None:
    first = next((row for row in steps if row.phase == UNSENT), None)
    return NextAction("send", first.key) if first else None


def _unconfirmed(steps: Sequence[StepNow], today: date) -> NextAction | None:
    """No clock runs until the day of receipt is known: it is asked for at once."""
    first = next((row for row in steps if row.phase == SENT and row.sent_on), None)
    if first is None or first.sent_on is None:
        return None
    return _about("confirm-receipt", first, first.sent_on, today)


def _waiting(steps: Sequence[StepNow], today: date) -> NextAction | None:
    dated = _dated(steps)
    if dated:
        first = min(dated, key=lambda row: row.due_on or date.max)
        assert first.due_on
        return _about("wait", first, first.due_on, today)
    first_open = next((row for row in steps if row.phase == WAITING), None)
    if first_open is None or first_open.received_on is None:
        return None
    return _about("wait-undated", first_open, first_open.received_on, today)


def _after(steps: Sequence[StepNow], today: date) -> NextAction:
    newest = _newest_answer(steps)
    if newest is None:
        return NextAction("stalled")
    assert newest.answered_on
    kind: Kind = "go-on" if newest.reply_kind in WITHOUT_RESULT else "decide"
    return _about(kind, newest, newest.answered_on, today)


def _newest_answer(steps: Sequence[StepNow]) -> StepNow | None:
    rows = [row for row in steps if row.phase == ANSWERED and row.answered_on]
    return max(rows, key=lambda row: row.answered_on or date.min, default=None)
