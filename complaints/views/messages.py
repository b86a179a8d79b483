"""The correspondence of a case, and the list of what was asked."""

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import person
from accounts.ownership import get_owned_or_404
from accounts.paging import MixedPage, mixed_page
from complaints import services
from complaints.domain.reply_check import ANSWERED, OPEN
from complaints.enums import Direction
from complaints.forms.messages import MarkForm, MessageForm, QuestionForm
from complaints.models import AskedQuestion, Complaint, Message, Step
from guidance import content
from inputs.clock import today

PAGE_ROWS = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything that went to and fro, newest first; what was asked; one form to note the next."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    if request.method != "POST":
        form = message_form(case, None, initial={"happened_on": today()})
        return _page(request, case, form)
    form = message_form(case, request.POST)
    if form.is_valid():
        try:
            message = services.log_message(
                complaint=case, actor=person(request), **form.cleaned_data
            )
            flash.success(request, _("已记下。"))
            return redirect(_place_after(message))
        except ValidationError as refused:
            form.add_error(None, refused)
    return _page(request, case, form, status=422)


def _page(
    request: HttpRequest, case: Complaint, form: MessageForm, status: int = 200
) -> HttpResponse:
    questions = list(_questions(case))
    context = {
        "case": case,
        "form": form,
        "page": _timeline(case, request.GET.get("after", "")),
        "questions": questions,
        "answered": sum(1 for row in questions if row.state == ANSWERED),
        "open_questions": sum(1 for row in questions if row.state == OPEN),
        "question_form": QuestionForm(),
        "patterns": content.current().reply_patterns,
    }
    return render(request, "complaints/messages.html", context, status=status)


def _timeline(case: Complaint, after: str) -> MixedPage:
    """Notes and letters that were sent, together; the queries do not grow with the rows."""
    notes = Message.objects.filter(complaint=case).whole()
    letters = Step.objects.filter(complaint=case, sent_on__isnull=False).select_related("proof")
    return mixed_page([("happened_on", notes), ("sent_on", letters)], after=after, size=PAGE_ROWS)


def _questions(case: Complaint) -> Any:
    return AskedQuestion.objects.filter(complaint=case).select_related("answered_by")


def message_form(case: Complaint, data: Any, **kwargs: Any) -> MessageForm:
    return MessageForm(
        data,
        steps=list(case.steps.order_by("pk")),
        evidence=list(case.evidence.listed().in_order()),
        **kwargs,
    )


def _place_after(message: Message) -> str:
    """What came in is checked at once where something was asked; else back to the list."""
    case = message.complaint
    asked = AskedQuestion.objects.filter(complaint=case).exists()
    if message.direction == Direction.IN and asked:
        return reverse("check_message", args=[message.public_id])
    return reverse("messages", args=[case.public_id])


def own_message(request: HttpRequest, public_id: str) -> Message:
    rows = Message.objects.select_related("complaint__owner", "step").prefetch_related("evidence")
    return get_owned_or_404(Message, request.user, public_id, rows)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct a note of one's own."""
    shown = own_message(request, public_id)
    if request.method != "POST":
        return _edit_page(
            request, shown, message_form(shown.complaint, None, initial=_noted(shown))
        )
    form = message_form(shown.complaint, request.POST)
    if form.is_valid():
        try:
            _save(request, shown, form)
            flash.success(request, _("已保存。"))
            return redirect("messages", shown.complaint.public_id)
        except ValidationError as refused:
            form.add_error(None, refused)
    return _edit_page(request, shown, form, status=422)


def _edit_page(
    request: HttpRequest, shown: Message, form: MessageForm, status: int = 200
) -> HttpResponse:
    context = {"message": shown, "case": shown.complaint, "form": form}
    return render(request, "complaints/message.html", context, status=status)


def _noted(shown: Message) -> dict[str, Any]:
    return {
        **{name: getattr(shown, name) for name in MessageForm.base_fields if name != "step"},
        "step": str(shown.step.public_id) if shown.step else "",
        "evidence": [str(row.public_id) for row in shown.evidence.all()],
    }


def _save(request: HttpRequest, shown: Message, form: MessageForm) -> None:
    values = dict(form.cleaned_data)
    services.edit_message(
        message=shown,
        actor=person(request),
        step=values.pop("step", shown.step),
        evidence=values.pop("evidence", []),
        values=values,
    )


@login_required
@require_POST
def delete_message(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = own_message(request, public_id)
    services.delete_message(message=shown, actor=person(request))
    flash.success(request, _("已删除。已经定稿的文书不会变。"))
    return redirect("messages", shown.complaint.public_id)


@login_required
@require_POST
def add_question(request: HttpRequest, public_id: str) -> HttpResponse:
    case = get_owned_or_404(Complaint, request.user, public_id)
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            services.add_question(complaint=case, actor=person(request), **form.cleaned_data)
            flash.success(request, _("已加上。"))
            return redirect(f"{reverse('messages', args=[case.public_id])}#questions")
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"case": case, "form": form}
    return render(request, "complaints/question_add.html", context, status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def asked_question(request: HttpRequest, public_id: str) -> HttpResponse:
    """One question: was it answered; other words while nobody has judged it; off the list."""
    rows = AskedQuestion.objects.select_related("complaint__owner", "answered_by")
    shown = get_owned_or_404(AskedQuestion, request.user, public_id, rows)
    action = request.POST.get("action", "")
    if request.method != "POST":
        return _question_page(request, shown)
    if action not in ACTIONS:
        raise Http404
    return ACTIONS[action](request, shown)


def _mark(request: HttpRequest, shown: AskedQuestion) -> HttpResponse:
    form = MarkForm(request.POST)
    if not form.is_valid():
        return _question_page(request, shown, mark_form=form)
    services.mark_question(
        question=shown,
        actor=person(request),
        answered_by=shown.answered_by,
        **form.cleaned_data,
    )
    return _back(request, shown, _("已记下。"))


def _reword(request: HttpRequest, shown: AskedQuestion) -> HttpResponse:
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            services.reword_question(question=shown, actor=person(request), **form.cleaned_data)
            return _back(request, shown, _("已保存。"))
        except ValidationError as refused:
            form.add_error(None, refused)
    return _question_page(request, shown, text_form=form)


def _remove(request: HttpRequest, shown: AskedQuestion) -> HttpResponse:
    services.remove_question(question=shown, actor=person(request))
    return _back(request, shown, _("已去掉。信里写过的不会变。"))


ACTIONS = {"mark": _mark, "reword": _reword, "remove": _remove}


def _back(request: HttpRequest, shown: AskedQuestion, said: str) -> HttpResponse:
    flash.success(request, said)
    return redirect(f"{reverse('messages', args=[shown.complaint.public_id])}#questions")


def _question_page(request: HttpRequest, shown: AskedQuestion, **forms: Any) -> HttpResponse:
    ticked = {} if shown.state == OPEN else {"state": shown.state}
    context = {
        "question": shown,
        "case": shown.complaint,
        "mark_form": MarkForm(initial=ticked),
        "text_form": QuestionForm(initial={"text": shown.text}),
        **forms,
    }
    return render(request, "complaints/asked_question.html", context, status=422 if forms else 200)
