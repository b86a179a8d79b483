"""The wizard: drafts saved at every stage, then filed once."""

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.domain.lint import LintError
from complaints.forms.wizard import STAGES, StageForm
from complaints.models import ComplaintDraft
from complaints.views.wizard_pages import (
    LAST,
    ORDER,
    answered_forms,
    first_values,
    stage_form,
    stage_page,
)
from inputs.clock import SHANGHAI, today
from limits.models import LimitChange

log = structlog.get_logger("complaints")
MOST_STORED = 20_000
MINE, THEIRS = "mine", "theirs"


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A new draft: about a change, or with what the public finder already knows."""
    wanted = request.POST.get("change", "")
    change = get_owned_or_404(LimitChange, request.user, wanted) if wanted else None
    draft = services.start_draft(owner=person(request), change=change, typed=_known_so_far(request))
    return redirect("draft", draft.public_id, draft.stage)


def _known_so_far(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """From the public finder: the name of the institution, and the product."""
    name, product = request.POST.get("name", "")[:120], request.POST.get("product", "")[:40]
    if not name:
        return {}
    pages: dict[str, dict[str, Any]] = {
        "respondent": {"institution": "other", "other_name": name},
        "change": {"product": product},
    }
    return {stage: _storable(typed) for stage, typed in pages.items()}


def _draft(request: HttpRequest, public_id: str) -> ComplaintDraft:
    rows = ComplaintDraft.objects.select_related("change__line", "owner")
    return get_owned_or_404(ComplaintDraft, request.user, public_id, rows)


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, public_id: str, stage: str) -> HttpResponse:
    """One stage. What is typed is saved first, valid or not, and only then judged."""
    if stage not in STAGES:
        raise Http404
    shown = _draft(request, public_id)
    if request.method == "POST":
        return _save(request, shown, stage)
    form = stage_form(shown, stage, None, initial=first_values(shown.typed.get(stage)))
    return stage_page(request, shown, stage, form)


def _save(request: HttpRequest, shown: ComplaintDraft, stage: str) -> HttpResponse:
    data = _chosen(request.POST, shown, stage)
    form = stage_form(shown, stage, data)
    valid = form.is_valid()
    target = _target(request, stage, valid)
    try:
        saved = services.save_stage(
            draft=shown,
            stage=stage,
            typed=_storable(_plain(data, form)),
            version=_int(request.POST.get("version")),
            next_stage=target,
        )
    except services.StaleDraft as stale:
        return _conflict(request, stale.current, stage, form)
    if "autosave" in request.POST:
        return _saved_quietly(saved)
    if "later" in request.POST:
        return redirect("complaints")
    if "upload" in request.POST:
        return redirect("evidence_add")
    if target != stage or "back" in request.POST:
        return redirect("draft", saved.public_id, target)
    if "find" in request.POST:
        return _read_again(request, saved, stage)
    if not valid:
        return stage_page(request, saved, stage, form, status=422)
    return _file(request, saved, form)


def _target(request: HttpRequest, stage: str, valid: bool) -> str:
    """Back needs nothing valid; on only where this page is; else one stays."""
    position = ORDER.index(stage)
    if "back" in request.POST:
        return ORDER[max(position - 1, 0)]
    stays = {"autosave", "find", "later", "upload"} & set(request.POST)
    return stage if stays or not valid or stage == LAST else ORDER[position + 1]


def _read_again(request: HttpRequest, saved: ComplaintDraft, stage: str) -> HttpResponse:
    """The same page with what was found in the pasted text, nothing judged yet."""
    form = stage_form(saved, stage, None, initial=saved.typed[stage])
    return stage_page(request, saved, stage, form)


def _saved_quietly(saved: ComplaintDraft) -> HttpResponse:
    """For the script that saves while one types: nothing to show but the new version and time."""
    answer = HttpResponse(status=204)
    answer["Draft-Version"] = str(saved.version)
    answer["Draft-Saved-At"] = timezone.now().astimezone(SHANGHAI).strftime("%H:%M")
    return answer


def _chosen(data: QueryDict, shown: ComplaintDraft, stage: str) -> QueryDict:
    """After a conflict: fields for which the other tab's answer was chosen take that."""
    stored = shown.typed.get(stage, {})
    names = [name for name in STAGES[stage].base_fields if data.get(f"keep-{name}") == THEIRS]
    if not names:
        return data
    merged = data.copy()
    for name in names:
        value = stored.get(name, "")
        merged.setlist(name, value if isinstance(value, list) else [value])
    return merged


