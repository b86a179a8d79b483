"""Wake-up calls: they may be lost, repeated or late, because the sweeper sends them again."""

import logging
import time
from uuid import UUID

from celery import current_app

logger = logging.getLogger(__name__)

QUIET_SECONDS = 15.0
# Redis: 0 is served first. The sweeper and what it wakes pass a long queue of fresh calls, or work
# left by a dead worker would wait until that queue is empty.
FIRST = 0
IN_TURN = 3
_quiet_until = 0.0


def wake(job_id: UUID, *, priority: int = IN_TURN, expires: float | None = None) -> bool:
    """Tell a worker to look at the job. Never raises; False when the call was not sent.

    One try: a broker that is away answers at once, one that hangs costs the socket timeout. After
    a failure this process stays quiet for a while, so that one request waits and not all of them;
    the sweeper wakes what was skipped. The call goes by name, so it reaches whatever app is set up.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        current_app.send_task(
            "jobs.run", args=[str(job_id)], retry=False, priority=priority, expires=expires
        )
    except Exception as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("job wake-up not sent: %s", type(error).__qualname__)
        return False
    return True
