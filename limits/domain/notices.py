"""What a pasted notice says: product, lender, amounts, what happened, from when, and why.

Everything found carries its place in the text, so that the person sees what was read where and
decides. What is not said stays empty; what can be read two ways is a doubt, not a choice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from limits.domain.notice_amounts import Amount, Role, amounts_in
from limits.domain.notice_days import Day, Part, days_in
from limits.domain.notice_text import Body, Found, Place
from limits.domain.notice_warnings import taken_places, warnings_in
from limits.domain.notice_words import (
    is_signature,
    kinds_in,
    names_in,
    reason_in,
    temporary_in,
)

LONGEST = 10_000  # characters that are read; the form takes fewer

# Doubts are codes; the page says in words what to look at.
TWO_PRODUCTS = "two-products"
TWO_LENDERS = "two-lenders"
SENDER_ONLY = "sender-only"
TWO_BEFORE = "two-before"
TWO_AFTER = "two-after"
OTHER_AMOUNT = "other-amount"
AVAILABLE_ONLY = "available-only"
DIFFERENCE_ONLY = "difference-only"
CLOSED_IS_ZERO = "closed-is-zero"
SAME_AMOUNT = "same-amount"
TWO_KINDS = "two-kinds"
TWO_DAYS = "two-days"
DAY_AHEAD = "day-ahead"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that can be read more than one way, and the places it is about."""

    code: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What was found, each with its place; None where the text does not say it.

    Amounts in 分, civil days, `product` and `lender` slugs; `kind` is limit, freeze, unfreeze,
    close or reopen. `warnings` are signs of a fraud: link, code, money or callback.
    """

    product: Found[str] | None = None
    lender: Found[str] | None = None
    before: Found[int] | None = None
    after: Found[int] | None = None
    kind: Found[str] | None = None
    effective_on: Found[date] | None = None
    expires_on: Found[date] | None = None
    temporary: Found[bool] | None = None
    reason: Found[str] | None = None
    doubts: tuple[Doubt, ...] = ()
    warnings: tuple[Found[str], ...] = ()

    @property
    def found(self) -> dict[str, Found[Any]]:
        """What was found, by field."""
        fields = {name: getattr(self, name) for name in FIELDS}
        return {name: one for name, one in fields.items() if one is not None}


FIELDS = (
    "product",
    "lender",
    "before",
    "after",
    "kind",
    "effective_on",
    "expires_on",
    "temporary",
    "reason",
)


@dataclass(slots=True)
class _Doubts:
    """Doubts in the making: a value, or None and the doubt why."""

    found: list[Doubt] = field(default_factory=list)

    def say(self, code: str, things: Iterable[Any] = ()) -> None:
        self.found.append(Doubt(code, tuple((one.start, one.end) for one in things)))

    def only(self, things: Sequence[Found[Value]], code: str) -> Found[Value] | None:
        """The first, if all say the same; else nothing."""
        firsts = _first_of_each(things)
        if len(firsts) > 1:
            self.say(code, firsts)
        return firsts[0] if len(firsts) == 1 else None


def _first_of_each(things: Iterable[Found[Value]]) -> list[Found[Value]]:
    firsts: dict[Value, Found[Value]] = {}
    for one in things:
        firsts.setdefault(one.value, one)
    return list(firsts.values())


def read_notice(
    text: str, *, products: Mapping[str, str], lenders: Mapping[str, str], today: date
) -> Notice:
    """Read a notice as pasted.

    `products` and `lenders` map names and short names to slugs. `today` is the civil day of
    receipt (Asia/Shanghai). Not more than LONGEST characters are read; never raises.
    """
    body, doubts = Body(text[:LONGEST]), _Doubts()
    days = days_in(body, today)
    amounts = amounts_in(body, taken_places(body, (day.place for day in days)))
    kind = _kind(body, amounts, doubts)
    before, after = _before(amounts, doubts), _after(amounts, kind, doubts)
    events = [one for one in (before, after, kind) if one]
    if before and after and before.value == after.value:
        doubts.say(SAME_AMOUNT, (before, after))
    return Notice(
        product=_product(body, products, events, doubts),
        lender=_lender(body, lenders, doubts),
        before=before,
        after=after,
        kind=kind,
        # A message without an event tells no day of one.
        effective_on=_effective(days, today, doubts) if events else None,
        expires_on=_expiry(days),
        temporary=temporary_in(body),
        reason=reason_in(body),
        doubts=tuple(doubts.found),
        warnings=warnings_in(body),
    )


def _product(
    body: Body, names: Mapping[str, str], events: Sequence[Found[Any]], doubts: _Doubts
) -> Found[str] | None:
    """The product named; of several, the one in the sentences of the event."""
    named = _in_the_text(body, names_in(body, names))
    if len(_first_of_each(named)) > 1:
        sentences = {body.sentence_at(one.start) for one in events}
        named = [one for one in named if body.sentence_at(one.start) in sentences] or named
    return doubts.only(named, TWO_PRODUCTS)


def _lender(body: Body, names: Mapping[str, str], doubts: _Doubts) -> Found[str] | None:
    """A sender is not the lender of the contract: said, and marked as a doubt."""
    lender = doubts.only(_in_the_text(body, names_in(body, names)), TWO_LENDERS)
    if lender and is_signature(body, lender.start):
        doubts.say(SENDER_ONLY, [lender])
    return lender


def _in_the_text(body: Body, named: Sequence[Found[str]]) -> Sequence[Found[str]]:
    """Without the sender, unless nobody else is named."""
    return [one for one in named if not is_signature(body, one.start)] or named


def _kind(body: Body, amounts: Sequence[Amount], doubts: _Doubts) -> Found[str] | None:
    """What happened. An amount it was changed to makes it a change of the limit, except where a
    line at zero is also said to be closed."""
    kinds = kinds_in(body)
    events = _first_of_each(one for one in kinds if one.value != "limit")
    changed_to = [one for one in amounts if one.role == Role.AFTER]
    closed = next((one for one in events if one.value == "close"), None)
    if closed and all(one.fen == 0 for one in changed_to) and len(events) == 1:
        return closed
    if changed_to:
        limit = next((one for one in kinds if one.value == "limit"), None)
        if events:
            doubts.say(TWO_KINDS, events)
        return limit or Found("limit", *changed_to[0].place)
    if len(events) > 1:
        doubts.say(TWO_KINDS, events)
    return events[0] if events else next(iter(kinds), None)


def _values(amounts: Sequence[Amount], role: Role) -> list[Found[int]]:
    return [Found(one.fen, *one.place) for one in amounts if one.role == role]


def _before(amounts: Sequence[Amount], doubts: _Doubts) -> Found[int] | None:
    return doubts.only(_values(amounts, Role.BEFORE), TWO_BEFORE)


def _after(
    amounts: Sequence[Amount], kind: Found[str] | None, doubts: _Doubts
) -> Found[int] | None:
    """What it was changed to, else what the limit is, else what may be drawn, else the zero of a
    closed line."""
    changed, state = _values(amounts, Role.AFTER), _values(amounts, Role.STATE)
    if changed:
        others = [one for one in state if one.value not in {other.value for other in changed}]
        if others:
            doubts.say(OTHER_AMOUNT, others)
        return doubts.only(changed, TWO_AFTER)
    if state:
        return doubts.only(state, TWO_AFTER)
    available = _values(amounts, Role.AVAILABLE)
    if available:
        doubts.say(AVAILABLE_ONLY, available)
        return doubts.only(available, TWO_AFTER)
    if kind and kind.value == "close":
        doubts.say(CLOSED_IS_ZERO, [kind])
        return Found(0, *kind.place)
    differences = _values(amounts, Role.DIFFERENCE)
    if differences:
        doubts.say(DIFFERENCE_ONLY, differences)
    return None


def _effective(days: Sequence[Day], today: date, doubts: _Doubts) -> Found[date] | None:
    """The day said to count from, else the only day there is."""
    found = _days(days, Part.EFFECTIVE) or _days(days, Part.PLAIN)
    day = doubts.only(found, TWO_DAYS)
    if day and day.value > today:
        doubts.say(DAY_AHEAD, [day])
    return day


def _expiry(days: Sequence[Day]) -> Found[date] | None:
    found = _first_of_each(_days(days, Part.EXPIRY))
    return found[0] if len(found) == 1 else None


def _days(days: Sequence[Day], part: Part) -> list[Found[date]]:
    return [Found(day.on, *day.place) for day in days if day.part == part]
