"""When to ask what came of an answer, and what the answers add up to. Pure.

A person counts once in a group, with his newest answer. Only groups of at least ten leave this
module, and every sum is a sum of groups that are shown: nothing can be had by subtraction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from limits.domain.crowd import SMALLEST_GROUP

WAIT = timedelta(weeks=4)
COUNTED = ("back", "partly", "specific", "useful")


def follow_up_due(answered_on: date) -> date:
    """Four weeks after the answer: long enough for a limit to return, short enough to remember."""
    return answered_on + WAIT


@dataclass(frozen=True, slots=True)
class Told:
    """One answer to a follow-up. `owner` is only counted, never kept; later ones come later."""

    owner: int
    institution: str
    product: str
    limit_back: str
    reason_given: str
    useful: bool


def tally(answers: Iterable[Told]) -> list[dict[str, Any]]:
    """Groups by institution and product, the largest first; those below the smallest group and
    those whose institution or product is not on record are left out."""
    newest: dict[tuple[str, str], dict[int, Told]] = defaultdict(dict)
    for told in answers:
        if told.institution and told.product:
            newest[told.institution, told.product][told.owner] = told
    groups = [
        _group(institution, product, list(people.values()))
        for (institution, product), people in newest.items()
        if len(people) >= SMALLEST_GROUP
    ]
    return sorted(groups, key=lambda row: (-row["people"], row["institution"], row["product"]))


def _group(institution: str, product: str, people: Sequence[Told]) -> dict[str, Any]:
    return {
        "institution": institution,
        "product": product,
        "people": len(people),
        "back": sum(1 for told in people if told.limit_back == "yes"),
        "partly": sum(1 for told in people if told.limit_back == "partly"),
        "specific": sum(1 for told in people if told.reason_given == "specific"),
        "useful": sum(1 for told in people if told.useful),
    }


def steadied(
    found: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """`found`, each group with its numbers of before while fewer than ten people came or went.

    Else the numbers of two days, subtracted, would show one person.
    """
    were = {(row["institution"], row["product"]): row for row in before}
    return [dict(_steady(row, were.get((row["institution"], row["product"])))) for row in found]


def _steady(row: Mapping[str, Any], were: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if were is None or abs(row["people"] - were["people"]) >= SMALLEST_GROUP:
        return row
    return were


def total(groups: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The sum of the groups that are shown, nothing else."""
    return {name: sum(row[name] for row in groups) for name in ("people", *COUNTED)}
