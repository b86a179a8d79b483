"""The plan for the credit record: one person's state on reviewed tips, and how it got there."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.ids import parse_uuid
from inputs.models import BodyField, LineField
from records.enums import PlanAction, PlanState, Repeat

OPEN = (PlanState.TODO, PlanState.DOING, PlanState.LATER)


class PlanItemQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def past(self) -> Self:
        return self.exclude(state__in=OPEN)

    def awake(self, today: date) -> Self:
        """Open and not put off to a later day."""
        return self.open().exclude(state=PlanState.LATER, remind_on__gt=today)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def own(self) -> Self:
        return self.filter(tip_code="")

    def by_urgency(self) -> Self:
        return self.order_by(models.F("due_on").asc(nulls_last=True), "position", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def newest_page(self, after: str, size: int) -> "tuple[list[PlanItem], str | None]":
        """Rows made last first, and the cursor of the next page: the id of the last row shown. One
        that cannot be read shows the first page."""
        rows = self.newest_first()
        if last := parse_uuid(after):
            rows = rows.filter(pk__lt=self.order_by().filter(public_id=last).values("pk"))
        found = list(rows[: size + 1])
        more = len(found) > size
        return found[:size], str(found[size - 1].public_id) if more else None


class PlanItem(OwnedModel):
    """One step: a reviewed tip (by code) or the person's own words.

    `version` counts the moves and edits, so that a page that is out of date can be told so.
    `follows` is the finished or missed turn this one comes after.
    """

    tip_code = models.CharField("提示编号", max_length=24, blank=True)
    own_title = LineField("自己的事项", max_length=80, blank=True)
    repeats = models.CharField("多久一次", max_length=40, choices=Repeat.choices, blank=True)
    note = BodyField("自己的备注", max_length=1000, blank=True)
    occurrence = models.PositiveIntegerField("第几次", default=1)
    position = models.PositiveIntegerField(default=0)
    state = models.CharField("状态", max_length=10, choices=PlanState.choices, default="todo")
    reason_zh = models.CharField("为什么选它", max_length=200, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)
    anchor_on = models.DateField("起算日", null=True, blank=True)
    due_on = models.DateField("建议日期", null=True, blank=True)
    remind_on = models.DateField("再提醒", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    follows = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="following"
    )
    version = models.PositiveIntegerField(default=0)

    objects = PlanItemQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "计划项"
        verbose_name_plural = "计划项"
        indexes: ClassVar = [
            models.Index(fields=["owner", "state", "due_on"], name="plan_open"),
            models.Index(fields=["owner", "done_on"], name="plan_done"),
            models.Index(fields=["owner", "-id"], name="plan_newest"),
            # What is near of everyone (records.reminders).
            models.Index(fields=["state", "due_on"], name="plan_due"),
            models.Index(
                fields=["remind_on"], condition=Q(remind_on__isnull=False), name="plan_remembered"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "tip_code", "occurrence"],
                condition=~Q(tip_code=""),
                name="one_item_per_occurrence",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | (~Q(state="done") & Q(done_on__isnull=True)),
                name="done_when_done",
            ),
            models.CheckConstraint(
                condition=Q(state="later", remind_on__isnull=False)
                | (~Q(state="later") & Q(remind_on__isnull=True)),
                name="later_has_a_day",
            ),
            models.CheckConstraint(
                condition=~(Q(tip_code="") & Q(own_title="")), name="item_says_something"
            ),
            models.CheckConstraint(
                condition=Q(tip_code="") | Q(repeats=""), name="a_tip_repeats_by_its_record"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class PlanEvent(models.Model):
    """What happened to an item, in order. Never the person's words: they stand on the item."""

    item = models.ForeignKey(PlanItem, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=10, choices=PlanAction.choices)
    state_from = models.CharField(max_length=10)
    state_to = models.CharField(max_length=10)
    on = models.DateField("哪天", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "计划记录"
        verbose_name_plural = "计划记录"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"


class Circumstances(models.Model):
    """The days and the income a person gives the plan; all of it is voluntary.

    Income is sealed: it is nobody's business but his, and never leaves his own pages.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="用户"
    )
    mortgage_on = models.DateField("打算哪天申请房贷", null=True, blank=True)
    id_expires_on = models.DateField("证件到期日", null=True, blank=True)
    paid_off_on = models.DateField("最近结清贷款的日期", null=True, blank=True)
    loan_on = models.DateField("最近借款的日期", null=True, blank=True)
    scam_on = models.DateField("遇到推销或可疑电话的日期", null=True, blank=True)
    sealed_income = models.BinaryField("每月收入（密封）", default=b"", blank=True)

    class Meta:
        verbose_name = "个人情况"
        verbose_name_plural = "个人情况"

    def __str__(self) -> str:
        return f"circumstances of {self.owner_id}"

    @property
    def place(self) -> str:
        return f"records.circumstances:{self.owner_id}:income"
