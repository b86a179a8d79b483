"""Clues in a bill, with the lines that speak for each and nothing that names anyone. Pure.

All thresholds and words are the editors', chosen so that an ordinary household bill gives no clue.
No lender has published what it looks at. A finding says what stands on the bill, never what it
means: where a word has an innocent meaning too, it counts only beside a second one.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guidance.domain.records import Text
from inputs.money import short_yuan
from limits.domain.bills import IN, OUT, Payment

LEAST_RECEIPTS, LEAST_PAYERS, LEAST_MONTHS = 10, 5, 2
LEAST_BUSINESS, LEAST_BUSINESS_FEN = 3, 20_000
REGULAR_MONTHS = 3
LENDER_WINDOW = timedelta(days=92)
MANY_LENDERS, FEW_LENDERS = 4, 1
ROUND_DAYS, ROUND_SHARE, LEAST_ROUNDS = 3, (1, 20), 2
LEAST_ROUND_FEN = 50_000
MOST_LINES = 200
SENSITIVE = frozenset({"BL_CASHOUT_LIKE"})

MERCHANT = re.compile("收钱码|收款码|经营收款|商家收款|二维码收款|店铺|网商收款|收单")
BUSINESS = re.compile("1688|批发|进货|货款|推广费|直通车|店铺保证金|开店|摊位")
REPAY = re.compile("还款|信用借还|还借|还贷")
NOT_A_LOAN = re.compile("信用卡还款|水电|话费")
# 滞纳金 is charged for water and tax too, 逾期 by libraries: they count beside a loan only. 违约金
# is not here: leaving a flat, a flight or a loan early costs it.
LATE = re.compile("逾期|罚息|滞纳金")
LOAN = re.compile("还款|信用借还|贷|借[呗款钱条还]|放心借|花呗|白条|金条|分期|信用卡|月付|消费金融")
CREDIT = re.compile("花呗|信用卡|白条|分付|月付|信用购")


@dataclass(frozen=True, slots=True)
class Line:
    """One payment, without a name: the day, the amount in 分, and why it counts."""

    on: date
    amount_fen: int
    why: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One clue (code of the reviewed record), what was counted, and the lines behind it.

    `lines` are the newest, `more` how many others there are.
    """

    code: str
    summary: Text
    lines: tuple[Line, ...]
    more: int = 0

    @property
    def is_sensitive(self) -> bool:
        return self.code in SENSITIVE


@dataclass(frozen=True, slots=True)
class Lender:
    """Who lends under a name: `own` tells one lender from another, `group` the companies that
    belong together. Where lenders are many, groups are counted; where few, lenders."""

    own: str
    group: str


def findings(rows: Sequence[Payment], lenders: Mapping[str, Lender]) -> tuple[Finding, ...]:
    """Clues of a bill, in a fixed order. `lenders` maps a name as it may stand on the bill."""
    found = (
        _merchant_receipts(rows),
        _business_spending(rows),
        *_repayments(rows, lenders),
        _rounds(rows),
    )
    return tuple(row for row in found if row is not None)


def _finding(code: str, summary: Text, rows: Sequence[Payment], why: Text) -> Finding:
    newest = sorted(rows, key=lambda row: (row.on, row.amount_fen), reverse=True)
    lines = tuple(Line(row.on, row.amount_fen, why) for row in newest[:MOST_LINES])
    return Finding(code, summary, lines, max(len(newest) - MOST_LINES, 0))


def _months(rows: Iterable[Payment]) -> int:
    return len({(row.on.year, row.on.month) for row in rows})


def _total(rows: Iterable[Payment]) -> str:
    return short_yuan(sum(row.amount_fen for row in rows))


def _merchant_receipts(rows: Sequence[Payment]) -> Finding | None:
    receipts = [row for row in rows if row.direction == IN and MERCHANT.search(row.words)]
    payers = len({row.who for row in receipts})
    if len(receipts) < LEAST_RECEIPTS or payers < LEAST_PAYERS or _months(receipts) < LEAST_MONTHS:
        return None
    count, income = len(receipts), sum(row.direction == IN for row in rows)
    return _finding(
        "BL_MERCHANT_RECEIPTS",
        Text(
            f"{income} 笔收入里，有 {count} 笔写着收款码或商家收款，来自 {payers} 个付款方，"
            f"共 {_total(receipts)}",
            f"{count} of {income} receipts say merchant code or shop, from {payers} payers",
        ),
        receipts,
        Text("写着收款码或商家收款", "Says merchant code or shop receipt"),
    )


def _business_spending(rows: Sequence[Payment]) -> Finding | None:
    """Households buy at 批发部 too, for small sums."""
    spent = [
        row
        for row in rows
        if row.direction == OUT
        and row.amount_fen >= LEAST_BUSINESS_FEN
        and BUSINESS.search(row.words)
    ]
    if len(spent) < LEAST_BUSINESS or _months(spent) < LEAST_MONTHS:
        return None
    return _finding(
        "BL_BUSINESS_SPEND",
        Text(
            f"有 {len(spent)} 笔支出像进货、批发或开店费用，共 {_total(spent)}",
            f"{len(spent)} payments look like stock, wholesale or shop fees",
        ),
        spent,
        Text("写着进货、批发或开店费用", "Says stock, wholesale or shop fees"),
    )


@dataclass(frozen=True, slots=True)
class _Repayment:
    """A repayment; `lender` is None where no name on the row tells it."""

    row: Payment
    lender: Lender | None


