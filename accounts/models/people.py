"""Users, consent, tokens of the API and what was answered to repeatable requests."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.domain.notices import LAST_HOUR
from accounts.enums import ConsentKind
from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.models import LineField


class EmailUserManager(UserManager["User"]):
    """Users are known by e-mail address; there is no user name."""

    def _create_user(self, email: str, password: str | None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        return self._create_user(email, password, **fields)

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        return self._create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """One person. Signs in by e-mail; nothing else about him is needed to use the site.

    `quiet_from` and `quiet_to` are hours of Beijing without e-mail (accounts.domain.notices).
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("邮箱", unique=True)
    display_name = models.CharField("称呼", max_length=40, blank=True)
    language = models.CharField(
        "邮件语言", max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    quiet_from = models.PositiveSmallIntegerField("免打扰从几点", default=22)
    quiet_to = models.PositiveSmallIntegerField("免打扰到几点", default=8)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agreed_text = models.CharField("同意的文本", max_length=32, blank=True, editable=False)
    key_made_at = models.DateTimeField(null=True, blank=True, editable=False)
    leaving_at = models.DateTimeField("将于何时删除", null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[EmailUserManager] = EmailUserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_address"),
            models.CheckConstraint(
                condition=Q(quiet_from__range=(0, LAST_HOUR), quiet_to__range=(0, LAST_HOUR)),
                name="quiet_hours_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Consent(OwnedModel):
    """What a person agreed to, in which wording, from when until when (PIPL arts 14, 15, 29)."""

    kind = models.CharField("事项", max_length=32, choices=ConsentKind.choices)
    text_version = models.CharField("文本版本", max_length=32)
    given_at = models.DateTimeField("同意时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = "同意记录"
        verbose_name_plural = "同意记录"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "kind", "text_version"],
                condition=models.Q(withdrawn_at=None),
                name="one_open_consent_per_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.text_version}"


class ApiTokenQuerySet(OwnedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def usable(self, now: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=now)


class ApiToken(OwnedModel):
    """A key for programs, made by a person for himself. The key itself is not stored.

    `key_hash` is keyed (accounts.crypto): a stolen table opens nothing and nothing can be guessed
    against it. `hint` is the end of the key, so that its owner can tell his tokens apart.
    """

    name = LineField("名称", max_length=60)
    scopes: Any = models.JSONField("权限", default=list)
    key_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    expires_at = models.DateTimeField("到期")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    last_used_on = models.DateField("最近使用", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "API 令牌"
        verbose_name_plural = "API 令牌"
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at"], name="token_newest")]

    def __str__(self) -> str:
        return str(self.public_id)

    def state(self, now: datetime) -> str:
        """active, revoked or expired."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.expires_at > now else "expired"


class IdempotentRequestQuerySet(OwnedQuerySet):
    def made_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)


class IdempotentRequest(OwnedModel):
    """A request that changed something once, and its answer for whoever asks again.

    `body_hash` is keyed, because a body may be as short as one sensitive answer. The row is
    written in the transaction of its effect: there is never one without the other.
    """

    key = models.CharField(max_length=255)
    path = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer: Any = models.JSONField(null=True)

    objects = IdempotentRequestQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "可重发的请求"
        verbose_name_plural = "可重发的请求"
        indexes: ClassVar = [models.Index(fields=["created_at"], name="request_age")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "path", "key"], name="a_key_acts_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
