"""Files to keep, what they are, and what to paint over."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.domain.evidence import ACCEPT
from complaints.domain.masks import QUICK, Rectangle
from complaints.enums import EvidenceKind
from complaints.models import Complaint
from inputs.forms import (
    ChoiceField,
    CountField,
    DayField,
    LineField,
    choice_field,
)


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.Field):
    """Zero or more files; each is judged by itself when it is kept, none spoils the others."""

    # `required` only words the label here: a photograph taken now will do as well.

    widget = FilesInput

    def clean(self, value: Any) -> list[Any]:
        return list(value or [])


class EvidenceForm(forms.Form):
    """What a person says of a file. Subclasses and callers narrow the cases to his own."""

    kind = ChoiceField(label=_("这是什么"), choices=EvidenceKind.choices)
    title = LineField(
        label=_("说明"),
        max_length=120,
        required=False,
        help_text=_(
            "一句话，例如“借呗页面，额度显示为 0”。会印在证据目录里，不要写身份证号、卡号。"
        ),
    )
    taken_on = DayField(
        label=_("拍摄或形成的日期"),
        required=False,
        not_after_today=True,
        help_text=_("记不清就留空。收到的日期由本站记下。"),
    )
    case = ChoiceField(label=_("放进哪个案件"), required=False)

    def __init__(self, *args: Any, cases: Iterable[Complaint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = {str(case.public_id): case for case in cases}
        choice_field(self, "case").choices = [
            ("", gettext("先不放进案件")),
            *(
                (key, f"{case.receipt_no} · {case.respondent_name}")
                for key, case in self.cases.items()
            ),
        ]

    def chosen_case(self) -> Complaint | None:
        return self.cases.get(self.cleaned_data.get("case", ""))


class EvidenceAddForm(EvidenceForm):
    """Files first; what is said of them holds for all and can be changed one by one later."""

    uploads = FilesField(
        label=_("选择文件"),
        widget=FilesInput(attrs={"multiple": True, "accept": ACCEPT}),
        help_text=_(
            "照片和截图（JPEG、PNG、WebP、HEIC）、PDF、通话录音。每个最大 20 MB，一次最多 20 个。"
        ),
    )
    camera = FilesField(
        label=_("或者现在拍一张"),
        required=False,
        widget=FilesInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text=_("手机上会直接打开相机。"),
    )

    field_order = ("uploads", "camera", "kind", "taken_on", "case")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"]
        kind = choice_field(self, "kind")
        kind.required = False
        kind.choices = [("", gettext("按文件类型")), *EvidenceKind.choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.chosen_files():
            self.add_error("uploads", gettext("还没有选文件。请选一个或几个，再上传。"))
        return data

    def chosen_files(self) -> list[Any]:
        return [*self.cleaned_data.get("uploads", []), *self.cleaned_data.get("camera", [])]


class MaskForm(forms.Form):
    """Parts of a picture to paint over: bands that often matter, and one rectangle in per cent.
    The rectangles drawn by hand come beside these fields, as `rect` (complaints.domain.masks)."""

    quick = forms.MultipleChoiceField(
        label=_("常用的遮盖"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("status-bar", _("最上面的状态栏（5%）")),
            ("top", _("最上面一条（15%）")),
            ("upper", _("上半部一条（15% 到 40%）")),
            ("bottom", _("最下面一条（15%）")),
        ],
    )
    left = CountField(label=_("离左边 %"), highest=99, required=False)
    top = CountField(label=_("离上边 %"), highest=99, required=False)
    width = CountField(label=_("宽 %"), highest=100, lowest=1, required=False)
    height = CountField(label=_("高 %"), highest=100, lowest=1, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        sides = [data.get(name) for name in ("left", "top", "width", "height")]
        given = [side for side in sides if side is not None]
        if given and len(given) < len(sides) and not self.errors:
            self.add_error("left", gettext("四个数字要一起填，或者都留空。"))
        return data

    def rectangles(self) -> list[Rectangle]:
        """Raises InputError when the one in per cent leaves the picture."""
        data = self.cleaned_data
        found = [QUICK[name] for name in data["quick"]]
        if data["left"] is not None:
            sides = (data[name] * 10 for name in ("left", "top", "width", "height"))
            found.append(Rectangle(*sides))
        return found
