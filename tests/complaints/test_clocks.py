"""Legal periods: a golden table, and what holds for every rule and day."""

import csv
import dataclasses
import datetime as dt
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.domain.clocks import ClockError, compute_clock
from guidance import content
from guidance.domain.loading import build_knowledge
from guidance.domain.records import VERIFIED, Holidays
from guidance.domain.rules import rule_from_json, rule_json
from inputs.clock import today

KNOWN = build_knowledge(content.read_files(), "test")
ROWS = list(csv.DictReader(Path(__file__).with_name("clocks_expected.csv").open()))
COUNTED = [code for code, rule in KNOWN.rules.items() if rule.amount and not rule.closed_on]


def started_on(row):
    """The civil day in Beijing of what started the clock last; some rows give an instant."""
    given = row["restarted_on"] or row["start_on"]
    return today(dt.datetime.fromisoformat(given)) if "T" in given else dt.date.fromisoformat(given)


@pytest.mark.parametrize(
    "row", ROWS, ids=[" ".join(filter(None, list(row.values())[:3])) for row in ROWS]
)
def test_golden_table(row):
    clock = compute_clock(KNOWN.rules[row["rule"]], started_on(row), KNOWN.holidays)
    assert str(clock.due_on or "") == row["due_on"]
    assert clock.certainty == row["certainty"]
    assert " ".join(map(str, clock.extended_on)) == row["extended_on"]
    assert clock.steps
    for step in clock.steps:
        assert step.zh
        assert step.en


COVERED = [
    ("a last day on a weekend", 8, lambda row: "weekend; the rule" in row["why"]),
    ("a last day on a holiday", 10, lambda row: "holiday; the rule" in row["why"]),
    ("a last day that moves", 4, lambda row: "art 203" in row["why"]),
    ("a make-up day as the last", 3, lambda row: "make-up" in row["why"]),
    ("National Day", 10, lambda row: "-10-0" in row["due_on"]),
    ("Spring Festival", 8, lambda row: row["due_on"][5:7] in ("02", "01") and "rest" in row["why"]),
    ("a leap day", 4, lambda row: "02-29" in row["start_on"] + row["due_on"]),
    ("a month's end", 6, lambda row: "art 202" in row["why"]),
    ("a year without holidays", 10, lambda row: "not announced" in row["why"]),
    ("midnight in Beijing", 6, lambda row: "T" in row["start_on"]),
    ("a ladder", 20, lambda row: bool(row["extended_on"])),
    ("new facts", 4, lambda row: bool(row["restarted_on"])),
    ("before the rule was in force", 3, lambda row: "in force from" in row["why"]),
]


@pytest.mark.parametrize(("what", "least", "has"), COVERED, ids=[row[0] for row in COVERED])
def test_the_table_covers_what_goes_wrong_elsewhere(what, least, has):
    assert sum(has(row) for row in ROWS) >= least


def test_the_table_has_every_rule_and_says_why():
    assert len(ROWS) >= 110
    assert {row["rule"] for row in ROWS} == set(KNOWN.rules)
    assert all(row["why"] for row in ROWS)


def test_the_arithmetic_is_said_in_words():
    clock = compute_clock(KNOWN.rules["D01"], dt.date(2026, 11, 2), KNOWN.holidays)
    said = "".join(step.zh for step in clock.steps)
    assert "2026 年 11 月 2 日：机构收到投诉。当天不计（民法典第201条）" in said
    assert "从 11 月 3 日起数 15 个自然日" in said
    assert "15 个自然日" in said
    assert "第 15 天是 2026 年 11 月 17 日（星期二）" in said
    assert "工作日" not in said


def test_working_days_skip_the_golden_week_and_count_the_make_up_saturday():
    clock = compute_clock(KNOWN.rules["D12"], dt.date(2026, 9, 28), KNOWN.holidays)
    assert clock.due_on == dt.date(2026, 10, 13)
    assert "跳过 8 个休息日" in "".join(step.zh for step in clock.steps)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(COUNTED), st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31)))
