"""Reading a credit report in: the PDF or its text goes through memory, the rows become a draft."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import limited_by_address, person
from complaints.enums import EvidenceKind
from complaints.http import SealedUpload
from complaints.services import AlreadyKept, add_evidence
from inputs.clock import today
from inputs.errors import InputError, gettext_noop
from inputs.uploads import capped_upload
from inputs.words import sentence
from records import services
from records.domain.report_text import ReportRead, read_report
from records.enums import ReportOrigin
from records.forms.reports import ImportForm
from records.importers import MOST_BYTES, refusal, text_of_report
from records.reported import free_now

DOUBTS = {
    "not-a-report": gettext_noop("里面没有读到账户和查询。是信用报告吗？可以换成自己填。"),
    "no-date": gettext_noop("没有读到报告日期，这一份请自己填。"),
    "odd-date": gettext_noop("有的日期不合理，那几条没有读。"),
    "no-entries": gettext_noop("没有读到账户。报告里有的话，请自己加。"),
    "empty-history": gettext_noop("报告里写着没有信贷记录。"),
    "counts-differ": gettext_noop(
        "读出的条数和报告上写的总数不一样，可能漏了几条，请对着报告补上。"
    ),
    "institution-version": gettext_noop("这是机构用的版本，格式不同，请逐条仔细核对。"),
    "first-generation": gettext_noop("这是旧版格式的报告，请逐条仔细核对。"),
    "too-long": gettext_noop("文字太长，后面的没有读。"),
    "too-many": gettext_noop("条数太多，后面的没有读。"),
}
LOCKED_PAPER = gettext_noop(
    "报告读好了，但原件没有存进证据夹：它有密码。要留着，先另存成没有密码的 PDF，再到证据夹上传。"
)
# Without these nothing can be kept.
STOPS = ("not-a-report", "no-date")


def _too_big(request: HttpRequest) -> HttpResponse:
    """Answers for a body that was never looked at."""
    return _page(request, ImportForm(), 413, items=[{"text": sentence(refusal("too_large"))}])


@login_required
@limited_by_address
@require_http_methods(["GET", "HEAD", "POST"])
@capped_upload(MOST_BYTES, too_big=_too_big)
def import_report(request: HttpRequest) -> HttpResponse:
    """The form; a POST reads and leads to the page where every row is confirmed."""
    if request.method != "POST":
        return _page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        read = read_report(_text(form), today())
    except InputError as refused:
        field = "password" if refused.code in ("locked", "wrong_password") else "paper"
        form.add_error(field, sentence(refused))
        return _page(request, form, 422)
    return _keep(request, form, read)


def _text(form: ImportForm) -> str:
    """The text pasted, else that of the file. Raises InputError."""
    paper: UploadedFile | None = form.cleaned_data["paper"]
    if paper is None:
        return str(form.cleaned_data["text"])
    data = paper.read()
    paper.seek(0)
    return text_of_report(data, form.cleaned_data["password"])


def _keep(request: HttpRequest, form: ImportForm, read: ReportRead) -> HttpResponse:
    for doubt in STOPS:
        if doubt in read.doubts:
            form.add_error(None, _(DOUBTS[doubt]))
            return _page(request, form, 422)
    try:
        made = services.import_report(
            owner=person(request),
            read=read,
            values=_head(form, read),
            origin=ReportOrigin.FILE if form.cleaned_data["paper"] else ReportOrigin.PASTED,
            now=timezone.now(),
        )
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _page(request, form, 422)
    for doubt in read.doubts:
        messages.warning(request, _(DOUBTS[doubt]))
    _keep_paper(request, form, read)
    return redirect("report", made.public_id)


def _head(form: ImportForm, read: ReportRead) -> dict[str, Any]:
    return {
        "reported_on": read.reported_on,
        "kind": "brief" if read.kind == "brief" else "detailed",
        "cost": form.cleaned_data["cost"],
        "number_tail": read.number_tail,
        "note": "",
    }


def _keep_paper(request: HttpRequest, form: ImportForm, read: ReportRead) -> None:
    """The file itself, sealed in the vault, only where the person asked for it."""
    paper: UploadedFile | None = form.cleaned_data["paper"]
    if paper is None or not form.cleaned_data["keep"]:
        return
    if form.cleaned_data["password"]:
        # The vault shows what it can open; a locked file would be refused there later.
        messages.warning(request, _(LOCKED_PAPER))
        return
    upload = SealedUpload(paper.name or "")
    for chunk in paper.chunks():
        upload.take(chunk)
    upload.finish()
    try:
        add_evidence(
            owner=person(request),
            upload=upload,
            kind=EvidenceKind.REPORT,
            taken_on=read.reported_on,
        )
    except AlreadyKept as known:
        if known.is_out_of_reach:
            messages.info(request, _("同一个文件在“最近删除”的案件里。恢复案件，就能用它。"))
        else:
            messages.info(request, _("证据夹里已经有这个文件了。"))
    except InputError as refused:
        messages.error(request, _("报告读好了，但原件没有存进证据夹：") + sentence(refused))


def _page(request: HttpRequest, form: ImportForm, status: int = 200, **extra: Any) -> HttpResponse:
    context = {"form": form, "free": free_now(person(request), today()), **extra}
    return render(request, "portal/report_import.html", context, status=status)
