"""What the pages of the wizard show: the form of a stage, progress, notices, the review."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from complaints import documents
from complaints.domain.letters.choosing import first_letter
from complaints.domain.routes import ladder
from complaints.domain.stops import Notice, Writing, notices
from complaints.forms.wizard import STAGES, StageForm, licence_chosen
from complaints.models import ComplaintDraft
from guidance import content

ORDER = list(STAGES)
LAST = ORDER[-1]


def stage_form(shown: ComplaintDraft, stage: str, typed: Any, **kwargs: Any) -> StageForm:
    return STAGES[stage](typed, draft=shown, known=content.current(), **kwargs)


def first_values(typed: dict[str, Any] | None) -> dict[str, Any]:
    return {"key": uuid.uuid4().hex, **(typed or {})}


def stage_page(
    request: HttpRequest,
    shown: ComplaintDraft,
    stage: str,
    form: StageForm,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = _stage_context(shown, stage, form) | extra
    return render(request, "complaints/draft.html", context, status=status)


def _stage_context(shown: ComplaintDraft, stage: str, form: StageForm) -> dict[str, Any]:
    position = ORDER.index(stage)
    context: dict[str, Any] = {
        "draft": shown,
        "form": form,
        "stage": stage,
        "is_first": position == 0,
        "is_last": stage == LAST,
        "steps": [_step(shown, slug, stage) for slug in ORDER],
        "position": position + 1,
        "count": len(ORDER),
        "notices": notices_on(shown, stage),
        "known": content.current(),
    }
    if stage == LAST:
        context |= {"review": _review(shown), "plan": letter_plan(shown)}
    return context


def _step(shown: ComplaintDraft, slug: str, stage: str) -> dict[str, Any]:
    done = "done" if slug in shown.typed else "todo"
    return {
        "label": STAGES[slug].title,
        "url": reverse("draft", args=[shown.public_id, slug]),
        "state": "current" if slug == stage else done,
    }


def answered_forms(shown: ComplaintDraft) -> dict[str, StageForm]:
    """Every stage but the last, bound to what was typed."""
    return {slug: stage_form(shown, slug, shown.typed.get(slug, {})) for slug in ORDER[:-1]}


def _review(shown: ComplaintDraft) -> list[dict[str, Any]]:
    return [
        {
            "slug": slug,
            "title": STAGES[slug].title,
            "valid": form.is_valid(),
            "rows": [(field.label, _readable(form, field)) for field in form],
        }
        for slug, form in answered_forms(shown).items()
    ]


def _readable(form: StageForm, field: Any) -> str:
    value = field.value()
    choices = dict(getattr(form.fields[field.name], "choices", []))
    values = value if isinstance(value, list) else [value]
    return "；".join(str(choices.get(item, item)) for item in values if item)


def letter_plan(shown: ComplaintDraft) -> dict[str, Any] | None:
    """Which letter will be made, to whom it goes and which period runs; None before it is clear."""
    known, typed = content.current(), shown.typed
    if not typed.get("respondent", {}).get("institution"):
        return None
    respondent = documents.respondent(typed["respondent"], known)
    demands = typed.get("demands", {}).get("demands") or ()
    given = (shown.topic.value, respondent["licence"], demands, shown.change is not None, known)
    channel, rule = documents.first_path(*given)
    return {
        "respondent": respondent["name"],
        "letter": first_letter(*given),
        "channel": known.channels.get(channel),
        "rule": known.rules.get(rule),
        "rungs": [
            rung
            for rung in ladder(respondent["licence"], known, shown.topic.value)
            if rung.channel.code != channel
        ],
    }


# --- what will not work ---------------------------------------------------------------------------


def notices_on(shown: ComplaintDraft, stage: str) -> tuple[Notice, ...]:
    """On the last page all of them; on others those of this page and of the one before, where the
    answer was given a moment ago."""
    found = notices(writing_of(shown), content.current())
    if stage == LAST:
        return found
    near = set(ORDER[max(ORDER.index(stage) - 1, 0) : ORDER.index(stage) + 1])
    return tuple(row for row in found if near & set(row.stages))


def writing_of(shown: ComplaintDraft) -> Writing:
    """The draft as the finder of dead ends reads it; contract text is not the person's own."""
    chosen = shown.typed.get("demands", {}).get("demands") or []
    by_me = shown.change is not None and shown.change.by_me is True
    return Writing(
        words={slug: _own_words(shown, slug) for slug in ORDER if slug in shown.typed},
        topic=shown.topic.value,
        licence=licence_chosen(shown, content.current()),
        demands=tuple(chosen),
        facts=("by-me",) if by_me else (),
    )


def _own_words(shown: ComplaintDraft, slug: str) -> str:
    typed = shown.typed[slug]
    return "\n".join(str(typed.get(name) or "") for name in STAGES[slug].own_words)
