from records.views.debts import edit_debt, income, remove_debt
from records.views.items import edit, item, move, note, remove
from records.views.plan import about, plan
from records.views.report_rows import (
    add_inquiry,
    edit_entry,
    entry,
    inquiries,
    judge_entry,
    new_entry,
    remove_entry,
    remove_inquiry,
    rest_is_right,
)
from records.views.reports import (
    compare_reports,
    confirm_report,
    edit_report,
    forget_unread,
    new_report,
    remove_report,
    report,
    reports,
)

__all__ = [
    "about",
    "add_inquiry",
    "compare_reports",
    "confirm_report",
    "edit",
    "edit_debt",
    "edit_entry",
    "edit_report",
    "entry",
    "forget_unread",
    "income",
    "inquiries",
    "item",
    "judge_entry",
    "move",
    "new_entry",
    "new_report",
    "note",
    "plan",
    "remove",
    "remove_debt",
    "remove_entry",
    "remove_inquiry",
    "remove_report",
    "report",
    "reports",
    "rest_is_right",
]
