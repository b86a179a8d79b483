"""Pages of the copy of everything: ask for it, see it being made, fetch it."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import ExportState
from accounts.http import person, wants_fragment
from accounts.models import Export
from accounts.ownership import get_owned_or_404
from accounts.services import request_export
from complaints.documents import sealed
from inputs.clock import today
from jobs.enums import JobState
from jobs.models import Job

SHOWN = 10
WORKING = (ExportState.QUEUED, ExportState.MAKING)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """What the copy holds, one being made or ready, and earlier ones."""
    if request.method == "POST":
        request_export(owner=person(request), language=get_language() or "zh-hans")
        return redirect("exports")
    return render(request, "portal/exports.html", _page_context(request))


def _page_context(request: HttpRequest) -> dict[str, Any]:
    rows = list(Export.objects.for_user(request.user).newest_first()[:SHOWN])
    running = next((row for row in rows if row.state in WORKING), None)
    context: dict[str, Any] = {
        "ready": [row for row in rows if row.state == ExportState.READY],
        "earlier": [row for row in rows if row.state in (ExportState.EXPIRED, ExportState.FAILED)],
    }
    if running is not None:
        context |= _progress_context(running)
    return context


def _progress_context(export: Export) -> dict[str, Any]:
    job = Job.objects.filter(pk=export.job_id).first() if export.job_id else None
    return {
        "export": export,
        "job_state": job.state if job else JobState.QUEUED,
        "progress": job.progress if job else 0,
        "title": _("做一份副本"),
        "poll_url": reverse("export_progress", args=[export.public_id]),
        "refresh_url": reverse("exports"),
    }


@login_required
@require_safe
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The fragment that shows progress; it has the page loaded anew once the copy is ready."""
    export = get_owned_or_404(Export, request.user, public_id)
    if not wants_fragment(request):
        return redirect("exports")
    if export.state not in WORKING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "portal/_export_progress.html", _progress_context(export))


@login_required
@require_safe
def fetch(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page that starts the download: whoever had to sign in anew sees that it went on."""
    return _fetch(request, get_owned_or_404(Export, request.user, public_id))


@reauthentication_required
def _fetch(request: HttpRequest, export: Export) -> HttpResponse:
    context = _page_context(request) | {"started": export}
    answer = render(request, "portal/exports.html", context)
    if export.state == ExportState.READY:
        answer["Refresh"] = f"1; url={reverse('export_file', args=[export.public_id])}"
    return answer


@login_required
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The ZIP, to its owner only and after signing in anew; never a link that works by itself."""
    return _file(request, get_owned_or_404(Export, request.user, public_id))


@reauthentication_required
def _file(request: HttpRequest, export: Export) -> HttpResponseBase:
    name = f"limit-ledger-{today(export.created_at).isoformat()}.zip"
    try:
        return sealed.attached(export, name, "application/zip")
    except sealed.DocumentLost:
        messages.info(request, _("这份副本的文件已经没有了，请重新做一份。"))
        return redirect("exports")
