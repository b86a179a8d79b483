"""What becomes of a letter: its files, the text to paste, the phone script, that it was sent."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import person
from complaints import services
from complaints.documents import letters as documents
from complaints.domain.letters.facts import LetterOrder
from complaints.domain.lint import LintError
from complaints.domain.workflow import TransitionNotAllowed
from complaints.enums import DocumentKind, LetterKind, LetterState
from complaints.forms.letters import letter_form
from complaints.forms.steps import SentForm
from complaints.models import Document, Letter
from complaints.views.letters import (
    files_of,
    frozen_context,
    own_letter,
    refused_by_lint,
)
from inputs.clock import today


@login_required
@require_safe
def files(request: HttpRequest, public_id: str) -> HttpResponse:
    """The fragment that shows progress; polled while something is being made."""
    shown = own_letter(request, public_id)
    context = {"letter": shown, "files": files_of(shown)}
    return render(request, "complaints/_letter_files.html", context)


def _order(shown: Letter) -> tuple[LetterOrder, int | None]:
    form = letter_form(shown, shown.typed)
    form.is_valid()
    values = form.cleaned_data
    return documents.order_of(shown, values, today()), values.get("limit")


@login_required
@require_safe
def text(request: HttpRequest, public_id: str) -> HttpResponse:
    """The text to paste, counted; a short one where the box is too small."""
    shown = own_letter(request, public_id)
    try:
        paste = shown.model["paste"] if shown.state == LetterState.FROZEN else _paste(shown)
    except LintError as wrong:
        return refused_by_lint(request, shown, wrong)
    context = {"letter": shown, "case": shown.complaint, "paste": paste}
    return render(request, "complaints/letter_text.html", context)


def _paste(shown: Letter) -> dict[str, Any]:
    order, limit = _order(shown)
    return {**asdict(documents.pasted_text(order, limit)), "limit": limit}


@login_required
@require_safe
def phone(request: HttpRequest, public_id: str) -> HttpResponse:
    """The phone script: of a frozen letter the one frozen with it."""
    shown = own_letter(request, public_id)
    frozen = Document.objects.filter(letter=shown, kind=DocumentKind.SCRIPT).first()
    try:
        model = frozen.model if frozen else documents.script_model(_order(shown)[0])
    except LintError as wrong:
        return refused_by_lint(request, shown, wrong)
    context = {"letter": shown, "case": shown.complaint, "model": model}
    return render(request, "complaints/letter_phone.html", context)


@login_required
@require_POST
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """The person sent it himself: on its step, or for a reminder in the correspondence."""
    shown, form = own_letter(request, public_id), SentForm(request.POST)
    if shown.state != LetterState.FROZEN:
        raise Http404
    if not form.is_valid():
        context = frozen_context(shown, sent_form=form)
        return render(request, "complaints/letter_frozen.html", context, status=422)
    try:
        _record_sent(shown, form, request)
        messages.success(request, _("已记下寄出情况。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except TransitionNotAllowed:
        messages.error(request, _("这个案件现在不能这样处理。"))
    return redirect("complaint", shown.complaint.public_id)


def _record_sent(shown: Letter, form: SentForm, request: HttpRequest) -> None:
    values = form.cleaned_data
    if shown.kind == LetterKind.REMIND:
        number = values["reference_no"]
        services.record_reminder(
            letter=shown, actor=person(request), sent_on=values["sent_on"], reference_no=number
        )
    elif shown.step is not None:
        services.record_sent(step=shown.step, actor=person(request), **values)
