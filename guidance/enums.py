from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RecordKind(TextChoices):
    SOURCE = "sources", _("来源")
    INSTITUTION = "institutions", _("机构")
    PRODUCT = "products", _("信贷产品")
    POLICY_WINDOW = "policy_windows", _("政策窗口")
    SIGNAL = "signals", _("线索")
    QUESTION = "questions", _("问题")
    CAUSE = "causes", _("可能原因")
    TIP = "tips", _("信用提示")
    FACT = "facts", _("问答")
    CHANNEL = "channels", _("渠道")
    RULE = "rules", _("法定期限")
    GROUND = "grounds", _("依据")
    DEMAND = "demands", _("诉求")
    LETTER = "letters", _("信函模板")
    REPLY_PATTERN = "reply_patterns", _("套话")
    STOP = "stops", _("行不通的做法")
    PRECAUTION = "precautions", _("防护")
    REPORT_TERM = "report_terms", _("报告用语")
    FORBIDDEN = "forbidden", _("禁用说法")
    HOLIDAY = "holidays", _("节假日")


class Origin(TextChoices):
    FILE = "file", _("文件")
    STAFF = "staff", _("后台")
