"""How long a complaint being written is kept. Pure."""

from datetime import date, datetime, timedelta

# Counted from the last change of the draft, told on every list of drafts.
KEPT_DAYS = 180


def expires_on(changed_on: date) -> date:
    """The last day a draft last changed on this day is kept."""
    return changed_on + timedelta(days=KEPT_DAYS)


def gone_before(now: datetime) -> datetime:
    """Drafts changed before this instant are removed; one whole day later than promised."""
    return now - timedelta(days=KEPT_DAYS + 1)
