"""Correspondence, the questions asked, a pasted reply, and the follow-up."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.domain.replies import MOST_CHARS
from complaints.enums import AskedState, Direction, LimitBack, Medium, ReasonGiven
from complaints.models import AskedQuestion, Evidence, Step
from inputs.forms import (
    INVALID_CHOICE,
    ChoiceField,
    ConsentBox,
    DayField,
    LineField,
    TextField,
    choice_field,
)

WAYS = [
    (Direction.IN, _("对方来的：来电、来信、来消息")),
    (Direction.OUT, _("我去的：去电、去信、发消息")),
]
TICKS = [
    (AskedState.ANSWERED, AskedState.ANSWERED.label),
    (AskedState.MISSED, AskedState.MISSED.label),
    (AskedState.GENERIC, AskedState.GENERIC.label),
    (AskedState.REFUSED, AskedState.REFUSED.label),
]
YES_NO = [("yes", _("有用")), ("no", _("没有用"))]


class MessageForm(forms.Form):
    """One call, message or letter. `steps` and `evidence` are the case's own."""

    direction = ChoiceField(
        label=_("谁找谁"), widget=forms.RadioSelect, choices=WAYS, initial=Direction.IN
    )
    medium = ChoiceField(
        label=_("怎么联系的"),
        widget=forms.RadioSelect,
        choices=Medium.choices,
        initial=Medium.CALL,
    )
    happened_on = DayField(label=_("哪一天"), not_after_today=True)
    with_whom = LineField(
        label=_("对方是谁"),
        max_length=80,
        required=False,
        help_text=_("工号、姓名或部门，例如：客服 8123。"),
    )
    reference_no = LineField(label=_("工单号、受理号、录音编号"), max_length=60, required=False)
    text = TextField(
        label=_("说了什么"),
        max_length=5000,
        help_text=_("照原话写，谁说的写清楚。不要写身份证号、银行卡号、验证码。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    is_final = forms.BooleanField(label=_("对方说这是最终答复"), required=False, widget=ConsentBox)
    step = ChoiceField(label=_("和哪一步有关"), required=False)
    evidence = forms.MultipleChoiceField(
        label=_("附件"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("勾选这个案件的证据。录音、截图先上传，再回来勾选。"),
        error_messages={"invalid_choice": INVALID_CHOICE, "invalid_list": INVALID_CHOICE},
    )

    def __init__(
        self, *args: Any, steps: Sequence[Step], evidence: Sequence[Evidence], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.steps = {str(row.public_id): row for row in steps}
        self.own_files = {str(row.public_id): row for row in evidence}
        named = [(key, f"{row.recipient} {row.sent_on or ''}") for key, row in self.steps.items()]
        choice_field(self, "step").choices = [("", gettext("都不是，或不清楚")), *named]
        files = [(key, row.shown_name) for key, row in self.own_files.items()]
        choice_field(self, "evidence").choices = files
        if not files:
            del self.fields["evidence"]
        if not named:
            del self.fields["step"]

    def clean_step(self) -> Step | None:
        return self.steps.get(self.cleaned_data["step"])

    def clean_evidence(self) -> list[Evidence]:
        return [self.own_files[key] for key in self.cleaned_data["evidence"]]


class QuestionForm(forms.Form):
    text = TextField(
        label=_("问题"),
        max_length=500,
        help_text=_("一次问一件事，容易看出答没答。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MarkForm(forms.Form):
    state = ChoiceField(label=_("答了吗"), widget=forms.RadioSelect, choices=TICKS)


class TickForm(forms.Form):
    """One choice a question; what is left empty stays as it was.

    `filled` holds states to begin with where the person asked to be shown what we would tick.
    """

    def __init__(
        self,
        *args: Any,
        questions: Sequence[AskedQuestion],
        filled: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {str(row.public_id): row for row in questions}
        for key, row in self.questions.items():
            known = "" if row.state == AskedState.OPEN else row.state
            self.fields[key] = ChoiceField(
                label=row.text,
                widget=forms.RadioSelect,
                choices=TICKS,
                required=False,
                initial=filled.get(key) or known,
            )

    def ticked(self) -> list[tuple[AskedQuestion, str]]:
        """Only what was chosen, with its question."""
        return [(self.questions[key], state) for key, state in self.cleaned_data.items() if state]


class PastedReplyForm(forms.Form):
    """A reply to look at; nothing of it is stored."""

    text = TextField(
        label=_("对方的答复"),
        max_length=MOST_CHARS,
        help_text=_("整段贴进来。不要写姓名、身份证号、银行卡号。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class FollowUpForm(forms.Form):
    limit_back = ChoiceField(
        label=_("额度恢复了吗"), widget=forms.RadioSelect, choices=LimitBack.choices
    )
    reason_given = ChoiceField(
        label=_("对方给了具体理由吗"), widget=forms.RadioSelect, choices=ReasonGiven.choices
    )
    useful = ChoiceField(label=_("这个网站对你有用吗"), widget=forms.RadioSelect, choices=YES_NO)

    def clean_useful(self) -> bool:
        return bool(self.cleaned_data["useful"] == "yes")
