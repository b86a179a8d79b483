"""What to put into a document, and the hash of a file somebody wants to check."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.domain.verify import normal
from complaints.enums import DocumentKind, FileFormat
from complaints.models import Evidence
from inputs.forms import ChoiceField, LineField

WHAT = [
    ("report-pdf", _("完整报告，PDF")),
    ("report-docx", _("完整报告，Word，可以修改")),
    ("report-txt", _("完整报告，纯文本")),
    ("bundle", _("全部材料，ZIP：报告、信函、证据、来往记录")),
]


class DocumentForm(forms.Form):
    """Which document, for whom, with which evidence."""

    what = ChoiceField(label=_("要什么"), choices=WHAT, widget=forms.RadioSelect, initial="bundle")
    version = ChoiceField(
        label=_("给谁看"),
        widget=forms.RadioSelect,
        initial="masked",
        choices=[
            (
                "masked",
                _(
                    "分享版：遮住姓名、联系方式、合同编号、证件号、手机号、卡号；"
                    "图片给清理过的副本，涂黑的地方看不见。录音没法遮，要放就是原件"
                ),
            ),
            (
                "full",
                _(
                    "完整版：含姓名和联系方式；材料包里是证据原件，没有涂黑，"
                    "照片里可能带拍摄地点。只给必须看的人"
                ),
            ),
        ],
    )
    evidence = forms.MultipleChoiceField(
        label=_("放进哪些证据"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, rows: list[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.public_id), row.shown_name) for row in rows]
        if choices:
            self.fields["evidence"].choices = choices  # type: ignore[attr-defined]
            self.fields["evidence"].initial = [key for key, _name in choices]
        else:
            del self.fields["evidence"]

    def wanted(self) -> dict[str, Any]:
        """As `complaints.services.request_document` takes it."""
        kind, _dash, ending = self.cleaned_data["what"].partition("-")
        return {
            "kind": DocumentKind(kind),
            "file_format": FileFormat(ending or "zip"),
            "masked": self.cleaned_data["version"] == "masked",
            "evidence": self.cleaned_data.get("evidence"),
        }


HEX = re.compile(r"[0-9a-f]{64}")


class HashForm(forms.Form):
    sha256 = LineField(
        label="SHA-256",
        max_length=120,
        help_text=_("64 个数字和字母。电脑上可以用 sha256sum 或 certutil 算出来。"),
    )

    def clean_sha256(self) -> str:
        found = re.sub(r"\s", "", self.cleaned_data["sha256"]).lower()
        if not HEX.fullmatch(found):
            wrong = gettext("这不是 SHA-256：要有 64 个 0-9、a-f")
            raise forms.ValidationError(wrong, code="invalid")
        return found


class CodeForm(forms.Form):
    """A code as it stands on paper; whether there is such a one is not said."""

    code = LineField(
        label=_("核验码"),
        max_length=40,
        help_text=_("报告第一页上的一串字母和数字，例如 ABCDE-FGHJ-KLMN。大小写、空格都不要紧。"),
    )

    def clean_code(self) -> str:
        found = normal(self.cleaned_data["code"])
        if not found:
            raise forms.ValidationError(
                gettext("这不是核验码：要有 13 个字母和数字，没有 I、O、0、1。"), code="invalid"
            )
        return found
