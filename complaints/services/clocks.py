"""The clock of a filed step: counted once by the rule of its first day, and pinned with it."""

from datetime import date

from complaints.domain.clocks import compute_clock
from complaints.models import Step
from guidance import content
from guidance.domain.rules import rule_json


def start_clock(*, step: Step, on: date) -> None:
    """Count from `on` and pin rule, version, arithmetic and day on the unsaved step.

    The version in force on `on` counts, whatever the rules say later: a clock that runs is moved
    only by new facts, which call this again, or by a calendar that was not announced yet
    (complaints.recounting). A channel without a period of its own gets no clock.
    """
    known = content.current()
    rule = known.rule_on(step.rule_code, on)
    if rule is None:
        step.rule, step.rule_version, step.clock, step.due_on = {}, "", {}, None
        return
    found = compute_clock(rule, on, known.holidays)
    step.rule, step.rule_version = rule_json(rule), rule.version
    step.clock, step.due_on = found.to_json(), found.due_on
