"""The whole explanation of one change: clues, ranking, pair, next question."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guidance.domain.records import Knowledge, Question, Text
from limits.domain.causes import (
    RESIDUAL,
    RankedCause,
    Ranking,
    next_question,
    questions_told,
    rank_causes,
)
from limits.domain.changes import RELABELLED, Change
from limits.domain.differences import BAND_WORDS, Told, difference_of, moves
from limits.domain.migration import Pair, migrations_of
from limits.domain.signals import Signal, known_questions, signals_of

__all__ = ["BAND_WORDS", "Explanation", "difference", "difference_of", "explain", "subject_of"]

TOP_CAUSES = 6
# A limit that only rose was not cut: overdue, debt and the like do not explain it. Alone, only what
# the person did can; beside a fall, what sorts people between two products can as well.
CAUSES_OF_A_RISE = frozenset({"user-switched", RESIDUAL})
CAUSES_OF_A_PAIRED_RISE = CAUSES_OF_A_RISE | {
    "segment-fit",
    "business-signals",
    "product-iteration",
}
# A new name or lender with the same limit is no cut either.
CAUSES_OF_A_NEW_LABEL = CAUSES_OF_A_RISE | {"product-iteration", "brand-split", "partner-funding"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`kind` is fall, rise, or unknown where what can be used stayed the same.

    `coverage` is the share of the leading causes' questions that are answered (0 to 1); not
    knowing and not wanting to say are no answers here.
    """

    subject_key: str
    kind: str
    signals: tuple[Signal, ...]
    ranking: Ranking
    migration: Pair | None
    next_question: Question | None
    coverage: float
    is_thin: bool


def explain(
    changes: Sequence[Change],
    answers: Mapping[str, str],
    knowledge: Knowledge,
    *,
    subject: str | None = None,
    report_codes: Iterable[str] = (),
    crowd_wave: bool = False,
    notice_codes: Iterable[str] | None = None,
    documents: Mapping[str, str] | None = None,
    bill_codes: Iterable[str] = (),
    rejected: Collection[tuple[str, str]] = (),
    confirmed: Collection[tuple[str, str]] = (),
) -> Explanation:
    """Explain the change named by `subject`, else the largest fall, else the first change.

    The order of `changes` and `answers` does not matter. `rejected` and `confirmed` are pairs
    (fall key, rise key) the person decided on. Raises ValueError without changes.
    """
    chosen = subject_of(changes, subject)
    signals = signals_of(
        chosen,
        changes,
        answers,
        knowledge,
        report_codes=report_codes,
        crowd_wave=crowd_wave,
        notice_codes=notice_codes,
        bill_codes=bill_codes,
        rejected=rejected,
    )
    pairs = migrations_of(
        chosen, changes, knowledge=knowledge, rejected=rejected, confirmed=confirmed
    )
    pair = next(iter(pairs), None)
    only = _causes_to_look_at(chosen, pair, knowledge) | frozenset(documents or ())
    ranking = rank_causes(signals, knowledge, documents=documents, only=only)
    known = known_questions(chosen, changes, knowledge) | questions_told(signals, knowledge)
    return Explanation(
        subject_key=chosen.key,
        kind=_kind(chosen),
        signals=signals,
        ranking=ranking,
        migration=pair,
        next_question=next_question(
            signals, answers, knowledge, known=known, documents=documents, only=only
        ),
        coverage=_coverage(ranking, answers, known, knowledge),
        is_thin=ranking.is_thin,
    )


def subject_of(changes: Sequence[Change], key: str | None) -> Change:
    """The change to explain. Raises ValueError without changes."""
    if not changes:
        raise ValueError("nothing to explain")
    named = next((row for row in changes if key and row.key == key), None)
    falls = [row for row in changes if row.is_fall]
    return named or min(falls or changes, key=_largest_then_first)


def _largest_then_first(row: Change) -> tuple[int | str, ...]:
    """A total order, so that the order of the changes never shows; the last part breaks any tie."""
    return (-row.lost_fen, row.effective_on.toordinal(), row.key, row.product, repr(row))


def _kind(chosen: Change) -> str:
    if chosen.is_fall:
        return "fall"
    return "rise" if chosen.is_rise else "unknown"


def _causes_to_look_at(chosen: Change, pair: Pair | None, knowledge: Knowledge) -> frozenset[str]:
    """The causes that can explain this kind of change of this product."""
    possible = frozenset(
        cause.slug
        for cause in knowledge.causes.values()
        if not cause.products or chosen.product in cause.products
    )
    if chosen.is_rise:
        return possible & (CAUSES_OF_A_PAIRED_RISE if pair else CAUSES_OF_A_RISE)
    if chosen.kind in RELABELLED and not chosen.is_fall:
        return possible & CAUSES_OF_A_NEW_LABEL
    return possible


def _coverage(
    ranking: Ranking, answers: Mapping[str, str], known: Collection[str], knowledge: Knowledge
) -> float:
    asked = {
        slug for cause in ranking.causes[:TOP_CAUSES] for slug in knowledge.causes[cause.slug].ask
    }
    told = {slug for slug in asked if slug in known or _is_told(slug, answers, knowledge)}
    return round(len(told) / len(asked), 2) if asked else 1.0


def _is_told(slug: str, answers: Mapping[str, str], knowledge: Knowledge) -> bool:
    choices = {choice.slug for choice in knowledge.questions[slug].answers}
    return answers.get(slug) in choices


def difference(old: Explanation, new: Explanation) -> tuple[Text, ...]:
    """What moved between two explanations of the same change and why, one sentence a cause.

    May quote sensitive answers: for the person's own eyes, never to be stored or sent.
    """
    return moves(map(_told, old.ranking.causes), map(_told, new.ranking.causes))


def _told(cause: RankedCause) -> Told:
    return Told(
        slug=cause.slug,
        title=cause.title,
        band=cause.band,
        clues={
            item.signal: (item.text, item.weight) for item in (*cause.supporting, *cause.opposing)
        },
    )
