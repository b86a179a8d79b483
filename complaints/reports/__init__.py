"""Rendering: a document model to PDF, DOCX or text. The same model gives the same bytes."""

from complaints.reports.pdf import TEMPLATE, render_pdf
from complaints.reports.rendered import Rendered, RenderError
from complaints.reports.texts import render_text
from complaints.reports.words import render_docx

__all__ = ["TEMPLATE", "RenderError", "Rendered", "render_docx", "render_pdf", "render_text"]
