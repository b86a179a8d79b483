"""Rows of the first worksheet of an XLSX, after a look at what the file declares of itself."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from inputs.errors import InputError
from inputs.filetypes import LOCKED, refuse_archive
from inputs.sheet_limits import SheetLimits, broken
from inputs.workbook_xml import (
    NOT_A_PART,
    Cells,
    Elements,
    PartReader,
    Rows,
    Strings,
    unusual,
)

_MAX_MEMBERS = 1_000
_MAX_RATIO = 250  # repetition alone reaches 1,000; sheets of equal rows stay under 60
_RATIO_FROM_BYTES = 2**20
_BOOK = re.compile(r"xl/workbook[0-9]*\.xml")
_HIDDEN = ("hidden", "veryHidden")
_TRUE = ("1", "true", "on")


def workbook_rows(data: bytes, limits: SheetLimits) -> Iterator[tuple[str, ...]]:
    """Rows as text, without empty cells at their end. Raises InputError, also while it is read."""
    archive = _archive(data)
    _refuse_members(archive, limits)
    return _rows(archive, limits)


def _archive(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (*NOT_A_PART, ValueError) as error:
        raise broken() from error


def _refuse_members(archive: zipfile.ZipFile, limits: SheetLimits) -> None:
    """By the central directory alone: zipfile never unpacks more than is declared there."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise InputError("locked", LOCKED)
    refuse_archive(frozenset(member.filename for member in members))
    size = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS or size > limits.max_unzipped_bytes:
        raise unusual()
    if any(_is_bomb(member) for member in members):
        raise unusual()


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    limit = max(_RATIO_FROM_BYTES, member.compress_size * _MAX_RATIO)
    return member.file_size > limit


def _rows(archive: zipfile.ZipFile, limits: SheetLimits) -> Iterator[tuple[str, ...]]:
    book = _Book(archive)
    reader = Rows(book.cell_text)
    last = filled = 0
    with _open(archive, book.sheet) as part:
        for _chunk in reader.feed(part):
            for number, cells in reader.take():
                yield from ((),) * (number - last - 1)
                row = _padded(number, cells, limits)
                filled += bool(row)
                if filled > limits.max_rows:
                    raise limits.too_many_rows()
                last = number
                yield row


def _padded(number: int, cells: Cells, limits: SheetLimits) -> tuple[str, ...]:
    """Every cell at its place. Formatted sheets have thousands of empty ones at the right."""
    filled = [(column, text) for column, text in cells if text]
    if not filled:
        return ()
    width = max(column for column, _text in filled)
    if width > limits.max_columns:
        raise limits.too_many_columns(number)
    row = [""] * width
    for column, text in filled:
        row[column - 1] = text
    limits.refuse_row(number, tuple(row))
    return tuple(row)


class _Book:
    """What the cells of the first visible worksheet need: strings, date formats, the epoch."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = archive.namelist()
        book = next((name for name in names if _BOOK.fullmatch(name)), "")
        settings = _read(archive, book, Elements("sheet", "workbookPr")).found
        parts = _related(archive, book)
        self.sheet = _first_sheet([row for _, name, row in settings if name == "sheet"], parts)
        flags = [row.get("date1904", "") for _, name, row in settings if name == "workbookPr"]
        self.epoch = MAC_EPOCH if any(flag in _TRUE for flag in flags) else WINDOWS_EPOCH
        strings, styles = _of_type(parts, "sharedStrings"), _of_type(parts, "styles")
        self.strings = _read(archive, strings, Strings()).found if strings in names else []
        self.dates = _date_styles(archive, styles) if styles in names else frozenset()

    def cell_text(self, kind: str, style: str, value: str) -> str:
        """A cell as a person would type it: 50000.0 → "50000", a day → ISO."""
        if kind == "s":
            return self._shared(value)
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if kind == "d":
            return value.removesuffix("T00:00:00")
        if kind != "n":
            return value
        return self._date(value) if style in self.dates else _plain(value)

    def _shared(self, value: str) -> str:
        """The index is taken as written: one that points nowhere means a damaged file."""
        try:
            return self.strings[int(value)]
        except (IndexError, ValueError) as error:
            raise broken() from error

    def _date(self, value: str) -> str:
        try:
            return _moment_text(from_excel(float(value), self.epoch))
        except (ValueError, OverflowError):
            return _plain(value)


Part = tuple[str, str, str]  # id, last word of the type, path


def _related(archive: zipfile.ZipFile, book: str) -> list[Part]:
    folder, name = posixpath.split(book)
    found = _read(archive, f"{folder}/_rels/{name}.rels", Elements("Relationship")).found
    return [
        (
            row.get("Id", ""),
            row.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join(f"/{folder}", row.get("Target", ""))).lstrip("/"),
        )
        for _parent, _name, row in found
    ]


def _of_type(parts: list[Part], kind: str) -> str:
    return next((path for _id, found, path in parts if found == kind), "")


def _first_sheet(sheets: list[dict[str, str]], parts: list[Part]) -> str:
    """The path of the first visible worksheet, else of the first one."""
    paths = {key: path for key, kind, path in parts if kind == "worksheet"}
    found = [
        (row.get("state") in _HIDDEN, place, paths[key])
        for place, row in enumerate(sheets)
        for name, key in row.items()
        if name.rpartition(":")[2] == "id" and key in paths
    ]
    if not found:
        raise broken()
    return min(found)[2]


def _date_styles(archive: zipfile.ZipFile, path: str) -> frozenset[str]:
    """Numbers of the cell styles that show a number as a day."""
    found = _read(archive, path, Elements("numFmt", "xf")).found
    formats: dict[str, Any] = {str(key): code for key, code in BUILTIN_FORMATS.items()}
    formats |= {
        row.get("numFmtId", ""): row.get("formatCode", "")
        for _parent, name, row in found
        if name == "numFmt"
    }
    styles = [row for parent, name, row in found if name == "xf" and parent == "cellXfs"]
    return frozenset(
        str(number)
        for number, row in enumerate(styles)
        if is_date_format(formats.get(row.get("numFmtId", "0"), "General"))
    )


def _open(archive: zipfile.ZipFile, path: str) -> Any:
    try:
        return archive.open(path)
    except (*NOT_A_PART, KeyError, RuntimeError) as error:
        raise broken() from error


def _read(archive: zipfile.ZipFile, path: str, reader: Any) -> Any:
    """The reader again, once it has read the part through."""
    assert isinstance(reader, PartReader)
    with _open(archive, path) as part:
        reader.read(part)
    return reader


def _plain(value: str) -> str:
    """Fifteen digits, as Excel itself shows: 0.1 + 0.2 is stored as 0.30000000000000004."""
    if value.isdecimal() and len(value) < 16:
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    text = f"{Decimal(f'{number:.15g}'):f}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def _moment_text(moment: Any) -> str:
    if isinstance(moment, datetime):
        is_day = moment.time() == time()
        return moment.date().isoformat() if is_day else moment.isoformat(" ", "seconds")
    if isinstance(moment, date | time):
        return moment.isoformat()
    return str(moment)
