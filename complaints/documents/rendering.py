"""Which engine makes which format."""

from collections.abc import Mapping
from typing import Any

from complaints.enums import FileFormat
from complaints.reports import Rendered, render_docx, render_pdf, render_text

ENGINES = {
    FileFormat.PDF: render_pdf,
    FileFormat.DOCX: render_docx,
    FileFormat.TXT: render_text,
}


def rendered(
    model: dict[str, Any], file_format: str, pictures: Mapping[str, bytes] | None = None
) -> Rendered:
    """`pictures` are those of the annex by name (complaints.documents.annex)."""
    return ENGINES[FileFormat(file_format)](model, pictures)
