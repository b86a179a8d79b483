"""Rows of a report: entries and inquiries entered, corrected, compared with what one knows."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.ownership import get_owned_or_404
from inputs.clock import today
from records import services
from records.domain.reports import FAULTY
from records.enums import InquiryVerdict
from records.forms.reports import SAID, EntryForm, InquiryForm, VerdictForm
from records.models import CreditReport, Inquiry, ReportEntry
from records.notebook import entry_context, inquiries_page
from records.services.entries import FIELDS
from records.views.saving import saved, seen_version


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    form = EntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and saved(
        form, lambda data: services.add_entry(report=shown, values=data, now=timezone.now())
    ):
        messages.success(request, _("已记下这一条。"))
        again = "another" in request.POST
        return redirect("new_entry" if again else "report", shown.public_id)
    context = {"report": shown, "form": form}
    return render(
        request, "records/report_entry_new.html", context, status=422 if form.errors else 200
    )


@login_required
@require_safe
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    return _entry_page(request, _entry(request, public_id))


def _entry(request: HttpRequest, public_id: str) -> ReportEntry:
    rows = ReportEntry.objects.select_related("report", "owner")
    return get_owned_or_404(ReportEntry, request.user, public_id, rows)


def _entry_page(
    request: HttpRequest, shown: ReportEntry, form: VerdictForm | None = None, status: int = 200
) -> HttpResponse:
    first = {"verdict": shown.verdict, "what_wrong": shown.what_wrong}
    context = entry_context(shown, today()) | {"form": form or VerdictForm(initial=first)}
    return render(request, "records/report_entry.html", context, status=status)


@login_required
@require_POST
def judge_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _entry(request, public_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, shown, form, 422)
    services.judge_entry(entry=shown, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("已记下核对结果。"))
    if shown.report.confirmed_at and form.cleaned_data["verdict"] in FAULTY:
        return redirect("report_entry", shown.public_id)
    return redirect("report", shown.report.public_id)


@login_required
@require_POST
def rest_is_right(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whatever was not judged yet is as it should be."""
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    services.judge_rest_right(report=shown, now=timezone.now())
    messages.success(request, _("已记下核对结果。"))
    return redirect("report", shown.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _entry(request, public_id)
    form = EntryForm(request.POST if request.method == "POST" else None, initial=_now(shown))
    if request.method == "POST" and saved(
        form,
        lambda data: services.edit_entry(
            entry=shown, values=data, now=timezone.now(), seen=seen_version(request)
        ),
    ):
        messages.success(request, _("已改好。"))
        return redirect("report", shown.report.public_id)
    shown.refresh_from_db()
    context = {"entry": shown, "report": shown.report, "form": form}
    return render(
        request, "records/report_entry_edit.html", context, status=422 if form.errors else 200
    )


def _now(shown: ReportEntry) -> dict[str, Any]:
    values = {name: getattr(shown, name) for name in FIELDS}
    told = {name: SAID[values[name]] for name in ("is_permanent", "over_90")}
    return values | told


@login_required
@require_POST
def remove_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _entry(request, public_id)
    services.remove_entry(entry=shown, now=timezone.now())
    messages.success(request, _("已删掉这一条。"))
    return redirect("report", shown.report.public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inquiries(request: HttpRequest, public_id: str) -> HttpResponse:
    """Inquiries a page at a time, those for an approval that nobody judged first."""
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    if request.method == "POST":
        return _judge(request, shown)
    return _inquiries_page(request, shown, InquiryForm())


def _judge(request: HttpRequest, shown: CreditReport) -> HttpResponse:
    """The answers of the page; with one button those that are routine as well."""
    said = {key: value for key, value in request.POST.items() if value in InquiryVerdict.values}
    if "routine" in request.POST:
        said |= dict.fromkeys(request.POST.getlist("managing"), InquiryVerdict.ROUTINE.value)
    count = services.judge_inquiries(report=shown, verdicts=said, now=timezone.now())
    words = ngettext("记下了 %(n)s 条查询的核对结果。", "记下了 %(n)s 条查询的核对结果。", count)
    messages.success(request, words % {"n": count})
    return redirect("report_inquiries", shown.public_id)


def _inquiries_page(
    request: HttpRequest, shown: CreditReport, form: InquiryForm, status: int = 200
) -> HttpResponse:
    page = inquiries_page(shown, request.GET.get("show", ""), request.GET.get("after", ""))
    context = {"report": shown, "form": form, "choices": InquiryVerdict.choices, **page}
    return render(request, "records/report_inquiries.html", context, status=status)


@login_required
@require_POST
def add_inquiry(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(CreditReport, request.user, public_id)
    form = InquiryForm(request.POST)
    if saved(
        form, lambda data: services.add_inquiry(report=shown, values=data, now=timezone.now())
    ):
        messages.success(request, _("已记下这条查询。"))
        return redirect(reverse("report_inquiries", args=[shown.public_id]) + "#add")
    return _inquiries_page(request, shown, form, 422)


@login_required
@require_POST
def remove_inquiry(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = Inquiry.objects.select_related("report")
    shown = get_owned_or_404(Inquiry, request.user, public_id, rows)
    services.remove_inquiry(inquiry=shown, now=timezone.now())
    messages.success(request, _("已删掉这条查询。"))
    return redirect("report_inquiries", shown.report.public_id)
