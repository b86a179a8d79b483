"""The API of this app: explain without an account, and the person's own ledger with one."""

from limits.api.assessments import answers, assessment, assessments, decide, migrations
from limits.api.confirmations import confirmations
from limits.api.explain import explain_changes
from limits.api.imports import confirm_import, discard_import, imports, one_import
from limits.api.ledger import (
    change,
    changes,
    correct,
    line,
    lines,
    readings,
    readings_of_line,
    retract,
    retract_reading,
)

__all__ = [
    "answers",
    "assessment",
    "assessments",
    "change",
    "changes",
    "confirm_import",
    "confirmations",
    "correct",
    "decide",
    "discard_import",
    "explain_changes",
    "imports",
    "line",
    "lines",
    "migrations",
    "one_import",
    "readings",
    "readings_of_line",
    "retract",
    "retract_reading",
]
