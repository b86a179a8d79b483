"""Public reviewed pages: causes, the three plain questions, channels, tips."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guidance import content
from guidance.domain.grades import one_sentence
from guidance.domain.records import Knowledge, Reviewed, Source
from guidance.http import public_page

PAGES = {
    "why": "why-moved",
    "record": "hurt-record",
    "options": "what-can-i-do",
}
INDIRECT = "C2"


def content_version() -> str:
    return content.current().version


public = public_page(content_version)


@require_safe
@public
def causes(request: HttpRequest) -> HttpResponse:
    known = content.current()
    shown = [(cause, one_sentence(cause.explain)[0]) for cause in known.causes.values()]
    return render(request, "guidance/causes.html", {"known": known, "causes": shown})


@require_safe
@public
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    known = content.current()
    shown = known.causes.get(slug)
    if shown is None:
        raise Http404
    answer, rest = one_sentence(shown.explain)
    context = {
        "known": known,
        "cause": shown,
        "answer": answer,
        "rest": rest,
        "supporting": _weighed(shown.plus, known),
        "opposing": _weighed(shown.minus, known),
        "questions": [known.questions[slug] for slug in shown.ask],
        "tips": [known.tips[code] for code in shown.tips],
        "grounds": [known.grounds[code] for code in shown.grounds],
        **sources_of(shown, known),
    }
    return render(request, "guidance/cause.html", context)


def _weighed(weights: dict[str, int], known: Knowledge) -> list[tuple[Reviewed, int]]:
    """The clues of one side with the editors' points, heaviest first."""
    rows = [(known.signals[code], weight) for code, weight in weights.items()]
    return sorted(rows, key=lambda row: -abs(row[1]))


def sources_of(record: Reviewed, known: Knowledge) -> dict[str, Any]:
    """What a record rests on. Indirect industry material is only said to exist, never shown."""
    named = [known.sources[code] for code in record.source if code in known.sources]
    return {
        "sources": [source for source in named if source.quote_ok],
        "others": [text for text in record.source if text not in known.sources],
        "has_indirect": _has_indirect(record, named),
    }


def _has_indirect(record: Reviewed, named: Iterable[Source]) -> bool:
    return record.strength == INDIRECT or any(not source.quote_ok for source in named)


@require_safe
@public
def question(request: HttpRequest, page: str) -> HttpResponse:
    """One of the three plain pages."""
    if page not in PAGES:
        raise Http404
    known = content.current()
    facts = sorted(
        (fact for fact in known.facts.values() if fact.page == PAGES[page]),
        key=lambda fact: fact.order,
    )
    context = {
        "page": page,
        "known": known,
        "facts": [{"fact": fact, **sources_of(fact, known)} for fact in facts],
        "checked": _oldest_check(facts),
    }
    return render(request, "guidance/question.html", context)


def _oldest_check(records: Sequence[Reviewed]) -> Reviewed | None:
    """A page is as fresh as its oldest part."""
    return min(records, key=lambda record: record.reviewed_on, default=None)


SECTIONS = ("taken-over", "account", "data", "scam")


@require_safe
@public
def protect(request: HttpRequest) -> HttpResponse:
    """Safety of account, data and purse: what to do at once comes first."""
    known = content.current()
    rows = sorted(known.precautions.values(), key=lambda row: row.order)
    sections = [
        {"slug": slug, "rows": [_shown(row, known) for row in rows if row.section == slug]}
        for slug in SECTIONS
    ]
    return render(
        request, "guidance/protect.html", {"sections": sections, "checked": _oldest_check(rows)}
    )


def _shown(row: Reviewed, known: Knowledge) -> dict[str, Any]:
    return {"record": row, **sources_of(row, known)}


TERM_GROUPS = (
    *("account-state", "repayment", "inquiry", "account-type"),
    *("business", "five-class", "repayment-way", "special"),
)


@require_safe
@public
def report_guide(request: HttpRequest) -> HttpResponse:
    """How to get the credit report and what its codes mean."""
    known = content.current()
    terms = list(known.report_terms.values())
    groups = [
        {"slug": slug, "rows": rows, **sources_of(rows[0], known)}
        for slug in TERM_GROUPS
        if (rows := [term for term in terms if term.group == slug])
    ]
    context = {"groups": groups, "checked": _oldest_check(terms)}
    return render(request, "guidance/report_guide.html", context)


@require_safe
@public
def channels(request: HttpRequest) -> HttpResponse:
    known = content.current()
    shown = [{"channel": row, **sources_of(row, known)} for row in known.channels.values()]
    return render(request, "guidance/channels.html", {"known": known, "channels": shown})


@require_safe
@public
def tip(request: HttpRequest, slug: str) -> HttpResponse:
    known = content.current()
    shown = next((row for row in known.tips.values() if row.slug == slug), None)
    if shown is None:
        raise Http404
    context = {"tip": shown, "known": known, **sources_of(shown, known)}
    return render(request, "guidance/tip.html", context)
