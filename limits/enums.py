from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Notified(TextChoices):
    NOT = "not", _("没有通知，自己发现的")
    SMS = "sms", _("短信")
    IN_APP = "in-app", _("App 消息或弹窗")
    PHONE = "phone", _("电话")
    LETTER = "letter", _("邮件或书面")
    UNKNOWN = "unknown", _("记不清")


class Screen(TextChoices):
    """What the app shows now: the answers of question `screen`."""

    NORMAL = "normal", _("正常显示")
    NO_ENTRY = "no-entry", _("入口没了")
    ZERO = "zero", _("显示 0")
    GREY = "grey", _("灰色，不可用")


class MigrationState(TextChoices):
    PROPOSED = "proposed", _("待你确认")
    CONFIRMED = "confirmed", _("你已确认")
    REJECTED = "rejected", _("你说不是")


class ChangeKind(TextChoices):
    LIMIT = "limit", _("额度变了")
    FREEZE = "freeze", _("被冻结或暂停使用")
    UNFREEZE = "unfreeze", _("恢复使用")
    CLOSE = "close", _("额度关闭")
    REOPEN = "reopen", _("重新开通")
    BRAND = "brand", _("产品改了名字")
    LENDER = "lender", _("放款机构变了")


class Purpose(TextChoices):
    CONSUMER = "consumer", _("消费")
    BUSINESS = "business", _("经营")


class Source(TextChoices):
    """How an entry came into the ledger."""

    TYPED = "typed", _("自己填写")
    NOTICE = "notice", _("粘贴的通知")
    IMPORT = "import", _("表格导入")
    READING = "reading", _("两次记录之间的差")
    API = "api", _("接口")


class ConfirmationKind(TextChoices):
    """What settled the question, or did not."""

    SPECIFIC = "specific", _("放款方说了具体原因")
    GENERIC = "generic", _("只给了笼统说法")
    NONE = "none", _("没有给理由")
    DOCUMENT = "document", _("我自己有文件能说明")


class UploadPurpose(TextChoices):
    CHANGES = "changes", _("额度变动表")
    BILL = "bill", _("账单")


class ImportState(TextChoices):
    QUEUED = "queued", _("正在读取")
    CHECKED = "checked", _("等你确认")
    SAVING = "saving", _("正在记入台账")
    SAVED = "saved", _("已记入台账")
    DISCARDED = "discarded", _("已放弃")
    REFUSED = "refused", _("读不了")


class Layout(TextChoices):
    """Known layouts of bill exports."""

    ALIPAY_16 = "alipay-16", _("支付宝（旧版 16 列）")
    ALIPAY_12 = "alipay-12", _("支付宝（新版 12 列）")
    WECHAT = "wechat", _("微信支付")


class Direction(TextChoices):
    FALL = "fall", _("下降")
    RISE = "rise", _("上升")
