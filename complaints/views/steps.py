"""Each thing a person records of a step has its own page; opening one more step has two."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import person
from accounts.models import User
from accounts.ownership import get_owned_or_404
from complaints import documents, services
from complaints.domain.ladder import Rung, rungs
from complaints.domain.workflow import TransitionNotAllowed, step_actions
from complaints.enums import ComplaintState, StepPhase
from complaints.forms.steps import (
    ExtendForm,
    GiveUpForm,
    NumberForm,
    OpenStepForm,
    ProofForm,
    ReceivedForm,
    ReplyForm,
    RestartForm,
    SentForm,
)
from complaints.models import Complaint, Evidence, Step
from complaints.views.case_page import step_row
from guidance import content
from inputs.clock import today

Values = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One thing to record: its form, how it starts, what it writes, and its words."""

    action: str
    form: type[forms.Form]
    initial: Callable[[Step], Values]
    save: Callable[[Step, User, Values], Any]
    title: Any
    lead: Any
    button: Any
    done: Any


def _sent_before(step: Step) -> Values:
    """What is recorded already, to correct or complete; today for a new one."""
    return {
        "sent_on": step.sent_on or today(),
        "received_on": step.received_on,
        "sent_how": step.sent_how,
        "reference_no": step.reference_no,
        "proof": str(step.proof.public_id) if step.proof else "",
    }


def _save_received(step: Step, actor: User, values: Values) -> Step:
    if step.sent_on is None:
        raise TransitionNotAllowed(step.now.phase, "record-received")
    return services.record_sent(step=step, actor=actor, sent_on=step.sent_on, **values)


def _save_reply(step: Step, actor: User, values: Values) -> Step:
    return services.record_reply(step=step, actor=actor, **values)


SENT = Page(
    "record-sent",
    SentForm,
    _sent_before,
    lambda step, actor, values: services.record_sent(step=step, actor=actor, **values),
    _("登记寄出"),
    _("信由你自己寄。寄出以后在这里记下来，期限从对方收到那天起算。"),
    _("登记"),
    _("已记下寄出情况。"),
)
RECEIVED = Page(
    "record-received",
    ReceivedForm,
    lambda step: {"reference_no": step.reference_no},
    _save_received,
    _("登记对方哪天收到"),
    _("收到那天不算，从第二天数起。"),
    _("登记，开始计算期限"),
    _("已记下，期限开始计算。"),
)
NUMBER = Page(
    "record-number",
    NumberForm,
    lambda step: {"reference_no": step.reference_no},
    lambda step, actor, values: services.record_number(step=step, actor=actor, **values),
    _("登记受理号"),
    _("对方受理以后给的编号，晚几天才知道也可以补。"),
    _("保存"),
    _("已记下受理号。"),
)
EXTEND = Page(
    "extend",
    ExtendForm,
    lambda step: {"announced_on": today()},
    lambda step, actor, values: services.extend_step(step=step, actor=actor, **values),
    _("对方说要延期"),
    _("延期要告诉你理由。原来的期限会一直显示在旁边。"),
    _("记下延期"),
    _("已记下延期。"),
)
RESTART = Page(
    "restart",
    RestartForm,
    lambda step: {"restarted_on": today()},
    lambda step, actor, values: services.restart_step(step=step, actor=actor, **values),
    _("提出了新的事实，重新起算"),
    _("期限会从对方收到新材料那天重新数，也就是更晚。原来的算法留在案件记录里。"),
    _("重新起算"),
    _("期限已重新起算。"),
)
REPLY = Page(
    "record-reply",
    ReplyForm,
    lambda step: {"answered_on": today()},
    _save_reply,
    _("登记答复"),
    _("照原话记。下一步会帮你核对每个问题答了没有。"),
    _("记下答复"),
    _("已记下答复。"),
)
GIVE_UP = Page(
    "give-up",
    GiveUpForm,
    lambda step: {"ended_on": today()},
    lambda step, actor, values: services.give_up_step(step=step, actor=actor, **values),
    _("不再等这一步"),
    _("这一步不再提醒你，案件不会结束。以后收到答复，仍然可以登记。"),
    _("不再等"),
    _("这一步不再等了。"),
)


def _step(request: HttpRequest, public_id: str) -> Step:
    rows = Step.objects.with_standing().select_related("complaint__owner", "proof")
    return get_owned_or_404(Step, request.user, public_id, rows)


