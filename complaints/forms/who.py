"""The public finder: a product and a pasted piece of text. Nothing of it is kept."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guidance import content
from inputs.forms import ChoiceField, TextField, choice_field

MOST_PASTED = 4000


class WhoForm(forms.Form):
    product = ChoiceField(label=_("哪个产品"), required=False)
    text = TextField(
        label=_("贴一段合同或页面上的文字"),
        help_text=_("最好有“贷款人”或“出资方”那几行。不要贴姓名、身份证号、银行卡号。不会保存。"),
        max_length=MOST_PASTED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        choice_field(self, "product").choices = [
            ("", "—"),
            *(
                (row.slug, row.title.in_language(language))
                for row in content.current().products.values()
            ),
        ]
