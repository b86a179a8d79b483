"""One row as its owner may have it: every field the data map lets out, in plain JSON values."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, Model, Prefetch, QuerySet
from django.utils import timezone

from accounts.crypto import SealBroken
from accounts.data_map import SELF, FieldEntry, ModelEntry
from accounts.keyring import open_sealed
from accounts.models import User
from limits.bills import report_of
from limits.models.explanation import IN_THE_SEAL
from portal.exporting.writing import Writing
from records.owing import income_of

CHUNK_ROWS = 200
ID = "public_id"


def _text(row: Any) -> str:
    return open_sealed(bytes(row.sealed), row.place, row.owner_id)


def _assessment(row: Any) -> Any:
    if not row.sealed_result:
        return None
    return json.loads(open_sealed(bytes(row.sealed_result), row.place, row.owner_id))


def _said(row: Any) -> Any:
    return {"cause": row.cause, "words": row.words} if row.cause_slug == IN_THE_SEAL else None


# How each sealed field is opened; tests/portal/test_export.py fails for one that is not here.
OPENED: dict[str, Callable[[Any], Any]] = {
    "limits.SealedAnswer.sealed": _text,
    "limits.Assessment.sealed_result": _assessment,
    "limits.Bill.sealed_findings": report_of,
    "limits.Bill.sealed_accepted": lambda row: row.accepted,
    "limits.Confirmation.sealed": _said,
    "records.Circumstances.sealed_income": income_of,
}


# Numbers of staff and of their notes, which are no part of anybody's copy, by the action.
INSIDE_EVENTS = {"assign": "to", "note": "note"}


def _event_data(row: Any) -> Any:
    hidden = INSIDE_EVENTS.get(row.action)
    return {key: value for key, value in (row.data or {}).items() if key != hidden}


SHOWN: dict[str, Callable[[Any], Any]] = {"complaints.ComplaintEvent.data": _event_data}


def model_of(entry: ModelEntry) -> type[Model]:
    return apps.get_model(entry.label)


def rows_of(entry: ModelEntry, owner: User) -> Iterator[Any]:
    """The person's rows, oldest first, a chunk at a time. Links are looked up in the same query."""
    path = "pk" if entry.person == SELF else entry.person
    rows: QuerySet[Any] = model_of(entry)._base_manager.filter(**{path: owner.pk})
    links = [field.name for field in entry.exported if field.kind == "link"]
    rows = rows.annotate(**{f"{name}_{ID}": F(f"{name}__{ID}") for name in links})
    for field in entry.exported:
        if field.kind == "links":
            related = model_of(entry)._meta.get_field(field.name).related_model
            only = related._base_manager.only("pk", ID)  # type: ignore[union-attr]
            rows = rows.prefetch_related(Prefetch(field.name, only))
    return rows.order_by("pk").iterator(chunk_size=CHUNK_ROWS)


def row_json(entry: ModelEntry, row: Any, writing: Writing) -> dict[str, Any]:
    return {field.name: _value(entry, field, row, writing) for field in entry.exported}


def _value(entry: ModelEntry, field: FieldEntry, row: Any, writing: Writing) -> Any:
    if field.kind == "link":
        return _plain(getattr(row, f"{field.name}_{ID}"))
    if field.kind == "links":
        return [str(other.public_id) for other in getattr(row, field.name).all()]
    if field.kind == "who":
        return _who(getattr(row, f"{field.name}_id"), writing.owner)
    if field.kind == "file":
        return writing.places.get((entry.label, row.pk, field.name))
    if field.kind == "sealed":
        return _opened(f"{entry.label}.{field.name}", row, writing)
    shown = SHOWN.get(f"{entry.label}.{field.name}")
    return shown(row) if shown else _plain(getattr(row, field.name))


def _who(pk: int | None, owner: User) -> str | None:
    """A role, never a name: another person is no part of anybody's copy."""
    if pk is None:
        return None
    return "you" if pk == owner.pk else "staff"


def _opened(place: str, row: Any, writing: Writing) -> Any:
    try:
        return OPENED[place](row)
    except SealBroken:
        name = f"{place} {getattr(row, ID, row.pk)} (sealed)"
        if name not in writing.missing:
            writing.missing.append(name)
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
