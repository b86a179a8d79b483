"""Limits a process puts on itself before it reads what a stranger wrote.

Once they stand it cannot open anything: no file, no socket. Where the system does not know a limit
(memory on macOS) the others hold.
"""

import contextlib
import resource

MEMORY_BYTES = 512 * 2**20
CPU_SECONDS = 20

# Soft and hard. Between the two of CPU comes the signal that tells a limit from a crash.
_LIMITS = {
    "RLIMIT_AS": (MEMORY_BYTES, MEMORY_BYTES),
    "RLIMIT_CPU": (CPU_SECONDS, CPU_SECONDS + 5),
    "RLIMIT_FSIZE": (0, 0),
    "RLIMIT_CORE": (0, 0),
    "RLIMIT_NOFILE": (0, 0),
}


def limit_process() -> None:
    """Everything that must be loaded from files has to be loaded before."""
    for name, limits in _LIMITS.items():
        with contextlib.suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, name), limits)
