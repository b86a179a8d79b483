"""The text of a PDF: `python -m inputs.pdf_text`, a process that limits itself.

One line of JSON ({"password": …}) and the bytes of a file come in on stdin; one line of JSON goes
out: {"pages": [text, …]} or {"refused": code}. Only text is read: PDFium comes without a script
engine here, and forms, attachments and links are never asked for. Nothing is written or logged.
"""

import ctypes
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import pypdfium2
from pypdfium2 import raw

from inputs.confine import limit_process

MOST_PAGES = 200
MOST_CHARACTERS = 2_000_000
MOST_ON_PAGE = 200_000
_LINE_ENDS = frozenset([0, 10, 13])
_BLANKS = frozenset([9, 32, 0x3000, 0xA0])


class Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters without a line end; where its first one stands, in points."""

    text: str
    left: float
    middle: float
    height: float


def main() -> None:
    preload()
    limit_process()
    task = json.loads(sys.stdin.buffer.readline())
    answer(task, sys.stdin.buffer.read(), sys.stdout.buffer)


def preload() -> None:
    """Have everything loaded while files may still be opened."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(100, 100)
    text_of_page(page)
    page.close()
    document.close()


def answer(task: dict[str, Any], data: bytes, out: IO[bytes]) -> None:
    """Any failure is an answer too: a code, never words from inside the file."""
    said: dict[str, Any]
    try:
        said = {"pages": text_of_pages(data, str(task.get("password") or ""))}
    except Refused as refused:
        said = {"refused": refused.code}
    except MemoryError:
        said = {"refused": "too_heavy"}
    except Exception:
        said = {"refused": "broken"}
    out.write(json.dumps(said).encode() + b"\n")
    out.flush()


def text_of_pages(data: bytes, password: str) -> list[str]:
    """Raises Refused: locked, wrong_password, broken, too_many_pages, too_heavy."""
    document = _opened(data, password)
    count = len(document)
    if count > MOST_PAGES:
        raise Refused("too_many_pages")
    pages: list[str] = []
    for number in range(count):
        page = document[number]
        pages.append(text_of_page(page))
        page.close()
        if sum(map(len, pages)) > MOST_CHARACTERS:
            raise Refused("too_heavy")
    return pages


def _opened(data: bytes, password: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data, password=password or None)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise Refused("wrong_password" if password else "locked") from None
        raise Refused("broken") from None


def text_of_page(page: pypdfium2.PdfPage) -> str:
    """Line by line as the eye reads it, whatever the order in the file.

    A table may be written column by column; what stands at one height is one line. A turned page
    keeps the order of the file.
    """
    textpage = page.get_textpage()
    pieces = list(_pieces(textpage.raw))
    textpage.close()
    if page.get_rotation():
        return "\n".join(piece.text for piece in pieces)
    return "\n".join(" ".join(piece.text for piece in row) for row in _rows(pieces))


def _rows(pieces: list[Piece]) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: -piece.middle):
        if row and row[0].middle - piece.middle > max(row[0].height, piece.height) / 2:
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _pieces(textpage: Any) -> Iterator[Piece]:
    count = raw.FPDFText_CountChars(textpage)
    if count > MOST_ON_PAGE:
        raise Refused("too_heavy")
    start, points = 0, [raw.FPDFText_GetUnicode(textpage, place) for place in range(count)]
    for end, point in enumerate([*points, 10]):
        if point in _LINE_ENDS:
            if piece := _piece(textpage, points, start, end):
                yield piece
            start = end + 1


def _piece(textpage: Any, points: list[int], start: int, end: int) -> Piece | None:
    while start < end and points[start] in _BLANKS:
        start += 1
    text = "".join(map(_character, points[start:end])).rstrip()
    if not text:
        return None
    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage, start, ctypes.byref(box)):
        return Piece(text, 0.0, 0.0, 0.0)
    return Piece(text, box.left, (box.top + box.bottom) / 2, abs(box.top - box.bottom))


def _character(point: int) -> str:
    """Half of a surrogate pair is no character."""
    return "" if 0xD800 <= point < 0xE000 or point > 0x10FFFF else chr(point)


if __name__ == "__main__":
    main()
