"""How long it takes to pay debts off, and what it costs, when more is paid a month. Pure.

Every month: interest of a twelfth of the annual rate is added (debt.month_interest, rounded half
up to whole 分), then each debt gets its monthly amount, then what is left of the budget goes to the
debts in the chosen order. The budget stays the same to the end: what a finished debt no longer
needs goes to the next one. An estimate: no fees, no penalty, no change of rates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from records.domain.debt import DebtNow, month_interest

HIGHEST_RATE, SMALLEST = "highest-rate", "smallest"
ORDERS = (HIGHEST_RATE, SMALLEST)
MOST_MONTHS = 360  # thirty years; whoever needs longer needs help, not a table


@dataclass(frozen=True, slots=True)
class Payoff:
    """`months` is None where the debts are not paid off within thirty years; then `interest_fen` is
    what those years cost. `finished` names the debts in the order they end, with the month."""

    months: int | None
    interest_fen: int
    paid_fen: int
    finished: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Without more, and with `extra_fen` more in both orders; `left_out` lack a figure."""

    extra_fen: int
    plain: Payoff
    highest_rate: Payoff
    smallest: Payoff
    first_by_rate: str
    first_by_size: str
    left_out: tuple[str, ...]


def can_be_reckoned(debt: DebtNow) -> bool:
    return debt.owed_fen > 0 and debt.rate_bp is not None and debt.monthly_fen is not None


def compare(debts: Iterable[DebtNow], extra_fen: int) -> Comparison | None:
    """None where no debt has both a rate and a monthly amount."""
    rows = [row for row in debts if row.owed_fen > 0]
    known = [row for row in rows if can_be_reckoned(row)]
    if not known:
        return None
    by_rate, by_size = in_order(known, HIGHEST_RATE), in_order(known, SMALLEST)
    return Comparison(
        extra_fen=extra_fen,
        plain=pay_off(by_rate, 0),
        highest_rate=pay_off(by_rate, extra_fen),
        smallest=pay_off(by_size, extra_fen),
        first_by_rate=by_rate[0].name,
        first_by_size=by_size[0].name,
        left_out=tuple(row.name for row in rows if not can_be_reckoned(row)),
    )


def in_order(debts: Sequence[DebtNow], order: str) -> tuple[DebtNow, ...]:
    """The order in which spare money is spent, fixed from the start: of equal ones the other
    measure decides, then the key."""
    if order == HIGHEST_RATE:
        return tuple(sorted(debts, key=lambda row: (-(row.rate_bp or 0), row.owed_fen, row.key)))
    return tuple(sorted(debts, key=lambda row: (row.owed_fen, -(row.rate_bp or 0), row.key)))


def pay_off(debts: Sequence[DebtNow], extra_fen: int) -> Payoff:
    """Month by month until nothing is owed. Paying more never takes longer and never costs more:
    a larger budget leaves every single balance lower or equal, month for month."""
    owed = [row.owed_fen for row in debts]
    budget = extra_fen + sum(row.monthly_fen or 0 for row in debts)
    interest, paid = 0, 0
    finished: list[tuple[str, int]] = []
    for month in range(1, MOST_MONTHS + 1):
        added = [
            month_interest(left, row.rate_bp or 0) for left, row in zip(owed, debts, strict=True)
        ]
        before = [left + more for left, more in zip(owed, added, strict=True)]
        owed = _after_paying(before, [row.monthly_fen or 0 for row in debts], budget)
        interest += sum(added)
        paid += sum(before) - sum(owed)
        finished += [
            (row.name, month)
            for row, had, left in zip(debts, before, owed, strict=True)
            if had and not left
        ]
        if not any(owed):
            return Payoff(month, interest, paid, tuple(finished))
    return Payoff(None, interest, paid, tuple(finished))


def _after_paying(owed: Sequence[int], monthly: Sequence[int], budget: int) -> list[int]:
    """Each debt its monthly amount, then the rest of the budget to the first that still owes."""
    left = [max(0, debt - due) for debt, due in zip(owed, monthly, strict=True)]
    spare = budget - (sum(owed) - sum(left))
    for index, debt in enumerate(left):
        pays = min(spare, debt)
        left[index], spare = debt - pays, spare - pays
    return left
