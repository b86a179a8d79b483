"""What HTTP needs of accounts: sign-up rules, a second factor for staff, a limit by address."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User

Handler = Callable[[HttpRequest], HttpResponse]


def person(request: HttpRequest) -> User:
    """Who is signed in. For views behind `login_required` or an API permission."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def wants_fragment(request: HttpRequest) -> bool:
    """Asked by htmx for a part of the page, not by a person for the page."""
    return request.headers.get("HX-Request") == "true"


PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def limited_by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For public pages that work on what is posted: as many posts an address as the API allows.

    One atomic increment a window, as in portal.throttling; without a cache the page stays open.
    """

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and _too_often(request):
            return respond_429(request)
        return view(request, *args, **kwargs)

    return limited


def reads_limited_by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For public pages that answer whether a number is known: reads are counted too."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _too_often(request):
            return respond_429(request)
        return view(request, *args, **kwargs)

    return limited


def _too_often(request: HttpRequest) -> bool:
    count, period = settings.API_RATE.split("/")
    seconds = PERIODS[period[0]]
    address = get_account_adapter().get_client_ip(request)
    key = f"posts:{address}:{int(time.time() // seconds)}"
    cache.add(key, 0, timeout=seconds + 5)
    try:
        return (cache.incr(key) or 0) > int(count)
    except ValueError:
        return False


class AccountAdapter(DefaultAccountAdapter):
    """E-mail links come from the setting, never from the Host header."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """After signing in, first what was typed before signing up (portal.views.keep)."""
        if "kept" in request.session:
            return reverse("kept")
        return super().get_login_redirect_url(request)

    get_signup_redirect_url = get_login_redirect_url


class StaffSecondFactor:
    """The back office opens only to staff who have set up TOTP or a passkey."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._needs_second_factor(request):
            messages.info(request, _("后台人员须先设置两步验证。"))
            return redirect("mfa_index")
        return self.get_response(request)

    def _needs_second_factor(self, request: HttpRequest) -> bool:
        user = request.user
        return (
            settings.STAFF_SECOND_FACTOR
            and request.path.startswith(reverse("admin:index"))
            and user.is_authenticated
            and user.is_staff
            and not get_mfa_adapter().is_mfa_enabled(user)
        )
