"""Forms for trying, logging and correcting a change. Amounts and days as people write them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from guidance import content
from inputs.forms import (
    ConsentBox,
    DayField,
    LineField,
    MoneyField,
    RateField,
    TextField,
    choice_field,
)
from limits.enums import ChangeKind, Notified, Purpose, Screen


def product_choices() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    products = content.current().products.values()
    return [(product.slug, product.title.in_language(language)) for product in products]


class TryForm(forms.Form):
    """Home → a first explanation; nothing is stored. The second line is optional."""

    product = forms.ChoiceField(label=_("哪个产品的额度变了"))
    before = MoneyField(label=_("原来多少"), help_text=_("5万、50,000、50000 都可以"))
    after = MoneyField(label=_("现在多少"), help_text=_("没有了就写 0"))
    effective_on = DayField(
        label=_("哪天变的"),
        not_after_today=True,
        help_text=_("记不准就写发现的那天，例如 2026-10-12"),
    )
    other_product = forms.ChoiceField(
        label=_("同一段时间，别的产品出现或提高了额度吗"), required=False
    )
    other_amount = MoneyField(label=_("那个产品现在的额度"), required=False)
    stated_reason = TextField(
        label=_("对方给过理由吗"),
        required=False,
        max_length=500,
        help_text=_("照抄通知里的话；没给就留空。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = product_choices()
        choice_field(self, "product").choices = choices
        choice_field(self, "other_product").choices = [("", gettext("没有，或不清楚")), *choices]
        self.initial.setdefault("product", "jiebei")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        _refuse_unchanged(self, data)
        other, amount = data.get("other_product"), data.get("other_amount")
        if other and other == data.get("product"):
            self.add_error("other_product", gettext("这里请选另一个产品"))
        if other and not amount and "other_amount" not in self.errors:
            self.add_error("other_amount", gettext("请填那个产品现在的额度"))
        if amount and not other and "other_product" not in self.errors:
            self.add_error("other_product", gettext("请选是哪个产品"))
        return data


BY_ME = [("", _("不清楚")), ("no", _("不是，对方调的")), ("yes", _("是，我自己调的或关的"))]
YES_NO = [("", _("不清楚")), ("yes", _("有")), ("no", _("没有"))]
TOLD = {"yes": True, "no": False}
MORE_OF_LOG = (
    "stated_reason",
    "by_me",
    "screen",
    "lender_name",
    "temporary",
    "expires_on",
    "noticed_on",
    "note",
)
MORE_OF_READING = (
    "rate_bp",
    "expires_on",
    "purpose",
    "screen",
    "lender_shown",
    "lender_name",
    "note",
)
KINDS_WITHOUT_AMOUNTS = (ChangeKind.BRAND, ChangeKind.LENDER)


class LogForm(forms.Form):
    """One change of one line. What changed and when comes first; the rest may stay empty."""

    product = forms.ChoiceField(label=_("产品"))
    product_name = LineField(
        label=_("产品名称"), required=False, max_length=60, help_text=_("上面选“其他”时填写。")
    )
    kind = forms.ChoiceField(
        label=_("发生了什么"),
        choices=ChangeKind.choices,
        initial=ChangeKind.LIMIT,
        required=False,
    )
    before = MoneyField(
        label=_("变动前额度"), help_text=_("5万、50,000、50000 都可以"), required=False
    )
    after = MoneyField(label=_("变动后额度"), help_text=_("没有了就写 0"), required=False)
    effective_on = DayField(
        label=_("变动日期"), not_after_today=True, help_text=_("记不准就写发现的那天。")
    )
    again = forms.BooleanField(
        label=_("确实又发生了一次"),
        required=False,
        widget=ConsentBox,
        help_text=_("同一天、同样的数，发生了两次。"),
    )
    noticed_on = DayField(
        label=_("哪天发现的"),
        not_after_today=True,
        required=False,
        help_text=_("和变动日期不同才填。"),
    )
    notified_how = forms.ChoiceField(
        label=_("怎么知道的"), choices=Notified.choices, initial=Notified.UNKNOWN, required=False
    )
    stated_reason = TextField(
        label=_("对方给出的说法"),
        required=False,
        max_length=500,
        help_text=_("照抄通知里的话；没给就留空。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    by_me = forms.ChoiceField(label=_("是你自己调的吗"), choices=BY_ME, required=False)
    screen = forms.ChoiceField(
        label=_("现在 App 里是什么样"), choices=[("", _("没留意")), *Screen.choices], required=False
    )
    temporary = forms.ChoiceField(label=_("当时有临时额度吗"), choices=YES_NO, required=False)
    expires_on = DayField(
        label=_("额度有效期到哪天"), required=False, help_text=_("合同或额度页上写的日期。")
    )
    lender_name = LineField(
        label=_("合同上的放款机构"),
        required=False,
        max_length=120,
        help_text=_("借款合同里“贷款人”一栏；不清楚就留空，以后可以更正。"),
    )
    lender_before = LineField(
        label=_("原来的放款机构"), required=False, max_length=120, help_text=_("换了机构才填。")
    )
    lender_after = LineField(
        label=_("现在的放款机构"), required=False, max_length=120, help_text=_("换了机构才填。")
    )
    name_after = LineField(
        label=_("现在叫什么"), required=False, max_length=60, help_text=_("产品改了名字才填。")
    )
    note = TextField(
        label=_("备注"),
        required=False,
        max_length=1000,
        help_text=_("只给自己看。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "product").choices = product_choices()
        kind = self.data.get("kind") or self.initial.get("kind") or ChangeKind.LIMIT
        self.fields["before"].required = kind not in KINDS_WITHOUT_AMOUNTS
        self.fields["after"].required = kind == ChangeKind.LIMIT

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something, so that it must stand open."""
        return _holds(self, MORE_OF_LOG)

    @property
    def has_new_name(self) -> bool:
        return _holds(self, ("lender_before", "lender_after", "name_after"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["kind"] = data.get("kind") or ChangeKind.LIMIT.value
        data["notified_how"] = data.get("notified_how") or Notified.UNKNOWN.value
        data["by_me"] = TOLD.get(data.get("by_me", ""))
        data["temporary"] = TOLD.get(data.get("temporary", ""))
        self._complete_amounts(data)
        if data.get("product") == "other" and not data.get("product_name"):
            self.add_error("product_name", gettext("请写出产品名称"))
        if data["kind"] == ChangeKind.LENDER and not data.get("lender_after"):
            self.add_error("lender_after", gettext("请写出现在的放款机构；看借款合同“贷款人”一栏"))
        if data["kind"] == ChangeKind.BRAND and not data.get("name_after"):
            self.add_error("name_after", gettext("请写出产品现在的名字"))
        return data

    def _complete_amounts(self, data: dict[str, Any]) -> None:
        """A new name or lender needs no amounts; a frozen or closed line keeps the one given."""
        if data["kind"] == ChangeKind.LIMIT:
            _refuse_unchanged(self, data)
            return
        data["before"] = data.get("before") or 0
        if data.get("after") is None:
            data["after"] = 0 if data["kind"] == ChangeKind.CLOSE else data["before"]


class ReadingForm(forms.Form):
    """What the app shows of one line today, or showed on a day."""

    product = forms.ChoiceField(label=_("产品"))
    product_name = LineField(
        label=_("产品名称"), required=False, max_length=60, help_text=_("上面选“其他”时填写。")
    )
    limit = MoneyField(label=_("总额度"), help_text=_("没有了就写 0"))
    used = MoneyField(label=_("已用"), required=False)
    available = MoneyField(label=_("可用"), required=False)
    observed_on = DayField(label=_("哪天看到的"), not_after_today=True)
    rate_bp = RateField(label=_("年利率"), required=False, help_text=_("例如 15.4%"))
    expires_on = DayField(label=_("额度有效期到哪天"), required=False)
    purpose = forms.ChoiceField(
        label=_("用途"), choices=[("", _("没写")), *Purpose.choices], required=False
    )
    screen = forms.ChoiceField(
        label=_("页面是什么样"), choices=[("", _("没留意")), *Screen.choices], required=False
    )
    lender_name = LineField(
        label=_("合同上的放款机构"), required=False, max_length=120, help_text=_("不清楚就留空。")
    )
    lender_shown = LineField(
        label=_("页面上写的放款机构"), required=False, max_length=120, help_text=_("照抄页面。")
    )
    note = TextField(
        label=_("备注"),
        required=False,
        max_length=1000,
        help_text=_("只给自己看。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "product").choices = product_choices()

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something, so that it must stand open."""
        return _holds(self, MORE_OF_READING)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("product") == "other" and not data.get("product_name"):
            self.add_error("product_name", gettext("请写出产品名称"))
        used, available, limit = data.get("used"), data.get("available"), data.get("limit")
        if used and available and limit is not None and used + available > limit:
            self.add_error("used", gettext("已用加可用超过了总额度，请核对"))
        return data


class AsOfForm(forms.Form):
    """The ledger as of a day, and as it was known by a day."""

    on = DayField(label=_("看哪一天的额度"), required=False, not_after_today=True)
    known_by = DayField(
        label=_("只按这天以前的记录"),
        required=False,
        not_after_today=True,
        help_text=_("想知道当时台账里写的是什么，就填这里；不填就按最新的更正。"),
    )


def _holds(form: forms.Form, names: Sequence[str]) -> bool:
    return any(form[name].value() or form[name].errors for name in names)


def _refuse_unchanged(form: forms.Form, data: dict[str, Any]) -> None:
    if "before" in data and "after" in data and data["before"] == data["after"]:
        form.add_error("after", gettext("调整前后额度相同，请核对"))
