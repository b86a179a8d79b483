"""The vault: files a person keeps as proof, sealed, with a clean picture to show.

The original is never changed. Each file has its own key, itself sealed (accounts.keyring): deleting
the row makes every copy of the file, backups included, unreadable.
"""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from accounts.ownership import OwnedModel, OwnedQuerySet
from complaints.domain.evidence import Item
from complaints.enums import Damage, EvidenceKind, EvidenceState, FileRole
from complaints.models.cases import Complaint
from inputs.clock import today
from inputs.models import LineField
from limits.models import LimitChange


class EvidenceQuerySet(OwnedQuerySet):
    def kept(self) -> Self:
        """Without those the person has taken out."""
        return self.filter(removed_at=None)

    def listed(self) -> Self:
        """Kept, and not refused: what is numbered and what goes into reports."""
        return self.kept().exclude(state=EvidenceState.REFUSED)

    def removed(self) -> Self:
        return self.exclude(removed_at=None)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def least_checked(self) -> Self:
        return self.order_by(F("checked_at").asc(nulls_first=True), "pk")


class Evidence(OwnedModel):
    """One file. `sha256` is of the original as it came; `taken_on` is what the person says of it.

    `masks` are rectangles in thousandths of the picture: {"x", "y", "w", "h"}; `masked` is empty
    until the picture with them is made. `notes` are codes of what the clean copy left out
    (complaints.vault.answers). `refusal` is what inputs.errors takes; a refused file is not kept.
    `damage` says what the last check of the stored files found (complaints.vault.upkeep).
    """

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence"
    )
    change = models.ForeignKey(
        LimitChange, on_delete=models.SET_NULL, null=True, blank=True, related_name="evidence"
    )
    kind = models.CharField("种类", max_length=12, choices=EvidenceKind.choices)
    title = LineField("说明", max_length=120, blank=True)
    file_name = LineField("文件名", max_length=120, blank=True)
    taken_on = models.DateField("拍摄或形成日期", null=True, blank=True)
    position = models.PositiveIntegerField("顺序", default=0)
    state = models.CharField(
        max_length=8, choices=EvidenceState.choices, default=EvidenceState.QUEUED
    )
    refusal: Any = models.JSONField(default=dict, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    media_type = models.CharField("类型", max_length=60, blank=True)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    sealed_key = models.BinaryField()
    original = models.FileField(upload_to="evidence")
    rendition = models.FileField(upload_to="evidence", blank=True)
    rendition_type = models.CharField(max_length=60, blank=True)
    rendition_sha256 = models.CharField(max_length=64, blank=True)
    masked = models.FileField(upload_to="evidence", blank=True)
    masked_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField("页数", default=1)
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)
    notes: Any = models.JSONField(default=list, blank=True)
    masks: Any = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    damage = models.CharField("损坏", max_length=8, choices=Damage.choices, blank=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "证据"
        verbose_name_plural = "证据"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="evidence_newest"),
            models.Index(fields=["complaint", "position", "id"], name="evidence_of_case"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(rendition_sha256="") | Q(kind="call"),
                name="evidence_ready_has_rendition",
            ),
            # Two tabs that send the same file at once keep it once.
            models.UniqueConstraint(
                fields=["owner", "sha256"],
                condition=Q(removed_at=None) & ~Q(state="refused"),
                name="evidence_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        return evidence_place(self.public_id)

    @property
    def shown_name(self) -> str:
        return self.title or self.file_name or self.get_kind_display()

    @property
    def item(self) -> Item:
        """As lists of a case take it (complaints.domain.evidence)."""
        return Item(
            title=self.title,
            file_name=self.file_name,
            kind=self.get_kind_display(),
            media_type=self.media_type,
            pages=self.pages,
            sha256=self.sha256,
            taken_on=self.taken_on,
            received_on=today(self.created_at),
            masked=bool(self.masks),
        )

    @property
    def is_picture(self) -> bool:
        return self.rendition_type.startswith("image/")

    @property
    def is_being_masked(self) -> bool:
        return bool(self.masks) and not self.masked_sha256


def evidence_place(public_id: uuid.UUID) -> str:
    """What the sealed key of a row is bound to; known before the row is."""
    return f"complaints.evidence:{public_id}"


def file_place(public_id: uuid.UUID, role: FileRole) -> str:
    """What one file of a row is bound to."""
    return f"{evidence_place(public_id)}:{role.value}"
