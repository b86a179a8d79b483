"""The reviewed part of an item: the same for everybody, so it is drawn once per process."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from guidance import content

register = template.Library()
MOST = 512  # tips, languages and a few versions of the content


@register.simple_tag
def tip_steps(code: str) -> str:
    """Why, how, what counts as done, what to keep, effect and basis of a tip; "" without one."""
    return _drawn(code, get_language() or "zh-hans", content.current().version) if code else ""


@lru_cache(maxsize=MOST)
def _drawn(code: str, language: str, version: str) -> SafeString:
    tip = content.current().tips.get(code)
    return render_to_string("records/_tip_steps.html", {"tip": tip}) if tip else SafeString("")