def _storable(typed: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL refuses NUL and lone surrogates in JSON: keep the rest of what was typed."""

    def clean(value: Any) -> Any:
        if isinstance(value, list):
            return [clean(item) for item in value[:100]]
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()[:MOST_STORED]

    return {name: clean(value) for name, value in typed.items()}


def _int(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1


def _conflict(
    request: HttpRequest, current: ComplaintDraft, stage: str, form: StageForm
) -> HttpResponse:
    """Another tab saved this page in between: show both, the person chooses field by field."""
    if "autosave" in request.POST:
        return HttpResponse(status=409)
    theirs = _differences(current, stage, form)
    return stage_page(request, current, stage, form, status=409, theirs=theirs)


def _differences(current: ComplaintDraft, stage: str, form: StageForm) -> list[dict[str, Any]]:
    stored, mine = current.typed.get(stage, {}), _plain(form.data, form)
    return [
        {
            "name": name,
            "label": field.label,
            "theirs": _said(field, stored.get(name, "")),
            "mine": _said(field, mine[name]),
        }
        for name, field in form.fields.items()
        if name != "key" and (stored.get(name) or "") != (mine[name] or "")
    ]


def _said(field: Any, value: Any) -> str:
    """An answer in the words of its choices."""
    words = dict(getattr(field, "choices", []))
    values = value if isinstance(value, list) else [value]
    return "；".join(str(words.get(item, item)) for item in values if item)


def _plain(data: Any, form: StageForm) -> dict[str, Any]:
    """What was typed in the fields of this stage, as strings or lists of strings."""
    return {
        name: data.getlist(name)
        if getattr(field.widget, "allow_multiple_selected", False)
        else data.get(name, "")
        for name, field in form.fields.items()
    }


def _file(request: HttpRequest, shown: ComplaintDraft, check: StageForm) -> HttpResponse:
    forms = answered_forms(shown)
    unfinished = next((slug for slug, form in forms.items() if not form.is_valid()), None)
    if unfinished:
        messages.error(request, _("这一页还有没填好的地方，改好后再立档。"))
        return stage_page(request, shown, unfinished, forms[unfinished], status=422)
    try:
        case = services.file_once(
            draft=shown,
            answers={slug: _frozen(form.cleaned_data) for slug, form in forms.items()},
            key=check.cleaned_data["key"],
            today=today(),
        )
    except services.KeyReused:
        messages.error(request, _("这份草稿在别处改过，请检查后再提交一次。"))
        return redirect("draft", shown.public_id, LAST)
    except ValidationError as refused:
        check.add_error(None, refused)
        return stage_page(request, shown, LAST, check, status=422)
    except LintError as wrong:
        # A reviewed sentence is wrong in law: nobody is given such a letter, the draft is kept.
        log.error("letter refused by lint", rules=str(wrong))
        check.add_error(None, _("文书里有一句话要由编辑先核对，暂时不能立档。草稿已保存。"))
        return stage_page(request, shown, LAST, check, status=422)
    return redirect("complaint", case.public_id)


def _frozen(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in cleaned.items()
    }


@login_required
@require_POST
def delete_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    services.delete_draft(draft=_draft(request, public_id))
    messages.success(request, _("草稿已删除。"))
    return redirect("complaints")
