"""Sealed files in storage. Only save, open and delete are asked of it: it may be a bucket.

A file is bound to its row and its role; one of another row, an older one cut short, or one that
anybody wrote into does not open. Names say nothing about what is inside.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.crypto import FileSealer, SealBroken, open_file
from accounts.keyring import open_sealed_bytes
from complaints.enums import Damage, FileRole
from complaints.models import Evidence
from complaints.models.evidence import file_place

_HASHES = {
    FileRole.ORIGINAL: "sha256",
    FileRole.RENDITION: "rendition_sha256",
    FileRole.MASKED: "masked_sha256",
}


class FileDamaged(Exception):
    """A stored file is gone or not as it was; `damage` says which."""

    def __init__(self, damage: Damage) -> None:
        self.damage = damage
        super().__init__(damage.value)


def file_name(public_id: uuid.UUID, role: FileRole, run: str = "1") -> str:
    """Each run of a job writes under a name of its own: an overtaken one destroys nothing."""
    return f"evidence/{public_id.hex}/{role.value}-{run}"


def store(sealed: IO[bytes], name: str) -> str:
    """Put sealed bytes into storage; returns the name they got."""
    sealed.seek(0)
    return default_storage.save(name, File(sealed))


def seal_and_store(evidence: Evidence, role: FileRole, run: str, data: bytes) -> str:
    """A file made from the original, under the key of its row; returns its name."""
    out = BytesIO()
    sealing = FileSealer(out, _key(evidence), file_place(evidence.public_id, role))
    sealing.write(data)
    sealing.finish()
    return store(out, file_name(evidence.public_id, role, run))


def read(evidence: Evidence, role: FileRole) -> bytes:
    """The whole file, proved to be as it came. Raises FileDamaged; nothing unproved is returned."""
    try:
        with default_storage.open(getattr(evidence, role.value).name, "rb") as sealed:
            place = file_place(evidence.public_id, role)
            data = b"".join(open_file(sealed, _key(evidence), place))
    except FileNotFoundError as missing:
        raise FileDamaged(Damage.MISSING) from missing
    except SealBroken as broken:
        raise FileDamaged(Damage.ALTERED) from broken
    if hashlib.sha256(data).hexdigest() != getattr(evidence, _HASHES[role]):
        raise FileDamaged(Damage.ALTERED)
    return data


def proved_size(evidence: Evidence, role: FileRole) -> int:
    """Read a file from end to end in constant memory; its length if it is as it came.

    Raises FileDamaged. What is read later by `pieces` may be given out as it comes.
    """
    digest, size = hashlib.sha256(), 0
    try:
        for piece in pieces(evidence, role):
            digest.update(piece)
            size += len(piece)
    except FileNotFoundError as missing:
        raise FileDamaged(Damage.MISSING) from missing
    except SealBroken as broken:
        raise FileDamaged(Damage.ALTERED) from broken
    if digest.hexdigest() != sha256_of(evidence, role):
        raise FileDamaged(Damage.ALTERED)
    return size


def pieces(evidence: Evidence, role: FileRole) -> Iterator[bytes]:
    """A file piece by piece. Raises FileNotFoundError or, at any piece, SealBroken."""
    with default_storage.open(getattr(evidence, role.value).name, "rb") as sealed:
        yield from open_file(sealed, _key(evidence), file_place(evidence.public_id, role))


def sha256_of(evidence: Evidence, role: FileRole) -> str:
    """What the row says the hash of this file is; empty where there is none."""
    return str(getattr(evidence, _HASHES[role]))


def shared_role(evidence: Evidence) -> FileRole | None:
    """Which file may leave the house: the painted one where parts were painted over, and none
    while it is being made. Sound has only its original."""
    if evidence.masks:
        return FileRole.MASKED if evidence.masked_sha256 else None
    return FileRole.RENDITION if evidence.rendition_sha256 else FileRole.ORIGINAL


def roles_of(evidence: Evidence) -> tuple[FileRole, ...]:
    """The roles this row has a file for."""
    return tuple(role for role in FileRole if getattr(evidence, role.value))


def names_of(rows: Iterable[Evidence]) -> list[str]:
    """The names of every file of these rows."""
    return [getattr(row, role.value).name for row in rows for role in roles_of(row)]


def delete_on_commit(names: Iterable[str]) -> None:
    """Once the rows, and with them the keys, are gone. A file that stays behind is noise."""
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


def _key(evidence: Evidence) -> bytes:
    return open_sealed_bytes(bytes(evidence.sealed_key), evidence.place, evidence.owner_id)
