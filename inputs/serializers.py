"""The same fields for the API, strict about JSON types, and a serializer that knows its keys."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from inputs import clock, counts, dates, money, texts
from inputs.errors import InputError
from inputs.forms import CONSENT, INVALID_CHOICE
from inputs.words import sentence

UNKNOWN_FIELD = _("没有这个字段")
MAX_UNKNOWN = 20

NOT_TEXT = _("这里要填字符串")


def refusal(error: InputError) -> serializers.ValidationError:
    return serializers.ValidationError(sentence(error), code=error.code)


def _empty_words(message: Any) -> dict[str, Any]:
    return {"required": message, "null": message, "blank": message}


class StrictSerializer(serializers.Serializer):
    """Refuses keys it does not know or does not take, so that no typing error passes unseen."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                error.detail.update(unknown)
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        return value

    def _unknown(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            return {}
        known = {name for name, field in self.fields.items() if not field.read_only}
        keys = [str(key) for key in data if key not in known][:MAX_UNKNOWN]
        detail = [ErrorDetail(str(UNKNOWN_FIELD), code="unknown_field")]
        # Half of a surrogate pair in a key could not be sent back.
        return {key.encode("utf-8", "replace").decode(): detail for key in keys}


class _ParsedField(serializers.Field):
    """JSON string in, value out. What shows nothing is missing, or null where null is allowed."""

    default_error_messages = {**_empty_words(_(texts.EMPTY)), "not_text": NOT_TEXT}

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and texts.is_blank(data):
            if not self.allow_null:
                self.fail("required")
            return None
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("not_text")
        try:
            return self.parse(data)
        except InputError as error:
            raise refusal(error) from error


@extend_schema_field(
    {"type": "string", "pattern": r"^[0-9]{1,11}(\.[0-9]{1,2})?$", "example": "50000.00"}
)
class MoneyField(_ParsedField):
    """Yuan in a string, 分 in Python. JSON numbers are refused: 0.1 + 0.2 is not 0.3 there."""

    default_error_messages = {
        **_empty_words(_(money.EMPTY)),
        "not_text": _('金额要写成字符串，例如 "12345.60"'),
    }

    def parse(self, text: str) -> int:
        return money.parse_fen(text)

    def to_representation(self, value: int) -> str:
        return money.format_yuan(value).replace(",", "")


@extend_schema_field({"type": "string", "format": "date", "example": "2026-10-12"})
class DayField(_ParsedField):
    default_error_messages = _empty_words(_(dates.EMPTY))

    def __init__(self, *, not_after_today: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_after_today = not_after_today

    def parse(self, text: str) -> date:
        return dates.parse_day(text, not_after=clock.today() if self.not_after_today else None)

    def to_representation(self, value: date) -> str:
        return value.isoformat()


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}$", "example": "2026-09"})
class MonthField(_ParsedField):
    """A month as 2026-09; in Python its first day."""

    default_error_messages = _empty_words(_(dates.EMPTY_MONTH))

    def __init__(self, *, not_after_today: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_after_today = not_after_today

    def parse(self, text: str) -> date:
        return dates.parse_month(text, not_after=clock.today() if self.not_after_today else None)

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


@extend_schema_field(
    {"type": "string", "format": "date-time", "example": "2026-10-12T14:30:00+08:00"}
)
class MomentField(_ParsedField):
    default_error_messages = _empty_words(_(dates.EMPTY_MOMENT))

    def parse(self, text: str) -> datetime:
        return dates.parse_moment(text)

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(clock.SHANGHAI).isoformat()


class LineField(serializers.CharField):
    """One line of text; "" only with allow_blank."""

    default_error_messages = {**_empty_words(_(texts.EMPTY)), "not_text": NOT_TEXT}

    def parse(self, text: str) -> str:
        return texts.clean_line(text, self.max_length)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and texts.is_blank(data):
            if not self.allow_blank:
                self.fail("required")
            return ""
        # Past CharField's own look at blanks, which goes by white space alone.
        return serializers.Field.run_validation(self, data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text")
        try:
            return self.parse(data)
        except InputError as error:
            raise refusal(error) from error


class TextField(LineField):
    """Text of several lines."""

    def parse(self, text: str) -> str:
        return texts.clean_text(text, self.max_length)


class ConsentField(serializers.BooleanField):
    """JSON true and nothing else."""

    default_error_messages = {**_empty_words(CONSENT), "invalid": CONSENT}

    def to_internal_value(self, data: Any) -> bool:
        if data is not True:
            self.fail("required")
        return True


class CountField(serializers.IntegerField):
    """A whole number between two bounds, as JSON number or in a query string."""

    default_error_messages = _empty_words(_(texts.EMPTY))

    def __init__(self, *, highest: int, lowest: int = 0, **kwargs: Any) -> None:
        super().__init__(min_value=lowest, max_value=highest, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and texts.is_blank(data):
            self.fail("required")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> int:
        plain = isinstance(data, str) or type(data) is int
        lowest, highest = int(self.min_value or 0), int(self.max_value or 0)
        try:
            return counts.parse_count(str(data) if plain else "", lowest, highest)
        except InputError as error:
            raise refusal(error) from error


class ChoiceField(serializers.ChoiceField):
    """One answer for unknown, retired and foreign values, without repeating what was sent."""

    default_error_messages = {
        **_empty_words(_(texts.EMPTY)),
        "invalid_choice": INVALID_CHOICE,
    }


class NestedField(serializers.JSONField):
    """Any JSON that both databases can store."""

    default_error_messages = _empty_words(_(texts.EMPTY))

    def to_internal_value(self, data: Any) -> Any:
        try:
            texts.refuse_unstorable(data)
        except InputError as error:
            raise refusal(error) from error
        return super().to_internal_value(data)
