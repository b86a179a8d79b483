"""Nothing about limits and credit is stored before the person has agreed (PIPL art 29).

Asked at the first thing he saves, and again once he has withdrawn: the page that asks carries what
he typed, and the one button saves both. Public tools store nothing and are not asked about, nor is
taking away: that is a right of its own.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.domain.consents import FINANCIAL_TEXT
from accounts.enums import ConsentKind
from accounts.models import User
from accounts.services import give_consent

STORING = ("limits.", "records.", "complaints.", "portal.debts", "portal.disputes")
STORING_FILES = ("portal.report_import",)
PUBLIC = frozenset({"who", "check_reply", "check_reply_try", "verify", "verify_start"})
TAKING_AWAY = ("remove", "delete", "discard", "forget", "close", "retract", "evidence_remove")
AGREE, BARE = "agree-financial", "agree-bare"
NOT_CARRIED = frozenset({"csrfmiddlewaretoken", AGREE, BARE})

Handler = Callable[[HttpRequest], HttpResponse]


class ConsentFirst:
    """Behind the check of the CSRF token, before the view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_arguments: Any
    ) -> HttpResponse | None:
        user = request.user
        if request.method != "POST" or not isinstance(user, User) or not _stores(request, view):
            return None
        if user.agreed_text == FINANCIAL_TEXT:
            return None
        # The body of a file is not read here: its view wants to see to that itself.
        has_file = str(request.content_type).startswith("multipart/")
        if has_file or AGREE not in request.POST:
            return _ask(request, has_file)
        give_consent(
            user=user,
            kind=ConsentKind.FINANCIAL_DATA,
            text_version=FINANCIAL_TEXT,
            now=timezone.now(),
        )
        return redirect(request.get_full_path()) if BARE in request.POST else None


def _stores(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    if name.startswith("api_") or name in PUBLIC or name.startswith(TAKING_AWAY):
        return False
    return str(view.__module__).startswith((*STORING, *STORING_FILES))


def _ask(request: HttpRequest, has_file: bool) -> HttpResponse:
    typed = (
        []
        if has_file
        else [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_CARRIED
            for value in values
        ]
    )
    context = {"typed": typed, "has_file": has_file, "agree": AGREE, "bare": BARE}
    return render(request, "portal/consent.html", context, status=422)
