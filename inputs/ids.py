"""Public ids as they arrive in addresses and forms."""

import uuid
from collections.abc import Iterable


def parse_uuid(text: str) -> uuid.UUID | None:
    """The id, or None for what is none: a database refuses a whole query over one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def uuids(texts: Iterable[str]) -> frozenset[uuid.UUID]:
    """Those that are ids."""
    return frozenset(found for text in texts if (found := parse_uuid(text)))
