"""The one thing to do next: a table a person who helps others can read."""

import datetime as dt

import pytest

from complaints.domain.next_action import CaseNow, next_action, standing_day
from complaints.domain.steps import StepNow

TODAY = dt.date(2026, 12, 6)


def on(day, month=11):
    return dt.date(2026, month, day)


def step(key="a", **days):
    return StepNow(key, **days)


SENT = {"sent_on": on(2)}
WAITING = {**SENT, "received_on": on(3), "certainty": "firm"}
DUE_LATER = {**WAITING, "due_on": on(18, 12)}
DUE_TODAY = {**WAITING, "due_on": TODAY}
LATE = {**WAITING, "due_on": on(3, 12)}
VERY_LATE = {**WAITING, "due_on": on(18)}
GENERIC = {**WAITING, "answered_on": on(17), "reply_kind": "generic"}
SPECIFIC = {**WAITING, "answered_on": on(20), "reply_kind": "specific"}

ROWS = [
    ("closed", "closed", 0, [step(**LATE)], ("closed", "", None, 0)),
    ("nothing at all", "ready", 0, [], ("stalled", "", None, 0)),
    ("to be sent", "ready", 0, [step()], ("send", "a", None, 0)),
    ("on its way", "filed", 0, [step(**SENT)], ("confirm-receipt", "a", on(2), -34)),
    ("waits", "awaiting", 0, [step(**DUE_LATER)], ("wait", "a", on(18, 12), 12)),
    ("the last day is not late", "awaiting", 0, [step(**DUE_TODAY)], ("wait", "a", TODAY, 0)),
    ("late", "awaiting", 0, [step(**LATE)], ("overdue", "a", on(3, 12), -3)),
    ("no legal day", "awaiting", 0, [step(**WAITING)], ("wait-undated", "a", on(3), -33)),
    (
        "late, reminded before the day only",
        "awaiting",
        0,
        [step(**LATE, reminded_on=on(20))],
        ("overdue", "a", on(3, 12), -3),
    ),
    (
        "late and reminded",
        "awaiting",
        0,
        [step(**LATE, reminded_on=on(5, 12))],
        ("reminded", "a", on(3, 12), -3),
    ),
    (
        "the later one was not reminded yet",
        "awaiting",
        0,
        [step("a", **VERY_LATE, reminded_on=on(1, 12)), step("b", **LATE)],
        ("overdue", "b", on(3, 12), -3),
    ),
    (
        "the latest of two late ones comes second",
        "awaiting",
        0,
        [step("a", **LATE), step("b", **VERY_LATE)],
        ("overdue", "b", on(18), -18),
    ),
    (
        "what is late comes before an answer to check",
        "awaiting",
        3,
        [step("a", **GENERIC), step("b", **LATE)],
        ("overdue", "b", on(3, 12), -3),
    ),
    (
        "an answer to check comes before waiting",
        "awaiting",
        3,
        [step("a", **GENERIC), step("b", **DUE_LATER)],
        ("check-reply", "a", on(17), -19),
    ),
    (
        "all questions ticked: wait for the other",
        "awaiting",
        0,
        [step("a", **GENERIC), step("b", **DUE_LATER)],
        ("wait", "b", on(18, 12), 12),
    ),
    (
        "the next letter is to be sent",
        "ready",
        0,
        [step("a", **GENERIC), step("b")],
        ("send", "b", None, 0),
    ),
    (
        "of two that wait the nearer day",
        "awaiting",
        0,
        [step("a", **DUE_LATER), step("b", **{**WAITING, "due_on": on(10, 12)})],
        ("wait", "b", on(10, 12), 4),
    ),
    (
        "a legal day before an open end",
        "awaiting",
        0,
        [step("a", **WAITING), step("b", **DUE_LATER)],
        ("wait", "b", on(18, 12), 12),
    ),
    ("a poor answer", "replied", 0, [step(**GENERIC)], ("go-on", "a", on(17), -19)),
    ("a good answer", "replied", 0, [step(**SPECIFIC)], ("decide", "a", on(20), -16)),
    (
        "the newest answer decides",
        "replied",
        0,
        [step("a", **SPECIFIC), step("b", **GENERIC)],
        ("decide", "a", on(20), -16),
    ),
    (
        "given up",
        "ready",
        0,
        [step(**LATE, ended_on=on(5, 12))],
        ("stalled", "", None, 0),
    ),
    (
        "an answer after giving up counts",
        "replied",
        0,
        [step(**GENERIC, ended_on=on(10))],
        ("go-on", "a", on(17), -19),
    ),
    (
        "questions without an answer are not checked yet",
        "awaiting",
        5,
        [step(**DUE_LATER)],
        ("wait", "a", on(18, 12), 12),
    ),
]


@pytest.mark.parametrize(
    ("state", "questions", "steps", "expected"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_next(state, questions, steps, expected):
    found = next_action(CaseNow(state, questions), steps, TODAY)
    assert (found.kind, found.step, found.on, found.days) == expected


def test_certainty_of_the_day_is_told():
    found = next_action(CaseNow("awaiting"), [step(**{**LATE, "certainty": "soft"})], TODAY)
    assert found.certainty == "soft"


def test_the_standing_day_leaves_out_what_is_answered_or_over():
    late, later = step("a", **LATE, ended_on=on(4, 12)), step("b", **DUE_LATER)
    assert standing_day([late, later, step("c", **GENERIC)]) == on(18, 12)
    assert standing_day([step()]) is None
