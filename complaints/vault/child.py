"""Starting the parsing process and judging what comes back. Nothing it says is believed unread."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import filetype

from complaints.domain.evidence import MEGABYTE, PDF, REFUSALS, refusal
from complaints.domain.masks import Rectangle
from complaints.vault.answers import NOTES, Clean

WALL_SECONDS = 60.0
MOST_ANSWER = 48 * MEGABYTE
_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = [sys.executable, "-m", "complaints.vault.sandbox"]
_MADE = ("image/png", "image/jpeg", PDF)
# Nothing of ours: no keys, no addresses. One arena, because each counts against the memory limit.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
_TOO_HEAVY = (signal.SIGXCPU, signal.SIGABRT)  # abort() is what C++ does without memory
_FELL_OVER = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)


class ChildDied(Exception):
    """The process ended without an answer and not by its limits; trying again may help."""


def clean(data: bytes, media_type: str) -> Clean:
    """A clean copy of a file. Raises InputError for one that is not taken, or ChildDied."""
    return _ask({"media_type": media_type}, data, media_type)


def mask(data: bytes, media_type: str, rectangles: Sequence[Rectangle]) -> Clean:
    """A clean picture with rectangles painted over. Raises InputError or ChildDied."""
    masks = [rectangle.to_json() for rectangle in rectangles]
    return _ask({"media_type": media_type, "masks": masks}, data, media_type)


def _ask(task: dict[str, Any], data: bytes, media_type: str) -> Clean:
    said, _newline, body = _run(json.dumps(task).encode() + b"\n", data).partition(b"\n")
    try:
        head = json.loads(said)
    except ValueError as nonsense:
        raise ChildDied from nonsense
    if "refused" in head:
        code = head["refused"]
        raise refusal(code if code in REFUSALS else "broken")
    return _believable(head, body, media_type)


def _run(task: bytes, data: bytes) -> bytes:
    """What the process wrote, at most MOST_ANSWER bytes. It lives WALL_SECONDS at most."""
    late = threading.Event()
    with subprocess.Popen(  # noqa: S603
        _COMMAND,
        cwd=_ROOT,
        env=_ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        timer = threading.Timer(WALL_SECONDS, _stop, (process, late))
        feeder = threading.Thread(target=_feed, args=(process.stdin, task, data), daemon=True)
        timer.start()
        feeder.start()
        out = process.stdout.read(MOST_ANSWER + 1)
        process.stdout.close()
        process.wait()
        timer.cancel()
        feeder.join()
    return _judged(out, process.returncode, late.is_set())


def _stop(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _feed(pipe: IO[bytes], task: bytes, data: bytes) -> None:
    """A process that stops reading has answered already, or has died."""
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(task)
        pipe.write(data)


def _judged(out: bytes, returncode: int, late: bool) -> bytes:
    """Out of time or memory, or a decoder that fell over: the file's fault. Killed from outside:
    the machine's."""
    if late or len(out) > MOST_ANSWER or -returncode in _TOO_HEAVY:
        raise refusal("too_heavy")
    if -returncode in _FELL_OVER:
        raise refusal("broken")
    if returncode != 0 or not out:
        raise ChildDied(returncode)
    return out


def _believable(head: dict[str, Any], body: bytes, media_type: str) -> Clean:
    made = Clean(
        data=body,
        media_type=str(head["media_type"]),
        pages=int(head["pages"]),
        width=int(head["width"]),
        height=int(head["height"]),
        notes=tuple(note for note in head["notes"] if note in NOTES),
    )
    is_sound = media_type.startswith("audio/") and made.media_type == media_type and not body
    if not is_sound and (made.media_type not in _MADE or _sniffed(body) != made.media_type):
        raise ChildDied("not what it says")
    return made


def _sniffed(body: bytes) -> str | None:
    return filetype.guess_mime(body[:512])
