"""One door for tables that people upload: CSV and XLSX, recognised by content.

Nothing here trusts a file name, a declared type or a declared size. Rows come lazily; while they
are read InputError may still be raised, so whoever reads saves nothing before the last row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from inputs.csv_text import csv_encoding, csv_rows
from inputs.errors import InputError
from inputs.filetypes import is_zip, refuse_foreign
from inputs.sheet_limits import EMPTY_FILE, SheetLimits
from inputs.workbooks import workbook_rows

__all__ = ["Sheet", "SheetLimits", "open_sheet"]


@dataclass(frozen=True)
class Sheet:
    """A table. Row n of the file is the n-th of `rows`; cells are as typed, empty rows empty.

    In an XLSX a formula is text that begins with "=", a day is ISO text, a number has no noise of
    binary fractions.
    """

    kind: Literal["csv", "xlsx"]
    encoding: str
    rows: Iterator[tuple[str, ...]]


def open_sheet(data: bytes, *, limits: SheetLimits = SheetLimits()) -> Sheet:  # noqa: B008
    """The table in `data`. Raises InputError with a sentence that says what to do.

    Codes: empty, too_big, picture, pdf, old_excel, locked, html, archive, other_book, encoding,
    broken, unusual, too_many_rows, too_many_columns, cell_too_long.
    """
    limits.refuse_size(len(data))
    refuse_foreign(data)
    if is_zip(data):
        return Sheet("xlsx", "utf-8", _filled(workbook_rows(data, limits)))
    encoding = csv_encoding(data)
    return Sheet("csv", encoding, _filled(csv_rows(data, encoding, limits)))


def _filled(rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The same rows; InputError at once when no cell of the table holds anything."""
    first: list[tuple[str, ...]] = []
    for row in rows:
        first.append(row)
        if any(cell.strip() for cell in row):
            return chain(first, rows)
    raise InputError("empty", EMPTY_FILE)
