"""Clues that the person's own credit reports give about one change. Pure.

A report is a photograph of its day: it speaks of a change near that day and of no other. What it
does not print is no clue, and the same on two reports is one clue.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from guidance.domain.records import Knowledge
from limits.domain.changes import Change
from limits.domain.lenders import named_lenders, own_lenders
from records.domain.reports import (
    APPROVAL,
    BAD_CODES,
    LENDING,
    MANAGING,
    EntryNow,
    Report,
    approvals_in_three_months,
    is_bad,
    is_overdue_now,
    months_before,
    months_of,
    standing,
)

NEAR_DAYS = 120
REVIEWED_DAYS = 45
MYBANK_DAYS = 30
MERCHANT_MONTHS = 12
LATE_MONTHS = 24
MANY_INQUIRIES, FEW_INQUIRIES = 4, 1  # editorial, as the sentences of these clues say
MANY_LENDERS = 4
HIGH_USE_BP = 7_000
MYBANK_WORD = "网商银行"
LIMIT_REVIEW = "额度审批"
MERCHANT = "merchant"
RISKY_CLASSES = frozenset({"watch", "substandard", "doubtful", "loss", "default"})
BUSINESS_WORD = "经营"


def is_near(report: Report, change_on: date) -> bool:
    """Whether a report still speaks of a change of that day."""
    return abs((report.reported_on - change_on).days) <= NEAR_DAYS


def record_codes(reports: Iterable[Report], change: Change, knowledge: Knowledge) -> frozenset[str]:
    """Codes of the reviewed signals (RP_…) that the reports near a change give.

    Inquiries are taken from all of them; what an account was like from the last one before the
    change, and what became of it from the first one after.
    """
    near = sorted(
        (row for row in reports if is_near(row, change.effective_on)),
        key=lambda row: row.reported_on,
    )
    if not near:
        return frozenset()
    before = next((row for row in reversed(near) if row.reported_on <= change.effective_on), None)
    after = next((row for row in near if row.reported_on > change.effective_on), None)
    lenders = _lenders_of(change, knowledge)
    found = [
        *(_of_that_time(before) if before else ()),
        *_of_history(after or near[-1], change.effective_on),
        *_of_inquiries(near, change.effective_on, lenders, knowledge),
        *_of_line(before or near[0], after, change, lenders, knowledge),
    ]
    return frozenset(found)


def _lenders_of(change: Change, knowledge: Knowledge) -> frozenset[str]:
    return named_lenders(change.lender, change.product, knowledge) or own_lenders(
        change.product, knowledge
    )


def _of_that_time(report: Report) -> Iterator[str]:
    """What stood so before the change. A later report may show what followed from it: an account
    that was stopped, a rate missed because the money was gone, a limit used up because it fell."""
    entries = report.entries
    if any(is_overdue_now(row) for row in entries):
        yield "RP_OVERDUE_NOW"
    if any(row.five_class in RISKY_CLASSES for row in entries):
        yield "RP_FIVECLASS"
    if any(row.state == "stopped" for row in entries):
        yield "RP_STOP"
    if any(row.kind == "guarantee" and is_bad(row) for row in entries):
        yield "RP_LIABILITY"
    now = standing(entries, report.inquiries, report.reported_on)
    if now.lenders >= MANY_LENDERS:
        yield "RP_LENDERS_HIGH"
    if (now.used_bp or 0) >= HIGH_USE_BP:
        yield "RP_UTIL_HIGH"


def _of_history(report: Report, change_on: date) -> Iterator[str]:
    """What carries its own day, or was so for years: the later the report, the better."""
    entries = report.entries
    marks = "".join(_marks(row, change_on) for row in entries)
    if BAD_CODES & set(marks):
        yield "RP_OVERDUE_24M"
    if "M" in marks:
        yield "RP_LATE_M"
    accounts = [row for row in entries if row.kind in LENDING]
    if accounts and not any(is_bad(row) for row in accounts):
        yield "RP_CLEAN"
    known_then = [row for row in entries if row.opened_on is None or row.opened_on <= change_on]
    if any(row.kind == "public" for row in known_then):
        yield "RP_PUBLIC"
    if any(row.verdict == "strange" for row in known_then):
        yield "RP_UNKNOWN_ACCT"


def _marks(entry: EntryNow, change_on: date) -> str:
    """The marks of repayment of the 24 months before that of the change."""
    end = change_on.replace(day=1)
    first = months_before(end, LATE_MONTHS)
    months = months_of(entry.codes, entry.as_of)
    return "".join(row.code for row in months if first <= row.on < end)


def _of_inquiries(
    reports: Sequence[Report], change_on: date, lenders: frozenset[str], knowledge: Knowledge
) -> Iterator[str]:
    rows = {(row.on, row.who, row.reason): row for report in reports for row in report.inquiries}
    asked = rows.values()
    before = [row for row in asked if row.on <= change_on]
    recent = [row for row in before if (change_on - row.on).days <= REVIEWED_DAYS]
    if any(row.category == MANAGING and _is_of(row.who, lenders, knowledge) for row in recent):
        yield "RP_POSTLOAN_BEFORE"
    if any(LIMIT_REVIEW in row.reason for row in recent):
        yield "RP_LIMIT_REVIEW"
    year = months_before(change_on, MERCHANT_MONTHS)
    if any(row.category == MERCHANT and row.on >= year for row in before):
        yield "RP_MERCHANT_QUERY"
    around = timedelta(days=MYBANK_DAYS)
    if any(
        row.category == APPROVAL and MYBANK_WORD in row.who and abs(row.on - change_on) <= around
        for row in asked
    ):
        yield "RP_APPROVAL_MYBANK"
    # Only a report of that day or later lists all inquiries before it.
    if any(report.inquiries and report.reported_on >= change_on for report in reports):
        yield from _of_approvals(approvals_in_three_months(before, change_on))


def _of_approvals(count: int) -> Iterator[str]:
    if count >= MANY_INQUIRIES:
        yield "RP_HARD_3M_HIGH"
    elif count <= FEW_INQUIRIES:
        yield "RP_HARD_3M_LOW"


def _of_line(
    then: Report,
    after: Report | None,
    change: Change,
    lenders: frozenset[str],
    knowledge: Knowledge,
) -> Iterator[str]:
    """What the entries of this line's lender say; a guess about which entry it is stays one, so
    several open lines of one lender tell nothing of their limits."""
    mine = [row for row in then.entries if _is_line_of(row, change, lenders, knowledge)]
    if any(
        row.ends_on and not row.is_permanent and row.ends_on < change.effective_on for row in mine
    ):
        yield "RP_EXPIRED"
    elif mine and all(row.is_permanent for row in mine):
        yield "RP_PERMANENT"
    if any(
        MYBANK_WORD in row.lender and BUSINESS_WORD in row.business and row.state == "normal"
        for row in then.entries
    ):
        yield "RP_LINE_MYBANK"
    if after is not None and change.is_fall:
        yield from _of_line_after(after, change, lenders, knowledge)


def _of_line_after(
    after: Report, change: Change, lenders: frozenset[str], knowledge: Knowledge
) -> Iterator[str]:
    rows = [row for row in after.entries if _is_line_of(row, change, lenders, knowledge)]
    running = [row for row in rows if row.state in ("", "normal", "stopped")]
    if rows and not running:
        yield "RP_LINE_GONE"
    limits = [row.limit_fen for row in running if row.limit_fen is not None]
    if len(running) == len(limits) == 1 and limits[0] < change.before_fen:
        yield "RP_LIMIT_LOWER"


def _is_line_of(
    entry: EntryNow, change: Change, lenders: frozenset[str], knowledge: Knowledge
) -> bool:
    """A revolving line of the lender, for the purpose of the product."""
    if entry.kind != "revolving" or not _is_of(entry.lender, lenders, knowledge):
        return False
    product = knowledge.products.get(change.product)
    if product is None or product.purpose == "mixed" or not entry.business:
        return True
    return (BUSINESS_WORD in entry.business) == (product.purpose == "business")


def _is_of(printed: str, lenders: frozenset[str], knowledge: Knowledge) -> bool:
    """Whether a printed name means one of these lenders."""
    return bool(named_lenders(printed, "", knowledge) & lenders)
