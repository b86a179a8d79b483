"""The civil day in China: besides entry points, the only place that reads the clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today(now: datetime | None = None) -> date:
    """The day in Beijing at `now` (aware), whatever the time zone of server or browser."""
    moment = now or datetime.now(SHANGHAI)
    if moment.tzinfo is None:
        raise ValueError("now must carry its time zone")
    return moment.astimezone(SHANGHAI).date()
