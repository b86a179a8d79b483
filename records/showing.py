"""What the pages of the plan show: items in their groups, the next one, progress. Reads only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from accounts.models import User
from guidance import content
from guidance.domain.records import Knowledge, Text, Tip
from records.domain import states
from records.domain.plan import waits_for
from records.domain.progress import Progress, progress_of
from records.models import PlanItem
from records.turns import item_now, rule_of

MOST_OPEN = 300
MOST_PAST = 60
SHORT_MINUTES = 15
WHOLE_ROWS = 12
FILTERS = ("short", "own")


def plan_rows(owner: User, today: date) -> list[dict[str, Any]]:
    """Open items by urgency, then the newest of the past ones: two queries whatever the number."""
    known = content.current()
    mine = PlanItem.objects.for_user(owner)
    items = [*mine.open().by_urgency()[:MOST_OPEN], *mine.past().newest_first()[:MOST_PAST]]
    return [item_row(item, known, today) for item in items]


def item_row(item: PlanItem, known: Knowledge, today: date) -> dict[str, Any]:
    """One item as its card shows it."""
    now, tip = item_now(item, known, today), known.tips.get(item.tip_code)
    state = states.shown_state(now, today)
    return {
        "item": item,
        "tip": tip,
        "title": tip.title if tip else (item.own_title or item.tip_code),
        "reason": Text(item.reason_zh, item.reason_en or item.reason_zh),
        "state": state,
        "group": states.group(now, today),
        "overdue": states.is_overdue(now, today),
        "allowed": allowed_now(item.state, state),
        "recurs": bool(rule_of(item, known)),
        "waits_for": waits_for(tip) if tip and item.due_on is None else None,
        "to_check": tip is not None and tip.needs_check,
        "minutes": tip.effort_minutes if tip else None,
        "shown_on": shown_day(item),
    }


def shown_day(item: PlanItem) -> str:
    """The day on the line of an item: when it was done, is remembered or is due."""
    day = item.done_on or item.remind_on or item.due_on
    return day.isoformat() if day else ""


def allowed_now(kept: str, shown: str) -> tuple[str, ...]:
    """What the buttons offer: of an item that is over only what still makes sense."""
    may = states.allowed(kept)
    return tuple(action for action in may if action == "finish") if shown == "expired" else may


def grouped(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The groups of the page, each in its order: begun ones first, then by day."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in states.GROUPS}
    for row in rows:
        groups[row["group"]].append(row)
    groups[states.NOW].sort(key=_urgency)
    return groups


def shorten(groups: Iterable[Sequence[dict[str, Any]]]) -> None:
    """Of a long page the first rows are drawn whole, the others as a line that leads to theirs: a
    whole one costs about half a millisecond. A later group is drawn one way or the other."""
    before = 0
    for rows in groups:
        fits = before + len(rows) <= WHOLE_ROWS
        for number, row in enumerate(rows):
            row["brief"] = not fits and (before > 0 or number >= WHOLE_ROWS)
        before += len(rows)


def _urgency(row: dict[str, Any]) -> tuple[date, bool, int]:
    item = row["item"]
    return (item.due_on or date.max, row["state"] != states.DOING, item.position)


def kept(rows: Iterable[dict[str, Any]], asked: Sequence[str]) -> list[dict[str, Any]]:
    """The rows that pass every filter asked for."""
    found = list(rows)
    if "short" in asked:
        found = [row for row in found if (row["minutes"] or SHORT_MINUTES) <= SHORT_MINUTES]
    if "own" in asked:
        found = [row for row in found if not row["item"].tip_code]
    return found


def progress(owner: User, today: date) -> Progress:
    """What was finished, by month: one query."""
    days = PlanItem.objects.for_user(owner).filter(state="done").values_list("done_on", flat=True)
    return progress_of(Counter(days), today)


def tip_of(item: PlanItem) -> Tip | None:
    return content.current().tips.get(item.tip_code)
