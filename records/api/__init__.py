"""What programs may do with the plan and the credit reports of a person."""

from records.api.plan import edit, item, move, note, plan, remove
from records.api.report_rows import (
    edit_entry,
    entries,
    inquiries,
    judge_entry,
    judge_inquiries,
    remove_entry,
    remove_inquiry,
)
from records.api.reports import (
    compare_reports,
    confirm_report,
    edit_report,
    read_text,
    remove_report,
    report,
    reports,
)

__all__ = [
    "compare_reports",
    "confirm_report",
    "edit",
    "edit_entry",
    "edit_report",
    "entries",
    "inquiries",
    "item",
    "judge_entry",
    "judge_inquiries",
    "move",
    "note",
    "plan",
    "read_text",
    "remove",
    "remove_entry",
    "remove_inquiry",
    "remove_report",
    "report",
    "reports",
]
