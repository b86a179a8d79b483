"""The worker that ends missed turns of the plan and begins the next ones. Safe to run twice.

What was missed is not piled up: one new turn, from today on, takes its place. Run once a night;
until then a page shows such an item as over (records.domain.states.shown_state).
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db.models import F

from guidance import content
from guidance.domain.records import Knowledge
from jobs.registry import Effect
from jobs.services import enqueue
from records.domain.recurrence import replacement_of_missed
from records.domain.states import EXPIRED, shown_state
from records.enums import PlanAction, PlanState
from records.models import PlanEvent, PlanItem
from records.turns import following_row, item_now, rule_of

BATCH = 500
KIND = "records.roll_plans"


def roll(run: str, after: int, today: date) -> Effect:
    """The next batch of open items whose day is past, or whose tip no longer holds, by key.

    The effect locks them, decides again and asks for the batch after; `run` names this one.
    """
    pks = list(_candidates(today, after).values_list("pk", flat=True)[:BATCH])
    return partial(_roll, pks, run, today) if pks else None


def _candidates(today: date, after: int):  # type: ignore[no-untyped-def]
    known = content.current()
    holding = [code for code, tip in known.tips.items() if tip.is_valid_on(today)]
    recurring = [code for code in holding if known.tips[code].rrule]
    open_items = PlanItem.objects.open().filter(pk__gt=after)
    missed = open_items.filter(due_on__lt=today)
    ended = open_items.exclude(tip_code__in=["", *holding])
    own = missed.filter(tip_code="").exclude(repeats="")
    return (missed.filter(tip_code__in=recurring) | own | ended).order_by("pk")


def _roll(pks: Sequence[int], run: str, today: date) -> None:
    known = content.current()
    rows = PlanItem.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    over = [row for row in rows if shown_state(item_now(row, known, today), today) == EXPIRED]
    ending = [row for row in over if row.state != EXPIRED]
    PlanEvent.objects.bulk_create([_expired(row) for row in ending])
    PlanItem.objects.filter(pk__in=[row.pk for row in ending]).update(
        state=PlanState.EXPIRED, remind_on=None, version=F("version") + 1
    )
    following = [row for item in over if (row := _following(item, known, today))]
    PlanItem.objects.bulk_create(following, ignore_conflicts=True)
    if len(pks) == BATCH:
        enqueue(kind=KIND, key=f"{KIND}:{run}:{pks[-1]}", args={"slot": run, "after": pks[-1]})


def _expired(item: PlanItem) -> PlanEvent:
    return PlanEvent(
        item=item,
        action=PlanAction.EXPIRE,
        state_from=item.state,
        state_to=PlanState.EXPIRED,
        on=item.due_on,
    )


def _following(item: PlanItem, known: Knowledge, today: date) -> PlanItem | None:
    tip = known.tips.get(item.tip_code)
    if item.due_on is None or (item.tip_code and not (tip and tip.is_valid_on(today))):
        return None
    due = replacement_of_missed(
        rule_of(item, known), due_on=item.due_on, today=today, number=item.occurrence
    )
    return following_row(item, due) if due else None
