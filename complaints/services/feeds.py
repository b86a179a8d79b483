"""The only writer of calendar addresses."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from complaints.models import CalendarFeed, Complaint

SECRET_BYTES = 32


@transaction.atomic
def open_feed(*, owner: User, complaint: Complaint | None = None) -> tuple[CalendarFeed, str]:
    """A new address; the one before, of the same scope, stops working. The secret is shown once."""
    for old in CalendarFeed.objects.for_user(owner).live().filter(complaint=complaint):
        close_feed(feed=old)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = CalendarFeed.objects.create(
        owner=owner, complaint=complaint, secret_sha256=secret_hash(secret)
    )
    return made, secret


@transaction.atomic
def close_feed(*, feed: CalendarFeed) -> CalendarFeed:
    """The address stops working at once. Closing twice changes nothing."""
    if feed.revoked_at is None:
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
    return feed


def secret_hash(secret: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
