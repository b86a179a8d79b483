"""Reading a table that was sent in: every row is checked, nothing reaches the ledger."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.utils import timezone

from accounts.keyring import open_sealed_bytes
from guidance import content
from guidance.domain.records import Knowledge
from inputs.errors import InputError, gettext_noop
from inputs.sheets import SheetLimits, open_sheet
from jobs.registry import Effect
from limits.domain.import_columns import Header, read_header
from limits.domain.import_words import plain_name
from limits.domain.imports import Catalogue, CheckedRow, checked_rows
from limits.enums import ImportState
from limits.importers.rows import CHUNK, batch_in, known_numbers, locked_in
from limits.models import Bill, ImportBatch, ImportRow, Upload

MAX_ROWS = 20_000
LIMITS = SheetLimits(max_rows=MAX_ROWS + 1, max_columns=60)
KEEP_UPLOADS = timedelta(days=1)
KEEP_ROWS = timedelta(days=30)
MOST_NAMES = 20
EXPIRED = gettext_noop("文件没能及时读取，已经删除。请再上传一次。")
NO_ROWS = gettext_noop("表头下面没有数据。请先把变动填进表格，保存后再上传。")

Progress = Callable[[int, str], None]


def read_import(batch_id: str, today: date, progress: Progress) -> Effect:
    """Read the uploaded table and check every row; the effect stores what was found."""
    batch = batch_in(batch_id, ImportState.QUEUED)
    if batch is None or batch.upload is None:
        return None
    try:
        data = open_sealed_bytes(bytes(batch.upload.sealed), batch.upload.place, batch.owner_id)
        report, rows = checked_table(data, batch, today, progress)
    except InputError as error:
        return partial(_refuse, batch.pk, error)
    return partial(_store, batch.pk, report, rows)


def checked_table(
    data: bytes, batch: ImportBatch, today: date, progress: Progress
) -> tuple[dict[str, Any], list[ImportRow]]:
    """What to say about the table, and its rows, not yet stored. Raises InputError."""
    sheet = open_sheet(data, limits=LIMITS)
    header = read_header(sheet.rows)
    found = checked_rows(sheet.rows, header, catalogue_of(content.current()), today)
    rows: list[ImportRow] = []
    while chunk := list(islice(found, CHUNK)):
        rows += _import_rows(batch, chunk)
        progress(min(95, 100 * len(rows) // MAX_ROWS), f"{len(rows):,}")
    if not rows:
        raise InputError("no_rows", NO_ROWS)
    return _report(header, rows), rows


def catalogue_of(known: Knowledge) -> Catalogue:
    """Products by slug, titles and aliases."""
    slugs = {
        plain_name(name): product.slug
        for product in known.products.values()
        for name in (product.slug, product.title.zh, product.title.en, *product.aliases)
    }
    since = {slug: row.since for slug, row in known.products.items() if row.since}
    return Catalogue(slugs, since)


def _import_rows(batch: ImportBatch, chunk: Sequence[CheckedRow]) -> list[ImportRow]:
    rows = [
        ImportRow(
            batch=batch,
            number=row.number,
            cells=list(row.cells) if row.problems else [],
            values={} if row.problems else dict(row.values),
            problems=[_problem_json(problem) for problem in row.problems],
            has_problems=bool(row.problems),
            row_key=row.row_key,
        )
        for row in chunk
    ]
    known = known_numbers(batch.owner_id, rows)
    for row in rows:
        row.is_known = row.number in known
    return rows


def _problem_json(problem: Any) -> dict[str, Any]:
    return {
        "column": problem.column,
        "code": problem.code,
        "template": problem.template,
        "params": dict(problem.params),
    }


def _report(header: Header, rows: Sequence[ImportRow]) -> dict[str, Any]:
    names = {row.values["product_name"] for row in rows if row.values.get("product") == "other"}
    return {
        "names": list(header.names),
        "places": dict(header.places),
        "unknown": list(header.unknown[:MOST_NAMES]),
        "others": sorted(names)[:MOST_NAMES],
    }


def _store(batch_pk: int, report: dict[str, Any], rows: Sequence[ImportRow]) -> None:
    batch = locked_in(batch_pk, ImportState.QUEUED)
    if batch is None:
        return
    ImportRow.objects.bulk_create(rows, batch_size=CHUNK)
    batch.state, batch.report = ImportState.CHECKED, report
    batch.rows_total = len(rows)
    batch.rows_bad = sum(row.has_problems for row in rows)
    batch.rows_known = sum(row.is_known for row in rows)
    batch.rows_good = batch.rows_total - batch.rows_bad - batch.rows_known
    batch.save()
    _drop_upload(batch)


def _refuse(batch_pk: int, error: InputError) -> None:
    batch = locked_in(batch_pk, ImportState.QUEUED)
    if batch is None:
        return
    batch.state, batch.refusal = ImportState.REFUSED, refusal_json(error)
    batch.save()
    _drop_upload(batch)


def refusal_json(error: InputError) -> dict[str, Any]:
    return {"code": error.code, "template": error.template, "params": error.params}


def _drop_upload(batch: ImportBatch) -> None:
    Upload.objects.filter(batch=batch).delete()


def purge(now: datetime | None = None) -> None:
    """Files nobody read within a day, and rows of imports that are a month old.

    The batch itself stays, with its counts; one that never was confirmed counts as given up.
    """
    at = now or timezone.now()
    Upload.objects.filter(created_at__lt=at - KEEP_UPLOADS).delete()
    expired = refusal_json(InputError("expired", EXPIRED))
    for model in (ImportBatch, Bill):
        stuck = model.objects.filter(state=ImportState.QUEUED, upload=None)
        stuck.filter(created_at__lt=at - KEEP_UPLOADS).update(
            state=ImportState.REFUSED, refusal=expired
        )
    old = ImportBatch.objects.filter(created_at__lt=at - KEEP_ROWS)
    old.filter(state=ImportState.CHECKED).update(state=ImportState.DISCARDED)
    gone = old.exclude(state=ImportState.SAVING)
    ImportRow.objects.filter(batch__in=gone).delete()
