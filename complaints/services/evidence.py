"""The only writers of evidence: take in, describe, order, mask, take out, put back."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Sum

from accounts.keyring import seal_bytes
from accounts.models import User
from complaints.domain.evidence import (
    MAX_FILES,
    MAX_TOTAL,
    PDF,
    PICTURES,
    SOUNDS,
    display_name,
    media_type,
    moved,
    refusal,
)
from complaints.domain.masks import Rectangle, merged
from complaints.enums import EvidenceKind, EvidenceState, FileRole
from complaints.http import SealedUpload
from complaints.models import Complaint, Evidence
from complaints.models.evidence import evidence_place
from complaints.services.events import write_event
from complaints.vault import files
from complaints.vault.intake import forget_masked
from jobs.services import enqueue_new
from limits.models import LimitChange


class AlreadyKept(Exception):
    """The very same file is in the vault; `evidence` is it."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        super().__init__(str(evidence.public_id))

    @property
    def is_out_of_reach(self) -> bool:
        """It lies in a case in the list of what was deleted lately, and comes back with it."""
        case = self.evidence.complaint
        return case is not None and case.removed_at is not None


def add_evidence(
    *,
    owner: User,
    upload: SealedUpload,
    kind: str = "",
    taken_on: date | None = None,
    complaint: Complaint | None = None,
    change: LimitChange | None = None,
) -> Evidence:
    """Keep one file and ask for it to be looked into. Each file stands alone: what happens to one
    changes nothing for another.

    Raises InputError with the reason (complaints.domain.evidence.REFUSALS), or AlreadyKept.
    """
    if upload.refused:
        raise refusal(upload.refused)
    found = media_type(upload.head)
    _refuse_known(owner, upload.sha256)
    row = _row_of(owner, upload, found)
    row.kind = _usual_kind(found) if found in SOUNDS or not kind else kind
    row.taken_on, row.complaint, row.change = taken_on, complaint, change
    assert upload.file
    row.original = files.store(upload.file, files.file_name(upload.public_id, FileRole.ORIGINAL))
    return _keep_or_drop(row)


def _row_of(owner: User, upload: SealedUpload, found: str) -> Evidence:
    """What the file itself says, and its key, sealed for its owner."""
    return Evidence(
        public_id=upload.public_id,
        owner=owner,
        file_name=display_name(upload.name or ""),
        media_type=found,
        size=upload.size or 0,
        sha256=upload.sha256,
        sealed_key=seal_bytes(upload.key, evidence_place(upload.public_id), owner),
    )


def _keep_or_drop(row: Evidence) -> Evidence:
    """The row in the database, or its file off the storage again."""
    try:
        return _keep(row)
    except IntegrityError:
        # Another request with the same file was faster.
        row.original.delete(save=False)
        _refuse_known(row.owner, row.sha256)
        raise
    except BaseException:
        row.original.delete(save=False)
        raise


def _usual_kind(found: str) -> str:
    if found in PICTURES:
        return EvidenceKind.SCREENSHOT
    return EvidenceKind.CONTRACT if found == PDF else EvidenceKind.CALL


def _refuse_known(owner: User, sha256: str) -> None:
    kept = Evidence.objects.filter(owner=owner).listed().select_related("complaint")
    if same := kept.filter(sha256=sha256).first():
        raise AlreadyKept(same)


@transaction.atomic
def _keep(row: Evidence) -> Evidence:
    """The row and its job. The person is locked, so that parallel requests share one quota."""
    User.objects.select_for_update(no_key=True).get(pk=row.owner_id)
    _refuse_beyond_quota(row)
    row.position = _next_position(row.complaint)
    row.job_id = _ask("complaints.read_evidence", row)
    row.save(force_insert=True)
    _tell(row.complaint, "evidence-add", row)
    return row


def _tell(complaint: Complaint | None, action: str, row: Evidence) -> None:
    """An event of the case that gains or loses the file; a file in no case is nobody's event."""
    if complaint is not None:
        told = {"evidence": str(row.public_id)}
        write_event(complaint, action, complaint.state, actor=row.owner, **told)


