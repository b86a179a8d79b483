"""What cannot be seen is written out, so that nothing in a person's words is dropped in silence."""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

# Of these only the place where they stand is seen: breaks, blanks, joiners, variation selectors.
BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n")
BLANKS = dict.fromkeys([*map(ord, "\t\xa0\u202f\u205f"), *range(0x2000, 0x200B)], " ")
UNSEEN = dict.fromkeys(
    [
        *map(ord, "\xad\u034f\u200b\u200c\u200d\u2060\ufeff"),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ],
    "",
)
KEPT = {ord(char): char for char in "\n \u3000"}

IsShown = Callable[[str], bool]


class _Table(dict[int, str]):
    """What each letter is written as, found out once: a report has thousands of them."""

    def __init__(self, is_shown: IsShown) -> None:
        super().__init__({**BREAKS, **BLANKS, **UNSEEN, **KEPT})
        self._is_shown = is_shown

    def __missing__(self, code: int) -> str:
        char = chr(code)
        shown = unicodedata.category(char)[0] != "C" and self._is_shown(char)
        self[code] = written = char if shown else f"[U+{code:04X}]"
        return written


_table = cache(_Table)


def legible(value: Any, is_shown: IsShown) -> Any:
    """Every string with controls, and characters that are not shown, written out (`[U+202E]`).

    A control that would turn the order of letters around is written out like any other.
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").translate(_table(is_shown))
    if isinstance(value, list):
        return [legible(item, is_shown) for item in value]
    if isinstance(value, dict):
        return {key: legible(item, is_shown) for key, item in value.items()}
    return value


def anything(char: str) -> bool:
    """For formats whose reader brings its own fonts."""
    return True
