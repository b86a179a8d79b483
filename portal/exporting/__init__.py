"""The worker that packs everything of a person into one ZIP (PIPL art. 45).

Driven by the data map (accounts.data_map). Memory stays flat: rows and files are read and packed
piece by piece, and what is written is sealed before it reaches any disk. Run twice it packs twice,
under another name; nothing is left half done but noise without a key.
"""

import zipfile
from datetime import datetime, timedelta
from functools import partial
from typing import IO, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from accounts.enums import ExportState
from accounts.models import Export
from complaints.documents.sealed import Made, Sealing
from jobs.registry import Effect, Progress
from portal.exporting import files, pages, schema, tables
from portal.exporting.writing import Writing

KEPT = timedelta(days=7)


def make_export(public_id: str, progress: Progress) -> Effect:
    """None where the export is gone or done; else what keeps the file that was made."""
    export = Export.objects.in_work().filter(public_id=UUID(public_id)).first()
    if export is None:
        return None
    Export.objects.filter(pk=export.pk).update(state=ExportState.MAKING)
    made = pack(export, progress)
    return partial(_keep, export.pk, made, timezone.now())


def pack(export: Export, progress: Progress) -> Made:
    """Files first: the tables then say where each of them lies, or that it is missing."""
    with translation.override(export.language), Sealing(export, "exports") as out:
        with zipfile.ZipFile(cast("IO[bytes]", out), "w", allowZip64=True) as archive:
            writing = Writing(archive, export.owner)
            files.put_files(writing, progress)
            tables.put_tables(writing, progress)
            pages.put_page(writing)
            schema.put_schema(writing)
            writing.put_manifest()
        progress(95, "")
        return out.store(pages=0, notes={"missing": len(writing.missing)})


def _keep(pk: int, made: Made, now: datetime) -> None:
    """In the transaction that marks the job done; a person has one finished copy, the newest. The
    person may be gone meanwhile."""
    kept = (
        Export.objects.in_work()
        .filter(pk=pk)
        .update(
            state=ExportState.READY,
            file=made.name,
            sealed_key=made.sealed_key,
            sha256=made.sha256,
            size=made.size,
            missing=made.notes["missing"],
            ready_at=now,
            expires_at=now + KEPT,
        )
    )
    if not kept:
        transaction.on_commit(partial(default_storage.delete, made.name), robust=True)
        return
    owner = Export.objects.filter(pk=pk).values("owner")
    _throw_away(Export.objects.filter(owner__in=owner, state=ExportState.READY).exclude(pk=pk))


def expire(now: datetime) -> None:
    """Throw away files after their time, keys first; the row stays. Twice: nothing left to do."""
    _throw_away(Export.objects.filter(state=ExportState.READY, expires_at__lte=now))


def _throw_away(ready: QuerySet[Export]) -> None:
    rows = list(ready)
    for row in rows:
        transaction.on_commit(partial(default_storage.delete, str(row.file.name)), robust=True)
    Export.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ExportState.EXPIRED, file="", sealed_key=b""
    )
