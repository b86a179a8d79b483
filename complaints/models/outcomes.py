"""What came of each thing that was asked."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.ownership import OwnedModel
from complaints.enums import DemandOutcome
from complaints.models.cases import Complaint


class DemandResult(OwnedModel):
    """One request of a case and whether it was met, in the person's own judgement."""

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="demand_results"
    )
    demand = models.CharField("请求", max_length=40)
    result = models.CharField("结果", max_length=8, choices=DemandOutcome.choices)

    class Meta:
        verbose_name = "请求的结果"
        verbose_name_plural = "请求的结果"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "demand"], name="one_result_a_demand"),
            models.CheckConstraint(
                condition=Q(result__in=DemandOutcome.values), name="demand_result_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.demand}"
