"""A letter while it can be changed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from complaints.documents import letters as documents
from complaints.domain.letters.choosing import UNKNOWN, demands_of, suits
from complaints.models import Letter
from guidance import content
from guidance.domain.records import Institution, Knowledge, LetterTemplate
from inputs.forms import (
    ChoiceField,
    CountField,
    LineField,
    TextField,
    choice_field,
)

OF_THE_CASE = "case"


class LetterForm(forms.Form):
    """The free parts of a letter; the rest comes from the case and the reviewed records."""

    institution = ChoiceField(label=_("寄给谁"))
    recipient = LineField(
        label=_("收件单位全称"),
        help_text=_("照官网或信封上的名称写。"),
        max_length=120,
    )
    points = forms.MultipleChoiceField(
        label=_("请求"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一项")},
    )
    items = TextField(widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)
    story = TextField(
        label=_("补充说明"),
        help_text=_("只写你亲身经历的事实。不要写身份证号、银行卡号。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        required=False,
    )
    effect = TextField(
        label=_("对你的影响"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
    wish = TextField(
        label=_("还想说明的请求"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
    )
    questions = TextField(
        label=_("还想问的问题"),
        help_text=_("一行一个问题。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1500,
        required=False,
    )
    name = LineField(label=_("姓名"), max_length=40, required=False)
    contact = LineField(label=_("电话或邮箱"), max_length=80, required=False)
    contract_no = LineField(label=_("合同编号"), max_length=60, required=False)
    limit = CountField(
        label=_("粘贴框最多多少字"),
        help_text=_("对方的网页或 App 写着上限就填，例如 500。装不下会做一份短的；没有就留空。"),
        lowest=100,
        highest=20000,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        template: LetterTemplate,
        licence: str,
        others: Iterable[Institution],
        known: Knowledge,
        respondent: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.template, self.licence = template, licence
        language = get_language() or "zh-hans"
        self._prepare_places(list(others), respondent, language)
        self._prepare_points(known, language)
        self._prepare_own_words(language)

    def _prepare_places(self, others: list[Institution], respondent: str, language: str) -> None:
        if self.template.to == "institution":
            del self.fields["recipient"]
        if not others:
            del self.fields["institution"]
            return
        choice_field(self, "institution").choices = [
            (OF_THE_CASE, respondent),
            *((row.slug, row.legal_name.in_language(language)) for row in others),
        ]

    def _prepare_points(self, known: Knowledge, language: str) -> None:
        licence = UNKNOWN if "institution" in self.fields else self.licence
        slugs = demands_of(self.template, licence, known)
        self.realistic = [known.demands[slug] for slug in slugs]
        if not slugs:
            del self.fields["points"]
            return
        choice_field(self, "points").choices = [
            (row.slug, row.title.in_language(language)) for row in self.realistic
        ]
        self.fields["points"].label = self.template.demands_title.in_language(language)

    def _prepare_own_words(self, language: str) -> None:
        template, field = self.template, self.fields["items"]
        if template.items is None:
            del self.fields["items"]
        else:
            field.label = template.items.in_language(language)
            field.required = template.items_required
            helped = template.items_help
            field.help_text = helped.in_language(language) if helped else ""
        # A report of a violation holds no claim of one's own: 投诉 and 举报 are kept apart.
        unwanted = ("story", "effect", "wish", "questions") if template.to == "supervisor" else ()
        for name in unwanted:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        of_case = data.get("institution") == OF_THE_CASE
        if of_case and not suits(self.template, self.licence):
            self.add_error("institution", gettext("这一种信不适合这家机构，请选另一家。"))
        return data


def letter_form(letter: Letter, typed: Any, **kwargs: Any) -> LetterForm:
    """The form of a letter, bound to what was typed unless that is None."""
    known, case = content.current(), letter.complaint
    return LetterForm(
        typed,
        template=known.letters[letter.kind],
        licence=case.respondent_licence,
        others=documents.institutions_for(case, letter.kind, known),
        known=known,
        respondent=case.respondent_name,
        **kwargs,
    )
