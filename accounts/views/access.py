"""Who looked at what is mine."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Access
from accounts.paging import keyset_page

PAGE_SIZE = 30


@login_required
@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """Every look of a member of staff, the newest first; roles, never names."""
    rows = Access.objects.for_user(request.user)
    after = request.GET.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=PAGE_SIZE)
    context = {"page": page, "next_url": page.next and f"?{urlencode({'after': page.next})}"}
    return render(request, "accounts/access.html", context)
