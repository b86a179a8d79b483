"""The durable work table: the row is the truth, the broker is only a wake-up call."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from jobs.enums import JobState


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, at: datetime | Now) -> "JobQuerySet":
        """Free to be claimed at `at`: waiting and due, or left behind by a worker that died."""
        return self.filter(
            Q(state=JobState.QUEUED, run_after__lte=at)
            | Q(state=JobState.RUNNING, lease_until__lte=at)
        )

    def claimable(self) -> "JobQuerySet":
        """Due by the database's clock: hosts may disagree about the time, the database cannot."""
        return self.due(Now())

    def held(self, job_id: uuid.UUID, token: int) -> "JobQuerySet":
        """The row, if the claim with this fencing token still owns it."""
        return self.filter(pk=job_id, state=JobState.RUNNING, token=token)


class Job(models.Model):
    """One piece of work that must happen once. `token` grows with every claim (fencing)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类型"), max_length=60)
    key = models.CharField(_("唯一键"), max_length=200, unique=True)
    args = models.JSONField(default=dict)
    state = models.CharField(
        _("状态"), max_length=10, choices=JobState, default=JobState.QUEUED, db_index=False
    )
    run_after = models.DateTimeField(_("最早运行时间"), db_default=Now())
    lease_until = models.DateTimeField(_("租约到期"), null=True, blank=True)
    token = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(_("失败次数"), default=0)
    last_error = models.CharField(_("最近错误"), max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField(_("进度"), default=0)
    progress_note = models.CharField(_("进度说明"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now(), editable=False)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="job_running_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.DONE, done_at__isnull=False)
                | (~Q(state=JobState.DONE) & Q(done_at__isnull=True)),
                name="job_done_has_done_at",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_percent"),
        ]
        indexes = [
            models.Index(
                fields=["run_after"], condition=Q(state=JobState.QUEUED), name="job_queued_due"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_lease_over"
            ),
            models.Index(fields=["-created_at"], name="job_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class JobAlert(models.Model):
    """A job that gave up. Open until the job is started again by hand."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="alerts")
    error = models.CharField(_("错误"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("任务警报")
        verbose_name_plural = _("任务警报")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(closed_at__isnull=True), name="jobalert_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.error}"
