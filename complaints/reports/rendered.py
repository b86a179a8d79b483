"""A finished file, whatever its format."""

import hashlib
import time
from dataclasses import dataclass
from typing import Self


class RenderError(RuntimeError):
    """The engine refused or warned; carries its message ids, never the document."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """`pages` is 0 where the format has none; `milliseconds` is what the engine took."""

    data: bytes
    sha256: str
    pages: int
    milliseconds: int

    @classmethod
    def of(cls, data: bytes, *, started: float, pages: int = 0) -> Self:
        """`started` is time.monotonic() before the work."""
        took = round((time.monotonic() - started) * 1000)
        return cls(data, hashlib.sha256(data).hexdigest(), pages, took)
