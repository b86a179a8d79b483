"""Does it hurt my credit record? A page made for one person, from his lines and what he said."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import person
from accounts.models import User
from guidance import content
from guidance.domain.records import Knowledge
from guidance.views import sources_of
from inputs.clock import today
from limits.domain.lenders import named_lenders, own_lenders
from limits.domain.states import CLOSED
from limits.models import Answer, CreditLine
from limits.views.ledger import lines_then
from records.domain.effects import Standing, split_facts
from records.domain.reports import OPEN_STATES, EntryNow, is_bad, is_own
from records.models import Circumstances, CreditReport
from records.reported import newest_report, report_of

LATE = ("same-platform", "elsewhere", "both")
BUSINESS, CONSUMER = "business", "consumer"


@login_required
@require_safe
def record_effect(request: HttpRequest) -> HttpResponse:
    """Six queries of its own: lines, the answer about being late, the days told, the report."""
    owner, known, now = person(request), content.current(), today()
    lines = [line for line in lines_then(owner, now) if line.state]
    newest = newest_report(owner, now)
    entries = report_of(newest).entries if newest else ()
    standing = standing_of(owner, lines, entries, known)
    mine, rest = split_facts(known.facts.values(), standing)
    context = {
        "known": known,
        "report": newest,
        "lines": [
            line_row(line, known) | on_report(line, entries_of(line, entries, known), newest)
            for line in lines
        ],
        "mine": [
            {"fact": fact, "because": because, **sources_of(fact, known)} for fact, because in mine
        ],
        "rest": [{"fact": fact, **sources_of(fact, known)} for fact in rest],
    }
    return render(request, "portal/record_effect.html", context)


def line_row(line: CreditLine, known: Knowledge) -> dict[str, Any]:
    """One line: how its product is reported, and what its last change does and does not do."""
    product, state = known.products.get(line.product_slug), line.state
    assert state is not None
    fell = _fell(line)
    return {
        "line": line,
        "product": product,
        "title": line.product_name or (product.title if product else line.product_slug),
        "fell": fell,
        "zero": state.limit_fen == 0 and state.status != CLOSED,
        "closed": state.status == CLOSED,
        "owes": bool(state.used_fen),
        "over": bool(state.used_fen) and (state.used_fen or 0) > state.limit_fen,
        **(sources_of(product, known) if product else {}),
    }


def entries_of(line: CreditLine, entries: Sequence[EntryNow], known: Knowledge) -> list[EntryNow]:
    """The revolving lines that the newest report prints of the lender of a line, as long as they
    run: what is settled or was lent once is no limit."""
    lenders = named_lenders(line.lender_name or line.lender_slug, line.product_slug, known)
    wanted = lenders or own_lenders(line.product_slug, known)
    return [
        row
        for row in entries
        if row.kind == "revolving"
        and row.state in OPEN_STATES
        and named_lenders(row.lender, "", known) & wanted
    ]


def on_report(
    line: CreditLine, entries: Sequence[EntryNow], report: CreditReport | None
) -> dict[str, Any]:
    """What the newest report prints of a line, and whether its limit is another one than that of
    the ledger: then `earlier` says that the report is of a day before the ledger's limit."""
    state = line.state
    assert state is not None
    differs = any(row.limit_fen not in (None, state.limit_fen) for row in entries)
    earlier = report is not None and report.reported_on < state.limit_on
    return {"entries": entries, "differs": differs, "earlier": earlier}


def _fell(line: CreditLine) -> bool:
    before, after = line.change_before_fen, line.change_after_fen
    return before is not None and after is not None and after < before


def standing_of(
    owner: User, lines: Sequence[CreditLine], entries: Sequence[EntryNow], known: Knowledge
) -> Standing:
    """The ledger and the plan as the choice of questions needs them."""
    rows = [line_row(line, known) for line in lines]
    purposes = {row["product"].purpose for row in rows if row["product"]}
    told = Circumstances.objects.filter(owner=owner).first()
    late = Answer.objects.filter(owner=owner, question_slug="late", answer_slug__in=LATE)
    return Standing(
        products=frozenset(line.product_slug for line in lines),
        fell=any(row["fell"] for row in rows),
        zeroed=any(row["zero"] for row in rows),
        closed=any(row["closed"] for row in rows),
        owes=any(row["owes"] for row in rows),
        business_line=BUSINESS in purposes,
        consumer_and_business={BUSINESS, CONSUMER} <= purposes,
        mortgage_on=told.mortgage_on if told else None,
        late_on_report=any(is_bad(row) and is_own(row) for row in entries),
        said_late=late.exists(),
    )
