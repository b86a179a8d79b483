"""What goes into the ledger: lines, changes and readings as a caller sends them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inputs import rates
from inputs.errors import InputError
from inputs.serializers import (
    ChoiceField,
    DayField,
    LineField,
    MoneyField,
    StrictSerializer,
    TextField,
    refusal,
)
from limits.api.explain import known_product
from limits.enums import ChangeKind, Notified, Purpose, Screen

WITHOUT_AMOUNTS = (ChangeKind.BRAND, ChangeKind.LENDER)


class FlagField(serializers.BooleanField):
    """JSON true or false; a word is neither."""

    default_error_messages = {"invalid": lazy("这里要填 true 或 false")}

    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid")
        return bool(data)


@extend_schema_field({"type": "string", "example": "15.4"})
class RateField(LineField):
    """Per cent a year in a string, hundredths of a per cent in Python."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("not_text")
        try:
            return rates.parse_bp(data)
        except InputError as error:
            raise refusal(error) from error


def _line(max_length: int) -> LineField:
    return LineField(max_length=max_length, required=False, allow_blank=True, default="")


def _text(max_length: int) -> TextField:
    return TextField(max_length=max_length, required=False, allow_blank=True, default="")


def _choice(choices: Any) -> ChoiceField:
    return ChoiceField(choices, required=False, default="", allow_blank=True)


def _day(**rules: Any) -> DayField:
    return DayField(required=False, allow_null=True, default=None, **rules)


class LineInput(StrictSerializer):
    """Which line is meant: a product, its own name if it is none of ours, and the lender."""

    product = serializers.CharField(max_length=40)
    product_name = _line(60)
    lender_name = _line(120)

    def validate_product(self, slug: str) -> str:
        return known_product(slug)


class LogInput(LineInput):
    kind = ChoiceField(ChangeKind.choices, required=False, default=ChangeKind.LIMIT.value)
    before = MoneyField(required=False, help_text=lazy("kind 是 limit 时必填"))
    after = MoneyField(required=False, help_text=lazy("kind 是 limit 时必填"))
    effective_on = DayField(not_after_today=True)
    noticed_on = _day(not_after_today=True)
    notified_how = ChoiceField(Notified.choices, required=False, default=Notified.UNKNOWN.value)
    stated_reason = _text(500)
    by_me = FlagField(required=False, allow_null=True, default=None)
    temporary = FlagField(required=False, allow_null=True, default=None)
    expires_on = _day()
    lender_before = _line(120)
    lender_after = _line(120)
    name_after = _line(60)
    screen = _choice(Screen.choices)
    note = _text(1000)
    again = FlagField(
        required=False, default=False, help_text=lazy("台账里已有一样的一笔，确实又发生了一次")
    )

    def to_internal_value(self, data: Any) -> Any:
        """Amounts are needed where the limit changed; a frozen line needs the one it had."""
        kind = data.get("kind", ChangeKind.LIMIT) if isinstance(data, dict) else ChangeKind.LIMIT
        is_other = isinstance(kind, str) and kind in set(ChangeKind.values) - {ChangeKind.LIMIT}
        self.fields["before"].required = not is_other or kind not in WITHOUT_AMOUNTS
        self.fields["after"].required = not is_other
        return super().to_internal_value(data)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        kind = data["kind"]
        if kind == ChangeKind.LENDER and not data["lender_after"]:
            raise _missing("lender_after", _("请写出现在的放款机构；看借款合同“贷款人”一栏"))
        if kind == ChangeKind.BRAND and not data["name_after"]:
            raise _missing("name_after", _("请写出产品现在的名字"))
        data.setdefault("before", 0)
        data.setdefault("after", 0 if kind == ChangeKind.CLOSE else data["before"])
        if kind == ChangeKind.LIMIT and data["before"] == data["after"]:
            raise serializers.ValidationError(
                {"after": _("调整前后额度相同，请核对")}, code="unchanged"
            )
        return data


def _missing(field: str, words: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: words}, code="required")


class ReadingInput(LineInput):
    observed_on = DayField(not_after_today=True)
    limit = MoneyField()
    used = MoneyField(required=False, allow_null=True, default=None)
    available = MoneyField(required=False, allow_null=True, default=None)
    annual_rate = RateField(
        required=False, allow_null=True, default=None, source="rate_bp", help_text=lazy("百分之几")
    )
    expires_on = _day()
    lender_shown = _line(120)
    purpose = _choice(Purpose.choices)
    screen = _choice(Screen.choices)
    note = _text(1000)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        used, available = data["used"], data["available"]
        if used is not None and available is not None and used + available > data["limit"]:
            raise serializers.ValidationError(
                {"used": _("已用加可用超过了总额度，请核对")}, code="too_much"
            )
        return data
