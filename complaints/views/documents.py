"""Documents of a case: asked for, watched, fetched, made again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.ownership import get_owned_or_404
from complaints import documents, services
from complaints.documents import chosen_evidence
from complaints.enums import DocumentState
from complaints.forms.documents import DocumentForm
from complaints.models import Complaint, Document
from complaints.views.case_page import document_lists, letter_rows


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose what goes in; below, everything made so far. Made in the background."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    files = chosen_evidence(case, None)
    form = DocumentForm(request.POST if request.method == "POST" else None, rows=files)
    if request.method == "POST" and form.is_valid():
        services.request_document(complaint=case, **form.wanted())
        messages.success(request, _("正在生成，做好后在下面下载。"))
        return redirect(_page_of(case))
    context = {**_rows(case), "form": form, "letters": letter_rows(case)}
    return render(
        request, "complaints/document_new.html", context, status=422 if form.errors else 200
    )


def _page_of(case: Complaint) -> str:
    return reverse("document_new", args=[case.public_id]) + "#documents"


def _rows(case: Complaint) -> dict[str, Any]:
    return {"case": case, **document_lists(case)}


@login_required
@require_safe
def case_documents(request: HttpRequest, public_id: str) -> HttpResponse:
    """The fragment that shows progress; polled while something is being made."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    return render(request, "complaints/_documents.html", _rows(case))


def _own(request: HttpRequest, public_id: str) -> Document:
    rows = Document.objects.select_related("complaint", "letter")
    return get_owned_or_404(Document, request.user, public_id, rows)


@login_required
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    document = _own(request, public_id)
    if document.state == DocumentState.QUEUED:
        messages.info(request, _("文书还在生成，请稍等。"))
        return redirect(_page_of(document.complaint))
    try:
        return documents.as_attachment(document, documents.file_name(document))
    except documents.DocumentLost:
        messages.error(request, _why_not(document))
        return redirect(_page_of(document.complaint))


def _why_not(document: Document) -> str:
    if document.state == DocumentState.EXPIRED:
        return _("这份材料已经过期，文件删除了。按“再生成一次”就有新的。")
    if documents.may_leave(document):
        return _("文件找不到了或被改动，不能再下载。按“再生成一次”就有新的。")
    return _("里面有一份证据后来被拿走、涂黑或移动了，这一份不能再下载。请在上面再要一份。")


@login_required
@require_POST
def again(request: HttpRequest, public_id: str) -> HttpResponse:
    """For a file that expired, was lost, or was not made: the same content under the same code."""
    document = _own(request, public_id)
    services.retry_document(document=document)
    messages.success(request, _("正在生成，做好后在下面下载。"))
    return redirect(_page_of(document.complaint))
