"""What is made from a case: documents with frozen inputs and their hashes."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.ownership import OwnedModel
from complaints.enums import DocumentKind, DocumentState, FileFormat
from complaints.models.cases import Complaint
from complaints.models.letters import Letter

BUNDLES_KEPT = timedelta(days=7)
"""Long enough to fetch it; what holds everything of a case does not lie about."""


class Document(OwnedModel):
    """A letter, report or bundle: frozen inputs, made by a job, kept with its SHA-256.

    The file lies sealed under a key of its own, itself sealed: once the row is gone no copy of the
    file opens. A bundle's file is thrown away after some days; the row stays, so that its hash can
    still be checked, and the file can be made again.

    `notes`: "problems" [title, why] of what could not be put in; "holds" [evidence, role, SHA-256]
    of the evidence inside; "earlier", hashes of the file before it was made again.
    """

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField("种类", max_length=8, choices=DocumentKind.choices)
    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, null=True, blank=True, related_name="documents"
    )
    file_format = models.CharField(
        "格式", max_length=4, choices=FileFormat.choices, default=FileFormat.PDF
    )
    verify_code = models.CharField("核验码", max_length=16, unique=True, null=True, blank=True)
    language = models.CharField("语言", max_length=8, default="zh")
    model: Any = models.JSONField("内容")
    model_sha256 = models.CharField(max_length=64)
    template_version = models.CharField(max_length=16)
    state = models.CharField(
        "状态", max_length=8, choices=DocumentState.choices, default=DocumentState.QUEUED
    )
    job_key = models.CharField(max_length=120)
    file = models.FileField(upload_to="documents", blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    notes: Any = models.JSONField(default=dict, blank=True)
    sealed_key = models.BinaryField(default=bytes, blank=True)
    is_masked = models.BooleanField("分享版", default=False)
    size = models.PositiveBigIntegerField("字节", default=0)
    pages = models.PositiveIntegerField("页数", default=0)
    ready_at = models.DateTimeField("生成时间", null=True, blank=True)

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = "文书"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["complaint", "kind", "file_format", "language", "model_sha256"],
                name="one_document",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("ready", "expired"), ready_at__isnull=False) & ~Q(sha256="")
                | Q(state="queued", ready_at__isnull=True),
                name="ready_when_ready",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        """What key and file are bound to."""
        return f"complaints.document:{self.public_id}"

    @property
    def expires_at(self) -> datetime | None:
        """When the file of a bundle is thrown away; other documents stay."""
        if self.kind != DocumentKind.BUNDLE or self.ready_at is None:
            return None
        return self.ready_at + BUNDLES_KEPT
