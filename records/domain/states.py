"""States of a plan item: one table; what is not in it is refused. Pure: `today` is an argument."""

from dataclasses import dataclass
from datetime import date

from records.domain.recurrence import replacement_of_missed

TODO, DOING, DONE = "todo", "doing", "done"
NOT_FOR_ME, LATER, EXPIRED = "not-for-me", "later", "expired"
STATES = (TODO, DOING, DONE, NOT_FOR_ME, LATER, EXPIRED)
OPEN = frozenset({TODO, DOING, LATER})

TRANSITIONS: dict[tuple[str, str], str] = {
    (TODO, "start"): DOING,
    (TODO, "finish"): DONE,
    (TODO, "dismiss"): NOT_FOR_ME,
    (TODO, "postpone"): LATER,
    (TODO, "expire"): EXPIRED,
    (DOING, "finish"): DONE,
    (DOING, "dismiss"): NOT_FOR_ME,
    (DOING, "postpone"): LATER,
    (DOING, "reopen"): TODO,
    (DOING, "expire"): EXPIRED,
    (LATER, "start"): DOING,
    (LATER, "finish"): DONE,
    (LATER, "dismiss"): NOT_FOR_ME,
    (LATER, "postpone"): LATER,  # to another day
    (LATER, "reopen"): TODO,
    (LATER, "expire"): EXPIRED,
    # Done by mistake, or not for me after all: everything can be taken back.
    (DONE, "reopen"): TODO,
    (NOT_FOR_ME, "reopen"): TODO,
    # It was done, only not ticked. There is no way back to a day that is over.
    (EXPIRED, "finish"): DONE,
}
ACTIONS = tuple(dict.fromkeys(action for _state, action in TRANSITIONS))
BY_PERSON = tuple(action for action in ACTIONS if action != "expire")
TARGETS = {
    action: {target for (_state, name), target in TRANSITIONS.items() if name == action}
    for action in ACTIONS
}


class MoveNotAllowed(Exception):
    """This action does not exist in this state."""

    def __init__(self, state: str, action: str) -> None:
        self.state, self.action = state, action
        super().__init__(f"{action} in {state}")


def move(state: str, action: str) -> str:
    """The state after an action. Raises MoveNotAllowed for every pair outside the table."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise MoveNotAllowed(state, action) from None


def allowed(state: str) -> tuple[str, ...]:
    """What a person may do in this state, in the order of the table."""
    return tuple(action for (name, action) in TRANSITIONS if name == state and action in BY_PERSON)


def is_repeat(state: str, action: str) -> bool:
    """The same button pressed twice: the state is already what the action leads to."""
    return (state, action) not in TRANSITIONS and state in TARGETS.get(action, ())


@dataclass(frozen=True, slots=True)
class ItemNow:
    """What the shown state and the place on the page depend on. `valid`: its tip still holds."""

    state: str
    due_on: date | None = None
    remind_on: date | None = None
    rule: str = ""
    number: int = 1
    own: bool = False
    valid: bool = True


def shown_state(item: ItemNow, today: date) -> str:
    """The state as of today.

    A postponed item is to do again on its day. An open one is over when its tip no longer holds,
    or when its next turn has come.
    """
    if item.state not in OPEN:
        return item.state
    if not item.valid or _turn_is_over(item, today):
        return EXPIRED
    if item.state == LATER and item.remind_on is not None and item.remind_on <= today:
        return TODO
    return item.state


def _turn_is_over(item: ItemNow, today: date) -> bool:
    if item.due_on is None:
        return False
    replacement = replacement_of_missed(
        item.rule, due_on=item.due_on, today=today, number=item.number
    )
    return replacement is not None


NOW, SOON, SOME_DAY, PAST, NEVER = "now", "soon", "later", "done", "not-for-me"
GROUPS = (NOW, SOON, SOME_DAY, PAST, NEVER)
NOW_DAYS, SOON_DAYS = 7, 30


def group(item: ItemNow, today: date) -> str:
    """Where an item stands on the page.

    Now: begun, or due within 7 days or before. Soon: due within 30 days, and what a person wrote
    down himself without a day. Later: the rest, among it tips that wait for something to happen.
    """
    state = shown_state(item, today)
    if state in (DONE, EXPIRED):
        return PAST
    if state == NOT_FOR_ME:
        return NEVER
    if state == LATER:
        return SOME_DAY
    if state == DOING:
        return NOW
    if item.due_on is None:
        return SOON if item.own else SOME_DAY
    left = (item.due_on - today).days
    if left <= NOW_DAYS:
        return NOW
    return SOON if left <= SOON_DAYS else SOME_DAY


def is_overdue(item: ItemNow, today: date) -> bool:
    """The day is past and the item can still be done."""
    return (
        shown_state(item, today) in (TODO, DOING)
        and item.due_on is not None
        and item.due_on < today
    )
