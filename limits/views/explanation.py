"""The page of one change: what happened, why perhaps, one question, what belongs together."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import wants_fragment
from accounts.ownership import get_owned_or_404
from guidance import content
from guidance.domain.records import Knowledge, Text
from inputs.clock import today
from limits import services
from limits.domain.asking import Matter, ready_request
from limits.domain.cards import cards, top_and_rest
from limits.domain.chart import Reading as Point
from limits.domain.chart import step_chart
from limits.domain.explanation import difference_of
from limits.enums import MigrationState, Notified
from limits.explaining import full_result
from limits.models import Assessment, Confirmation, LimitChange, Migration
from limits.views.ledger import with_line

CHART_STEPS = 20  # more would not be told apart on a phone; the page of the line has them all
GENERAL_RULE = "hurt-cut-not-negative"
WAVE = "CR_WAVE"
NOTHING: dict[str, Any] = {"causes": [], "next_question": None, "is_thin": True}


@login_required
@require_safe
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    context = change_context(shown, asked=request.GET.get("question", ""))
    return render(request, "limits/change.html", context)


def change_context(
    shown: LimitChange, *, asked: str = "", chosen: Collection[str] = ()
) -> dict[str, Any]:
    """Everything the page says, in four queries, or five for a change far back.

    `asked` is a question to answer again, `chosen` the sensitive causes the person wants in the
    request.
    """
    known = content.current()
    assessments = newest_two(shown)
    newest = assessments[0] if assessments else None
    result = full_result(newest) if newest else NOTHING
    answers = (newest.given if newest else None) or {}
    question = known.questions.get(asked) or known.questions.get(result["next_question"] or "")
    return {
        "change": shown,
        "shown": shown,
        "known": known,
        "product": known.products[shown.line.product_slug],
        "rule": known.facts.get(GENERAL_RULE),
        "chart": chart_around(shown),
        "assessment": newest,
        "has_older": len(assessments) > 1,
        "is_outdated": newest is not None and newest.content_version != known.version,
        "moved": moved(assessments, known),
        "question": question,
        "is_again": bool(question and question.slug in answers),
        "answered": _answered(answers, known),
        "pairs": _pairs(shown),
        "confirmation": Confirmation.objects.filter(change=shown).newest().first(),
        "request_text": _request_text(shown, result, known, chosen),
        "chosen": chosen,
        **causes_context(result, answers, known),
    }


def newest_two(shown: LimitChange) -> list[Any]:
    """With `given`, the answers among their inputs: the inputs as a whole may be long."""
    rows = Assessment.objects.filter(change=shown).newest()
    return list(rows.defer("inputs").annotate(given=F("inputs__answers"))[:2])


def causes_context(
    result: Mapping[str, Any], answers: Mapping[str, str], known: Knowledge
) -> dict[str, Any]:
    """What `limits/_causes.html` prints, from a stored result or a fresh one."""
    shown = cards(result["causes"], answers, known, _language())
    top, rest = top_and_rest(shown)
    clues = (item["signal"] for row in result["causes"] for item in row["supporting"])
    return {
        "top": top,
        "rest": rest,
        "sensitive": [card for card in shown if card.is_sensitive],
        "is_thin": result["is_thin"],
        "has_wave": WAVE in clues,
    }


def _language() -> str:
    return get_language() or "zh-hans"


def chart_around(shown: LimitChange) -> dict[str, object] | None:
    """The newest steps of the line; for a change older than these, the steps that led to it."""
    rows = _steps(LimitChange.objects.filter(line=shown.line_id))
    if not rows or rows[-1][0] <= shown.effective_on:
        return _chart(rows, shown)
    older = LimitChange.objects.filter(line=shown.line_id, effective_on__lte=shown.effective_on)
    return _chart(_steps(older), shown, until_then=True)


def _steps(rows: Any) -> list[Any]:
    newest = rows.current().newest_first()
    return list(newest.values_list("effective_on", "before_fen", "after_fen")[:CHART_STEPS])


def _chart(
    rows: list[Any], shown: LimitChange, *, until_then: bool = False
) -> dict[str, object] | None:
    label = _("这一次")
    this = (shown.effective_on, shown.before_fen, shown.after_fen)
    points = [
        Point(on, before, after, label if (on, before, after) == this else "")
        for on, before, after in rows
    ]
    return step_chart(points, shown.effective_on if until_then else today())


def _answered(answers: Mapping[str, str], known: Knowledge) -> list[dict[str, Any]]:
    """Sensitive answers stay sealed here: that one was given is enough to find and change it."""
    return [
        {"question": known.questions[slug], "answer": answer}
        for slug, answer in answers.items()
        if slug in known.questions
    ]


def _pairs(shown: LimitChange) -> Any:
    """What may belong together with this change, on either side of it; the rejected are gone.

    `other` is the public id of the other change, `product` and `name` are of the line that rose.
    """
    rows = (
        Migration.objects.filter(Q(fall=shown) | Q(rise=shown))
        .exclude(state=MigrationState.REJECTED)
        .filter(fall__superseded_by=None, rise__superseded_by=None)
        .order_by("-strength", "pk")
        .values(
            "public_id",
            "state",
            "days",
            "rise_id",
            fall_key=F("fall__public_id"),
            rise_key=F("rise__public_id"),
            product=F("rise__line__product_slug"),
            name=F("rise__line__product_name"),
        )
    )
    known = content.current().products
    return [
        row
        | {
            "title": row["name"] or known[row["product"]].title.in_language(_language()),
            "is_rise": row["rise_id"] == shown.pk,
            "other": row["fall_key"] if row["rise_id"] == shown.pk else row["rise_key"],
        }
        for row in rows
    ]


def moved(assessments: Sequence[Assessment], known: Knowledge) -> tuple[Text, ...]:
    """What differs between the first assessment and the one before it, one sentence a cause."""
    if len(assessments) < 2:
        return ()
    newer, older = assessments[:2]
    return difference_of(full_result(older), full_result(newer), known)


def _request_text(
    shown: LimitChange, result: Mapping[str, Any], known: Knowledge, chosen: Collection[str]
) -> str:
    ranked = [(row["slug"], row["band"]) for row in result["causes"]]
    return ready_request(_matter(shown, known), ranked, known, written_on=today(), chosen=chosen)


def _matter(shown: LimitChange, known: Knowledge) -> Matter:
    line = shown.line
    lender = known.institutions.get(line.lender_slug)
    title = known.products[line.product_slug].title.zh.partition("（")[0]
    return Matter(
        product=line.product_name or title,
        effective_on=shown.effective_on,
        before_fen=shown.before_fen,
        after_fen=shown.after_fen,
        kind=shown.kind,
        lender=shown.lender_after or line.lender_name or (lender.legal_name.zh if lender else ""),
        licence=lender.licence if lender and not shown.lender_after else "",
        stated_reason=shown.stated_reason,
        was_told={Notified.NOT: False, Notified.UNKNOWN: None}.get(
            Notified(shown.notified_how), True
        ),
    )


@login_required
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    try:
        services.answer_question(
            change=shown,
            question=request.POST.get("question", ""),
            answer=request.POST.get("answer", ""),
            today=today(),
        )
    except ValidationError:
        messages.error(request, _("请选一个回答；不知道或不想回答也可以选。"))
    if wants_fragment(request):
        return render(request, "limits/_explanation.html", change_context(shown))
    return redirect(f"{shown_url(shown)}#explanation")


@login_required
@require_POST
def ask_lender(request: HttpRequest, public_id: str) -> HttpResponse:
    """The request with the questions of the sensitive causes that were ticked. Stores nothing,
    and is a POST so that no address or log names such a cause."""
    shown = get_owned_or_404(LimitChange, request.user, public_id, with_line())
    context = change_context(shown, chosen=frozenset(request.POST.getlist("cause")[:10]))
    page = "limits/_request.html" if wants_fragment(request) else "limits/change.html"
    return render(request, page, context)


def shown_url(shown: LimitChange) -> str:
    return reverse("change", args=[shown.public_id])


@login_required
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    pair = get_owned_or_404(
        Migration, request.user, public_id, Migration.objects.select_related("fall", "rise")
    )
    services.decide_migration(
        migration=pair, confirmed=request.POST.get("decision") == "yes", today=today()
    )
    messages.success(request, _("已记下你的判断。"))
    seen = pair.rise if request.POST.get("seen") == "rise" else pair.fall
    return redirect("change", seen.public_id)
