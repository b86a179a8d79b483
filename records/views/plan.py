"""The plan as a whole: what to do now, soon and later, and what the person tells it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import person
from guidance import content
from inputs.clock import today
from records import services
from records.domain.states import GROUPS, NEVER, NOW
from records.forms.plan import CircumstancesForm, OwnItemForm
from records.models import Circumstances
from records.services.plan import GIVEN
from records.showing import FILTERS, grouped, kept, plan_rows, progress, shorten


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Everything on one page; POST adds an item of one's own."""
    form = OwnItemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_own_item(owner=person(request), today=today(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已加入计划。"))
            return redirect("plan")
    context = plan_context(request) | {"form": form}
    return render(request, "records/plan.html", context, status=422 if form.errors else 200)


def plan_context(request: HttpRequest) -> dict[str, Any]:
    """Three queries whatever the number of items."""
    owner, now = person(request), today()
    rows = plan_rows(owner, now)
    asked = [name for name in FILTERS if request.GET.get(name)]
    groups = grouped(kept(rows, asked))
    show = request.GET.get("show", "")
    show = show if show in GROUPS else ""
    shorten([groups[show]] if show else groups.values())
    return {
        "groups": groups | {"never": groups[NEVER]},
        "show": show,
        "asked": asked,
        "next": next(iter(grouped(rows)[NOW]), None),
        "total": len(rows),
        "shown": sum(len(found) for found in groups.values()),
        "progress": progress(owner, now),
        "known": content.current(),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """The days that matter, given voluntarily; saving chooses the plan anew."""
    owner = person(request)
    told = Circumstances.objects.filter(owner=owner).values(*GIVEN).first()
    given = request.POST if request.method == "POST" else None
    form = CircumstancesForm(given, initial=dict(told or {}))
    if request.method == "POST" and form.is_valid():
        added = services.save_circumstances(owner=owner, today=today(), **form.cleaned_data)
        messages.success(request, _added(added))
        return redirect("plan")
    return render(request, "records/about.html", {"form": form}, status=422 if form.errors else 200)


def _added(count: int) -> str:
    if not count:
        return _("已保存，计划里的日期也更新了。")
    words = ngettext("已保存，计划里多了 %(n)s 件。", "已保存，计划里多了 %(n)s 件。", count)
    return words % {"n": count}
