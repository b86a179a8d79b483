"""What a line was on a day, from what was seen and what was said to have changed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Seen:
    """From this civil day on the limit is known to be `limit_fen` (分)."""

    on: date
    limit_fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A change somewhere after `unchanged_until`, at the latest on `effective_on`."""

    before_fen: int
    after_fen: int
    unchanged_until: date
    effective_on: date


def newest_seen(seen: Iterable[Seen]) -> Seen | None:
    """The latest; on the same day the one named last, because a change ends in its new limit."""
    newest = None
    for row in seen:
        if newest is None or row.on >= newest.on:
            newest = row
    return newest


def change_between(earlier: Seen | None, later: Seen) -> Difference | None:
    """What must have happened between two sightings; None where nothing did.

    The day of the change is the day it was seen: an honest upper bound, never a guess.
    """
    if earlier is None or earlier.limit_fen == later.limit_fen:
        return None
    return Difference(earlier.limit_fen, later.limit_fen, earlier.on, later.on)


STATUS_OF_KIND = {"freeze": "frozen", "close": "closed"}
OPEN, FROZEN, CLOSED = "open", "frozen", "closed"


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """The part of a change that a state needs."""

    on: date
    kind: str
    after_fen: int


@dataclass(frozen=True, slots=True)
class ReadingSeen:
    """The part of a reading that a state needs; unknown figures are None."""

    on: date
    limit_fen: int
    used_fen: int | None = None
    available_fen: int | None = None
    rate_bp: int | None = None


@dataclass(frozen=True, slots=True)
class LineState:
    """One line on one day. `limit_on` is the day the limit is known from, `used_on` the day the
    other figures are known from; `status` is open, frozen or closed."""

    limit_fen: int
    limit_on: date
    status: str
    used_fen: int | None = None
    available_fen: int | None = None
    rate_bp: int | None = None
    used_on: date | None = None


def line_state(change: ChangeSeen | None, reading: ReadingSeen | None) -> LineState | None:
    """The newest change and the newest reading up to a day, put together; None without both.

    On the same day the change counts for the limit: a reading of that morning may be older.
    """
    if change is None and reading is None:
        return None
    if reading is None or (change and change.on >= reading.on):
        assert change is not None
        limit_fen, limit_on = change.after_fen, change.on
    else:
        limit_fen, limit_on = reading.limit_fen, reading.on
    status = STATUS_OF_KIND.get(change.kind, OPEN) if change else OPEN
    if reading is None:
        return LineState(limit_fen, limit_on, status)
    return LineState(
        limit_fen,
        limit_on,
        status,
        used_fen=reading.used_fen,
        available_fen=reading.available_fen,
        rate_bp=reading.rate_bp,
        used_on=reading.on,
    )
