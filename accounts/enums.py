from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConsentKind(TextChoices):
    TERMS = "terms", _("使用说明")
    FINANCIAL_DATA = "financial-data", _("处理我填写的额度与信贷信息")
    SENSITIVE_ANSWERS = "sensitive-answers", _("处理我对敏感问题的回答")


class Scope(TextChoices):
    """What a token may do. Few and plain: a person must understand what he hands out."""

    LEDGER_READ = "ledger:read", _("看我的额度、读数、变动和关联")
    LEDGER_WRITE = "ledger:write", _("记录、更正和撤回变动与读数，确认关联")
    EXPLAIN_READ = "explain:read", _("看原因评估，看哪些问题回答过")
    EXPLAIN_WRITE = "explain:write", _("回答问题")
    IMPORTS_WRITE = "imports:write", _("上传表格，查看和确认导入")
    COMPLAINTS_READ = "complaints:read", _("看我的投诉、步骤、证据和来往记录，下载文书")
    COMPLAINTS_WRITE = "complaints:write", _("立档，登记步骤、证据和来往记录，生成报告")
    PLAN_READ = "plan:read", _("看我的信用计划")
    PLAN_WRITE = "plan:write", _("改计划项的状态和备注，加自己的事项")
    REPORTS_READ = "reports:read", _("看我记下的信用报告")
    REPORTS_WRITE = "reports:write", _("记、读入、核对、删除我的信用报告")
    NOTICES_READ = "notices:read", _("看站内通知和通知方式")
    NOTICES_WRITE = "notices:write", _("标为看过，改通知方式")


class NoticeKind(TextChoices):
    """What a person can be told of; each kind can be switched off by itself."""

    DEADLINE = "deadline", _("答复期限将到、到期、过期")
    CLOCK_MOVED = "clock-moved", _("期限重新计算了")
    FOLLOW_UP = "follow-up", _("答复四周后的回访")
    DRAFT = "draft", _("草稿快要过期")
    PLAN = "plan", _("计划里的事")
    PAYMENT = "payment", _("还款日快到了")
    RECORD = "record", _("征信记录的日子")


class NoticeState(TextChoices):
    QUEUED = "queued", _("等待发出")
    SENDING = "sending", _("正在发出")
    SENT = "sent", _("已发出")
    KEPT = "kept", _("只在站内")
    DROPPED = "dropped", _("不用发了")


class TellHow(TextChoices):
    NONE = "none", _("不发邮件")
    NOW = "now", _("立即")
    DAILY = "daily", _("每天一封")
    WEEKLY = "weekly", _("每周一封（星期一）")


# How a kind is mailed to who never chose. What can wait a day is gathered; the rest is not.
UNCHOSEN: dict[str, TellHow] = {
    NoticeKind.DEADLINE: TellHow.NOW,
    NoticeKind.CLOCK_MOVED: TellHow.NOW,
    NoticeKind.FOLLOW_UP: TellHow.NOW,
    NoticeKind.DRAFT: TellHow.NOW,
    NoticeKind.PLAN: TellHow.DAILY,
    NoticeKind.PAYMENT: TellHow.NOW,
    NoticeKind.RECORD: TellHow.NOW,
}
