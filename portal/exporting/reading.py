"""A value of the copy as a person reads it: from the plain JSON value to safe HTML, "" for none.

Ids of other entries say nothing to a reader; they stay in the data files.
"""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.data_map import FieldEntry
from inputs.money import format_yuan
from inputs.rates import format_rate
from portal.exporting.naming import Names

SHORT_CHARS = 400
FLAT, DEEPEST = 2, 8
_ID = re.compile(r"[\w.]*:?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_TAG = re.compile(r"<[^>]*>")


def cell(place: str, field: FieldEntry, row: Any, value: Any, names: Names, path: str) -> str:
    """`value` is what the data file at `path` has for this field; `row` knows its choices."""
    if value is None or value == "":
        return ""
    if field.kind == "file":
        return f'<a href="{escape(value)}">{escape(value)}</a>'
    if field.kind == "who":
        return escape(_("你") if value == "you" else _("工作人员"))
    if field.kind == "choice":
        return escape(str(getattr(row, f"get_{field.name}_display", lambda: value)()))
    if field.kind == "money" or place == "records.Circumstances.sealed_income":
        return money(value)
    if isinstance(value, dict | list):
        return json_value(place, value, names, path)
    return _scalar(place, _answer(row, field, value, names), names)


def _answer(row: Any, field: FieldEntry, value: Any, names: Names) -> Any:
    if field.name in {"answer_slug", "sealed"} and isinstance(value, str):
        return names.answers.get((getattr(row, "question_slug", ""), value), value)
    return value


def money(fen: int) -> str:
    """2000000 → 20,000.00 元."""
    return escape(_("%(amount)s 元") % {"amount": format_yuan(fen)})


def moment(said: str) -> str:
    """2026-11-30T09:50:17.179736+08:00 → 2026-11-30 09:50（北京时间）; what is none, as it is."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return escape(said)
    if timezone.is_aware(at):
        at = timezone.localtime(at)
    return escape(_("%(at)s（北京时间）") % {"at": at.strftime("%Y-%m-%d %H:%M")})


def _scalar(place: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return escape(_("是") if value else _("否"))
    if isinstance(value, int):
        return _number(place, value)
    text = "" if value is None else str(value)
    if _ID.fullmatch(text):
        return ""
    return moment(text) if _MOMENT.fullmatch(text) else escape(names.of_code(place, text))


def _number(place: str, value: int) -> str:
    if place.endswith("_fen"):
        return money(value)
    return format_rate(value) if place.endswith("rate_bp") else str(value)


def json_value(place: str, value: dict[str, Any] | list[Any], names: Names, path: str) -> str:
    """A short list as it is; what is long, deep or has names for programs only, folded."""
    value = _in_one_language(value, DEEPEST, english=names.english)
    if not isinstance(value, dict | list):
        return _scalar(place, value, names)
    said = _nested(place, value, names, DEEPEST)
    if not said:
        return ""
    if not _is_deeper(value, FLAT) and _is_named(value, names) and _length(said) <= SHORT_CHARS:
        return said
    summary = escape(_("程序用的内容，完整的在 %(path)s 里") % {"path": path})
    return f"{_causes(value, names)}<details><summary>{summary}</summary>{said}</details>"


def _causes(value: Any, names: Names) -> str:
    """The titles in an assessment, likeliest first: what a person looks for in it."""
    found = value.get("causes") if isinstance(value, dict) else None
    if not isinstance(found, list):
        return ""
    slugs = [str(cause["slug"]) for cause in found if isinstance(cause, dict) and "slug" in cause]
    return _list(escape(names.of_code("cause_slug", slug)) for slug in slugs)


def _in_one_language(value: Any, levels: int, *, english: bool) -> Any:
    """Of every text that is there in Chinese and English, the one the reader reads."""
    if levels == 0 or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [_in_one_language(inner, levels - 1, english=english) for inner in value]
    if set(value) == {"zh", "en"}:
        return value["en" if english else "zh"]
    return {
        key: _in_one_language(inner, levels - 1, english=english) for key, inner in value.items()
    }


def _length(said: str) -> int:
    return len(_TAG.sub("", said))


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects lie in one another more than so many levels."""
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(_is_deeper(inner, levels - 1) for inner in _inner(value))


def _is_named(value: Any, names: Names) -> bool:
    """Whether a person knows every name in it. Only for values that are not deep."""
    if isinstance(value, dict) and not all(names.of_key(str(key)) for key in value):
        return False
    return all(_is_named(inner, names) for inner in _inner(value))


def _nested(place: str, value: Any, names: Names, levels: int) -> str:
    """Lists in lists, down to so many levels: the data file has the rest."""
    if not isinstance(value, dict | list):
        return _scalar(place, value, names)
    if levels == 0:
        return "…"
    if isinstance(value, dict):
        return _list(_pair(str(key), inner, names, levels) for key, inner in value.items())
    return _list(_nested(place, inner, names, levels - 1) for inner in value)


def _pair(key: str, value: Any, names: Names, levels: int) -> str:
    said = _nested(key, value, names, levels - 1)
    label = escape(names.of_key(key) or key)
    return _("%(label)s：%(value)s") % {"label": label, "value": said} if said else ""


def _list(items: Any) -> str:
    said = "".join(f"<li>{item}</li>" for item in items if item)
    return f"<ul>{said}</ul>" if said else ""
