"""How large a table may be, and the refusals that its readers share."""

from dataclasses import dataclass

from inputs.errors import InputError, gettext_noop

EMPTY_FILE = gettext_noop("文件是空的。请先把数据填进表格，保存后再上传。")
TOO_BIG = gettext_noop("文件超过 %(megabytes)s MB。请拆成几个小文件，分几次上传。")
TOO_MANY_ROWS = gettext_noop("表格超过 %(rows)s 行。请拆成几个文件，分几次上传。")
TOO_MANY_COLUMNS = gettext_noop(
    "第 %(row)s 行超过 %(columns)s 列。请只留下需要的列，删去右边多余的列（空列也算）再上传。"
)
CELL_TOO_LONG = gettext_noop(
    "第 %(row)s 行第 %(column)s 列的内容超过 %(chars)s 字。请改短这一格再上传。"
)
BROKEN = gettext_noop("文件不完整或已损坏，可能没有下载完。请重新下载或重新保存后再上传。")
BROKEN_ROW = gettext_noop(
    "读到第 %(row)s 行时文件断了：可能没有下载完，或者少了一个引号。请重新保存后再上传。"
)


@dataclass(frozen=True)
class SheetLimits:
    """`max_rows` counts rows with content, the header among them; bytes are counted before and
    after unpacking an XLSX."""

    max_bytes: int = 10 * 2**20
    max_rows: int = 100_001
    max_columns: int = 100
    max_cell_chars: int = 32_767
    max_unzipped_bytes: int = 64 * 2**20

    def refuse_size(self, size: int) -> None:
        """InputError when a file of `size` bytes is empty or too big."""
        if size == 0:
            raise InputError("empty", EMPTY_FILE)
        if size > self.max_bytes:
            raise self.too_big()

    def refuse_row(self, number: int, cells: tuple[str, ...]) -> None:
        """InputError when a row has too many columns, or a cell too much text."""
        if len(cells) > self.max_columns:
            raise self.too_many_columns(number)
        if max(map(len, cells), default=0) <= self.max_cell_chars:
            return
        for column, cell in enumerate(cells, start=1):
            if len(cell) > self.max_cell_chars:
                place = {"row": number, "column": column, "chars": self.max_cell_chars}
                raise InputError("cell_too_long", CELL_TOO_LONG, place)

    def too_big(self) -> InputError:
        return InputError("too_big", TOO_BIG, {"megabytes": self.max_bytes // 2**20})

    def too_many_columns(self, row: int) -> InputError:
        return InputError(
            "too_many_columns", TOO_MANY_COLUMNS, {"row": row, "columns": self.max_columns}
        )

    def too_many_rows(self) -> InputError:
        return InputError("too_many_rows", TOO_MANY_ROWS, {"rows": self.max_rows - 1})


def broken(row: int = 0) -> InputError:
    """A file that ends too early or cannot be unpacked; with the row where it was noticed."""
    return InputError("broken", BROKEN_ROW, {"row": row}) if row else InputError("broken", BROKEN)
