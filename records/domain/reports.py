"""What the law says of a credit report, and what of one report to look at first. Pure.

Law: 征信业管理条例 art 16 (five years), art 17 (two free reports a year), art 18 (inquiries need
consent); 民法典 art 202 (how periods of years end).
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from records.domain.report_shapes import EntryPrinted

FREE_A_YEAR = 2
BAD_YEARS = 5
INQUIRY_YEARS = 2
OFF_LIST_SLACK = timedelta(days=31)
NEAR_DAYS = 90
INQUIRY_MONTHS = 3
HIGH_USE_BP = 7_000  # editorial, as everywhere in the plan
APPROVAL, MANAGING, OWN = "approval", "managing", "own"
UNCHECKED, STRANGE = "unchecked", "strange"
FAULTY = frozenset({"wrong", STRANGE})  # verdicts that an objection is about
BAD_CODES = frozenset("1234567BDGZ")
OPEN_STATES = frozenset({"", "normal", "overdue", "stopped", "bad"})
BAD_STATES = frozenset({"overdue", "bad"})
LENDING = frozenset({"revolving", "loan", "card"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNow(EntryPrinted):
    """An entry of the notebook: as printed, and what its owner says of it."""

    key: str
    bad_until: date | None = None
    verdict: str = UNCHECKED
    disputed_on: date | None = None


@dataclass(frozen=True, slots=True)
class InquiryNow:
    """One inquiry. `category` is that of the reviewed term for the printed reason."""

    key: str
    on: date
    who: str
    reason: str
    category: str = ""
    verdict: str = UNCHECKED
    disputed_on: date | None = None


@dataclass(frozen=True, slots=True)
class FreeReports:
    """The free reports of one calendar year, and the first day on which one is free again."""

    year: int
    used: int
    left: int
    next_on: date


def free_reports(free_on: Iterable[date], today: date) -> FreeReports:
    """`free_on` are the days of the reports that were free. Source: art 17, two a year."""
    used = sum(day.year == today.year for day in free_on)
    left = max(FREE_A_YEAR - used, 0)
    return FreeReports(today.year, used, left, today if left else date(today.year + 1, 1, 1))


def is_one_too_many(free_on: Iterable[date], reported_on: date) -> bool:
    """Whether the year of `reported_on` has had its free reports already."""
    return sum(day.year == reported_on.year for day in free_on) >= FREE_A_YEAR


def years_later(day: date, years: int) -> date:
    """The last day of a period of years: the same day, or the last of a month that lacks it
    (民法典 art 202: 没有对应日的，月末日为期间的最后一日)."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def kept_until(bad_until: date) -> date:
    """The last day a bad record may be kept; beyond it it must be deleted (art 16)."""
    return years_later(bad_until, BAD_YEARS)


def leaves_list_on(inquiry_on: date) -> date:
    """Until when a report lists an inquiry: of the last two years, as reports themselves say."""
    return years_later(inquiry_on, INQUIRY_YEARS)


def is_off_list(inquiry_on: date, reported_on: date) -> bool:
    """Whether a report of that day cannot list the inquiry any more; a month is left for reports
    that count the two years otherwise."""
    return leaves_list_on(inquiry_on) + OFF_LIST_SLACK < reported_on


def is_bad(entry: EntryNow) -> bool:
    """Whether an entry holds a bad record (art 44: not having performed as agreed)."""
    return bool(
        entry.state in BAD_STATES
        or entry.overdue_fen
        or entry.overdue_months
        or entry.over_90
        or BAD_CODES & set(entry.codes)
        or entry.bad_until
        or entry.kind == "public"
    )


def is_overdue_now(entry: EntryPrinted) -> bool:
    return entry.state in BAD_STATES or bool(entry.overdue_fen)


def is_own(entry: EntryNow) -> bool:
    """Whether it is the person's own debt, as far as he says: nobody is told to repay another's."""
    return entry.verdict != STRANGE


def word_of(printed: str, words: Iterable[str]) -> str:
    """The longest of the known words that a printed reason is or holds; empty where none fits."""
    return max((word for word in words if word in printed), key=len, default="")


CATEGORIES = (APPROVAL, MANAGING, OWN)


def inquiries_by_category(inquiries: Iterable[InquiryNow]) -> tuple[tuple[str, int], ...]:
    """How many inquiries of each kind, the three that matter first; the others together as ""."""
    counts = Counter(row.category if row.category in CATEGORIES else "" for row in inquiries)
    return tuple((name, counts[name]) for name in (*CATEGORIES, "") if counts[name])


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of that month."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def approvals_in_three_months(inquiries: Iterable[InquiryNow], reported_on: date) -> int:
    """How many inquiries for an approval the report lists of its last three months; several of
    one institution on one day are one."""
    first = months_before(reported_on, INQUIRY_MONTHS)
    seen = {
        (row.on, row.who)
        for row in inquiries
        if row.category == APPROVAL and first < row.on <= reported_on
    }
    return len(seen)


