"""Workers of one file: look into it, make the clean copy, make the copy with parts painted over.

All may run twice. Nothing is shown before its effect has committed, and every run writes files of
its own, so that an overtaken run changes nothing that counts.
"""

import hashlib
from functools import partial
from uuid import UUID

from django.db import transaction

from complaints.domain.evidence import SOUNDS, refusal, refusal_json
from complaints.domain.masks import Rectangle
from complaints.enums import EvidenceKind, EvidenceState, FileRole
from complaints.models import Evidence
from complaints.vault import child, files
from complaints.vault.answers import Clean
from inputs.child import ChildDied
from inputs.errors import InputError
from jobs.registry import Effect, JobView

SECOND_TRY = 2


def read_evidence(job: JobView) -> Effect:
    """A new file: the effect keeps its clean copy, or the reason why it is not taken."""
    row = Evidence.objects.filter(
        public_id=job.args["evidence"], state=EvidenceState.QUEUED
    ).first()
    if row is None:
        return None
    job.progress(10, "")
    try:
        clean = _cleaned(row, job.token)
    except InputError as refused:
        return partial(_refuse, row.pk, refused)
    job.progress(80, "")
    name = ""
    if clean.data:
        name = files.seal_and_store(row, FileRole.RENDITION, _run(job), clean.data)
    return partial(_mark_ready, row.pk, name, clean, _hash(clean.data))


def _cleaned(row: Evidence, token: int) -> Clean:
    """A child killed from outside gets a second try; a file that kills it twice is refused."""
    try:
        return child.clean(files.read(row, FileRole.ORIGINAL), row.media_type)
    except files.FileDamaged as damaged:
        raise refusal("gone") from damaged
    except ChildDied as died:
        if token < SECOND_TRY:
            raise
        raise refusal("too_heavy") from died


def _mark_ready(pk: int, name: str, clean: Clean, digest: str) -> None:
    fields = {"kind": EvidenceKind.CALL} if clean.media_type in SOUNDS else {}
    kept = Evidence.objects.filter(pk=pk, state=EvidenceState.QUEUED).update(
        state=EvidenceState.READY,
        rendition=name,
        rendition_type=clean.media_type if name else "",
        rendition_sha256=digest if name else "",
        pages=clean.pages,
        width=clean.width,
        height=clean.height,
        notes=list(clean.notes),
        **fields,
    )
    if name and not kept:
        files.delete_on_commit([name])


def _refuse(pk: int, error: InputError) -> None:
    """The reason stays to be read; the file and its key do not."""
    row = Evidence.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return
    files.delete_on_commit(files.names_of([row]))
    row.state, row.refusal = EvidenceState.REFUSED, refusal_json(error)
    row.sealed_key, row.original = b"", ""
    row.save(update_fields=["state", "refusal", "sealed_key", "original"])


def mask_evidence(job: JobView) -> Effect:
    """The copy with parts painted over, from the clean copy. A later wish overtakes an earlier."""
    row = Evidence.objects.filter(public_id=job.args["evidence"], job_id=job.id).first()
    if row is None or not row.masks:
        return None
    job.progress(10, "")
    data = files.read(row, FileRole.RENDITION)
    wanted = [Rectangle(**mask) for mask in row.masks]
    made = child.mask(data, row.rendition_type, wanted)
    job.progress(80, "")
    name = files.seal_and_store(row, FileRole.MASKED, _run(job), made.data)
    return partial(_keep_masked, row.pk, job.id, name, _hash(made.data))


def _keep_masked(pk: int, job_id: UUID, name: str, digest: str) -> None:
    kept = Evidence.objects.filter(pk=pk, job_id=job_id, masked_sha256="").update(
        masked=name, masked_sha256=digest
    )
    if not kept:
        files.delete_on_commit([name])


def _run(job: JobView) -> str:
    return f"{job.id.hex}-{job.token}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def forget_masked(row: Evidence) -> None:
    """In a transaction: the copy made with other masks goes at once, it must not be sent on."""
    assert transaction.get_connection().in_atomic_block
    if row.masked:
        files.delete_on_commit([str(row.masked.name)])
    row.masked, row.masked_sha256 = "", ""
