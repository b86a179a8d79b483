"""Writing what a person is told, that he has seen it, and how he wants to be told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import QuerySet, Value

from accounts.enums import NoticeState, TellHow
from accounts.models import Notice, NoticeChoice, RandomUUID, User

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


# The columns of a notice, and where tell_found takes each from.
FOUND = {
    "public_id": "told_id",
    "owner_id": "owner_id",
    "kind": "told_kind",
    "about": "told_about",
    "stage": "told_stage",
    "data": "told_data",
    "path": "told_path",
    "state": "told_state",
    "created_at": "told_at",
}


def tell_found(*, found: QuerySet[Any], now: datetime) -> int:
    """Tell whatever a query finds, in one statement in the caller's transaction; how many are new.

    `found` is of rows with an owner and annotated with `told_kind`, `told_about`, `told_stage`,
    `told_data` and `told_path`, as `tell` takes them. It has a WHERE: without one SQLite would read
    ON CONFLICT as the condition of a join. What was told before stays as it is.
    """
    rows = found.annotate(
        told_id=RandomUUID(),
        told_state=Value(NoticeState.QUEUED.value, output_field=models.CharField()),
        told_at=Value(now, output_field=models.DateTimeField()),
    ).values_list(*FOUND.values())
    try:
        select, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return 0
    table, columns = Notice._meta.db_table, ", ".join(FOUND)
    # Names of our own columns and a query that Django compiled; every value is a parameter.
    statement = f"INSERT INTO {table} ({columns}) {select} ON CONFLICT DO NOTHING"  # nosec B608
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


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
    _look_again(owner)
    return choice


@transaction.atomic
def choose_none(*, owner: User, kinds: Iterable[str]) -> None:
    """No more e-mails of these kinds."""
    for kind in kinds:
        choose_how(owner=owner, kind=kind, how=TellHow.NONE)


@transaction.atomic
def choose_language(*, owner: User, language: str) -> User:
    """The language of e-mails; pages follow the browser."""
    owner.language = language
    owner.save(update_fields=["language"])
    return owner


@transaction.atomic
def choose_quiet_hours(*, owner: User, quiet_from: int, quiet_to: int) -> User:
    """Hours of Beijing without e-mail, 0 to 23; the same hour twice: none."""
    owner.quiet_from, owner.quiet_to = quiet_from, quiet_to
    owner.save(update_fields=["quiet_from", "quiet_to"])
    _look_again(owner)
    return owner


@transaction.atomic
def save_notice_settings(
    *, owner: User, hows: Mapping[str, str], language: str, quiet_from: int, quiet_to: int
) -> User:
    """All that one page asks, together or not at all."""
    for kind, how in hows.items():
        choose_how(owner=owner, kind=kind, how=how)
    choose_language(owner=owner, language=language)
    return choose_quiet_hours(owner=owner, quiet_from=quiet_from, quiet_to=quiet_to)


def _look_again(owner: User) -> None:
    """What waits for the moment of an earlier choice is looked at in the next run."""
    Notice.objects.for_user(owner).waiting().update(mail_after=None)
