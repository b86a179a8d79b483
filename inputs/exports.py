"""Tables on their way out. No cell of them is ever a formula, whoever wrote its text."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Row = Sequence[str]

_BOM = "\ufeff"  # without it Excel reads UTF-8 as GBK
_ACTIVE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\x00]*[=+\-@＝＋－＠\t\r\n\x00]")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def inert(text: str) -> str:
    """The same text, with ' before it where a spreadsheet would run it (CSV injection)."""
    if _ACTIVE.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A CSV file line by line, with a byte order mark."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(_BOM)
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def xlsx_file(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """A workbook; the first row of each sheet is its header. Every cell is text."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows):
            cells = [_text_cell(sheet, text) for text in row]
            for cell in cells if number == 0 else ():
                cell.font = Font(bold=True)
            sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    """openpyxl makes a formula of "=…" unless the type is set."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
