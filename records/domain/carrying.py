"""What a person said of a row of one report that holds for the same row of the next one. Pure.

Figures change from report to report, so that they are right or wrong has to be looked at anew. That
an account is not his, the day he paid it off, and that he objected, stay as they are.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from records.domain.comparing import inquiry_identity, twins_of
from records.domain.report_shapes import EntryPrinted, InquiryRead
from records.domain.reports import STRANGE, UNCHECKED, EntryNow, InquiryNow, is_overdue_now

MINE = "mine"


@dataclass(frozen=True, slots=True)
class EntrySaid:
    """`words_of` is the key of the earlier entry whose words on what is wrong still hold, or ""."""

    verdict: str = UNCHECKED
    words_of: str = ""
    bad_until: date | None = None
    disputed_on: date | None = None


def said_of_entries(
    earlier: Sequence[EntryNow], rows: Sequence[EntryPrinted]
) -> tuple[EntrySaid, ...]:
    """For each row what was said of the same entry of the earlier report."""
    pairs = zip(twins_of(rows, earlier), rows, strict=True)
    return tuple(_said(before, now) if before else EntrySaid() for before, now in pairs)


def _said(before: EntryNow, now: EntryPrinted) -> EntrySaid:
    strange = before.verdict == STRANGE
    return EntrySaid(
        verdict=STRANGE if strange else UNCHECKED,
        words_of=before.key if strange else "",
        bad_until=None if is_overdue_now(now) else before.bad_until,
        disputed_on=before.disputed_on,
    )


@dataclass(frozen=True, slots=True)
class InquirySaid:
    verdict: str = UNCHECKED
    disputed_on: date | None = None


def said_of_inquiries(
    earlier: Iterable[InquiryNow], rows: Sequence[InquiryRead], own: Collection[str]
) -> tuple[InquirySaid, ...]:
    """For each row what was said of the same one before; of a reason among `own`, those for which
    people look at their own reports, that it is his."""
    before = {inquiry_identity(row): row for row in earlier}
    return tuple(_of_inquiry(before.get(inquiry_identity(row)), row.reason in own) for row in rows)


def _of_inquiry(before: InquiryNow | None, is_own: bool) -> InquirySaid:
    verdict = before.verdict if before else UNCHECKED
    if verdict == UNCHECKED and is_own:
        verdict = MINE
    return InquirySaid(verdict, before.disputed_on if before else None)
