"""One entry of the debt overview, and the income. The overview itself: portal.debts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import person
from accounts.ownership import get_owned_or_404
from inputs.clock import today
from records import services
from records.forms.plan import DebtForm, IncomeForm
from records.models import Circumstances, Debt
from records.owing import income_of
from records.services.debts import FIELDS
from records.views.saving import saved, seen_version


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_debt(request: HttpRequest, public_id: str) -> HttpResponse:
    debt = get_owned_or_404(Debt, request.user, public_id)
    initial = {name: getattr(debt, name) for name in FIELDS}
    form = DebtForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and saved(
        form,
        lambda data: services.edit_debt(
            debt=debt, values=data, today=today(), seen=seen_version(request)
        ),
    ):
        messages.success(request, _("已改好。"))
        return redirect("debt")
    debt.refresh_from_db()
    context = {"debt": debt, "form": form}
    return render(request, "records/debt.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_debt(request: HttpRequest, public_id: str) -> HttpResponse:
    services.remove_debt(debt=get_owned_or_404(Debt, request.user, public_id))
    messages.success(request, _("已删掉。"))
    return redirect("debt")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def income(request: HttpRequest) -> HttpResponse:
    """The income, on a page of its own: it is shown nowhere else."""
    owner = person(request)
    now = {"income_fen": income_of(Circumstances.objects.filter(owner=owner).first())}
    form = IncomeForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        services.save_income(owner=owner, today=today(), **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("debt")
    return render(
        request, "records/income.html", {"form": form}, status=422 if form.errors else 200
    )
