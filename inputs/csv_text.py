"""Rows of a CSV file: the encoding and the delimiter are found out, nothing is guessed away."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from inputs.errors import InputError, gettext_noop
from inputs.sheet_limits import EMPTY_FILE, SheetLimits, broken

ENCODING = gettext_noop(
    "第 %(line)s 行的文字读不出来。请用 Excel 或 WPS 打开，另存为“CSV UTF-8”再上传。"
)

_BOMS = (
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 2**20
_DELIMITERS = ",\t;"
_SAMPLE_CHARS = 2**16
_SAMPLE_ROWS = 200


def csv_encoding(data: bytes) -> str:
    """utf-8-sig, utf-16, utf-8 or gb18030: the first that reads every byte. Raises InputError."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _named(data, name)
    if b"\x00" in data:
        raise _unreadable(data, data.index(b"\x00"))
    bad = _first_bad_byte(data, "utf-8")
    if bad is None:
        return "utf-8"
    return _not_utf8(data, bad)


def csv_rows(data: bytes, encoding: str, limits: SheetLimits) -> Iterator[tuple[str, ...]]:
    """Every row as typed, empty ones as (). Raises InputError while it is read."""
    delimiter = _delimiter(_text(data, encoding).read(_SAMPLE_CHARS))
    rows = csv.reader(_text(data, encoding), delimiter=delimiter, strict=True)
    filled = 0
    for number in range(1, len(data) + 2):
        cells = _next(rows, number)
        if cells is None:
            return
        limits.refuse_row(number, cells)
        filled += any(cells)
        if filled > limits.max_rows:
            raise limits.too_many_rows()
        yield cells


def _next(rows: Iterator[list[str]], number: int) -> tuple[str, ...] | None:
    """`strict`: a quote that never closes swallows the rest of a cut file in silence."""
    try:
        row = next(rows, None)
    except csv.Error as error:
        raise broken(number) from error
    return None if row is None else tuple(row)


def _text(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _named(data: bytes, encoding: str) -> str:
    """The encoding a byte order mark names, if the rest keeps to it."""
    bad = _first_bad_byte(data, encoding) if encoding else 0
    if bad is None:
        return encoding
    if encoding == "utf-16" or _is_cut(data, bad):
        raise broken()
    raise _unreadable(data, bad)


def _not_utf8(data: bytes, bad: int) -> str:
    """GB18030 gives some character for nearly every pair of bytes, so a UTF-8 file with one bad
    byte would come out as nonsense: with Chinese before that byte it is UTF-8, and damaged.

    Some GB18030 pairs are letters of two bytes in UTF-8 (支 is one), but hardly ever three.
    """
    if any(char > "\u07ff" for char in data[:bad].decode("utf-8")):
        raise broken() if _is_cut(data, bad) else _unreadable(data, bad)
    worse = _first_bad_byte(data, "gb18030")
    if worse is None:
        return "gb18030"
    raise broken() if _is_cut(data, worse) else _unreadable(data, worse)


def _first_bad_byte(data: bytes, encoding: str) -> int | None:
    """Where decoding stops, chunk by chunk, so that memory stays flat."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return start - held + error.start
    return None


def _is_cut(data: bytes, bad: int) -> bool:
    """The file ends inside a character."""
    return bad >= len(data) - 3


def _unreadable(data: bytes, position: int) -> InputError:
    return InputError("encoding", ENCODING, {"line": data.count(b"\n", 0, position) + 1})


def _delimiter(sample: str) -> str:
    """The one under which most rows have the same number of cells, more than one; else a comma.

    A tab before a comma is padding: bills end their ids in one, so every row has the same few.
    """
    if not sample.strip("\ufeff\r\n\t ,;"):
        raise InputError("empty", EMPTY_FILE)
    sample = sample.replace("\t,", ",")
    return max(_DELIMITERS, key=lambda mark: _agreement(sample, mark))


def _agreement(sample: str, delimiter: str) -> int:
    reader = csv.reader(sample.splitlines(), delimiter=delimiter)
    widths = Counter(len(row) for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False))
    return max((count for width, count in widths.items() if width > 1), default=0)
