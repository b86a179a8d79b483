"""A stored result as cards to read: clues with points, origin and grade, what is not known yet.

Pure and in one language, so that the templates only print.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guidance.domain.grades import grade_word, origin_word
from guidance.domain.records import Cause, Knowledge, Question, Text
from limits.domain.explanation import BAND_WORDS

RESIDUAL = "other-unknown"
TOP_CARDS = 6
NO_ANSWER = frozenset({"unknown", "skip"})
POINTS = Text("{points} 分", "{points} points")


@dataclass(frozen=True, slots=True)
class Clue:
    """One clue in one sentence; `origin_label` says its points, where it comes from, its grade."""

    text: str
    origin_label: str


@dataclass(frozen=True, slots=True)
class Told:
    """One cause as an old result told it: nothing of today's records but what it did not store."""

    title: str
    band: str
    band_word: str
    supporting: tuple[Clue, ...]
    opposing: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One cause, ready to print. `unknown` are its questions without an answer."""

    slug: str
    title: str
    band: str
    band_word: str
    explain: str
    grade: str
    supporting: tuple[Clue, ...]
    opposing: tuple[Clue, ...]
    unknown: tuple[str, ...]
    confirm: tuple[str, ...]
    ask: tuple[str, ...]
    is_residual: bool
    is_sensitive: bool


def cards(
    rows: Sequence[Mapping[str, Any]],
    answers: Mapping[str, str],
    knowledge: Knowledge,
    language: str,
) -> tuple[Card, ...]:
    """One card for each row of a result (limits.explaining.result_json) whose cause still exists.

    `answers` may hold "given" for a sensitive answer. The order of the rows is kept.
    """
    held = {item["signal"] for row in rows for item in _clues(row)}
    told = {slug for slug, answer in answers.items() if answer not in NO_ANSWER}
    open_questions = {
        slug: question.text.in_language(language)
        for slug, question in knowledge.questions.items()
        if slug not in told and not _is_held(question, held)
    }
    return tuple(
        _card(row, knowledge.causes[row["slug"]], open_questions, knowledge, language)
        for row in rows
        if row["slug"] in knowledge.causes
    )


def as_told(
    rows: Sequence[Mapping[str, Any]], knowledge: Knowledge, language: str
) -> tuple[Told, ...]:
    """An old result word for word. A cause that no longer exists keeps its stored title or slug."""
    return tuple(
        Told(
            title=_title(row, knowledge).in_language(language),
            band=row["band"],
            band_word=BAND_WORDS[row["band"]].in_language(language),
            supporting=_said(row["supporting"], knowledge, language),
            opposing=_said(row["opposing"], knowledge, language),
        )
        for row in rows
    )


def _title(row: Mapping[str, Any], knowledge: Knowledge) -> Text:
    if stored := row.get("title"):
        return Text(stored["zh"], stored["en"])
    cause = knowledge.causes.get(row["slug"])
    return cause.title if cause else Text(row["slug"], row["slug"])


def top_and_rest(shown: Sequence[Card]) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """The leading cards, the residual one always among them, and the others."""
    named = [card for card in shown if not card.is_residual][: TOP_CARDS - 1]
    top = tuple(card for card in shown if card.is_residual or card in named)
    return top, tuple(card for card in shown if card not in top)


def _clues(row: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (*row["supporting"], *row["opposing"])


def _is_held(question: Question, held: set[str]) -> bool:
    """The ledger or a paper answered it already."""
    return any(code in held for choice in question.answers for code in choice.signal)


def _card(
    row: Mapping[str, Any],
    cause: Cause,
    open_questions: Mapping[str, str],
    knowledge: Knowledge,
    language: str,
) -> Card:
    def said(texts: Iterable[Text]) -> tuple[str, ...]:
        return tuple(text.in_language(language) for text in texts)

    return Card(
        slug=cause.slug,
        title=cause.title.in_language(language),
        band=row["band"],
        band_word=BAND_WORDS[row["band"]].in_language(language),
        explain=cause.explain.in_language(language),
        grade=grade_word(cause.strength).in_language(language),
        supporting=_said(row["supporting"], knowledge, language),
        opposing=_said(row["opposing"], knowledge, language),
        unknown=tuple(open_questions[slug] for slug in cause.ask if slug in open_questions),
        confirm=said(cause.confirm),
        ask=said(cause.ask_lender),
        is_residual=cause.slug == RESIDUAL,
        is_sensitive=cause.sensitive,
    )


def _said(
    items: Iterable[Mapping[str, Any]], knowledge: Knowledge, language: str
) -> tuple[Clue, ...]:
    return tuple(_clue(item, knowledge, language) for item in items)


def _clue(item: Mapping[str, Any], knowledge: Knowledge, language: str) -> Clue:
    """Points, origin and grade in words; the grade of that day where the result stored it."""
    kind = knowledge.signals.get(item["signal"])
    grade = item.get("grade") or (kind.strength if kind else "")
    words = [
        POINTS.in_language(language).format(points=f"{item['weight']:+}"),
        origin_word(item["signal"]).in_language(language),
        grade_word(grade).in_language(language),
    ]
    return Clue(item["en" if language.startswith("en") else "zh"], " · ".join(words))
