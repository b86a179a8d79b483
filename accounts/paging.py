"""Pages by keyset: the last row's sort key names the next page; never OFFSET, never a count.

The cursor is opaque and unsigned: it can only name a place in rows the caller may see anyway.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of one page and the cursor of the next, None on the last."""

    rows: Sequence[Row]
    next: str | None
    is_first: bool


def keyset_page(rows: QuerySet[Row], *, order: tuple[str, str], after: str, size: int) -> Page[Row]:
    """`order` is two descending fields, the second unique, for example ("-filed_at", "-pk").

    A cursor that cannot be read shows the first page.
    """
    first, second = (name.lstrip("-") for name in order)
    start = _read(after)
    shown = rows.order_by(*order)
    if start is not None:
        shown = shown.filter(
            Q(**{f"{first}__lt": start[0]}) | Q(**{first: start[0], f"{second}__lt": start[1]})
        )
    found = list(shown[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    cursor = _write(getattr(last, first), last.pk) if last is not None else None
    return Page(found[:size], cursor, start is None)


@dataclass(frozen=True)
class MixedPage:
    """Rows of several kinds on one page, newest first, and the cursor of the next."""

    rows: Sequence[Any]
    next: str | None
    is_first: bool


def mixed_page(sources: Sequence[tuple[str, QuerySet[Any]]], *, after: str, size: int) -> MixedPage:
    """Several kinds of rows as one timeline; one query a kind, whatever the depth.

    A source is the name of its day field and its rows; on the same day the first source comes
    first, then the newest row. A cursor that cannot be read shows the first page.
    """
    start = _read_place(after)
    found = [
        ((getattr(row, day), -rank, row.pk), row)
        for rank, (day, rows) in enumerate(sources)
        for row in _below(rows, day, rank, start).order_by(f"-{day}", "-pk")[: size + 1]
    ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown = found[:size]
    cursor = _write_place(*shown[-1][0]) if len(found) > size else None
    return MixedPage([row for _place, row in shown], cursor, start is None)


_Place = tuple[date, int, int]


def _below(rows: QuerySet[Any], day: str, rank: int, start: _Place | None) -> QuerySet[Any]:
    if start is None:
        return rows
    on, minus_rank, pk = start
    earlier = Q(**{f"{day}__lt": on})
    if -rank == minus_rank:
        return rows.filter(earlier | Q(**{day: on, "pk__lt": pk}))
    return rows.filter(earlier | Q(**{day: on}) if -rank < minus_rank else earlier)


def _write_place(on: date, minus_rank: int, pk: int) -> str:
    text = json.dumps([on.isoformat(), minus_rank, pk])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_place(cursor: str) -> _Place | None:
    if not cursor or len(cursor) > 200:
        return None
    try:
        on, minus_rank, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return _near(date.fromisoformat(on)), int(minus_rank), _key(pk)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _write(value: date | datetime, pk: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([value.isoformat(), pk]).encode()).decode()


def _read(cursor: str) -> tuple[date | datetime, int] | None:
    if not cursor or len(cursor) > 200:
        return None
    try:
        text, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        parse = datetime.fromisoformat if "T" in text else date.fromisoformat
        return _near(parse(text)), _key(pk)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


Day = TypeVar("Day", date, datetime)


def _near(day: Day) -> Day:
    """ValueError for years that databases and time zones overflow on."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day


def _key(value: Any) -> int:
    """ValueError for what no key column holds."""
    key = int(value)
    if not 0 <= key < 2**63:
        raise ValueError
    return key
