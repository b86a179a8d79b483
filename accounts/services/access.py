"""Writing consent, tokens, and answers kept for repeated requests."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.crypto import keyed_fingerprint
from accounts.domain.tokens import SECRET_BYTES, hint, spelled
from accounts.enums import ConsentKind
from accounts.models import ApiToken, Consent, IdempotentRequest, User

MAX_TOKENS = 20
MAX_TOKEN_DAYS = 365
TWIN_SECONDS = 5
LOCK_NOT_AVAILABLE = "55P03"


class TwinStillRunning(Exception):
    """The same request was sent twice, and the first has not ended after TWIN_SECONDS."""


@transaction.atomic
def give_consent(*, user: User, kind: str, text_version: str, now: datetime) -> Consent:
    """Record a consent once per wording; an open one is returned as it is."""
    consent, _created = Consent.objects.get_or_create(
        owner=user,
        kind=kind,
        text_version=text_version,
        withdrawn_at=None,
        defaults={"given_at": now},
    )
    if kind == ConsentKind.FINANCIAL_DATA:
        _remember(user, text_version)
    return consent


def _remember(user: User, text: str) -> None:
    """The open consent of financial data on the person himself: asked at every request that stores
    something, without a query."""
    user.agreed_text = text
    user.save(update_fields=["agreed_text"])


@transaction.atomic
def withdraw_consent(*, user: User, kind: str, now: datetime) -> int:
    """Withdraw every open consent of a kind (PIPL art 15); returns how many there were."""
    if kind == ConsentKind.FINANCIAL_DATA:
        _remember(user, "")
    open_ones = Consent.objects.for_user(user).filter(kind=kind, withdrawn_at=None)
    return open_ones.update(withdrawn_at=now)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return keyed_fingerprint("api-token", token)


@transaction.atomic
def create_token(
    *, owner: User, name: str, scopes: list[str], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its key, which exists only in this answer: it cannot be shown again.

    Raises ValidationError when the name is in use, too many tokens are, or `days` is over a year.
    """
    usable = ApiToken.objects.for_user(owner).usable(now)
    if usable.filter(name=name).exists():
        raise ValidationError({"name": _("已有同名的令牌，请换个名称")}, code="name_in_use")
    if usable.count() >= MAX_TOKENS:
        raise ValidationError(_("令牌太多，请先撤销不用的"), code="too_many")
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise ValidationError({"days": _("有效期最长一年")}, code="too_long")
    key = spelled(secrets.token_bytes(SECRET_BYTES))
    token = ApiToken.objects.create(
        owner=owner,
        name=name,
        scopes=sorted(scopes),
        key_hash=token_hash(key),
        hint=hint(key),
        expires_at=now + timedelta(days=days),
    )
    return token, key


@transaction.atomic
def revoke_token(*, token: ApiToken, now: datetime) -> bool:
    """End a token at once; False when it had been revoked before."""
    return bool(ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now))


@transaction.atomic
def revoke_tokens(*, owner: User, now: datetime) -> int:
    """End every token of a person at once; how many there were."""
    return ApiToken.objects.for_user(owner).usable(now).update(revoked_at=now)


def note_token_use(*, token: ApiToken, today: date) -> None:
    """Remember the day of the last use: one write a day, not one a request."""
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


def take_request(
    *, owner: User, path: str, key: str, body_hash: str
) -> tuple[IdempotentRequest, bool]:
    """The row of this key, and whether it is new. Call in the transaction of the effect.

    Two at once: the second waits at the unique constraint until the first has committed, and then
    sees its row, or until it has rolled back, and then takes the key itself. Raises
    TwinStillRunning when that takes too long.
    """
    try:
        _limit_waiting(f"{TWIN_SECONDS}s")
        taken, is_new = IdempotentRequest.objects.get_or_create(
            owner=owner, path=path, key=key, defaults={"body_hash": body_hash}
        )
        _limit_waiting("0")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise TwinStillRunning from error
    return taken, is_new


def _limit_waiting(span: str) -> None:
    """For this transaction. SQLite has one writer at a time and its own limit (settings)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [span])


def keep_answer(*, taken: IdempotentRequest, status: int, answer: Any) -> None:
    """Store the answer of a request beside its effect, in the same transaction."""
    taken.status, taken.answer = status, answer
    taken.save(update_fields=["status", "answer"])
