"""States of a plan item: every pair, what a page shows as of today, and where it stands."""

import datetime as dt

import pytest

from records.domain.states import (
    ACTIONS,
    BY_PERSON,
    STATES,
    TRANSITIONS,
    ItemNow,
    MoveNotAllowed,
    allowed,
    group,
    is_overdue,
    is_repeat,
    move,
    shown_state,
)
from records.enums import PlanAction, PlanState

TODAY = dt.date(2026, 11, 22)
EVERY_PAIR = [(state, action) for state in STATES for action in ACTIONS]
# Written once more by hand: start, finish, dismiss, postpone, expire, reopen.
EXPECTED = {
    "todo": ("doing", "done", "not-for-me", "later", "expired", None),
    "doing": (None, "done", "not-for-me", "later", "expired", "todo"),
    "later": ("doing", "done", "not-for-me", "later", "expired", "todo"),
    "done": (None, None, None, None, None, "todo"),
    "not-for-me": (None, None, None, None, None, "todo"),
    "expired": (None, "done", None, None, None, None),
}
COLUMNS = ("start", "finish", "dismiss", "postpone", "expire", "reopen")


def day(left):
    return None if left is None else TODAY + dt.timedelta(days=left)


@pytest.mark.parametrize(("state", "action"), EVERY_PAIR)
def test_every_pair_of_the_table(state, action):
    target = EXPECTED[state][COLUMNS.index(action)]
    if target is None:
        with pytest.raises(MoveNotAllowed):
            move(state, action)
    else:
        assert move(state, action) == target


def test_the_table_uses_the_words_of_the_enums():
    assert set(STATES) == set(PlanState.values)
    assert set(ACTIONS) <= set(PlanAction.values)
    assert set(COLUMNS) == set(ACTIONS)
    assert len(TRANSITIONS) == sum(
        target is not None for row in EXPECTED.values() for target in row
    )


def test_a_person_cannot_let_an_item_expire():
    assert "expire" not in BY_PERSON
    assert all("expire" not in allowed(state) for state in STATES)


def test_everything_a_person_does_can_be_taken_back():
    for state in ("done", "not-for-me", "later", "doing"):
        assert move(state, "reopen") == "todo"


@pytest.mark.parametrize(
    ("state", "action", "repeat"),
    [
        ("done", "finish", True),
        ("doing", "start", True),
        ("not-for-me", "dismiss", True),
        ("todo", "reopen", True),
        ("later", "postpone", False),  # to another day
        ("done", "start", False),
        ("expired", "start", False),
    ],
)
def test_the_same_button_twice_is_a_repeat(state, action, repeat):
    assert is_repeat(state, action) == repeat


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (ItemNow("todo"), "todo"),
        (ItemNow("todo", due_on=day(-400)), "todo"),
        (ItemNow("todo", valid=False), "expired"),
        (ItemNow("doing", valid=False), "expired"),
        (ItemNow("done", valid=False), "done"),
        (ItemNow("not-for-me", valid=False), "not-for-me"),
        (ItemNow("later", remind_on=day(1)), "later"),
        (ItemNow("later", remind_on=day(0)), "todo"),
        (ItemNow("later", remind_on=day(-9)), "todo"),
        (ItemNow("todo", due_on=day(-27), rule="FREQ=MONTHLY"), "todo"),
        (ItemNow("todo", due_on=dt.date(2026, 10, 22), rule="FREQ=MONTHLY"), "expired"),
        (ItemNow("doing", due_on=dt.date(2026, 10, 22), rule="FREQ=MONTHLY"), "expired"),
        (ItemNow("later", day(-60), day(9), "FREQ=MONTHLY"), "expired"),
        (ItemNow("done", due_on=day(-60), rule="FREQ=MONTHLY"), "done"),
        (ItemNow("todo", due_on=None, rule="FREQ=MONTHLY"), "todo"),
        (ItemNow("todo", day(-90), rule="FREQ=DAILY;INTERVAL=30;COUNT=3", number=3), "todo"),
        (ItemNow("todo", day(-90), rule="FREQ=DAILY;INTERVAL=30;COUNT=3", number=1), "expired"),
    ],
)
def test_what_is_shown_as_of_today(item, shown):
    assert shown_state(item, TODAY) == shown


@pytest.mark.parametrize(
    ("item", "where"),
    [
        (ItemNow("doing", due_on=day(90)), "now"),
        (ItemNow("doing"), "now"),
        (ItemNow("todo", due_on=day(-30)), "now"),
        (ItemNow("todo", due_on=day(7)), "now"),
        (ItemNow("todo", due_on=day(8)), "soon"),
        (ItemNow("todo", due_on=day(30)), "soon"),
        (ItemNow("todo", due_on=day(31)), "later"),
        (ItemNow("todo"), "later"),
        (ItemNow("todo", own=True), "soon"),
        (ItemNow("later", due_on=day(1), remind_on=day(3)), "later"),
        (ItemNow("later", due_on=day(1), remind_on=day(0)), "now"),
        (ItemNow("done", due_on=day(1)), "done"),
        (ItemNow("expired"), "done"),
        (ItemNow("todo", valid=False), "done"),
        (ItemNow("not-for-me", due_on=day(1)), "not-for-me"),
    ],
)
def test_where_it_stands(item, where):
    assert group(item, TODAY) == where


@pytest.mark.parametrize(
    ("item", "overdue"),
    [
        (ItemNow("todo", due_on=day(0)), False),
        (ItemNow("todo", due_on=day(-1)), True),
        (ItemNow("done", due_on=day(-1)), False),
        (ItemNow("later", due_on=day(-1), remind_on=day(1)), False),
        (ItemNow("todo", due_on=day(-60), rule="FREQ=MONTHLY"), False),
    ],
)
def test_overdue_is_a_question_of_today(item, overdue):
    assert is_overdue(item, TODAY) == overdue
