"""Items in the person's own words, and his notes on any item."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from records.domain.recurrence import first_turn
from records.enums import PlanAction
from records.models import PlanItem
from records.services.events import held_item, held_person, refuse_stale, write_event

MOST_OWN_ITEMS = 200
OWN_POSITION = 1000  # after the tips, which are in the order of their file


@transaction.atomic
def add_own_item(
    *,
    owner: User,
    title: str,
    due_on: date | None = None,
    repeats: str = "",
    today: date | None = None,
) -> PlanItem:
    """An item in the person's own words. The same again while it is open gives the row it has.

    With `today`, what comes back begins with its first turn from that day on.
    """
    held_person(owner)
    due_on = first_turn(repeats, due_on, today) if today else due_on
    mine = PlanItem.objects.for_user(owner).own().open()
    twin = mine.filter(own_title=title, due_on=due_on, repeats=repeats).first()
    if twin is not None:
        return twin  # type: ignore[no-any-return]
    if mine.count() >= MOST_OWN_ITEMS:
        raise ValidationError(_("自己的事项最多 200 件，先做完或删掉几件"), code="too_many")
    _refuse_endless_without_day(repeats, due_on)
    return PlanItem.objects.create(  # type: ignore[no-any-return]
        owner=owner, own_title=title, due_on=due_on, repeats=repeats, position=OWN_POSITION
    )


@transaction.atomic
def edit_own_item(
    *,
    item: PlanItem,
    title: str,
    due_on: date | None = None,
    repeats: str = "",
    seen: int | None = None,
) -> PlanItem:
    """Change an item of one's own; the same values again write nothing."""
    item = held_item(item)
    _refuse_reviewed(item)
    new = {"own_title": title, "due_on": due_on, "repeats": repeats}
    if all(getattr(item, name) == value for name, value in new.items()):
        return item
    refuse_stale(item, seen)
    _refuse_endless_without_day(repeats, due_on)
    for name, value in new.items():
        setattr(item, name, value)
    item.version += 1
    item.save(update_fields=[*new, "version"])
    write_event(item, PlanAction.EDIT, item.state, due_on)
    return item


@transaction.atomic
def remove_own_item(*, item: PlanItem) -> None:
    """Delete an item of one's own with its history. Deleted already: nothing happens."""
    try:
        item = held_item(item)
    except PlanItem.DoesNotExist:
        return
    _refuse_reviewed(item)
    item.delete()


@transaction.atomic
def write_note(*, item: PlanItem, note: str, seen: int | None = None) -> PlanItem:
    """The person's own note on an item; the same words again write nothing."""
    item = held_item(item)
    if item.note == note:
        return item
    refuse_stale(item, seen)
    item.note = note
    item.version += 1
    item.save(update_fields=["note", "version"])
    write_event(item, PlanAction.NOTE, item.state)
    return item


def _refuse_reviewed(item: PlanItem) -> None:
    if item.tip_code:
        raise ValidationError(
            _("这是本站的提示，不能改写；不适合你的，选“不适合我”"), code="reviewed"
        )


def _refuse_endless_without_day(repeats: str, due_on: date | None) -> None:
    if repeats and due_on is None:
        message = _("会重复的事，要填第一次的日期")
        raise ValidationError({"due_on": ValidationError(message, code="required")})
