"""What things of this app are called in a list of notices. Reads only."""

from collections.abc import Sequence

from accounts.models import User
from complaints.models import ComplaintDraft


def of_drafts(owner: User, things: Sequence[str]) -> dict[str, str]:
    rows = ComplaintDraft.objects.for_user(owner).filter(public_id__in=things)
    return {str(row.public_id): draft_name(row) for row in rows}


def draft_name(draft: ComplaintDraft) -> str:
    """The topic, and against whom and of which report as far as that was typed."""
    typed = draft.typed
    parts = [
        str(draft.topic.label),
        str(typed.get("respondent", {}).get("text") or ""),
        str(typed.get("facts", {}).get("report_on") or ""),
    ]
    return " · ".join(part for part in parts if part)
