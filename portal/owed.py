"""What the ledger and the newest credit report know of debts, offered to be taken over.

Nothing is saved until the person has seen it; what is owed may be unknown: then he is asked.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from accounts.models import User
from guidance import content
from guidance.domain.records import Knowledge
from inputs.clock import today
from limits.domain.lenders import named_lenders, own_lenders
from limits.domain.states import CLOSED, LineState
from limits.models import CreditLine
from limits.views.ledger import lines_then
from records.domain.reports import LENDING, EntryNow, is_own
from records.enums import DebtKind
from records.models import Debt
from records.reported import newest_report, report_of

MOST_NAME = 60
KINDS = {"card": DebtKind.CARD, "loan": DebtKind.INSTALMENT}
HOUSING = "住房"  # stands in the business of every mortgage, whoever lends

Offers = Mapping[str, dict[str, Any]]


def offers(owner: User) -> Offers:
    """By public id of the line or the entry: where the figures come from, their day, the values of
    a debt. Of a lender in both, and of one written down by name, the report offers nothing."""
    lines = offered_lines(owner)
    taken = frozenset().union(*(row["lenders"] for row in lines.values()))
    written = set(Debt.objects.for_user(owner).values_list("name", flat=True))
    entries = {
        key: row
        for key, row in offered_entries(owner).items()
        if not row["lenders"] & taken and row["values"]["name"] not in written
    }
    return lines | entries


def offered_lines(owner: User) -> dict[str, dict[str, Any]]:
    """What the ledger knows of each line that is not closed."""
    known = content.current()
    states = [(line, line.state) for line in lines_then(owner, today())]
    return {
        str(line.public_id): _of_line(line, state, known)
        for line, state in states
        if state is not None and state.status != CLOSED
    }


def offered_entries(owner: User) -> dict[str, dict[str, Any]]:
    """What the newest credit report says that he still owes; not what he says is not his."""
    newest = newest_report(owner, today())
    if newest is None:
        return {}
    return {
        row.key: _of_entry(row) | {"known_on": newest.reported_on}
        for row in report_of(newest).entries
        if row.kind in LENDING and row.balance_fen and is_own(row)
    }


def _of_entry(row: EntryNow) -> dict[str, Any]:
    return {
        "key": row.key,
        "lenders": named_lenders(row.lender, "", content.current()),
        "from_report": True,
        "values": {
            "name": row.lender[:MOST_NAME],
            "kind": _kind_of(row).value,
            "limit_fen": None if row.kind == "loan" else row.limit_fen,
            "owed_fen": row.balance_fen,
            "monthly_fen": row.monthly_fen,
        },
    }


def _kind_of(row: EntryNow) -> DebtKind:
    if row.kind == "loan" and HOUSING in row.business:
        return DebtKind.MORTGAGE
    return KINDS.get(row.kind, DebtKind.REVOLVING)


def _of_line(line: CreditLine, state: LineState, known: Knowledge) -> dict[str, Any]:
    product = known.products.get(line.product_slug)
    title = product.title.in_language(get_language() or "zh-hans") if product else ""
    named = named_lenders(line.lender_name or line.lender_slug, line.product_slug, known)
    return {
        "key": str(line.public_id),
        "lenders": named or own_lenders(line.product_slug, known),
        "from_report": False,
        "known_on": state.used_on or state.limit_on,
        "values": {
            "name": (line.product_name or title)[:MOST_NAME],
            "kind": DebtKind.REVOLVING.value,
            "limit_fen": state.limit_fen,
            "owed_fen": _owed(state),
            "rate_bp": state.rate_bp,
        },
    }


def _owed(state: LineState) -> int | None:
    """Used as seen; else limit less what was available, both of the same reading."""
    if state.used_fen is not None:
        return state.used_fen
    if state.available_fen is None or state.used_on != state.limit_on:
        return None
    return max(0, state.limit_fen - state.available_fen)
