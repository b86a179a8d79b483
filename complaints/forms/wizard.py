"""The stages of the complaint wizard: one topic a page, seven pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from complaints.documents import respondent as respondent_of
from complaints.documents.facts import BY_NAME, WRITTEN_TO
from complaints.domain.bases import concerns
from complaints.domain.entities import Entity, find_entities
from complaints.domain.mentions import LENDER
from complaints.domain.names import licence_of
from complaints.enums import CaseTopic
from complaints.models import ComplaintDraft, Evidence
from guidance.domain.records import Demand, Institution, Knowledge
from inputs.dates import day_zh
from inputs.forms import (
    ChoiceField,
    ConsentField,
    DayField,
    LineField,
    TextField,
    choice_field,
)
from inputs.money import format_yuan
from limits.models import LimitChange

OTHER = "other"
NO_CHANGE = "none"
LICENCES = [
    ("consumer_finance", _("消费金融公司")),
    ("bank", _("银行")),
    ("micro_loan", _("小额贷款公司")),
    ("payment_institution", _("支付机构")),
    ("platform_assist", _("平台、助贷方")),
    ("credit_bureau", _("征信机构")),
    ("unknown", _("不清楚")),
]
MOST_CHANGES, MOST_FILES, MOST_PASTED = 30, 100, 4000
# Who holds the data or the entry beside the lenders: the platforms of the example, the bureau.
BESIDE_LENDERS = {CaseTopic.RECORD: ("pbccrc",), CaseTopic.DATA: ("alipay", "ant-group")}


class FallbackField(ChoiceField):
    """A choice that is made already where nothing was sent."""

    fallback = ""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.fallback)


def is_stored(data: Any) -> bool:
    """What a draft keeps, as opposed to what a browser just sent."""
    return not hasattr(data, "getlist")


class StageForm(forms.Form):
    """One page of the wizard. Subclasses read choices from the ledger and the reviewed records.

    `LEADS`: the lead of topics that need words of their own.
    """

    slug = ""
    title: Any = ""
    lead: Any = ""
    LEADS: Mapping[str, Any] = {}
    own_words: tuple[str, ...] = ()

    def __init__(self, *args: Any, draft: ComplaintDraft, known: Knowledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft, self.known = draft, known
        self.language = get_language() or "zh-hans"
        self.case_topic = draft.topic
        self.lead = self.LEADS.get(self.case_topic, self.lead)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and first values from draft and records."""

    def typed(self, name: str) -> str:
        """What stands in a field now, valid or not."""
        given = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(given or "")


