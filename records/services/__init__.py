from records.services.circumstances import save_circumstances
from records.services.debts import add_debt, edit_debt, remove_debt, save_income, take_over
from records.services.entries import (
    add_entry,
    add_inquiry,
    edit_entry,
    judge_entry,
    judge_inquiries,
    judge_rest_right,
    note_dispute,
    remove_entry,
    remove_inquiry,
)
from records.services.moves import move_item
from records.services.own import add_own_item, edit_own_item, remove_own_item, write_note
from records.services.plan import refresh_plan
from records.services.reports import (
    add_report,
    confirm_report,
    edit_report,
    forget_unread,
    import_report,
    remove_report,
)

__all__ = [
    "add_debt",
    "add_entry",
    "add_inquiry",
    "add_own_item",
    "add_report",
    "confirm_report",
    "edit_debt",
    "edit_entry",
    "edit_own_item",
    "edit_report",
    "forget_unread",
    "import_report",
    "judge_entry",
    "judge_inquiries",
    "judge_rest_right",
    "move_item",
    "note_dispute",
    "refresh_plan",
    "remove_debt",
    "remove_entry",
    "remove_inquiry",
    "remove_own_item",
    "remove_report",
    "save_circumstances",
    "save_income",
    "take_over",
    "write_note",
]
