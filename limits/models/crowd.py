"""Rollups without people: how many logged the same, and how often the ranking was right.

Written by jobs only. No row names or counts fewer than the smallest group (limits.domain.crowd).
"""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from limits.enums import Direction


class CrowdWindowQuerySet(models.QuerySet["CrowdWindow"]):
    def wave(self, product: str, on: date, *, is_fall: bool) -> bool:
        """Whether many more people than usual logged the same within a week of that day."""
        direction = Direction.FALL if is_fall else Direction.RISE
        return self.filter(
            product_slug=product, direction=direction, centre_on=on, is_wave=True
        ).exists()


class CrowdWindow(models.Model):
    """One product, one direction, the days within a week of `centre_on`, against the usual.

    `people` is the number of distinct persons, null below the smallest group; `usual` the number
    a window of this product ordinarily holds.
    """

    product_slug = models.CharField("产品", max_length=40)
    direction = models.CharField("方向", max_length=4, choices=Direction.choices)
    centre_on = models.DateField("日期")
    people = models.PositiveIntegerField("人数", null=True, blank=True)
    usual = models.FloatField("平常人数", default=0)
    is_wave = models.BooleanField("明显增多", default=False)
    made_at = models.DateTimeField("计算时间", auto_now=True)

    objects = CrowdWindowQuerySet.as_manager()

    class Meta:
        verbose_name = "同期变动"
        verbose_name_plural = "同期变动"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product_slug", "direction", "centre_on"], name="one_window_per_day"
            ),
            models.CheckConstraint(
                condition=Q(is_wave=False) | Q(people__isnull=False), name="a_wave_has_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_slug} {self.direction} {self.centre_on}"


class Calibration(models.Model):
    """How the ranking did where the lender later gave a specific reason, as of one run."""

    made_on = models.DateField("日期", unique=True)
    content_version = models.CharField(max_length=16)
    confirmed = models.PositiveIntegerField("有具体理由的", default=0)
    result: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = "校准"
        verbose_name_plural = "校准"

    def __str__(self) -> str:
        return str(self.made_on)
