"""What a person may ask of his own data: a copy, its end, and who looked at it."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import AccessView, AccessWhat, ErasureKind, ErasureState, ExportState, StaffRole
from accounts.ownership import OwnedModel, OwnedQuerySet

IN_WORK = (ExportState.QUEUED, ExportState.MAKING)


class ExportQuerySet(OwnedQuerySet):
    def in_work(self) -> Self:
        return self.filter(state__in=IN_WORK)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")


class Export(OwnedModel):
    """A copy of everything a person has here (PIPL art. 45): a ZIP made by a job, sealed.

    The file is thrown away on the day of `expires_at`, the row stays as history. `missing` counts
    the files that could not be put in; the manifest inside names them.
    """

    state = models.CharField(
        "状态", max_length=8, choices=ExportState.choices, default=ExportState.QUEUED
    )
    job_id = models.UUIDField(null=True, blank=True)
    language = models.CharField("语言", max_length=10, default=settings.LANGUAGE_CODE)
    file = models.FileField(upload_to="exports", blank=True)
    sealed_key = models.BinaryField(default=bytes, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节", default=0)
    missing = models.PositiveIntegerField("没能放进去的文件", default=0)
    ready_at = models.DateTimeField("做好的时间", null=True, blank=True)
    expires_at = models.DateTimeField("文件删除时间", null=True, blank=True)

    objects = ExportQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "数据副本"
        verbose_name_plural = "数据副本"
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at"], name="export_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(state__in=("queued", "making")), name="one_export"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("ready", "expired"), ready_at__isnull=False) & ~Q(sha256="")
                | Q(state__in=("queued", "making", "failed"), ready_at__isnull=True),
                name="export_ready_when_ready",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        """What key and file are bound to."""
        return f"accounts.export:{self.public_id}"


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def open(self) -> Self:
        """Asked for, neither done nor called off."""
        return self.filter(state__in=(ErasureState.WAITING, ErasureState.HELD))

    def of_person(self, person: uuid.UUID) -> Self:
        return self.filter(person=person)

    def accounts(self) -> Self:
        return self.filter(kind=ErasureKind.ACCOUNT)


class Erasure(models.Model):
    """A request to delete, its day, and its receipt. It names nobody and outlives the person.

    `person` and `subject` are public ids as plain values, not keys: they name nothing once the
    rows are gone. `counts` says how many rows of which kind went, `held` how many cases stay for
    as long as the law asks (PIPL art. 47).
    """

    kind = models.CharField("删除什么", max_length=8, choices=ErasureKind.choices)
    person = models.UUIDField()
    subject = models.UUIDField()
    receipt_no = models.CharField("删除回执号", max_length=32, unique=True)
    state = models.CharField(
        "状态", max_length=10, choices=ErasureState.choices, default=ErasureState.WAITING
    )
    asked_at = models.DateTimeField("提出时间")
    due_at = models.DateTimeField("删除时间")
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    held = models.PositiveIntegerField("依法留存的案件", default=0)
    held_until = models.DateField("留存到", null=True, blank=True)
    counts: Any = models.JSONField("删除的数量", default=dict, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = "删除请求"
        verbose_name_plural = "删除请求"
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="erasure_due"),
            models.Index(fields=["person", "state"], name="erasure_of_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(state__in=("waiting", "held")),
                name="one_open_erasure",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | ~Q(state="done") & Q(done_at__isnull=True),
                name="erasure_done_when_done",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | ~Q(state="cancelled") & Q(cancelled_at__isnull=True),
                name="erasure_cancelled_when_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no


class AccessQuerySet(OwnedQuerySet):
    def before(self, moment: Any) -> Self:
        return self.filter(created_at__lt=moment)


class Access(OwnedModel):
    """Append-only: a member of staff opened something of one person. Never what was in it."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    role = models.CharField("谁", max_length=10, choices=StaffRole.choices)
    what = models.CharField("看了什么", max_length=12, choices=AccessWhat.choices)
    about = models.UUIDField("对象")
    view = models.CharField("怎么看的", max_length=10, choices=AccessView.choices)

    objects = AccessQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "查看记录"
        verbose_name_plural = "查看记录"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at", "-id"], name="access_newest"),
            models.Index(fields=["created_at"], name="access_age"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
