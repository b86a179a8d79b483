"""Holding a row while it is changed, telling a page that is out of date so, one event a change."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from records.models import CreditReport, Debt, PlanEvent, PlanItem, ReportEntry


def held_item(item: PlanItem) -> PlanItem:
    """The row as it now is, locked. Raises PlanItem.DoesNotExist when it has been removed."""
    return PlanItem.objects.select_for_update(of=("self",)).get(pk=item.pk)  # type: ignore[no-any-return]


def held_person(owner: User) -> User:
    """The person, locked: what two tabs add at once is added one after the other."""
    return User.objects.select_for_update(of=("self",)).get(pk=owner.pk)


def refuse_stale(row: PlanItem | Debt | CreditReport | ReportEntry, seen: int | None) -> None:
    """`seen` is the version of the page the person looked at; None where there was no page."""
    if seen is not None and seen != row.version:
        raise ValidationError(_("这一项在别处改过了，下面是现在的样子"), code="stale")


def write_event(item: PlanItem, action: str, state_from: str, on: date | None = None) -> PlanEvent:
    return PlanEvent.objects.create(
        item=item, action=action, state_from=state_from, state_to=item.state, on=on
    )