def _page(request: HttpRequest, public_id: str, page: Page) -> HttpResponse:
    """The form, what is wrong with it, or back to the case. A page that is out of date is told so
    and keeps what was typed."""
    step = _step(request, public_id)
    if request.method != "POST":
        if page.action not in step_actions(step.complaint.state, step.now.phase):
            messages.info(request, _gone(step))
            return redirect("complaint", step.complaint.public_id)
        return _show(request, step, page, _form(page, step, None, initial=page.initial(step)))
    form = _form(page, step, request.POST)
    if not form.is_valid():
        return _show(request, step, page, form, status=422)
    try:
        page.save(step, person(request), form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
        return _show(request, step, page, form, status=422)
    except TransitionNotAllowed:
        form.add_error(None, _gone(_step(request, public_id)))
        return _show(request, step, page, form, status=409)
    messages.success(request, page.done)
    return redirect(_place_after(step, page))


def _place_after(step: Step, page: Page) -> str:
    """A reply is checked at once; anything else leads back to its step."""
    if page.action == "record-reply":
        return reverse("check_reply", args=[step.public_id])
    return _place(step)


def _place(step: Step) -> str:
    return f"{reverse('complaint', args=[step.complaint.public_id])}#step-{step.public_id}"


def _gone(step: Step) -> str:
    """Why there is nothing to do here any more, in words: another page or person was faster."""
    if step.complaint.state == ComplaintState.CLOSED:
        return gettext("没有改动：案件已经结束。要接着办，先重新打开案件。")
    return gettext("没有改动：这一步现在是“%(phase)s”。") % {
        "phase": StepPhase(step.now.phase).label
    }


def _form(page: Page, step: Step, data: Any, **kwargs: Any) -> forms.Form:
    if not issubclass(page.form, ProofForm):
        return page.form(data, **kwargs)
    files = Evidence.objects.for_user(step.complaint.owner).listed()
    evidence = list(files.filter(complaint=step.complaint).in_order())
    return page.form(data, evidence=evidence, **kwargs)


def _show(
    request: HttpRequest, step: Step, page: Page, form: forms.Form, status: int = 200
) -> HttpResponse:
    context = {
        "case": step.complaint,
        "row": step_row(step, today()),
        "page": page,
        "form": form,
        "asks_proof": issubclass(page.form, ProofForm),
        "restart_on": services.restarts_on(step) if page is RESTART else None,
    }
    return render(request, "complaints/step_action.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_sent(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, SENT)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_received(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, RECEIVED)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_number(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, NUMBER)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend_step(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, EXTEND)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def restart_step(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, RESTART)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_reply(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, REPLY)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_up_step(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, public_id, GIVE_UP)


@login_required
@require_POST
def take_up_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """Giving up, undone with one press."""
    step = _step(request, public_id)
    try:
        services.take_up_step(step=step, actor=person(request))
    except TransitionNotAllowed:
        messages.info(request, _gone(step))
    else:
        messages.success(request, gettext("又接着等了，期限还是原来的。"))
    return redirect(_place(step))


def case_rungs(case: Complaint) -> tuple[Rung, ...]:
    """Where this complaint can go, in order, with what was tried already marked."""
    known = content.current()
    return rungs(
        case.respondent_licence,
        case.respondent_name,
        known.institutions.get(case.respondent_slug),
        case.steps.values_list("channel_code", flat=True),
        documents.institution_path(case.respondent_licence)[1],
        known,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_step(request: HttpRequest, public_id: str) -> HttpResponse:
    """First the channels in their order; with `?channel=` the form of one."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    if case.state == ComplaintState.CLOSED:
        messages.info(request, gettext("案件已经结束。先重新打开，再寄新的信。"))
        return redirect("complaint", case.public_id)
    found = case_rungs(case)
    code = request.GET.get("channel", "")
    if not code and request.method != "POST":
        context = {"case": case, "rungs": found}
        return render(request, "complaints/step_channels.html", context)
    rung = next((row for row in found if row.channel.code == code), None)
    if rung is None:
        raise Http404
    return _open(request, case, rung)


def _open(request: HttpRequest, case: Complaint, rung: Rung) -> HttpResponse:
    posted = request.method == "POST"
    first = {"recipient": rung.recipient}
    form = OpenStepForm(request.POST if posted else None, rung=rung, initial=first)
    if posted and form.is_valid():
        try:
            step = services.open_step(
                complaint=case,
                channel_code=rung.channel.code,
                recipient=form.cleaned_data["recipient"],
                rule_code=form.cleaned_data.get("rule", ""),
                actor=person(request),
            )
            messages.success(request, gettext("加好了。寄出以后，在这一步登记。"))
            return redirect(_place(step))
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"case": case, "rung": rung, "form": form}
    status = 422 if form.errors else 200
    return render(request, "complaints/step_new.html", context, status=status)
