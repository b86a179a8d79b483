"""Sending files in: many at once, each judged by itself."""

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.domain.evidence import REFUSALS, refusal
from complaints.forms.evidence import EvidenceAddForm
from complaints.http import SealedUpload, sealed_upload
from complaints.views.evidence import item_url, newest_cases
from inputs.errors import InputError
from inputs.words import sentence
from limits.models import LimitChange


@dataclass(frozen=True)
class Result:
    """What became of one file: "kept", "known" or "refused", in words, with a link if there is
    something to see."""

    name: str
    state: str
    text: str
    url: str = ""


def _too_big(request: HttpRequest) -> HttpResponse:
    """Answers for a body that was never looked at."""
    text = _("这一次上传的合计超过了上限，一个文件也没有保存。请分几次上传，每次少选几个。")
    if _wants_json(request):
        return JsonResponse({"results": [asdict(Result("", "refused", text))]}, status=413)
    form = EvidenceAddForm(cases=newest_cases(request))
    return _add_page(request, form, status=413, items=[{"text": text}])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@sealed_upload(too_big=_too_big)
def add(request: HttpRequest) -> HttpResponse:
    """Files go in one by one: a bad one, or a bad date beside them, never loses the good ones."""
    wanted = request.GET.get("change", "")
    change = get_owned_or_404(LimitChange, request.user, wanted) if wanted else None
    if request.method != "POST":
        first = {"case": request.GET.get("case", "")}
        return _add_page(request, EvidenceAddForm(initial=first, cases=newest_cases(request)))
    form = EvidenceAddForm(request.POST, request.FILES, cases=newest_cases(request))
    form.is_valid()
    results = [_keep(request, form, change, upload) for upload in form.chosen_files()]
    good = any(result.state != "refused" for result in results)
    status = 200 if good and form.is_valid() else 422
    if _wants_json(request):
        return JsonResponse({"results": list(map(asdict, results))}, status=status)
    return _add_page(request, form, status=status, results=results)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _keep(
    request: HttpRequest, form: EvidenceAddForm, change: LimitChange | None, upload: SealedUpload
) -> Result:
    """What is wrong in the form is left out; it can be filled in on the page of the file."""
    name, said = upload.name or "", form.cleaned_data
    try:
        row = services.add_evidence(
            owner=person(request),
            upload=_unchanged(request, upload),
            kind=said.get("kind") or "",
            taken_on=said.get("taken_on"),
            complaint=form.chosen_case(),
            change=change,
        )
    except services.AlreadyKept as known:
        return _known(name, known)
    except InputError as refused:
        return Result(name, "refused", sentence(refused))
    return Result(name, "kept", _("已收到，正在检查。"), item_url(row))


def _known(name: str, known: services.AlreadyKept) -> Result:
    if known.is_out_of_reach:
        text = _("这个文件在“最近删除”的案件里，没有重复保存。恢复案件，就能用它。")
        return Result(name, "known", text, reverse("removed_complaints"))
    text = _("已经有这个文件了，没有重复保存。要放进案件，请打开它再选。")
    return Result(name, "known", text, item_url(known.evidence))


def _unchanged(request: HttpRequest, upload: SealedUpload) -> SealedUpload:
    """The browser may say what the file weighs in SHA-256 before it sends it."""
    declared = request.POST.get("sha256", "")
    if declared and not upload.refused and declared != upload.sha256:
        raise refusal("changed_on_the_way")
    return upload


def _add_page(
    request: HttpRequest, form: EvidenceAddForm, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"form": form, "too_big": _(REFUSALS["too_big"]), **extra}
    return render(request, "complaints/evidence_add.html", context, status=status)
