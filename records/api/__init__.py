"""The API of the plan: what to do, by when, and moving it."""

from records.api.plan import edit, item, move, note, plan, remove

__all__ = ["edit", "item", "move", "note", "plan", "remove"]
