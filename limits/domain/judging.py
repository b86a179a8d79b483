"""One cause against the clues at hand: points, band, and what counts as a clue. Pure.

Points are the editors', never percentages: base + weights for − weights against. 较可能 from 6,
有可能 from 3, 线索太少 from 0, else 不支持.

A fact is one event or circumstance; its clues are its facets. However many facets speak, one fact
is one clue, and one clue alone is never 较可能. What went on in the industry on that day, and the
bare amounts every change has, are background: they weigh, but they are no clue of one's own, and
a cause with nothing else stays at 线索太少.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guidance.domain.records import Cause, Knowledge, SignalKind

LIKELY_FROM, POSSIBLE_FROM, WEAK_FROM = 6, 3, 0
CLUES_FOR_LIKELY = 2
RESIDUAL = "other-unknown"
BANDS = ("stated", "documented", "likely", "possible", "weak", "unsupported", "ruled-out")
RANK = {band: place for place, band in enumerate(BANDS)}
NAMED = frozenset(BANDS[:4])
BACKGROUND = frozenset({"window", "amount"})
# Speaks for a sensitive cause only out of the person's own mouth, report or confirmed bill (or the
# contract words in the notice).
OWN_WORDS = ("AN_", "RP_", "BL_")
OWN_WORD_CODES = frozenset({"TX_PURPOSE"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One cause without texts: what the inner loop of the next question needs.

    `supporting` and `opposing` are the weights that count, in the order of the record; `clues` the
    number of facts of the person's own among the supporting ones.
    """

    cause: Cause
    band: str
    score: int
    clues: int
    hidden: bool
    supporting: Mapping[str, int]
    opposing: Mapping[str, int]

    @property
    def place(self) -> tuple[int, bool, int, int]:
        """Band, then causes with a clue of one's own, then points, then number of clues."""
        return (RANK[self.band], self.clues == 0, -self.score, -self.clues)

    @property
    def is_contradicted(self) -> bool:
        """As much speaks against it as for it."""
        return -sum(self.opposing.values()) >= sum(self.supporting.values())


def judge(cause: Cause, held: frozenset[str], document: str, knowledge: Knowledge) -> Judged | None:
    """Score and band; None for a cause nothing speaks for.

    `held` are codes of clues, `document` is "document" (the person's own paper), "stated" (the
    lender's written words) or empty.
    """
    document = _paper_that_counts(cause, document)
    held = _without_what_says_nothing(cause, held)
    supporting, opposing = _weights_that_count(cause, held, knowledge.signals)
    if not supporting and not document and cause.slug != RESIDUAL:
        return None
    score = cause.base + sum(supporting.values()) + sum(opposing.values())
    clues = len({fact_of(code, knowledge.signals) for code in supporting} - BACKGROUND)
    return Judged(
        cause=cause,
        band=_band(cause, score, clues, held, document),
        score=score,
        clues=clues,
        hidden=cause.sensitive and not document and not _in_own_words(supporting),
        supporting=supporting,
        opposing=opposing,
    )


def fact_of(code: str, signals: Mapping[str, SignalKind]) -> str:
    """The fact a clue is a facet of; its own code where the records name none."""
    kind = signals.get(code)
    return kind.fact if kind and kind.fact else code


def codes_of(cause: Cause) -> set[str]:
    """Every code that can change the judgement of a cause."""
    return {
        *cause.plus,
        *cause.minus,
        *(code for group in cause.ruled_out_by for code in group),
        *(code for group in cause.unless.values() for code in group),
    }


def _paper_that_counts(cause: Cause, document: str) -> str:
    """The lender's words count for every cause, the person's paper only where one can settle it."""
    counts = document == "stated" or (document == "document" and cause.cap == "documented")
    return document if counts else ""


def _without_what_says_nothing(cause: Cause, held: frozenset[str]) -> frozenset[str]:
    """`unless`: a clue that says nothing about this cause where one of the named ones is held."""
    if not cause.unless:
        return held
    return held - {code for code, lifted in cause.unless.items() if not held.isdisjoint(lifted)}


def _weights_that_count(
    cause: Cause, held: frozenset[str], signals: Mapping[str, SignalKind]
) -> tuple[dict[str, int], dict[str, int]]:
    supporting = {code: weight for code, weight in cause.plus.items() if code in held}
    opposing = {code: weight for code, weight in cause.minus.items() if code in held}
    for code in _told_twice({**supporting, **opposing}, signals):
        supporting.pop(code, None)
        opposing.pop(code, None)
    return supporting, opposing


def _told_twice(weights: Mapping[str, int], signals: Mapping[str, SignalKind]) -> list[str]:
    """Codes that do not count: what the answer and the bill both tell is one fact.

    Of the two the weightier counts; at equal weight the one that speaks for the cause, then the
    bill, because it is a paper.
    """
    if not any(code.startswith("BL_") for code in weights):
        return []
    told: dict[str, dict[str, int]] = {}
    for code, weight in weights.items():
        if code.startswith(("AN_", "BL_")):
            sources = told.setdefault(fact_of(code, signals), {})
            sources[code[:3]] = sources.get(code[:3], 0) + weight
    weaker = {
        (fact, min(sources, key=lambda source: (abs(sources[source]), sources[source], source)))
        for fact, sources in told.items()
        if len(sources) > 1
    }
    return [code for code in weights if (fact_of(code, signals), code[:3]) in weaker]


def _in_own_words(codes: Iterable[str]) -> bool:
    return any(code.startswith(OWN_WORDS) or code in OWN_WORD_CODES for code in codes)


def _band(cause: Cause, score: int, clues: int, held: frozenset[str], document: str) -> str:
    if document == "stated":
        return "stated"
    if any(held.issuperset(group) for group in cause.ruled_out_by if group):
        return "ruled-out"
    if document:
        return "documented"
    return _band_of_points(cause, score, clues)


def _band_of_points(cause: Cause, score: int, clues: int) -> str:
    if score >= LIKELY_FROM and clues >= CLUES_FOR_LIKELY and cause.cap != "possible":
        return "likely"
    if score >= POSSIBLE_FROM and (clues or cause.slug == RESIDUAL):
        return "possible"
    return "weak" if score >= WEAK_FROM else "unsupported"
