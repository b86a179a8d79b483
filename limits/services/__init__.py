"""The only writers of this app; import them from here."""

from limits.services.bills import accept_findings, forget_bill, start_bill
from limits.services.confirmations import record_confirmation
from limits.services.explanation import answer_question, decide_migration, reassess
from limits.services.imports import confirm_import, discard_import, start_import
from limits.services.ledger import (
    correct_change,
    log_change,
    retract_change,
    timeline_page,
)
from limits.services.readings import log_reading, retract_reading

__all__ = [
    "accept_findings",
    "answer_question",
    "confirm_import",
    "correct_change",
    "decide_migration",
    "discard_import",
    "forget_bill",
    "log_change",
    "log_reading",
    "reassess",
    "record_confirmation",
    "retract_change",
    "retract_reading",
    "start_bill",
    "start_import",
    "timeline_page",
]
