"""The page a person comes back to: the one next action, deadlines, limits, plan, cases."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import person
from complaints.models import Complaint, ComplaintDraft, FollowUp, Step
from complaints.names import draft_name
from guidance import content
from inputs.clock import today
from limits.models import CreditLine, Migration
from limits.views.ledger import line_chart, lines_then
from records.models import PlanItem
from summaries.models import Summary


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/dashboard.html", dashboard_context(request))


def dashboard_context(request: HttpRequest) -> dict[str, Any]:
    """Eleven queries whatever the history, the session among them."""
    user, now, known = person(request), today(), content.current()
    lines = sorted(lines_then(user, now), key=_last_moved, reverse=True)
    plan = PlanItem.objects.for_user(user).awake(now).by_urgency()[:4]
    cases = list(Complaint.objects.for_user(user).open().with_next_due().newest_first()[:5])
    awaited = Step.objects.for_user(user).awaited().select_related("complaint")
    due = list(awaited.order_by("awaited_on", "pk")[:5])
    drafts = list(ComplaintDraft.objects.for_user(user).order_by("-updated_at")[:3])
    asked = FollowUp.objects.for_user(user).due(now).select_related("complaint")
    follow_ups = list(asked.order_by("due_on", "pk")[:3])
    pairs = list(
        Migration.objects.for_user(user)
        .filter(state="proposed", fall__superseded_by=None, rise__superseded_by=None)
        .select_related("fall")
        .order_by("-strength", "pk")[:3]
    )
    return {
        "known": known,
        "lines": lines,
        "chart": line_chart(lines[0]) if lines else None,
        "plan": [(item, known.tips.get(item.tip_code)) for item in plan],
        "cases": cases,
        "due": [(step, (step.awaited_on - now).days) for step in due],
        "drafts": [(draft, draft_name(draft)) for draft in drafts],
        "follow_ups": follow_ups,
        "summaries": list(Summary.objects.for_user(user).newest_of_each().newest_first()[:3]),
        "next": next_action(lines, pairs, due, drafts, cases, now),
    }


def _last_moved(line: CreditLine) -> tuple[date, int]:
    return (line.state.limit_on if line.state else date.min, line.pk)


def next_action(
    lines: Sequence[CreditLine],
    pairs: Sequence[Migration],
    due: Sequence[Any],
    drafts: Sequence[ComplaintDraft],
    cases: Sequence[Complaint],
    now: date,
) -> dict[str, Any]:
    """The single most useful thing to do now: overdue answers first, then what is unfinished."""
    overdue = next((step for step in due if step.awaited_on < now), None)
    unsent = next((case for case in cases if case.state == "ready"), None)
    fall = next(filter(None, (_fall_of(line) for line in lines)), None)
    if overdue:
        return _action(_("答复已经过期，看看下一步"), "complaint", overdue.complaint.public_id)
    if pairs:
        return _action(_("有两次变动可能有关，请你确认"), "change", pairs[0].fall.public_id)
    if unsent:
        return _action(_("投诉信已备好，寄出后来登记"), "complaint", unsent.public_id)
    if drafts:
        return _action(_("接着写投诉草稿"), "draft", drafts[0].public_id, drafts[0].stage)
    if fall:
        return _action(_("回答一个问题，让解释更准"), "change", fall)
    return _action(_("记下第一次额度变动"), "log")


def _fall_of(line: CreditLine) -> uuid.UUID | None:
    """The newest change of a line if it took the limit down."""
    if line.change_after_fen is None or line.change_before_fen is None:
        return None
    return line.change_public_id if line.change_after_fen < line.change_before_fen else None


def _action(label: str, url: str, *args: Any) -> dict[str, Any]:
    return {"label": label, "url": url, "args": args}