class ChangeStage(StageForm):
    slug = "change"
    title = _("投诉什么事")
    lead = _("一个案件只讲一件事、只对一家机构。日期和金额会直接取自你的台账。")

    topic = FallbackField(
        label=_("是哪一类事"), choices=CaseTopic.choices, widget=forms.RadioSelect
    )
    change = FallbackField(label=_("是哪一次额度变动"), widget=forms.RadioSelect)
    product = ChoiceField(
        label=_("涉及哪个产品"),
        required=False,
        help_text=_("上面选了一次变动，就不用填这一项。"),
    )
    product_name = LineField(
        label=_("产品名称"),
        max_length=60,
        required=False,
        help_text=_("列表里没有时，照 App 里的名称写。"),
    )

    def prepare(self) -> None:
        rows = LimitChange.objects.for_user(self.draft.owner).current().newest_first().with_line()
        self.changes = {str(row.public_id): row for row in rows[:MOST_CHANGES]}
        choice_field(self, "change").choices = [
            *((key, self._label(row)) for key, row in self.changes.items()),
            (NO_CHANGE, gettext("不是某一次额度变动")),
        ]
        choice_field(self, "product").choices = [
            ("", "—"),
            *(
                (row.slug, row.title.in_language(self.language))
                for row in self.known.products.values()
            ),
        ]
        chosen = str(self.draft.change.public_id) if self.draft.change else NO_CHANGE
        self._fall_back("topic", self.case_topic.value)
        self._fall_back("change", chosen)
        first = next(iter(self.changes), NO_CHANGE)
        self.initial.setdefault("change", chosen if self.draft.change else first)
        self.initial.setdefault("topic", self.case_topic.value)

    def _fall_back(self, name: str, value: str) -> None:
        field = self.fields[name]
        assert isinstance(field, FallbackField)
        field.fallback = value

    def _label(self, row: LimitChange) -> str:
        return gettext("%(day)s · %(product)s · %(before)s 元 → %(after)s 元") % {
            "day": row.effective_on.isoformat(),
            "product": product_title(row, self.known, self.language),
            "before": format_yuan(row.before_fen),
            "after": format_yuan(row.after_fen),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        topic = data.get("topic", CaseTopic.LIMIT.value)
        without = data.get("change") == NO_CHANGE
        if without and topic == CaseTopic.LIMIT:
            self.add_error("change", self._no_change_words())
        needs_product = without and topic in (CaseTopic.LINE, CaseTopic.OTHER)
        if needs_product and not (data.get("product") or data.get("product_name")):
            self.add_error("product", gettext("请选一个产品，或者写产品名称"))
        return data

    def _no_change_words(self) -> str:
        if self.changes:
            return gettext("请选是哪一次额度变动")
        return gettext("请先在“记一笔”里记下这次额度变动，再回来写；草稿会保留")


def product_title(row: LimitChange, known: Knowledge, language: str) -> str:
    if row.line.product_name:
        return str(row.line.product_name)
    return known.products[row.line.product_slug].title.in_language(language)


def product_of(draft: ComplaintDraft) -> str:
    if draft.change is not None:
        return str(draft.change.line.product_slug)
    return str(draft.typed.get("change", {}).get("product") or "")


class RespondentStage(StageForm):
    slug = "respondent"
    title = _("投诉哪家机构")
    lead = _("品牌不等于放款方。请打开 App 里的借款合同，照着“贷款人”或“出资方”一栏填写。")
    LEADS = {
        CaseTopic.RECORD: _("异议可以写给报送这条信息的机构，也可以写给征信中心。一次写一家。")
    }

    text = TextField(
        label=_("贴一段合同或页面上的文字"),
        help_text=_("可以整段粘贴，我们从里面找机构。不要贴身份证号、银行卡号。"),
        max_length=MOST_PASTED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    institution = ChoiceField(label=_("写给哪一家"), widget=forms.RadioSelect)
    other_name = LineField(
        label=_("合同上的名字"),
        help_text=_("照你合同上的名字写，信里就印这个名字。例如“某某银行股份有限公司”。"),
        max_length=120,
        required=False,
    )
    other_licence = ChoiceField(
        label=_("它是哪类机构"),
        choices=[("", _("按名称判断")), *LICENCES],
        required=False,
    )

    def prepare(self) -> None:
        self.found = find_entities(self.typed("text"), product_of(self.draft), self.known)
        rows = dict(self._choices())
        choice_field(self, "institution").choices = [
            *rows.items(),
            (OTHER, gettext("合同上是别的名称")),
        ]
        self.initial.setdefault("institution", next(iter(rows), OTHER))

    def _choices(self) -> Iterable[tuple[str, str]]:
        """Lenders of the text, then the product's, then who else may hold the entry or data."""
        for row in self.found:
            if row.role == LENDER or self.case_topic in BESIDE_LENDERS:
                yield row.slug or f"{BY_NAME}{row.name}", row.name
        beside = BESIDE_LENDERS.get(self.case_topic, ())
        for institution in (*self._usual(), *(self.known.institutions[slug] for slug in beside)):
            yield institution.slug, institution.legal_name.in_language(self.language)

    def _usual(self) -> list[Institution]:
        product = self.known.products.get(product_of(self.draft))
        slugs = (
            dict.fromkeys(filter(None, [product.own_lender, *product.institutions]))
            if product
            else {}
        )
        return [self.known.institutions[slug] for slug in slugs]

    def suggestions(self) -> tuple[Entity, ...]:
        """What was found in the pasted text; nothing while nothing was pasted."""
        return self.found if self.typed("text").strip() else ()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("institution") == OTHER:
            name = data.get("other_name")
            if not name and "other_name" not in self.errors:
                self.add_error("other_name", gettext("请照合同填写机构全称"))
            elif name and not data.get("other_licence") and licence_of(name) not in WRITTEN_TO:
                self.add_error("other_licence", gettext("请选一类，不清楚就选“不清楚”"))
        return data


def licence_chosen(draft: ComplaintDraft, known: Knowledge) -> str:
    """The licence of the institution chosen on the second page, unknown before."""
    typed = draft.typed.get("respondent", {})
    if not typed.get("institution"):
        usual = product_of(draft)
        product = known.products.get(usual)
        lender = known.institutions.get(product.own_lender) if product else None
        return lender.licence if lender else "unknown"
    return respondent_of(typed, known)["licence"]


class FactsStage(StageForm):
    slug = "facts"
    title = _("发生了什么，有什么影响")
    own_words = ("items", "entry", "wrong", "right", "story", "effect", "asked_answer")

    report_on = DayField(
        label=_("信用报告的日期"),
        not_after_today=True,
        required=False,
        help_text=_("报告第一页的“报告时间”，例如 2026-11-03。"),
    )
    reporter = LineField(
        label=_("报送机构"), max_length=120, required=False, help_text=_("报告上的“管理机构”。")
    )
    entry = TextField(
        label=_("是哪一条"),
        help_text=_("账户开立日期、业务种类，或者查询日期和原因。不要写证件号、卡号。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    wrong = TextField(
        label=_("错在哪里"),
        help_text=_("现在写的是什么，为什么不对，有什么凭证。"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    right = TextField(
        label=_("应当是什么"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    items = TextField(max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    story = TextField(
        label=_("补充说明"),
        help_text=_("只写你亲身经历的事实。不要写身份证号、银行卡号。"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    effect = TextField(
        label=_("对你的影响"),
        help_text=_("例如：原计划用于周转的款项中断。"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asked_on = DayField(
        label=_("问过客服的日期"),
        required=False,
        not_after_today=True,
        help_text=_("没问过就留空。"),
    )
    asked_answer = TextField(
        label=_("客服怎么回答"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    LEADS = {
        CaseTopic.LIMIT: _("日期和金额已经有了。这里只写台账里没有的事；写不出来可以留空。"),
        CaseTopic.LINE: _("写清是哪个额度、什么时候看到的、有没有点过申请或授权。"),
        CaseTopic.RECORD: _("对着信用报告写：哪一份、哪一条、错在哪里。降额本身不算错误。"),
        CaseTopic.DATA: _("写清想知道哪些信息，或者哪些信息被谁用了。"),
        CaseTopic.OTHER: _("写清哪一天、发生了什么、涉及多少钱。"),
    }
    ITEMS: Mapping[str, tuple[Any, Any, bool]] = {
        CaseTopic.LINE: (
            _("是哪个额度，什么时候出现"),
            _("产品名、看到的日期、有没有点过申请或授权。"),
            True,
        ),
        CaseTopic.DATA: (
            _("想知道或想处理哪些信息"),
            _("例如：影响额度的用户标签、提供给其他机构的记录。"),
            False,
        ),
    }
    OF_AN_ENTRY = ("report_on", "reporter", "entry", "wrong", "right")

    def prepare(self) -> None:
        if self.case_topic != CaseTopic.RECORD:
            self._drop(*self.OF_AN_ENTRY)
        if self.case_topic not in self.ITEMS:
            self._drop("items")
        else:
            field = self.fields["items"]
            field.label, field.help_text, field.required = self.ITEMS[self.case_topic]
            field.initial = self._from_the_ledger()
        # What another kind of case has no room for is asked nobody.
        self.fields["story"].required = self.case_topic == CaseTopic.OTHER

    def _from_the_ledger(self) -> str:
        """Which line and since when, where a change was chosen: words to go on from."""
        change = self.draft.change
        if change is None or self.case_topic != CaseTopic.LINE:
            return ""
        product = self.known.products.get(change.line.product_slug)
        name = change.line.product_name or (product.title.zh if product else "")
        return f"{name}：{day_zh(change.effective_on)}出现额度 {format_yuan(change.after_fen)} 元。"

    def _drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]


class DemandsStage(StageForm):
    slug = "demands"
    title = _("你想要什么")
    lead = _("选得越具体，越难用一句“综合评估”打发。每项下面写着现实中能得到什么。")
    LEADS = {CaseTopic.RECORD: _("选得越具体，越好核查。每项下面写着现实中能得到什么。")}
    own_words = ("wish",)

    demands = forms.MultipleChoiceField(
        label=_("请求"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一项")},
    )
    wish = TextField(
        label=_("还想说明的请求"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        self.licence = licence_chosen(self.draft, self.known)
        self.rows = {row.slug: row for row in self._offered()}
        choice_field(self, "demands").choices = [
            (slug, row.title.in_language(self.language)) for slug, row in self.rows.items()
        ]
        ticked = [slug for slug, row in self.rows.items() if self.case_topic in row.default_for]
        self.initial.setdefault("demands", ticked)
        if is_stored(self.data):
            # A stored page: what another topic or institution offered is no answer any more.
            kept = [slug for slug in self.data.get("demands") or [] if slug in self.rows]
            self.data = {**self.data, "demands": kept}

    def _offered(self) -> Iterable[Demand]:
        """Requests of this topic that this kind of institution can be asked."""
        for row in self.known.demands.values():
            of_topic = self.case_topic in row.topics
            possible = self.draft.change is not None or not row.about_change
            asked = self.licence == "unknown" or concerns(row.respondents, self.licence)
            if of_topic and possible and asked:
                yield row

    def realistic(self) -> list[tuple[Any, Demand]]:
        """Each box with the record that says what comes of it."""
        return [(box, self.rows[box.data["value"]]) for box in self["demands"]]


class EvidenceStage(StageForm):
    slug = "evidence"
    title = _("有什么证据")
    lead = _("可以跳过，立档以后随时能加。截图要看得见日期、产品和金额。")

    evidence = forms.MultipleChoiceField(
        label=_("放进这个案件的文件"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def prepare(self) -> None:
        mine = Evidence.objects.for_user(self.draft.owner).listed().filter(complaint=None)
        rows = {str(row.public_id): row for row in mine.in_order()[:MOST_FILES]}
        choice_field(self, "evidence").choices = [
            (key, f"{row.shown_name} · {row.get_kind_display()}") for key, row in rows.items()
        ]
        if not rows:
            del self.fields["evidence"]
        if is_stored(self.data):
            # A file that was taken out or put into another case is not in this one.
            kept = [key for key in self.data.get("evidence") or [] if key in rows]
            self.data = {**self.data, "evidence": kept}


class ContactStage(StageForm):
    slug = "contact"
    title = _("怎么联系你")
    lead = _(
        "留空也能生成文书，空着的地方会留出横线，打印后手写。机构手里已有你的身份信息，不用在这里填证件号。"
    )

    name = LineField(label=_("姓名"), max_length=40, required=False)
    contact = LineField(
        label=_("电话或邮箱"), max_length=80, required=False, help_text=_("对方答复时联系你用。")
    )
    contract_no = LineField(label=_("合同编号"), max_length=60, required=False)


class CheckStage(StageForm):
    slug = "check"
    title = _("检查并立档")
    lead = _("立档后这份内容会冻结，得到受理编号和可以寄出的文书。本站不会替你寄给任何人。")

    truth = ConsentField(
        label=_("以上内容是我所知的事实，没有编造。"),
        error_messages={"required": _("立档前请确认内容属实")},
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)


STAGES: dict[str, type[StageForm]] = {
    form.slug: form
    for form in (
        ChangeStage,
        RespondentStage,
        FactsStage,
        DemandsStage,
        EvidenceStage,
        ContactStage,
        CheckStage,
    )
}
