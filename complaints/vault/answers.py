"""What the parsing process answers. Plain Python: imported on both sides."""

from dataclasses import asdict, dataclass
from typing import Any


class Refused(Exception):
    """A file that is not taken; `code` is one of complaints.domain.evidence.REFUSALS."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Clean:
    """A copy made anew: nothing but pixels or pages. `data` is empty for sound.

    `width` and `height` are pixels, 0 for what has none. `notes` are codes of what was left out.
    """

    data: bytes
    media_type: str
    pages: int = 1
    width: int = 0
    height: int = 0
    notes: tuple[str, ...] = ()

    def header(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "data"}


NOTES = ("first-frame", "pdf-scripts", "pdf-attachments", "pdf-forms", "pdf-links")
