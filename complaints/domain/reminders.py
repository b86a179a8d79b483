"""Which reminder a step, a draft or a follow-up is at on a day. Pure.

One stage at a time, the latest one reached: after an outage nobody gets the stages he missed. A
stage names its day, so that a day that moves (extension, new facts) has stages of its own and
those of the old day can not come again. Whoever has acted is at no stage.
"""

from dataclasses import dataclass
from datetime import date, timedelta

# What a notice is about: these, a colon and the id.
STEP, DRAFT, FOLLOW_UP = "complaints.step", "complaints.draft", "complaints.follow_up"

DAYS_BEFORE = 3
FINAL_AFTER = 7
UNSENT_AFTER = 3
DRAFT_BEFORE = 7
# How long a last stage may still be told, after an outage; older ones are history.
CATCH_UP = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step as a reminder sees it.

    `due_on` is the day that counts: of the newest extension, else of the clock; `is_over`: it was
    answered or given up, or its case is closed.
    """

    opened_on: date
    sent_on: date | None = None
    due_on: date | None = None
    certainty: str = "none"
    is_extended: bool = False
    is_over: bool = False


def step_stage(step: Waiting, today: date) -> str | None:
    """`unsent`, or `before`, `on`, `after` or `final` with the day it speaks of; else None."""
    if step.is_over:
        return None
    if step.due_on is not None:
        name = _deadline_stage((today - step.due_on).days)
        return name and f"{name}:{step.due_on.isoformat()}"
    waited = (today - step.opened_on).days
    unsent = step.sent_on is None and UNSENT_AFTER <= waited <= UNSENT_AFTER + CATCH_UP
    return "unsent" if unsent else None


def _deadline_stage(days_past: int) -> str | None:
    if not -DAYS_BEFORE <= days_past <= FINAL_AFTER + CATCH_UP:
        return None
    if days_past < 0:
        return "before"
    if days_past == 0:
        return "on"
    return "after" if days_past < FINAL_AFTER else "final"


def sureness(step: Waiting) -> str:
    """How certain the day of a reminder is, for its wording: an extended day is the other side's
    word, whatever the clock was."""
    return "extended" if step.is_extended else step.certainty


def draft_stage(expires_on: date, today: date) -> str | None:
    """Once in the last week of a draft; saving it gives it another day and another stage."""
    near = expires_on - timedelta(days=DRAFT_BEFORE) <= today <= expires_on
    return f"expires:{expires_on.isoformat()}" if near else None


def follow_up_stage(due_on: date, is_answered: bool, today: date) -> str | None:
    """Once, from its day on."""
    due = due_on <= today <= due_on + timedelta(days=CATCH_UP)
    return f"ask:{due_on.isoformat()}" if due and not is_answered else None
