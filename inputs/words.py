"""An InputError in the reader's language."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from inputs.errors import InputError


def sentence(error: InputError) -> str:
    """The translated sentence of an error, its parameters filled in."""
    template = gettext(error.template)
    return template % error.params if error.params else template


def as_validation_error(error: InputError) -> ValidationError:
    return ValidationError(sentence(error), code=error.code)


def field_refusal(field: str, message: str, code: str) -> ValidationError:
    """A refusal of one field that keeps its code; Django drops the code of a dict of sentences."""
    return ValidationError({field: ValidationError(message, code=code)})
