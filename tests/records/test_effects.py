"""Which questions about the credit record stand first for whom."""

import datetime as dt

import pytest

from guidance import content
from guidance.domain.loading import build_knowledge
from records.domain.effects import PAGE, RELEVANT, Standing, split_facts

KNOWN = build_knowledge(content.read_files(), "test")
FACTS = list(KNOWN.facts.values())


def test_every_rule_names_a_question_and_every_question_is_shown_once():
    slugs = {fact.slug for fact in FACTS if fact.page == PAGE}
    assert len(slugs) == 19  # the 18 of the reviewed list, and 芝麻分
    assert {row.fact for row in RELEVANT} <= slugs
    everything = Standing(
        products=frozenset({"jiebei", "wangshangdai", "huabei"}),
        fell=True,
        zeroed=True,
        closed=True,
        owes=True,
        business_line=True,
        consumer_and_business=True,
        mortgage_on=dt.date(2027, 1, 1),
        said_late=True,
    )
    for standing in (Standing(), everything):
        mine, rest = split_facts(FACTS, standing)
        assert sorted([fact.slug for fact, _ in mine] + [fact.slug for fact in rest]) == sorted(
            slugs
        )


@pytest.mark.parametrize(
    ("standing", "first"),
    [
        (Standing(), []),
        (Standing(fell=True), ["hurt-cut-not-negative", "hurt-cut-visible"]),
        (
            Standing(fell=True, owes=True),
            ["hurt-cut-not-negative", "hurt-cut-with-debt", "hurt-cut-visible"],
        ),
        (Standing(owes=True), []),
        (Standing(products=frozenset({"huabei"})), ["hurt-huabei"]),
        (Standing(products=frozenset({"weilidai"})), []),
        (Standing(zeroed=True), ["hurt-zero-not-closed"]),
        (Standing(closed=True), ["hurt-closing", "hurt-query-after-payoff"]),
        (Standing(said_late=True), ["hurt-late-history"]),
        (Standing(late_on_report=True, said_late=True), ["hurt-late-history"]),
        (Standing(mortgage_on=dt.date(2027, 1, 1)), ["hurt-mortgage"]),
        (Standing(business_line=True), ["hurt-opening-inquiry", "hurt-one-tap-many"]),
    ],
)
def test_what_concerns_him_stands_first(standing, first):
    mine, rest = split_facts(FACTS, standing)
    assert [fact.slug for fact, _because in mine] == first
    assert all(because.zh and because.en for _fact, because in mine)
    assert [fact.order for fact in rest] == sorted(fact.order for fact in rest)
