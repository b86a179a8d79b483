"""Which tips a situation calls for, why and by when: a table anybody can read, and its rules."""

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from guidance.domain.loading import build_knowledge
from guidance.domain.records import Text
from records.domain.plan import (
    TRIGGERS,
    Had,
    PlannedItem,
    Situation,
    changes_of,
    choose_tips,
    due_date,
)

KNOWN = build_knowledge(content.read_files(), "test")
TODAY = dt.date(2026, 11, 22)  # a Sunday
TITLES = {slug: cause.title for slug, cause in KNOWN.causes.items()}
ROWS = list(csv.DictReader(Path(__file__).with_name("plan_expected.csv").open()))
COUNTS = {"lenders_count": "lenders", "inquiries_count": "inquiries_3m"}
NUMBERS = {"utilisation_bp", "debts", "unused_lines", "report_overdue", "report_errors"}
NUMBERS |= {"unknown_inquiries", *COUNTS}
FLAGS = {"zeroed", "business_line_appeared", "heavy_month"}


def situation(facts):
    """Of the words of the table: days, numbers and flags by name, anything else is an answer."""
    given, answers = {}, {}
    for part in filter(None, facts.split(";")):
        name, _, value = part.partition("=")
        if name.endswith("_on"):
            given[name] = dt.date.fromisoformat(value)
        elif name in NUMBERS:
            given[COUNTS.get(name, name)] = int(value)
        elif name == "causes":
            given["causes"] = (value,)
        elif name == "licence":
            given["licences"] = frozenset({value})
        elif value == "yes" and name in FLAGS:
            given[name] = True
        else:
            answers[name] = value
    return Situation(**given, answers=answers)


def chosen(now, tips=KNOWN.tips, today=TODAY):
    return {item.tip: item for item in choose_tips(now, tips, TITLES, KNOWN.holidays, today)}


def test_the_table_is_long_and_its_ids_are_unique():
    assert len(ROWS) >= 60
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_expected(row):
    item = chosen(situation(row["facts"])).get(row["tip"])
    if row["due_on"] == "absent":
        assert item is None
        return
    assert item is not None
    assert (item.due_on.isoformat() if item.due_on else "none") == row["due_on"]
    assert item.reason.zh.startswith(row["reason"])
    assert item.reason.en


def test_the_answers_of_the_table_are_answers_of_the_questions():
    """A question renamed in its file would silence a trigger without a word."""
    for row in ROWS:
        for question, answer in situation(row["facts"]).answers.items():
            assert answer in {choice.slug for choice in KNOWN.questions[question].answers}


def test_every_trigger_calls_a_tip_and_every_situation_of_a_tip_has_a_trigger():
    called = {name for tip in KNOWN.tips.values() for name in tip.situations}
    names = {trigger.name for trigger in TRIGGERS}
    assert names <= called
    assert called - names == {"security"}  # a sensitive answer: only its cause may call these


def test_every_tip_can_be_reached():
    everything = Situation(
        event_on=TODAY,
        report_on=TODAY,
        complaint_on=TODAY,
        dispute_on=TODAY,
        mortgage_on=TODAY + dt.timedelta(days=365),
        causes=tuple(KNOWN.causes),
    )
    assert set(chosen(everything)) == set(KNOWN.tips)
    assert len(KNOWN.tips) == 46


def test_no_step_is_due_before_today():
    for item in chosen(
        Situation(event_on=dt.date(2020, 1, 1), causes=tuple(KNOWN.causes))
    ).values():
        assert item.due_on is None or item.due_on >= TODAY


def test_the_order_of_causes_changes_no_choice():
    causes = ("overdue", "high-debt", "many-inquiries")
    assert set(chosen(Situation(causes=causes))) == set(chosen(Situation(causes=causes[::-1])))


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "there"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (None, TODAY - dt.timedelta(days=1), False),
        (TODAY + dt.timedelta(days=1), None, False),
    ],
    ids=["always", "today-only", "over", "not-yet"],
)
def test_the_validity_of_a_tip_is_respected(valid_from, valid_to, there):
    tip = replace(KNOWN.tips["T01"], valid_from=valid_from, valid_to=valid_to)
    assert ("T01" in chosen(Situation(), {"T01": tip})) == there


