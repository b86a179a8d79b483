"""What every owned endpoint shares: who asks, with which right, and doing a thing once."""

from accounts.api.requests import HEADER, KeyInvalid, KeyReused, StillRunning, once
from accounts.api.tokens import MissingScope, People, TokenAuthentication, scoped

__all__ = [
    "HEADER",
    "KeyInvalid",
    "KeyReused",
    "MissingScope",
    "People",
    "StillRunning",
    "TokenAuthentication",
    "once",
    "scoped",
]
