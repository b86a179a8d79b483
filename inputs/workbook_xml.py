"""The XML parts of an XLSX, read as a stream with a bare parser.

A tree of a whole part, which libraries build, lets a small hostile file take gigabytes; and this
is four times as fast. No part may have a DTD, so no entity is ever expanded.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile

from inputs.errors import InputError, gettext_noop
from inputs.sheet_limits import broken

UNUSUAL = gettext_noop(
    "这个 Excel 文件的结构不正常。请把表格复制到一个新建的空白工作簿，或另存为 CSV，再上传。"
)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # as far as Excel itself goes
NOT_A_PART = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, expat.ExpatError)

Attributes = dict[str, str]
Cells = list[tuple[int, str]]

_CHUNK = 2**16
_MAX_DEPTH = 60
_MAX_LOOSE = 50_000  # elements in a row, in a string, or outside both: styles, merged cells, links


def unusual() -> InputError:
    return InputError("unusual", UNUSUAL)


class PartReader:
    """Feeds one part to `start`, `end` and `text`, and stops what is built to exhaust."""

    unit = ""  # the element that may be repeated without end

    def __init__(self) -> None:
        self.path: list[str] = []
        self.loose = 0

    def feed(self, part: IO[bytes]) -> Iterator[None]:
        """One step a chunk. Raises InputError when the part is damaged or unusual."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        try:
            while chunk := part.read(_CHUNK):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        except NOT_A_PART as error:
            raise broken() from error
        yield

    def read(self, part: IO[bytes]) -> None:
        for _chunk in self.feed(part):
            pass

    def start(self, name: str, attributes: Attributes) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        """For readers of nested elements."""

    def text(self, text: str) -> None:
        """For readers of text."""

    def _doctype(self, *_declaration: object) -> None:
        raise unusual()

    def _start(self, name: str, attributes: Attributes) -> None:
        local = name.rpartition(":")[2]
        self.loose += 1
        self.path.append(local)
        if self.loose > _MAX_LOOSE or len(self.path) > _MAX_DEPTH:
            raise unusual()
        self.start(local, attributes)

    def _end(self, name: str) -> None:
        local = self.path.pop()
        self.end(local)
        if local == self.unit:
            self.loose = 0


class Elements(PartReader):
    """Attributes of the wanted elements of a small part, each with the name of its parent."""

    def __init__(self, *wanted: str) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[tuple[str, str, Attributes]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name in self.wanted:
            parent = self.path[-2] if len(self.path) > 1 else ""
            self.found.append((parent, name, attributes))


class Strings(PartReader):
    """The shared strings. Readings of characters (`rPh`) are no part of the text."""

    unit = "si"

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.pieces: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.pieces = []

    def text(self, text: str) -> None:
        if self.path[-1] == "t" and "rPh" not in self.path:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        if name == "si":
            self.found.append("".join(self.pieces))


class Rows(PartReader):
    """Rows of a worksheet as (number, cells); `cell_text(type, style, value)` reads one value.

    Every cell with a formula comes as "=…", whatever result is stored beside it.
    """

    unit = "row"

    def __init__(self, cell_text: Callable[[str, str, str], str]) -> None:
        super().__init__()
        self.cell_text = cell_text
        self.ready: list[tuple[int, Cells]] = []
        self.cells: Cells = []
        self.number = self.column = 0
        self.type = self.style = ""
        self.value: list[str] = []
        self.formula: list[str] | None = None

    def take(self) -> list[tuple[int, Cells]]:
        """What has been read since the last call."""
        ready, self.ready = self.ready, []
        return ready

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes.get("r", ""))
        elif name == "f":
            self.formula = ["="]

    def text(self, text: str) -> None:
        inside = self.path[-1]
        if inside == "v" or (inside == "t" and "rPh" not in self.path):
            self.value.append(text)
        elif inside == "f" and self.formula is not None:
            self.formula.append(text)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "row":
            self.ready.append((self.number, self.cells))

    def _start_row(self, place: str) -> None:
        """Rows left out come back as empty ones: up to a row 10¹² that would take for ever."""
        number = _whole(place) if place else self.number + 1
        if not self.number < number <= LAST_ROW:
            raise unusual()
        self.number, self.column, self.cells = number, 0, []

    def _start_cell(self, attributes: Attributes) -> None:
        self.column = _column(attributes.get("r", "")) or self.column + 1
        if self.column > LAST_COLUMN:
            raise unusual()
        self.type, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.value, self.formula = [], None

    def _end_cell(self) -> None:
        if self.formula is not None:
            self.cells.append((self.column, "".join(self.formula)))
        elif self.value:
            text = self.cell_text(self.type, self.style, "".join(self.value))
            self.cells.append((self.column, text))


def _whole(digits: str) -> int:
    return int(digits) if digits.isdecimal() and len(digits) < 9 else 0


def _column(place: str) -> int:
    """28 for "AB7"; 0 when no letters stand there."""
    number = 0
    for letter in place[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number
