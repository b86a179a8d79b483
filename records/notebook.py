"""What the pages of credit reports show. Reads only."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from accounts.paging import keyset_page
from guidance import content
from guidance.domain.records import Knowledge
from records.domain.comparing import Comparison, Difference, compare
from records.domain.reports import (
    BAD_CODES,
    MANAGING,
    Report,
    bad_records,
    codes_seen,
    inquiries_by_category,
    months_of,
    standing,
    to_do,
)
from records.enums import EntryState, FiveClass, InquiryVerdict
from records.models import CreditReport, Inquiry, ReportEntry
from records.models.reports import MOST_REPORTS
from records.reported import (
    as_entry,
    as_report,
    inquiry_terms,
    newest_report,
    report_of,
    term_of,
)

MOST_INQUIRIES = 40
PAGE_ROWS = 30
TO_JUDGE, ALL = "", "all"
MONEY = frozenset({"limit_fen", "balance_fen", "overdue_fen"})


def notebook(owner: User, today: date) -> dict[str, Any]:
    """Every report with its counts, and what the newest one asks to do: four queries."""
    reports = list(CreditReport.objects.for_user(owner).newest_first().with_counts()[:MOST_REPORTS])
    newest = newest_report(owner, today)
    found = seen(report_of(newest), today) if newest else {}
    confirmed = [row for row in reports if row.confirmed_at]
    return {
        "reports": reports,
        "draft": next((row for row in reports if row.confirmed_at is None), None),
        "newest": newest,
        "previous": confirmed[1] if len(confirmed) > 1 else None,
        **found,
    }


def seen(report: Report, today: date) -> dict[str, Any]:
    """A report in numbers, its bad records and what to do about it."""
    now = standing(report.entries, report.inquiries, report.reported_on)
    bad = bad_records(report.entries, report.reported_on, today)
    return {"standing": now, "bad": bad, "to_do": to_do(now, bad)}


def report_context(row: CreditReport, today: date) -> dict[str, Any]:
    """One report: its rows, those still to be compared with the paper, and what to do."""
    entries, inquiries = list(row.entries.in_order()), list(row.inquiries.newest_first())
    known = content.current()
    sure_entries = [entry for entry in entries if entry.confirmed]
    sure_inquiries = [inquiry for inquiry in inquiries if inquiry.confirmed]
    report = as_report(row, sure_entries, sure_inquiries)
    return {
        "report": row,
        "waiting": [entry for entry in entries if not entry.confirmed],
        "waiting_inquiries": [inquiry for inquiry in inquiries if not inquiry.confirmed],
        "entries": sure_entries,
        "inquiries": inquiry_rows(sure_inquiries[:MOST_INQUIRIES], known),
        "inquiry_count": len(report.inquiries),
        "by_category": inquiries_by_category(report.inquiries),
        "all_inquiries": inquiries,
        "earlier": _earlier(row),
        "known": known,
        **seen(report, today),
    }


def _earlier(row: CreditReport) -> CreditReport | None:
    """The report before this one, to compare with."""
    others = CreditReport.objects.filter(owner_id=row.owner_id).confirmed().exclude(pk=row.pk)
    return others.filter(reported_on__lte=row.reported_on).newest_first().first()  # type: ignore[no-any-return]


def inquiry_rows(rows: Iterable[Inquiry], known: Knowledge) -> list[dict[str, Any]]:
    """Inquiries with the reviewed term for the reason each prints, if there is one."""
    terms = inquiry_terms(known)
    found = [(row, term_of(row.reason, terms)) for row in rows]
    return [
        {"inquiry": row, "term": term, "category": term.category if term else ""}
        for row, term in found
    ]


def entry_context(entry: ReportEntry, today: date) -> dict[str, Any]:
    """One entry: its marks of repayment explained, and the end of what is bad in it."""
    now = as_entry(entry)
    known = content.current()
    bad = bad_records([now], entry.report.reported_on, today)
    return {
        "entry": entry,
        "report": entry.report,
        "bad": bad[0] if bad else None,
        "codes": code_rows(entry.codes, known),
        "late_months": [row for row in months_of(now.codes, now.as_of) if row.code in BAD_CODES],
        "known": known,
    }


def code_rows(codes: str, known: Knowledge) -> list[dict[str, Any]]:
    """Each mark once, with how often it stands there and what it means."""
    terms = {
        word: term
        for term in known.report_terms.values()
        if term.group == "repayment"
        for word in term.printed
    }
    return [
        {"code": found.code, "times": found.times, "term": terms.get(found.code)}
        for found in codes_seen(codes)
    ]


def compared(older: Report, newer: Report) -> dict[str, Any]:
    """Two reports for the page that compares them: differences with the kind of their figures."""
    found: Comparison = compare(older, newer)
    return {
        "comparison": found,
        "changed": [
            {"row": row, "differences": [_shown(one) for one in row.differences]}
            for row in found.changed
        ],
    }


def _shown(one: Difference) -> dict[str, Any]:
    """A state in its words; what was not printed as None."""
    words = dict((FiveClass if one.name == "five_class" else EntryState).choices)
    return {
        "name": one.name,
        "is_money": one.name in MONEY,
        "before": words.get(str(one.before), one.before) if one.before != "" else None,
        "after": words.get(str(one.after), one.after) if one.after != "" else None,
    }


def _is_routine(row: dict[str, Any]) -> bool:
    is_open = row["inquiry"].verdict == InquiryVerdict.UNCHECKED
    return is_open and row["category"] == MANAGING


def inquiries_page(row: CreditReport, show: str, after: str) -> dict[str, Any]:
    """A page of inquiries: those nobody judged yet and those nobody knows, or all of them."""
    known = content.current()
    rows = row.inquiries.confirmed()
    if show != ALL:
        rows = rows.filter(verdict__in=[InquiryVerdict.UNCHECKED, InquiryVerdict.STRANGE])
    page = keyset_page(rows, order=("-on", "-pk"), after=after, size=PAGE_ROWS)
    shown = inquiry_rows(page.rows, known)
    return {
        "rows": shown,
        "has_any": bool(shown) or row.inquiries.confirmed().exists(),
        "show": show if show == ALL else TO_JUDGE,
        "managing": [one["inquiry"] for one in shown if _is_routine(one)],
        "next_url": page.next and f"?{urlencode({'show': show, 'after': page.next})}",
        "known": known,
    }
