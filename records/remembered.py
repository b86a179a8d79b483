"""What was said of the rows of the report before, for the rows of a new one. Reads only."""

from collections.abc import Sequence
from typing import Any

from guidance import content
from records.domain.carrying import said_of_entries, said_of_inquiries
from records.domain.report_shapes import EntryPrinted, InquiryRead
from records.domain.reports import OWN
from records.models import CreditReport
from records.reported import as_entry, as_inquiry, inquiry_terms, term_of

Fields = dict[str, Any]


def of_entries(before: CreditReport | None, rows: Sequence[EntryPrinted]) -> list[Fields]:
    """For each row the fields of ReportEntry that hold what was said. One query."""
    earlier = list(before.entries.confirmed().in_order()) if before else []
    words = {str(row.public_id): row.what_wrong for row in earlier}
    said = said_of_entries([as_entry(row) for row in earlier], rows)
    return [
        {
            "verdict": one.verdict,
            "what_wrong": words.get(one.words_of, ""),
            "bad_until": one.bad_until,
            "disputed_on": one.disputed_on,
        }
        for one in said
    ]


def of_inquiries(before: CreditReport | None, rows: Sequence[InquiryRead]) -> list[Fields]:
    """For each row the fields of Inquiry that hold what was said. One query."""
    terms = inquiry_terms(content.current())
    earlier = before.inquiries.confirmed().newest_first() if before else ()
    found = {row.reason: term_of(row.reason, terms) for row in rows}
    own = {reason for reason, term in found.items() if term and term.category == OWN}
    said = said_of_inquiries([as_inquiry(row, terms) for row in earlier], rows, own)
    return [{"verdict": one.verdict, "disputed_on": one.disputed_on} for one in said]
