"""Which legal bases may be printed against which kind of respondent, and how they are cited."""

from collections.abc import Iterable, Sequence

from guidance.domain.records import Basis, Ground, Knowledge

READ_IN_FULL = "V"
ANYONE = "any"


def grounds_for(demands: Sequence[str], knowledge: Knowledge) -> tuple[Ground, ...]:
    """The grounds of the chosen demands, each once, in the order of the records."""
    wanted = {
        code
        for slug in demands
        if slug in knowledge.demands
        for code in knowledge.demands[slug].grounds
    }
    return tuple(
        ground
        for ground in knowledge.grounds.values()
        if ground.code in wanted and ground.standalone
    )


def binding(ground: Ground, licence: str) -> tuple[Basis, ...]:
    """Bases that somebody read in full and that bind this kind of respondent."""
    if not concerns(ground.respondents, licence):
        return ()
    return tuple(
        basis
        for basis in ground.bases
        if basis.strength == READ_IN_FULL and concerns(basis.respondents, licence)
    )


def concerns(respondents: Iterable[str], licence: str) -> bool:
    return bool({licence, ANYONE} & set(respondents))


def cited(bases: Iterable[Basis]) -> str:
    return "；".join(f"{basis.law.zh}{basis.articles}" for basis in bases)


def book_title(instrument: str) -> str:
    """《title》（number）, as legal instruments are cited in Chinese; several stand apart."""
    return "、".join(map(_one_book_title, instrument.split("、")))


def _one_book_title(instrument: str) -> str:
    title, bracket, number = instrument.partition("（")
    return instrument if title.startswith("《") else f"《{title}》{bracket}{number}"
