"""Pairs of a fall and a rise: proposed near in time, never across the window.

The golden table is readable by a lawyer: changes as in the ranking table, numbered from 1; `pairs`
are “fall>rise”, strongest first, `why` the reasons of the first pair.
"""

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limits.domain.migration import (
    AT_MOST_BEHIND,
    LEAST_STRENGTH,
    migrations_of,
    propose_migrations,
)
from limits.domain.signals import Change
from tests.limits.test_ranking import KNOWN, change_of

DAY = dt.date(2026, 10, 12)
FAMILIES = {"jiebei": "ant", "wangshangdai": "ant", "huabei": "ant", "weilidai": "tencent"}
TABLE = list(csv.DictReader(Path(__file__).with_name("migration_expected.csv").open()))


def change(key, product, before, after, days=0, **details):
    return Change(product, before, after, DAY + dt.timedelta(days=days), key=key, **details)


def numbered(row):
    return [change_of(text, number) for number, text in enumerate(row["changes"].split(";"), 1)]


def pairs_in(cell):
    return [tuple(pair.split(">")) for pair in cell.split()]


def keys(pairs):
    return [(pair.from_key, pair.to_key) for pair in pairs]


@pytest.mark.parametrize("row", TABLE, ids=[row["id"] for row in TABLE])
def test_golden_table(row):
    found = propose_migrations(
        numbered(row),
        knowledge=KNOWN,
        rejected=pairs_in(row["rejected"]),
        confirmed=pairs_in(row["confirmed"]),
    )
    assert keys(found) == pairs_in(row["pairs"])
    if row["why"]:
        assert "；".join(text.zh for text in found[0].reasons) == row["why"]


def test_the_table_is_long_enough_and_every_line_stands_once():
    assert len(TABLE) == len({row["what happened"] for row in TABLE}) >= 30


FALL = change("fall", "jiebei", 5_000_000, 0)
RISE = change("r", "wangshangdai", 0, 5_000_000, 10)


@pytest.mark.parametrize(
    ("rise", "days"),
    [
        (change("r", "wangshangdai", 0, 5_000_000), 0),
        (change("r", "wangshangdai", 0, 5_000_000, 30), 30),
        (change("r", "wangshangdai", 0, 5_000_000, -30), 30),
    ],
)
def test_a_pair_names_both_ends_and_the_days_between(rise, days):
    (pair,) = propose_migrations([FALL, rise])
    assert (pair.from_key, pair.to_key, pair.days) == ("fall", "r", days)
    assert (pair.from_product, pair.to_product) == ("jiebei", rise.product)
    assert (pair.together, pair.confirmed) == ((), False)


@pytest.mark.parametrize("changes", [[], [FALL], [FALL, FALL]], ids=["none", "one", "twice"])
def test_it_takes_two(changes):
    assert propose_migrations(changes) == ()


def test_the_window_can_be_narrowed():
    rows = [FALL, change("r", "wangshangdai", 0, 5_000_000, 8)]
    assert propose_migrations(rows, window_days=8)
    assert propose_migrations(rows, window_days=7) == ()


ALIKE = ("一处归零、另一处出现", "两边金额接近")
POINTS = [
    ("known two, same day", FALL, replace(RISE, effective_on=DAY), 1 + 3 + 2 + 2 + 3 + 1),
    ("a week apart", FALL, change("r", "wangshangdai", 0, 5_000_000, 7), 1 + 3 + 2 + 1 + 3 + 1),
    ("eight days", FALL, change("r", "wangshangdai", 0, 5_000_000, 8), 1 + 3 + 2 + 3 + 1),
    ("raised, not appeared", FALL, replace(RISE, before_fen=100), 1 + 2 + 2 + 3 + 1),
    ("to something, not to zero", replace(FALL, after_fen=100), RISE, 1 + 1 + 2 + 3 + 1),
    ("neither", replace(FALL, after_fen=100), replace(RISE, before_fen=100), 1 + 0 + 2 + 3 + 1),
    ("back again", FALL, replace(RISE, kind="reopen"), 1 + 1 + 2 + 3 + 1),
    ("amounts a little apart", FALL, replace(RISE, after_fen=6_250_001), 1 + 3 + 3 + 1),
    ("half is not far", FALL, replace(RISE, after_fen=2_500_000), 1 + 3 + 3 + 1),
    ("less than half is far", FALL, replace(RISE, after_fen=2_499_999), 1 + 3 - 1 + 3 + 1),
    ("more than double is far", FALL, replace(RISE, after_fen=10_000_001), 1 + 3 - 1 + 3 + 1),
    ("one platform", replace(FALL, product="huabei"), RISE, 1 + 3 + 2 + 1),
    ("two platforms", replace(FALL, product="weilidai"), RISE, 1 + 3 + 2),
]


