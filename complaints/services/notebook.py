"""Objections begun from a row of a credit report: the notebook is told when they arrived."""

from datetime import date

from complaints.enums import CaseAction
from complaints.models import ComplaintEvent, Step
from inputs.clock import today
from inputs.ids import parse_uuid
from records.services import note_dispute


def note_arrival(*, step: Step, on: date) -> None:
    """In the caller's transaction. Nothing for a case that did not begin with such a row, or whose
    row has gone since."""
    filed = ComplaintEvent.objects.filter(complaint=step.complaint, action=CaseAction.FILE).first()
    row = parse_uuid(str(filed.data.get("row", ""))) if filed else None
    if row is not None:
        note_dispute(owner=step.owner, public_id=row, on=on, today=today())
