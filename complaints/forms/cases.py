"""How a case ends, and what came of each request."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.enums import CaseTopic, DemandOutcome, Outcome
from guidance.domain.records import Demand
from inputs.forms import ChoiceField

ENDS = [(value, label) for value, label in Outcome.choices if value != Outcome.WITHDRAWN]
HOPED: dict[str, Outcome] = {
    CaseTopic.LINE: Outcome.LINE_CLOSED,
    CaseTopic.RECORD: Outcome.CORRECTED,
    CaseTopic.DATA: Outcome.CORRECTED,
    CaseTopic.OTHER: Outcome.SPECIFIC,
}
PREFIX = "demand-"


class DemandsForm(forms.Form):
    """One question for each request of the case; unanswered ones say nothing."""

    def __init__(self, *args: Any, demands: Sequence[Demand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        for row in demands:
            self.fields[PREFIX + row.slug] = ChoiceField(
                label=row.title.in_language(language),
                help_text=row.realistic.in_language(language),
                choices=DemandOutcome.choices,
                widget=forms.RadioSelect,
                required=False,
            )

    def results(self) -> dict[str, str]:
        """The chosen results by the slug of their request."""
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }


class CloseForm(DemandsForm):
    """The end a person hoped for in a case of this topic comes first."""

    outcome = ChoiceField(label=_("最后是什么结果"), choices=ENDS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, topic: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hoped = HOPED.get(topic, Outcome.RESTORED)
        ends = sorted(ENDS, key=lambda row: row[0] != hoped)
        self.fields["outcome"].choices = ends  # type: ignore[attr-defined]
