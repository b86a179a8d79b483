"""The blocks of a document as parts of a Word file."""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from PIL import Image

from complaints.domain.document import picture_text
from complaints.reports.codes import picture
from complaints.reports.pdf import draw_chart

INK, SOFT = RGBColor(0x1B, 0x25, 0x28), RGBColor(0x55, 0x63, 0x6A)
MONO = "Courier New"
BLANK = "________"
PAGE_WIDTH, LABEL_WIDTH, TEXT_WIDTH = 162, 32, 130  # mm
DIGEST = re.compile(r"[0-9a-f]{32}")
DIGEST_SHARE = 62  # mm, so that 32 letters stay on their line
MOST_HIGH = 190  # mm
QR_SIDE = 28  # mm

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Writing:
    """A Word file being written, the model it is written from, and the pictures by name."""

    word: WordFile
    model: dict[str, Any]
    pictures: Mapping[str, bytes]


def write(writing: Writing) -> None:
    blocks = writing.model["blocks"]
    if not blocks or blocks[0]["kind"] != "cover":
        _title(writing)
    for block in blocks:
        WRITERS[block["kind"]](writing, block)


def _title(writing: Writing) -> None:
    model = writing.model
    writing.word.add_heading(model["title"], level=1)
    _soft(_line(writing.word, f"{model['subtitle']}　{model['reference']}"))
    _code(writing)


def _code(writing: Writing) -> None:
    if link := writing.model.get("verify"):
        _put_picture(writing.word, picture(link["url"]), QR_SIDE, f"二维码：{link['url']}")


def _cover(writing: Writing, block: Block) -> None:
    word = writing.word
    word.add_heading(writing.model["title"], level=1)
    _soft(_line(word, block["version"]))
    _pairs(writing, block)
    _line(word, "")
    _code(writing)
    _soft(_line(word, block["note"]))
    word.add_page_break()


def _figures(writing: Writing, block: Block) -> None:
    """Label above its number, side by side."""
    items = block["items"]
    share = PAGE_WIDTH // max(len(items), 1)
    grid = _grid(writing.word, 1, [share] * len(items), style="Normal Table")
    for cell, (value, label) in zip(grid.rows[0].cells, items, strict=True):
        cell.text = label
        _soft(cell.paragraphs[0])
        run = cell.add_paragraph().add_run(value)
        run.font.size, run.font.bold = Pt(14), True
    _line(writing.word, "")


def _line(word: WordFile | _Cell, text: str) -> Paragraph:
    paragraph = word.add_paragraph(text)
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.paragraph_format.line_spacing = 1.25
    return paragraph


def _soft(paragraph: Paragraph) -> None:
    for run in paragraph.runs:
        run.font.color.rgb, run.font.size = SOFT, Pt(9.5)


def _heading(writing: Writing, block: Block) -> None:
    writing.word.add_heading(block["text"], level=block.get("level", 2))


def _paragraph(writing: Writing, block: Block) -> None:
    _line(writing.word, block["text"])


def _items(mark: Callable[[int], str]) -> Callable[[Writing, Block], None]:
    """Numbers stand in the text: a list of Word would go on counting over the next heading."""

    def write(writing: Writing, block: Block) -> None:
        for number, item in enumerate(block["items"], start=1):
            layout = _line(writing.word, f"{mark(number)}\t{item}").paragraph_format
            layout.left_indent, layout.first_line_indent = Mm(7), Mm(-7)
            layout.tab_stops.add_tab_stop(Mm(7))

    return write


def _pairs(writing: Writing, block: Block) -> None:
    grid = _grid(writing.word, len(block["rows"]), (LABEL_WIDTH, TEXT_WIDTH))
    for row, (label, value) in zip(grid.rows, block["rows"], strict=True):
        _fill(row.cells[0], label)
        _fill(row.cells[1], value or BLANK)


def _table(writing: Writing, block: Block) -> None:
    columns = block["columns"]
    grid = _grid(writing.word, len(block["rows"]) + 1, _widths(block))
    for row, cells in zip(grid.rows, [columns, *block["rows"]], strict=True):
        _keep_whole(row)
        for cell, text in zip(row.cells, cells, strict=True):
            _fill(cell, text)
    repeated = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    _line(writing.word, "").paragraph_format.line_spacing = 0.5


