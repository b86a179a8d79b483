"""index.html: everything readable without a network, a script or another program."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.data_map import FieldEntry, ModelEntry, data_map
from portal.exporting.tables import data_path
from portal.exporting.values import model_of, row_json, rows_of
from portal.exporting.writing import Writing

UNSHOWN = frozenset({"id", "link", "links"})
_HAN = re.compile(r"[\u4e00-\u9fff]")
STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}"
    "table{border-collapse:collapse;font-size:.875rem}"
    "div{overflow-x:auto}td,th{border:1px solid #b8c4c6;padding:.25rem .5rem;text-align:left;"
    "vertical-align:top;white-space:pre-wrap;min-width:5rem;max-width:30rem;"
    "overflow-wrap:anywhere}"
)


def put_page(writing: Writing) -> None:
    writing.put_text("index.html", _page(writing))


def _page(writing: Writing) -> Iterator[str]:
    english = (get_language() or "").startswith("en")
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'"
    title = escape(_("额度明白账：我的全部数据"))
    made = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    yield (
        f'<!DOCTYPE html><html lang="{"en" if english else "zh-Hans"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
    )
    yield f"<p>{escape(_('做成的时间（北京时间）'))} {made}</p>"
    yield f"<p>{escape(_('这份副本含有你的全部内容，请保管好。'))}</p>"
    yield from _missing(writing)
    for group in data_map().groups:
        models = [entry for entry in group.models if entry.is_exported]
        if models:
            yield f"<h2>{escape(group.title.said(english=english))}</h2>"
        for entry in models:
            yield from _table(entry, writing, english=english)
    yield "</body></html>\n"


def _missing(writing: Writing) -> Iterator[str]:
    if writing.missing:
        yield f"<h2>{escape(_('没能放进来的'))}</h2><ul>"
        yield from (f"<li>{escape(what)}</li>" for what in writing.missing)
        yield "</ul>"


def _table(entry: ModelEntry, writing: Writing, *, english: bool) -> Iterator[str]:
    fields = [field for field in entry.exported if field.kind not in UNSHOWN]
    empty = True
    for row in rows_of(entry, writing.owner):
        if empty:
            yield _head(entry, fields, english=english)
            empty = False
        said = row_json(entry, row, writing)
        cells = (f"<td>{_cell(field, row, said[field.name])}</td>" for field in fields)
        yield f"<tr>{''.join(cells)}</tr>\n"
    if not empty:
        yield "</tbody></table></div>\n"


def _head(entry: ModelEntry, fields: list[FieldEntry], *, english: bool) -> str:
    path = data_path(entry)
    cells = "".join(
        f'<th scope="col">{escape(label(entry, field, english=english))}</th>' for field in fields
    )
    title = escape(entry.what.said(english=english))
    return (
        f'<h3>{title}</h3><p><a href="{path}">{path}</a></p>'
        f"<div><table><thead><tr>{cells}</tr></thead><tbody>\n"
    )


def label(entry: ModelEntry, field: FieldEntry, *, english: bool) -> str:
    """The Chinese name of a field where it has one; else, and in English, the words of its name."""
    named = str(getattr(model_of(entry)._meta.get_field(field.name), "verbose_name", ""))
    if not english and _HAN.search(named):
        return named
    return field.name.removesuffix("_fen").replace("_", " ")


def _cell(field: FieldEntry, row: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.kind == "file":
        return f'<a href="{escape(value)}">{escape(value)}</a>'
    if field.kind == "money":
        return f"¥{value // 100:,}.{value % 100:02d}"
    if field.kind == "yes-no":
        return escape(_("是") if value else _("否"))
    if field.kind == "who":
        return escape(_("你") if value == "you" else _("工作人员"))
    if field.kind == "choice":
        return escape(str(getattr(row, f"get_{field.name}_display", lambda: value)()))
    if isinstance(value, str):
        return escape(value)
    return escape(json.dumps(value, ensure_ascii=False, default=str))
