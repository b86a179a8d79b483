"""What every reader of a notice needs: places, clauses, and characters that are already explained.

Patterns repeat at most a fixed number of times, so that a hostile text costs no more than its
length.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

Value = TypeVar("Value")
Place = tuple[int, int]

# One character for one, so that places stay those of the text as pasted.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％￥－／：", "0123456789.%¥-/:")
_CLAUSE_END = re.compile(r"[，,](?![0-9]{3}(?![0-9]))|[。；！？;!?\n]")
_SENTENCE_END = re.compile(r"[。；！？;!?\n]")
_CONDITION = re.compile(r"如果|如未|如您|若|倘|否则|一旦")
_SPACE = re.compile(r"[ \t\u3000\xa0]")
_LABEL = 14  # characters of a line that may be the label of the next one
FAR = 60  # characters before a word that are ever looked at


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value and where in the text it stands."""

    value: Value
    start: int
    end: int

    @property
    def place(self) -> Place:
        return self.start, self.end


@dataclass(frozen=True)
class Body:
    """A notice with digits in half width, cut into clauses and sentences. Places are positions."""

    text: str

    @cached_property
    def flat(self) -> str:
        return self.text.translate(_HALF_WIDTH)

    @cached_property
    def _clauses(self) -> list[int]:
        return [0, *(match.end() for match in _CLAUSE_END.finditer(self.flat))]

    @cached_property
    def _sentences(self) -> list[int]:
        return [0, *(match.end() for match in _SENTENCE_END.finditer(self.flat))]

    def clause_before(self, place: int) -> str:
        """The words of the clause up to a place, without spaces; a label may stand on the line
        above."""
        starts = self._clauses
        index = bisect_right(starts, place) - 1
        words = self._words(starts[index], place)
        if words or not index or self.flat[starts[index] - 1] != "\n":
            return words
        label = self._words(starts[index - 1], starts[index] - 1)
        return label if len(label) <= _LABEL and not re.search("[0-9]", label) else ""

    def is_conditional(self, place: int) -> bool:
        """Whether the sentence up to a place says “if”: what would be, not what is."""
        starts = self._sentences
        words = self._words(starts[bisect_right(starts, place) - 1], place)
        return _CONDITION.search(words) is not None

    def sentence_at(self, place: int) -> int:
        """The number of the sentence a place lies in."""
        return bisect_right(self._sentences, place) - 1

    def after(self, place: int, length: int) -> str:
        """The words after a place, to the end of the sentence at most."""
        end = _SENTENCE_END.search(self.flat, place, place + length)
        return _SPACE.sub("", self.flat[place : end.start() if end else place + length])

    def between(self, start: int, end: int) -> str:
        return self._words(start, end)

    def _words(self, start: int, end: int) -> str:
        return _SPACE.sub("", self.flat[max(start, end - FAR) : end])


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text; `names` are the things found that end with it."""

    text: str
    is_found: bool
    names: tuple[str, ...]


def pieces(text: str, places: Mapping[str, Place]) -> tuple[Piece, ...]:
    """The text cut where things were found; together the pieces are the whole text. Places may
    lie inside each other."""
    cuts = sorted({0, len(text), *(cut for place in places.values() for cut in place)})
    return tuple(
        Piece(
            text[start:end],
            is_found=any(low <= start and end <= high for low, high in places.values()),
            names=tuple(name for name, place in places.items() if place[1] == end),
        )
        for start, end in pairwise(cuts)
    )
