"""All rows of this app; import them from here."""

from accounts.models.notices import Notice, NoticeChoice, NoticeQuerySet
from accounts.models.own_data import (
    Access,
    AccessQuerySet,
    Erasure,
    ErasureQuerySet,
    Export,
    ExportQuerySet,
)
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
    "Access",
    "AccessQuerySet",
    "ApiToken",
    "ApiTokenQuerySet",
    "Consent",
    "EmailUserManager",
    "Erasure",
    "ErasureQuerySet",
    "Export",
    "ExportQuerySet",
    "IdempotentRequest",
    "IdempotentRequestQuerySet",
    "Notice",
    "NoticeChoice",
    "NoticeQuerySet",
    "User",
]
