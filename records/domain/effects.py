"""Which of the questions about the credit record concern a person, and why. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from guidance.domain.records import Fact, Text

PAGE = "hurt-record"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger and the plan know that a question may turn on."""

    products: frozenset[str] = frozenset()
    fell: bool = False
    zeroed: bool = False
    closed: bool = False
    owes: bool = False
    business_line: bool = False
    consumer_and_business: bool = False
    mortgage_on: date | None = None
    late_on_report: bool = False
    said_late: bool = False


@dataclass(frozen=True, slots=True)
class Relevance:
    fact: str
    because: Text
    holds: Callable[[Standing], bool]


# The order is that of the page: what concerns a line that fell stands before the rest.
RELEVANT: tuple[Relevance, ...] = (
    Relevance(
        "hurt-cut-not-negative",
        Text("你有额度变小了", "One of your limits fell"),
        lambda now: now.fell,
    ),
    Relevance(
        "hurt-cut-with-debt",
        Text("你的额度变小，同时还有欠款", "A limit fell while you still owe"),
        lambda now: now.fell and now.owes,
    ),
    Relevance(
        "hurt-zero-not-closed",
        Text("你有额度变成 0，没有关闭", "A limit is 0 and not closed"),
        lambda now: now.zeroed,
    ),
    Relevance(
        "hurt-cut-visible",
        Text("你有额度变小了", "One of your limits fell"),
        lambda now: now.fell,
    ),
    Relevance(
        "hurt-jiebei", Text("你记了借呗", "You logged 借呗"), lambda now: "jiebei" in now.products
    ),
    Relevance(
        "hurt-wangshangdai",
        Text("你记了网商贷", "You logged 网商贷"),
        lambda now: "wangshangdai" in now.products,
    ),
    Relevance(
        "hurt-huabei", Text("你记了花呗", "You logged 花呗"), lambda now: "huabei" in now.products
    ),
    Relevance(
        "hurt-what-is-new",
        Text("你同时记了消费和经营的额度", "You logged a consumer and a business limit"),
        lambda now: now.consumer_and_business,
    ),
    Relevance(
        "hurt-opening-inquiry",
        Text("你记了经营性额度", "You logged a business-purpose limit"),
        lambda now: now.business_line,
    ),
    Relevance(
        "hurt-one-tap-many",
        Text("你记了经营性额度", "You logged a business-purpose limit"),
        lambda now: now.business_line,
    ),
    Relevance(
        "hurt-mortgage",
        Text("你打算办房贷", "You plan a mortgage"),
        lambda now: now.mortgage_on is not None,
    ),
    Relevance(
        "hurt-late-history",
        Text("你记的报告里有逾期", "The report you noted shows a late payment"),
        lambda now: now.late_on_report,
    ),
    Relevance(
        "hurt-late-history",
        Text("你说有过逾期", "You said you were late"),
        lambda now: now.said_late and not now.late_on_report,
    ),
    Relevance(
        "hurt-closing",
        Text("你有关闭了的额度", "One of your lines is closed"),
        lambda now: now.closed,
    ),
    Relevance(
        "hurt-query-after-payoff",
        Text("你有关闭了的额度", "One of your lines is closed"),
        lambda now: now.closed,
    ),
)


def split_facts(
    facts: Iterable[Fact], standing: Standing
) -> tuple[tuple[tuple[Fact, Text], ...], tuple[Fact, ...]]:
    """(those that concern this person with the reason, the rest in their own order)."""
    rows = {row.slug: row for row in sorted(facts, key=lambda row: row.order) if row.page == PAGE}
    mine = tuple(
        (rows[row.fact], row.because)
        for row in RELEVANT
        if row.fact in rows and row.holds(standing)
    )
    chosen = {fact.slug for fact, _because in mine}
    return mine, tuple(row for slug, row in rows.items() if slug not in chosen)
