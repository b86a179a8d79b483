"""What beat sends. It only says "look": which work is due is decided by rows with unique keys."""

from typing import Any

from django.conf import settings

from jobs.waking import FIRST


def beat_schedule() -> dict[str, dict[str, Any]]:
    """The sweeper; a call that waits longer than a round is dropped, the next one is the same."""
    seconds = settings.JOB_SWEEP_SECONDS
    options = {"expires": seconds, "priority": FIRST}
    return {"jobs-sweep": {"task": "jobs.sweep", "schedule": seconds, "options": options}}
