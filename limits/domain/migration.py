"""Which falls and which rises may belong together: proposed, never stated.

Two lenders, two contracts, two decisions. A pair says that one limit went down and another came up
near to it in time; it does not say that anything was moved (law.md: no transfer exists in law).
Several falls beside one rise, or one fall beside several rises, are several pairs that name each
other in `together`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from guidance.domain.records import Knowledge, Text
from limits.domain.candidates import Candidate, reasons_for
from limits.domain.changes import (
    LIFTED,
    REPEAT,
    Change,
    days_between,
    is_close,
    is_other_line,
    is_same_change,
    is_same_line,
    is_similar,
)

WINDOW_DAYS = 30
LEAST_STRENGTH = 5  # below, it is more likely chance than anything worth asking the person about
AT_MOST_BEHIND = 3  # points behind the strongest pair of the same fall or rise, else it is chance
MOST_TOGETHER = 5  # changes looked at for a sum: 26 combinations
SUM_SHARE = (1, 10)  # a sum must match better than a single amount: many sums match by chance


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposed migration; `days` between the two, `strength` in editors' points.

    `together` are the keys of the other changes of the same event, `confirmed` the person's word.
    """

    from_key: str
    to_key: str
    from_product: str
    to_product: str
    days: int
    strength: int
    reasons: tuple[Text, ...]
    together: tuple[str, ...] = ()
    confirmed: bool = False


def propose_migrations(
    changes: Sequence[Change],
    *,
    window_days: int = WINDOW_DAYS,
    families: Mapping[str, str] | None = None,
    knowledge: Knowledge | None = None,
    rejected: Collection[tuple[str, str]] = (),
    confirmed: Collection[tuple[str, str]] = (),
) -> tuple[Pair, ...]:
    """All pairs of a fall and a rise on another line worth asking about, strongest first.

    `families` gives the group of companies of a product; `knowledge` gives it too, and tells two
    lenders on one page apart. `rejected` and `confirmed` are (fall key, rise key): the one kind is
    never proposed again, the other always listed, and first.
    """
    found = _candidates(changes, window_days, knowledge, rejected)
    groups = families if families is not None else _families(knowledge)
    listed = _listed([(row, _pair(row, groups, confirmed)) for row in found])
    return tuple(pair for _row, pair in listed)


def migrations_of(
    chosen: Change,
    changes: Sequence[Change],
    *,
    knowledge: Knowledge,
    rejected: Collection[tuple[str, str]] = (),
    confirmed: Collection[tuple[str, str]] = (),
) -> tuple[Pair, ...]:
    """The proposed pairs that `chosen` is part of, strongest first; keys may be missing."""
    groups = _families(knowledge)
    found = _candidates([chosen, *changes], WINDOW_DAYS, knowledge, rejected)
    listed = _listed([(row, _pair(row, groups, confirmed)) for row in found])
    return tuple(
        pair
        for row, pair in listed
        if is_same_change(row.fall, chosen) or is_same_change(row.rise, chosen)
    )


_Weighed = tuple[Candidate, Pair]


def _listed(weighed: Sequence[_Weighed]) -> list[_Weighed]:
    """Without what looks like chance: too weak, or far behind a pair of the same fall or rise."""
    best: dict[int, int] = {}
    for row, pair in weighed:
        for change in (row.fall, row.rise):
            best[id(change)] = max(best.get(id(change), 0), pair.strength)
    kept = [
        (row, pair) for row, pair in weighed if pair.confirmed or pair.strength >= _least(row, best)
    ]
    return sorted(kept, key=lambda item: _by_strength(item[1]))


def _least(row: Candidate, best: Mapping[int, int]) -> int:
    """What belongs to a sum is measured with it, not against it."""
    if row.beside:
        return LEAST_STRENGTH
    strongest = max(best[id(row.fall)], best[id(row.rise)])
    return max(LEAST_STRENGTH, strongest - AT_MOST_BEHIND)


def _families(knowledge: Knowledge | None) -> Mapping[str, str]:
    products = knowledge.products if knowledge else {}
    return {slug: product.family for slug, product in products.items()}


def _by_strength(pair: Pair) -> tuple[int | str, ...]:
    """A total order, so that the order of the changes never shows."""
    products = (pair.from_product, pair.to_product)
    return (not pair.confirmed, -pair.strength, pair.days, pair.from_key, pair.to_key, *products)


