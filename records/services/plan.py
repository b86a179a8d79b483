"""Choosing the plan of a person: what is added, what gets its day."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from accounts.models import User
from guidance import content
from records.domain.plan import Changes, Had, PlannedItem, Situation, changes_of, choose_tips
from records.enums import PlanAction
from records.models import Circumstances, PlanItem
from records.services.events import write_event

GIVEN = ("mortgage_on", "id_expires_on", "paid_off_on", "loan_on", "scam_on")
KNOWN_OF = ("pk", "tip_code", "occurrence", "state", "anchor_on", "due_on")


@transaction.atomic(savepoint=False)
def refresh_plan(*, owner: User, situation: Situation, today: date) -> int:
    """Add the tips this situation calls for; see records.domain.plan.changes_of for what is kept.

    What the person told the plan himself is put in here. Returns how many were added. Safe to run
    twice.
    """
    known = content.current()
    titles = {slug: cause.title for slug, cause in known.causes.items()}
    situation = _with_what_was_told(owner, situation)
    planned = choose_tips(situation, known.tips, titles, known.holidays, today)
    rows = PlanItem.objects.for_user(owner).exclude(tip_code="").values_list(*KNOWN_OF)
    changes = changes_of(planned, [Had(*row) for row in rows], known.tips)
    _give_days(changes)
    added = [_as_row(owner, item, number) for item, number in changes.added]
    # Two tabs may log at once: the constraint decides, the loser adds nothing.
    PlanItem.objects.bulk_create(added, ignore_conflicts=True)
    return len(added)


def _with_what_was_told(owner: User, situation: Situation) -> Situation:
    told = Circumstances.objects.filter(owner=owner).values(*GIVEN).first() or {}
    return replace(situation, **{name: day for name, day in told.items() if day is not None})


def _as_row(owner: User, item: PlannedItem, number: int) -> PlanItem:
    return PlanItem(
        owner=owner,
        tip_code=item.tip,
        occurrence=number,
        position=item.position,
        reason_zh=item.reason.zh[:200],
        reason_en=item.reason.en[:300],
        anchor_on=item.anchor_on,
        due_on=item.due_on,
    )


def _give_days(changes: Changes) -> None:
    planned = dict(changes.dated)
    rows = PlanItem.objects.select_for_update(of=("self",)).filter(pk__in=planned)
    for row in rows if planned else ():
        item = planned[row.pk]
        row.anchor_on, row.due_on = item.anchor_on, item.due_on
        row.reason_zh, row.reason_en = item.reason.zh[:200], item.reason.en[:300]
        row.version += 1
        row.save(update_fields=["anchor_on", "due_on", "reason_zh", "reason_en", "version"])
        write_event(row, PlanAction.DATED, row.state, row.due_on)
