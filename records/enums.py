from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlanState(TextChoices):
    """States as they are kept; which one a page shows depends on today (records.domain.states)."""

    TODO = "todo", _("待办")
    DOING = "doing", _("进行中")
    DONE = "done", _("已完成")
    NOT_FOR_ME = "not-for-me", _("不适用")
    LATER = "later", _("稍后提醒")
    EXPIRED = "expired", _("已过期")


class PlanAction(TextChoices):
    START = "start", _("开始")
    FINISH = "finish", _("完成了")
    DISMISS = "dismiss", _("不适合我")
    POSTPONE = "postpone", _("稍后提醒")
    REOPEN = "reopen", _("放回待办")
    EXPIRE = "expire", _("过期，换下一次")
    DATED = "dated", _("有了日期")
    EDIT = "edit", _("改了内容")
    NOTE = "note", _("记了备注")


class Repeat(TextChoices):
    """How often an item of one's own comes back."""

    WEEKLY = "FREQ=WEEKLY", _("每周")
    MONTHLY = "FREQ=MONTHLY", _("每月")
    QUARTERLY = "FREQ=MONTHLY;INTERVAL=3", _("每三个月")
    YEARLY = "FREQ=YEARLY", _("每年")


class DebtKind(TextChoices):
    REVOLVING = "revolving", _("随借随还的额度")
    CARD = "card", _("信用卡")
    INSTALMENT = "instalment", _("分期贷款")
    MORTGAGE = "mortgage", _("房贷")
    OTHER = "other", _("其他")
