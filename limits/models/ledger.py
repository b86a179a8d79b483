"""Lines, readings and changes: what was seen, when, by whom it was said.

Append-only: a correction is a new row that supersedes the old one, a withdrawal is a correction
marked `retracted`. Nothing is updated or deleted except with the whole account.
"""

import uuid
from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.models import BodyField, FenField, LineField, fen_between_bounds
from limits.domain.states import ChangeSeen, LineState, ReadingSeen, line_state
from limits.enums import ChangeKind, Notified, Purpose, Screen, Source

MAX_RATE_BP = 100_000  # 1,000 % a year: more is a slip of the pen


# What a state of a line needs of its newest change and its newest reading.
OF_CHANGE = ("public_id", "effective_on", "kind", "before_fen", "after_fen")
OF_READING = ("observed_on", "limit_fen", "used_fen", "available_fen", "rate_bp")


class CreditLineQuerySet(OwnedQuerySet):
    def as_of(self, on: date, known_by: datetime | None = None) -> Self:
        """With `change_…` and `reading_…`: the newest entries up to a civil day, null without.

        `known_by` looks at the ledger as it stood at that moment: entries made later, and
        corrections made later, do not count. One query; each value is one look into an index.
        """
        changes = LimitChange.objects.filter(line=OuterRef("pk"), effective_on__lte=on)
        readings = Reading.objects.filter(line=OuterRef("pk"), observed_on__lte=on)
        newest_change = changes.as_known(known_by).newest_first()
        newest_reading = readings.as_known(known_by).newest_first()
        return self.annotate(
            **{f"change_{name}": Subquery(newest_change.values(name)[:1]) for name in OF_CHANGE},
            **{f"reading_{name}": Subquery(newest_reading.values(name)[:1]) for name in OF_READING},
        )


class CreditLine(OwnedModel):
    """One person's line in one product of one lender."""

    product_slug = models.CharField("产品", max_length=40)
    product_name = LineField("产品名称", max_length=60, blank=True)
    lender_slug = models.CharField("放款机构", max_length=40, blank=True)
    lender_name = LineField("放款机构全称", max_length=120, blank=True)

    objects = CreditLineQuerySet.as_manager()  # type: ignore[misc]

    # Put there by `as_of`; without it, they do not exist.
    change_public_id: uuid.UUID | None
    change_effective_on: date | None
    change_kind: str | None
    change_before_fen: int | None
    change_after_fen: int | None
    reading_observed_on: date | None
    reading_limit_fen: int | None
    reading_used_fen: int | None
    reading_available_fen: int | None
    reading_rate_bp: int | None

    class Meta:
        verbose_name = "授信额度"
        verbose_name_plural = "授信额度"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "product_slug", "product_name", "lender_name"],
                name="one_line_per_product_and_lender",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def state(self) -> LineState | None:
        """What the line was on the day asked for with `as_of`; None before its first entry."""
        return line_state(self._change_seen(), self._reading_seen())

    def _change_seen(self) -> ChangeSeen | None:
        if self.change_effective_on is None or self.change_after_fen is None:
            return None
        return ChangeSeen(self.change_effective_on, self.change_kind or "", self.change_after_fen)

    def _reading_seen(self) -> ReadingSeen | None:
        if self.reading_observed_on is None or self.reading_limit_fen is None:
            return None
        return ReadingSeen(
            self.reading_observed_on,
            self.reading_limit_fen,
            self.reading_used_fen,
            self.reading_available_fen,
            self.reading_rate_bp,
        )


class EntryQuerySet(OwnedQuerySet):
    """Entries of the ledger: rows that may be superseded or withdrawn."""

    def current(self) -> Self:
        """Without corrected and withdrawn rows."""
        return self.filter(superseded_by=None, retracted=False)

    def as_known(self, at: datetime | None) -> Self:
        """What was current at that moment; None means now."""
        if at is None:
            return self.current()
        later = Q(superseded_by=None) | Q(superseded_by__created_at__gt=at)
        return self.filter(later, retracted=False, created_at__lte=at)

    def with_line(self) -> Self:
        return self.select_related("line")


