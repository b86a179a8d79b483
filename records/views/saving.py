"""What the pages of this app share when a form is sent in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from inputs.counts import parse_count
from inputs.errors import InputError

HIGHEST_VERSION = 10**9


def saved(form: forms.Form, save: Callable[[dict[str, Any]], object]) -> bool:
    """Whether it was saved; a refusal stands in the form, beside what was typed."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def seen_version(request: HttpRequest) -> int | None:
    """The version the page was drawn from; without one, or with nonsense, nothing is compared."""
    try:
        return parse_count(request.POST.get("seen", ""), 0, HIGHEST_VERSION)
    except InputError:
        return None
