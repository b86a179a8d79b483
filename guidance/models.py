"""Reviewed records in the database: one table, one row per record, the whole record as JSON.

The shape of each kind is `guidance.domain.records`; the tables of users point to products,
institutions, tips and rules by slug or code, because a letter or a filed clock keeps its own copy
of what it used. Rows from files are replaced by `sync_content`; rows added by staff are left alone.
"""

from typing import ClassVar, Self

from django.db import models

from guidance.enums import Origin, RecordKind


class RecordQuerySet(models.QuerySet["Record"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)


class Record(models.Model):
    """One reviewed record."""

    kind = models.CharField("种类", max_length=20, choices=RecordKind.choices)
    slug = models.CharField("标识", max_length=80)
    code = models.CharField("编号", max_length=24, blank=True)
    position = models.PositiveIntegerField("顺序", default=0)
    title_zh = models.CharField("标题", max_length=200)
    title_en = models.CharField("英文标题", max_length=200)
    strength = models.CharField("证据等级", max_length=16)
    reviewed_on = models.DateField("审校日期")
    review_due_on = models.DateField("下次审校")
    valid_from = models.DateField("生效", null=True, blank=True)
    valid_to = models.DateField("失效", null=True, blank=True)
    data = models.JSONField("内容")
    origin = models.CharField("来自", max_length=8, choices=Origin.choices, default=Origin.FILE)
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "审校内容"
        verbose_name_plural = "审校内容"
        ordering: ClassVar = ["kind", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "slug"], name="one_record_per_slug"),
        ]

    def __str__(self) -> str:
        return self.title_zh


class ContentRelease(models.Model):
    """Which content version is loaded: a hash over every active record."""

    version = models.CharField("版本", max_length=16)
    loaded_at = models.DateTimeField("载入时间", auto_now_add=True)
    counts = models.JSONField("数量", default=dict)

    class Meta:
        verbose_name = "内容版本"
        verbose_name_plural = "内容版本"
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.version
