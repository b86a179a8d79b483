from records.services.circumstances import save_circumstances
from records.services.debts import add_debt, edit_debt, remove_debt, save_income, take_over
from records.services.moves import move_item
from records.services.own import add_own_item, edit_own_item, remove_own_item, write_note
from records.services.plan import refresh_plan

__all__ = [
    "add_debt",
    "add_own_item",
    "edit_debt",
    "edit_own_item",
    "move_item",
    "refresh_plan",
    "remove_debt",
    "remove_own_item",
    "save_circumstances",
    "save_income",
    "take_over",
    "write_note",
]
