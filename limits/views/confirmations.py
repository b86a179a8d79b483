"""What the lender said about a change: four choices, then what belongs to the chosen one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.ownership import get_owned_or_404
from guidance import content
from inputs.clock import today
from limits import services
from limits.domain.confirmations import documents
from limits.enums import ConfirmationKind
from limits.forms.confirmations import ConfirmationForm
from limits.models import Confirmation, LimitChange
from limits.views.ledger import with_line


@login_required
@require_http_methods(["GET", "POST"])
def confirm_reason(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    kind = request.GET.get("kind", "")
    if kind not in ConfirmationKind.values:
        context = {"shown": shown, "kinds": ConfirmationKind, "known": content.current()}
        return render(request, "limits/reason.html", context)
    form = ConfirmationForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        initial=_as_said(shown, kind),
    )
    if request.method == "POST" and form.is_valid():
        try:
            word = services.record_confirmation(
                change=shown, today=today(), kind=kind, **form.cleaned_data
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _what_follows(word))
            return redirect(f"{reverse('change', args=[shown.public_id])}#reason")
    context = {
        "shown": shown,
        "kind": ConfirmationKind(kind),
        "form": form,
        "known": content.current(),
    }
    return render(request, "limits/reason.html", context, status=422 if form.errors else 200)


def _as_said(shown: LimitChange, kind: str) -> dict[str, Any]:
    """The newest word, to be changed, when it was of this kind."""
    newest = Confirmation.objects.filter(change=shown).newest().first()
    if newest is None or newest.kind != kind:
        return {}
    return {
        "cause_slug": newest.cause,
        "quote": newest.words,
        "in_writing": newest.in_writing,
        "given_on": newest.given_on,
    }


def _what_follows(word: Confirmation) -> str:
    """Said once, after saving; names no cause, because the session keeps messages for a while."""
    if word.kind == ConfirmationKind.NONE:
        return _("已记下。你可以写信，要求对方说明原因。")
    if word.kind == ConfirmationKind.GENERIC:
        return _("已记下。笼统的说法不说明原因，排序不变；你可以写信追问。")
    cause = content.current().causes[word.cause]
    counts = documents(word.kind, word.cause, word.in_writing)
    if not counts:
        return _("已记下。口头说的不改变排序；拿到书面的，再来这里改。")
    if word.kind == ConfirmationKind.DOCUMENT and cause.cap != "documented":
        return _("已记下。这一类原因，只有自己的文件还定不下来，排序不变。")
    return _("已记下，原因已重新排序。")
