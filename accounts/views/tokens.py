"""Pages where a person makes, sees and revokes tokens for programs."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.enums import Scope
from accounts.forms import TokenForm
from accounts.http import person
from accounts.models import ApiToken
from accounts.ownership import get_owned_or_404

SHOWN_TOKENS = 100


@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    rows = ApiToken.objects.for_user(request.user).newest_first()[:SHOWN_TOKENS]
    return render(request, "accounts/tokens.html", {"tokens": [_shown(row) for row in rows]})


def _shown(token: ApiToken) -> dict[str, Any]:
    labels = dict(Scope.choices)
    return {
        "token": token,
        "state": token.state(timezone.now()),
        "scopes": [(scope, labels.get(scope, "")) for scope in token.scopes],
    }


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token. Its key is in the answer to this one POST and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            token, key = services.create_token(
                owner=person(request),
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                days=int(form.cleaned_data["days"]),
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return render(request, "accounts/token_made.html", {**_shown(token), "key": key})
    status = 422 if form.errors else 200
    return render(request, "accounts/new_token.html", {"form": form}, status=status)


@login_required
@require_POST
def revoke_token(request: HttpRequest, public_id: str) -> HttpResponse:
    token = get_owned_or_404(ApiToken, request.user, public_id)
    services.revoke_token(token=token, now=timezone.now())
    messages.success(request, _("令牌已撤销，用它的程序从现在起进不来。"))
    return redirect("tokens")
