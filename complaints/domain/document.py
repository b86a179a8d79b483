"""The model of a document: headings, paragraphs, tables; what it is printed with comes later.

JSON in and out is deterministic, so that a hash over it identifies the content.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TEMPLATE_VERSION = "2026-11-23"

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentModel:
    """A document ready to be rendered. `made_on` (ISO date) is its only time stamp."""

    title: str
    subtitle: str
    reference: str
    made_on: str
    language: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        return {
            "template_version": TEMPLATE_VERSION,
            "title": self.title,
            "subtitle": self.subtitle,
            "reference": self.reference,
            "made_on": self.made_on,
            "language": self.language,
            "blocks": list(self.blocks),
        }


def heading(text: str, level: int = 2) -> Block:
    """Level 2 for a part of the document, 3 for what is inside one; 1 is its title."""
    plain = {"kind": "heading", "text": text}
    return plain if level == 2 else {**plain, "level": level}


def cover(rows: Sequence[tuple[str, str]], version: str, note: str) -> Block:
    """The first page, with the title. `version` says for whom it is. Only as the first block."""
    return {"kind": "cover", "rows": [list(row) for row in rows], "version": version, "note": note}


def figures(items: Sequence[tuple[str, str]]) -> Block:
    """A few numbers in large print, each with what it counts."""
    return {"kind": "figures", "items": [list(item) for item in items]}


def paragraph(text: str) -> Block:
    return {"kind": "paragraph", "text": text}


def note(text: str) -> Block:
    return {"kind": "note", "text": text}


def numbered(items: Sequence[str]) -> Block:
    return {"kind": "numbered", "items": list(items)}


def bullets(items: Sequence[str]) -> Block:
    return {"kind": "bullets", "items": list(items)}


def pairs(rows: Sequence[tuple[str, str]]) -> Block:
    """Label and value; an empty value becomes a line to write on by hand."""
    return {"kind": "pairs", "rows": [list(row) for row in rows]}


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[int],
    widths: Sequence[int] = (),
) -> Block:
    """`numeric` are the places of right-aligned columns. `widths` are shares of the line, 0 for as
    wide as the content; without them numbers are as wide as they are and the rest is shared."""
    plain = [0 if place in numeric else 1 for place in range(len(columns))]
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "numeric": list(numeric),
        "widths": list(widths or plain),
    }


def chart(series: Sequence[tuple[str, int, int]], caption: str) -> Block:
    """Steps of one limit: (ISO date, before in 分, after in 分), oldest first."""
    return {"kind": "chart", "series": [list(row) for row in series], "caption": caption}


def signature(label: str, date_label: str) -> Block:
    return {"kind": "signature", "label": label, "date_label": date_label}


def page_break() -> Block:
    return {"kind": "page-break"}


def picture(
    name: str, caption: str, sha256: str, *, is_wide: bool = False, missing: str = ""
) -> Block:
    """One of `pictures`. `name` is that of the file given to the rendering; empty where there is
    none, and `missing` says why. `sha256` is printed below."""
    return {
        "name": name,
        "caption": caption,
        "sha256": sha256,
        "is_wide": is_wide,
        "missing": missing,
    }


def pictures(items: Sequence[Block]) -> Block:
    """Two in a row, wide ones alone."""
    return {"kind": "pictures", "items": list(items)}


NO_PICTURE = "没有图片"


def picture_text(item: Block) -> list[str]:
    """What is printed with a picture: why there is none, what it is, its hash in two lines."""
    digest, why = item["sha256"], "" if item["name"] else item["missing"] or NO_PICTURE
    return [line for line in (why, item["caption"], digest[:32], digest[32:]) if line]


def plain_text(model: DocumentModel) -> str:
    """The document as text to paste."""
    parts = [model.title]
    for block in model.blocks:
        parts.extend(_lines(block))
    return "\n".join(parts) + "\n"


def _lines(block: Block) -> list[str]:
    kind = block["kind"]
    if kind == "heading":
        return ["", block["text"]]
    if kind == "cover":
        rows = [f"{label}：{value}" for label, value in block["rows"]]
        return [block["version"], *rows, block["note"]]
    if kind == "figures":
        return [f"{label}：{value}" for value, label in block["items"]]
    if kind == "chart":
        return [block["caption"]]
    if kind == "pictures":
        return [line for item in block["items"] for line in picture_text(item)]
    if kind in ("paragraph", "note"):
        return [block["text"]]
    if kind == "numbered":
        return [f"{number}. {item}" for number, item in enumerate(block["items"], start=1)]
    if kind == "bullets":
        return [f"- {item}" for item in block["items"]]
    if kind == "pairs":
        return [f"{label}：{value or '________'}" for label, value in block["rows"]]
    if kind == "table":
        return [" | ".join(row) for row in [block["columns"], *block["rows"]]]
    if kind == "signature":
        return ["", f"{block['label']}：________", f"{block['date_label']}：________"]
    return []
