"""When an e-mail may go out. Pure. Hours are those of the clock in Beijing.

A notice is due at once, or with the digest of a day or a week; and nobody is written to in his
quiet hours. A digest goes out when these end, so that it is read with breakfast and not at night.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from inputs.clock import SHANGHAI

LAST_HOUR = 23
DIGEST_HOUR = 8  # of a person without quiet hours
NONE, NOW, DAILY, WEEKLY = "none", "now", "daily", "weekly"
DIGESTS = frozenset({DAILY, WEEKLY})
FRESH = timedelta(days=3)
RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Without e-mail from the hour `start` until the hour `end`; equal hours: no such time."""

    start: int = 22
    end: int = 8


def is_quiet(now: datetime, quiet: Quiet = Quiet()) -> bool:
    """Whether this moment lies in the quiet hours, which may go over midnight."""
    hour = now.astimezone(SHANGHAI).hour
    if quiet.start <= quiet.end:
        return quiet.start <= hour < quiet.end
    return hour >= quiet.start or hour < quiet.end


def due_at(how: str, told_at: datetime, quiet: Quiet = Quiet()) -> datetime:
    """When what was told then should go out: at once, but for quiet hours; or with its digest."""
    if how not in DIGESTS:
        return _after_quiet(told_at, quiet)
    moment = _next(digest_hour(quiet), told_at)
    to_monday = -moment.weekday() % 7 if how == WEEKLY else 0
    return moment + timedelta(days=to_monday)


def mail_at(due: datetime, now: datetime, quiet: Quiet = Quiet()) -> datetime:
    """The same seen from `now`: a run that is late waits for the end of the quiet hours too."""
    return _after_quiet(max(due, now), quiet)


def digest_hour(quiet: Quiet) -> int:
    return DIGEST_HOUR if quiet.start == quiet.end else quiet.end


def is_stale(due: datetime, now: datetime) -> bool:
    """Too long overdue to be news: after an outage it stays in the inbox and is not mailed."""
    return now - due > FRESH


def _after_quiet(moment: datetime, quiet: Quiet) -> datetime:
    return _next(quiet.end, moment) if is_quiet(moment, quiet) else moment


def _next(hour: int, moment: datetime) -> datetime:
    """The first full hour of this name at or after `moment`. Beijing has no summer time."""
    here = moment.astimezone(SHANGHAI)
    on_the_day = datetime.combine(here.date(), time(hour), SHANGHAI)
    return on_the_day if on_the_day >= here else on_the_day + timedelta(days=1)
