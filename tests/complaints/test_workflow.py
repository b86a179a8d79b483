"""Every pair outside the table is refused; where a case stands is read off its steps."""

import itertools

import pytest

from complaints.domain.workflow import (
    ACTIONS,
    ANSWERED,
    BY_STEPS,
    ENDED,
    PHASES,
    SENT,
    STATES,
    STEP_ALLOWS,
    TRANSITIONS,
    UNSENT,
    WAITING,
    TransitionNotAllowed,
    allowed,
    case_state,
    check_step,
    move,
    step_actions,
)
from complaints.enums import CaseAction, ComplaintState, StepPhase

PAIRS = list(itertools.product(sorted({"", *STATES}), sorted(ACTIONS)))
ROWS = [
    ("no step", [], "ready"),
    ("one to send", [UNSENT], "ready"),
    ("one on its way", [SENT], "filed"),
    ("one waits", [WAITING], "awaiting"),
    ("one answered", [ANSWERED], "replied"),
    ("one given up", [ENDED], "ready"),
    ("one waits, another is answered", [WAITING, ANSWERED], "awaiting"),
    ("one is answered, another waits", [ANSWERED, WAITING], "awaiting"),
    ("one waits, another is to be sent", [WAITING, UNSENT], "awaiting"),
    ("one on its way, another is to be sent", [UNSENT, SENT], "filed"),
    ("one on its way, another waits", [SENT, WAITING], "awaiting"),
    ("one answered, the next to be sent", [ANSWERED, UNSENT], "ready"),
    ("one answered, one given up", [ANSWERED, ENDED], "replied"),
    ("all given up", [ENDED, ENDED], "ready"),
    ("five at once", [ANSWERED, ENDED, UNSENT, SENT, WAITING], "awaiting"),
]


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_pair(state, action):
    if (state, action) not in TRANSITIONS:
        with pytest.raises(TransitionNotAllowed):
            move(state, action, [WAITING])
        return
    assert action in allowed(state)
    target = TRANSITIONS[state, action]
    expected = "awaiting" if target == BY_STEPS else target
    assert move(state, action, [WAITING]) == expected


@pytest.mark.parametrize(
    ("phases", "state"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_liveliest_step_decides(phases, state):
    assert case_state(phases) == state


def test_the_order_of_the_steps_decides_nothing():
    for phases in itertools.permutations([ANSWERED, SENT, WAITING]):
        assert case_state(phases) == "awaiting"


@pytest.mark.parametrize(
    ("phase", "action"),
    list(itertools.product(sorted(PHASES), sorted(set().union(*STEP_ALLOWS.values())))),
)
def test_a_step_allows_only_what_its_phase_has(phase, action):
    if action in STEP_ALLOWS[phase]:
        check_step(phase, action)
    else:
        with pytest.raises(TransitionNotAllowed):
            check_step(phase, action)


def test_a_closed_case_has_no_action_on_any_step():
    assert all(not step_actions("closed", phase) for phase in PHASES)


def test_states_of_table_and_model_are_the_same():
    assert set(ComplaintState.values) == STATES
    assert {state for state, _action in TRANSITIONS} - {""} == STATES
    assert set(StepPhase.values) == PHASES


def test_every_action_of_the_tables_has_its_words():
    assert set(CaseAction.values) >= ACTIONS
    assert set().union(*STEP_ALLOWS.values()) <= ACTIONS