def test_later_starts_never_end_earlier_and_never_before_the_start(code, start):
    changed = KNOWN.rules[code]
    one = compute_clock(changed, start, KNOWN.holidays)
    two = compute_clock(changed, start + dt.timedelta(days=1), KNOWN.holidays)
    assert start < one.due_on <= two.due_on
    assert list(one.extended_on) == sorted(one.extended_on)
    assert all(day >= one.due_on for day in one.extended_on)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(COUNTED), st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31)))
def test_firm_only_on_a_known_working_day_under_a_verified_rule(code, start):
    clock = compute_clock(KNOWN.rules[code], start, KNOWN.holidays)
    if clock.certainty == "firm":
        assert KNOWN.rules[code].strength in VERIFIED
        assert not KNOWN.rules[code].soft
        assert KNOWN.holidays.is_known(clock.due_on)
        assert not KNOWN.holidays.is_rest_day(clock.due_on)


def rule(code="D01", **changes):
    return dataclasses.replace(KNOWN.rules[code], extensions=(), **changes)


def clock_of(changed, start_on):
    return compute_clock(changed, dt.date.fromisoformat(start_on), KNOWN.holidays)


# 2026-10-03 is a Saturday in the golden week, 2026-10-10 a Saturday on which people work (调休).
# 2027 is not announced: 2027-01-02 is a Saturday all the same, 2027-01-04 a Monday.
REST_DAYS = [
    ("yes", "2026-09-18", "2026-10-08", "firm", "民法典第203条顺延到 2026 年 10 月 8 日"),
    ("no", "2026-09-18", "2026-10-03", "firm", "不顺延"),
    ("unstated", "2026-09-18", "2026-10-03", "provisional", "下一个工作日是 2026 年 10 月 8 日"),
    ("yes", "2026-09-25", "2026-10-10", "firm", "2026 年 10 月 10 日（星期六）"),
    ("unstated", "2026-09-25", "2026-10-10", "firm", "2026 年 10 月 10 日（星期六）"),
    ("yes", "2026-12-18", "2027-01-04", "provisional", "本站没有 2027 年的放假安排"),
    ("unstated", "2026-12-18", "2027-01-02", "provisional", "下一个工作日是 2027 年 1 月 4 日"),
    ("unstated", "2026-12-20", "2027-01-04", "provisional", "本站没有 2027 年的放假安排"),
]


@pytest.mark.parametrize(("rollover", "start_on", "due_on", "certainty", "said"), REST_DAYS)
def test_a_last_day_on_a_rest_day(rollover, start_on, due_on, certainty, said):
    clock = clock_of(rule(rollover=rollover), start_on)
    assert (str(clock.due_on), clock.certainty) == (due_on, certainty)
    assert said in "".join(step.zh for step in clock.steps)


@pytest.mark.parametrize(
    ("unit", "amount", "start_on", "due_on"),
    [
        ("month", 1, "2026-01-31", "2026-02-28"),
        ("month", 1, "2024-01-31", "2024-02-29"),
        ("month", 6, "2025-08-31", "2026-02-28"),
        ("month", 2, "2026-02-28", "2026-04-28"),
        ("month", 12, "2024-02-29", "2025-02-28"),
        ("year", 1, "2024-02-29", "2025-02-28"),
        ("year", 4, "2024-02-29", "2028-02-29"),
        ("year", 3, "2023-12-31", "2026-12-31"),
    ],
)
def test_months_and_years_end_on_the_same_day_or_the_months_last(unit, amount, start_on, due_on):
    clock = clock_of(rule(unit=unit, amount=amount), start_on)
    assert str(clock.due_on) == due_on
    assert "民法典第202条" in clock.steps[1].zh


def test_an_extended_day_says_itself_when_it_is_provisional():
    clock = compute_clock(KNOWN.rules["D01"], dt.date(2026, 11, 2), KNOWN.holidays)
    assert clock.certainty == "firm"
    assert "本站没有 2027 年" in clock.steps[-1].zh
    assert "本站没有" not in clock.steps[-2].zh


