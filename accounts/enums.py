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
    DATA_EXPORT = "data:export", _("要一份自己数据的副本，看做好没有，看谁看过我的资料")


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


class ExportState(TextChoices):
    QUEUED = "queued", _("排队中")
    MAKING = "making", _("正在做")
    READY = "ready", _("可以下载")
    FAILED = "failed", _("没有做成")
    EXPIRED = "expired", _("文件已删除")


class ErasureKind(TextChoices):
    ACCOUNT = "account", _("账户和全部数据")
    CASE = "case", _("一个案件")


class ErasureState(TextChoices):
    WAITING = "waiting", _("等待删除")
    HELD = "held", _("依法留存一部分")
    DONE = "done", _("已删除")
    CANCELLED = "cancelled", _("已取消")


class StaffRole(TextChoices):
    """Which right a member of staff used; the person is shown this and no name."""

    OPERATOR = "operator", _("运维人员")
    STAFF = "staff", _("处理案件的人员")


class AccessWhat(TextChoices):
    COMPLAINT = "complaint", _("一个案件")
    EVIDENCE = "evidence", _("一份证据")
    DOCUMENT = "document", _("一份文书")
    USER = "user", _("账户页")
    CONSENT = "consent", _("一条同意记录")


class AccessView(TextChoices):
    CHANGE = "change", _("打开页面")
    HISTORY = "history", _("看处理历史")
    DELETE = "delete", _("打开删除页")
    FILE = "file", _("打开文件")
