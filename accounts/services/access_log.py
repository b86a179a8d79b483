"""Writing down who looked."""

from typing import Any

from django.db import transaction

from accounts.enums import StaffRole
from accounts.models import Access, User


@transaction.atomic
def note_access(*, actor: User, row: Any, what: str, view: str) -> Access | None:
    """One look of a member of staff at a row of a person: a user, or anything with an owner.
    Looking at one's own is nobody's business."""
    owner_id = row.pk if isinstance(row, User) else row.owner_id
    if owner_id == actor.pk:
        return None
    role = StaffRole.OPERATOR if actor.is_superuser else StaffRole.STAFF
    return Access.objects.create(
        owner_id=owner_id, actor=actor, role=role, what=what, about=row.public_id, view=view
    )
