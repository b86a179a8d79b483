"""What was concluded about a change, when and from which content: shown again word for word."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from guidance import content
from limits import services
from limits.domain.cards import as_told
from limits.explaining import full_result
from limits.models import Assessment, LimitChange
from limits.views.explanation import moved
from limits.views.ledger import with_line

PAGE_ROWS = 30


@login_required
@require_safe
def assessments(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every assessment of a change, newest first."""
    shown = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    rows = Assessment.objects.filter(change=shown).only(
        "public_id", "created_at", "content_version"
    )
    after = request.GET.get("after", "")
    known = content.current()
    context = {
        "change": shown,
        "product": known.products[shown.line.product_slug],
        "page": keyset_page(rows, order=("-created_at", "-pk"), after=after, size=PAGE_ROWS),
        "known": known,
    }
    return render(request, "limits/assessments.html", context)


@login_required
@require_safe
def assessment(request: HttpRequest, public_id: str) -> HttpResponse:
    """One assessment as it was shown, and what had moved since the one before it."""
    rows = Assessment.objects.select_related("change__line")
    shown = get_owned_or_404(Assessment, request.user, public_id, rows)
    before = Assessment.objects.filter(change=shown.change_id, pk__lt=shown.pk).newest().first()
    known, result = content.current(), full_result(shown)
    context = {
        "shown": shown,
        "change": shown.change,
        "product": known.products[shown.change.line.product_slug],
        "question": known.questions.get(result["next_question"] or ""),
        "moved": moved([shown, before], known) if before else (),
        "is_outdated": shown.content_version != known.version,
        "known": known,
        "told": as_told(result["causes"], known, get_language() or "zh-hans"),
    }
    return render(request, "limits/assessment.html", context)


@login_required
@require_POST
def reassess(request: HttpRequest, public_id: str) -> HttpResponse:
    """Assess again with today's content; the page then says what moved and why."""
    shown = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    made = services.reassess(change=shown)
    messages.success(request, _("已用现在的资料重新评估。以前的评估仍然保留。"))
    return redirect("assessment", made.public_id)