@pytest.mark.parametrize(
    ("fall", "rise", "strength"), [row[1:] for row in POINTS], ids=[row[0] for row in POINTS]
)
def test_the_points_of_a_pair(fall, rise, strength):
    (pair,) = propose_migrations([fall, rise], families=FAMILIES)
    assert pair.strength == strength


def test_below_the_least_strength_nothing_is_proposed():
    weak = change("r", "weilidai", 0, 3_000_000, 10)
    assert propose_migrations([FALL, weak]) == ()
    (pair,) = propose_migrations([FALL, replace(weak, effective_on=DAY + dt.timedelta(days=7))])
    assert pair.strength == LEAST_STRENGTH


def test_a_pair_far_behind_another_of_the_same_change_is_left_out():
    strong = change("strong", "wangshangdai", 0, 5_000_000, 10)  # 9 points
    near = change("near", "weilidai", 0, 5_000_000, 20)  # 6 points, 3 behind
    assert keys(propose_migrations([FALL, strong, near])) == [("fall", "strong"), ("fall", "near")]
    stronger = replace(strong, effective_on=DAY + dt.timedelta(days=7))  # 10 points
    assert AT_MOST_BEHIND == 3
    assert keys(propose_migrations([FALL, stronger, near])) == [("fall", "strong")]
    other = change("other", "huabei", 5_000_000, 0, 7)
    found = keys(propose_migrations([FALL, stronger, other]))
    assert found == [("fall", "strong"), ("other", "strong")]


def test_the_reverse_is_as_strong():
    back = [change("f", "wangshangdai", 5_000_000, 0), change("r", "jiebei", 0, 5_000_000, 10)]
    (forth,), (reverse,) = propose_migrations([FALL, RISE]), propose_migrations(back)
    assert forth.strength == reverse.strength
    assert forth.reasons == reverse.reasons


def test_products_of_no_group_are_no_family():
    rows = [change("f", "haoqidai", 500, 0), change("r", "anyihua", 0, 500)]
    plain = propose_migrations(rows)
    assert propose_migrations(rows, families={"haoqidai": "other", "anyihua": "other"}) == plain
    assert propose_migrations(rows, families={"haoqidai": "", "anyihua": ""}) == plain
    assert propose_migrations(rows, families={"haoqidai": "one", "anyihua": "two"}) == plain
    assert propose_migrations(rows, families={}) == plain
    assert propose_migrations(rows, knowledge=KNOWN) == plain


def test_the_groups_of_companies_are_known_from_the_records_too():
    rows = [change("f", "jintiao", 500, 0), change("r", "baitiao", 0, 500)]
    (plain,), (known,) = propose_migrations(rows), propose_migrations(rows, knowledge=KNOWN)
    assert known.strength == plain.strength + 1
    (given_families,) = propose_migrations(rows, knowledge=KNOWN, families={})
    assert given_families == plain


def test_without_the_records_one_product_is_one_line():
    rows = [
        change("f", "xinyongdai", 500, 0, lender="甲银行"),
        change("r", "xinyongdai", 0, 500, lender="乙银行"),
    ]
    assert propose_migrations(rows) == ()
    assert propose_migrations(rows, knowledge=KNOWN)


def test_what_was_logged_twice_makes_one_pair():
    assert len(propose_migrations([FALL, RISE, RISE, FALL])) == 1


def two_falls(one, two, rise):
    return [
        change("one", "jiebei", one, 0),
        change("two", "xinyongdai", two, 0, 1),
        change("rise", "wangshangdai", 0, rise, 2),
    ]


@pytest.mark.parametrize(
    ("rise", "is_sum"),
    [
        (5_000_000, True),
        (5_555_555, True),
        (5_555_556, False),
        (4_545_455, True),
        (4_545_454, False),
    ],
)
def test_a_sum_must_be_within_a_tenth(rise, is_sum):
    found = propose_migrations(two_falls(3_000_000, 2_000_000, rise))
    assert {pair.together for pair in found} == ({("two",), ("one",)} if is_sum else {()})


def test_several_falls_name_each_other():
    found = {
        pair.from_key: pair
        for pair in propose_migrations(two_falls(3_000_000, 2_000_000, 5_000_000))
    }
    assert (found["one"].together, found["two"].together) == (("two",), ("one",))
    assert {pair.strength for pair in found.values()} == {1 + 3 + 2 + 1 + 3}
    for pair in found.values():
        assert "几处下降合起来，和另一处的金额接近" in [text.zh for text in pair.reasons]


