"""After the rows are gone: files, the key, mail on this disk, and what the database file still
holds of deleted rows. Each step may run twice."""

import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accounts import keyring
from jobs.registry import JobView
from jobs.services import enqueue

KIND = "portal.sweep"


def ask_to_sweep(
    key: str, files: Sequence[str], *, person: uuid.UUID | None = None, address: str = ""
) -> None:
    """In the transaction that deletes the rows. Names of files say nothing about a person."""
    if address:
        transaction.on_commit(partial(clear_mail, address), robust=True)
    args = {"files": list(files), "person": str(person) if person else ""}
    enqueue(kind=KIND, key=f"{KIND}:{key}", args=args)


def sweep(job: JobView) -> None:
    """The key first, with its tombstone: a file that cannot be deleted now is noise without it."""
    if job.args["person"]:
        keyring.destroy(uuid.UUID(job.args["person"]))
    for number, name in enumerate(job.args["files"], 1):
        default_storage.delete(name)
        if number % 50 == 0:
            job.progress(min(90, number // 10), "")
    checkpoint()


def checkpoint() -> None:
    """SQLite: write the log of changes into the database file and empty it, so that no deleted
    row stands in it. While others read it stays for the next time (a daily job asks again)."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def clear_mail(address: str) -> None:
    """Where mail is written to files (no real mail server), those to this address."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "/nonexistent")
    if not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") or not folder.is_dir():
        return
    for path in folder.iterdir():
        if address.encode() in path.read_bytes():
            path.unlink(missing_ok=True)
