"""What was read from a personal credit report: plain values, nothing saved, nothing guessed."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

ReportKind = Literal["brief", "detailed", "institution", ""]
EntryKind = Literal["revolving", "loan", "card", "guarantee", "public"]
State = Literal["normal", "overdue", "settled", "closed", "stopped", "bad", "transferred", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPrinted:
    """One account, guarantee or public record as a report prints it. None and "" mean: not printed
    or not understood.

    `limit_fen` is the credit limit, the amount lent of a loan, the amount answered for of a
    guarantee, the amount of a public record; `monthly_fen` what is due in the month of the
    figures. `five_class` is a value of records.enums.FiveClass. `as_of` and `closed_on` are the
    first of a month. `codes` are repayment codes of the detailed version, oldest first.
    """

    kind: EntryKind
    lender: str
    business: str = ""
    opened_on: date | None = None
    ends_on: date | None = None
    is_permanent: bool | None = None
    limit_fen: int | None = None
    balance_fen: int | None = None
    state: State = ""
    five_class: str = ""
    monthly_fen: int | None = None
    as_of: date | None = None
    closed_on: date | None = None
    overdue_fen: int | None = None
    overdue_months: int | None = None
    over_90: bool | None = None
    codes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRead(EntryPrinted):
    """An entry just read. `printed` is the sentence, at most 400 characters, with names and long
    numbers masked."""

    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRead:
    """One row of the table of inquiries; `reason` as printed."""

    on: date
    who: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRead:
    """A whole report. `holder` is for the page that shows it only and is never saved.

    `unread`: sentences that look like accounts or inquiries and were not understood, masked.
    `doubts`: codes of what to tell the person: no-date, no-entries, empty-history, counts-differ,
    institution-version, first-generation, not-a-report, too-long, too-many, odd-date.
    """

    kind: ReportKind
    reported_on: date | None
    number_tail: str
    holder: str
    id_tail: str
    entries: tuple[EntryRead, ...]
    inquiries: tuple[InquiryRead, ...]
    unread: tuple[str, ...]
    doubts: tuple[str, ...]
