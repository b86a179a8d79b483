"""What a page of the notebook shows of the cases, which its own app does not know."""

from django import template

from complaints.models import Complaint
from portal.disputes import newest_case_of
from records.models import ReportEntry

register = template.Library()


@register.simple_tag
def case_of(row: ReportEntry) -> Complaint | None:
    """The newest case that began with this row, or None: one query, so not for lists."""
    return newest_case_of(row)
