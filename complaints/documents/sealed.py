"""Files of documents in storage: sealed, streamed, proved to be as they were made.

Each file has a key of its own, itself sealed and kept in the row: once the row is gone, or its key
thrown away, every copy of the file is noise.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Protocol, Self

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from accounts.crypto import (
    FileSealer,
    SealBroken,
    new_file_key,
    open_file,
)
from accounts.keyring import open_sealed_bytes, seal_bytes
from complaints.enums import FileFormat
from complaints.models import Document

MEDIA_TYPES = {
    FileFormat.PDF: "application/pdf",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileFormat.TXT: "text/plain; charset=utf-8",
    FileFormat.ZIP: "application/zip",
}
LOST = (FileNotFoundError, SealBroken)


class DocumentLost(FileNotFoundError):
    """No file that may be given out: none, not as it was made, or not to be given any more."""


class SealedRow(Protocol):
    """A row with one sealed file: a document, or a copy of everything (accounts.models.Export)."""

    public_id: uuid.UUID
    owner_id: int
    file: Any
    sealed_key: Any
    size: int

    @property
    def place(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file in storage; `notes` as Document.notes."""

    name: str
    sealed_key: bytes
    sha256: str
    size: int
    pages: int
    notes: dict[str, Any] = field(default_factory=dict)


class Sealing:
    """Somewhere to write a document to, in constant memory. No disk sees it plain."""

    def __init__(self, document: SealedRow, folder: str = "documents") -> None:
        self._document, self._folder, self._key = document, folder, new_file_key()
        self._file = TemporaryFile()  # noqa: SIM115  # closed with the block
        self._sealer = FileSealer(self._file, self._key, document.place)
        self._hash, self._size = hashlib.sha256(), 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        self._sealer.write(data)
        self._hash.update(data)
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits but the last piece, which is sealed when all is there."""

    def store(self, *, pages: int, notes: dict[str, Any] | None = None) -> Made:
        """Into storage, under a name of its own: a run that was overtaken destroys nothing."""
        self._sealer.finish()
        self._file.seek(0)
        name = f"{self._folder}/{self._document.public_id.hex}/{uuid.uuid4().hex}"
        return Made(
            name=default_storage.save(name, File(self._file)),
            sealed_key=seal_bytes(self._key, self._document.place, self._document.owner_id),
            sha256=self._hash.hexdigest(),
            size=self._size,
            pages=pages,
            notes=notes or {},
        )


def store(
    document: Document, data: bytes, *, pages: int, notes: dict[str, Any] | None = None
) -> Made:
    with Sealing(document) as out:
        out.write(data)
        return out.store(pages=pages, notes=notes)


def pieces(document: SealedRow) -> Iterator[bytes]:
    """The file piece by piece. Raises FileNotFoundError, or SealBroken at what is not as it was."""
    with default_storage.open(str(document.file.name), "rb") as sealed:
        if not document.sealed_key:
            # Made before documents were sealed.
            yield from sealed.chunks()
            return
        key = open_sealed_bytes(bytes(document.sealed_key), document.place, document.owner_id)
        yield from open_file(sealed, key, document.place)


def whole(document: Document) -> bytes:
    """The file in one piece, for small ones."""
    return b"".join(pieces(document))


def as_attachment(document: Document, name: str) -> HttpResponseBase:
    """A document as its format says; see `attached`."""
    return attached(document, name, MEDIA_TYPES[FileFormat(document.file_format)])


def attached(document: SealedRow, name: str, media_type: str) -> HttpResponseBase:
    """The stored file, streamed, never shown inline and never as a public link.

    Raises DocumentLost before anything is sent. A later piece that is not as it was ends the
    answer short of its length, which every browser reports as a failed download.
    """
    if not document.file:
        raise DocumentLost(str(document.public_id))
    opened = pieces(document)
    try:
        first = next(opened)
    except LOST as lost:
        raise DocumentLost(str(document.public_id)) from lost
    response = StreamingHttpResponse(chain([first], opened), content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Length"] = str(document.size)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
