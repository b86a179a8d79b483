from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CaseTopic(TextChoices):
    """What a case is about; the wizard asks it first."""

    LIMIT = "limit", _("额度被降低、归零或冻结")
    LINE = "line", _("出现了没有申请过的额度")
    RECORD = "record", _("征信报告里有错误")
    DATA = "data", _("个人信息被怎么用了")
    OTHER = "other", _("其他")


class ComplaintState(TextChoices):
    READY = "ready", _("已立档，待寄出")
    FILED = "filed", _("已寄出，等对方收到")
    AWAITING = "awaiting", _("对方已收到，等答复")
    REPLIED = "replied", _("已收到答复")
    CLOSED = "closed", _("已结束")


class Outcome(TextChoices):
    """How a case ended; only a closed case has one."""

    RESTORED = "restored", _("额度恢复了")
    SPECIFIC = "specific", _("得到了具体理由")
    GENERIC = "generic", _("只得到笼统说法")
    CORRECTED = "corrected", _("记录或信息已更正")
    LINE_CLOSED = "line-closed", _("不想要的额度已关闭")
    COMPENSATED = "compensated", _("退费或补偿")
    REFUSED = "refused", _("对方拒绝")
    NO_REPLY = "no-reply", _("一直没有答复")
    WITHDRAWN = "withdrawn", _("我撤回了投诉")
    OTHER = "other", _("其他结果")


class CaseAction(TextChoices):
    """What an event of a case records, in the words of its timeline."""

    FILE = "file", _("立档")
    OPEN_STEP = "open-step", _("加了一步")
    ESCALATE = "escalate", _("收到答复后，又走一步")
    RECORD_SENT = "record-sent", _("登记寄出")
    RECORD_RECEIVED = "record-received", _("对方收到，期限起算")
    RECORD_NUMBER = "record-number", _("登记受理号")
    EXTEND = "extend", _("对方告知延期")
    RESTART = "restart", _("有新的事实，期限重新起算")
    CLOCK_MOVED = "clock-moved", _("期限重新计算过")
    RECORD_REPLY = "record-reply", _("登记答复")
    GIVE_UP = "give-up", _("不再等这一步")
    TAKE_UP = "take-up", _("又接着等这一步")
    LOG_MESSAGE = "log-message", _("记下一次来往")
    EDIT_MESSAGE = "edit-message", _("改了一条来往记录")
    DELETE_MESSAGE = "delete-message", _("删了一条来往记录")
    ADD_QUESTION = "add-question", _("加了一个要问的问题")
    EDIT_QUESTION = "edit-question", _("改了一个要问的问题")
    REMOVE_QUESTION = "remove-question", _("去掉一个要问的问题")
    MARK_QUESTION = "mark-question", _("核对了一个问题")
    FREEZE_LETTER = "freeze-letter", _("信函定稿")
    SEND_REMINDER = "send-reminder", _("登记催办")
    EVIDENCE_ADD = "evidence-add", _("放进一份证据")
    EVIDENCE_REMOVE = "evidence-remove", _("拿走一份证据")
    REQUEST_DOCUMENT = "request-document", _("要了一份文书")
    MARK_DEMAND = "mark-demand", _("核对一项请求")
    FOLLOW_UP = "follow-up", _("回答了回访")
    CLOSE = "close", _("结束")
    WITHDRAW = "withdraw", _("撤回")
    REOPEN = "reopen", _("重新打开")
    REMOVE = "remove", _("放进最近删除")
    RESTORE = "restore", _("从最近删除里恢复")
    HOLD = "hold", _("依法留存")
    RELEASE = "release", _("不再留存")
    ASSIGN = "assign", _("本站处理")
    PRIORITY = "priority", _("本站处理")
    NOTE = "note", _("本站处理")


class HoldReason(TextChoices):
    """Why a case may not be destroyed yet, in general words (PIPL art. 47)."""

    LAW = "law", _("法律、行政法规规定的保存期没有届满")
    DISPUTE = "dispute", _("正在进行的诉讼、仲裁或者调解需要")
    AUTHORITY = "authority", _("监管或者司法机关依法要求保留")


class DemandOutcome(TextChoices):
    """Whether what was asked was done, in the person's own judgement."""

    MET = "met", _("办到了")
    PARTLY = "partly", _("办到一部分")
    NO = "no", _("没有办到")


class ReplyKind(TextChoices):
    """What kind of answer one filing got, in the person's own judgement."""

    SPECIFIC = "specific", _("说明了具体原因")
    GENERIC = "generic", _("只有“综合评估”一类的话")
    CHANGED = "changed", _("作出了调整")
    REFUSED = "refused", _("明确拒绝")
    NOT_ACCEPTED = "not-accepted", _("不受理，或让我找别处")


class DocumentKind(TextChoices):
    LETTER = "letter", _("投诉信")
    REPORT = "report", _("完整报告")
    BUNDLE = "bundle", _("全部材料")
    SCRIPT = "script", _("电话稿")


