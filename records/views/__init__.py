from records.views.debts import edit_debt, income, remove_debt
from records.views.items import edit, item, move, note, remove
from records.views.plan import about, plan

__all__ = [
    "about",
    "edit",
    "edit_debt",
    "income",
    "item",
    "move",
    "note",
    "plan",
    "remove",
    "remove_debt",
]