@dataclass(frozen=True, slots=True)
class Standing:
    """A report in numbers. Money in 分; `used_bp` of revolving lines and cards with a limit;
    `overdue` without what the person says is not his."""

    running: int
    lenders: int
    limit_fen: int
    balance_fen: int
    used_bp: int | None
    overdue: int
    bad: int
    wrong: int
    approvals: int
    unchecked_entries: int
    unchecked_inquiries: int
    strange_inquiries: int


def standing(
    entries: Sequence[EntryNow], inquiries: Sequence[InquiryNow], reported_on: date
) -> Standing:
    running = [row for row in entries if row.kind in LENDING and row.state in OPEN_STATES]
    lines = [row for row in running if row.kind != "loan" and row.limit_fen]
    limit = sum(row.limit_fen or 0 for row in lines)
    used = sum(row.balance_fen or 0 for row in lines)
    return Standing(
        running=len(running),
        lenders=len({row.lender for row in running}),
        limit_fen=limit,
        balance_fen=sum(row.balance_fen or 0 for row in running),
        used_bp=used * 10_000 // limit if limit else None,
        overdue=sum(is_overdue_now(row) and is_own(row) for row in entries),
        bad=sum(is_bad(row) for row in entries),
        wrong=sum(row.verdict in FAULTY for row in entries),
        approvals=approvals_in_three_months(inquiries, reported_on),
        unchecked_entries=sum(row.verdict == UNCHECKED for row in entries),
        unchecked_inquiries=sum(
            row.verdict == UNCHECKED and row.category != OWN for row in inquiries
        ),
        strange_inquiries=sum(row.verdict == STRANGE for row in inquiries),
    )


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A bad record and its end: `kept_until` is None while nobody said when it ended.

    `too_long`: the report is of a day on which it had to be gone already. `is_near`: it must go
    within the next months; `is_past`: it must be gone by now, the report is older than that.
    """

    entry: EntryNow
    kept_until: date | None
    too_long: bool
    is_near: bool
    is_past: bool


def bad_records(
    entries: Iterable[EntryNow], reported_on: date, today: date
) -> tuple[BadRecord, ...]:
    """Bad records, those that should be gone first, then by the day they must go.

    Public records have periods of their own and no day of deletion is told for them.
    """
    found = [_bad_record(row, reported_on, today) for row in entries if is_bad(row)]
    found.sort(key=lambda row: (not row.too_long, row.kept_until or date.max, row.entry.lender))
    return tuple(found)


def _bad_record(entry: EntryNow, reported_on: date, today: date) -> BadRecord:
    ends = entry.bad_until if entry.kind != "public" and not is_overdue_now(entry) else None
    until = kept_until(ends) if ends else None
    if until is None:
        return BadRecord(entry, None, too_long=False, is_near=False, is_past=False)
    left = (until - today).days
    too_long = until < reported_on
    return BadRecord(entry, until, too_long, 0 <= left <= NEAR_DAYS, left < 0 and not too_long)


# What a report asks one to do, the gravest first.
TO_DO = ("overdue", "too-long", "wrong", "strange", "check-entries", "check-inquiries")


def to_do(now: Standing, bad: Iterable[BadRecord]) -> tuple[tuple[str, int], ...]:
    """What to do about a report, with how many there are of each; empty when all is looked at."""
    counts = Counter(
        {
            "overdue": now.overdue,
            "too-long": sum(row.too_long for row in bad),
            "wrong": now.wrong,
            "strange": now.strange_inquiries,
            "check-entries": now.unchecked_entries,
            "check-inquiries": now.unchecked_inquiries,
        }
    )
    return tuple((name, counts[name]) for name in TO_DO if counts[name])


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """One mark of repayment in a row of months, with how often it stands there."""

    code: str
    times: int


def codes_seen(codes: str) -> tuple[CodeSeen, ...]:
    """The marks of a row by first appearance."""
    return tuple(CodeSeen(code, times) for code, times in Counter(codes).items())


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a row of repayment marks: `on` is its first day."""

    on: date
    code: str


def months_of(codes: str, last: date | None) -> tuple[Month, ...]:
    """Marks with their months; the last mark is that of `last`, the month of the figures. Without
    that month no mark has one."""
    if last is None:
        return ()
    back = range(len(codes) - 1, -1, -1)
    return tuple(
        Month(months_before(last, behind), code) for behind, code in zip(back, codes, strict=True)
    )


@dataclass(frozen=True)
class Report:
    """One confirmed report as the other decisions read it."""

    reported_on: date
    entries: tuple[EntryNow, ...] = ()
    inquiries: tuple[InquiryNow, ...] = field(default_factory=tuple)
