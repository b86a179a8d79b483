"""What the back office writes."""

from django.db import transaction

from accounts.models import User
from complaints.models import (
    Complaint,
    InternalNote,
)
from complaints.services.events import write_event


@transaction.atomic
def assign(*, complaint: Complaint, to: User | None, actor: User) -> Complaint:
    """Give a case to a member of staff, or put it back."""
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    complaint.assigned_to = to
    complaint.save(update_fields=["assigned_to"])
    write_event(complaint, "assign", complaint.state, actor=actor, to=to.pk if to else None)
    return complaint


@transaction.atomic
def set_priority(*, complaint: Complaint, priority: str, actor: User) -> Complaint:
    """How urgent the back office takes a case."""
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    complaint.priority = priority
    complaint.save(update_fields=["priority"])
    write_event(complaint, "priority", complaint.state, actor=actor, to=priority)
    return complaint


@transaction.atomic
def add_note(*, complaint: Complaint, author: User, text: str) -> InternalNote:
    """A note for colleagues; the person and the lender never see it."""
    note = InternalNote.objects.create(complaint=complaint, author=author, text=text)
    write_event(complaint, "note", complaint.state, actor=author, note=note.pk)
    return note
