"""Starting the parsing process and judging what comes back. Nothing it says is believed unread."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import filetype

from complaints.domain.evidence import MEGABYTE, PDF, REFUSALS, refusal
from complaints.domain.masks import Rectangle
from complaints.vault.answers import NOTES, Clean
from inputs.child import ChildDied, FellOver, TooHeavy, answer_of

WALL_SECONDS = 60.0
MOST_ANSWER = 48 * MEGABYTE
_COMMAND = [sys.executable, "-m", "complaints.vault.sandbox"]
_MADE = ("image/png", "image/jpeg", PDF)


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
    try:
        return answer_of(_COMMAND, task, data, wall_seconds=WALL_SECONDS, most_answer=MOST_ANSWER)
    except TooHeavy:
        raise refusal("too_heavy") from None
    except FellOver:
        raise refusal("broken") from None


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
