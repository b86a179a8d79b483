"""What the lender said, or what a paper shows."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from guidance import content
from inputs.forms import (
    ChoiceField,
    ConsentBox,
    DayField,
    TextField,
    choice_field,
)
from limits.enums import ConfirmationKind

CAUSE_GROUPS = {
    "platform": _("平台和产品"),
    "lender": _("放款机构"),
    "regulatory": _("监管规定"),
    "contract": _("合同和期限"),
    "credit": _("信用和负债"),
    "usage": _("使用情况"),
    "user": _("自己的操作"),
    "identity": _("身份资料"),
    "security": _("账户安全"),
    "judicial": _("司法"),
    "technical": _("系统"),
}


def cause_choices(*, by_paper: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every cause but the residual one, in groups; with `by_paper` first those a paper settles."""
    language = get_language() or "zh-hans"
    groups: dict[str, list[tuple[str, str]]] = {}
    settled = gettext("自己的文件可以核实的")
    if by_paper:
        groups[settled] = []
    for cause in content.current().causes.values():
        if cause.group in CAUSE_GROUPS:
            name = str(CAUSE_GROUPS[cause.group])
            place = settled if by_paper and cause.cap == "documented" else name
            groups.setdefault(place, []).append((cause.slug, cause.title.in_language(language)))
    return list(groups.items())


class ConfirmationForm(forms.Form):
    """What the lender said, or what a paper shows. `kind` decides which questions remain."""

    ASKED: ClassVar = {
        ConfirmationKind.SPECIFIC: ("cause_slug", "in_writing", "quote", "given_on"),
        ConfirmationKind.GENERIC: ("in_writing", "quote", "given_on"),
        ConfirmationKind.NONE: (),
        ConfirmationKind.DOCUMENT: ("cause_slug", "quote"),
    }

    cause_slug = ChoiceField(
        label=_("是哪一类原因"),
        help_text=_(
            "选意思最接近的一项。一项都对不上，就更正这条记录，把原话写进“对方给出的说法”。"
        ),
        error_messages={"required": _("请选一个原因")},
    )
    in_writing = forms.BooleanField(
        label=_("有书面的：短信、App 消息、邮件或信件"), required=False, widget=ConsentBox
    )
    quote = TextField(
        label=_("原话"),
        required=False,
        max_length=500,
        help_text=_("照抄关键的一两句。不要写身份证号、银行卡号。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    given_on = DayField(
        label=_("哪天说的"),
        required=False,
        not_after_today=True,
        help_text=_("例如 2026-10-12；记不清就留空。"),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_paper = kind == ConfirmationKind.DOCUMENT
        choice_field(self, "cause_slug").choices = [
            ("", gettext("请选择")),
            *cause_choices(by_paper=by_paper),
        ]
        if by_paper:
            self.fields["cause_slug"].help_text = gettext("文件说明的是哪一项，就选哪一项。")
        for name in self.fields.keys() - set(self.ASKED[ConfirmationKind(kind)]):
            del self.fields[name]
