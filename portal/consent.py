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
# Pages with a file and room for text: asked before they are shown, for a body with a file cannot be
# carried along.
ASKED_BEFORE = frozenset({"import_report", "evidence_add"})
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
        if not isinstance(user, User) or user.agreed_text == FINANCIAL_TEXT:
            return None
        if request.method == "GET" and _name(request) in ASKED_BEFORE:
            return _ask(request, bare=True)
        if request.method != "POST" or not _stores(request, view):
            return None
        # The body of a file is not read here: its view wants to see to that itself.
        has_file = str(request.content_type).startswith("multipart/")
        if has_file or AGREE not in request.POST:
            return _ask(request, bare=has_file, has_file=has_file)
        give_consent(
            user=user,
            kind=ConsentKind.FINANCIAL_DATA,
            text_version=FINANCIAL_TEXT,
            now=timezone.now(),
        )
        return redirect(request.get_full_path()) if BARE in request.POST else None


def _stores(request: HttpRequest, view: Callable[..., HttpResponse]) -> bool:
    name = _name(request)
    if name.startswith("api_") or name in PUBLIC or name.startswith(TAKING_AWAY):
        return False
    return str(view.__module__).startswith((*STORING, *STORING_FILES))


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name if match else "") or ""


def _ask(request: HttpRequest, bare: bool, has_file: bool = False) -> HttpResponse:
    """`bare`: nothing is carried along, agreeing leads to the page itself."""
    typed = (
        []
        if bare
        else [
            (name, value)
            for name, values in request.POST.lists()
            if name not in NOT_CARRIED
            for value in values
        ]
    )
    context = {"typed": typed, "has_file": has_file, "agree": AGREE, "bare": BARE if bare else ""}
    status = 200 if request.method == "GET" else 422
    return render(request, "portal/consent.html", context, status=status)
