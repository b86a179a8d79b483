"""The only writers of drafts."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from complaints.domain.drafts import expires_on
from complaints.models import ComplaintDraft
from inputs.clock import SHANGHAI
from limits.models import LimitChange


class StaleDraft(Exception):
    """Another tab saved in between; `current` is what stands now."""

    def __init__(self, current: ComplaintDraft) -> None:
        self.current = current
        super().__init__(str(current.public_id))


@transaction.atomic
def start_draft(
    *,
    owner: User,
    change: LimitChange | None,
    typed: dict[str, dict[str, Any]] | None = None,
) -> ComplaintDraft:
    """A new draft; an untouched one for the same change is taken up again.

    `typed` is what is known already, by stage; a draft that starts with it is always a new one.
    """
    if typed:
        return ComplaintDraft.objects.create(owner=owner, change=change, typed=typed)
    rows = ComplaintDraft.objects.for_user(owner).filter(change=change, version=1)
    untouched = next((row for row in rows if not row.typed), None)
    return untouched or ComplaintDraft.objects.create(owner=owner, change=change)


@transaction.atomic
def save_stage(
    *, draft: ComplaintDraft, stage: str, typed: dict[str, Any], version: int, next_stage: str
) -> ComplaintDraft:
    """Keep what was typed on one page, valid or not. `version` is the one the page was made from.

    Raises StaleDraft where this page was changed meanwhile to something else; other pages of the
    same draft may be open and saved side by side. The same again changes nothing.
    """
    draft = ComplaintDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.typed.get(stage) != typed:
        _refuse_stale(draft, stage, version)
        draft.typed = draft.typed | {stage: typed}
        draft.version += 1
        draft.saved = draft.saved | {stage: draft.version}
    draft.stage = next_stage
    if stage == "change":
        draft.change = _own_change(draft.owner, typed.get("change"))
    draft.save(update_fields=["typed", "saved", "stage", "version", "change", "updated_at"])
    return draft


def _refuse_stale(draft: ComplaintDraft, stage: str, version: int) -> None:
    """A page that claims a version that never was has seen nothing of what stands."""
    seen = version if 0 < version <= draft.version else 0
    if draft.saved.get(stage, 0) > seen:
        raise StaleDraft(draft)


def _own_change(owner: User, public_id: Any) -> LimitChange | None:
    try:
        wanted = uuid.UUID(str(public_id))
    except ValueError:
        return None
    return LimitChange.objects.for_user(owner).filter(public_id=wanted).first()


@transaction.atomic
def delete_draft(*, draft: ComplaintDraft) -> None:
    draft.delete()


def local_day(moment: Any) -> date:
    """The civil day in Beijing of an instant."""
    return moment.astimezone(SHANGHAI).date()  # type: ignore[no-any-return]


def draft_expires_on(draft: ComplaintDraft) -> date:
    """The last day it is kept if nobody takes it up again."""
    return expires_on(local_day(draft.updated_at))
