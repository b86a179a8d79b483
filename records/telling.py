"""What the scans of reminders have in common: texts as expressions, the object of a notice."""

from django.db.models import CharField, Expression, Value

from accounts.models import Notice

NO_ID = "00000000-0000-0000-0000-000000000000"


def text(value: str) -> Expression:
    return Value(value, output_field=CharField())


def key_of(notice: Notice) -> str:
    """The id of what a notice is about."""
    return notice.about.partition(":")[2]