@pytest.mark.parametrize("strength", ["M-high", "M-med", "M-low", "C1", "?"])
def test_a_rule_nobody_has_read_is_never_firm(strength):
    clock = clock_of(rule(strength=strength), "2026-11-02")
    assert clock.certainty == "provisional"
    assert "还没有核对过" in clock.steps[-1].zh


def test_a_benchmark_is_soft_whatever_its_strength():
    assert clock_of(rule(soft=True), "2026-11-02").certainty == "soft"
    assert clock_of(rule(soft=True, strength="M-low"), "2026-11-02").certainty == "soft"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": None}, "没有法定天数"),
        ({"unit": "none"}, "没有法定天数"),
        ({"closed_on": dt.date(2026, 3, 31)}, "2026 年 3 月 31 日 截止"),
    ],
)
def test_no_number_and_no_rule_give_no_day(changes, said):
    clock = clock_of(rule(**changes), "9999-12-31")
    assert (clock.due_on, clock.extended_on, clock.certainty) == (None, (), "none")
    assert said in clock.steps[0].zh


@pytest.mark.parametrize("unit", ["calendar", "working", "month", "year"])
@pytest.mark.parametrize(
    ("start_on", "amount"),
    [("9999-12-31", 1), ("2200-12-31", 400), ("0001-01-01", 1), ("2026-11-02", 10**9)],
)
def test_outside_the_calendar_is_an_error_with_a_name(unit, start_on, amount):
    if unit == "working" and amount > 400:
        amount = 10**5
    with pytest.raises(ClockError):
        clock_of(rule(unit=unit, amount=amount), start_on)


STARTS = st.dates(dt.date(2023, 12, 1), dt.date(2027, 2, 1))


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 60), STARTS)
def test_working_days_never_end_before_as_many_calendar_days(amount, start):
    working = compute_clock(rule(unit="working", amount=amount), start, KNOWN.holidays)
    natural = compute_clock(rule(amount=amount, rollover="no"), start, KNOWN.holidays)
    assert working.due_on >= natural.due_on
    assert not KNOWN.holidays.is_rest_day(working.due_on)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 60), STARTS, st.sampled_from(["calendar", "month", "year"]))
def test_a_rolled_over_day_is_the_next_working_day(amount, start, unit):
    stays = compute_clock(
        rule(unit=unit, amount=amount % 5 + 1, rollover="no"), start, KNOWN.holidays
    )
    rolls = compute_clock(
        rule(unit=unit, amount=amount % 5 + 1, rollover="yes"), start, KNOWN.holidays
    )
    assert not KNOWN.holidays.is_rest_day(rolls.due_on)
    between = (rolls.due_on - stays.due_on).days
    assert all(
        KNOWN.holidays.is_rest_day(stays.due_on + dt.timedelta(days=n)) for n in range(between)
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 80), STARTS)
def test_one_more_day_never_ends_earlier(amount, start):
    for unit in ("calendar", "working", "month"):
        one = compute_clock(rule(unit=unit, amount=amount), start, KNOWN.holidays)
        two = compute_clock(rule(unit=unit, amount=amount + 1), start, KNOWN.holidays)
        assert one.due_on < two.due_on


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 60), STARTS)
def test_the_working_days_counted_are_as_many_as_the_rule_says(amount, start):
    end = compute_clock(rule(unit="working", amount=amount), start, KNOWN.holidays).due_on
    days = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(not KNOWN.holidays.is_rest_day(day) for day in days) == amount


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(COUNTED), STARTS)
def test_an_extended_day_is_later_than_the_day_it_extends(code, start):
    clock = compute_clock(KNOWN.rules[code], start, KNOWN.holidays)
    days = [clock.due_on, *clock.extended_on]
    assert all(one < two for one, two in itertools.pairwise(days))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(COUNTED),
    STARTS,
    st.sampled_from(["yes", "no", "unstated"]),
    st.lists(st.integers(0, 90), max_size=6),
)
def test_one_more_holiday_never_makes_a_day_earlier(code, start, rollover, offsets):
    more = frozenset(start + dt.timedelta(days=n) for n in offsets)
    longer = dataclasses.replace(
        KNOWN.holidays, off=KNOWN.holidays.off | more, worked=KNOWN.holidays.worked - more
    )
    changed = dataclasses.replace(KNOWN.rules[code], rollover=rollover)
    before = compute_clock(changed, start, KNOWN.holidays)
    after = compute_clock(changed, start, longer)
    assert before.due_on <= after.due_on
    assert all(a <= b for a, b in zip(before.extended_on, after.extended_on, strict=True))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(KNOWN.rules)), STARTS)
