"""index.html: everything readable without a network, a script or another program.

What is in the tables is written row by row; only how many rows there are is known beforehand.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.data_map import SELF, FieldEntry, Group, ModelEntry, data_map
from accounts.models import User
from portal.exporting.naming import Names, heading, names
from portal.exporting.reading import cell
from portal.exporting.style import STYLE
from portal.exporting.tables import data_path, exported_models
from portal.exporting.values import model_of, row_json, rows_of
from portal.exporting.writing import Writing

UNSHOWN = frozenset({"id", "link", "links", "ref"})
LONG_ROWS = 50


@dataclass(frozen=True, slots=True)
class Page:
    """`counts` is rows by the label of a table."""

    writing: Writing
    names: Names
    counts: Mapping[str, int]

    def said(self, entry: ModelEntry) -> str:
        return escape(entry.what.said(english=self.names.english))

    def full(self, group: Group) -> list[ModelEntry]:
        """The tables of a group that have rows."""
        return [entry for entry in group.models if self.counts.get(entry.label)]


def put_page(writing: Writing) -> None:
    english = (get_language() or "").startswith("en")
    counts = {entry.label: _count(entry, writing.owner) for entry in exported_models()}
    page = Page(writing, names(english=english), counts)
    writing.put_text("index.html", _page(page))


def _count(entry: ModelEntry, owner: User) -> int:
    path = "pk" if entry.person == SELF else entry.person
    return model_of(entry)._base_manager.filter(**{path: owner.pk}).count()


def shown_fields(entry: ModelEntry, *, english: bool) -> list[FieldEntry]:
    """The columns of a table in the page: no ids, nothing that points to another entry, and
    nothing that is said in the other language only to be said in this one too."""
    other = "_zh" if english else "_en"
    fields = [field for field in entry.exported if field.kind not in UNSHOWN]
    return [field for field in fields if not field.name.endswith(other)]


def _page(page: Page) -> Iterator[str]:
    yield _head(english=page.names.english)
    made = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    yield f"<p>{escape(_('做成的时间（北京时间）'))} {made}</p>"
    yield f"<p>{escape(_('这份副本含有你的全部内容，请保管好。'))}</p>"
    yield from _missing(page.writing)
    yield from _contents(page)
    for group in data_map().groups:
        if tables := page.full(group):
            title = escape(group.title.said(english=page.names.english))
            yield f'<h2 id="{group.slug}">{title}</h2>'
            for entry in tables:
                yield from _table(entry, page)
    yield "</body></html>\n"


def _head(*, english: bool) -> str:
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'"
    title = escape(_("额度明白账：我的全部数据"))
    return (
        f'<!DOCTYPE html><html lang="{"en" if english else "zh-Hans"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"
    )


def _missing(writing: Writing) -> Iterator[str]:
    if writing.missing:
        yield f"<h2>{escape(_('没能放进来的'))}</h2><ul>"
        yield from (f"<li>{escape(what)}</li>" for what in writing.missing)
        yield "</ul>"


def _contents(page: Page) -> Iterator[str]:
    """Where everything is, with how much of it; what is empty only by name."""
    yield f"<nav><h2>{escape(_('目录'))}</h2><ul>"
    for group in data_map().groups:
        if tables := page.full(group):
            title = escape(group.title.said(english=page.names.english))
            links = "".join(_link(entry, page) for entry in tables)
            yield f'<li><a href="#{group.slug}">{title}</a><ul>{links}</ul></li>'
    yield "</ul></nav>"
    empty = [page.said(entry) for entry in exported_models() if not page.counts[entry.label]]
    if empty:
        named = (", " if page.names.english else "、").join(empty)
        yield f"<p>{_('没有内容的：%(tables)s') % {'tables': named}}</p>"


def _link(entry: ModelEntry, page: Page) -> str:
    """A table and its rows in the contents."""
    return f'<li><a href="#{entry.label}">{page.said(entry)} {page.counts[entry.label]}</a></li>'


def _table(entry: ModelEntry, page: Page) -> Iterator[str]:
    path, count = data_path(entry), page.counts[entry.label]
    is_long = count > LONG_ROWS
    yield f'<h3 id="{entry.label}">{page.said(entry)}</h3><p><a href="{path}">{path}</a></p>'
    if is_long:
        yield f"<details><summary>{escape(_('打开这 %(count)s 行') % {'count': count})}</summary>"
    yield from _rows(entry, page)
    yield "</details>" if is_long else ""


def _rows(entry: ModelEntry, page: Page) -> Iterator[str]:
    english = page.names.english
    columns = [
        (field, escape(heading(entry, field, english=english)))
        for field in shown_fields(entry, english=english)
    ]
    heads = "".join(f'<th scope="col">{head}</th>' for _field, head in columns)
    yield f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>\n'
    for row in rows_of(entry, page.writing.owner):
        said = row_json(entry, row, page.writing)
        yield "<tr>"
        for field, head in columns:
            place = f"{entry.label}.{field.name}"
            value = cell(place, field, row, said[field.name], page.names, data_path(entry))
            yield _cell(head, value)
        yield "</tr>\n"
    yield "</tbody></table></div>\n"


def _cell(head: str, value: str) -> str:
    """On a narrow screen a cell says itself what it is, and one that says nothing goes."""
    if not value:
        return f'<td class="none" data-name="{head}">—</td>'
    return f'<td data-name="{head}">{value}</td>'
