"""What must not be read in a copy for others, wherever in the text it stands. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from complaints.domain.evidence import sensitive_numbers
from complaints.domain.masking import masked_name, masked_number

# Letters at either side: a piece of a hash or of a receipt number is left alone.
_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9]{11,19}[xX]?(?![0-9A-Za-z])")
_GROUPS = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){10,18}[xX]?(?![0-9A-Za-z])")
_WIDE = {ord("０") + digit: ord("0") + digit for digit in range(10)}
NOT_TEXT = frozenset(
    ("kind", "name", "id", "role", "sha256", "code", "url", "template_version", "letter")
)
"""Words of ours in a document model, which it is drawn by; nobody typed them."""
SHORTEST = 2
"""A name of one sign would be hidden in every other word."""


def secrets(name: str, *others: str) -> dict[str, str]:
    """What to hide and what stands there instead: a name, and numbers such as a telephone."""
    found = {text: masked_number(text) for text in others if len(text) > SHORTEST}
    if len(name) >= SHORTEST:
        found[name] = masked_name(name)
    return found


def hidden(value: Any, instead: dict[str, str]) -> Any:
    """The same JSON with every secret replaced, and the numbers of documents, telephones and cards
    hidden but for their last signs. Keys, what is no text and other types stay."""
    if isinstance(value, str):
        return hidden_text(value, instead)
    if isinstance(value, list):
        return [hidden(item, instead) for item in value]
    if isinstance(value, dict):
        return {
            key: item if key in NOT_TEXT else hidden(item, instead) for key, item in value.items()
        }
    return value


def hidden_text(text: str, instead: dict[str, str]) -> str:
    for secret in _longest_first(instead):
        text = text.replace(secret, instead[secret])
    for pattern in (_RUN, _GROUPS):
        text = _without(pattern, text)
    return text


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def _without(pattern: re.Pattern[str], text: str) -> str:
    """Wide digits are found too; they count one sign each, so that places stay the same."""
    parts, last = [], 0
    for found in pattern.finditer(text.translate(_WIDE)):
        if sensitive_numbers(found[0]):
            parts += [text[last : found.start()], masked_number(found[0])]
            last = found.end()
    return "".join([*parts, text[last:]])
