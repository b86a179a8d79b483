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


class ReportKind(TextChoices):
    """Which form of the report of the PBoC's credit reference centre."""

    BRIEF = "brief", _("简版")
    DETAILED = "detailed", _("详版（本人版）")


class ReportCost(TextChoices):
    """Two a year are free (征信业管理条例 art 17)."""

    FREE = "free", _("免费的")
    PAID = "paid", _("收费的")
    UNKNOWN = "unknown", _("不清楚")


class ReportOrigin(TextChoices):
    TYPED = "typed", _("自己填的")
    PASTED = "pasted", _("粘贴文字读出的")
    FILE = "file", _("从 PDF 读出的")


class EntryKind(TextChoices):
    REVOLVING = "revolving", _("循环贷款额度")
    LOAN = "loan", _("单笔贷款")
    CARD = "card", _("信用卡")
    GUARANTEE = "guarantee", _("替别人担保、共同还款")
    PUBLIC = "public", _("公共记录（欠税、判决、执行、处罚）")


class EntryState(TextChoices):
    """In the words printed on reports; what the own report says counts."""

    NORMAL = "normal", _("正常")
    OVERDUE = "overdue", _("逾期")
    SETTLED = "settled", _("结清")
    CLOSED = "closed", _("销户")
    STOPPED = "stopped", _("止付、冻结")
    BAD = "bad", _("呆账")
    TRANSFERRED = "transferred", _("转出")


class FiveClass(TextChoices):
    """The lender's grade of risk of one account, in the words printed on reports."""

    NORMAL = "normal", _("正常")
    WATCH = "watch", _("关注")
    SUBSTANDARD = "substandard", _("次级")
    DOUBTFUL = "doubtful", _("可疑")
    LOSS = "loss", _("损失")
    DEFAULT = "default", _("违约")
    UNRATED = "unrated", _("未分类")


class Verdict(TextChoices):
    """What a person found when he compared an entry with what he knows."""

    UNCHECKED = "unchecked", _("还没判断")
    RIGHT = "right", _("无误")
    DOUBTFUL = "doubtful", _("存疑")
    WRONG = "wrong", _("有错")
    STRANGE = "strange", _("不是我的")


class InquiryVerdict(TextChoices):
    UNCHECKED = "unchecked", _("还没判断")
    MINE = "mine", _("我自己办的")
    ROUTINE = "routine", _("机构例行管理")
    STRANGE = "strange", _("不认识，没授权")
