"""Django form fields. Each asks one parser; what was typed stays in the box when it is refused."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inputs import clock, counts, dates, money, rates, texts
from inputs.errors import InputError
from inputs.words import as_validation_error

CONSENT = _("请先勾选确认")
INVALID_CHOICE = _("选项无效")
CHOOSE = _("请选择一项")


def refusal(error: InputError, own_words: dict[str, Any]) -> ValidationError:
    """A form may say some refusals in its own words."""
    if error.code in own_words:
        return ValidationError(own_words[error.code], code=error.code, params=error.params)
    return as_validation_error(error)


class _ParsedField(forms.Field):
    """Text in, value out; None when an optional field shows nothing."""

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or texts.is_blank(str(value)):
            return None
        try:
            return self.parse(str(value))
        except InputError as error:
            raise refusal(error, self.error_messages) from error


class MoneyField(_ParsedField):
    """Cleans to 分. As initial value an int is 分, a str is shown as it is."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"required": _(money.EMPTY)}

    def parse(self, text: str) -> int:
        return money.parse_fen(text)

    def prepare_value(self, value: Any) -> Any:
        return money.format_yuan(value) if isinstance(value, int) else value


class RateField(_ParsedField):
    """Cleans to an annual rate in hundredths of a per cent; an int as initial value is one."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"required": _(rates.EMPTY)}

    def parse(self, text: str) -> int:
        return rates.parse_bp(text)

    def prepare_value(self, value: Any) -> Any:
        return rates.format_rate(value) if isinstance(value, int) else value


class DayField(_ParsedField):
    """Cleans to a date; the day of “today” is Beijing's."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "placeholder": "2026-10-12", "autocomplete": "off"}
    )
    default_error_messages = {"required": _(dates.EMPTY)}

    def __init__(self, *, not_after_today: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_after_today = not_after_today

    def parse(self, text: str) -> date:
        return dates.parse_day(text, not_after=clock.today() if self.not_after_today else None)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class MonthField(_ParsedField):
    """Cleans to the first day of a month."""

    widget = forms.TextInput(
        attrs={"inputmode": "numeric", "placeholder": "2026-09", "autocomplete": "off"}
    )
    default_error_messages = {"required": _(dates.EMPTY_MONTH)}

    def __init__(self, *, not_after_today: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_after_today = not_after_today

    def parse(self, text: str) -> date:
        return dates.parse_month(text, not_after=clock.today() if self.not_after_today else None)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class MomentField(_ParsedField):
    """Cleans to an aware datetime in Asia/Shanghai."""

    widget = forms.TextInput(attrs={"placeholder": "2026-10-12 14:30", "autocomplete": "off"})
    default_error_messages = {"required": _(dates.EMPTY_MOMENT)}

    def parse(self, text: str) -> datetime:
        return dates.parse_moment(text)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
        return value


class CountField(_ParsedField):
    """A whole number between two bounds, such as a page."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    default_error_messages = {"required": _(texts.EMPTY)}

    def __init__(self, *, highest: int, lowest: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def parse(self, text: str) -> int:
        return counts.parse_count(text, self.lowest, self.highest)


class LineField(forms.CharField):
    """One line of text."""

    default_error_messages = {"required": _(texts.EMPTY)}

    def parse(self, text: str) -> str:
        return texts.clean_line(text, self.max_length, required=False)

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        try:
            return self.parse(str(value))
        except InputError as error:
            raise refusal(error, self.error_messages) from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No maxlength: browsers cut a longer text without a word.
        return {
            name: value
            for name, value in super().widget_attrs(widget).items()
            if name != "maxlength"
        }


class TextField(LineField):
    """Text of several lines."""

    widget = forms.Textarea

    def parse(self, text: str) -> str:
        return texts.clean_text(text, self.max_length, required=False)


class ConsentBox(forms.CheckboxInput):
    """Django's own box takes any text, even "0", for a tick."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return data.get(name) in ("on", "true", True)


class ConsentField(forms.BooleanField):
    """A box that must be ticked."""

    widget = ConsentBox
    default_error_messages = {"required": CONSENT}


class ChoiceField(forms.ChoiceField):
    """One answer for unknown, retired and foreign values, without repeating what was sent."""

    default_error_messages = {"required": CHOOSE, "invalid_choice": INVALID_CHOICE}


def choice_field(form: forms.Form, name: str) -> forms.ChoiceField:
    """A choice field of a form, to fill in choices that come from the database."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field