def _repayments(rows: Sequence[Payment], lenders: Mapping[str, Lender]) -> Iterable[Finding | None]:
    late = [row for row in rows if row.direction != IN and _is_late(row.words)]
    repaid = [
        _Repayment(row, lender_on(row.words, lenders))
        for row in rows
        if row.direction != IN and REPAY.search(row.words) and not NOT_A_LOAN.search(row.words)
    ]
    yield _late(late) if late else _regular(repaid)
    yield _many_lenders(repaid) or _few_lenders(repaid)


def _is_late(words: str) -> bool:
    return bool(LATE.search(words) and LOAN.search(words))


def lender_on(words: str, lenders: Mapping[str, Lender]) -> Lender | None:
    """The lender whose longest name stands in `words`; `lenders` in any order."""
    names = [name for name in lenders if name in words]
    return lenders[max(names, key=len)] if names else None


def _late(rows: Sequence[Payment]) -> Finding:
    return _finding(
        "BL_REPAY_LATE",
        Text(
            f"有 {len(rows)} 笔借款或信用付款写着逾期、罚息或滞纳金，共 {_total(rows)}",
            f"{len(rows)} payments on loans or credit say overdue, penalty interest or late fee",
        ),
        rows,
        Text("写着逾期、罚息或滞纳金", "Says overdue, penalty interest or late fee"),
    )


def _regular(repaid: Sequence[_Repayment]) -> Finding | None:
    by_lender: dict[str, list[Payment]] = defaultdict(list)
    for paid in repaid:
        if paid.lender is not None:
            by_lender[paid.lender.own].append(paid.row)
    regular = [rows for rows in by_lender.values() if _months(rows) >= REGULAR_MONTHS]
    rows = [row for group in regular for row in group]
    if not rows:
        return None
    return _finding(
        "BL_REPAY_REGULAR",
        Text(
            f"向 {len(regular)} 家机构还款 {len(rows)} 笔，分布在 {_months(rows)} 个月，"
            "没有看到逾期费用",
            f"{len(rows)} repayments to {len(regular)} lenders over {_months(rows)} months, "
            "no late fee seen",
        ),
        rows,
        Text("还款，没有逾期费用", "Repayment without a late fee"),
    )


def _many_lenders(repaid: Sequence[_Repayment]) -> Finding | None:
    recent = _recent(repaid)
    groups = {paid.lender.group for paid in recent if paid.lender}
    if len(groups) < MANY_LENDERS:
        return None
    return _lender_count("BL_MANY_LENDERS", len(groups), recent)


def _few_lenders(repaid: Sequence[_Repayment]) -> Finding | None:
    """Only where every repayment names its lender: one that does not may be another's."""
    if not repaid or any(paid.lender is None for paid in repaid):
        return None
    recent = _recent(repaid)
    own = {paid.lender.own for paid in recent if paid.lender}
    if len(own) > FEW_LENDERS or _months(paid.row for paid in repaid) < REGULAR_MONTHS:
        return None
    return _lender_count("BL_FEW_LENDERS", len(own), recent)


def _recent(repaid: Sequence[_Repayment]) -> Sequence[_Repayment]:
    """Those of the three months before the newest repayment."""
    if not repaid:
        return ()
    since = max(paid.row.on for paid in repaid) - LENDER_WINDOW
    return [paid for paid in repaid if paid.row.on >= since]


def _lender_count(code: str, count: int, repaid: Sequence[_Repayment]) -> Finding:
    return _finding(
        code,
        Text(
            f"最近一次还款前三个月，向 {count} 家机构还过款",
            f"{count} lenders repaid in the three months before the newest repayment",
        ),
        [paid.row for paid in repaid if paid.lender],
        Text("向放款机构还款", "Repayment to a lender"),
    )


def _rounds(rows: Sequence[Payment]) -> Finding | None:
    """Paid by credit to somebody, and nearly the same came back from him within three days. What
    came back counts once."""
    back = _Receipts(rows)
    rounds = [
        row
        for row in sorted(rows, key=lambda row: row.on)
        if row.direction == OUT
        and row.amount_fen >= LEAST_ROUND_FEN
        and CREDIT.search(row.method)
        and back.take(row)
    ]
    if len(rounds) < LEAST_ROUNDS:
        return None
    return _finding(
        "BL_CASHOUT_LIKE",
        Text(
            f"有 {len(rounds)} 次：用信用方式付出一笔钱，三天内差不多的钱又从同一方回来",
            f"{len(rounds)} times paid by credit, and about as much came back from the same side "
            "within three days",
        ),
        rounds,
        Text("用信用方式付出，三天内收回相近的钱", "Paid by credit, about as much came back"),
    )


class _Receipts:
    """Amounts received, by payer and day, in order: ten thousand of one payer stay cheap."""

    def __init__(self, rows: Iterable[Payment]) -> None:
        self._amounts: dict[tuple[str, date], list[int]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.amount_fen):
            if row.direction == IN and row.who.strip("/ "):
                self._amounts[row.who, row.on].append(row.amount_fen)

    def take(self, paid: Payment) -> bool:
        """Whether near the amount came back in time; what did is gone then."""
        gap = paid.amount_fen * ROUND_SHARE[0] // ROUND_SHARE[1]
        for days in range(ROUND_DAYS + 1):
            amounts = self._amounts.get((paid.who, paid.on + timedelta(days=days)), [])
            place = bisect_left(amounts, paid.amount_fen - gap)
            if place < len(amounts) and amounts[place] <= paid.amount_fen + gap:
                del amounts[place]
                return True
        return False
