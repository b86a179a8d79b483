"""A document model as DOCX: real headings, tables and page numbers, so that Word can edit it.

Text goes in as runs, never as fields or markup: what a person typed cannot become either.
"""

import io
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from complaints.reports import word_parts
from complaints.reports.legible import anything, legible
from complaints.reports.rendered import Rendered
from complaints.reports.word_parts import INK, Writing

LATIN, HAN = "Times New Roman", "宋体"
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
SIZES = (("Normal", 10.5), ("Heading 1", 18), ("Heading 2", 12.5), ("Heading 3", 11))


def render_docx(model: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> Rendered:
    """DOCX with the text of the model; controls are written out as in the PDF."""
    started = time.monotonic()
    word = Document()
    shown = legible(model, anything)
    _set_page(word, shown)
    word_parts.write(Writing(word, shown, pictures or {}))
    buffer = io.BytesIO()
    word.save(buffer)
    return Rendered.of(_same_every_time(buffer), started=started)


def _set_page(word: WordFile, model: dict[str, Any]) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = Mm(24)
    section.bottom_margin = Mm(22)
    for name, size in SIZES:
        _set_font(word.styles[name], size)
    _set_numbers(section.footer.paragraphs[0])
    told = word.core_properties
    told.title, told.author, told.last_modified_by = model["title"], "额度明白账", ""
    told.comments, told.language, told.revision = "", "zh-CN", 1
    told.created = told.modified = datetime.fromisoformat(model["made_on"]).replace(tzinfo=UTC)


def _set_font(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(size), INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), HAN)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)


def _set_numbers(footer: Paragraph) -> None:
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页 / 共 ", "NUMPAGES"), (" 页", "")):
        footer.add_run(text)
        if field:
            _add_field(footer, field)


def _add_field(paragraph: Paragraph, name: str) -> None:
    """A field of ours; no text of a person ever becomes one."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _same_every_time(made: io.BytesIO) -> bytes:
    """The parts in order of name with one fixed time: python-docx stamps the clock on them."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w") as packed:
        for name in sorted(parts.namelist()):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, parts.read(name))
    return out.getvalue()
