"""Password rules beyond Django's own, and the forms of tokens and notices."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.domain.notices import LAST_HOUR
from accounts.enums import NoticeKind, Scope, TellHow
from inputs.forms import INVALID_CHOICE, ChoiceField, LineField

MAX_PASSWORD = 1024


class MaximumLengthValidator:
    """Refuse giant passwords before they are hashed: hashing megabytes is a way to stop a site."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > MAX_PASSWORD:
            raise ValidationError(_("密码太长，最多 1024 个字符"), code="password_too_long")

    def get_help_text(self) -> str:
        return _("最多 1024 个字符。")


class TokenForm(forms.Form):
    """Name, rights and life of a token. Nothing is ticked beforehand."""

    name = LineField(
        label=lazy("名称"),
        max_length=60,
        help_text=lazy("写给自己看的，例如“记账程序”。"),
        error_messages={"required": lazy("请给令牌起个名称")},
    )
    scopes = forms.MultipleChoiceField(
        label=lazy("权限"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("只勾程序要用的。"),
        error_messages={
            "required": lazy("请至少勾选一项权限"),
            "invalid_choice": INVALID_CHOICE,
        },
    )
    days = ChoiceField(
        label=lazy("有效期"),
        choices=[
            ("7", lazy("7 天")),
            ("30", lazy("30 天")),
            ("90", lazy("90 天")),
            ("365", lazy("1 年")),
        ],
        initial="90",
    )


HOURS = [(str(hour), f"{hour:02}:00") for hour in range(LAST_HOUR + 1)]


class NoticeForm(forms.Form):
    """E-mail for each kind of notice, the hours without, and the language of e-mails."""

    quiet_from = ChoiceField(
        label=lazy("从几点起不发邮件"), choices=HOURS, help_text=lazy("北京时间。")
    )
    quiet_to = ChoiceField(
        label=lazy("到几点"),
        choices=HOURS,
        help_text=lazy("两个选一样的钟点，就是任何时候都可以发。每天、每周的一封在这个钟点发。"),
    )
    language = ChoiceField(label=lazy("邮件用的语言"), choices=settings.LANGUAGES)
    every = ChoiceField(
        label=lazy("全部种类"),
        choices=[("", lazy("按下面各选各的")), *TellHow.choices],
        required=False,
        initial="",
        help_text=lazy("选一个，保存时下面每一种都改成它。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {
            kind.value: ChoiceField(
                label=kind.label, choices=TellHow.choices, widget=forms.RadioSelect
            )
            for kind in NoticeKind
        }
        self.fields = {**kinds, **self.fields}

    def wanted(self) -> dict[str, Any]:
        """What save_notice_settings takes."""
        given = self.cleaned_data
        return {
            "hows": {kind: given["every"] or given[kind] for kind in NoticeKind.values},
            "language": given["language"],
            "quiet_from": int(given["quiet_from"]),
            "quiet_to": int(given["quiet_to"]),
        }

    def kinds(self) -> list[forms.BoundField]:
        """The fields of the kinds, for the page."""
        return [self[kind] for kind in NoticeKind.values]
