"""Debts: sums, shares, warnings, calendar and what paying more would do, against rows by hand."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.domain.debt import (
    DebtNow,
    level,
    month_interest,
    next_due_on,
    repayments,
    share_bp,
    totals,
    warnings,
)
from records.domain.what_if import HIGHEST_RATE, MOST_MONTHS, SMALLEST, compare, in_order, pay_off

TODAY = dt.date(2026, 11, 22)


def debt(owed, limit=None, rate=None, monthly=None, day=None, key="a"):
    return DebtNow(key, f"笔{key}", owed, limit, rate, monthly, day)


@pytest.mark.parametrize(
    ("owed", "rate", "interest"),
    [
        (1_000_000, 1200, 10_000),  # 10,000 元 at 12 %: 100 元 a month
        (1_000_000, 1440, 12_000),
        (100, 600, 1),  # 0.5 分 becomes 1
        (99, 600, 0),  # 0.495 分 becomes 0
        (1, 100_000, 1),  # 0.83 分
        (0, 1440, 0),
        (5_000_000, 0, 0),
        (10**13, 100_000, 8_333_333_333_333),
    ],
)
def test_interest_of_a_month_is_rounded_half_up(owed, rate, interest):
    assert month_interest(owed, rate) == interest


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (0, 100, 0),
        (1, 3, 3333),
        (2, 3, 6666),
        (100, 100, 10_000),
        (150, 100, 15_000),
        (1, 0, None),
        (1, None, None),
    ],
)
def test_shares_are_rounded_down_and_nothing_is_said_of_a_limit_of_zero(part, whole, share):
    assert share_bp(part, whole) == share


def test_totals_by_hand():
    """借呗 6,000 of 10,000; a loan of 20,000 without a limit; a card paid off."""
    rows = [
        debt(600_000, 1_000_000, 1460, 60_000),
        debt(2_000_000, None, 720, 170_000),
        debt(0, 500_000, None, 90_000),
        debt(5_000, None, None, 8_000),
        debt(7_000),
    ]
    found = totals(rows)
    assert found.owed_fen == 2_612_000
    assert (found.used_fen, found.limit_fen, found.used_bp) == (600_000, 1_500_000, 4000)
    assert found.monthly_fen == 60_000 + 170_000 + 0 + 5_000
    assert (found.open_count, found.without_monthly) == (4, 1)


def codes(rows, income=None):
    return {row.code: row.level for row in warnings(rows, income)}


@pytest.mark.parametrize(
    ("rows", "income", "found"),
    [
        ([], None, {}),
        ([debt(0, 100)], 0, {}),
        ([debt(4_999, 10_000)], None, {}),
        ([debt(5_000, 10_000)], None, {"used-half": "watch"}),
        ([debt(7_000, 10_000)], None, {"used-most": "strained", "line-full": "watch"}),
        ([debt(7_000, 10_000), debt(0, 90_000)], None, {"line-full": "watch"}),
        ([debt(5, 0), debt(0, 100)], None, {"over-limit": "watch"}),
        ([debt(101, 100), debt(0, 900)], None, {"over-limit": "watch"}),
        ([debt(9_000, monthly=299)], 1_000, {}),
        ([debt(9_000, monthly=300)], 1_000, {"month-third-of-income": "watch"}),
        ([debt(9_000, monthly=500)], 1_000, {"month-half-of-income": "strained"}),
        ([debt(9_000, monthly=1_000)], 1_000, {"month-over-income": "over"}),
        ([debt(9_000, monthly=1)], 0, {"month-over-income": "over"}),
        ([debt(9_000, monthly=1_000)], None, {}),
        ([debt(1)] * 3, None, {}),
        ([debt(1)] * 4, None, {"many": "watch"}),
        ([debt(1)] * 3 + [debt(0)] * 5, None, {}),
        ([debt(1_000_000, None, 1200, 10_000)], None, {"interest-only": "strained"}),
        ([debt(1_000_000, None, 1200, 10_001)], None, {}),
        ([debt(100, None, 100_000, 100)], None, {}),
    ],
)
def test_warnings(rows, income, found):
    assert codes(rows, income) == found
    assert level(warnings(rows, income)) in {"", *found.values()}


def test_the_gravest_warning_stands_first():
    rows = [debt(9_900, 10_000, None, 800)]
    assert [row.level for row in warnings(rows, 1_000)] == ["strained", "strained", "watch"]


@pytest.mark.parametrize(
    ("day", "today", "days"),
    [
        (25, "2026-11-22", ["2026-11-25", "2026-12-25"]),
        (22, "2026-11-22", ["2026-11-22", "2026-12-22"]),
        (21, "2026-11-22", ["2026-12-21", "2027-01-21"]),
        (31, "2027-01-31", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        (30, "2028-02-01", ["2028-02-29", "2028-03-30"]),
        (29, "2027-02-01", ["2027-02-28", "2027-03-29"]),
    ],
)
def test_the_calendar_of_sixty_days(day, today, days):
    rows = repayments([debt(10**9, monthly=100, day=day)], dt.date.fromisoformat(today))
    assert [row.on.isoformat() for row in rows] == days


def test_no_more_is_listed_than_is_owed():
    rows = repayments([debt(150, monthly=100, day=25)], TODAY)
    assert [row.amount_fen for row in rows] == [100, 50]
    assert repayments([debt(100, monthly=100, day=25)], TODAY)[1:] == ()
    assert repayments([debt(0, monthly=100, day=25)], TODAY) == ()
    assert [row.amount_fen for row in repayments([debt(9, day=25)], TODAY)] == [None, None]


def test_the_nearest_due_day_of_several():
    rows = [debt(9, day=3, key="a"), debt(9, day=25, key="b"), debt(9, key="c")]
    assert next_due_on(rows, TODAY) == dt.date(2026, 11, 25)
    assert next_due_on([debt(9)], TODAY) is None


def test_one_debt_by_hand():
    """1,000 元 at 12 %, 400 a month: 1010.00 − 400 = 610.00; 616.10 − 400 = 216.10; 218.26 is paid.
    Interest 10.00 + 6.10 + 2.16 = 18.26."""
    found = pay_off([debt(100_000, rate=1200, monthly=40_000)], 0)
    assert (found.months, found.interest_fen, found.paid_fen) == (3, 1_826, 101_826)


def test_two_debts_by_hand():
    """A: 1,000 at 24 %, 100 a month. B: 500 at 0 %, 100 a month. 300 more a month; budget 500.

    Rate first: A 1020 − 400 = 620, B 400; A 632.40 − 400 = 232.40, B 300; A 237.05 is paid with
    337.05 to spare of which B's 100 is due, so B 300 − 100 − 162.95 = 37.05; month 4 ends it.
    Interest 20.00 + 12.40 + 4.65 = 37.05.
    Size first: B 500 − 400 = 100, A 920; B 100 is paid, of the other 400 A: 938.40 − 400 = 538.40;
    A 549.17 − 500 = 49.17; A 50.15 is paid. Interest 20.00 + 18.40 + 10.77 + 0.98 = 50.15.
    """
    rows = [
        debt(100_000, rate=2400, monthly=10_000, key="a"),
        debt(50_000, rate=0, monthly=10_000, key="b"),
    ]
    found = compare(rows, 30_000)
    assert (found.highest_rate.months, found.highest_rate.interest_fen) == (4, 3_705)
    assert found.highest_rate.finished == (("笔a", 3), ("笔b", 4))
    assert (found.smallest.months, found.smallest.interest_fen) == (4, 5_015)
    assert found.smallest.finished == (("笔b", 2), ("笔a", 4))
    assert (found.first_by_rate, found.first_by_size) == ("笔a", "笔b")
    assert found.plain.months > 4


def test_a_debt_that_only_pays_its_interest_never_ends():
    found = pay_off([debt(1_000_000, rate=1200, monthly=10_000)], 0)
    assert found.months is None
    assert found.interest_fen == 10_000 * MOST_MONTHS
    assert pay_off([debt(1_000_000, rate=1200, monthly=10_000)], 10_000).months is not None


def test_what_lacks_a_figure_is_named_and_left_out():
    found = compare([debt(9, rate=1, monthly=9, key="a"), debt(9, key="b"), debt(0, key="c")], 0)
    assert found.left_out == ("笔b",)
    assert compare([debt(9, key="b")], 100) is None
    assert compare([], 100) is None


def test_the_order_of_equal_debts_does_not_depend_on_the_order_of_entry():
    rows = [debt(5, rate=9, monthly=1, key=key) for key in "cab"]
    for order in (HIGHEST_RATE, SMALLEST):
        assert [row.key for row in in_order(rows, order)] == ["a", "b", "c"]


DEBTS = st.lists(
    st.builds(
        debt,
        st.integers(1, 20_000_000),
        rate=st.integers(0, 3_600),
        monthly=st.integers(0, 3_000_000),
        key=st.sampled_from("abcdef"),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(
    rows=DEBTS,
    extra=st.integers(0, 500_000),
    more=st.integers(0, 500_000),
    by=st.sampled_from([HIGHEST_RATE, SMALLEST]),
)
def test_paying_more_never_takes_longer_and_never_costs_more(rows, extra, more, by):
    order = in_order(rows, by)
    less, greater = pay_off(order, extra), pay_off(order, extra + more)
    assert (greater.months or MOST_MONTHS + 1) <= (less.months or MOST_MONTHS + 1)
    assert greater.interest_fen <= less.interest_fen


@settings(max_examples=100, deadline=None)
@given(rows=DEBTS, extra=st.integers(0, 500_000))
def test_what_is_paid_is_what_was_owed_and_the_interest(rows, extra):
    found = pay_off(rows, extra)
    owed = sum(row.owed_fen for row in rows)
    if found.months is not None:
        assert found.paid_fen == owed + found.interest_fen
        assert len(found.finished) == len(rows)
    budget = extra + sum(row.monthly_fen for row in rows)
    assert found.paid_fen <= budget * (found.months or MOST_MONTHS)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.builds(
            debt,
            st.integers(0, 10**13),
            limit=st.none() | st.integers(0, 10**13),
            monthly=st.none() | st.integers(0, 10**13),
        ),
        max_size=20,
    )
)
def test_totals_add_up(rows):
    found = totals(rows)
    assert found.owed_fen == sum(row.owed_fen for row in rows)
    assert found.monthly_fen <= found.owed_fen
    halves = totals(rows[::2]), totals(rows[1::2])
    for name in ("owed_fen", "limit_fen", "used_fen", "monthly_fen", "open_count"):
        assert getattr(found, name) == sum(getattr(half, name) for half in halves)
