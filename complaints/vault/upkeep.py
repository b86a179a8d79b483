"""Daily work of the vault: destroy what was taken out, notice what was lost or altered."""

import time
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from complaints.enums import Damage, EvidenceState, FileRole
from complaints.models import Evidence
from complaints.vault import files, holds
from inputs.clock import today
from jobs.registry import Progress

GRACE = timedelta(days=7)
KEEP_REFUSALS = timedelta(days=30)
PURGE_ROWS = 500
CHECK_AGAIN = timedelta(days=30)
CHECK_ROWS = 2_000
CHECK_SECONDS = 200.0
"""Well below the lease of a job; what is left comes tomorrow, longest unchecked first."""


class EvidenceDamaged(Exception):
    """So many pieces of evidence are missing or altered; the rows say which."""


log = structlog.get_logger("complaints")


def purge(now: datetime) -> None:
    """Destroy what was removed a week ago: the row with its key first, then its files.

    Without the key every copy of a file, also in a backup of the bucket, is noise. Twice: nothing
    left to do. Runs in the transaction of the job. What a held case stands on stays taken out
    and is destroyed once the hold is over.
    """
    due = Q(removed_at__lt=now - GRACE) | Q(
        state=EvidenceState.REFUSED, created_at__lt=now - KEEP_REFUSALS
    )
    kept = Evidence.objects.filter(holds.held(today(now))).values("pk")
    rows = list(Evidence.objects.filter(due).exclude(pk__in=kept).order_by("pk")[:PURGE_ROWS])
    files.delete_on_commit(files.names_of(rows))
    Evidence.objects.filter(pk__in=[row.pk for row in rows]).delete()


def check(now: datetime, progress: Progress) -> None:
    """Read files not checked for a month from end to end, and damaged ones every time.

    What was found is noted on the rows; then EvidenceDamaged, so that the job ends in an alert and
    passes once the files have been put back. Twice: reads what is still damaged again.
    """
    due = Q(checked_at=None) | Q(checked_at__lt=now - CHECK_AGAIN) | ~Q(damage="")
    rows = Evidence.objects.kept().filter(due, state=EvidenceState.READY).least_checked()
    found: dict[str, list[int]] = {"": [], **{kind.value: [] for kind in Damage}}
    until = time.monotonic() + CHECK_SECONDS
    for number, row in enumerate(rows[:CHECK_ROWS], 1):
        found[_damage(row)].append(row.pk)
        if number % 50 == 0:
            progress(min(95, 100 * number // CHECK_ROWS), "")
        if time.monotonic() > until:
            break
    for damage, keys in found.items():
        Evidence.objects.filter(pk__in=keys).update(damage=damage, checked_at=now)
    if count := sum(len(keys) for damage, keys in found.items() if damage):
        raise EvidenceDamaged(count)


def _damage(row: Evidence) -> str:
    """What is wrong with the files of a row; empty when all are as they came."""
    for role in files.roles_of(row):
        try:
            files.read(row, role)
        except files.FileDamaged as damaged:
            report(row, role, damaged)
            return str(damaged.damage.value)
    return ""


def report(row: Evidence, role: FileRole, damaged: files.FileDamaged) -> None:
    """Ids only: an operator restores the file from a backup, or the person sends it again."""
    log.error("evidence_damaged", evidence=str(row.public_id), role=role.value, damage=str(damaged))
