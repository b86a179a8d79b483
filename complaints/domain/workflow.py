"""States of a complaint: one table; what is not in it is refused.

Several filings run at once, so where a case stands is read off its steps (`case_state`); the
table says which action exists in which state.
"""

from collections.abc import Iterable

READY, FILED, AWAITING, REPLIED, CLOSED = "ready", "filed", "awaiting", "replied", "closed"
# The phases of one step.
UNSENT, SENT, WAITING, ANSWERED, ENDED = "unsent", "sent", "waiting", "answered", "ended"
BY_STEPS = "by-steps"

TRANSITIONS: dict[tuple[str, str], str] = {
    ("", "file"): READY,
    # Something has to be sent, or nothing is under way any more.
    (READY, "open-step"): BY_STEPS,
    (READY, "record-sent"): BY_STEPS,
    (READY, "record-received"): BY_STEPS,
    (READY, "record-number"): BY_STEPS,
    (READY, "record-reply"): BY_STEPS,
    (READY, "give-up"): BY_STEPS,
    (READY, "take-up"): BY_STEPS,
    # Sent; nobody knows yet whether it arrived.
    (FILED, "open-step"): BY_STEPS,
    (FILED, "record-sent"): BY_STEPS,
    (FILED, "record-received"): BY_STEPS,
    (FILED, "record-number"): BY_STEPS,
    (FILED, "record-reply"): BY_STEPS,
    (FILED, "give-up"): BY_STEPS,
    (FILED, "take-up"): BY_STEPS,
    # At least one clock runs.
    (AWAITING, "open-step"): BY_STEPS,
    (AWAITING, "record-sent"): BY_STEPS,
    (AWAITING, "record-received"): BY_STEPS,
    (AWAITING, "record-number"): BY_STEPS,
    (AWAITING, "record-reply"): BY_STEPS,
    (AWAITING, "extend"): BY_STEPS,
    (AWAITING, "restart"): BY_STEPS,
    (AWAITING, "give-up"): BY_STEPS,
    (AWAITING, "take-up"): BY_STEPS,
    # Every step has its answer, or is over.
    (REPLIED, "escalate"): BY_STEPS,
    (REPLIED, "record-number"): BY_STEPS,
    (REPLIED, "record-reply"): BY_STEPS,
    (REPLIED, "take-up"): BY_STEPS,
    (READY, "close"): CLOSED,
    (FILED, "close"): CLOSED,
    (AWAITING, "close"): CLOSED,
    (REPLIED, "close"): CLOSED,
    (READY, "withdraw"): CLOSED,
    (FILED, "withdraw"): CLOSED,
    (AWAITING, "withdraw"): CLOSED,
    (REPLIED, "withdraw"): CLOSED,
    # Closed is not solved: a person may always take a case up again, where it was left.
    (CLOSED, "reopen"): BY_STEPS,
}
# What one step allows; the same refusal as of the table.
STEP_ALLOWS: dict[str, frozenset[str]] = {
    UNSENT: frozenset({"record-sent", "record-received", "give-up"}),
    SENT: frozenset({"record-sent", "record-received", "record-number", "record-reply", "give-up"}),
    WAITING: frozenset(
        {"record-sent", "record-number", "extend", "restart", "record-reply", "give-up"}
    ),
    # A second answer follows a first, and one may come late.
    ANSWERED: frozenset({"record-number", "record-reply"}),
    ENDED: frozenset({"record-number", "record-reply", "take-up"}),
}
STATES = frozenset({READY, FILED, AWAITING, REPLIED, CLOSED})
PHASES = frozenset(STEP_ALLOWS)
ACTIONS = frozenset(action for _state, action in TRANSITIONS)


class TransitionNotAllowed(Exception):
    """This action does not exist in this state."""

    def __init__(self, state: str, action: str) -> None:
        self.state, self.action = state, action
        super().__init__(f"{action} in {state or 'no state'}")


def case_state(phases: Iterable[str]) -> str:
    """Where a case stands by the phases of its steps; the liveliest step decides.

    One that waits for an answer makes the case wait, whatever else was answered. Without any
    step under way the case has its answers, or is ready for the next letter.
    """
    found = frozenset(phases)
    if WAITING in found:
        return AWAITING
    if SENT in found:
        return FILED
    if UNSENT in found:
        return READY
    return REPLIED if ANSWERED in found else READY


def move(state: str, action: str, phases: Iterable[str] = ()) -> str:
    """The next state; `phases` are those of the steps after the action.

    Raises TransitionNotAllowed.
    """
    try:
        after = TRANSITIONS[state, action]
    except KeyError:
        raise TransitionNotAllowed(state, action) from None
    return case_state(phases) if after == BY_STEPS else after


def check_step(phase: str, action: str) -> None:
    """Raises TransitionNotAllowed where a step in this phase does not have the action."""
    if action not in STEP_ALLOWS[phase]:
        raise TransitionNotAllowed(phase, action)


def allowed(state: str) -> frozenset[str]:
    """Actions that exist in a state."""
    return frozenset(action for start, action in TRANSITIONS if start == state)


def step_actions(state: str, phase: str) -> frozenset[str]:
    """Actions of a step in this phase, in a case in this state."""
    return allowed(state) & STEP_ALLOWS[phase]
