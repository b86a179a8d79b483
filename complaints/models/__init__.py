"""All rows of this app; import them from here."""

from complaints.models.cases import (
    Complaint,
    ComplaintDraft,
    ComplaintQuerySet,
    Extension,
    Step,
)
from complaints.models.documents import Document
from complaints.models.events import ComplaintEvent, FilingKey, InternalNote
from complaints.models.evidence import Evidence, EvidenceQuerySet
from complaints.models.following import (
    AskedQuestion,
    CalendarFeed,
    FollowUp,
    FollowUpQuerySet,
    Message,
    MessageQuerySet,
    OutcomeTally,
)
from complaints.models.letters import Letter, LetterQuerySet
from complaints.models.outcomes import DemandResult

__all__ = [
    "AskedQuestion",
    "CalendarFeed",
    "Complaint",
    "ComplaintDraft",
    "ComplaintEvent",
    "ComplaintQuerySet",
    "DemandResult",
    "Document",
    "Evidence",
    "EvidenceQuerySet",
    "Extension",
    "FilingKey",
    "FollowUp",
    "FollowUpQuerySet",
    "InternalNote",
    "Letter",
    "LetterQuerySet",
    "Message",
    "MessageQuerySet",
    "OutcomeTally",
    "Step",
]
