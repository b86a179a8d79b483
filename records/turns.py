"""Rows of the plan as the pure rules see them, and the row of the next turn. Writes nothing."""

from datetime import date

from guidance import content
from guidance.domain.records import Knowledge
from records.domain.states import ItemNow
from records.models import PlanItem

COPIED = (
    "owner_id",
    "tip_code",
    "own_title",
    "repeats",
    "position",
    "reason_zh",
    "reason_en",
    "anchor_on",
)


def rule_of(item: PlanItem, known: Knowledge | None = None) -> str:
    """How an item recurs: as its reviewed record says, or as the person chose. "" is once."""
    if not item.tip_code:
        return item.repeats
    tip = (known or content.current()).tips.get(item.tip_code)
    return tip.rrule if tip else ""


def item_now(item: PlanItem, known: Knowledge, today: date) -> ItemNow:
    """What decides how an item is shown. A tip that is retired or not valid today is over."""
    tip = known.tips.get(item.tip_code)
    return ItemNow(
        state=item.state,
        due_on=item.due_on,
        remind_on=item.remind_on,
        rule=rule_of(item, known),
        number=item.occurrence,
        own=not item.tip_code,
        valid=not item.tip_code or (tip is not None and tip.is_valid_on(today)),
    )


def following_row(item: PlanItem, due_on: date) -> PlanItem:
    """The turn after this one, not yet saved."""
    copied = {name: getattr(item, name) for name in COPIED}
    return PlanItem(**copied, occurrence=item.occurrence + 1, due_on=due_on, follows=item)
