"""Starting a process that reads a stranger's file, and judging how it ended.

The process limits itself (inputs.confine). Here it gets nothing of ours, no longer than it may live
and no more of an answer than it may give. Nothing it says is believed unread: that is the caller's.
"""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).resolve().parents[1]
# Nothing of ours: no keys, no addresses. One arena, because each counts against the memory limit.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
_TOO_HEAVY = (signal.SIGXCPU, signal.SIGABRT)  # abort() is what C++ does without memory
_FELL_OVER = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP)


class ChildDied(Exception):
    """The process ended without an answer and not by its limits; trying again may help."""


class TooHeavy(Exception):
    """Out of time or memory, or the answer would not end: the file's fault."""


class FellOver(Exception):
    """The decoder crashed: the file's fault."""


def answer_of(
    command: Sequence[str], task: bytes, data: bytes, *, wall_seconds: float, most_answer: int
) -> bytes:
    """What the process wrote when it was fed `task` and `data`, at most `most_answer` bytes.

    Raises TooHeavy, FellOver or ChildDied.
    """
    late = threading.Event()
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=_ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        timer = threading.Timer(wall_seconds, _stop, (process, late))
        feeder = threading.Thread(target=_feed, args=(process.stdin, task, data), daemon=True)
        timer.start()
        feeder.start()
        out = process.stdout.read(most_answer + 1)
        process.stdout.close()
        process.wait()
        timer.cancel()
        feeder.join()
    is_endless = late.is_set() or len(out) > most_answer
    return _judged(out, process.returncode, is_endless)


def _stop(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _feed(pipe: IO[bytes], task: bytes, data: bytes) -> None:
    """A process that stops reading has answered already, or has died."""
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(task)
        pipe.write(data)


def _judged(out: bytes, returncode: int, is_endless: bool) -> bytes:
    """By its limits or by its own crash: the file's fault. Killed from outside: the machine's."""
    if is_endless or -returncode in _TOO_HEAVY:
        raise TooHeavy
    if -returncode in _FELL_OVER:
        raise FellOver
    if returncode != 0 or not out:
        raise ChildDied(returncode)
    return out
