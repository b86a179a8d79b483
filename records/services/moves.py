"""Moving one item: the table of states decides, one event a move."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from inputs.words import field_refusal
from records.domain.recurrence import next_occurrence
from records.domain.states import BY_PERSON, MoveNotAllowed, is_repeat, move
from records.enums import PlanState
from records.models import PlanItem
from records.services.events import held_item, refuse_stale, write_event
from records.turns import following_row, rule_of

LATER_DAYS = 7
LATEST_LATER_DAYS = 366 * 2
UNTOUCHED = 0


@transaction.atomic
def move_item(
    *,
    item: PlanItem,
    action: str,
    today: date,
    seen: int | None = None,
    remind_on: date | None = None,
    done_on: date | None = None,
) -> PlanItem:
    """Start, finish, dismiss, postpone or reopen.

    Finishing what recurs adds the next turn; reopening takes an untouched next turn away again.
    The same move twice (a double click) changes nothing. `seen` is the version of the page: one
    that is out of date is refused with code "stale", a move outside the table with "not_now".
    """
    item = held_item(item)
    if action not in BY_PERSON:
        raise field_refusal("action", _("选项无效"), "invalid_choice")
    if is_repeat(item.state, action):
        return item
    refuse_stale(item, seen)
    before = item.state
    _set_state(item, action, today, remind_on, done_on)
    if before == PlanState.DONE:
        _take_back_next(item)
    item.version += 1
    item.save(update_fields=["state", "done_on", "remind_on", "version"])
    write_event(item, action, before, item.remind_on or item.done_on)
    if item.state == PlanState.DONE:
        _add_next(item)
    return item


def _set_state(
    item: PlanItem, action: str, today: date, remind_on: date | None, done_on: date | None
) -> None:
    try:
        item.state = move(item.state, action)
    except MoveNotAllowed as error:
        raise ValidationError(_("这一项现在不能这样改"), code="not_now") from error
    item.done_on = _done_day(done_on, today) if item.state == PlanState.DONE else None
    item.remind_on = _later_day(remind_on, today) if item.state == PlanState.LATER else None


def _done_day(day: date | None, today: date) -> date:
    if day is not None and day > today:
        raise field_refusal("done_on", _("完成日期不能晚于今天"), "future")
    return day or today


def _later_day(day: date | None, today: date) -> date:
    chosen = day or today + timedelta(days=LATER_DAYS)
    if chosen <= today:
        raise field_refusal("remind_on", _("请选今天以后的日期"), "past")
    if (chosen - today).days > LATEST_LATER_DAYS:
        raise field_refusal("remind_on", _("请选两年以内的日期"), "too_far")
    return chosen


def _add_next(item: PlanItem) -> PlanItem | None:
    """The next turn of a finished item, once; None for what happens once."""
    assert item.done_on
    due = next_occurrence(
        rule_of(item), due_on=item.due_on, done_on=item.done_on, number=item.occurrence
    )
    return _follow(item, due) if due else None


def _follow(item: PlanItem, due_on: date) -> PlanItem:
    """The turn after this one; made already, it is given again."""
    row = following_row(item, due_on)
    if row.tip_code:
        turns = PlanItem.objects.filter(owner_id=row.owner_id, tip_code=row.tip_code)
        have = turns.filter(occurrence=row.occurrence).first()
    else:
        have = PlanItem.objects.filter(follows=item).first()
    if have is None:
        row.save(force_insert=True)
    return have or row


def _take_back_next(item: PlanItem) -> None:
    """The turn that finishing added, as long as nobody has touched it."""
    PlanItem.objects.filter(follows=item, state=PlanState.TODO, version=UNTOUCHED).delete()
