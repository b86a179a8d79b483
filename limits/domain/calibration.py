"""How well the ranking did where the lender later gave a specific reason. Pure.

One case is scored the day the reason is written down (`score_of`), against what had been ranked
before; the cases are added up once a day (`calibrated`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from limits.domain.causes import BANDS, RESIDUAL
from limits.domain.crowd import SMALLEST_GROUP

# What a band stands for in the score, out of 100. Declared by the editors, for scoring only: never
# shown as the chance of a cause, because no public data support one. The numbers of one ranking are
# divided by their sum, so that naming many causes costs points.
BAND_NUMBERS = {
    "stated": 95,
    "documented": 90,
    "likely": 60,
    "possible": 30,
    "weak": 10,
    "unsupported": 3,
    "ruled-out": 1,
}
UNLISTED = "unlisted"
FIRST_PLACES = 3
ENOUGH = 30  # cases; below, the page says that nothing can be concluded
PARTS = 10_000  # a Brier score is kept in ten-thousandths, so that sums are exact
TOLD_BY = "TX_"


@dataclass(frozen=True, slots=True)
class Score:
    """One ranking against the cause named later.

    `place` counts from 1 in the list as shown, the residual cause included; None: not listed.
    `named` says whether the list began with a cause rather than with "only the lender knows".
    `told` says that words of the lender had already spoken for the cause: no test of the ranking.
    `brier` is in ten-thousandths, 0 best, 20 000 worst; `listed` counts the causes of each band.
    """

    place: int | None
    band: str
    named: bool
    told: bool
    brier: int
    listed: dict[str, int]


def score_of(causes: Sequence[Mapping[str, Any]], confirmed: str) -> Score:
    """`causes` as an assessment keeps them (slug, band, supporting), best first."""
    place = next((at for at, row in enumerate(causes, 1) if row["slug"] == confirmed), None)
    row = causes[place - 1] if place else None
    return Score(
        place=place,
        band=row["band"] if row else UNLISTED,
        named=bool(causes) and causes[0]["slug"] != RESIDUAL,
        told=row is not None and any(_is_told(clue) for clue in row["supporting"]),
        brier=brier({row["slug"]: row["band"] for row in causes}, confirmed),
        listed=dict(Counter(row["band"] for row in causes if row["slug"] != RESIDUAL)),
    )


def _is_told(clue: Mapping[str, Any]) -> bool:
    return bool(clue["weight"]) and str(clue["signal"]).startswith(TOLD_BY)


def brier(bands: Mapping[str, str], confirmed: str) -> int:
    """Brier (1950) over all causes, in ten-thousandths: the sum of (share - came true)².

    `bands` maps each listed cause to its band; the share is its number out of the sum of all.
    """
    total = sum(BAND_NUMBERS[band] for band in bands.values()) or 1
    shares = {slug: BAND_NUMBERS[band] / total for slug, band in bands.items()}
    missed = 1 - shares.pop(confirmed, 0.0)
    return round(PARTS * (missed**2 + sum(share**2 for share in shares.values())))


@dataclass(frozen=True, slots=True)
class Case:
    """The newest word of one person on one change. `owner` is only counted, never kept."""

    owner: int
    cause: str
    score: Score


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one cause: how many, how many of them ranked first."""

    cases: int
    first: int


@dataclass(frozen=True, slots=True)
class BandGroup:
    """Causes listed in one band in all cases, and how many of those were the one named later."""

    listed: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Everything the pages show. None: fewer people than the smallest group.

    `cases` were ranked before the reason was known; `told` more are left out, because the notice
    had already said it. `brier` is the mean, and `brier_even` that of treating all causes alike.
    """

    cases: int
    people: int | None
    told: int | None
    named: int | None
    first: int | None
    first_three: int | None
    brier: float | None
    brier_even: float
    by_band: dict[str, BandGroup]
    by_cause: dict[str, Group]


def calibrated(found: Iterable[Case], causes: int) -> Calibrated:
    """`causes` is how many causes the content has."""
    rows = list(found)
    told = [row for row in rows if row.score.told]
    tested = [row for row in rows if not row.score.told]
    shown = _people(tested) >= SMALLEST_GROUP
    scores = [row.score for row in tested]
    return Calibrated(
        cases=len(tested),
        people=_people(tested) if shown else None,
        told=len(told) if _people(told) >= SMALLEST_GROUP else None,
        named=sum(score.named for score in scores) if shown else None,
        first=sum(score.place == 1 for score in scores) if shown else None,
        first_three=sum(_in_first_places(score) for score in scores) if shown else None,
        brier=_mean_brier(scores) if shown else None,
        brier_even=round(1 - 1 / causes, 2),
        by_band=_by_band(scores) if shown else {},
        by_cause=_by_cause(tested),
    )


def _people(rows: Iterable[Case]) -> int:
    return len({row.owner for row in rows})


def _in_first_places(score: Score) -> bool:
    return score.place is not None and score.place <= FIRST_PLACES


def _mean_brier(scores: Sequence[Score]) -> float:
    return round(sum(score.brier for score in scores) / len(scores) / PARTS, 2)


def _by_band(scores: Sequence[Score]) -> dict[str, BandGroup]:
    """Best band first. The confirmed causes no band listed are what is missing to the sum."""
    listed: Counter[str] = Counter()
    for score in scores:
        listed.update(score.listed)
    confirmed = Counter(score.band for score in scores if score.place is not None)
    return {band: BandGroup(listed[band], confirmed[band]) for band in BANDS if listed[band]}


def _by_cause(rows: Sequence[Case]) -> dict[str, Group]:
    """Largest first; only causes of enough people.

    What is left over must not be a small group either, else it could be had by subtraction.
    """
    groups: dict[str, list[Case]] = {}
    for row in rows:
        groups.setdefault(row.cause, []).append(row)
    large = [slug for slug, group in groups.items() if _people(group) >= SMALLEST_GROUP]
    large.sort(key=lambda slug: (-len(groups[slug]), slug))
    while large and 0 < _people(row for row in rows if row.cause not in large) < SMALLEST_GROUP:
        large.pop()
    return {
        slug: Group(len(groups[slug]), sum(row.score.place == 1 for row in groups[slug]))
        for slug in large
    }


def public_json(result: Calibrated) -> dict[str, Any]:
    """Plain values for storage, pages and the API; `enough` says whether n allows a conclusion."""
    return {
        "n": result.cases,
        "counted": result.cases,
        "people": result.people,
        "enough": result.cases >= ENOUGH and result.first is not None,
        "enough_from": ENOUGH,
        "smallest_group": SMALLEST_GROUP,
        "told_before": result.told,
        "named": result.named,
        "first": result.first,
        "first_three": result.first_three,
        "brier": result.brier,
        "brier_even": result.brier_even,
        "band_numbers": [{"band": band, "number": number} for band, number in BAND_NUMBERS.items()],
        "by_band": [
            {"band": band, "listed": group.listed, "confirmed": group.confirmed}
            for band, group in result.by_band.items()
        ],
        "by_cause": [
            {"cause": slug, "cases": group.cases, "first": group.first}
            for slug, group in result.by_cause.items()
        ],
    }


def steadied(found: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """`found`, or the numbers of `before` with the new `n` while too few people came or went.

    Both are of `public_json`. Else the numbers of two days, subtracted, would show one person.
    `counted` is how many cases the numbers are of.
    """
    people, were = found["people"], before["people"] if before else None
    if before is None or people is None or were is None or abs(people - were) >= SMALLEST_GROUP:
        return found
    return {**before, "n": found["n"]}
