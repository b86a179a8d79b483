"""The parsing process: `python -m complaints.vault.sandbox`. One line of JSON and the bytes of a
file come in on stdin; one line of JSON and the bytes of a clean copy go out on stdout.

What is in such a file was written by a stranger. So this process has no Django, no keys in its
environment, and once the decoders are loaded it limits itself (inputs.confine).
"""

import json
import sys
from typing import IO, Any

from complaints.domain.masks import Rectangle
from complaints.vault import pdfs, pictures
from complaints.vault.answers import Clean, Refused
from complaints.vault.sounds import checked_sound
from inputs.confine import limit_process

PDF = "application/pdf"


def main() -> None:
    pictures.preload()
    pdfs.preload()
    limit_process()
    task = json.loads(sys.stdin.buffer.readline())
    answer(task, sys.stdin.buffer.read(), sys.stdout.buffer)


def answer(task: dict[str, Any], data: bytes, out: IO[bytes]) -> None:
    """Any failure is an answer too: a code, never words from inside the file."""
    try:
        made = perform(task, data)
        out.write(json.dumps(made.header()).encode() + b"\n")
        out.write(made.data)
    except Refused as refused:
        _refuse(refused.code, out)
    except MemoryError:
        _refuse("too_heavy", out)
    except Exception:
        _refuse("broken", out)
    out.flush()


def _refuse(code: str, out: IO[bytes]) -> None:
    out.write(json.dumps({"refused": code}).encode() + b"\n")


def perform(task: dict[str, Any], data: bytes) -> Clean:
    media_type = task["media_type"]
    if "masks" in task:
        return pictures.masked_picture(
            data, media_type, [Rectangle(**mask) for mask in task["masks"]]
        )
    if media_type == PDF:
        return pdfs.clean_pdf(data)
    if media_type.startswith("audio/"):
        return checked_sound(data, media_type)
    return pictures.clean_picture(data, media_type)


if __name__ == "__main__":
    main()
