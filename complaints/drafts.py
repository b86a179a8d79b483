"""Removing drafts nobody took up again. Safe to run twice: what is gone is gone."""

from datetime import datetime

from complaints.domain.drafts import gone_before
from complaints.models import ComplaintDraft


def purge(now: datetime) -> None:
    """Delete drafts whose time is over; one that was taken up meanwhile stays."""
    ComplaintDraft.objects.filter(updated_at__lt=gone_before(now)).delete()
