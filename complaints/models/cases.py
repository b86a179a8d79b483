"""Drafts, cases, steps and their extensions."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.ownership import OwnedModel, OwnedQuerySet
from complaints.domain.next_action import CaseNow
from complaints.domain.steps import StepNow
from complaints.enums import (
    CaseTopic,
    ComplaintState,
    HoldReason,
    Outcome,
    Priority,
    ReplyKind,
)
from inputs.models import BodyField, LineField
from limits.models import LimitChange


class ComplaintDraft(OwnedModel):
    """A complaint being written: what was typed, valid or not, stage by stage.

    `version` rises with every save that changes something; `saved` has, by stage, the version that
    changed it last: a page that would overwrite what it has not seen is told so.
    """

    change = models.ForeignKey(LimitChange, on_delete=models.CASCADE, null=True, blank=True)
    typed: Any = models.JSONField(default=dict)
    saved: Any = models.JSONField(default=dict)
    stage = models.CharField(max_length=20, default="change")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "投诉草稿"
        verbose_name_plural = "投诉草稿"

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def topic(self) -> CaseTopic:
        """What was chosen on the first page; until then, and where it is no topic, the limit."""
        chosen = self.typed.get("change", {}).get("topic")
        return CaseTopic(chosen) if chosen in CaseTopic.values else CaseTopic.LIMIT


class ComplaintQuerySet(OwnedQuerySet):
    def removed(self) -> Self:
        """In the list of what was deleted lately; the newest first."""
        return self.exclude(removed_at=None).order_by("-removed_at", "-pk")

    def held(self, today: date) -> Self:
        """Which may not be destroyed yet (PIPL art. 47)."""
        return self.filter(held_until__gte=today)

    def open(self) -> Self:
        return self.exclude(state=ComplaintState.CLOSED)

    def closed(self) -> Self:
        return self.filter(state=ComplaintState.CLOSED)

    def newest_first(self) -> Self:
        return self.order_by("-filed_at", "-pk")

    def with_next_due(self) -> Self:
        """With `next_due_on`: the first day an answer is still due, null without."""
        waiting = Step.objects.filter(complaint=OuterRef("pk")).awaited().order_by("awaited_on")
        return self.annotate(next_due_on=Subquery(waiting.values("awaited_on")[:1]))

    def with_standing(self) -> Self:
        """With all that `now` and the steps' `now` read: three queries whatever the length."""
        unticked = Count("questions", filter=Q(questions__state="open"), distinct=True)
        steps = models.Prefetch("steps", Step.objects.with_standing())
        return self.annotate(open_questions=unticked).prefetch_related(steps)


class Complaint(OwnedModel):
    """One filed case against one legal person. What was filed is frozen in `facts`."""

    hidden_by = "removed_at"

    receipt_no = models.CharField("受理编号", max_length=20, unique=True)
    topic = models.CharField(
        "事项", max_length=8, choices=CaseTopic.choices, default=CaseTopic.LIMIT
    )
    change = models.ForeignKey(LimitChange, on_delete=models.RESTRICT, null=True, blank=True)
    respondent_name = LineField("被投诉机构", max_length=120)
    respondent_slug = models.CharField(max_length=40, blank=True)
    respondent_licence = models.CharField("机构类型", max_length=24)
    product_slug = models.CharField(max_length=40, blank=True)
    product_name = LineField("产品", max_length=60, blank=True)
    facts: Any = models.JSONField("立档内容")
    facts_sha256 = models.CharField(max_length=64)
    content_version = models.CharField(max_length=16)
    state = models.CharField(
        "状态", max_length=12, choices=ComplaintState.choices, default=ComplaintState.READY
    )
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True)
    filed_at = models.DateTimeField("立档时间")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    removed_at = models.DateTimeField("删除时间", null=True, blank=True)
    held_until = models.DateField("依法留存到", null=True, blank=True)
    held_reason = models.CharField(
        "留存的原因", max_length=12, choices=HoldReason.choices, blank=True
    )
    version = models.PositiveIntegerField(default=1)
    priority = models.CharField(
        "优先级", max_length=8, choices=Priority.choices, default=Priority.NORMAL
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="负责人",
        limit_choices_to={"is_staff": True},
    )

    objects = ComplaintQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "投诉"
        verbose_name_plural = "投诉"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-filed_at", "-id"], name="complaint_list"),
            models.Index(fields=["state", "-filed_at", "-id"], name="complaint_queue"),
            models.Index(fields=["assigned_to", "state", "-filed_at"], name="complaint_mine"),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="complaint_removed",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | (~Q(state="closed") & Q(closed_at__isnull=True, outcome="")),
                name="closed_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True, held_reason="")
                | Q(held_until__isnull=False) & ~Q(held_reason=""),
                name="held_for_a_reason",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("complaint", args=[self.public_id])

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def now(self) -> CaseNow:
        """As it stands (complaints.domain.next_action); the row comes from `with_standing`."""
        return CaseNow(self.state, getattr(self, "open_questions", 0))


