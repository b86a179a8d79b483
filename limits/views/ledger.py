"""Pages of the ledger: timeline, lines, readings, logging and correcting."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person
from accounts.models import User
from accounts.ownership import get_owned_or_404
from accounts.paging import MixedPage, mixed_page
from guidance import content
from inputs.clock import SHANGHAI, today
from inputs.money import format_yuan
from limits import services
from limits.domain.chart import Reading as Point
from limits.domain.chart import step_chart
from limits.forms.ledger import AsOfForm, LogForm, ReadingForm
from limits.models import CreditLine, LimitChange, Reading

CHART_READINGS = 400
PAGE_ROWS = 30
MOST_LINES = 100


@login_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The ledger: every line as of a day, then everything that happened, newest first."""
    user = person(request)
    form = AsOfForm(request.GET if {"on", "known_by"} & request.GET.keys() else None)
    asked = form.cleaned_data if form.is_valid() else {}
    on, known_by = asked.get("on") or today(), asked.get("known_by")
    context = {
        "form": form,
        "on": on,
        "is_now": not asked.get("on") and not known_by,
        "states": lines_then(user, on, known_by),
        "page": timeline(user, request.GET.get("after", "")),
        "known": content.current(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "limits/changes.html", context, status=status)


def lines_then(user: User, on: date, known_by: date | None = None) -> Sequence[CreditLine]:
    """Each line on that day, in one query whatever the history."""
    moment = datetime.combine(known_by, time.max, tzinfo=SHANGHAI) if known_by else None
    return list(CreditLine.objects.for_user(user).as_of(on, moment).order_by("pk")[:MOST_LINES])


def timeline(user: User, after: str, line: CreditLine | None = None) -> MixedPage:
    """Changes and readings together, newest first; one query each at any depth."""
    changes = LimitChange.objects.for_user(user).current().with_line()
    readings = Reading.objects.for_user(user).current().with_line()
    if line is not None:
        changes, readings = changes.filter(line=line), readings.filter(line=line)
    sources = [("effective_on", changes), ("observed_on", readings)]
    return mixed_page(sources, after=after, size=PAGE_ROWS)


@login_required
@require_safe
def line(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    shown = get_owned_or_404(CreditLine, user, public_id, CreditLine.objects.as_of(today()))
    context = {
        "line": shown,
        "page": timeline(user, request.GET.get("after", ""), shown),
        "chart": line_chart(shown),
        "known": content.current(),
    }
    return render(request, "limits/line.html", context)


def line_chart(shown: CreditLine) -> dict[str, object] | None:
    """The newest changes of a line as steps."""
    rows = (
        LimitChange.objects.filter(line=shown)
        .current()
        .newest_first()
        .values_list("effective_on", "before_fen", "after_fen")[:CHART_READINGS]
    )
    return step_chart([Point(on, before, after) for on, before, after in rows], today())


@login_required
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    form = LogForm(
        request.POST if request.method == "POST" else None,
        initial={"product": request.GET.get("product", "jiebei")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            change = services.log_change(owner=person(request), today=today(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已记入台账。"))
            return redirect("change", change.public_id)
    status = 422 if form.errors else 200
    return render(request, "limits/log.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def log_reading(request: HttpRequest) -> HttpResponse:
    form = ReadingForm(
        request.POST if request.method == "POST" else None,
        initial={
            "product": request.GET.get("product", "jiebei"),
            "lender_name": request.GET.get("lender", ""),
            "observed_on": today(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            reading = services.log_reading(
                owner=person(request), today=today(), **form.cleaned_data
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已记下这次读数。和上次不同的，也记成了变动。"))
            return redirect("line", reading.line.public_id)
    status = 422 if form.errors else 200
    return render(request, "limits/reading.html", {"form": form}, status=status)


@login_required
@require_POST
def retract_reading(request: HttpRequest, public_id: str) -> HttpResponse:
    reading = get_owned_or_404(
        Reading, request.user, public_id, Reading.objects.select_related("line")
    )
    try:
        services.retract_reading(reading=reading)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已撤回这次读数。"))
    return redirect("line", reading.line.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, public_id: str) -> HttpResponse:
    change = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    form = LogForm(request.POST if request.method == "POST" else None, initial=_as_typed(change))
    if request.method == "POST" and form.is_valid():
        try:
            corrected = services.correct_change(change=change, today=today(), **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已更正。原来的记录仍然保留。"))
            return redirect("change", corrected.public_id)
    status = 422 if form.errors else 200
    return render(request, "limits/correct.html", {"form": form, "change": change}, status=status)


def with_line() -> Any:
    return LimitChange.objects.select_related("line", "supersedes", "superseded_by")


SAME_IN_FORM = (
    "kind",
    "notified_how",
    "stated_reason",
    "screen",
    "note",
    "lender_before",
    "lender_after",
    "name_after",
    "effective_on",
    "noticed_on",
    "expires_on",
)
WORDS = {True: "yes", False: "no", None: ""}


def _as_typed(change: LimitChange) -> dict[str, Any]:
    return {
        **{name: getattr(change, name) for name in SAME_IN_FORM},
        "product": change.line.product_slug,
        "product_name": change.line.product_name,
        "lender_name": change.line.lender_name,
        "before": format_yuan(change.before_fen),
        "after": format_yuan(change.after_fen),
        "by_me": WORDS[change.by_me],
        "temporary": WORDS[change.temporary],
    }


@login_required
@require_POST
def retract(request: HttpRequest, public_id: str) -> HttpResponse:
    change = get_owned_or_404(LimitChange, request.user, public_id)
    try:
        services.retract_change(change=change)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("change", change.public_id)
    messages.success(request, _("已撤回这条记录。"))
    return redirect("changes")