def test_several_rises_name_each_other():
    rises = [
        change("a", "wangshangdai", 0, 3_000_000, 1),
        change("b", "huabei", 500_000, 2_500_000, 1),
    ]
    found = {pair.to_key: pair for pair in propose_migrations([FALL, *rises])}
    assert (found["a"].together, found["b"].together) == (("b",), ("a",))
    assert (found["a"].strength, found["b"].strength) == (1 + 3 + 2 + 1 + 3, 1 + 2 + 2 + 1)
    assert "几处上升合起来，和这一处的金额接近" in [text.zh for text in found["b"].reasons]


def test_the_fewest_that_add_up_then_the_nearest_sum():
    fall = change("fall", "jiebei", 6_000_000, 0)
    rises = [
        change("a", "wangshangdai", 0, 2_000_000, 1),
        change("b", "huabei", 0, 4_100_000, 1),
        change("c", "weilidai", 0, 4_000_000, 1),
        change("d", "jintiao", 0, 1_900_000, 1),
    ]
    found = {pair.to_key: pair.together for pair in propose_migrations([fall, *rises])}
    assert found == {"a": ("c",), "c": ("a",)}


def test_only_the_five_nearest_are_added_up():
    fall = change("fall", "jiebei", 6_000_000, 0)
    products = ["huabei", "weilidai", "jintiao", "baitiao", "fenqile"]
    rises = [change(name, name, 0, 600_000, 1) for name in products]
    last = change("last", "wangshangdai", 0, 5_400_000 - 1_500_000, 2)
    other = change("other", "youqianhua", 0, 2_000_000, 2)
    found = propose_migrations([fall, *rises, last, other])
    assert all(pair.together == () for pair in found)
    fewer = propose_migrations([fall, *rises[:3], last, other])
    assert {pair.to_key for pair in fewer if pair.together} == {"last", "other"}


def test_a_rejected_pair_takes_no_part_in_a_sum():
    rows = two_falls(3_000_000, 2_000_000, 5_000_000)
    (pair,) = propose_migrations(rows, rejected=[("two", "rise")])
    assert (pair.from_key, pair.together) == ("one", ())


def test_what_the_person_decided():
    rows = [FALL, RISE, change("far", "weilidai", 0, 900_000, 20)]
    assert keys(propose_migrations(rows)) == [("fall", "r")]
    found = propose_migrations(rows, confirmed=[("fall", "far")])
    assert keys(found) == [("fall", "far"), ("fall", "r")]
    assert [pair.confirmed for pair in found] == [True, False]
    assert propose_migrations([FALL, RISE], rejected=[("fall", "r")]) == ()


REOPENED = [
    ("its own earlier fall", {}, True),
    ("on the same day", {"days": 10}, True),
    ("180 days earlier", {"days": 10 - 180}, True),
    ("181 days earlier", {"days": 10 - 181}, False),
    ("later", {"days": 11}, False),
    ("it had less then", {"before": 4_999_999}, False),
    ("it had more then", {"before": 9_000_000}, True),
    ("it did not fall to where it starts", {"after": 100}, False),
    ("another line", {"product": "weilidai"}, False),
]


@pytest.mark.parametrize(
    ("details", "is_back"), [row[1:] for row in REOPENED], ids=[row[0] for row in REOPENED]
)
def test_a_line_that_had_this_limit_before_comes_back(details, is_back):
    plain = {"product": "wangshangdai", "before": 5_000_000, "after": 0, "days": -60}
    earlier = change("earlier", **{**plain, **details})
    pair = next(
        pair
        for pair in propose_migrations([FALL, earlier, RISE])
        if (pair.from_key, pair.to_key) == ("fall", "r")
    )
    words = "一处归零、另一处恢复" if is_back else "一处归零、另一处出现"
    assert pair.reasons[0].zh == words


def test_the_pairs_of_one_change():
    rows = [
        change("other fall", "weilidai", 3_000_000, 0, 1),
        change("other rise", "jintiao", 0, 3_000_000, 1),
        RISE,
    ]
    found = migrations_of(FALL, rows, knowledge=KNOWN)
    assert keys(found) == [("fall", "r")]
    assert keys(migrations_of(RISE, [FALL, *rows], knowledge=KNOWN)) == [("fall", "r")]
    nameless = [replace(row, key="") for row in (FALL, RISE, rows[0])]
    (pair,) = migrations_of(nameless[0], nameless, knowledge=KNOWN)
    assert (pair.from_product, pair.to_product) == ("jiebei", "wangshangdai")
    assert migrations_of(FALL, [RISE], knowledge=KNOWN, rejected=[("fall", "r")]) == ()
    (sure,) = migrations_of(FALL, [RISE], knowledge=KNOWN, confirmed=[("fall", "r")])
    assert sure.confirmed


