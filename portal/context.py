"""What every template may use."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Notice
from portal.sitemaps import PRIVATE

MOST_UNREAD = 99


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_version": settings.VERSION,
        "debug_pages": settings.DEBUG,
        "leaving_at": SimpleLazyObject(lambda: leaving_at(request)),
        "unread_notices": SimpleLazyObject(lambda: unread_notices(request)),
    }


def leaving_at(request: HttpRequest) -> datetime | None:
    """When the account will be deleted, on pages of the person only; the row is loaded anyway."""
    user = getattr(request, "user", None)
    if user is None or not request.path.startswith(PRIVATE) or not user.is_authenticated:
        return None
    return getattr(user, "leaving_at", None)


def unread_notices(request: HttpRequest) -> int:
    """How many notices a person has not seen, 99 at most: one query, asked when the header is
    drawn. Public pages are the same for everyone and never ask."""
    user = getattr(request, "user", None)
    if user is None or not request.path.startswith(PRIVATE) or not user.is_authenticated:
        return 0
    return Notice.objects.for_user(user).unread()[:MOST_UNREAD].count()
