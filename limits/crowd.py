"""The worker of the crowd rollup: who logged the same within a week, counted without names.

Reads changes, writes `CrowdWindow`, and asks for changes in a wave that came or went to be
explained again. Safe to run twice: the same entries give the same windows, and windows that did
not change are not written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.utils import timezone

from jobs.services import enqueue_new
from limits.domain.crowd import (
    REACH_DAYS,
    Window,
    first_day_needed,
    last_day_touched,
    windows,
)
from limits.domain.lenders import UNNAMED
from limits.enums import Direction
from limits.models import CrowdWindow, LimitChange

DEMO = "【演示数据】"  # the display name of persons that load_demo makes
CHUNK = 2_000
ASSESSED_A_JOB = 200
REACH = timedelta(days=REACH_DAYS)
WRITTEN = ("people", "usual", "is_wave", "made_at")
DIRECTIONS = (
    (Direction.FALL, Q(after_fen__lt=F("before_fen"))),
    (Direction.RISE, Q(after_fen__gt=F("before_fen"))),
)
CONDITIONS: dict[str, Q] = {str(direction): condition for direction, condition in DIRECTIONS}

Key = tuple[str, bool, date]  # product, is it a fall, day
Spans = dict[str, tuple[date, date]]  # product → first and last centre to count


@dataclass(frozen=True, slots=True)
class Series:
    """The windows of one product and direction centred from `first` to `last`, counted again."""

    product: str
    direction: str
    first: date
    last: date
    found: tuple[Window, ...]


def wave_at(product: str, is_fall: bool, on: date) -> bool:
    """Whether many more people than usual logged the same within a week of that day."""
    return CrowdWindow.objects.wave(product, on, is_fall=is_fall)


def waves_among(keys: Iterable[Key]) -> frozenset[Key]:
    """Those of many keys that lie in a wave: one query, for assessing in bulk."""
    wanted = frozenset(keys)
    waves = CrowdWindow.objects.filter(
        is_wave=True,
        product_slug__in={product for product, _is_fall, _on in wanted},
        centre_on__in={on for _product, _is_fall, on in wanted},
    ).values_list("product_slug", "direction", "centre_on")
    return wanted & {(product, way == Direction.FALL, on) for product, way, on in waves}


def recount(since: datetime | None = None) -> tuple[Series, ...]:
    """Count again what entries written since then can change; everything without `since`.

    Two queries to find what to count and one for each product and direction, whatever the number
    of entries. An erased account leaves no entry behind: only a run without `since` sees that.
    """
    spans = _touched(since) if since else _everything()
    return tuple(
        _counted(product, direction, condition, *spans[product])
        for product in sorted(spans)
        for direction, condition in DIRECTIONS
    )


@transaction.atomic
def store(series: Iterable[Series]) -> None:
    """Write the windows that differ from the stored ones, delete those that are empty now.

    One query for each series, three where something changed, two more where a wave came or went;
    run again, it writes nothing.
    """
    for one in series:
        _store(one)


def _touched(since: datetime) -> Spans:
    """A correction or withdrawal touches its own day and the day of what it replaces."""
    rows = LimitChange.objects.filter(created_at__gte=since)
    spans: Spans = {}
    _widen(spans, _days(rows, "line__product_slug", "effective_on"))
    replaced = rows.exclude(supersedes=None)
    _widen(spans, _days(replaced, "supersedes__line__product_slug", "supersedes__effective_on"))
    return spans


def _everything() -> Spans:
    """All entries, and stored windows that may have lost theirs."""
    spans: Spans = {}
    _widen(spans, _days(LimitChange.objects.all(), "line__product_slug", "effective_on"))
    _widen(spans, _days(CrowdWindow.objects.all(), "product_slug", "centre_on"))
    return spans


def _days(rows: QuerySet, product: str, day: str) -> Iterator[tuple[str, date, date]]:
    found = rows.order_by().values_list(product).annotate(first=Min(day), last=Max(day))
    return ((slug, first, last) for slug, first, last in found if slug != UNNAMED)


def _widen(spans: Spans, days: Iterable[tuple[str, date, date]]) -> None:
    for product, first, last in days:
        low, high = first - REACH, last_day_touched(last)
        known = spans.get(product, (low, high))
        spans[product] = (min(low, known[0]), max(high, known[1]))


def _counted(product: str, direction: str, condition: Q, first: date, last: date) -> Series:
    rows = (
        LimitChange.objects.current()
        .filter(condition, line__product_slug=product)
        .filter(effective_on__range=(first_day_needed(first), last + REACH))
        # What people did themselves is no sign of a policy.
        .exclude(by_me=True)
        .exclude(owner__display_name=DEMO)
        .values_list("effective_on", "owner_id")
    )
    found = tuple(windows(rows.iterator(CHUNK), first, last))
    return Series(product, direction, first, last, found)


def _store(series: Series) -> None:
    stored = CrowdWindow.objects.filter(
        product_slug=series.product,
        direction=series.direction,
        centre_on__range=(series.first, series.last),
    )
    known = {row.centre_on: _as_window(row) for row in stored}
    changed = [one for one in series.found if known.get(one.centre_on) != one]
    CrowdWindow.objects.bulk_create(
        [_as_row(series, one) for one in changed],
        update_conflicts=True,
        unique_fields=["product_slug", "direction", "centre_on"],
        update_fields=WRITTEN,
        batch_size=CHUNK,
    )
    empty = known.keys() - {one.centre_on for one in series.found}
    if empty:
        stored.filter(centre_on__in=empty).delete()
    _ask_to_explain_again(series, _turned(known, series.found))


def _turned(known: Mapping[date, Window], found: Iterable[Window]) -> frozenset[date]:
    """The days whose window became a wave, or is one no longer."""
    before = {day for day, window in known.items() if window.is_wave}
    return frozenset(before ^ {window.centre_on for window in found if window.is_wave})


def _ask_to_explain_again(series: Series, days: frozenset[date]) -> None:
    """Explanations made before the wave was seen say nothing of it."""
    if not days:
        return
    rows = LimitChange.objects.current().filter(
        CONDITIONS[series.direction],
        line__product_slug=series.product,
        effective_on__in=days,
    )
    found = [str(found) for found in rows.order_by("pk").values_list("public_id", flat=True)]
    moment = timezone.now().isoformat()
    for part in range(0, len(found), ASSESSED_A_JOB):
        enqueue_new(
            kind="limits.assess",
            key=f"limits.assess:wave:{series.product}:{series.direction}:{moment}:{part}",
            args={"changes": found[part : part + ASSESSED_A_JOB]},
        )


def _as_window(row: CrowdWindow) -> Window:
    return Window(row.centre_on, row.people, row.usual, row.is_wave)


def _as_row(series: Series, found: Window) -> CrowdWindow:
    return CrowdWindow(
        product_slug=series.product,
        direction=series.direction,
        centre_on=found.centre_on,
        people=found.people,
        usual=found.usual,
        is_wave=found.is_wave,
        made_at=timezone.now(),
    )
