"""One exception for everything that cannot be read."""

from collections.abc import Mapping
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark a message for translation where Django may not be imported."""
    return message


class InputError(ValueError):
    """A refusal that can be shown: a stable code, a Chinese sentence, numbers to fill in.

    `template` is also the msgid of the translation. `params` never carry what was typed: messages
    reach logs and JSON answers, where a lone surrogate cannot even be encoded.
    """

    def __init__(self, code: str, template: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, template, params)
        self.code = code
        self.template = template
        self.params = dict(params or {})

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template
