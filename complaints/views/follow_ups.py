"""Four weeks after an answer: three taps; and what everybody's answers add up to."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.domain.follow_up import total
from complaints.enums import ReasonGiven
from complaints.forms.messages import FollowUpForm
from complaints.models import FollowUp
from complaints.tallies import public_outcomes
from complaints.views.replies import current_change
from guidance import content
from guidance.views import public
from inputs.clock import today
from limits.domain.crowd import SMALLEST_GROUP

NO_FORM = ("early", "withdrawn", "past")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, public_id: str) -> HttpResponse:
    """Did the limit return, was a reason given, was this site of use."""
    rows = FollowUp.objects.select_related("complaint__change")
    shown = get_owned_or_404(FollowUp, request.user, public_id, rows)
    form = FollowUpForm(request.POST if request.method == "POST" else None, initial=_said(shown))
    if request.method == "POST" and form.is_valid():
        try:
            shown = services.answer_follow_up(
                follow_up=shown, actor=person(request), **form.cleaned_data
            )
            messages.success(request, _("谢谢，已记下。今天之内还可以改。"))
            return redirect(_after(shown))
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"follow_up": shown, "case": shown.complaint, "form": form, "phase": _phase(shown)}
    status = 422 if form.errors else 200
    return render(request, "complaints/follow_up.html", context, status=status)


def _said(shown: FollowUp) -> dict[str, Any]:
    useful = {True: "yes", False: "no", None: ""}[shown.useful]
    return {"limit_back": shown.limit_back, "reason_given": shown.reason_given, "useful": useful}


def _phase(shown: FollowUp) -> str:
    now = today()
    if shown.answered_at:
        return "today" if today(shown.answered_at) == now else "past"
    if shown.complaint.outcome == "withdrawn":
        return "withdrawn"
    return "early" if shown.due_on > now else "due"


def _after(shown: FollowUp) -> str:
    """A specific reason settles the ranking of the change: its form comes next."""
    change = current_change(shown.complaint)
    if shown.reason_given == ReasonGiven.SPECIFIC and change is not None:
        return f"{reverse('confirm_reason', args=[change.public_id])}?kind=specific"
    return reverse("complaint", args=[shown.complaint.public_id])


@require_safe
@public
def outcomes(request: HttpRequest) -> HttpResponse:
    """How many answers were told, and what came of them, in groups of ten and more."""
    result = public_outcomes()
    context = {
        **result,
        "total": total(result["groups"]),
        "known": content.current(),
        "smallest_group": SMALLEST_GROUP,
    }
    return render(request, "complaints/outcomes.html", context)
