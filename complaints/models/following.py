"""What happens after filing: extensions, correspondence, questions asked, the outcome later on."""

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.ownership import OwnedModel, OwnedQuerySet
from complaints.enums import AskedState, Direction, LimitBack, Medium, Outcome, ReasonGiven
from complaints.models.cases import Complaint, Step
from complaints.models.evidence import Evidence
from inputs.models import BodyField, LineField


class MessageQuerySet(OwnedQuerySet):
    def in_order(self) -> Self:
        return self.order_by("happened_on", "pk")

    def newest_first(self) -> Self:
        return self.order_by("-happened_on", "-pk")

    def incoming(self) -> Self:
        return self.filter(direction=Direction.IN)

    def whole(self) -> Self:
        """With the step and the attached files: two queries whatever the number of rows."""
        return self.select_related("step").prefetch_related("evidence")


class Message(OwnedModel):
    """One call, message or letter, in or out, in the person's own words."""

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="messages")
    step = models.ForeignKey(
        Step, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    direction = models.CharField("方向", max_length=3, choices=Direction.choices)
    medium = models.CharField("方式", max_length=8, choices=Medium.choices)
    happened_on = models.DateField("日期")
    with_whom = LineField("对方是谁", max_length=80, blank=True)
    reference_no = LineField("编号", max_length=60, blank=True)
    text = BodyField("内容", max_length=5000)
    is_final = models.BooleanField("对方说是最终答复", default=False)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="messages")

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "来往记录"
        verbose_name_plural = "来往记录"
        indexes: ClassVar = [
            models.Index(fields=["complaint", "happened_on", "id"], name="message_timeline")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AskedQuestion(OwnedModel):
    """One question put to the other side, and whether it has been answered.

    `why` is the code of the reviewed pattern that shows an answer to be none.
    """

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField("顺序", default=0)
    text = BodyField("问题", max_length=500)
    state = models.CharField(
        "答复情况", max_length=8, choices=AskedState.choices, default=AskedState.OPEN
    )
    why = models.CharField(max_length=40, blank=True)
    answered_by = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "问过的问题"
        verbose_name_plural = "问过的问题"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class FollowUpQuerySet(OwnedQuerySet):
    def due(self, today: date) -> Self:
        """To be asked now: not answered, of a case that was not withdrawn, and of several that
        fell due on one case only the newest, so that nobody is asked twice about the same."""
        newer = FollowUp.objects.filter(
            complaint=OuterRef("complaint"), due_on__gt=OuterRef("due_on"), due_on__lte=today
        )
        open_ones = self.filter(~Exists(newer), answered_at=None, due_on__lte=today)
        return open_ones.filter(complaint__removed_at=None).exclude(
            complaint__outcome=Outcome.WITHDRAWN
        )

    def answered(self) -> Self:
        return self.exclude(answered_at=None)


class FollowUp(OwnedModel):
    """Four weeks after an answer: did the limit return, was a reason given, was it of use."""

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="follow_ups")
    due_on = models.DateField("询问日期")
    limit_back = models.CharField(max_length=8, choices=LimitBack.choices, blank=True)
    reason_given = models.CharField(max_length=8, choices=ReasonGiven.choices, blank=True)
    useful = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "回访"
        verbose_name_plural = "回访"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["complaint", "due_on"], name="one_follow_up_a_day"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(limit_back=""),
                name="follow_up_answered_when_answered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class OutcomeTally(models.Model):
    """What came of complaints, added up by institution and product; no row names a person.

    Written by a job once a day (complaints.tallies); `result` holds only groups of ten and more.
    """

    made_on = models.DateField("日期", unique=True)
    result: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = "结果统计"
        verbose_name_plural = "结果统计"

    def __str__(self) -> str:
        return str(self.made_on)


class CalendarFeedQuerySet(OwnedQuerySet):
    def live(self) -> Self:
        return self.filter(revoked_at=None, complaint__removed_at=None)


class CalendarFeed(OwnedModel):
    """A private, revocable address of a calendar; only the hash of its secret is kept."""

    hidden_by = "complaint__removed_at"

    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, null=True, blank=True, related_name="feeds"
    )
    secret_sha256 = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"

    def __str__(self) -> str:
        return str(self.public_id)
