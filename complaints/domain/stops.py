"""What will not work, and what smells of a scam, in what a person writes. Pure; blocks nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guidance.domain.records import Knowledge, Stop


@dataclass(frozen=True, slots=True)
class Writing:
    """What is known of a complaint being written: own words by stage, and what was chosen."""

    words: Mapping[str, str]
    topic: str = ""
    licence: str = ""
    demands: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A record that speaks, and the stages whose answer made it speak."""

    stop: Stop
    stages: tuple[str, ...]

    @property
    def is_scam(self) -> bool:
        return self.stop.kind == "scam"


def notices(writing: Writing, known: Knowledge) -> tuple[Notice, ...]:
    """Scam warnings first, then what will not work, each once, in the order of the records."""
    found = [
        Notice(stop, stages)
        for stop in known.stops.values()
        if _applies(stop, writing) and (stages := tuple(_stages(stop, writing)))
    ]
    return tuple(sorted(found, key=lambda row: not row.is_scam))


def _applies(stop: Stop, writing: Writing) -> bool:
    return (not stop.topics or writing.topic in stop.topics) and (
        not stop.licences or not writing.licence or writing.licence in stop.licences
    )


def _stages(stop: Stop, writing: Writing) -> Iterable[str]:
    """Where the answer was given: a change of one's own on the first page, demands on theirs."""
    if set(stop.facts) & set(writing.facts):
        yield "change"
    for stage, words in writing.words.items():
        chosen = stage == "demands" and set(stop.demands) & set(writing.demands)
        if chosen or _speaks(stop, words):
            yield stage


def _speaks(stop: Stop, words: str) -> bool:
    return any(re.search(pattern, words) for pattern in stop.patterns)
