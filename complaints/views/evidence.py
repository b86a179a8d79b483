"""The evidence of a person and of a case: lists, describing, order, taking out, putting back."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import wants_fragment
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from complaints import services
from complaints.domain.evidence import PDF, SOUNDS, sensitive_numbers
from complaints.enums import EvidenceState
from complaints.forms.evidence import EvidenceForm
from complaints.models import Complaint, Evidence
from complaints.vault.holds import held_until
from complaints.vault.upkeep import GRACE
from inputs.clock import today
from inputs.errors import InputError
from inputs.words import sentence
from jobs.enums import JobState
from jobs.models import Job

LIST_ROWS = 20
MOST_REMOVED = 50
MOST_CASES = 50


@login_required
@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """Every file of the person, newest first, and those that can still be put back."""
    mine = Evidence.objects.for_user(request.user)
    rows = mine.kept().select_related("complaint")
    after = request.GET.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=LIST_ROWS)
    removed = mine.removed().order_by("-removed_at")[:MOST_REMOVED] if page.is_first else ()
    context = {"page": page, "removed": _with_last_days(list(removed))}
    return render(request, "complaints/evidence.html", context)


def _with_last_days(rows: list[Evidence]) -> list[tuple[Evidence, Any, date | None]]:
    """With the day each is destroyed on, and the last day of the hold it is kept by."""
    held = held_until(rows, today()) if rows else {}
    return [(row, _destroyed_on(row), held.get(row.pk)) for row in rows]


def _destroyed_on(row: Evidence) -> Any:
    assert row.removed_at
    return services.local_day(row.removed_at + GRACE + timedelta(days=1))


@login_required
@require_safe
def case_evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    """The files of one case in their order, numbered as the index of a report numbers them."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    mine = Evidence.objects.for_user(request.user).kept().select_related("complaint")
    rows = list(mine.filter(complaint=case).in_order())
    listed = [row for row in rows if row.state != EvidenceState.REFUSED]
    refused = [row for row in rows if row.state == EvidenceState.REFUSED]
    context = {"case": case, "rows": listed, "last": len(listed), "refused": refused}
    return render(request, "complaints/evidence_case.html", context)


def newest_cases(request: HttpRequest) -> list[Complaint]:
    return list(Complaint.objects.for_user(request.user).newest_first()[:MOST_CASES])


def item_url(row: Evidence) -> str:
    return reverse("evidence_item", args=[row.public_id])


def own_evidence(request: HttpRequest, public_id: str) -> Evidence:
    """The person's own row, or 404; staff have no way in here."""
    rows = Evidence.objects.select_related("complaint", "owner")
    return get_owned_or_404(Evidence, request.user, public_id, rows)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """One file: what it is, what is said of it, and its three forms to look at or take away."""
    row = own_evidence(request, public_id)
    if request.method != "POST":
        return item_page(request, row)
    form = EvidenceForm(request.POST, cases=_cases_with(request, row))
    if row.media_type in SOUNDS:
        del form.fields["kind"]
    if not form.is_valid():
        return item_page(request, row, status=422, form=form)
    said = form.cleaned_data
    services.describe_evidence(
        evidence=row,
        kind=said.get("kind") or row.kind,
        title=said["title"],
        taken_on=said["taken_on"],
        complaint=form.chosen_case(),
    )
    messages.success(request, _("已保存。"))
    return redirect("evidence_item", row.public_id)


def item_page(request: HttpRequest, row: Evidence, status: int = 200, **extra: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "is_pdf": row.media_type == PDF,
        "is_sound": row.media_type in SOUNDS,
        "notes": [_note(code) for code in row.notes],
        "found_numbers": [_number(code) for code in _numbers(row)],
        "destroyed_on": _destroyed_on(row) if row.removed_at else None,
        "held_until": held_until([row], today()).get(row.pk),
    }
    if row.state == EvidenceState.REFUSED:
        context["refusal"] = sentence(InputError(**row.refusal))
    elif row.state == EvidenceState.QUEUED or row.is_being_masked:
        context |= _progress(row)
    if "form" not in extra:
        extra["form"] = _first_form(request, row)
    return render(request, "complaints/evidence_item.html", context | extra, status=status)