def test_a_pinned_rule_counts_the_same_again(code, start):
    """Through the text of the database and back."""
    pinned = rule_from_json(json.loads(json.dumps(rule_json(KNOWN.rules[code]))))
    assert pinned == KNOWN.rules[code]
    clocks = [compute_clock(each, start, KNOWN.holidays) for each in (pinned, KNOWN.rules[code])]
    assert clocks[0].to_json() == clocks[1].to_json()


IN_FORCE = [
    ({"valid_from": dt.date(2026, 11, 2)}, "firm", ""),
    ({"valid_from": dt.date(2026, 11, 3)}, "provisional", "2026 年 11 月 3 日起"),
    ({"valid_from": None, "valid_to": dt.date(2026, 11, 2)}, "firm", ""),
    ({"valid_from": None, "valid_to": dt.date(2026, 11, 1)}, "provisional", "2026 年 11 月 1 日止"),
]


@pytest.mark.parametrize(("changes", "certainty", "said"), IN_FORCE)
def test_a_rule_that_was_not_in_force_gives_no_firm_day(changes, certainty, said):
    clock = clock_of(rule(**changes), "2026-11-02")
    assert clock.certainty == certainty
    assert said in "".join(step.zh for step in clock.steps)


def test_a_calendar_has_another_fingerprint_with_every_day_and_year():
    known = KNOWN.holidays
    day = dt.date(2026, 11, 4)
    others = [
        dataclasses.replace(known, off=known.off | {day}),
        dataclasses.replace(known, worked=known.worked | {day}),
        dataclasses.replace(known, years=known.years | {2027}),
    ]
    assert len({known.fingerprint, *(other.fingerprint for other in others)}) == 4
    assert dataclasses.replace(known, off=frozenset(sorted(known.off))).fingerprint == (
        known.fingerprint
    )


def test_without_any_calendar_nothing_is_firm():
    empty = Holidays(frozenset(), frozenset(), frozenset())
    for code in COUNTED:
        clock = compute_clock(KNOWN.rules[code], dt.date(2026, 11, 2), empty)
        assert clock.certainty in ("provisional", "soft")


def test_the_end_of_time_is_an_error_with_a_name():
    with pytest.raises(ClockError):
        compute_clock(KNOWN.rules["D25"], dt.date(9999, 12, 31), KNOWN.holidays)


def test_no_unverified_article_is_named():
    for each in KNOWN.rules.values():
        clock = compute_clock(each, dt.date(2026, 11, 2), KNOWN.holidays)
        assert ("条" in clock.source.zh) <= (each.strength == "V"), each.code


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rule": "D99", "start_on": "2026-11-02"}, "rule"),
        ({"rule": "D01", "start_on": "2026-02-30"}, "start_on"),
        ({"rule": "D01", "start_on": "9999-12-31"}, "start_on"),
        ({"rule": "D01"}, "start_on"),
        ({"rule": "D01", "start_on": "2026-11-02", "user": 1}, "user"),
        ({"rule": ["D01"], "start_on": "2026-11-02"}, "rule"),
    ],
)
def test_api_refuses_with_the_field(client, known, body, field):
    answer = client.post("/api/v1/clock/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()[field][0]["message"]


def test_api_answers_in_the_documented_shape(client, known):
    answer = client.post(
        "/api/v1/clock/",
        {"rule": "D01", "start_on": "2026-11-02"},
        content_type="application/json",
    ).json()
    assert answer["due_on"] == "2026-11-17"
    assert answer["extended_on"] == ["2026-12-02", "2027-01-01"]
    assert answer["certainty"] == "firm"
    assert set(answer) == {"due_on", "extended_on", "certainty", "steps", "source"}
