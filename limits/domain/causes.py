"""Ranking of causes and the next question. Pure; points are the editors', never percentages.

How one cause is judged stands in `judging`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guidance.domain.records import Cause, Knowledge, Question, Text
from limits.domain.judging import (
    BANDS,
    NAMED,
    RANK,
    RESIDUAL,
    Judged,
    codes_of,
    fact_of,
    judge,
)
from limits.domain.signals import Signal

__all__ = [
    "BANDS",
    "MOST_QUESTIONS",
    "NAMED",
    "RANK",
    "RESIDUAL",
    "Contribution",
    "RankedCause",
    "Ranking",
    "next_question",
    "questions_told",
    "rank_causes",
]

MOST_QUESTIONS = 7
SETTLED = frozenset({"stated", "documented"})
# What a bill or a report tells needs no question.
PAPERS = ("BL_", "RP_")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One clue's part in one cause.

    `grade` is the strength of the clue's record, `origin` where the clue came from; both empty
    where unknown.
    """

    signal: str
    text: Text
    weight: int
    grade: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class RankedCause:
    """`clues` counts the facts of the person's own that speak for the cause."""

    slug: str
    code: str
    title: Text
    band: str
    score: int
    supporting: tuple[Contribution, ...]
    opposing: tuple[Contribution, ...]
    clues: int = 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """`causes` best first; `hidden` are sensitive ones nothing of the person's own speaks for."""

    causes: tuple[RankedCause, ...]
    hidden: tuple[RankedCause, ...]
    is_thin: bool


_Judgements = dict[str, Judged | None]  # None: nothing speaks for the cause


def rank_causes(
    signals: Iterable[Signal | str],
    knowledge: Knowledge,
    *,
    documents: Mapping[str, str] | None = None,
    only: frozenset[str] | None = None,
) -> Ranking:
    """All causes with a clue, best first; the residual cause always among them.

    `signals` are clues or their codes, in any order. `documents` maps a cause to "document" (the
    person's own) or "stated" (the lender's written words). `only` limits the causes looked at.
    """
    clues = _clues(signals, knowledge)
    held = frozenset(clues)
    judged = _in_order(_judge_all(held, knowledge, documents or {}, only))
    shown = [row for row in judged if not row.hidden]
    residual = judge(knowledge.causes[RESIDUAL], held, "", knowledge)
    is_thin = _is_thin(shown)
    ordered = [residual, *shown] if is_thin else [*shown, residual]
    return Ranking(
        causes=tuple(_ranked(row, clues, knowledge) for row in ordered if row),
        hidden=tuple(_ranked(row, clues, knowledge) for row in judged if row.hidden),
        is_thin=is_thin,
    )


def _clues(signals: Iterable[Signal | str], knowledge: Knowledge) -> dict[str, Signal]:
    """By code; what the records do not know is no clue."""
    found = (_clue(item, knowledge) for item in signals)
    return {signal.code: signal for signal in found if signal}


def _clue(item: Signal | str, knowledge: Knowledge) -> Signal | None:
    if isinstance(item, Signal):
        return item
    kind = knowledge.signals.get(item)
    return Signal(kind.code, kind.text, "") if kind else None


def _judge_all(
    held: frozenset[str],
    knowledge: Knowledge,
    documents: Mapping[str, str],
    only: frozenset[str] | None,
) -> _Judgements:
    """Every cause looked at, in record order."""
    return {
        cause.slug: judge(cause, held, documents.get(cause.slug, ""), knowledge)
        for cause in knowledge.causes.values()
        if cause.slug != RESIDUAL and (only is None or cause.slug in only)
    }


def _in_order(judged: _Judgements) -> list[Judged]:
    """By place; at equal places as the records stand."""
    return sorted(filter(None, judged.values()), key=lambda row: row.place)


def _is_thin(shown: Sequence[Judged]) -> bool:
    """Nothing reaches 有可能, or as much speaks against the leading cause as for it."""
    if not shown or shown[0].band not in NAMED:
        return True
    return shown[0].band not in SETTLED and shown[0].is_contradicted


def _ranked(row: Judged, clues: Mapping[str, Signal], knowledge: Knowledge) -> RankedCause:
    return RankedCause(
        slug=row.cause.slug,
        code=row.cause.code,
        title=row.cause.title,
        band=row.band,
        score=row.score,
        supporting=_contributions(row.supporting, clues, knowledge),
        opposing=_contributions(row.opposing, clues, knowledge),
        clues=row.clues,
    )