def _first_form(request: HttpRequest, row: Evidence) -> EvidenceForm:
    first = {
        "kind": row.kind,
        "title": row.title,
        "taken_on": row.taken_on,
        "case": str(row.complaint.public_id) if row.complaint else "",
    }
    form = EvidenceForm(initial=first, cases=_cases_with(request, row))
    if row.media_type in SOUNDS:
        del form.fields["kind"]
    return form


def _cases_with(request: HttpRequest, row: Evidence) -> list[Complaint]:
    """The newest cases, and the one the file is in however old it is."""
    newest = newest_cases(request)
    mine = row.complaint
    return [*newest, mine] if mine and mine not in newest else newest


def _numbers(row: Evidence) -> tuple[str, ...]:
    """Only what was typed is read: nobody looks into the picture."""
    return sensitive_numbers(f"{row.title}\n{row.file_name}")


def _number(code: str) -> str:
    return {"id": _("身份证号"), "phone": _("手机号"), "card": _("银行卡号")}[code]


def _note(code: str) -> str:
    return {
        "first-frame": _("原件是动图，查看用的副本只有第一帧。"),
        "pdf-scripts": _("PDF 里的脚本没有放进副本。"),
        "pdf-attachments": _("PDF 里夹带的附件没有放进副本。"),
        "pdf-forms": _("PDF 里的表单已变成普通文字。"),
        "pdf-links": _("PDF 里的链接没有放进副本。"),
    }[code]


def _progress(row: Evidence) -> dict[str, Any]:
    job = Job.objects.filter(pk=row.job_id).first() if row.job_id else None
    return {
        "job_state": job.state if job else JobState.QUEUED,
        "progress": job.progress if job else 0,
        "title": _("涂黑") if row.is_being_masked else _("检查文件"),
        "poll_url": reverse("evidence_state", args=[row.public_id]),
        "refresh_url": item_url(row),
        "retry_url": reverse("evidence_mask", args=[row.public_id]) if row.is_picture else None,
    }


@login_required
@require_safe
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """The fragment that shows progress; it has the page loaded anew once the work is done."""
    row = own_evidence(request, public_id)
    if not wants_fragment(request):
        return redirect("evidence_item", row.public_id)
    if row.state != EvidenceState.QUEUED and not row.is_being_masked:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "complaints/_evidence_progress.html", _progress(row))


@login_required
@require_POST
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    row = own_evidence(request, public_id)
    services.move_evidence(evidence=row, step=-1 if request.POST.get("way") == "up" else 1)
    if row.complaint is None:
        return redirect("evidence")
    return redirect(f"{reverse('case_evidence', args=[row.complaint.public_id])}#{row.public_id}")


@login_required
@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    row = own_evidence(request, public_id)
    gone = row.state == EvidenceState.REFUSED
    services.remove_evidence(evidence=row, now=timezone.now())
    messages.success(request, _("已删掉。") if gone else _removed_words(row))
    return redirect("evidence")


def _removed_words(row: Evidence) -> str:
    if held_until([row], today()):
        return _("已移除。案件依法留存，文件到期后才销毁，之前可以放回来。")
    return _("已移除。7 天内可以放回来，之后彻底销毁。")


@login_required
@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    row = own_evidence(request, public_id)
    try:
        services.restore_evidence(evidence=row)
    except services.AlreadyKept as known:
        if known.is_out_of_reach:
            messages.info(request, _("同一个文件在“最近删除”的案件里。恢复案件，就能用它。"))
            return redirect("removed_complaints")
        messages.info(request, _("同一个文件你已经重新上传过，不用放回。"))
        return redirect("evidence_item", known.evidence.public_id)
    messages.success(request, _("已放回来。"))
    return redirect("evidence_item", row.public_id)
