"""A key for each person, kept outside the database: destroy it, and every sealed value of the
person is noise, also in a backup of the database that is put back later (docs/adr/0008).

The key lies in the storage "keys", itself sealed under DATA_KEY and bound to the public id of the
person. Values sealed here carry version 2; version 1 (DATA_KEY alone) still opens.
"""

import os
import time
import uuid
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone

from accounts import crypto
from accounts.crypto import SealBroken

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Owner: TypeAlias = "AbstractBaseUser | int"
"""The person, or the primary key of one whose row was committed before: a row at hand saves the
query that finds the public id."""

VERSION = b"\x02"
KEY_BYTES = 32
KEPT_SECONDS = 60.0
MOST_KEPT = 2_000

_keys: dict[uuid.UUID, tuple[bytes, float]] = {}
_ids: dict[int, tuple[uuid.UUID, float]] = {}
_noted: dict[uuid.UUID, float] = {}


def seal(text: str, place: str, owner: Owner) -> bytes:
    return seal_bytes(text.encode(), place, owner)


def open_sealed(sealed: bytes, place: str, owner: Owner) -> str:
    """The text again. Raises SealBroken, also once the key of the person is gone."""
    return open_sealed_bytes(sealed, place, owner).decode()


def seal_bytes(data: bytes, place: str, owner: Owner) -> bytes:
    """Under the person's key, made the first time. Raises SealBroken where it was destroyed."""
    public_id = _public_id(owner)
    key = _key(public_id)
    if key is None:
        key = _made(public_id)
    else:
        _note_made(public_id)
    return crypto.seal_under(key, VERSION, data, place)


def open_sealed_bytes(sealed: bytes, place: str, owner: Owner) -> bytes:
    """The bytes again. Raises SealBroken, which never carries any of the value."""
    data = bytes(sealed)
    if data[:1] != VERSION:
        return crypto.open_sealed_bytes(data, place)
    key = _key(_public_id(owner))
    if key is None:
        raise SealBroken(place)
    return crypto.open_under(key, VERSION, data, place)


def destroy(public_id: uuid.UUID) -> None:
    """Destroy the key for good and say so in a tombstone, which tells a restored backup that this
    person asked to be erased. Twice: nothing left to do."""
    storage = _storage()
    if not is_erased(public_id):
        storage.save(_tombstone(public_id), File(BytesIO(timezone.now().isoformat().encode())))
    storage.delete(_name(public_id))
    _keys.pop(public_id, None)


def is_erased(public_id: uuid.UUID) -> bool:
    """Whether there is a tombstone of this person."""
    return _storage().exists(_tombstone(public_id))


def has_key(public_id: uuid.UUID) -> bool:
    return _storage().exists(_name(public_id))


def erased_people() -> list[uuid.UUID]:
    """Everybody with a tombstone."""
    try:
        _folders, names = _storage().listdir("erased")
    except FileNotFoundError:
        return []
    return [uuid.UUID(hex=name) for name in names]


def forget() -> None:
    """Drop what this process remembers; other processes do so within a minute."""
    _keys.clear()
    _ids.clear()
    _noted.clear()


def _public_id(owner: Owner) -> uuid.UUID:
    if not isinstance(owner, int):
        return owner.public_id  # type: ignore[attr-defined, no-any-return]
    known = _ids.get(owner)
    if known and known[1] > time.monotonic():
        return known[0]
    found = get_user_model().objects.filter(pk=owner).values_list("public_id", flat=True).first()
    if found is None:
        raise SealBroken("no such person")
    _make_room(_ids)
    _ids[owner] = (found, time.monotonic() + KEPT_SECONDS)
    return found  # type: ignore[no-any-return]


def _key(public_id: uuid.UUID) -> bytes | None:
    known = _keys.get(public_id)
    if known and known[1] > time.monotonic():
        return known[0]
    key = _stored(public_id)
    if key is not None:
        _make_room(_keys)
        _keys[public_id] = (key, time.monotonic() + KEPT_SECONDS)
    return key


def _stored(public_id: uuid.UUID) -> bytes | None:
    try:
        with _storage().open(_name(public_id), "rb") as file:
            return crypto.open_sealed_bytes(file.read(), _place(public_id))
    except FileNotFoundError:
        return None


@transaction.atomic(savepoint=False)
def _made(public_id: uuid.UUID) -> bytes:
    """Under the lock of the person's row, so that two requests do not make two keys. A key that
    was made and is not there was destroyed or lost: another one would hide that."""
    people = get_user_model().objects.select_for_update(no_key=True).only("pk", "key_made_at")
    person = people.filter(public_id=public_id).first()
    if person is None:
        raise SealBroken("no such person")
    key = _stored(public_id)
    if key is None:
        if person.key_made_at is not None or is_erased(public_id):
            raise SealBroken("the key of this person is gone")
        key = os.urandom(KEY_BYTES)
        sealed = crypto.seal_bytes(key, _place(public_id))
        _storage().save(_name(public_id), File(BytesIO(sealed)))
    people.filter(pk=person.pk).update(key_made_at=timezone.now())
    _keys[public_id] = (key, time.monotonic() + KEPT_SECONDS)
    return key


def _note_made(public_id: uuid.UUID) -> None:
    """A first seal that was rolled back left a key, but not the moment it was made: without it a
    loss of the key would not be noticed. One query a minute and person."""
    if _noted.get(public_id, 0.0) > time.monotonic():
        return
    people = get_user_model().objects.filter(public_id=public_id, key_made_at=None)
    people.update(key_made_at=timezone.now())
    _make_room(_noted)
    _noted[public_id] = time.monotonic() + KEPT_SECONDS


def _make_room(kept: dict) -> None:  # type: ignore[type-arg]
    if len(kept) >= MOST_KEPT:
        kept.clear()


def _storage() -> Storage:
    return storages["keys"]


def _name(public_id: uuid.UUID) -> str:
    return f"people/{public_id.hex}"


def _tombstone(public_id: uuid.UUID) -> str:
    return f"erased/{public_id.hex}"


def _place(public_id: uuid.UUID) -> str:
    return f"accounts.keyring:{public_id}"
