"""Removing a case, the list of what was removed lately, and putting it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.models import Complaint
from complaints.services.removing import GRACE
from inputs.clock import today

MOST = 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once more, then out of every list; the receipt shows when it is destroyed."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    if request.method == "POST":
        asked = services.remove_complaint(complaint=case, actor=person(request), now=timezone.now())
        text = _("已放进“最近删除”，30 天内可以恢复。删除回执号 %(number)s。")
        messages.success(request, text % {"number": asked.receipt_no})
        return redirect("removed_complaints")
    is_held = case.held_until is not None and case.held_until >= today()
    return render(request, "complaints/remove.html", {"case": case, "is_held": is_held})


@login_required
@require_safe
def removed(request: HttpRequest) -> HttpResponse:
    rows = Complaint.objects.filter(owner=person(request)).removed()[:MOST]
    now = today()
    context = {
        "rows": [
            {
                "case": case,
                "goes_at": case.removed_at + GRACE,
                "is_held": case.held_until is not None and case.held_until >= now,
            }
            for case in rows
        ]
    }
    return render(request, "complaints/removed.html", context)


@login_required
@require_POST
def put_back(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = Complaint.objects.filter(owner=person(request)).removed()
    case = rows.filter(public_id=public_id).first()
    if case is None:
        raise Http404
    services.restore_complaint(complaint=case, actor=person(request), now=timezone.now())
    messages.success(request, _("已恢复。"))
    return redirect("complaint", case.public_id)
