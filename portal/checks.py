"""Start-up checks: unsafe production settings are refused with a sentence that says what to do."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection


@register(Tags.security)
def production_settings(**_: Any) -> list[Error]:
    """With PRODUCTION=true nothing may stand on a default made for one machine."""
    if not settings.PRODUCTION:
        return []
    found = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", hint="Unset DEBUG.", id="portal.E001"))
    if not settings.TLS:
        found.append(
            Error(
                "The site is not served over TLS.",
                hint="Set SITE_URL=https://… and put the site behind a TLS proxy.",
                id="portal.E002",
            )
        )
    if not os.environ.get("SECRET_KEY"):
        found.append(
            Error(
                "SECRET_KEY is not given.",
                hint="Set SECRET_KEY to 50 or more random characters.",
                id="portal.E003",
            )
        )
    if not os.environ.get("DATA_KEY"):
        found.append(
            Error(
                "DATA_KEY is not given.",
                hint="Set DATA_KEY and keep a copy apart from the backups: without it sealed "
                "answers cannot be read.",
                id="portal.E004",
            )
        )
    if not settings.STAFF_SECOND_FACTOR:
        found.append(
            Error(
                "Staff can sign in without a second factor.",
                hint="Unset STAFF_SECOND_FACTOR.",
                id="portal.E005",
            )
        )
    if settings.EMAIL_BACKEND.endswith(("filebased.EmailBackend", "console.EmailBackend")):
        found.append(
            Error(
                "Mail is written to files, nobody would get a sign-up code.",
                hint="Set EMAIL_URL=smtp+tls://user:password@host:587.",
                id="portal.E006",
            )
        )
    if set(settings.ALLOWED_HOSTS) & {"*", "testserver"}:
        found.append(
            Error(
                "ALLOWED_HOSTS is open.",
                hint="Set ALLOWED_HOSTS to the names the site is served under.",
                id="portal.E007",
            )
        )
    if settings.S3_BUCKET and settings.S3_KEYS_BUCKET in ("", settings.S3_BUCKET):
        found.append(
            Error(
                "The keys of persons have no bucket of their own.",
                hint="Set S3_KEYS_BUCKET to another bucket than S3_BUCKET, with backups apart.",
                id="portal.E009",
            )
        )
    if settings.ACCOUNT_RATE_LIMITS is False:
        found.append(Error("Rate limits are off.", hint="Unset RATE_LIMITS_OFF.", id="portal.E008"))
    return found


@register(Tags.database)
def sqlite_is_durable(databases: Any = None, **_: Any) -> list[Error]:
    """Read the PRAGMAs back: options at the wrong nesting level are silently ignored."""
    if not databases or connection.vendor != "sqlite":
        return []
    found = []
    in_memory = connection.is_in_memory_db()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for name, wanted in settings.SQLITE_PRAGMAS.items():
            if in_memory and name == "journal_mode":
                continue
            cursor.execute(f"PRAGMA {name}")
            got = cursor.fetchone()[0]
            if got != wanted:
                found.append(
                    Error(
                        f"SQLite runs with {name}={got}, not {wanted}.",
                        hint="Put DATA_DIR on a local disk and do not change SQLITE_PRAGMAS.",
                        id="portal.E010",
                    )
                )
    return found
