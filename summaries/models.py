"""Summaries: sentences with numbers, each traceable to the rows it was made from."""

from typing import Any, ClassVar, Self

from django.db import models

from accounts.ownership import OwnedModel, OwnedQuerySet
from summaries.enums import SummaryKind


class SummaryQuerySet(OwnedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-made_at", "-pk")

    def newest_of_each(self) -> Self:
        """Without those that a later one of the same subject has replaced."""
        same = {name: models.OuterRef(name) for name in ("owner", "kind", "subject")}
        later = Summary.objects.filter(**same, made_at__gt=models.OuterRef("made_at"))
        return self.exclude(models.Exists(later))


class Summary(OwnedModel):
    """One summary of one subject from one set of inputs (`input_hash`); made once."""

    kind = models.CharField("种类", max_length=8, choices=SummaryKind.choices)
    subject = models.CharField("对象", max_length=40)
    input_hash = models.CharField(max_length=64)
    sentences: Any = models.JSONField("句子")
    made_at = models.DateTimeField("生成时间")

    objects = SummaryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "摘要"
        verbose_name_plural = "摘要"
        indexes: ClassVar = [
            models.Index(fields=["owner", "kind", "subject", "-made_at"], name="summary_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "kind", "subject", "input_hash"], name="one_summary_per_input"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
