"""Public pages: the same for everyone who has no session, so made once and answered by ETag.

A page is kept by this process without the reader's CSRF token, which is put in when it is sent.
Who is signed in, has a message waiting or sends a query gets a page of his own, never kept.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from inputs.clock import today

View = Callable[..., HttpResponse]
Shown = Callable[..., HttpResponseBase]
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+')
BLANK = rb"\1{csrf}"
HOLE = b"{csrf}"
KEEP_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Kept:
    """One page without anybody's token, and the fingerprint of exactly these bytes."""

    body: bytes
    content_type: str
    fingerprint: str
    has_token: bool


class Shelf:
    """The pages of one content version, one day and one hour; then they are made anew.

    Bounded by the public addresses that answer 200 without a query, times the languages.
    """

    def __init__(self) -> None:
        self.label: tuple[str, date, float] | None = None
        self.pages: dict[tuple[str, str], Kept] = {}

    def pages_of(self, version: str) -> dict[tuple[str, str], Kept]:
        label = (version, today(), time.monotonic() // KEEP_SECONDS)
        if self.label != label:
            self.label, self.pages = label, {}
        return self.pages


shelf = Shelf()


def public_page(version: Callable[[], str]) -> Callable[[View], Shown]:
    """Decorate a view whose page depends on nothing but address, language and content version."""

    def decorate(view: View) -> Shown:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not is_for_everyone(request):
                return _named(request, view(request, *args, **kwargs))
            pages, key = shelf.pages_of(version()), (request.path, get_language() or "")
            page = pages.get(key)
            if page is None:
                response = view(request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                pages[key] = page = _kept(response)
            return _named(request, _answer(request, page))

        return shown

    return decorate


def is_for_everyone(request: HttpRequest) -> bool:
    """No session, no waiting message, no query; and templates do not change under us (DEBUG)."""
    own = {settings.SESSION_COOKIE_NAME, "messages"}
    return not (settings.DEBUG or request.META.get("QUERY_STRING") or own & request.COOKIES.keys())


def _kept(response: HttpResponse) -> Kept:
    body = TOKEN.sub(BLANK, response.content)
    fingerprint = blake2b(body, digest_size=10).hexdigest()
    return Kept(body, response["Content-Type"], fingerprint, HOLE in body)


def _answer(request: HttpRequest, page: Kept) -> HttpResponseBase:
    """304 where the reader has it already, else the page with his own token in it."""
    token = get_token(request) if page.has_token else ""
    response = HttpResponse(content_type=page.content_type)
    response["ETag"] = f'"{page.fingerprint}{_owner(request) if token else ""}"'
    patch_cache_control(response, no_cache=True, **{"private" if token else "public": True})
    patch_vary_headers(response, ["Cookie"])
    unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
    if unchanged is not None and unchanged.status_code == 304:
        return unchanged
    response.content = page.body.replace(HOLE, token.encode())
    return response


def _owner(request: HttpRequest) -> str:
    """A kept form is good only for the secret it was made for: a new secret is a new page."""
    return "-" + salted_hmac("guidance.http", request.META["CSRF_COOKIE"]).hexdigest()[:12]


def _named(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The one address search engines should know this page by (RFC 6596)."""
    if response.status_code == 200:
        response["Link"] = f'<{settings.SITE_URL}{request.path}>; rel="canonical"'
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            response["X-Robots-Tag"] = "all"
    return response
