"""Filters for reviewed texts, amounts and days."""

from datetime import date
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guidance.domain.records import Text
from inputs.dates import day_zh
from inputs.money import format_yuan
from inputs.rates import format_rate

register = template.Library()


@register.filter
def said(text: Text | dict[str, str] | str | None) -> str:
    """A reviewed text in the reader's language; a person's own word stays as it is."""
    if text is None or isinstance(text, str):
        return text or ""
    language = get_language() or "zh-hans"
    if isinstance(text, Text):
        return text.in_language(language)
    return text["en" if language.startswith("en") else "zh"]


@register.filter
def why(line: list[Any]) -> str:
    """Why a line of a bill counts: [day, amount, Chinese, English]."""
    return str(line[3] if (get_language() or "").startswith("en") else line[2])


@register.filter
def yuan(fen: int | None) -> str:
    """分 as 50,000.00 → “50,000 元”; whole yuan lose their zeros."""
    if fen is None:
        return "—"
    return _("%(amount)s 元") % {"amount": format_yuan(fen).removesuffix(".00")}


@register.filter
def rate(bp: int | None) -> str:
    """An annual rate in hundredths of a per cent: 1540 → “15.4%”."""
    return "—" if bp is None else format_rate(bp)


@register.filter
def day(value: date | str | None) -> str:
    """A civil day: 2026 年 10 月 12 日, or 12 October 2026."""
    if not value:
        return "—"
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if (get_language() or "").startswith("en"):
        return f"{value.day} {value:%B} {value.year}"
    return day_zh(value)


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    return mapping.get(key) if mapping else None
