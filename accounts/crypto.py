"""Sealing of what must not be readable in a stolen database file or bucket: values and files.

AES-256-GCM; the additional data bind a sealed value to its place (table, row, field), so that a
value copied to another row does not open. The key comes from the environment or a key file, never
from SECRET_KEY. Losing the key loses these values: see README, "Deploy". What belongs to one person
is sealed under a key of his own: `accounts.keyring` has the same functions with an owner.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12
FILE_KEY_BYTES = 32
CHUNK_BYTES = 2**16

_SALT_BYTES = 32
_TAG_BYTES = 16
_COUNTER_BYTES = NONCE_BYTES - 1


class SealBroken(Exception):
    """The value does not open here: wrong key, wrong place, or altered."""


def _data_key() -> bytes:
    return hashlib.sha256(b"limit-ledger/data/" + settings.DATA_KEY.encode()).digest()


def seal(text: str, place: str) -> bytes:
    return seal_bytes(text.encode(), place)


def open_sealed(sealed: bytes, place: str) -> str:
    """The text again. Raises SealBroken, which never carries any of the value."""
    return open_sealed_bytes(sealed, place).decode()


def seal_bytes(data: bytes, place: str) -> bytes:
    return seal_under(_data_key(), VERSION, data, place)


def open_sealed_bytes(sealed: bytes, place: str) -> bytes:
    """The bytes again. Raises SealBroken, which never carries any of the value."""
    return open_under(_data_key(), VERSION, bytes(sealed), place)


def seal_under(key: bytes, version: bytes, data: bytes, place: str) -> bytes:
    """A value under any key of 32 bytes; `version` says which kind of key it was."""
    nonce = os.urandom(NONCE_BYTES)
    return version + nonce + AESGCM(key).encrypt(nonce, data, place.encode())


def open_under(key: bytes, version: bytes, sealed: bytes, place: str) -> bytes:
    if sealed[:1] != version:
        raise SealBroken(place)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, place.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(place) from broken


def keyed_fingerprint(*parts: object) -> str:
    """HMAC-SHA-256 over JSON with sorted keys: equal for equal parts, and no guess of a short
    answer can be checked against it without the key."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    key = hashlib.sha256(b"limit-ledger/fingerprint/" + settings.DATA_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def new_file_key() -> bytes:
    """A key for one file, to be kept sealed (`seal_bytes`): without it the file is noise."""
    return os.urandom(FILE_KEY_BYTES)


class FileSealer:
    """Seals a file piece by piece, in constant memory.

    Version, salt, then chunks of 64 KiB, each under AES-256-GCM with its number and a mark on the
    last one as nonce (the STREAM construction of the age file format, age-encryption.org/v1): a
    file that was cut, put in another order, mixed with another one or moved does not open.
    """

    def __init__(self, out: IO[bytes], key: bytes, place: str) -> None:
        salt = os.urandom(_SALT_BYTES)
        out.write(VERSION + salt)
        self._out, self._chunks = out, _ChunkCipher(key, salt, place)
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._emit(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]

    def finish(self) -> None:
        """Write the last chunk. Without this call the file never opens."""
        self._emit(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _emit(self, chunk: bytes, *, last: bool) -> None:
        self._out.write(self._chunks.encrypt(chunk, last=last))


def open_file(sealed: IO[bytes], key: bytes, place: str) -> Iterator[bytes]:
    """The pieces of a sealed file again. Raises SealBroken at the first one that is not as it was;
    only after the last piece is it certain that nothing is missing."""
    if sealed.read(1) != VERSION:
        raise SealBroken(place)
    chunks = _ChunkCipher(key, sealed.read(_SALT_BYTES), place)
    block = sealed.read(CHUNK_BYTES + _TAG_BYTES)
    while True:
        following = sealed.read(CHUNK_BYTES + _TAG_BYTES)
        try:
            yield chunks.decrypt(block, last=not following)
        except InvalidTag as broken:
            raise SealBroken(place) from broken
        if not following:
            return
        block = following


class _ChunkCipher:
    """Numbers the chunks of one file under a key of its own, derived from file key and place."""

    def __init__(self, key: bytes, salt: bytes, place: str) -> None:
        info = b"limit-ledger/file/" + place.encode()
        derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key)
        self._aead, self._number = AESGCM(derived), 0

    def encrypt(self, chunk: bytes, *, last: bool) -> bytes:
        return self._aead.encrypt(self._nonce(last), chunk, None)

    def decrypt(self, block: bytes, *, last: bool) -> bytes:
        return self._aead.decrypt(self._nonce(last), block, None)

    def _nonce(self, last: bool) -> bytes:
        number = self._number.to_bytes(_COUNTER_BYTES, "big")
        self._number += 1
        return number + bytes([last])
