"""Text as it is stored: NFC, nothing invisible, nothing that a database or a letter chokes on."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from inputs.errors import InputError, gettext_noop

EMPTY = gettext_noop("请填写内容")
INVISIBLE = gettext_noop("含有不可见字符，请删去第 %(position)s 个字")
TOO_MANY_MARKS = gettext_noop("含有不可见字符或过多的叠加符号，请删去第 %(position)s 个字")
TOO_LONG = gettext_noop("最多 %(max_length)s 字，已输入 %(length)s 字")
ONE_LINE = gettext_noop("这里只能写一行，请去掉换行")
TOO_DEEP = gettext_noop("嵌套过深")

MAX_MARKS = 8
MAX_DEPTH = 20

_NEWLINE = re.compile("\r\n|[\r\u2028\u2029]")
_SPACES = "".join(chr(code) for code in range(0x3001) if unicodedata.category(chr(code)) == "Zs")
_EDGES = f"{_SPACES}\t\r\n"
_ZWJ = "\u200d"
_EMOJI_STYLE = frozenset("\ufe0e\ufe0f")
_KEYCAP = "\u20e3"
# Letters, marks and a symbol that print nothing: fillers, joiners, the empty Braille cell.
_BLANK_GLYPHS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u2800\u3164\uffa0"
)
_STYLED_SIGNS = frozenset("\u203c\u2049\u2139\u3030\u303d")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")


def clean_line(text: str, max_length: int | None, required: bool = True) -> str:
    """One line of text, normalised. Line breaks are refused: they would split a mail header."""
    cleaned = _clean(text, required, keep="")
    if "\n" in cleaned:
        raise InputError("newline", ONE_LINE)
    return _within(cleaned, max_length)


def clean_text(text: str, max_length: int | None, required: bool = True) -> str:
    """Text of several lines, normalised; line breaks become \\n, tabs stay."""
    return _within(_clean(text, required, keep="\t"), max_length)


def is_blank(text: str) -> bool:
    """Whether nothing in the text would be seen."""
    return all(
        char.isspace()
        or (_is_hidden(char) and not _breaks(char) and unicodedata.category(char) != "Cc")
        for char in set(text)
    )


def visible(text: str) -> str:
    """The text without outer white space; InputError at the first character nobody can see."""
    trimmed = text.strip(_EDGES)
    _refuse_unseen(trimmed, keep="")
    return trimmed


def refuse_unstorable(value: Any, depth: int = MAX_DEPTH) -> None:
    """Walk nested JSON. PostgreSQL refuses NUL and lone surrogates there, SQLite does not."""
    if isinstance(value, str):
        _refuse_first(value, {char for char in set(value) if char == "\0" or _breaks(char)})
        return
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = (*value.keys(), *value.values())
    elif isinstance(value, list):
        parts = value
    for part in parts:
        if depth == 0:
            raise InputError("too_deep", TOO_DEEP)
        refuse_unstorable(part, depth - 1)


def _clean(text: str, required: bool, keep: str) -> str:
    if is_blank(text):
        if required:
            raise InputError("required", EMPTY)
        return ""
    text = _NEWLINE.sub("\n", text).strip(_EDGES)
    _refuse_unseen(text, keep)
    # Before NFC too: sorting thousands of marks on one letter takes quadratic time.
    _refuse_mark_flood(text)
    normal = unicodedata.normalize("NFC", text)
    _refuse_mark_flood(normal)
    return normal


def _within(text: str, max_length: int | None) -> str:
    if max_length is not None and len(text) > max_length:
        raise InputError("max_length", TOO_LONG, {"max_length": max_length, "length": len(text)})
    return text


def _refuse_unseen(text: str, keep: str) -> None:
    suspects = {char for char in set(text) if _is_hidden(char) and char not in keep + "\n"}
    if not suspects:
        return
    _refuse_first(text, {char for char in suspects if _breaks(char)})
    shown = _FLAG.sub(lambda flag: "\U0001f3f4" * len(flag[0]), text)
    for index, char in enumerate(shown):
        if char in suspects and not _joins_visible_signs(shown, index):
            raise InputError("invisible", INVISIBLE, {"position": index + 1})


def _refuse_first(text: str, chars: set[str]) -> None:
    if chars:
        position = min(text.index(char) for char in chars) + 1
        raise InputError("unstorable", INVISIBLE, {"position": position})


def _refuse_mark_flood(text: str) -> None:
    marks = "".join(char for char in set(text) if unicodedata.category(char)[0] == "M")
    flood = marks and re.search(f"[{re.escape(marks)}]{{{MAX_MARKS + 1}}}", text)
    if flood:
        raise InputError("marks", TOO_MANY_MARKS, {"position": flood.end()})


def _breaks(char: str) -> bool:
    """Half of a surrogate pair, or a code point that is no character: no UTF-8, no XML."""
    code = ord(char)
    return 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def _is_hidden(char: str) -> bool:
    """Private and not yet assigned characters are kept: rare Han and new emoji are among them."""
    return (
        unicodedata.category(char) in ("Cc", "Cf")
        or char in _BLANK_GLYPHS
        or "\ufe00" <= char <= "\ufe0f"
        or "\ufff0" <= char <= "\ufff8"
        or "\U000e0000" <= char <= "\U000e0fff"
        or _breaks(char)
    )


def _joins_visible_signs(text: str, index: int) -> bool:
    """Joiners inside emoji, emoji style after a sign, a variant of a Chinese character."""
    char, before, after = text[index], text[index - 1 : index], text[index + 1 : index + 2]
    if char == _ZWJ:
        return _is_sign(after) and (_is_sign(before) or before in _EMOJI_STYLE)
    if char in _EMOJI_STYLE:
        return _is_sign(before) or before in _STYLED_SIGNS or _is_keycap(before, after)
    if "\ufe00" <= char <= "\ufe02" or "\U000e0100" <= char <= "\U000e01ef":
        return _is_han(before)
    return False


def _is_keycap(before: str, after: str) -> bool:
    return after == _KEYCAP and before != "" and before in "0123456789#*"


def _is_sign(char: str) -> bool:
    """An emoji or another pictograph; new ones are still unassigned to an older Python."""
    if not char or char in _BLANK_GLYPHS:
        return False
    category = unicodedata.category(char)
    return (
        "\U0001f000" <= char <= "\U0001faff"
        or category == "So"
        or (category == "Sm" and char >= "\u2190")
    )


def _is_han(char: str) -> bool:
    return (
        "\u3400" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or ("\U00020000" <= char <= "\U0003fffd")
    )
