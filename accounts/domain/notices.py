"""When an e-mail may go out. Pure."""

from datetime import datetime, time, timedelta

from inputs.clock import SHANGHAI

QUIET_FROM, QUIET_TO = time(22), time(8)
FRESH = timedelta(days=3)


def is_quiet(now: datetime) -> bool:
    """Between 22:00 and 08:00 in Beijing nobody is written to; it waits for the morning."""
    at = now.astimezone(SHANGHAI).time()
    return at >= QUIET_FROM or at < QUIET_TO


def is_stale(told_at: datetime, now: datetime) -> bool:
    """Too old to be news: after an outage it stays in the inbox and is not mailed any more."""
    return now - told_at > FRESH
