"""What a person owes, added up; and when that becomes too much. Pure, in integer 分.

All warning levels are rules of thumb of this site. No public rule sets such a line for consumer
credit (facts: causes.md T19, config util_high and lenders_high); the pages must say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from records.domain.recurrence import days_between

BP = 10_000
MONTHS = 12
WATCH, STRAINED, OVER = "watch", "strained", "over"
LEVELS = ("", WATCH, STRAINED, OVER)

USED_WATCH_BP = 5_000  # T19: below 50 % overall, our rule of thumb
USED_STRAINED_BP = 7_000  # the same figure the cause "high-debt" asks about
LINE_WATCH_BP = 7_000  # T19: below 70 % on any single line
SHARE_WATCH_BP = 3_000  # of income; ours
SHARE_STRAINED_BP = 5_000
MANY_DEBTS = 4
CALENDAR_DAYS = 60


@dataclass(frozen=True, slots=True)
class DebtNow:
    """One loan or line. Unknown figures are None."""

    key: str
    name: str
    owed_fen: int
    limit_fen: int | None = None
    rate_bp: int | None = None
    monthly_fen: int | None = None
    due_day: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """`used_fen` and `limit_fen` are of lines with a limit above 0; `owed_fen` is of everything."""

    owed_fen: int
    limit_fen: int
    used_fen: int
    monthly_fen: int
    used_bp: int | None
    open_count: int
    without_monthly: int


def totals(debts: Iterable[DebtNow]) -> Totals:
    """Sums over all debts, and the share used of those with a limit."""
    rows = list(debts)
    lines = [(row.owed_fen, row.limit_fen) for row in rows if row.limit_fen]
    used, limit = sum(owed for owed, _ in lines), sum(most for _, most in lines)
    owing = [row for row in rows if row.owed_fen > 0]
    return Totals(
        owed_fen=sum(row.owed_fen for row in rows),
        limit_fen=limit,
        used_fen=used,
        monthly_fen=sum(monthly_due(row) for row in rows),
        used_bp=share_bp(used, limit),
        open_count=len(owing),
        without_monthly=sum(1 for row in owing if row.monthly_fen is None),
    )


def monthly_due(debt: DebtNow) -> int:
    """What is due a month: never more than what is owed, 0 where nobody knows."""
    return min(debt.monthly_fen or 0, debt.owed_fen)


def share_bp(part_fen: int, whole_fen: int | None) -> int | None:
    """Part of a whole in hundredths of a per cent, rounded down; None where the whole is 0 or
    unknown, because nothing can be said of a limit of 0."""
    if not whole_fen:
        return None
    return part_fen * BP // whole_fen


def month_interest(owed_fen: int, rate_bp: int) -> int:
    """One month's interest: a twelfth of the annual rate, rounded to the nearest 分, half up.

    Lenders count days and compound in their own ways; this is an estimate and must be called one.
    """
    whole = BP * MONTHS
    return (2 * owed_fen * rate_bp + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class DebtWarning:
    """Something to look at. `code` picks the words; `bp` and `count` are what they speak of."""

    code: str
    level: str
    bp: int | None = None
    count: int | None = None
    name: str = ""


def warnings(debts: Sequence[DebtNow], income_fen: int | None) -> tuple[DebtWarning, ...]:
    """What speaks of owing too much, the gravest first. Income is optional; without it the burden
    of the month is simply not judged."""
    found = [*_of_the_month(totals(debts), income_fen), *_of_all(totals(debts))]
    for debt in debts:
        found += _of_one(debt)
    return tuple(sorted(found, key=lambda row: -LEVELS.index(row.level)))


def is_heavy_month(debts: Iterable[DebtNow], income_fen: int | None) -> bool:
    """Half of the income or more goes into repayments; False where the income is unknown."""
    found = _of_the_month(totals(debts), income_fen)
    return any(LEVELS.index(row.level) >= LEVELS.index(STRAINED) for row in found)


def level(found: Iterable[DebtWarning]) -> str:
    """The gravest level, "" where nothing stands out."""
    return max((row.level for row in found), key=LEVELS.index, default="")


def _of_the_month(total: Totals, income_fen: int | None) -> Iterable[DebtWarning]:
    if income_fen is None or not total.monthly_fen:
        return
    share = share_bp(total.monthly_fen, income_fen)
    if share is None or share >= BP:
        yield DebtWarning("month-over-income", OVER, share)
    elif share >= SHARE_STRAINED_BP:
        yield DebtWarning("month-half-of-income", STRAINED, share)
    elif share >= SHARE_WATCH_BP:
        yield DebtWarning("month-third-of-income", WATCH, share)


def _of_all(total: Totals) -> Iterable[DebtWarning]:
    used = total.used_bp
    if used is not None and used >= USED_STRAINED_BP:
        yield DebtWarning("used-most", STRAINED, used)
    elif used is not None and used >= USED_WATCH_BP:
        yield DebtWarning("used-half", WATCH, used)
    if total.open_count >= MANY_DEBTS:
        yield DebtWarning("many", WATCH, count=total.open_count)


def _of_one(debt: DebtNow) -> Iterable[DebtWarning]:
    if not debt.owed_fen:
        return
    used = share_bp(debt.owed_fen, debt.limit_fen)
    if debt.limit_fen is not None and debt.owed_fen > debt.limit_fen:
        yield DebtWarning("over-limit", WATCH, used, name=debt.name)
    elif used is not None and used >= LINE_WATCH_BP:
        yield DebtWarning("line-full", WATCH, used, name=debt.name)
    if debt.monthly_fen is None or debt.rate_bp is None or debt.monthly_fen >= debt.owed_fen:
        return
    # Arithmetic, no rule of thumb: such a debt never gets smaller.
    if debt.monthly_fen <= month_interest(debt.owed_fen, debt.rate_bp):
        yield DebtWarning("interest-only", STRAINED, debt.rate_bp, name=debt.name)


@dataclass(frozen=True, slots=True)
class Repayment:
    on: date
    name: str
    amount_fen: int | None


def repayments(
    debts: Iterable[DebtNow], today: date, days: int = CALENDAR_DAYS
) -> tuple[Repayment, ...]:
    """What is due from today on for 60 days, in order of days. A due day of 31 is the last day of
    a shorter month. Interest aside, no more is listed than what is owed."""
    last = today + timedelta(days=days)
    found: list[Repayment] = []
    for debt in debts:
        left = debt.owed_fen
        for on in due_days(debt, today, last):
            if left <= 0:
                break
            amount = None if debt.monthly_fen is None else min(debt.monthly_fen, left)
            found.append(Repayment(on, debt.name, amount))
            left -= amount or 0
    return tuple(sorted(found, key=lambda row: (row.on, row.name)))


def next_due_on(debts: Iterable[DebtNow], today: date) -> date | None:
    """The nearest day on which something is due."""
    return min((row.on for row in repayments(debts, today, 31)), default=None)


def due_days(debt: DebtNow, first: date, last: date) -> tuple[date, ...]:
    """The repayment days from `first` to `last`, both included; 31 is the last of a short month."""
    if debt.due_day is None:
        return ()
    # A January has 31 days: from there the rule finds the last day of every shorter month.
    start = date(first.year - 1, 1, debt.due_day)
    return days_between("FREQ=MONTHLY", start=start, first=first, last=last)
