"""Kinds of durable work, and the periodic ones among them. Each app registers its own in tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from django.utils.module_loading import autodiscover_modules

Effect = Callable[[], None] | None
Progress = Callable[[int, str], None]


@dataclass(frozen=True)
class JobView:
    """What a handler sees of its job. `progress(percent, note)` raises LeaseLost when overtaken."""

    id: UUID
    kind: str
    key: str
    args: dict[str, Any]
    token: int
    progress: Progress


Handler = Callable[[JobView], Effect]


@dataclass(frozen=True)
class Periodic:
    """Work of `kind` once per slot; slots are `every` long and start `offset` after midnight."""

    kind: str
    every: timedelta
    offset: timedelta = timedelta(0)


class UnknownKind(LookupError):
    """No handler is registered for the kind of a job."""


_handlers: dict[str, Handler] = {}
_periodic: dict[str, Periodic] = {}
_once: set[str] = set()

# No daylight saving since 1991: a fixed offset keeps slot arithmetic exact. 1990-01-01 is a Monday.
BEIJING = timezone(timedelta(hours=8))
_FIRST_SLOT = datetime(1990, 1, 1, tzinfo=BEIJING)


def durable(kind: str, *, once: bool = False) -> Callable[[Handler], Handler]:
    """Register the handler of `kind`.

    The handler works outside any transaction and may run twice; the effect it returns is run once,
    in the transaction that marks the job done. `once`: the keys of this kind never come again, so
    that a done row may be forgotten (`services.delete_old_slots`).
    """
    if once:
        _once.add(kind)

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise ValueError(f"two handlers for {kind}")
        return handler

    return register


def periodic(kind: str, *, every: timedelta, offset: timedelta = timedelta(0)) -> None:
    """Insert one job of `kind` per slot, e.g. every=1 day, offset=8 h for 08:00 Beijing time."""
    _periodic[kind] = Periodic(kind, every, offset)


def handler_for(kind: str) -> Handler:
    """The handler of `kind`; loads every app's tasks first. Raises UnknownKind."""
    if kind not in _handlers:
        autodiscover_modules("tasks")
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def periodic_kinds() -> tuple[Periodic, ...]:
    autodiscover_modules("tasks")
    return tuple(_periodic.values())


def periodic_work(kind: str) -> Periodic:
    """What runs under that name. Raises KeyError where nothing does."""
    autodiscover_modules("tasks")
    return _periodic[kind]


def once_kinds() -> tuple[str, ...]:
    autodiscover_modules("tasks")
    return tuple(sorted(_once))


def slot_start(work: Periodic, now: datetime) -> datetime:
    """The start of the slot `now` falls into, in Beijing time (so a week starts on Monday)."""
    first = _FIRST_SLOT + work.offset
    return first + (now - first) // work.every * work.every
