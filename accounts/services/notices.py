"""Writing what a person is told, that he has seen it, and how he wants to be told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Notice, NoticeChoice, User

BATCH = 500


def tell(
    *, owner: User, kind: str, about: str, stage: str, path: str, data: dict[str, Any]
) -> Notice | None:
    """Tell one thing once, in the caller's transaction; None when it was told before.

    `about` names the object ("complaints.step:<uuid>"), `stage` what happened to it. `data` holds
    what the sentence needs (receipt number, days) and never a word of the person. The row is the
    e-mail's queue: a job sends what is queued (accounts.mailing).
    """
    notice, created = Notice.objects.get_or_create(
        owner=owner, kind=kind, about=about, stage=stage, defaults={"path": path, "data": data}
    )
    return notice if created else None


def tell_all(notices: Iterable[Notice]) -> None:
    """Many at once, in the caller's transaction; those that were told before stay as they are."""
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)


@transaction.atomic
def read_notice(*, notice: Notice, now: datetime) -> Notice:
    """The person has seen it. Twice: the first moment stays."""
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)
        notice.refresh_from_db(fields=["read_at"])
    return notice


@transaction.atomic
def read_all_notices(*, owner: User, now: datetime) -> int:
    """Everything in the inbox counts as seen; how many there were."""
    return Notice.objects.for_user(owner).unread().update(read_at=now)


@transaction.atomic
def choose_how(*, owner: User, kind: str, how: str) -> NoticeChoice:
    """E-mail for one kind of notice, or none; the inbox shows it either way."""
    choice, _created = NoticeChoice.objects.update_or_create(
        owner=owner, kind=kind, defaults={"how": how}
    )
    return choice


@transaction.atomic
def choose_language(*, owner: User, language: str) -> User:
    """The language of e-mails; pages follow the browser."""
    owner.language = language
    owner.save(update_fields=["language"])
    return owner
