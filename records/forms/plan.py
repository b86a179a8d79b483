"""What a person types about his plan and his debts."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inputs.forms import (
    ChoiceField,
    CountField,
    DayField,
    LineField,
    MoneyField,
    RateField,
    TextField,
)
from records.enums import DebtKind, Repeat


class OwnItemForm(forms.Form):
    """An item of the plan in the person's own words."""

    title = LineField(label=_("要做什么"), max_length=80)
    due_on = DayField(label=_("哪天之前"), required=False)
    repeats = ChoiceField(
        label=_("多久一次"), required=False, choices=[("", _("只做一次")), *Repeat.choices]
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("repeats") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", gettext("会重复的事，要填第一次的日期"))
        return data


class NoteForm(forms.Form):
    note = TextField(
        label=_("自己的备注"),
        max_length=1000,
        required=False,
        help_text=_("例如做到哪一步、材料放在哪。只有你看得到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PostponeForm(forms.Form):
    remind_on = DayField(label=_("哪天再提醒"), required=False, help_text=_("空着就是一周以后。"))


class DoneForm(forms.Form):
    done_on = DayField(
        label=_("哪天做完的"), required=False, not_after_today=True, help_text=_("空着就是今天。")
    )


class CircumstancesForm(forms.Form):
    """Days that call steps into the plan; each of them is voluntary."""

    id_expires_on = DayField(
        label=_("身份证哪天到期"), required=False, help_text=_("到期前 60 天会排进计划。")
    )
    mortgage_on = DayField(
        label=_("打算哪天申请房贷"), required=False, help_text=_("大概的日子就行，会提前半年排好。")
    )
    paid_off_on = DayField(label=_("最近哪天结清过贷款"), required=False, not_after_today=True)
    loan_on = DayField(label=_("最近哪天新借过一笔"), required=False, not_after_today=True)
    scam_on = DayField(
        label=_("最近哪天遇到过推销“修复征信”或冒充客服的"), required=False, not_after_today=True
    )


class DayOfMonthField(CountField):
    """A day of the month as people write it: 8, 8号, 8日."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(lowest=1, highest=31, **kwargs)

    def parse(self, text: str) -> int:
        return super().parse(text.strip().removesuffix("号").removesuffix("日"))


class DebtForm(forms.Form):
    name = LineField(
        label=_("名称"), max_length=60, help_text=_("例如：借呗、某某银行信用卡。别写卡号。")
    )
    kind = ChoiceField(label=_("种类"), choices=DebtKind.choices)
    owed_fen = MoneyField(label=_("现在还欠多少"), help_text=_("没有欠款填 0。"))
    limit_fen = MoneyField(
        label=_("总额度"), required=False, help_text=_("分期贷款、房贷没有额度，空着。")
    )
    rate_bp = RateField(
        label=_("年利率"), required=False, help_text=_("合同或还款页写的年化，例如 14.6%。")
    )
    monthly_fen = MoneyField(label=_("每月应还"), required=False)
    due_day = DayOfMonthField(label=_("每月几号还"), required=False, help_text=_("填 1 到 31。"))


class IncomeForm(forms.Form):
    income_fen = MoneyField(
        label=_("每月到手收入"),
        required=False,
        help_text=_("可以不填。加密保存，只用来算每月应还占多少；空着保存就是删掉。"),
    )


class WhatIfForm(forms.Form):
    extra_fen = MoneyField(
        label=_("每月多还多少"), help_text=_("在现在每月应还之外，再多还的钱。例如 500。")
    )
