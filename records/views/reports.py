"""The notebook of credit reports: what was pulled, what it said, what to do about it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person
from accounts.ownership import get_owned_or_404
from guidance import content
from inputs.clock import today
from inputs.ids import parse_uuid, uuids
from records import services
from records.forms.reports import ReportForm
from records.models import CreditReport
from records.notebook import compared, notebook, report_context
from records.reported import free_now, report_of
from records.services.reports import FIELDS
from records.views.saving import saved, seen_version


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What is free this year, every report, and how they developed."""
    owner, now = person(request), today()
    context = {"free": free_now(owner, now), "known": content.current(), **notebook(owner, now)}
    return render(request, "records/reports.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_report(request: HttpRequest) -> HttpResponse:
    owner = person(request)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_report(owner=owner, values=form.cleaned_data, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已记下这份报告。接着把里面的各条记进来。"))
            return redirect("report", made.public_id)
    context = {"form": form, "free": free_now(owner, today())}
    return render(request, "records/report_new.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    return render(request, "records/report.html", report_context(shown, today()))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_report(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    now = {name: getattr(shown, name) for name in FIELDS}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and saved(
        form,
        lambda data: services.edit_report(
            report=shown, values=data, now=timezone.now(), seen=seen_version(request)
        ),
    ):
        messages.success(request, _("已改好。"))
        return redirect("report", shown.public_id)
    shown.refresh_from_db()
    context = {"report": shown, "form": form}
    return render(request, "records/report_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def confirm_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Rows that were compared: those ticked, or all of them. Going to correct one takes the ticks
    along."""
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    ticked = None if "all" in request.POST else uuids(request.POST.getlist("row"))
    if wanted := parse_uuid(request.POST.get("edit", "")):
        services.confirm_report(report=shown, rows=ticked, now=timezone.now())
        return redirect("edit_entry", wanted)
    if ticked is not None and not ticked:
        messages.error(request, _("还没有勾选。对过哪几条，就勾哪几条。"))
        return redirect("report", shown.public_id)
    services.confirm_report(report=shown, rows=ticked, now=timezone.now())
    shown.refresh_from_db()
    messages.success(request, _said(shown))
    return redirect("report", shown.public_id)


def _said(shown: CreditReport) -> str:
    if shown.confirmed_at is None:
        return _("勾选的已记进台账。没有勾的还在，对过再勾。")
    return _("全部记进台账了。")


@login_required
@require_POST
def remove_report(request: HttpRequest, public_id: str) -> HttpResponse:
    services.remove_report(report=get_owned_or_404(CreditReport, request.user, public_id))
    messages.success(request, _("已删掉这份报告。"))
    return redirect("reports")


@login_required
@require_POST
def forget_unread(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was not understood has been entered by hand, or is nothing."""
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    services.forget_unread(report=shown)
    messages.success(request, _("好，没读懂的句子不再显示。"))
    return redirect("report", shown.public_id)


@login_required
@require_safe
def compare_reports(request: HttpRequest, public_id: str, other_id: str) -> HttpResponse:
    """Two reports side by side, the earlier one first whatever the order asked for."""
    pair = [get_owned_or_404(CreditReport, request.user, key) for key in (public_id, other_id)]
    older, newer = sorted(pair, key=lambda row: (row.reported_on, row.pk))
    papers = [report_of(older), report_of(newer)]
    context: dict[str, Any] = {
        "older": older,
        "newer": newer,
        "is_empty": any(not paper.entries and not paper.inquiries for paper in papers),
        "found": compared(*papers),
        "known": content.current(),
    }
    return render(request, "records/report_compare.html", context)
