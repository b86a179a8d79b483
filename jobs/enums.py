"""States of a job."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    QUEUED = "queued", _("等待中")
    RUNNING = "running", _("运行中")
    DONE = "done", _("已完成")
    DEAD = "dead", _("已停止")
