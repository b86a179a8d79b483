"""Which steps of the plan a credit report in the notebook has done already. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FETCH, CHECK, ENTER, INQUIRIES, OBJECT = "T09", "T10", "T11", "T12", "T13"
TICKED = (FETCH, CHECK, ENTER, INQUIRIES, OBJECT)
AFTER_EVENT = timedelta(days=35)
"""The monthly data of the lenders have arrived by then, as the step itself says."""
RECENT = timedelta(days=60)
"""A report of the last two months does for the next turn: two a year are free."""


@dataclass(frozen=True, slots=True)
class OpenStep:
    key: int
    tip: str
    number: int
    anchor_on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class InNotebook:
    """The newest confirmed report: its day, how many rows it has and how many nobody judged; of
    those that are wrong or not his, how many were objected to and how many were not."""

    reported_on: date
    rows: int
    inquiries: int
    unchecked_entries: int
    unchecked_inquiries: int
    objected: int = 0
    not_objected: int = 0


def done_by(steps: Iterable[OpenStep], report: InNotebook) -> tuple[int, ...]:
    """The keys of the steps that are done."""
    return tuple(step.key for step in steps if _is_done(step, report))


def _is_done(step: OpenStep, report: InNotebook) -> bool:
    if step.tip == FETCH:
        return _is_fetched(step, report.reported_on)
    if not report.rows or (step.anchor_on and report.reported_on < step.anchor_on):
        return False
    if step.tip == CHECK:
        return report.unchecked_entries == 0
    if step.tip == INQUIRIES:
        return report.inquiries > 0 and report.unchecked_inquiries == 0
    if step.tip == OBJECT:
        return report.objected > 0 and report.not_objected == 0
    return step.tip == ENTER


def _is_fetched(step: OpenStep, reported_on: date) -> bool:
    if step.number == 1 and step.anchor_on is not None:
        return reported_on >= step.anchor_on + AFTER_EVENT
    return step.due_on is None or reported_on >= step.due_on - RECENT
