"""The overview of debts: what is owed, by when, whether it is too much, what more would do."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import person
from accounts.models import User
from guidance import content
from inputs.clock import today
from portal.owed import Offers, offers
from records import services
from records.domain.debt import level, repayments, share_bp, totals, warnings
from records.domain.what_if import compare
from records.enums import DebtKind
from records.forms.plan import DebtForm, WhatIfForm
from records.models import Circumstances, Debt
from records.owing import as_domain, income_of

HELP_TIPS = ("T45", "T18", "T19", "T34")
MOST_ROWS = 60
ADD, WHAT_IF = "add", "what-if"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def debt(request: HttpRequest) -> HttpResponse:
    """The page. POST adds a debt, or reckons what paying more would do, which saves nothing."""
    owner, asked = person(request), request.POST.get("do", "")
    offered = offers(owner)
    form = DebtForm(request.POST if asked == ADD else None, initial=_prefill(request, offered))
    what_if = WhatIfForm(request.POST if asked == WHAT_IF else None)
    if asked == ADD and form.is_valid() and _added(request, owner, form, offered):
        messages.success(request, _("已记下这一笔。"))
        return redirect("debt")
    context = debt_context(owner, offered) | {
        "form": form,
        "line": request.POST.get("line", request.GET.get("line", "")),
        "what_if": what_if,
    }
    if what_if.is_bound and what_if.is_valid():
        context["compared"] = compare(context["debts"], what_if.cleaned_data["extra_fen"])
    status = 422 if form.errors or what_if.errors else 200
    return render(request, "portal/debts.html", context, status=status)


def debt_context(owner: User, offered: Offers) -> dict[str, Any]:
    """Two queries: debts and income; what is offered was read by the caller."""
    now, known = today(), content.current()
    rows = list(Debt.objects.for_user(owner).in_order()[:MOST_ROWS])
    debts = [as_domain(row) for row in rows]
    income = income_of(Circumstances.objects.filter(owner=owner).first())
    total = totals(debts)
    found = warnings(debts, income)
    taken = {str(row.source) for row in rows}
    left = [row for key, row in offered.items() if key not in taken]
    return {
        "debts": debts,
        "rows": [{"debt": row, "used_bp": share_bp(row.owed_fen, row.limit_fen)} for row in rows],
        "total": total,
        "has_income": income is not None,
        "income_bp": share_bp(total.monthly_fen, income),
        "warnings": found,
        "level": level(found),
        "repayments": repayments(debts, now),
        "offered": left,
        "can_tick": any(row["values"]["owed_fen"] is not None for row in left),
        "help_tips": [known.tips[code] for code in HELP_TIPS if code in known.tips],
        "known": known,
    }


def _prefill(request: HttpRequest, offered: Offers) -> dict[str, Any]:
    row = offered.get(request.GET.get("line", ""))
    return dict(row["values"]) if row else {"kind": DebtKind.REVOLVING.value}


def _added(request: HttpRequest, owner: User, form: DebtForm, offered: Offers) -> bool:
    """`line` counts only where it is one of his own lines or entries."""
    line = request.POST.get("line", "")
    source = uuid.UUID(line) if line in offered else None
    try:
        services.add_debt(owner=owner, values=form.cleaned_data, today=today(), source=source)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


@login_required
@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Enter the ticked ones with the figures of ledger and report that the page showed."""
    offered = offers(person(request))
    ticked = [key for key in dict.fromkeys(request.POST.getlist("line")) if key in offered]
    lines = [
        (uuid.UUID(key), offered[key]["values"] | {"as_of": offered[key]["known_on"]})
        for key in ticked
        if offered[key]["values"]["owed_fen"] is not None
    ]
    try:
        count = services.take_over(owner=person(request), lines=lines, today=today())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("debt")
    if count:
        words = ngettext("带入了 %(n)s 笔。", "带入了 %(n)s 笔。", count)
        messages.success(request, words % {"n": count})
    else:
        messages.info(request, _("没有带入：请先勾选，或者已经带入过了。"))
    return redirect("debt")
