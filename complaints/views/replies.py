"""The reply checker: what a reply says, which questions it answers, and where to go from it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import limited_by_address, person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.documents import letters as documents
from complaints.domain.ladder import TO_INSTITUTION, Rung
from complaints.domain.replies import Reading, read_reply
from complaints.domain.reply_check import Suggestion, next_steps, result_of, suggested
from complaints.enums import AskedState, FactKind, LetterKind, Medium
from complaints.forms.messages import PastedReplyForm, TickForm
from complaints.models import AskedQuestion, Complaint, Message, Step
from complaints.views.messages import own_message
from complaints.views.steps import case_rungs
from guidance import content
from inputs.clock import today
from limits.enums import ConfirmationKind
from limits.forms.confirmations import ConfirmationForm
from limits.models import LimitChange
from limits.services import record_confirmation

QUOTE = 500


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_reply(request: HttpRequest, public_id: str) -> HttpResponse:
    """The newest reply of a step, beside what was asked."""
    rows = Step.objects.select_related("complaint__owner")
    step = get_owned_or_404(Step, request.user, public_id, rows)
    newest = Message.objects.filter(step=step).incoming().newest_first().first()
    if newest is not None:
        newest.complaint, newest.step = step.complaint, step
        return _check(request, newest)
    if step.answered_on is None:
        context = {"case": step.complaint, "step": step}
        return render(request, "complaints/check_none.html", context)
    unsaved = Message(complaint=step.complaint, step=step, text=step.answer_text)
    unsaved.happened_on, unsaved.medium = step.answered_on, Medium.OTHER
    return _check(request, unsaved)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_message(request: HttpRequest, public_id: str) -> HttpResponse:
    """Any note of the correspondence, beside what was asked."""
    return _check(request, own_message(request, public_id))


def _check(request: HttpRequest, message: Message) -> HttpResponse:
    questions = list(AskedQuestion.objects.filter(complaint=message.complaint))
    reading = read_reply(message.text, content.current().reply_patterns.values())
    seen = {str(row.public_id): suggested(row.text, reading) for row in questions}
    filled = {key: one.state for key, one in seen.items()} if "fill" in request.GET else {}
    form = TickForm(
        request.POST if request.method == "POST" else None, questions=questions, filled=filled
    )
    if request.method == "POST" and form.is_valid():
        _tick(request, message, form, reading)
        return redirect(f"{request.path}#next")
    context = {
        **_read_context(message, reading, questions),
        "form": form,
        "rows": [_row(form, key, one) for key, one in seen.items()],
    }
    return render(
        request, "complaints/check_reply.html", context, status=422 if form.errors else 200
    )


def _tick(request: HttpRequest, message: Message, form: TickForm, reading: Reading) -> None:
    """`why` is the first phrase that was found, where the person says that it is no answer."""
    first = reading.phrases[0].pattern if reading.phrases else ""
    ticks = [
        services.Tick(row, state, first if state == AskedState.GENERIC else "")
        for row, state in form.ticked()
    ]
    services.mark_questions(
        complaint=message.complaint,
        actor=person(request),
        ticks=ticks,
        answered_by=message if message.pk else None,
    )
    messages.success(request, _("已记下你的核对。"))


def _row(form: TickForm, key: str, one: Suggestion) -> dict[str, Any]:
    return {
        "field": form[key],
        "state": AskedState(one.state).label if one.state else "",
        "seen": [FactKind(kind).label for kind in one.seen],
    }


def _read_context(
    message: Message, reading: Reading, questions: list[AskedQuestion]
) -> dict[str, Any]:
    states = [row.state for row in questions]
    step = message.step
    steps = next_steps(
        states, reading, to_institution=step is None or step.channel_code in TO_INSTITUTION
    )
    return {
        "case": message.complaint,
        "message": message,
        "result": result_of(states, reading),
        "steps": steps,
        "can_remind": documents.may_write(message.complaint, LetterKind.REMIND, today()),
        "rung": _next_rung(message.complaint) if "escalate" in steps else None,
        "confirmation": _confirmation_form(message, reading) if "confirm" in steps else None,
        **reading_context(reading),
    }


def reading_context(reading: Reading) -> dict[str, Any]:
    """What `_reading.html` shows: the reply in pieces, and each phrase once with its reason."""
    known = content.current().reply_patterns
    found = dict.fromkeys(mark.pattern for mark in reading.phrases)
    return {
        "reading": reading,
        "pieces": [
            {
                "mark": mark,
                "pattern": known.get(mark.pattern),
                "fact": FactKind(mark.fact).label if mark.fact else "",
            }
            for mark in reading.shown
        ],
        "patterns": [known[slug] for slug in found],
        "asks": list(dict.fromkeys(known[slug].ask for slug in found)),
        "facts": [FactKind(kind).label for kind in dict.fromkeys(m.fact for m in reading.facts)],
    }


def _next_rung(case: Complaint) -> Rung | None:
    """The first channel beyond the institution that was not tried yet."""
    return next(
        (
            row
            for row in case_rungs(case)
            if not row.is_taken and row.channel.code not in TO_INSTITUTION
        ),
        None,
    )


def current_change(case: Complaint) -> LimitChange | None:
    """The change as it stands: corrections follow each other, a withdrawn one is none."""
    change = case.change
    while change is not None:
        newer = LimitChange.objects.filter(supersedes=change).first()
        if newer is None:
            return None if change.retracted else change
        change = newer
    return None


def _confirmation_form(
    message: Message, reading: Reading, data: Any = None
) -> ConfirmationForm | None:
    if message.pk is None or current_change(message.complaint) is None:
        return None
    first = {
        "in_writing": message.medium != Medium.CALL,
        "quote": _quote(message.text, reading),
        "given_on": message.happened_on,
    }
    return ConfirmationForm(data, kind=ConfirmationKind.SPECIFIC, initial=first)


def _quote(text: str, reading: Reading) -> str:
    """From the first reason to the last, as written; the beginning where none was found."""
    if not reading.reasons:
        return text[:QUOTE]
    start = max(text.rfind(end, 0, reading.reasons[0].start) for end in "。！？\n") + 1
    last = reading.reasons[-1].end
    ends = [place for end in "。！？\n" if (place := text.find(end, last)) >= 0]
    return text[start : min(ends, default=len(text)) + 1].strip()[:QUOTE]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_reason(request: HttpRequest, public_id: str) -> HttpResponse:
    """The other side gave a reason: note it on the change, where it settles the ranking."""
    message = own_message(request, public_id)
    reading = read_reply(message.text, content.current().reply_patterns.values())
    change = current_change(message.complaint)
    form = _confirmation_form(message, reading, request.POST if request.method == "POST" else None)
    if form is None or change is None:
        messages.info(request, _("这个案件没有对应的变动，或者那条变动已经撤销。"))
        return redirect("complaint", message.complaint.public_id)
    if request.method == "POST" and form.is_valid():
        try:
            record_confirmation(
                change=change,
                today=today(),
                kind=ConfirmationKind.SPECIFIC,
                **form.cleaned_data,
            )
            messages.success(request, _("已记到这次变动上。"))
            return redirect(f"{reverse('change', args=[change.public_id])}#reason")
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"case": message.complaint, "message": message, "form": form}
    status = 422 if form.errors else 200
    return render(request, "complaints/message_reason.html", context, status=status)


@limited_by_address
@require_http_methods(["GET", "HEAD", "POST"])
def check_reply_try(request: HttpRequest) -> HttpResponse:
    """Paste a reply, see what it says and what to ask next; nothing is stored."""
    posted = request.method == "POST"
    form = PastedReplyForm(request.POST if posted else None)
    context: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        patterns = content.current().reply_patterns.values()
        context |= reading_context(read_reply(form.cleaned_data["text"], patterns))
    status = 422 if form.errors else 200
    return render(request, "complaints/check_reply_try.html", context, status=status)
