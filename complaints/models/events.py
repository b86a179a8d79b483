"""What is written down beside a case: events, keys of filing, and the back office's notes."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from accounts.ownership import OwnedModel
from complaints.enums import CaseAction
from complaints.models.cases import Complaint
from inputs.models import BodyField


class ComplaintEvent(OwnedModel):
    """Append-only: who did what to a case, when."""

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="events")
    action = models.CharField("动作", max_length=20, choices=CaseAction.choices)
    state_from = models.CharField(max_length=12, blank=True)
    state_to = models.CharField(max_length=12)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    data: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "案件记录"
        verbose_name_plural = "案件记录"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.action}"

    @property
    def label(self) -> str:
        """In words; an action without words of its own is one of the portal's."""
        known = self.action in CaseAction.values
        return str(CaseAction(self.action).label if known else CaseAction.NOTE.label)


class FilingKey(OwnedModel):
    """Idempotency: one key files once; the same key with other facts is refused."""

    key = models.CharField(max_length=80)
    request_sha256 = models.CharField(max_length=64)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "提交凭据"
        verbose_name_plural = "提交凭据"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="a_key_files_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class InternalNote(models.Model):
    """A note of the back office. Never shown to the person or the lender."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    text = BodyField("内容", max_length=2000)
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "内部备注"
        verbose_name_plural = "内部备注"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
