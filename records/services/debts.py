"""The only writers of debts. Every change chooses the plan anew: a repayment day gives it dates."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.keyring import seal
from accounts.models import User
from records.domain.debt import is_heavy_month, next_due_on, totals
from records.domain.plan import Situation
from records.models import Circumstances, Debt
from records.owing import debts_of, income_of
from records.services.events import held_person, refuse_stale
from records.services.plan import refresh_plan

MOST_DEBTS = 60
FIELDS = ("name", "kind", "limit_fen", "owed_fen", "rate_bp", "monthly_fen", "due_day")


@transaction.atomic
def add_debt(
    *, owner: User, values: Mapping[str, Any], today: date, source: uuid.UUID | None = None
) -> Debt:
    """Enter one loan or line; `values` by the names of FIELDS. The same again is the row it has."""
    held_person(owner)
    debt = _add(owner, values, today, source)
    _choose_plan(owner, today)
    return debt


def _add(owner: User, values: Mapping[str, Any], today: date, source: uuid.UUID | None) -> Debt:
    given = {name: values.get(name) for name in FIELDS}
    mine = Debt.objects.for_user(owner)
    twin = mine.filter(source=source).first() if source else mine.filter(**given).first()
    if twin is not None:
        return twin  # type: ignore[no-any-return]
    if mine.count() >= MOST_DEBTS:
        raise ValidationError(_("最多记 60 笔，先删掉已经还清的"), code="too_many")
    as_of = values.get("as_of") or today
    return Debt.objects.create(owner=owner, as_of=as_of, source=source, **given)  # type: ignore[no-any-return]


@transaction.atomic
def take_over(
    *, owner: User, lines: Iterable[tuple[uuid.UUID, Mapping[str, Any]]], today: date
) -> int:
    """Enter the lines of the ledger a person chose to take over; returns how many are new.

    A line taken over before is left as the person has it since.
    """
    held_person(owner)
    had = set(Debt.objects.for_user(owner).values_list("source", flat=True))
    fresh = [(source, values) for source, values in lines if source not in had]
    for source, values in fresh:
        _add(owner, values, today, source)
    if fresh:
        _choose_plan(owner, today)
    return len(fresh)


@transaction.atomic
def edit_debt(
    *, debt: Debt, values: Mapping[str, Any], today: date, seen: int | None = None
) -> Debt:
    """Correct one; the same values again write nothing. `seen`: see refuse_stale."""
    debt = Debt.objects.select_for_update(of=("self",)).select_related("owner").get(pk=debt.pk)
    given = {name: values.get(name) for name in FIELDS}
    if any(getattr(debt, name) != value for name, value in given.items()) or debt.as_of != today:
        refuse_stale(debt, seen)
        for name, value in given.items():
            setattr(debt, name, value)
        debt.as_of, debt.version = today, debt.version + 1
        debt.save()
        _choose_plan(debt.owner, today)
    return debt


@transaction.atomic
def remove_debt(*, debt: Debt) -> None:
    """Delete one. Deleted already: nothing happens."""
    Debt.objects.filter(pk=debt.pk).delete()


@transaction.atomic
def save_income(*, owner: User, income_fen: int | None, today: date) -> Circumstances:
    """Keep the monthly income sealed; None forgets it. Chooses the plan anew."""
    place = Circumstances(owner=owner).place
    sealed = b"" if income_fen is None else seal(str(income_fen), place, owner)
    kept, _made = Circumstances.objects.update_or_create(
        owner=owner, defaults={"sealed_income": sealed}
    )
    _choose_plan(owner, today)
    return kept


def _choose_plan(owner: User, today: date) -> None:
    rows = debts_of(owner)
    income = income_of(Circumstances.objects.filter(owner=owner).first())
    total = totals(rows)
    situation = Situation(
        bill_on=next_due_on(rows, today),
        debts=total.open_count,
        heavy_month=is_heavy_month(rows, income),
        lenders=total.open_count,
        utilisation_bp=total.used_bp,
    )
    refresh_plan(owner=owner, situation=situation, today=today)
