"""What a person types about his credit reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inputs.forms import (
    ChoiceField,
    ConsentField,
    CountField,
    DayField,
    LineField,
    MoneyField,
    MonthField,
    TextField,
)
from records.enums import (
    EntryKind,
    EntryState,
    FiveClass,
    ReportCost,
    ReportKind,
    Verdict,
)

NOT_SAID = [("", _("没写"))]
YES_NO = [("", _("没写")), ("yes", _("是")), ("no", _("否"))]
TOLD = {"yes": True, "no": False}
SAID = {True: "yes", False: "no", None: ""}
TAIL = 4
MOST_TEXT = 400_000
MOST_MONTHS = 60


class ReportForm(forms.Form):
    """The head of a report."""

    reported_on = DayField(
        label=_("报告日期"),
        not_after_today=True,
        help_text=_("报告第一页印的“报告时间”，不是你下载的日子。"),
    )
    kind = ChoiceField(
        label=_("哪一种"),
        choices=ReportKind.choices,
        widget=forms.RadioSelect,
        help_text=_("网上、手机上取的多半是简版；人民银行网点、自助机打印的多半是详版。"),
    )
    cost = ChoiceField(
        label=_("这一次收费吗"),
        choices=ReportCost.choices,
        widget=forms.RadioSelect,
        initial=ReportCost.UNKNOWN.value,
    )
    number_tail = LineField(
        label=_("报告编号的后四位"),
        max_length=20,
        required=False,
        help_text=_("只为分得清是哪一份。整个编号不用填。"),
    )
    note = TextField(
        label=_("备注"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_number_tail(self) -> str:
        tail = str(self.cleaned_data["number_tail"])
        if tail and (len(tail) != TAIL or not (tail.isascii() and tail.isalnum())):
            raise forms.ValidationError(gettext("只填后四位，数字或字母"), code="tail")
        return tail


class EntryForm(forms.Form):
    """One account, guarantee or public record, field by field as the report prints it."""

    kind = ChoiceField(label=_("种类"), choices=EntryKind.choices)
    lender = LineField(
        label=_("机构全称"), max_length=120, help_text=_("照报告上印的写；公共记录写法院或机关。")
    )
    business = LineField(
        label=_("业务种类"),
        max_length=60,
        required=False,
        help_text=_("例如：其他个人消费贷款、个人经营性贷款、贷记卡。"),
    )
    opened_on = DayField(label=_("开立日期"), required=False)
    ends_on = DayField(label=_("到期日期"), required=False)
    is_permanent = ChoiceField(label=_("额度长期有效吗"), choices=YES_NO, required=False)
    limit_fen = MoneyField(
        label=_("授信额度"), required=False, help_text=_("单笔贷款，填借款金额。")
    )
    balance_fen = MoneyField(label=_("余额或已用"), required=False)
    state = ChoiceField(label=_("状态"), choices=[*NOT_SAID, *EntryState.choices], required=False)
    five_class = ChoiceField(
        label=_("五级分类"),
        choices=[*NOT_SAID, *FiveClass.choices],
        required=False,
        help_text=_("详版才印。“正常”以外的，说明放款方自己认为有风险。"),
    )
    monthly_fen = MoneyField(label=_("本月应还款"), required=False)
    as_of = MonthField(
        label=_("数字截至哪个月"), required=False, help_text=_("报告里“截至2026年9月”那一句。")
    )
    closed_on = MonthField(label=_("哪个月结清或销户"), required=False)
    overdue_fen = MoneyField(label=_("当前逾期金额"), required=False)
    overdue_months = CountField(
        label=_("逾期过几个月"),
        required=False,
        highest=MOST_MONTHS,
        help_text=_("报告里“有几个月处于逾期状态”。没有逾期填 0。"),
    )
    over_90 = ChoiceField(label=_("有过 90 天以上的逾期吗"), choices=YES_NO, required=False)
    bad_until = DayField(
        label=_("逾期是哪天还清的"),
        required=False,
        not_after_today=True,
        help_text=_("从这天起算五年。报告上不印，看自己的还款记录；不知道就空着。"),
    )

    def clean_is_permanent(self) -> bool | None:
        return TOLD.get(self.cleaned_data["is_permanent"])

    def clean_over_90(self) -> bool | None:
        return TOLD.get(self.cleaned_data["over_90"])


class VerdictForm(forms.Form):
    """What the person found when he compared one entry."""

    verdict = ChoiceField(label=_("核对结果"), choices=Verdict.choices, widget=forms.RadioSelect)
    what_wrong = TextField(
        label=_("哪里不对"),
        max_length=500,
        required=False,
        help_text=_("写清应该是什么，例如“2026 年 3 月已还清，报告仍写逾期”。提异议时会带上。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("verdict") == Verdict.WRONG and not data.get("what_wrong"):
            self.add_error("what_wrong", gettext("请写出哪里不对，提异议时要用"))
        return data


class InquiryForm(forms.Form):
    on = DayField(label=_("查询日期"), not_after_today=True)
    who = LineField(label=_("查询机构"), max_length=120)
    reason = LineField(
        label=_("查询原因"),
        max_length=60,
        help_text=_("照报告上印的字，例如：贷款审批、贷后管理。"),
    )


class ImportForm(forms.Form):
    """A report as PDF, or its text. Nothing of it is kept but what is read from it."""

    paper = forms.FileField(
        label=_("选择报告的 PDF"),
        required=False,
        allow_empty_file=True,
        help_text=_("10 MB 以内，能选中文字的 PDF。拍照、扫描的读不了。"),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={"invalid": _("文件没有传上来，请再选一次")},
    )
    password = forms.CharField(
        label=_("PDF 的打开密码"),
        required=False,
        max_length=128,
        strip=False,
        help_text=_("有密码才填。只在打开文件的那一下用，不保存。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    text = TextField(
        label=_("或者，粘贴报告里的文字"),
        required=False,
        max_length=MOST_TEXT,
        help_text=_("在 PDF 里全选、复制，贴到这里。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    cost = ChoiceField(
        label=_("这一次收费吗"),
        choices=ReportCost.choices,
        widget=forms.RadioSelect,
        initial=ReportCost.UNKNOWN.value,
    )
    keep = forms.BooleanField(
        label=_("把 PDF 原件也存进证据夹（加密）"),
        required=False,
        help_text=_("不勾的话，文件读完就丢掉，不留下。"),
    )
    own = ConsentField(label=_("这是我本人的信用报告"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            not data.get("paper")
            and not data.get("text")
            and not {"paper", "text"} & set(self.errors)
        ):
            self.add_error("paper", gettext("请选一个 PDF，或者粘贴文字"))
        return data
