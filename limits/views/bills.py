"""Pages of bills: how to export one, what it told, which of it may count."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person, wants_fragment
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from inputs.errors import InputError
from inputs.uploads import capped_upload
from inputs.words import sentence
from jobs.enums import JobState
from jobs.models import Job
from limits import services
from limits.bills import LIMITS, report_of
from limits.domain.bills import AMOUNT, DAY, DIRECTION
from limits.enums import ImportState
from limits.forms.files import BillForm
from limits.models import Bill

LIST_ROWS = 20
ONE_PLATFORM = gettext_lazy(
    "账单只看得到这个平台上的付款。别处还有贷款，或者别处晚还过，就不要打勾。"
)
CAUTIONS = {
    "BL_CASHOUT_LIKE": gettext_lazy(
        "这条比较敏感：打勾只表示账单上有这样的交易，不表示你做错了什么。"
        "它只用来给你自己排原因，不会写进信和摘要。"
    ),
    "BL_REPAY_REGULAR": ONE_PLATFORM,
    "BL_FEW_LENDERS": ONE_PLATFORM,
}
PROBLEMS = {
    DAY: gettext_lazy("%(rows)s 行的日期读不懂"),
    DIRECTION: gettext_lazy("%(rows)s 行少了几格，或者名称里多了一个逗号，各列对不上"),
    AMOUNT: gettext_lazy("%(rows)s 行的金额读不懂"),
}


def _too_big(request: HttpRequest) -> HttpResponse:
    """Answers for a body that was never looked at."""
    items = [{"text": sentence(LIMITS.too_big())}]
    return _list_page(request, BillForm(), status=413, items=items)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@capped_upload(LIMITS.max_bytes, too_big=_too_big)
def bills(request: HttpRequest) -> HttpResponse:
    """How to get a bill, what is read and what is thrown away, the form, earlier bills."""
    if request.method != "POST":
        return _list_page(request, BillForm())
    form = BillForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = services.start_bill(owner=person(request), data=form.cleaned_data["bill"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("bill", made.public_id)
    return _list_page(request, form, status=422)


def _list_page(
    request: HttpRequest, form: BillForm, status: int = 200, **extra: Any
) -> HttpResponse:
    rows = Bill.objects.for_user(request.user)
    after = request.GET.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=LIST_ROWS)
    return render(
        request, "limits/bills.html", {"form": form, "page": page, **extra}, status=status
    )


@login_required
@require_http_methods(["GET", "POST"])
def bill(request: HttpRequest, public_id: str) -> HttpResponse:
    """One bill: its progress, why it cannot be read, or what it told."""
    shown = get_owned_or_404(Bill, request.user, public_id)
    if request.method == "POST":
        return _accept(request, shown)
    context: dict[str, Any] = {"bill": shown}
    if shown.state == ImportState.QUEUED:
        context |= _progress_context(shown)
    elif shown.state == ImportState.REFUSED:
        context["refusal"] = sentence(InputError(**shown.refusal))
    else:
        context |= _told(shown)
    return render(request, "limits/bill.html", context)


def _told(shown: Bill) -> dict[str, Any]:
    """Findings with what was said of each, and what to know about the file."""
    report, accepted = report_of(shown), shown.accepted
    counted = shown.rows_read + shown.rows_skipped
    return {
        "findings": [
            row | {"accepted": row["code"] in accepted, "caution": _caution(row["code"])}
            for row in report["findings"]
        ],
        "problems": [
            str(PROBLEMS[problem]) % {"rows": rows}
            for problem, rows in report["unreadable"].items()
        ],
        "missing": max(report["stated"] - counted, 0),
    }


def _caution(code: str) -> str:
    return str(CAUTIONS.get(code, ""))


def _accept(request: HttpRequest, shown: Bill) -> HttpResponse:
    try:
        services.accept_findings(bill=shown, codes=request.POST.getlist("code"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已记下。相关变动的解释会在几秒内更新。"))
    return redirect("bill", shown.public_id)


def _progress_context(shown: Bill) -> dict[str, Any]:
    job = Job.objects.filter(pk=shown.job_id).first() if shown.job_id else None
    return {
        "job_state": job.state if job else JobState.QUEUED,
        "progress": job.progress if job else 0,
        "title": _("读取账单"),
        "poll_url": reverse("bill_progress", args=[shown.public_id]),
        "refresh_url": reverse("bill", args=[shown.public_id]),
    }


@login_required
@require_safe
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The fragment that shows progress; it has the page loaded anew once the work is done."""
    shown = get_owned_or_404(Bill, request.user, public_id)
    if not wants_fragment(request):
        return redirect("bill", shown.public_id)
    if shown.state != ImportState.QUEUED:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "limits/_bill_progress.html", _progress_context(shown))


@login_required
@require_POST
def forget(request: HttpRequest, public_id: str) -> HttpResponse:
    services.forget_bill(bill=get_owned_or_404(Bill, request.user, public_id))
    messages.success(request, _("已删除。它的线索不再算数。"))
    return redirect("bills")
