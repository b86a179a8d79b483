"""All rows of this app; import them from here."""

from accounts.models.notices import (
    Notice,
    NoticeChoice,
    NoticeChoiceQuerySet,
    NoticeQuerySet,
    by_prefix,
)
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
from accounts.models.telling import DashedUUID, RandomUUID

__all__ = [
    "Access",
    "AccessQuerySet",
    "ApiToken",
    "ApiTokenQuerySet",
    "Consent",
    "DashedUUID",
    "EmailUserManager",
    "Erasure",
    "ErasureQuerySet",
    "Export",
    "ExportQuerySet",
    "IdempotentRequest",
    "IdempotentRequestQuerySet",
    "Notice",
    "NoticeChoice",
    "NoticeChoiceQuerySet",
    "NoticeQuerySet",
    "RandomUUID",
    "User",
    "by_prefix",
]