class FileFormat(TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    TXT = "txt", _("纯文本")
    ZIP = "zip", "ZIP"


class DocumentState(TextChoices):
    QUEUED = "queued", _("排队中")
    READY = "ready", _("已生成")
    EXPIRED = "expired", _("已过期，可以再生成")


class Priority(TextChoices):
    NORMAL = "normal", _("普通")
    HIGH = "high", _("优先")


class EvidenceKind(TextChoices):
    SCREENSHOT = "screenshot", _("截图")
    CONTRACT = "contract", _("合同或协议")
    NOTICE = "notice", _("通知、短信")
    LETTER = "letter", _("来往信函")
    REPORT = "report", _("信用报告")
    CALL = "call", _("通话录音")
    OTHER = "other", _("其他")


class EvidenceState(TextChoices):
    QUEUED = "queued", _("正在处理")
    READY = "ready", _("已就绪")
    REFUSED = "refused", _("读不了")


class FileRole(TextChoices):
    """The files of one piece of evidence; also what their seals are bound to: never rename."""

    ORIGINAL = "original", _("原件")
    RENDITION = "rendition", _("查看用的副本")
    MASKED = "masked", _("涂黑的副本")


class Damage(TextChoices):
    MISSING = "missing", _("文件找不到了")
    ALTERED = "altered", _("文件被改动过")


class Direction(TextChoices):
    IN = "in", _("对方发来")
    OUT = "out", _("我发出")


class Medium(TextChoices):
    CALL = "call", _("电话")
    MESSAGE = "message", _("短信或聊天")
    APP = "app", _("App 内消息")
    LETTER = "letter", _("信函")
    EMAIL = "email", _("邮件")
    OTHER = "other", _("其他")


class AskedState(TextChoices):
    OPEN = "open", _("还没答")
    ANSWERED = "answered", _("答了")
    MISSED = "missed", _("没有回答")
    GENERIC = "generic", _("答非所问或只有套话")
    REFUSED = "refused", _("明确拒绝回答")


class FactKind(TextChoices):
    """What a reply names (complaints.domain.reply_facts), in words."""

    CLAUSE = "clause", _("条款")
    DOCUMENT = "document", _("文号")
    NO_BREACH = "no-breach", _("说没有逾期或违约")
    OVERDUE = "overdue", _("逾期或违约")
    IDENTITY = "identity", _("证件或资料")
    CONSENT = "consent", _("授权或协议")
    EXPIRY = "expiry", _("到期")
    AGE = "age", _("年龄或学生身份")
    INQUIRIES = "inquiries", _("征信查询")
    DEBT = "debt", _("负债")
    LEGAL = "legal", _("司法信息")
    PURPOSE = "purpose", _("资金用途")
    INACTIVE = "inactive", _("没有使用")
    SECURITY = "security", _("账户安全")
    SEGMENT = "segment", _("客群或经营者标签")
    GROUP = "group", _("统一调整")
    PARTNER_LEFT = "partner-left", _("合作机构变化")
    OWN_STEP = "own-step", _("说是你自己的操作")
    DATA = "data", _("用了哪些信息")
    RESTORED = "restored", _("已经恢复、关闭或更正")
    FAULT = "fault", _("系统差错")
    AUTOMATED = "automated", _("是不是自动化决策")
    REVIEW = "review", _("人工复核")
    ATTACHED = "attached", _("附件")
    LENDER = "lender", _("机构名称")
    DATE = "date", _("日期")
    PERIOD = "period", _("期限")
    AMOUNT = "amount", _("金额")
    SHARE = "share", _("比例")
    NUMBER = "number", _("编号")
    CONTACT = "contact", _("电话")


class LimitBack(TextChoices):
    YES = "yes", _("恢复了")
    PARTLY = "partly", _("恢复了一部分")
    NO = "no", _("没有恢复")


class ReasonGiven(TextChoices):
    SPECIFIC = "specific", _("给了具体理由")
    GENERIC = "generic", _("只有笼统说法")
    NONE = "none", _("没有给理由")


class LetterKind(TextChoices):
    COMPLAINT = "complaint", _("投诉信（给放款机构）")
    EXPLAIN = "explain", _("要求说明自动化决策并人工复核")
    COPY = "copy", _("要求查阅、复制个人信息")
    CORRECT = "correct", _("要求更正个人信息")
    DELETE = "delete", _("要求删除个人信息")
    WITHDRAW = "withdraw", _("撤回同意")
    CLOSE_LINE = "close-line", _("关闭没有申请过的额度")
    DISPUTE = "dispute", _("征信异议")
    NFRA = "nfra", _("向 12378 投诉")
    PBOC = "pboc", _("向 12363 投诉")
    LOCAL = "local", _("向地方金融管理部门投诉")
    REPORT = "report", _("举报违法行为")
    REMIND = "remind", _("催办与追问")


class LetterState(TextChoices):
    DRAFT = "draft", _("可以修改")
    FROZEN = "frozen", _("已定稿")


class StepPhase(TextChoices):
    """Where one filing stands, read off its days (complaints.domain.steps)."""

    UNSENT = "unsent", _("还没寄出")
    SENT = "sent", _("已寄出，等对方收到")
    WAITING = "waiting", _("对方已收到，等答复")
    ANSWERED = "answered", _("已答复")
    ENDED = "ended", _("不再等")
