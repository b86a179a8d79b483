"""Reading credit reports as plain values. Reads only; rows that were not confirmed do not count."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Prefetch

from accounts.models import User
from guidance import content
from guidance.domain.records import Knowledge, ReportTerm
from records.domain.plan import Situation
from records.domain.reports import (
    EntryNow,
    FreeReports,
    InquiryNow,
    Report,
    free_reports,
    standing,
    word_of,
)
from records.enums import ReportCost
from records.models import CreditReport, Inquiry, ReportEntry

COPIED = tuple(name for name in EntryNow.__dataclass_fields__ if name != "key")


def as_entry(row: ReportEntry) -> EntryNow:
    return EntryNow(key=str(row.public_id), **{name: getattr(row, name) for name in COPIED})


Terms = Mapping[str, ReportTerm]


def inquiry_terms(known: Knowledge) -> Terms:
    """The reviewed kinds of inquiries by the words reports print: made once for many rows."""
    terms = known.report_terms.values()
    return {word: term for term in terms if term.category for word in term.printed}


def term_of(reason: str, terms: Terms) -> ReportTerm | None:
    return terms.get(word_of(reason, terms))


def as_inquiry(row: Inquiry, terms: Terms) -> InquiryNow:
    term = term_of(row.reason, terms)
    return InquiryNow(
        key=str(row.public_id),
        on=row.on,
        who=row.who,
        reason=row.reason,
        category=term.category if term else "",
        verdict=row.verdict,
        disputed_on=row.disputed_on,
    )


def as_report(
    row: CreditReport, entries: Iterable[ReportEntry], inquiries: Iterable[Inquiry]
) -> Report:
    """A report of rows that were read already."""
    terms = inquiry_terms(content.current())
    return Report(
        row.reported_on,
        tuple(as_entry(entry) for entry in entries),
        tuple(as_inquiry(inquiry, terms) for inquiry in inquiries),
    )


def report_of(row: CreditReport) -> Report:
    """One report with its confirmed rows: two queries whatever their number."""
    return as_report(
        row, row.entries.confirmed().in_order(), row.inquiries.confirmed().newest_first()
    )


def free_days(owner: User, but: CreditReport | None = None) -> list[date]:
    """The days of the reports that were free, drafts among them: they were pulled all the same."""
    rows = CreditReport.objects.for_user(owner).filter(cost=ReportCost.FREE)
    others = rows.exclude(pk=but.pk) if but and but.pk else rows
    return list(others.values_list("reported_on", flat=True))


def free_now(owner: User, today: date) -> FreeReports:
    return free_reports(free_days(owner), today)


def newest_report(owner: User, up_to: date) -> CreditReport | None:
    """The newest confirmed report of a day up to `up_to`."""
    rows = CreditReport.objects.for_user(owner).confirmed().filter(reported_on__lte=up_to)
    return rows.newest_first().first()  # type: ignore[no-any-return]


MOST_NEAR = 6


def reports_near(owner_id: int, day: date, within: timedelta) -> list[Report]:
    """Confirmed reports within some days of a day; one query where there is none, else three."""
    rows = CreditReport.objects.filter(owner_id=owner_id).confirmed()
    near = rows.filter(reported_on__range=(day - within, day + within)).newest_first()
    confirmed = [
        Prefetch("entries", ReportEntry.objects.confirmed().in_order()),
        Prefetch("inquiries", Inquiry.objects.confirmed().newest_first()),
    ]
    return [
        as_report(row, row.entries.all(), row.inquiries.all())
        for row in near.prefetch_related(*confirmed)[:MOST_NEAR]
    ]


def situation_of(owner: User, today: date) -> Situation:
    """What the newest report says to the plan; nothing without one. Three queries."""
    row = newest_report(owner, today)
    if row is None:
        return Situation()
    report = report_of(row)
    now = standing(report.entries, report.inquiries, report.reported_on)
    return Situation(
        report_on=row.reported_on,
        report_overdue=now.overdue,
        report_errors=now.wrong,
        unknown_inquiries=now.strange_inquiries,
        inquiries_3m=now.approvals,
        utilisation_bp=now.used_bp,
        lenders=now.lenders,
        unused_lines=_unused(report.entries),
        dispute_on=_last_dispute((*report.entries, *report.inquiries)),
    )


def _unused(entries: Iterable[EntryNow]) -> int:
    """Lines that still run and of which nothing is used."""
    return sum(
        row.kind in ("revolving", "card") and row.state == "normal" and row.balance_fen == 0
        for row in entries
    )


def _last_dispute(rows: Iterable[EntryNow | InquiryNow]) -> date | None:
    return max((row.disputed_on for row in rows if row.disputed_on), default=None)
