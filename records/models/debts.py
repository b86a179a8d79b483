"""What a person owes, as he enters it for the overview of his debts."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.models import FenField, LineField, fen_between_bounds
from inputs.rates import MAX_BP
from records.enums import DebtKind

LAST_DAY = 31


class DebtQuerySet(OwnedQuerySet):
    def in_order(self) -> Self:
        return self.order_by("pk")


class Debt(OwnedModel):
    """One loan or line. Unknown figures are null, never 0.

    `source` names the line of the ledger it was taken over from, by public id; a plain value, not
    a key: the ledger may lose the line, this entry stays.
    """

    name = LineField("名称", max_length=60)
    kind = models.CharField("种类", max_length=12, choices=DebtKind.choices, default="revolving")
    limit_fen = FenField("总额度（分）", null=True, blank=True)
    owed_fen = FenField("还欠（分）")
    rate_bp = models.PositiveIntegerField("年利率（万分之一）", null=True, blank=True)
    monthly_fen = FenField("每月应还（分）", null=True, blank=True)
    due_day = models.PositiveSmallIntegerField("每月几号还", null=True, blank=True)
    as_of = models.DateField("数字是哪天的")
    source = models.UUIDField("来自台账的哪一条", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = DebtQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "借款"
        verbose_name_plural = "借款"
        indexes: ClassVar = [
            models.Index(
                fields=["due_day"], condition=Q(due_day__isnull=False), name="debt_due_day"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "source"],
                condition=Q(source__isnull=False),
                name="one_debt_per_line",
            ),
            fen_between_bounds("limit_fen", "owed_fen", "monthly_fen", name="debt_in_bounds"),
            models.CheckConstraint(
                condition=Q(rate_bp__isnull=True) | Q(rate_bp__lte=MAX_BP),
                name="debt_rate_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(due_day__isnull=True) | Q(due_day__range=(1, LAST_DAY)),
                name="debt_due_day_in_month",
            ),
            models.CheckConstraint(condition=Q(kind__in=DebtKind.values), name="debt_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
