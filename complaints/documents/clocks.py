"""What to say about a pinned clock that the rules of today no longer give."""

from complaints.models import Step
from guidance import content
from guidance.domain.rules import counts_alike, rule_from_json


def rule_outdated(step: Step) -> bool:
    """Whether the rule in force now counts otherwise than the one pinned on this step.

    The page then says that the rule has changed and that this clock runs on by the old one. False
    for a step without a clock, and where the rule is gone: nothing newer is known.
    """
    newest = content.current().rules.get(step.rule_code)
    if not step.rule or newest is None:
        return False
    return not counts_alike(rule_from_json(step.rule), newest)
