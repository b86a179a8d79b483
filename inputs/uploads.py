"""Files that people send: kept in memory, refused by their declared size before they are read."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

FORM_BYTES = 2**16
"""Room for the other fields of the form and the edges of its parts."""

_CHUNK = 2**18
_MOST_READ_OFF = 2**28
_MOST_SECONDS = 20.0

View = Callable[..., HttpResponse]


class InMemoryUpload(MemoryFileUploadHandler):
    """Also above Django's 2.5 MB: what is private must not lie in a temporary file."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


def capped_upload(
    most_bytes: int, *, too_big: Callable[[HttpRequest], HttpResponse]
) -> Callable[[View], View]:
    """A view that takes one file of at most `most_bytes`; `too_big` answers for larger bodies.

    Django's CSRF check reads the whole body before a view runs. So the view is exempt from it,
    looks at Content-Length first, and then has the same check run. Put it below `login_required`.
    """

    def decorate(view: View) -> View:
        checked = csrf_protect(view)

        @wraps(view)
        def capped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _declared(request) > most_bytes + FORM_BYTES:
                _read_off(request)
                return too_big(request)
            request.upload_handlers = [InMemoryUpload(request)]
            return checked(request, *args, **kwargs)

        return csrf_exempt(capped)

    return decorate


def _declared(request: HttpRequest) -> int:
    """Django reads no byte beyond this; a body without it is empty to Django."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _read_off(request: HttpRequest) -> None:
    """Throw the body away, within limits: a browser that is still sending when the connection
    closes shows an error of its own instead of our sentence."""
    until, left = time.monotonic() + _MOST_SECONDS, _MOST_READ_OFF
    while left > 0 and time.monotonic() < until:
        chunk = request.read(_CHUNK)
        if not chunk:
            return
        left -= len(chunk)
