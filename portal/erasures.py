"""Pages of the end of an account: ask, call it off, and the receipt anyone with its number sees."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.data_map import data_map
from accounts.http import person, reads_limited_by_address
from accounts.models import Erasure
from accounts.services import cancel_erasure, request_erasure
from complaints.models import Complaint
from inputs.clock import today
from portal.erasing.gone import FILES
from portal.forms import EraseForm


@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Delete the own account with all its data, after signing in anew and a plain confirmation."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at_once = form.cleaned_data["when"] == "now"
        try:
            asked = request_erasure(owner=person(request), at_once=at_once, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            if at_once:
                logout(request)
            return redirect("erased", asked.receipt_no)
    held = Complaint.objects.filter(owner=person(request)).held(today())
    context = {"form": form, "held": list(held.order_by("held_until"))}
    return render(request, "portal/erase.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    if cancel_erasure(owner=person(request), now=timezone.now()):
        messages.success(request, _("已取消删除，账户和数据都在。"))
    else:
        messages.info(request, _("没有等待中的删除。"))
    return redirect("account_security")


@require_safe
@never_cache
@reads_limited_by_address
def receipt(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """What was removed and when. It names nobody; an unknown number is not found."""
    found = get_object_or_404(Erasure, receipt_no=receipt_no.upper())
    is_due = found.due_at <= timezone.now()
    context = {"erasure": found, "is_due": is_due, "counts": _counts(found)}
    return render(request, "portal/erased.html", context)


def _counts(erasure: Erasure) -> list[dict[str, Any]]:
    english = (get_language() or "").startswith("en")
    titles = {group.slug: group.title.said(english=english) for group in data_map().groups}
    titles[FILES] = _("文件")
    return [
        {"title": title, "count": erasure.counts[slug]}
        for slug, title in titles.items()
        if slug in erasure.counts
    ]
