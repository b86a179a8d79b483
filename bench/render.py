"""A report of about four pages with its chart: our rendering against the bare engine.

Both compile the same template with the same content and fonts to the same standards. Ours also
makes what was typed legible, draws the code, keeps a private folder, refuses warnings and counts
the pages. Every call has content of its own, so that the engine's memory of earlier calls helps
neither.
"""

import itertools
import json
import logging
import os
from collections.abc import Callable
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from bench.rounds import head, line, milliseconds, ratio  # noqa: E402
from complaints.documents import compose, compose_report_model  # noqa: E402
from complaints.models import Complaint  # noqa: E402
from complaints.reports import pdf, render_docx, render_pdf, render_text  # noqa: E402
from tests.factories import UserFactory, file, log  # noqa: E402

GOAL, LETTER_MS = 1.25, 60


def sample() -> Complaint:
    """A filed case with a curve of twelve changes."""
    person = UserFactory(email="render@example.org")
    for month in range(1, 12):
        log(
            person,
            before=month * 300_000,
            after=(month + 1) * 300_000,
            effective_on=date(2025, month, 8),
        )
    return file(person, log(person, before=3_600_000, after=0), key="render")


def bare(shown: dict[str, Any]) -> bytes:
    """The engine alone: no check of warnings, no folder, no count of pages."""
    return pdf._compiler().compile(  # type: ignore[return-value]
        input=pdf._template(),
        format="pdf",
        sys_inputs={"document": json.dumps(shown, ensure_ascii=False, sort_keys=True)},
        pdf_standards=list(pdf.STANDARDS),
        timestamp=0,
    )


def numbered(model: dict[str, Any], numbers: "itertools.count[int]") -> dict[str, Any]:
    return {**model, "reference": f"LL{next(numbers):08}"}


def main() -> None:
    logging.disable(logging.CRITICAL)
    head("rendering: time over the bare engine's, and milliseconds")
    case, numbers = sample(), itertools.count(1)
    letter, _version = compose(case, "zh")
    verify = ("ABCDE-FGHJ-KLMN", "https://portal.example.org/verify/ABCDE-FGHJ-KLMN/")
    report = compose_report_model(case, verify=verify)
    for name, model in (("report", report), ("letter", letter)):
        shown = pdf._shown(model, {})

        def ours(model: dict[str, Any] = model) -> object:
            return render_pdf(numbered(model, numbers))

        def engine(shown: dict[str, Any] = shown) -> object:
            return bare(numbered(shown, numbers))

        pages, figure = render_pdf(model).pages, 1 / ratio(ours, engine)
        line(f"{name} of {pages} pages, PDF over bare", figure, f"<= {GOAL}", figure <= GOAL)
    others: tuple[tuple[str, Callable[..., object]], ...] = (
        ("PDF", render_pdf),
        ("Word", render_docx),
        ("text", render_text),
    )
    for name, render in others:
        took = milliseconds(lambda render=render: render(numbered(letter, numbers)))
        line(f"letter as {name}, milliseconds", took, f"<= {LETTER_MS}", took <= LETTER_MS)


if __name__ == "__main__":
    main()
