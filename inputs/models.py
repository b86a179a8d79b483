"""Model fields that clean as the forms do: they guard `full_clean`, constraints guard the rest."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inputs import forms, money, texts
from inputs.errors import InputError
from inputs.words import as_validation_error


def check_fen(fen: int) -> None:
    try:
        money.refuse_out_of_range(fen)
    except InputError as error:
        raise as_validation_error(error) from error


def fen_between_bounds(*fields: str, name: str) -> models.CheckConstraint:
    """A database constraint: 0 ≤ field ≤ MAX_FEN for each field; null passes."""
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__range": (0, money.MAX_FEN)})
    return models.CheckConstraint(condition=condition, name=name)


class FenField(models.BigIntegerField):
    """Money in integer 分, never negative."""

    default_validators = [check_fen]
    default_error_messages = {"not_fen": _("金额要以整数分保存")}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, bool | float):
            raise ValidationError(self.error_messages["not_fen"], code="not_fen")
        return super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        # An expression such as F("before_fen") is left to the database's constraint.
        if isinstance(value, int | float):
            self.run_validators(self.to_python(value))
        return value

    def formfield(self, **kwargs: Any) -> Any:
        # The admin's number box would swallow 5万 before anyone could read it.
        if _is_number_box(kwargs.get("widget")):
            del kwargs["widget"]
        return models.Field.formfield(self, **{"form_class": forms.MoneyField, **kwargs})


class LineField(models.CharField):
    """One line of text."""

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        cleaned = _cleaned(texts.clean_line, self, value)
        return super().clean(cleaned, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.LineField, **kwargs})


class BodyField(models.TextField):
    """Text of several lines; max_length holds here too."""

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        cleaned = _cleaned(texts.clean_text, self, value)
        return super().clean(cleaned, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.TextField, **kwargs})


def _cleaned(clean: Callable[[str, int | None, bool], str], field: models.Field, value: Any) -> Any:
    if value is None:
        return None
    try:
        return clean(str(value), field.max_length, not field.blank)
    except InputError as error:
        raise as_validation_error(error) from error


def _is_number_box(widget: Any) -> bool:
    kind = widget if isinstance(widget, type) else type(widget)
    return issubclass(kind, django_forms.NumberInput)
