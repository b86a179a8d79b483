"""What a person was told: the inbox, how he wants e-mails, and the way out of them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.enums import NoticeKind
from accounts.forms import NoticeForm
from accounts.http import person
from accounts.mails import read_unsubscribe
from accounts.models import Notice, NoticeChoice
from accounts.naming import names_of
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from accounts.wording import wording

PAGE_SIZE = 30


@login_required
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The inbox, what was not seen first; a POST says that all has been seen."""
    user = person(request)
    if request.method == "POST":
        services.read_all_notices(owner=user, now=timezone.now())
        return redirect("notices")
    rows = Notice.objects.for_user(user).shown().unread_first()
    order, after = ("-seen_at", "-pk"), request.GET.get("after", "")
    page = keyset_page(rows, order=order, after=after, size=PAGE_SIZE)
    names = names_of(user, page.rows)
    context = {
        "page": page,
        "rows": [(row, wording(row), names.get(row.pk, "")) for row in page.rows],
        "has_unread": any(row.read_at is None for row in page.rows),
        "next_url": page.next and f"?{urlencode({'after': page.next})}",
    }
    return render(request, "accounts/notices.html", context)


@login_required
@require_POST
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    """Seen; then on to what it is about."""
    notice = get_owned_or_404(Notice, request.user, public_id)
    services.read_notice(notice=notice, now=timezone.now())
    return redirect(notice.path or reverse("notices"))


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """E-mail per kind, the hours without, and its language."""
    user = person(request)
    first = NoticeChoice.objects.for_user(user).hows() | {
        "quiet_from": user.quiet_from,
        "quiet_to": user.quiet_to,
        "language": user.language,
    }
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        services.save_notice_settings(owner=user, **form.wanted())
        messages.success(request, _("已保存。站内通知照常显示。"))
        return redirect("notice_settings")
    status = 422 if form.errors else 200
    return render(request, "accounts/notice_settings.html", {"form": form}, status=status)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Without signing in: whoever has the address may end e-mails of its kinds to one person.

    A GET only asks, because mail scanners open every link. The POST of a mail program carries no
    CSRF token (RFC 8058); the signature says whose wish it is. The address of a digest ends every
    kind that was in it; the page names them first.
    """
    found = read_unsubscribe(signed)
    if found is None:
        raise Http404
    owner, kinds = found
    done = request.method == "POST"
    if done:
        services.choose_none(owner=owner, kinds=kinds)
    labels = [NoticeKind(kind).label for kind in kinds]
    context = {"kinds": labels, "several": len(kinds) > 1, "done": done}
    return render(request, "accounts/unsubscribe.html", context)
