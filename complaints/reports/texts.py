"""A document model as text to paste."""

import time
from collections.abc import Mapping
from typing import Any

from complaints.domain.document import DocumentModel, plain_text
from complaints.reports.legible import anything, legible
from complaints.reports.rendered import Rendered


def render_text(model: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> Rendered:
    """UTF-8; of pictures only what is said of them.

    A letter frozen for a box of limited length gives the text made for that box.
    """
    started = time.monotonic()
    text = model["paste"]["text"] if "paste" in model else _whole(model)
    return Rendered.of(f"{legible(text.strip(), anything)}\n".encode(), started=started)


def _whole(model: dict[str, Any]) -> str:
    return plain_text(
        DocumentModel(
            title=model["title"],
            subtitle=model["subtitle"],
            reference=model["reference"],
            made_on=model["made_on"],
            language=model["language"],
            blocks=tuple(model["blocks"]),
        )
    )
