"""All rows of this app; import them from here."""

from accounts.models.notices import Notice, NoticeChoice, NoticeQuerySet
from accounts.models.people import (
    ApiToken,
    ApiTokenQuerySet,
    Consent,
    EmailUserManager,
    IdempotentRequest,
    IdempotentRequestQuerySet,
    User,
)

__all__ = [
    "ApiToken",
    "ApiTokenQuerySet",
    "Consent",
    "EmailUserManager",
    "IdempotentRequest",
    "IdempotentRequestQuerySet",
    "Notice",
    "NoticeChoice",
    "NoticeQuerySet",
    "User",
]
