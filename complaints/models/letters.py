"""Letters before and after they are frozen."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.ownership import OwnedModel, OwnedQuerySet
from complaints.enums import LetterKind, LetterState
from complaints.models.cases import Complaint, Step


class LetterQuerySet(OwnedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-pk")


class Letter(OwnedModel):
    """One letter to one recipient. Editable until frozen; an amendment is a new version.

    `typed` holds what the person changed, section by section; `model` the frozen document
    (complaints.domain.document), made from the facts, the template and `typed`.
    """

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="letters")
    step = models.ForeignKey(
        Step, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters"
    )
    kind = models.CharField("种类", max_length=16, choices=LetterKind.choices)
    typed: Any = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.DRAFT)
    model: Any = models.JSONField(default=dict, blank=True)
    model_sha256 = models.CharField(max_length=64, blank=True)
    template_version = models.CharField(max_length=16, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    amends = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="amended_by"
    )

    objects = LetterQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "信函"
        verbose_name_plural = "信函"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=LetterState.DRAFT, frozen_at__isnull=True, model_sha256="")
                | Q(state=LetterState.FROZEN, frozen_at__isnull=False) & ~Q(model_sha256=""),
                name="letter_frozen_when_frozen",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
