"""One item of the plan: read, moved, noted on; own ones edited and removed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.ownership import get_owned_or_404
from guidance import content
from guidance.views import sources_of
from inputs.clock import today
from records import services
from records.domain.states import GROUPS
from records.enums import PlanAction
from records.forms.plan import DoneForm, NoteForm, OwnItemForm, PostponeForm
from records.models import PlanItem
from records.showing import item_row
from records.views.saving import saved, seen_version

MOST_EVENTS = 50


@login_required
@require_safe
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(PlanItem, request.user, public_id)
    return _page(request, shown)


def _page(request: HttpRequest, shown: PlanItem, status: int = 200, **forms: Any) -> HttpResponse:
    known = content.current()
    row = item_row(shown, known, today())
    context = {
        "row": row,
        "known": known,
        "events": list(shown.events.order_by("-pk")[:MOST_EVENTS]),
        "note_form": NoteForm(initial={"note": shown.note}),
        "postpone_form": PostponeForm(),
        "done_form": DoneForm(),
        **(sources_of(row["tip"], known) if row["tip"] else {}),
        **forms,
    }
    return render(request, "records/item.html", context, status=status)


@login_required
@require_POST
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Any move of the table. A refusal stays on the page of the item with what was typed."""
    shown = get_owned_or_404(PlanItem, request.user, public_id)
    action = request.POST.get("action", "")
    later = PostponeForm(request.POST if action == PlanAction.POSTPONE else None)
    done = DoneForm(request.POST if action == PlanAction.FINISH else None)
    days = {**_days(later), **_days(done)}
    if not later.errors and not done.errors:
        try:
            services.move_item(
                item=shown, action=action, today=today(), seen=seen_version(request), **days
            )
        except ValidationError as refused:
            if not _stands_in(refused, later, done):
                messages.error(request, " ".join(refused.messages))
                return _page(request, _again(shown), 409)
        else:
            messages.success(request, _said(action))
            return redirect(_back(request, shown))
    messages.error(request, _("没有改成，请看标出的地方。"))
    return _page(request, _again(shown), 422, postpone_form=later, done_form=done)


def _stands_in(refused: ValidationError, *typed: forms.Form) -> bool:
    """Whether a day that was typed is refused: then that stands beside it."""
    for form in typed:
        if form.is_bound and set(getattr(refused, "error_dict", {})) & set(form.fields):
            form.add_error(None, refused)
            return True
    return False


def _days(form: forms.Form) -> dict[str, Any]:
    return form.cleaned_data if form.is_bound and form.is_valid() else {}


def _again(shown: PlanItem) -> PlanItem:
    """As it is now; removed meanwhile is 404."""
    found = PlanItem.objects.filter(pk=shown.pk).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _said(action: str) -> str:
    words = {
        PlanAction.FINISH: _("做完了一件。点错了可以放回待办。"),
        PlanAction.START: _("已开始。"),
        PlanAction.POSTPONE: _("好，到那天再提醒你。"),
        PlanAction.DISMISS: _("已移到“不适合我”，不会再出现；随时可以放回来。"),
        PlanAction.REOPEN: _("已放回待办。"),
    }
    return words.get(PlanAction(action), _("计划已更新。"))


def _back(request: HttpRequest, shown: PlanItem) -> str:
    if request.POST.get("back") == "item":
        return reverse("plan_item", args=[shown.public_id])
    show = request.POST.get("show", "")
    query = f"?show={show}" if show in GROUPS else ""
    return f"{reverse('plan')}{query}"


@login_required
@require_POST
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(PlanItem, request.user, public_id)
    form = NoteForm(request.POST)
    if saved(
        form, lambda data: services.write_note(item=shown, seen=seen_version(request), **data)
    ):
        messages.success(request, _("备注已保存。"))
        return redirect("plan_item", shown.public_id)
    return _page(request, _again(shown), 422, note_form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """An item of one's own; a reviewed tip has no such page."""
    shown = _own_or_404(request, public_id)
    now = {"title": shown.own_title, "due_on": shown.due_on, "repeats": shown.repeats}
    form = OwnItemForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and saved(
        form, lambda data: services.edit_own_item(item=shown, seen=seen_version(request), **data)
    ):
        messages.success(request, _("已改好。"))
        return redirect("plan_item", shown.public_id)
    context = {"item": _again(shown), "form": form}
    return render(request, "records/own_item.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    services.remove_own_item(item=_own_or_404(request, public_id))
    messages.success(request, _("已删掉。"))
    return redirect("plan")


def _own_or_404(request: HttpRequest, public_id: str) -> PlanItem:
    return get_owned_or_404(PlanItem, request.user, public_id, PlanItem.objects.own())
