"""What the person records of a filing: where it goes, sent, received, extended, answered, over."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from complaints.domain.ladder import Rung
from complaints.enums import ReplyKind
from complaints.models import Evidence
from guidance.domain.records import Rule
from inputs.forms import (
    ChoiceField,
    ConsentBox,
    DayField,
    LineField,
    TextField,
    choice_field,
)


class ProofForm(forms.Form):
    """A form whose proof is one of the case's own files; without any there is nothing to choose."""

    proof = ChoiceField(
        label=_("寄送或签收的凭证"),
        required=False,
        help_text=_("从这个案件的证据里选。还没上传的，先上传再回来选。"),
    )

    def __init__(self, *args: Any, evidence: Sequence[Evidence] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proofs = {str(row.public_id): row for row in evidence}
        named = [(key, row.shown_name) for key, row in self.proofs.items()]
        choice_field(self, "proof").choices = [("", gettext("没有，或以后再补")), *named]
        if not evidence:
            del self.fields["proof"]

    def clean_proof(self) -> Evidence | None:
        return self.proofs.get(self.cleaned_data["proof"])


class SentForm(ProofForm):
    sent_on = DayField(label=_("寄出或提交日期"), not_after_today=True)
    received_on = DayField(
        label=_("对方收到的日期"),
        required=False,
        not_after_today=True,
        help_text=_("App 里提交的通常是当天；快递看签收。期限从对方收到算起。不知道就空着。"),
    )
    sent_how = LineField(
        label=_("怎么寄的、快递单号"),
        max_length=80,
        required=False,
        help_text=_("例如：EMS 1234567890123、App 客服、12378 电话。"),
    )
    reference_no = LineField(label=_("对方给的受理号、工单号"), max_length=60, required=False)

    field_order = ("sent_on", "received_on", "sent_how", "reference_no", "proof")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sent, received = data.get("sent_on"), data.get("received_on")
        if sent and received and received < sent:
            self.add_error("received_on", gettext("收到日期早于寄出日期"))
        return data


class ReceivedForm(ProofForm):
    received_on = DayField(
        label=_("对方收到的日期"),
        not_after_today=True,
        help_text=_("快递看签收日，App 看提交日，电话看通话日。期限从这一天的第二天数起。"),
    )
    reference_no = LineField(label=_("对方给的受理号、工单号"), max_length=60, required=False)

    field_order = ("received_on", "reference_no", "proof")


class NumberForm(forms.Form):
    reference_no = LineField(
        label=_("对方给的受理号、工单号"),
        max_length=60,
        help_text=_("催办、转到别处都要报这个号。"),
    )


class ExtendForm(forms.Form):
    announced_on = DayField(label=_("对方哪天告诉你要延期"), not_after_today=True)
    due_on = DayField(label=_("延长到哪一天"))
    reason = TextField(
        label=_("对方说的理由"),
        max_length=500,
        help_text=_("照对方的原话写。没有说理由，就写“没有说理由”。"),
    )


class RestartForm(forms.Form):
    restarted_on = DayField(label=_("对方收到新材料的日期"), not_after_today=True)
    reason = TextField(
        label=_("提出了什么新的事实或理由"),
        max_length=500,
        help_text=_("只催问、没有新材料的，不算重新起算。"),
    )


class ReplyForm(forms.Form):
    answered_on = DayField(label=_("答复日期"), not_after_today=True)
    answer_text = TextField(
        label=_("答复内容"), help_text=_("原话最好，方便以后对照。"), max_length=5000
    )
    reply_kind = ChoiceField(
        label=_("这份答复"), widget=forms.RadioSelect, choices=ReplyKind.choices
    )
    is_final = forms.BooleanField(label=_("对方说这是最终答复"), required=False, widget=ConsentBox)


class GiveUpForm(forms.Form):
    ended_on = DayField(label=_("从哪天起不再等"), not_after_today=True)
    why = LineField(
        label=_("为什么"),
        max_length=200,
        help_text=_("例如：打了三次电话没有人处理、这个渠道不管这件事。"),
    )


class OpenStepForm(forms.Form):
    """Where one more filing goes; the channel was chosen on the page before."""

    recipient = LineField(
        label=_("送给谁"),
        max_length=120,
        help_text=_("写全称。机构写合同上的名字，监管部门写当地的名字。"),
    )
    rule = ChoiceField(
        label=_("期限按哪一条算"),
        widget=forms.RadioSelect,
        help_text=_("不确定就选第一条。期限从对方收到那天起算。"),
    )

    def __init__(self, *args: Any, rung: Rung, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.code, _rule_words(row)) for row in rung.rules]
        choice_field(self, "rule").choices = choices
        if not choices:
            del self.fields["rule"]
        elif not self.is_bound:
            self.initial.setdefault("rule", choices[0][0])


def _rule_words(rule: Rule) -> str:
    """The name of a period and how long it is."""
    title = rule.title.in_language(get_language() or "zh-hans")
    units = {
        "calendar": _("%(n)s 日"),
        "working": _("%(n)s 个工作日"),
        "month": _("%(n)s 个月"),
        "year": _("%(n)s 年"),
    }
    if rule.amount is None or rule.unit not in units:
        return f"{title} · {gettext('没有法定天数')}"
    return f"{title} · {units[rule.unit] % {'n': rule.amount}}"