WORDS_OF_LAW = [
    (FALL, RISE, "一处归零、另一处出现", "One limit fell to zero, another appeared"),
    (
        replace(FALL, kind="freeze", after_fen=5_000_000),
        replace(RISE, before_fen=100),
        "一处被停用、另一处提高",
        "One limit was suspended, another rose",
    ),
    (
        replace(FALL, kind="close"),
        replace(RISE, kind="unfreeze"),
        "一处关闭、另一处恢复",
        "One limit was closed, another came back",
    ),
    (
        replace(FALL, after_fen=1),
        RISE,
        "一处下降、另一处出现",
        "One limit fell, another appeared",
    ),
]


@pytest.mark.parametrize(("fall", "rise", "zh", "en"), WORDS_OF_LAW)
def test_the_words_say_only_what_both_pages_showed(fall, rise, zh, en):
    (pair,) = propose_migrations([fall, rise])
    assert (pair.reasons[0].zh, pair.reasons[0].en) == (zh, en)


SENTENCES = {
    "两边金额接近": "The amounts are close",
    "两边金额相差较大": "The amounts are far apart",
    "几处下降合起来，和另一处的金额接近": "Several falls together are close to the rise",
    "几处上升合起来，和这一处的金额接近": "Several rises together are close to the fall",
    "发生在同一天": "On the same day",
    "相隔不超过一周": "No more than a week apart",
    "借呗（信用贷）与网商贷之间": "Between Jiebei (Xinyongdai) and Wangshangdai",
    "同一平台的两条额度": "Two lines on one platform",
}


def test_no_reason_says_that_anything_was_moved():
    said = {}
    for row in TABLE:
        for pair in propose_migrations(numbered(row), knowledge=KNOWN):
            said |= {text.zh: text.en for text in pair.reasons}
    assert SENTENCES.items() <= said.items()
    for zh, en in said.items():
        assert not set("转移卖") & set(zh)
        assert not {"moved", "transfer", "migrat"} & set(en.lower().split())


CHANGES = st.lists(
    st.builds(
        change,
        key=st.uuids().map(str),
        product=st.sampled_from(["jiebei", "wangshangdai", "huabei", "weilidai", "xinyongdai"]),
        before=st.integers(0, 10).map(lambda wan: wan * 1_000_000),
        after=st.integers(0, 10).map(lambda wan: wan * 1_000_000),
        days=st.integers(-60, 60),
        kind=st.sampled_from(["limit", "limit", "freeze", "unfreeze", "close", "brand"]),
    ),
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(CHANGES, st.randoms(), st.booleans())
def test_whatever_is_logged_pairs_are_near_different_and_sorted(changes, random, known):
    extras = {"knowledge": KNOWN} if known else {"families": FAMILIES}
    pairs = propose_migrations(changes, **extras)
    by_key = {row.key: row for row in changes}
    for pair in pairs:
        fall, rise = by_key[pair.from_key], by_key[pair.to_key]
        assert fall.is_fall
        assert rise.is_rise
        assert fall.product != rise.product
        assert abs((fall.effective_on - rise.effective_on).days) == pair.days <= 30
        assert pair.strength >= LEAST_STRENGTH
        assert pair.reasons
        assert pair.from_key not in pair.together
        assert pair.to_key not in pair.together
        assert set(pair.together) <= set(by_key)
    assert [pair.strength for pair in pairs] == sorted((p.strength for p in pairs), reverse=True)
    assert len(set(keys(pairs))) == len(pairs)
    mixed = list(changes)
    random.shuffle(mixed)
    assert propose_migrations(mixed, **extras) == pairs


@settings(max_examples=80, deadline=None)
@given(CHANGES)
def test_what_was_rejected_never_comes_back(changes):
    rejected = []
    for _index in range(len(changes) ** 2):
        found = keys(propose_migrations(changes, families=FAMILIES, rejected=rejected))
        assert not set(found) & set(rejected)
        if not found:
            break
        rejected += found
    assert propose_migrations(changes, families=FAMILIES, rejected=rejected) == ()
