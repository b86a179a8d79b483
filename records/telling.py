"""What the scans of reminders have in common: texts as expressions."""

from django.db.models import CharField, Expression, Value

NO_ID = "00000000-0000-0000-0000-000000000000"


def text(value: str) -> Expression:
    return Value(value, output_field=CharField())