class StepQuerySet(OwnedQuerySet):
    def awaited(self) -> Self:
        """Whose answer is still due, with `extended_on`: the newest extension that stands, null
        without; and `awaited_on`: that day, or the day of the clock."""
        newest = Extension.objects.filter(step=OuterRef("pk"), is_void=False).order_by("-pk")
        return self.filter(
            answered_on=None,
            ended_on=None,
            due_on__isnull=False,
            complaint__closed_at=None,
            complaint__removed_at=None,
        ).annotate(
            extended_on=Subquery(newest.values("due_on")[:1]),
            awaited_on=Coalesce("extended_on", "due_on"),
        )

    def with_standing(self) -> Self:
        """In the order they were opened, with extensions and the newest message sent on each."""
        sent = Max("messages__happened_on", filter=Q(messages__direction="out"))
        return (
            self.annotate(reminded_on=sent)
            .select_related("proof")
            .prefetch_related("extensions")
            .order_by("pk")
        )


class Step(OwnedModel):
    """One filing to one channel, with its own clock. The rule's version is pinned."""

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    channel_code = models.CharField("渠道", max_length=8)
    recipient = LineField("送给", max_length=120)
    sent_on = models.DateField("寄出日期", null=True, blank=True)
    received_on = models.DateField("对方收到日期", null=True, blank=True)
    reference_no = LineField("对方受理号", max_length=60, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answer_text = BodyField("答复内容", max_length=5000, blank=True)
    reply_kind = models.CharField(
        "答复的性质", max_length=12, choices=ReplyKind.choices, blank=True
    )
    is_final = models.BooleanField("对方说是最终答复", default=False)
    proof = models.ForeignKey(
        "complaints.Evidence",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="寄送凭证",
    )
    ended_on = models.DateField("不再等的日期", null=True, blank=True)
    ended_why = LineField("不再等的原因", max_length=200, blank=True)
    sent_how = LineField("寄送方式和单号", max_length=80, blank=True)
    rule_code = models.CharField(max_length=8)
    rule_version = models.CharField("规则版本", max_length=16, blank=True)
    rule: Any = models.JSONField("寄出时的规则", default=dict, blank=True)
    restarted_on = models.DateField("重新起算日", null=True, blank=True)
    restart_reason = BodyField("重新起算的理由", max_length=500, blank=True)
    due_on = models.DateField("应答复日", null=True, blank=True)
    clock: Any = models.JSONField("期限计算", default=dict, blank=True)

    objects = StepQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "办理步骤"
        verbose_name_plural = "办理步骤"
        indexes: ClassVar = [models.Index(fields=["due_on", "answered_on"], name="step_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(received_on__isnull=True)
                | Q(sent_on__isnull=True)
                | Q(received_on__gte=models.F("sent_on")),
                name="received_after_sent",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, reply_kind="")
                | Q(answered_on__isnull=False) & ~Q(reply_kind=""),
                name="reply_kind_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(ended_why=""),
                name="ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def started_on(self) -> date | None:
        """The day the clock runs from: new facts start it again."""
        return self.restarted_on or self.received_on

    @property
    def last_due_on(self) -> date | None:
        """The day that counts: of the newest extension that stands, else of the clock."""
        standing = [row.due_on for row in self.extensions.all() if not row.is_void]
        return standing[-1] if standing else self.due_on

    @property
    def now(self) -> StepNow:
        """As it stands (complaints.domain.steps); `with_standing` saves the queries."""
        return StepNow(
            key=str(self.public_id),
            sent_on=self.sent_on,
            received_on=self.received_on,
            due_on=self.last_due_on,
            certainty=(self.clock or {}).get("certainty", "none"),
            answered_on=self.answered_on,
            reply_kind=self.reply_kind,
            ended_on=self.ended_on,
            reminded_on=getattr(self, "reminded_on", None),
        )


class Extension(OwnedModel):
    """The other side said that it needs longer. The first due date stays in the step's clock.

    Void once the clock was started again: it extended the period before.
    """

    hidden_by = "step__complaint__removed_at"

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="extensions")
    announced_on = models.DateField("告知日期")
    due_on = models.DateField("延长到")
    reason = BodyField("对方说的理由", max_length=500)
    is_void = models.BooleanField("已不再算", default=False)

    class Meta:
        verbose_name = "延期"
        verbose_name_plural = "延期"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(due_on__gt=models.F("announced_on")), name="extended_to_later"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