class LimitChangeQuerySet(EntryQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-effective_on", "-pk")


class ReadingQuerySet(EntryQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-observed_on", "-pk")


class Reading(OwnedModel):
    """What the app showed of one line on one civil day (Asia/Shanghai). Unknown figures are null.

    A reading never claims when something changed: the day it was seen is all it knows.
    """

    line = models.ForeignKey(CreditLine, on_delete=models.CASCADE, related_name="readings")
    observed_on = models.DateField("看到的日期")
    limit_fen = FenField("总额度（分）")
    used_fen = FenField("已用（分）", null=True, blank=True)
    available_fen = FenField("可用（分）", null=True, blank=True)
    rate_bp = models.PositiveIntegerField("年利率（万分之一）", null=True, blank=True)
    expires_on = models.DateField("额度有效期至", null=True, blank=True)
    lender_shown = LineField("页面上的放款机构", max_length=120, blank=True)
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices, blank=True)
    screen = models.CharField("页面", max_length=10, choices=Screen.choices, blank=True)
    note = BodyField("备注", max_length=1000, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.TYPED)
    supersedes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="superseded_by"
    )
    retracted = models.BooleanField("撤回", default=False)

    objects = ReadingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "额度读数"
        verbose_name_plural = "额度读数"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-observed_on", "-id"], name="reading_timeline"),
            models.Index(fields=["line", "-observed_on", "-id"], name="reading_of_line"),
        ]
        constraints: ClassVar = [
            fen_between_bounds("limit_fen", "used_fen", "available_fen", name="reading_in_bounds"),
            models.CheckConstraint(
                condition=Q(rate_bp__isnull=True) | Q(rate_bp__lte=MAX_RATE_BP),
                name="reading_rate_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(retracted=False) | Q(supersedes__isnull=False),
                name="only_a_correction_retracts_a_reading",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class LimitChange(OwnedModel):
    """What changed on one line from a civil day (Asia/Shanghai) on, and what was said about it.

    `effective_on` is the day it took effect, as far as known; `noticed_on` the day it was seen;
    `unchanged_until` the last day the old state was still seen, where two readings bound it.
    `by_me` says that the person did it himself; null when nobody asked.
    """

    line = models.ForeignKey(CreditLine, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(
        "变了什么", max_length=10, choices=ChangeKind.choices, default=ChangeKind.LIMIT
    )
    before_fen = FenField("变动前（分）")
    after_fen = FenField("变动后（分）")
    effective_on = models.DateField("变动日期")
    noticed_on = models.DateField("发现日期", null=True, blank=True)
    notified_how = models.CharField(
        "怎么知道的", max_length=10, choices=Notified.choices, default=Notified.UNKNOWN
    )
    stated_reason = BodyField("对方给出的说法", max_length=500, blank=True)
    by_me = models.BooleanField("自己调的", null=True, blank=True)
    temporary = models.BooleanField("有临时额度", null=True, blank=True)
    expires_on = models.DateField("额度有效期至", null=True, blank=True)
    unchanged_until = models.DateField("这天还没变", null=True, blank=True)
    lender_before = LineField("原来的放款机构", max_length=120, blank=True)
    lender_after = LineField("现在的放款机构", max_length=120, blank=True)
    name_after = LineField("新名字", max_length=60, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.TYPED)
    row_key = models.CharField("导入行指纹", max_length=64, blank=True)
    screen = models.CharField("现在的页面", max_length=10, choices=Screen.choices, blank=True)
    note = BodyField("备注", max_length=1000, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="superseded_by"
    )
    retracted = models.BooleanField("撤回", default=False)

    objects = LimitChangeQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "额度变动"
        verbose_name_plural = "额度变动"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-effective_on", "-id"], name="change_timeline"),
            models.Index(fields=["line", "effective_on", "id"], name="change_of_line"),
            models.Index(
                fields=["owner", "row_key"], condition=~Q(row_key=""), name="change_imported"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind=ChangeKind.LIMIT) | ~Q(before_fen=F("after_fen")),
                name="change_changes",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="change_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(unchanged_until__isnull=True)
                | Q(unchanged_until__lte=F("effective_on")),
                name="change_window_in_order",
            ),
            fen_between_bounds("before_fen", "after_fen", name="change_in_bounds"),
            models.CheckConstraint(
                condition=Q(retracted=False) | Q(supersedes__isnull=False),
                name="only_a_correction_retracts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
