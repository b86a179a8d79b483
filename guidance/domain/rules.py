"""Versions of a legal period: one code, several records, each valid for its own days. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec

from guidance.domain.records import Rule

Versions = dict[str, tuple[Rule, ...]]


def rule_versions(rules: Iterable[Rule]) -> Versions:
    """The versions of every code, the oldest first; codes in the order of the file."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.key, []).append(rule)
    return {code: tuple(sorted(rows, key=_begins_on)) for code, rows in found.items()}


def version_problems(versions: Mapping[str, Sequence[Rule]]) -> Iterable[tuple[str, str]]:
    """(slug, message) where it is not plain which version holds on a day."""
    for rows in versions.values():
        for rule in rows:
            if rule.valid_to is not None and rule.valid_to < _begins_on(rule):
                yield rule.slug, f"{rule.code} ends before it begins"
        for earlier, later in pairwise(rows):
            if earlier.valid_to is None or earlier.valid_to >= _begins_on(later):
                yield later.slug, f"{later.code} overlaps with {earlier.slug}"
        numbers = [rule.version for rule in rows]
        for rule in rows:
            if numbers.count(rule.version) > 1:
                yield rule.slug, f"{rule.code} version {rule.version} stands twice"


def rule_json(rule: Rule) -> dict[str, Any]:
    """The whole rule as it is pinned on a filed step."""
    plain = msgspec.json.decode(msgspec.json.encode(rule))
    assert isinstance(plain, dict)
    return plain


def rule_from_json(pinned: Mapping[str, Any]) -> Rule:
    """A pinned rule again; keys that rules no longer have are passed over."""
    return msgspec.convert(dict(pinned), type=Rule)


# What decides a day. A better wording of a note makes no rule another one.
DECIDING = ("version", "amount", "unit", "rollover", "soft", "closed_on", "strength")


def counts_alike(one: Rule, other: Rule) -> bool:
    """Whether both give the same days and the same certainty for any start."""
    totals = [[rung.total for rung in rule.extensions] for rule in (one, other)]
    same = all(getattr(one, name) == getattr(other, name) for name in DECIDING)
    return same and totals[0] == totals[1]


def _begins_on(rule: Rule) -> date:
    return rule.valid_from or date.min
