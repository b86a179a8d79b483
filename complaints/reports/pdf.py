"""Rendering: a document model to PDF. The same model and pictures give the same bytes.

Text goes in as data. All the engine can read is a folder with the pictures of this document, and
an empty one where there are none. A missing font or glyph is only a warning to the engine, so every
warning is an error here, and what no font holds is written out (`[U+1F600]`) beforehand: nothing a
person can see in his own words is dropped in silence. Controls that would turn the order of letters
around (`U+202E`) are written out too.
"""

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst
from fontTools.ttLib import TTFont

from complaints.reports.codes import modules
from complaints.reports.folder import private_folder
from complaints.reports.legible import legible
from complaints.reports.rendered import Rendered, RenderError

TEMPLATE = Path(__file__).parents[1] / "typst" / "document.typ"
FONTS = ("notosanssc", "notosanstc", "notosansjp", "notosanskr")
STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")
CHART_PPI = 220.0


def render_pdf(model: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> Rendered:
    """PDF/A-2a and PDF/UA-1: tagged, fonts embedded. Raises RenderError."""
    started = time.monotonic()
    data = _compiled(_shown(model, pictures or {}), "pdf", pictures or {})
    return Rendered.of(data, pages=_pages(data), started=started)


def draw_chart(block: dict[str, Any], model: dict[str, Any]) -> bytes:
    """One curve as PNG, for formats that take pictures only. Raises RenderError."""
    only = {**model, "blocks": [block], "only_chart": True}
    return _compiled(_shown(only, {}), "png", {})


def _shown(model: dict[str, Any], pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """The model as it is printed: legible, with the code drawn, and with the pictures there are."""
    shown: dict[str, Any] = legible(model, _is_drawn)
    if link := model.get("verify"):
        shown["qr"] = modules(link["url"])
    return {**shown, "has": sorted(pictures)}


def _compiled(
    shown: dict[str, Any], kind: Literal["pdf", "png"], pictures: Mapping[str, bytes]
) -> bytes:
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    moment = datetime.fromisoformat(shown["made_on"]).replace(tzinfo=UTC)
    with private_folder(pictures) as root:
        try:
            data, warnings = _compiler().compile_with_warnings(
                input=_template(),
                root=str(root),
                format=kind,
                ppi=CHART_PPI,
                sys_inputs={"document": text},
                pdf_standards=list(STANDARDS) if kind == "pdf" else [],
                timestamp=int(moment.timestamp()),
            )
        except typst.TypstError as error:
            raise RenderError(error.message[:200]) from None
    if warnings:
        raise RenderError("; ".join(sorted({row.message[:120] for row in warnings})))
    assert isinstance(data, bytes)
    return data


def _pages(data: bytes) -> int:
    """The page count of the root of the page tree, the largest /Count of the file."""
    return max((int(count) for count in re.findall(rb"/Count (\d+)", data)), default=0)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


@cache
def _compiler() -> typst.Compiler:
    """One engine a process: loading four fonts costs more than a document."""
    return typst.Compiler(
        root=str(TEMPLATE.parent), font_paths=[str(_font_folder())], ignore_system_fonts=True
    )


def _font_folder() -> Path:
    return Path(str(files("justmytype_intl_cjk"))) / "fonts" / "ofl"


@cache
def _drawable() -> frozenset[int]:
    """Code points at least one of the document fonts has a glyph for."""
    found: set[int] = set()
    for name in FONTS:
        for path in (_font_folder() / name).glob("*.ttf"):
            with TTFont(path, lazy=True) as font:
                found.update(font.getBestCmap())
    return frozenset(found)


def _is_drawn(char: str) -> bool:
    return ord(char) in _drawable()