def _contributions(
    weights: Mapping[str, int], clues: Mapping[str, Signal], knowledge: Knowledge
) -> tuple[Contribution, ...]:
    """Heaviest first, then in the order of the record."""
    found = [
        Contribution(
            signal=code,
            text=clues[code].text,
            weight=weight,
            grade=_grade(code, knowledge),
            origin=clues[code].origin,
        )
        for code, weight in weights.items()
    ]
    return tuple(sorted(found, key=lambda item: -abs(item.weight)))


def _grade(code: str, knowledge: Knowledge) -> str:
    kind = knowledge.signals.get(code)
    return kind.strength if kind else ""


def next_question(
    signals: Iterable[Signal | str],
    answers: Mapping[str, str],
    knowledge: Knowledge,
    *,
    known: Collection[str] = (),
    documents: Mapping[str, str] | None = None,
    only: frozenset[str] | None = None,
) -> Question | None:
    """The question whose answers would change bands and order most, averaged over its answers.

    `known` are the questions the ledger answers by itself. None after seven answers, and when no
    answer would change anything. Sensitive questions come only when no other question helps.
    """
    if len(answers) >= MOST_QUESTIONS:
        return None
    held = frozenset(_clues(signals, knowledge))
    settled = {*answers, *known, *questions_told(held, knowledge)}
    outlook = _Outlook(held, knowledge, documents or {}, only)
    gains: dict[bool, tuple[float, Question]] = {}
    for question in knowledge.questions.values():
        if question.slug in settled:
            continue
        gain = outlook.gain(question)
        best = gains.get(question.sensitive)
        if gain > 0 and (best is None or gain > best[0]):
            gains[question.sensitive] = (gain, question)
    chosen = gains.get(False) or gains.get(True)
    return chosen[1] if chosen else None


def questions_told(signals: Iterable[Signal | str], knowledge: Knowledge) -> frozenset[str]:
    """Questions the clues answer: by their own codes, or by a bill or report on the same fact."""
    held = frozenset(_clues(signals, knowledge))
    told = {fact_of(code, knowledge.signals) for code in held if code.startswith(PAPERS)}
    return frozenset(
        question.slug
        for question in knowledge.questions.values()
        if any(
            code in held or fact_of(code, knowledge.signals) in told
            for choice in question.answers
            for code in choice.signal
        )
    )


_Standing = dict[str, tuple[int, int]]  # cause → (rank of its band, place)


class _Outlook:
    """The ranking as it stands, and how far one more answer would move it.

    An answer touches few causes; only these are judged again.
    """

    def __init__(
        self,
        held: frozenset[str],
        knowledge: Knowledge,
        documents: Mapping[str, str],
        only: frozenset[str] | None,
    ) -> None:
        self.held, self.documents, self.knowledge = held, documents, knowledge
        self.judged = _judge_all(held, knowledge, documents, only)
        self.standing = _standing(self.judged)
        self.touched: dict[str, list[Cause]] = {}
        for slug in self.judged:
            cause = knowledge.causes[slug]
            for code in codes_of(cause):
                self.touched.setdefault(code, []).append(cause)

    def gain(self, question: Question) -> float:
        """Expected change of the standing, every answer taken as equally likely."""
        total = sum(self._moved_by(choice.signal) for choice in question.answers if choice.signal)
        return total / len(question.answers)

    def _moved_by(self, codes: Iterable[str]) -> float:
        held = self.held.union(codes)
        then = dict(self.judged)
        for cause in [cause for code in codes for cause in self.touched.get(code, ())]:
            paper = self.documents.get(cause.slug, "")
            then[cause.slug] = judge(cause, held, paper, self.knowledge)
        return 0.0 if then == self.judged else _distance(self.standing, _standing(then))


def _standing(judged: _Judgements) -> _Standing:
    rows = [row for row in _in_order(judged) if not row.hidden]
    return {
        row.cause.slug: (RANK[row.band], place if row.band in NAMED else len(BANDS))
        for place, row in enumerate(rows)
    }


def _distance(now: _Standing, then: _Standing) -> float:
    """Band steps count whole, places among the named causes a tenth."""
    unlisted = (RANK["weak"], len(BANDS))
    return sum(
        abs(a[0] - b[0]) + min(abs(a[1] - b[1]), 3) / 10
        for slug in now.keys() | then.keys()
        for a, b in [(now.get(slug, unlisted), then.get(slug, unlisted))]
    )