@pytest.mark.parametrize(
    ("days", "day"),
    [(1, dt.date(2026, 10, 8)), (3, dt.date(2026, 10, 10)), (0, dt.date(2026, 9, 30))],
    ids=["over-the-holiday", "a-saturday-that-is-worked", "none"],
)
def test_working_days_know_the_holidays_and_the_days_worked_instead(days, day):
    """2026-10-01 to 10-07 are off, Saturday 2026-10-10 is worked (State Council's notice)."""
    tip = replace(KNOWN.tips["T01"], due_unit="working", due_days=days)
    assert due_date(tip, dt.date(2026, 9, 30), KNOWN.holidays) == day


def test_a_sensitive_answer_never_reaches_a_reason():
    sensitive = {slug for slug, row in KNOWN.questions.items() if row.sensitive}
    for slug in sensitive:
        for choice in KNOWN.questions[slug].answers:
            assert chosen(Situation(answers={slug: choice.slug})) == chosen(Situation())


# --- what a new choice changes in the plan a person has -------------------------------------

NEW = PlannedItem("T01", TODAY, TODAY + dt.timedelta(days=2), Text("因", "because"), 0)
EARLIER, LATER = TODAY - dt.timedelta(days=90), TODAY + dt.timedelta(days=9)


def had(state, anchor_on=EARLIER, due_on=EARLIER, number=1, tip="T01"):
    return Had(7, tip, number, state, anchor_on, due_on)


@pytest.mark.parametrize(
    ("rows", "added", "dated"),
    [
        ([], [1], []),
        ([had("todo")], [], []),
        ([had("doing")], [], []),
        ([had("later")], [], []),
        ([had("done")], [2], []),
        ([had("expired")], [2], []),
        ([had("done", anchor_on=TODAY)], [], []),
        ([had("done", anchor_on=LATER)], [], []),
        ([had("done", anchor_on=None)], [2], []),
        ([had("not-for-me")], [], []),
        ([had("done"), had("not-for-me", number=2)], [], []),
        ([had("done"), had("todo", number=2)], [], []),
        ([had("todo", anchor_on=None, due_on=None)], [], [7]),
    ],
    ids=[
        "none",
        "to-do",
        "begun",
        "put-off",
        "done-for-an-earlier-change",
        "missed-for-an-earlier-change",
        "done-for-this-change",
        "done-for-a-later-change",
        "done-for-no-change",
        "dismissed",
        "dismissed-later",
        "open-again",
        "waited-for-a-day",
    ],
)
def test_what_is_there_is_left_alone(rows, added, dated):
    changes = changes_of([NEW], rows, KNOWN.tips)
    assert [number for _item, number in changes.added] == added
    assert [key for key, _item in changes.dated] == dated


def test_a_corrected_day_moves_a_step_not_begun():
    item = replace(NEW, tip="T22")
    for state, moved in (("todo", [7]), ("doing", []), ("done", [])):
        changes = changes_of([item], [had(state, tip="T22")], KNOWN.tips)
        assert [key for key, _item in changes.dated] == moved


DAYS = st.none() | st.dates(dt.date(2015, 1, 1), dt.date(2040, 1, 1))


@settings(max_examples=60, deadline=None)
@given(
    event=DAYS,
    report=DAYS,
    mortgage=DAYS,
    bill=DAYS,
    causes=st.lists(st.sampled_from(sorted(KNOWN.causes)), unique=True, max_size=6),
)
def test_whatever_is_known_no_step_is_chosen_twice_or_due_in_the_past(
    event, report, mortgage, bill, causes
):
    now = Situation(
        event_on=event,
        report_on=report,
        mortgage_on=mortgage,
        bill_on=bill,
        causes=tuple(causes),
    )
    items = choose_tips(now, KNOWN.tips, TITLES, KNOWN.holidays, TODAY)
    assert len({item.tip for item in items}) == len(items)
    for item in items:
        assert item.due_on is None or item.due_on >= TODAY
        assert item.reason.zh
        assert item.reason.en
    assert {code for code, tip in KNOWN.tips.items() if tip.default} <= {i.tip for i in items}
