"""Filters for the evidence grade and the origin of a clue, in the reader's language."""

from django import template
from django.utils.translation import get_language

from guidance.domain import grades

register = template.Library()


@register.filter
def grade(strength: str) -> str:
    """A1 → 官方表态."""
    return grades.grade_word(strength).in_language(get_language() or "zh-hans")


@register.filter
def origin(code: str) -> str:
    """AN_MERCHANT → 你的回答."""
    return grades.origin_word(code).in_language(get_language() or "zh-hans")
