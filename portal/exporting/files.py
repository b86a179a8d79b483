"""The files of a person: originals of evidence, and documents as they were made."""

import hashlib
from collections.abc import Iterator

from complaints.documents import sealed
from complaints.domain.evidence import ENDINGS, bundle_name
from complaints.enums import DocumentKind, DocumentState, FileRole
from complaints.models import Document, Evidence
from complaints.vault import files as vault
from jobs.registry import Progress
from portal.exporting.writing import Writing

CHUNK_ROWS = 50
EVIDENCE, DOCUMENT = Evidence._meta.label, Document._meta.label


def put_files(writing: Writing, progress: Progress) -> None:
    owner = writing.owner
    rows = Evidence.objects.filter(owner=owner).exclude(original="").order_by("pk")
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK_ROWS), 1):
        _put_evidence(writing, number, row)
        progress(min(50, 5 + number), "")
    # A bundle holds nothing that is not in this copy by itself.
    made = Document.objects.filter(owner=owner, state=DocumentState.READY).defer("model")
    ready = made.exclude(kind=DocumentKind.BUNDLE).exclude(file="").order_by("pk")
    for number, document in enumerate(ready.iterator(chunk_size=CHUNK_ROWS), 1):
        _put_document(writing, number, document)
        progress(min(70, 50 + number), "")


def _put_evidence(writing: Writing, number: int, row: Evidence) -> None:
    """A file is proved from end to end before a byte of it is packed: a broken one is named as
    missing, and never half inside."""
    kind = row.media_type if row.media_type in ENDINGS else "application/pdf"
    path = f"files/evidence/{bundle_name(number, row.item, kind)}"
    try:
        vault.proved_size(row, FileRole.ORIGINAL)
    except vault.FileDamaged as damaged:
        writing.missing.append(f"{path} ({damaged.damage.value})")
        return
    writing.put(path, vault.pieces(row, FileRole.ORIGINAL))
    writing.places[EVIDENCE, row.pk, "original"] = path


def _put_document(writing: Writing, number: int, row: Document) -> None:
    path = f"files/documents/{number:02d}_{row.kind}_{row.language}.{row.file_format}"
    try:
        proved = _sha256(sealed.pieces(row)) == row.sha256
    except sealed.LOST:
        proved = False
    if not proved:
        writing.missing.append(f"{path} (missing)")
        return
    writing.put(path, sealed.pieces(row))
    writing.places[DOCUMENT, row.pk, "file"] = path


def _sha256(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
