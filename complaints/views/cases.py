"""The list of cases, one case, its end, and what came of its requests."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from complaints import services
from complaints.domain.workflow import TransitionNotAllowed, allowed
from complaints.enums import ComplaintState
from complaints.forms.cases import PREFIX, CloseForm, DemandsForm
from complaints.models import Complaint, ComplaintDraft, Evidence
from complaints.names import draft_name
from complaints.views.case_page import (
    case_context,
    demand_rows,
    demands_of,
    next_row,
)
from complaints.views.steps import case_rungs
from inputs.clock import today
from limits.models import LimitChange

LIST_ROWS = 20
FILTERS = ("open", "closed")


@login_required
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """Cases, the newest first, each with what is due; on the first page the drafts too."""
    shown = request.GET.get("show", "")
    mine = Complaint.objects.for_user(request.user).select_related(None)
    rows = {"open": mine.open(), "closed": mine.closed()}.get(shown, mine).with_standing()
    after = request.GET.get("after", "")
    page = keyset_page(rows, order=("-filed_at", "-pk"), after=after, size=LIST_ROWS)
    drafts = ComplaintDraft.objects.for_user(request.user).order_by("-updated_at")[:50]
    context = {
        "page": page,
        "cases": [list_row(case) for case in page.rows],
        "shown": shown if shown in FILTERS else "",
        "drafts": [(draft, draft_name(draft), services.draft_expires_on(draft)) for draft in drafts]
        if page.is_first
        else [],
        "has_changes": LimitChange.objects.for_user(request.user).current().exists(),
    }
    return render(request, "complaints/complaints.html", context)


def list_row(case: Complaint) -> dict[str, Any]:
    now = today()
    rows = [{"step": step} for step in case.steps.all()]
    return {"case": case, "next": next_row(case, rows, now)}


def _complaint(request: HttpRequest, public_id: str) -> Complaint:
    rows = Complaint.objects.select_related("change", "owner")
    return get_owned_or_404(Complaint, request.user, public_id, rows)


@login_required
@require_safe
def complaint(request: HttpRequest, public_id: str) -> HttpResponse:
    files = Evidence.objects.listed().filter(complaint=OuterRef("pk")).order_by()
    counted = files.values("complaint").annotate(n=Count("pk")).values("n")
    rows = Complaint.objects.with_standing().annotate(evidence_count=Subquery(counted))
    case = get_owned_or_404(Complaint, request.user, public_id, rows)
    return render(request, "complaints/complaint.html", case_context(case))


def _demands_form(
    case: Complaint, data: Any, form: type[DemandsForm] = DemandsForm, **more: Any
) -> DemandsForm:
    initial = {
        PREFIX + row["demand"].slug: row["result"].result
        for row in demand_rows(case)
        if row["result"]
    }
    return form(data, demands=demands_of(case), initial=initial, **more)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def demands(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whether each request was met; open and closed cases alike."""
    case = _complaint(request, public_id)
    form = _demands_form(case, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.mark_demands(complaint=case, actor=person(request), results=form.results())
        messages.success(request, _("已保存。"))
        return redirect("complaint", case.public_id)
    status = 422 if form.errors else 200
    context = {"case": case, "form": form}
    return render(request, "complaints/demands.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """What came of it, and what is still open to the person: closed is not solved."""
    case = _complaint(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = _demands_form(case, data, CloseForm, topic=case.topic)
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        results = form.results()
        try:
            services.close_case(
                complaint=case, actor=person(request), outcome=outcome, results=results
            )
            messages.success(request, _("案件已结束。以后随时可以重新打开。"))
        except TransitionNotAllowed as refused:
            messages.error(request, _refused(refused))
        return redirect("complaint", case.public_id)
    if case.state == ComplaintState.CLOSED and request.method != "POST":
        return redirect("complaint", case.public_id)
    return _close_page(request, case, form, 422 if form.errors else 200)


def _close_page(
    request: HttpRequest, case: Complaint, form: DemandsForm, status: int
) -> HttpResponse:
    further = [row for row in case_rungs(case) if not row.is_taken]
    asked = [form[name] for name in form.fields if name.startswith(PREFIX)]
    context = {"case": case, "form": form, "asked": asked, "rungs": further}
    context["actions"] = allowed(case.state)
    return render(request, "complaints/close.html", context, status=status)


@login_required
@require_POST
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Withdraw or reopen at once; closing asks for its outcome on its own page."""
    case = _complaint(request, public_id)
    action = request.POST.get("action", "")
    if action not in ("close", "withdraw", "reopen"):
        raise Http404
    if action == "close":
        return redirect("close_complaint", case.public_id)
    try:
        services.act(complaint=case, action=action, actor=person(request))
        messages.success(request, _("案件状态已更新。"))
    except TransitionNotAllowed as refused:
        messages.error(request, _refused(refused))
    return redirect("complaint", case.public_id)


def _refused(refused: TransitionNotAllowed) -> str:
    state = ComplaintState(refused.state).label
    return _("没有改动：案件现在是“%(state)s”，不能这样处理。") % {"state": state}
