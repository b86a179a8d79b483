from django import forms
from django.utils.translation import gettext_lazy as _

from inputs.forms import ChoiceField, ConsentField


class EraseForm(forms.Form):
    """Deleting an account: on which day. Until then it can be called off, after it cannot."""

    when = ChoiceField(
        label=_("什么时候删"),
        choices=[("week", _("7 天后，期间可以取消")), ("now", _("现在就删，不能取消"))],
        initial="week",
        widget=forms.RadioSelect,
    )
    agree = ConsentField(
        label=_("我明白：账户、台账、计划、投诉和文书都会删除，无法恢复。"),
        error_messages={"required": _("请先确认")},
    )


class KeepForm(forms.Form):
    """Separate consent for financial data (PIPL art 29) before anything of it is stored."""

    agree = ConsentField(
        label=_("我同意本站保存我填写的额度与信贷信息，只用于给我自己记录、解释和生成文书。"),
        error_messages={"required": _("不同意就不保存。你仍然可以不登录使用“我的额度怎么了”。")},
    )
