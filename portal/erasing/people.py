"""Deleting the rows of a person: all of them, or all but what the law asks to keep."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from accounts.data_map import SELF, ModelEntry, data_map
from accounts.models import Export, User
from complaints.models import Complaint, Document, Evidence
from complaints.vault.files import names_of
from complaints.vault.holds import stands_on
from limits.models import CreditLine, LimitChange
from portal.erasing.gone import Gone

ACCOUNT, CASES = User._meta.label, Complaint._meta.label
EVIDENCE, DOCUMENTS = Evidence._meta.label, Document._meta.label


def erase_all(user: User) -> Gone:
    """Every row of the person, in the caller's transaction: by cascade, and what only mentions
    him by number."""
    gone = Gone(rows=_counts(user), files=_files(user), address=user.email)
    _forget_office_log(user)
    user.delete()
    return gone


def erase_but_held(user: User, held: Sequence[Complaint], now: datetime) -> Gone:
    """Everything but the held cases and what they stand on (PIPL art. 47: no more than storage).

    The account stays as a shell that nobody can sign in to. The key stays, as the files of the
    cases are sealed under it. Twice: what is gone is gone.
    """
    kept = _kept(held)
    gone = Gone(files=_files(user, kept), address=user.email)
    _forget_office_log(user, but=held)
    _take_out_of_other_cases(user, held, kept[EVIDENCE])
    for entry in reversed(data_map().models.values()):
        if entry.is_personal and entry.label != ACCOUNT:
            gone.rows[entry.label] = _delete(entry, user, kept.get(entry.label))
    _shut(user, held, now)
    return gone


def _delete(entry: ModelEntry, user: User, kept: Q | None) -> int:
    rows = _rows(entry, user)
    if kept is not None:
        rows = rows.exclude(pk__in=rows.model._base_manager.filter(kept).values("pk"))
    count = rows.count()
    # By key: a queryset with joins or an exclusion cannot always be deleted as it stands.
    rows.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    return count


def _kept(held: Sequence[Complaint]) -> dict[str, Q]:
    """What stays, by model: the cases, what hangs on them, and the changes they stand on."""
    of_cases = Q(complaint__in=held)
    found = {
        entry.label: of_cases
        for entry in data_map().models.values()
        if any(field.name == "complaint" for field in entry.fields)
    }
    changes = _with_earlier(held)
    return {
        **found,
        CASES: Q(pk__in=[case.pk for case in held]),
        EVIDENCE: stands_on(held),
        "complaints.Extension": Q(step__complaint__in=held),
        LimitChange._meta.label: Q(pk__in=[change.pk for change in changes]),
        CreditLine._meta.label: Q(pk__in=[change.line_id for change in changes]),
    }


def _take_out_of_other_cases(user: User, held: Sequence[Complaint], kept: Q) -> None:
    """What stays would go with the case it is filed in."""
    elsewhere = Evidence.objects.filter(kept, owner=user).exclude(complaint__in=held)
    elsewhere.update(complaint=None, position=0)


def _with_earlier(held: Sequence[Complaint]) -> list[LimitChange]:
    """The changes of these cases and what they correct: a row goes with the one it corrects."""
    waiting, found = [case.change for case in held if case.change], []
    while waiting:
        change = waiting.pop()
        found.append(change)
        if change.supersedes is not None:
            waiting.append(change.supersedes)
    return found


def _shut(user: User, held: Sequence[Complaint], now: datetime) -> None:
    user.email = f"{user.public_id.hex}@erased.invalid"
    user.display_name, user.last_login = "", None
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    hidden = Complaint.objects.filter(pk__in=[case.pk for case in held], removed_at=None)
    hidden.update(removed_at=now)


def _rows(entry: ModelEntry, user: User) -> QuerySet[Any]:
    model: type[Model] = apps.get_model(entry.label)
    path = "pk" if entry.person == SELF else entry.person
    return model._base_manager.filter(**{path: user.pk})


def _counts(user: User) -> dict[str, int]:
    personal = (entry for entry in data_map().models.values() if entry.is_personal)
    return {entry.label: _rows(entry, user).count() for entry in personal}


def _files(user: User, kept: dict[str, Q] | None = None) -> list[str]:
    """Names of every file of the person but those of kept rows, also of cases that were removed."""
    evidence, documents = Evidence.objects.filter(owner=user), Document.objects.filter(owner=user)
    if kept is not None:
        evidence = evidence.exclude(pk__in=Evidence.objects.filter(kept[EVIDENCE]).values("pk"))
        documents = documents.exclude(kept[DOCUMENTS])
    named = documents.exclude(file="").values_list("file", flat=True)
    exports = Export.objects.filter(owner=user).exclude(file="").values_list("file", flat=True)
    return [*names_of(evidence), *named, *exports]


def _forget_office_log(user: User, but: Sequence[Complaint] = ()) -> None:
    """Entries of the back office about this person or his cases: they name a receipt number."""
    kept = {case.pk for case in but}
    cases = Complaint.objects.filter(owner=user).values_list("pk", flat=True)
    about = {Complaint: [pk for pk in cases if pk not in kept], User: [user.pk]}
    for model, keys in about.items():
        kind = ContentType.objects.get_for_model(model)
        named = LogEntry.objects.filter(content_type=kind)
        named.filter(object_id__in=[str(key) for key in keys]).delete()
