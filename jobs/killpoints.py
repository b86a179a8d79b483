"""Places where the kill tests end a worker: inert unless JOB_KILL_POINT is set."""

import os
import random
import signal
from pathlib import Path

from django.conf import settings


def kill_point(name: str) -> None:
    """kill -9 this process, with chance JOB_KILL_CHANCE, at a place JOB_KILL_POINT names.

    Several places are separated by commas; JOB_KILL_LOG names a file to write the place to.
    """
    wanted = os.environ.get("JOB_KILL_POINT", "")
    if name not in wanted.split(",") or settings.PRODUCTION:
        return
    if random.random() >= float(os.environ.get("JOB_KILL_CHANCE", "1")):  # noqa: S311  # nosec B311
        return
    if log := os.environ.get("JOB_KILL_LOG"):
        with Path(log).open("a") as lines:
            lines.write(f"{name}\n")
    os.kill(os.getpid(), signal.SIGKILL)