def _widths(block: Block) -> list[int]:
    """Columns as wide as their content get what their longest line takes, the others share."""
    shares = block.get("widths") or [1] * len(block["columns"])
    columns = list(zip(block["columns"], *block["rows"], strict=True))
    fixed = [0 if share else _needed(column) for share, column in zip(shares, columns, strict=True)]
    left = max(PAGE_WIDTH - sum(fixed), 20 * sum(1 for share in shares if share))
    total = sum(shares) or 1
    return [width or left * share // total for width, share in zip(fixed, shares, strict=True)]


def _needed(column: Iterable[str]) -> int:
    """About, in mm at 10.5 points: a Han letter is twice as wide as a digit."""
    lines = [line for cell in column for line in cell.split("\n")]
    if any(DIGEST.fullmatch(line) for line in lines):
        return DIGEST_SHARE
    most = max(sum(1.0 if char > "\u2e7f" else 0.55 for char in line) for line in lines)
    return min(int(most * 3.8) + 5, 45)


def _keep_whole(row: Any) -> None:
    """A row of a few lines does not break over the page."""
    if all(len(cell.text) < 300 for cell in row.cells):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _grid(word: WordFile, rows: int, widths: Sequence[int], style: str = "Table Grid") -> Table:
    grid = word.add_table(rows, len(widths))
    grid.style, grid.autofit = style, False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return grid


def _fill(cell: _Cell, text: str) -> None:
    """Digests in letters of one width, so that their two lines are equally long."""
    if not any(DIGEST.fullmatch(line) for line in text.split("\n")):
        cell.text = text
        return
    run = cell.paragraphs[0].add_run(text)
    run.font.name, run.font.size = MONO, Pt(8)


def _chart(writing: Writing, block: Block) -> None:
    """The curve as a picture; its numbers stand in a table of their own."""
    _line(writing.word, block["caption"]).paragraph_format.keep_with_next = True
    data = io.BytesIO(draw_chart(block, writing.model))
    _put_picture(writing.word, data, PAGE_WIDTH, block["caption"])


def _pictures(writing: Writing, block: Block) -> None:
    for item in block["items"]:
        data = writing.pictures.get(item["name"])
        if data is not None:
            stream = io.BytesIO(data)
            width = _fitting(stream, PAGE_WIDTH if item["is_wide"] else PAGE_WIDTH // 2)
            _put_picture(writing.word, stream, width, item["caption"])
        for text in picture_text(item if data is not None else {**item, "name": ""}):
            line = _line(writing.word, text)
            if DIGEST.fullmatch(text):
                line.runs[0].font.name, line.runs[0].font.size = MONO, Pt(8)


def _fitting(stream: io.BytesIO, width: int) -> float:
    with Image.open(stream, formats=("JPEG",)) as picture:
        return min(width, MOST_HIGH * picture.width / picture.height)


def _put_picture(word: WordFile, stream: io.BytesIO, width: float, said: str) -> None:
    """With the words for who cannot see it."""
    stream.seek(0)
    shape = word.add_picture(stream, width=Mm(width))
    shape._inline.docPr.set("descr", said)
    word.paragraphs[-1].paragraph_format.keep_with_next = True


def _signature(writing: Writing, block: Block) -> None:
    word = writing.word
    _line(word, "").paragraph_format.keep_with_next = True
    _line(word, f"{block['label']}：{BLANK}{BLANK}　　{block['date_label']}：{BLANK}{BLANK}")


def _page_break(writing: Writing, block: Block) -> None:
    writing.word.add_page_break()


WRITERS: dict[str, Callable[[Writing, Block], None]] = {
    "cover": _cover,
    "figures": _figures,
    "heading": _heading,
    "paragraph": _paragraph,
    "note": _paragraph,
    "numbered": _items(lambda number: f"{number}."),
    "bullets": _items(lambda number: "·"),
    "pairs": _pairs,
    "table": _table,
    "chart": _chart,
    "pictures": _pictures,
    "signature": _signature,
    "page-break": _page_break,
}