def _candidates(
    changes: Sequence[Change],
    window_days: int,
    knowledge: Knowledge | None,
    rejected: Collection[tuple[str, str]],
) -> list[Candidate]:
    rows = sorted(set(changes), key=_in_time)
    falls = [row for row in rows if row.is_fall]
    found = [
        candidate
        for rise in rows
        if rise.is_rise
        for candidate in _beside(rise, falls, window_days, knowledge)
        if (candidate.fall.key, rise.key) not in rejected
    ]
    return [row for row in _with_sums(found) if row.is_worth_asking]


def _beside(
    rise: Change, falls: Sequence[Change], window_days: int, knowledge: Knowledge | None
) -> list[Candidate]:
    near = [
        (fall, days)
        for fall in falls
        if (days := days_between(fall, rise)) <= window_days
        and is_other_line(fall, rise, knowledge)
    ]
    is_reopening = bool(near) and _is_reopening(rise, falls, knowledge)
    return [Candidate(fall, rise, days, is_reopening) for fall, days in near]


def _in_time(row: Change) -> tuple[int | str, ...]:
    return (
        row.effective_on.toordinal(),
        row.key,
        row.product,
        row.lender,
        row.kind,
        row.before_fen,
        row.after_fen,
    )


def _is_reopening(rise: Change, falls: Sequence[Change], knowledge: Knowledge | None) -> bool:
    """The line had this limit before: it comes back, it does not appear."""
    if rise.kind in LIFTED:
        return True
    return any(
        row.effective_on <= rise.effective_on <= row.effective_on + REPEAT
        and row.usable_after_fen == rise.usable_before_fen
        and row.usable_before_fen >= rise.usable_after_fen
        and is_same_line(row, rise, knowledge)
        for row in falls
    )


def _with_sums(found: Sequence[Candidate]) -> list[Candidate]:
    """Where no single amount fits, the changes whose amounts together do."""
    sums: dict[tuple[int, int], tuple[Change, ...]] = {}
    for rows in _sharing(found, lambda row: row.rise):
        falls = _that_add_up([row.fall for row in rows], rows[0].rise)
        sums |= {(id(fall), id(rows[0].rise)): _without(falls, fall) for fall in falls}
    for rows in _sharing(found, lambda row: row.fall):
        rises = _that_add_up([row.rise for row in rows], rows[0].fall)
        sums |= {(id(rows[0].fall), id(rise)): _without(rises, rise) for rise in rises}
    return [
        replace(row, beside=sums[id(row.fall), id(row.rise)])
        if (id(row.fall), id(row.rise)) in sums
        else row
        for row in found
    ]


def _sharing(
    found: Sequence[Candidate], change: Callable[[Candidate], Change]
) -> Iterator[list[Candidate]]:
    """Candidates that share a change, nearest first; none where a single amount fits already."""
    groups: dict[int, list[Candidate]] = {}
    for row in found:
        groups.setdefault(id(change(row)), []).append(row)
    for rows in groups.values():
        if not any(is_similar(row.fall, row.rise) for row in rows):
            yield sorted(rows, key=lambda row: row.days)[:MOST_TOGETHER]


def _that_add_up(rows: Sequence[Change], whole: Change) -> tuple[Change, ...]:
    """The fewest changes whose sum is near the whole; of equally many the nearest sum."""
    wanted = whole.lost_fen + whole.gained_fen
    fitting = [
        (size, abs(_sum(chosen) - wanted), place, chosen)
        for size in range(2, len(rows) + 1)
        for place, chosen in enumerate(combinations(rows, size))
        if is_close(wanted, _sum(chosen), SUM_SHARE)
    ]
    return min(fitting)[-1] if fitting else ()


def _sum(rows: Sequence[Change]) -> int:
    return sum(row.lost_fen + row.gained_fen for row in rows)


def _without(rows: Sequence[Change], one: Change) -> tuple[Change, ...]:
    return tuple(row for row in rows if row != one)


def _pair(
    row: Candidate, families: Mapping[str, str], confirmed: Collection[tuple[str, str]]
) -> Pair:
    weighed = tuple(reasons_for(row, families))
    return Pair(
        from_key=row.fall.key,
        to_key=row.rise.key,
        from_product=row.fall.product,
        to_product=row.rise.product,
        days=row.days,
        strength=1 + sum(points for points, _text in weighed),
        reasons=tuple(text for _points, text in weighed),
        together=tuple(other.key for other in row.beside),
        confirmed=(row.fall.key, row.rise.key) in confirmed,
    )