def _refuse_beyond_quota(row: Evidence) -> None:
    """What was removed counts until it is destroyed: it still lies on the disk."""
    mine = Evidence.objects.filter(owner=row.owner_id).exclude(state=EvidenceState.REFUSED)
    held = mine.aggregate(count=Count("pk"), total=Sum("size"))
    if held["count"] >= MAX_FILES:
        raise refusal("too_many_files")
    if (held["total"] or 0) + row.size > MAX_TOTAL:
        raise refusal("too_much")


def _next_position(complaint: Complaint | None) -> int:
    if complaint is None:
        return 0
    last = complaint.evidence.aggregate(last=Max("position"))["last"]
    return 1 if last is None else int(last) + 1


def _ask(kind: str, row: Evidence) -> uuid.UUID:
    key = f"{kind}:{row.public_id}:{uuid.uuid4().hex[:12]}"
    return enqueue_new(kind=kind, key=key, args={"evidence": str(row.public_id)}).pk


@transaction.atomic
def describe_evidence(
    *,
    evidence: Evidence,
    kind: str,
    title: str,
    taken_on: date | None,
    complaint: Complaint | None,
) -> Evidence:
    """What the person says of it, and which case it belongs to; in another case it goes last."""
    row = _locked(evidence)
    if row.complaint_id != (complaint.pk if complaint else None):
        _tell(row.complaint, "evidence-remove", row)
        row.complaint, row.position = complaint, _next_position(complaint)
        _tell(complaint, "evidence-add", row)
    row.title, row.taken_on = title, taken_on
    # Sound has no clean copy to show; its kind says so (constraint evidence_ready_has_rendition).
    row.kind = EvidenceKind.CALL if row.media_type in SOUNDS else kind
    row.save(update_fields=["complaint", "position", "title", "taken_on", "kind"])
    return row


@transaction.atomic
def move_evidence(*, evidence: Evidence, step: int) -> None:
    """A place earlier (-1) or later (+1) among the files of its case; at an edge nothing happens.

    The case is locked: two moves at once give each position once.
    """
    if evidence.complaint_id is None:
        return
    Complaint.objects.select_for_update(of=("self",)).get(pk=evidence.complaint_id)
    rows = list(Evidence.objects.filter(complaint=evidence.complaint_id).listed().in_order())
    by_key = {row.pk: row for row in rows}
    if evidence.pk not in by_key:
        return
    for position, key in enumerate(moved(list(by_key), evidence.pk, step), 1):
        by_key[key].position = position
    Evidence.objects.bulk_update(rows, ["position"])


@transaction.atomic
def mask_evidence(*, evidence: Evidence, rectangles: Sequence[Rectangle]) -> Evidence:
    """Which parts to paint over. The copy made before is destroyed at once; the new one is asked
    for, and until it is there the file cannot be sent on. Without rectangles: none is needed.

    Raises InputError when there are too many, ValueError for what is no picture.
    """
    row = _locked(evidence)
    if not row.is_picture:
        raise ValueError("not a picture")
    masks = [rectangle.to_json() for rectangle in merged(rectangles)]
    if masks == row.masks and row.masked_sha256:
        return row
    forget_masked(row)
    row.masks = masks
    row.job_id = _ask("complaints.mask_evidence", row) if masks else None
    row.save(update_fields=["masks", "masked", "masked_sha256", "job_id"])
    return row


@transaction.atomic
def remove_evidence(*, evidence: Evidence, now: datetime) -> Evidence:
    """Take a file out: out of every list at once, destroyed after a week (complaints.vault.upkeep).

    A refused file, of which nothing is kept, goes at once.
    """
    row = _locked(evidence)
    if row.state == EvidenceState.REFUSED:
        row.delete()
        return row
    if row.removed_at is None:
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        _tell(row.complaint, "evidence-remove", row)
    return row


@transaction.atomic
def restore_evidence(*, evidence: Evidence) -> Evidence:
    """Put a file back within the week. Raises AlreadyKept when it was sent in again meanwhile."""
    row = _locked(evidence)
    if row.removed_at is None:
        return row
    _refuse_known(row.owner, row.sha256)
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    _tell(row.complaint, "evidence-add", row)
    return row


def _locked(evidence: Evidence) -> Evidence:
    rows = Evidence.objects.select_related("owner", "complaint")
    return rows.select_for_update(of=("self",)).get(pk=evidence.pk)
