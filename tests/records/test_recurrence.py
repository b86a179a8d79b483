"""Recurrence: short months, leap days, rules without end, and midnight in Beijing."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from guidance.domain.loading import build_knowledge
from inputs.clock import today
from records.domain.recurrence import (
    days_between,
    first_turn,
    next_day,
    next_occurrence,
    replacement_of_missed,
)
from records.enums import Repeat

KNOWN = build_knowledge(content.read_files(), "test")
D = dt.date.fromisoformat
RULES = sorted({*Repeat.values, *(tip.rrule for tip in KNOWN.tips.values() if tip.rrule)})


@pytest.mark.parametrize(
    ("rule", "due_on", "done_on", "number", "following"),
    [
        ("", "2026-11-05", "2026-11-05", 1, None),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05", "2026-11-22", 1, "2027-01-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05", "2026-12-05", 1, "2027-01-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05", "2026-12-20", 1, "2027-01-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-12-05", "2027-03-05", 1, "2027-04-05"),
        ("FREQ=MONTHLY", "2027-01-31", "2027-01-31", 1, "2027-02-28"),
        ("FREQ=MONTHLY", "2028-01-31", "2028-01-31", 1, "2028-02-29"),
        ("FREQ=MONTHLY", "2027-03-31", "2027-03-31", 1, "2027-04-30"),
        ("FREQ=MONTHLY", "2027-01-30", "2027-01-30", 1, "2027-02-28"),
        ("FREQ=MONTHLY", "2027-01-29", "2027-02-10", 1, "2027-02-28"),
        ("FREQ=MONTHLY;INTERVAL=3", "2026-11-30", "2026-11-30", 1, "2027-02-28"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31", "2027-01-31", 1, "2027-02-28"),
        ("FREQ=YEARLY", "2028-02-29", "2028-02-29", 1, "2029-02-28"),
        ("FREQ=YEARLY", "2028-02-29", "2031-06-01", 1, "2032-02-29"),
        ("FREQ=YEARLY", "2026-12-31", "2026-12-31", 1, "2027-12-31"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=5", "2026-12-27", "2026-12-27", 1, "2027-01-05"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=5", "2027-01-05", "2027-01-05", 2, "2027-07-05"),
        ("FREQ=WEEKLY;INTERVAL=13", "2026-11-22", "2026-11-22", 1, "2027-02-21"),
        ("FREQ=DAILY;INTERVAL=30;COUNT=3", "2026-12-21", "2026-12-25", 1, "2027-01-20"),
        ("FREQ=DAILY;INTERVAL=30;COUNT=3", "2027-01-20", "2027-01-20", 2, "2027-02-19"),
        ("FREQ=DAILY;INTERVAL=30;COUNT=3", "2027-02-19", "2027-02-19", 3, None),
        ("FREQ=MONTHLY", None, "2026-11-22", 1, "2026-12-22"),
        ("FREQ=YEARLY;UNTIL=20270101T000000", "2026-11-22", "2026-11-22", 1, None),
    ],
)
def test_the_next_turn(rule, due_on, done_on, number, following):
    found = next_occurrence(rule, due_on=due_on and D(due_on), done_on=D(done_on), number=number)
    assert (found and found.isoformat()) == following


@pytest.mark.parametrize(
    ("rule", "due_on", "now", "replacement"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-11-05", "2026-12-04", None),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-11-05", "2026-12-05", "2026-12-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2026-11-05", "2026-12-06", "2027-01-05"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "2025-11-05", "2026-12-06", "2027-01-05"),
        ("FREQ=YEARLY", "2024-02-29", "2026-03-01", "2027-02-28"),
        ("", "2020-01-01", "2026-12-06", None),
        ("FREQ=MONTHLY", "2026-12-06", "2026-12-06", None),
    ],
    ids=["not-yet", "on-the-day", "a-day-late", "a-year-late", "leap-day", "once", "due-today"],
)
def test_a_missed_turn_is_replaced_by_one_and_not_piled_up(rule, due_on, now, replacement):
    found = replacement_of_missed(rule, due_on=D(due_on), today=D(now), number=1)
    assert (found and found.isoformat()) == replacement


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_in_use_has_a_next_day_and_no_rule_is_finer_than_a_day(rule):
    start = D("2026-11-22")
    assert next_day(rule, start=start, after=start) > start
    assert rule.startswith(("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"))


def test_a_rule_that_never_comes_true_ends():
    assert (
        next_day(
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", start=D("2026-01-01"), after=D("2026-01-01")
        )
        is None
    )


def test_a_rule_without_end_is_only_asked_for_what_is_needed():
    found = days_between(
        "FREQ=DAILY", start=D("2026-11-22"), first=D("2026-11-22"), last=D("2026-11-24")
    )
    assert [day.day for day in found] == [22, 23, 24]


@settings(max_examples=200, deadline=None)
@given(
    rule=st.sampled_from([rule for rule in RULES if "COUNT" not in rule]),
    start=st.dates(dt.date(2016, 1, 1), dt.date(2040, 1, 1)),
    late=st.integers(-400, 800),
)
def test_the_next_turn_is_after_both_days_and_at_most_a_year_away(rule, start, late):
    done = start + dt.timedelta(days=late)
    found = next_occurrence(rule, due_on=start, done_on=done, number=1)
    assert max(start, done) < found <= max(start, done) + dt.timedelta(days=366)


@settings(max_examples=200, deadline=None)
@given(start=st.dates(dt.date(2016, 1, 1), dt.date(2040, 1, 1)))
def test_no_month_is_left_out(start):
    following = next_day("FREQ=MONTHLY", start=start, after=start)
    assert (following.year * 12 + following.month) - (start.year * 12 + start.month) == 1


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-30T15:59:59+00:00", "2026-11-30"),
        ("2026-11-30T16:00:00+00:00", "2026-12-01"),
        ("2026-12-01T00:00:00+08:00", "2026-12-01"),
        ("2027-03-28T18:00:00-07:00", "2027-03-29"),  # American summer time changes nothing here
        ("1988-06-01T15:30:00+00:00", "1988-06-02"),  # China's own summer time, until 1991
    ],
)
def test_the_day_turns_at_midnight_in_beijing(moment, day):
    assert today(dt.datetime.fromisoformat(moment)).isoformat() == day


def test_a_monthly_turn_over_midnight_in_beijing():
    """At 15:59 UTC of the 4th the turn of 5 November still stands; a minute later it is over."""
    rule, due = "FREQ=MONTHLY;BYMONTHDAY=5", D("2026-11-05")
    before = today(dt.datetime(2026, 12, 4, 15, 59, tzinfo=dt.UTC))
    after = today(dt.datetime(2026, 12, 4, 16, 0, tzinfo=dt.UTC))
    assert replacement_of_missed(rule, due_on=due, today=before, number=1) is None
    assert replacement_of_missed(rule, due_on=due, today=after, number=1) == D("2026-12-05")


@pytest.mark.parametrize(
    ("rule", "given_on", "begins"),
    [
        ("FREQ=MONTHLY", "2020-01-01", "2026-12-01"),
        ("FREQ=MONTHLY", "2020-01-22", "2026-11-22"),
        ("FREQ=MONTHLY", "2020-01-31", "2026-11-30"),
        ("FREQ=YEARLY", "2020-02-29", "2027-02-28"),
        ("FREQ=MONTHLY", "2026-12-24", "2026-12-24"),
        ("", "2020-01-01", "2020-01-01"),
    ],
)
def test_what_comes_back_begins_with_its_first_turn_from_today_on(rule, given_on, begins):
    assert first_turn(rule, D(given_on), D("2026-11-22")) == D(begins)
    assert first_turn(rule, None, D("2026-11-22")) is None
