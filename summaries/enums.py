from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SummaryKind(TextChoices):
    CHANGE = "change", _("变动摘要")
    CASE = "case", _("案件摘要")
    MONTH = "month", _("月度摘要")
