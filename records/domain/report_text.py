"""Reading a personal credit report of the PBoC credit centre, as text. Pure; never raises.

What is not certain is handed back as `unread`: a wrong row is worse than one to be typed in.
"""

import re
from datetime import date

from records.domain.report_brief import MOST_ENTRIES, read_accounts
from records.domain.report_detailed import read_blocks
from records.domain.report_head import Head, read_head
from records.domain.report_inquiries import MOST_INQUIRIES, divided, read_inquiries
from records.domain.report_lines import is_personal, joined, lines_of, plain
from records.domain.report_public import read_public, without_public
from records.domain.report_shapes import EntryRead, InquiryRead, ReportRead
from records.domain.report_words import Span

__all__ = ["EntryRead", "InquiryRead", "ReportRead", "read_report"]

MOST_CHARACTERS = 400_000
MOST_UNREAD = 200
SECOND_GENERATION = date(2020, 1, 19)
_EMPTY = re.compile(r"(?:没有|无)(?:您的)?(?:任何)?信贷(?:交易)?记录|没有您(?:的)?(?:任何)?信贷")
_COUNTS = re.compile(r"账\s{0,3}户\s{0,3}数((?:\s{1,40}(?:\d{1,4}|-{1,2}))+)")


def read_report(text: str, today: date | None = None) -> ReportRead:
    """What a pasted or extracted report says. `today` bounds the days where it prints none."""
    shown = plain(text[:MOST_CHARACTERS])
    lines = lines_of(shown)
    head = read_head(shown, today)
    span = Span(head.reported_on or today)
    is_detailed = head.kind in ("detailed", "institution")
    blocks, block_unread, others = (
        read_blocks(lines, span, head.holder) if is_detailed else ([], [], lines)
    )
    before, table = divided(joined(others))
    sentences = "" if is_detailed else without_public(before)
    told, told_unread = read_accounts(sentences, span, head.holder)
    public, public_unread = read_public(before, span, head.holder)
    inquiries, inquiry_unread = read_inquiries(table, span, head.holder)
    entries = (*blocks, *told, *public)
    unread = (*block_unread, *told_unread, *public_unread, *inquiry_unread)
    return ReportRead(
        kind=head.kind,
        reported_on=head.reported_on,
        number_tail=head.number_tail,
        holder=head.holder,
        id_tail=head.id_tail,
        entries=entries[:MOST_ENTRIES],
        inquiries=tuple(inquiries[:MOST_INQUIRIES]),
        unread=tuple(row for row in unread if not is_personal(row))[:MOST_UNREAD],
        doubts=_doubts(text, lines, head, entries, inquiries),
    )


def _doubts(
    text: str,
    lines: list[str],
    head: Head,
    entries: tuple[EntryRead, ...],
    inquiries: list[InquiryRead],
) -> tuple[str, ...]:
    is_empty = not entries and any(_EMPTY.search(line) for line in lines)
    found = {
        "too-long": len(text) > MOST_CHARACTERS,
        "too-many": len(entries) > MOST_ENTRIES or len(inquiries) > MOST_INQUIRIES,
        "not-a-report": not head.kind and not entries and not inquiries,
        "no-date": head.reported_on is None,
        "odd-date": head.has_odd_date,
        "first-generation": bool(head.reported_on and head.reported_on < SECOND_GENERATION),
        "institution-version": head.kind == "institution",
        "empty-history": is_empty,
        "no-entries": not entries and not is_empty,
        "counts-differ": _counts_differ(lines, entries),
    }
    return tuple(code for code, is_so in found.items() if is_so)


def _counts_differ(lines: list[str], entries: tuple[EntryRead, ...]) -> bool:
    """Whether the summary of a brief report counts other accounts than were read."""
    row = next(filter(None, map(_COUNTS.fullmatch, lines)), None)
    if row is None:
        return False
    counted = sum(int(number) for number in re.findall(r"\d+", row[1]))
    return counted != sum(entry.kind in ("revolving", "loan", "card") for entry in entries)
