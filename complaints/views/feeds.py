"""Calendar addresses: made and closed by their owner, read by whoever holds the secret."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    conditional_page,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.feeds import feed
from complaints.models import CalendarFeed, Complaint
from complaints.services.feeds import secret_hash
from inputs.clock import today

FRESH = "private, max-age=3600"


@login_required
@require_http_methods(["GET", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """The addresses of a person; a new one is shown once, right after it was made."""
    user = person(request)
    address = ""
    if request.method == "POST":
        case = _case(request)
        _made, secret = services.open_feed(owner=user, complaint=case)
        address = request.build_absolute_uri(reverse("calendar", args=[secret]))
    rows = CalendarFeed.objects.for_user(user).live().select_related("complaint").order_by("pk")
    context = {
        "feeds": rows,
        "address": address,
        # The scheme by which phones open a calendar as a subscription.
        "subscribe": f"webcal{address[address.find(':') :]}" if address else "",
        "cases": Complaint.objects.for_user(user).open().newest_first()[:20],
    }
    return render(request, "complaints/feeds.html", context)


def _case(request: HttpRequest) -> Complaint | None:
    wanted = request.POST.get("case", "")
    return get_owned_or_404(Complaint, request.user, wanted) if wanted else None


@login_required
@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    services.close_feed(feed=get_owned_or_404(CalendarFeed, request.user, public_id))
    messages.success(request, _("这个日历地址已停用。"))
    return redirect("feeds")


@require_safe
@conditional_page
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """No sign-in: calendars cannot. An unknown and a closed address answer alike; a calendar that
    asks again for unchanged rows is told so by its ETag."""
    found = (
        CalendarFeed.objects.live()
        .filter(secret_sha256=secret_hash(secret), owner__is_active=True)
        .select_related("owner")
        .first()
    )
    if found is None:
        raise Http404
    data = feed(found, get_language() or "zh-hans", today())
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = FRESH
    response["Content-Disposition"] = "inline; filename=deadlines.ics"
    return response
