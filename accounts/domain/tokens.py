"""How a token of the API is spelled."""

import base64
import re

PREFIX = "edz_"
SECRET_BYTES = 32
HINT_LETTERS = 4

# Also what secret scanners can look for.
_SPELLING = re.compile(r"edz_[A-Za-z0-9_-]{43}")


def spelled(secret: bytes) -> str:
    """The token of 32 random bytes: a known beginning and 43 letters of URL-safe base64."""
    return PREFIX + base64.urlsafe_b64encode(secret).decode().rstrip("=")


def looks_like_token(text: str) -> bool:
    return _SPELLING.fullmatch(text) is not None


def hint(token: str) -> str:
    """The end of a token: enough to recognise it, far too little to use it."""
    return token[-HINT_LETTERS:]
