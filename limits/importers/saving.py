"""Saving the good rows of a table that was confirmed, and explaining what was saved."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from guidance import content
from guidance.domain.records import Knowledge
from jobs.registry import Effect
from jobs.services import enqueue
from limits import assessing
from limits.domain.lenders import named_lenders
from limits.enums import ImportState, Source
from limits.importers.rows import CHUNK, LineKey, batch_in, known_numbers, line_key, locked_in
from limits.models import CreditLine, ImportBatch, ImportRow, LimitChange

ASSESS_CHUNK = 200


def save_import(batch_id: str, progress: Callable[[int, str], None]) -> Effect:
    """Write the good rows into the ledger, a thousand a transaction; the effect closes the batch.

    Killed half-way: the next run goes on after the rows that are linked to their change.
    """
    batch = batch_in(batch_id, ImportState.SAVING)
    if batch is None:
        return None
    done = 0
    while rows := list(_waiting(batch)[:CHUNK]):
        _save_chunk(batch, rows)
        done += len(rows)
        progress(min(99, 100 * done // max(batch.rows_good, 1)), f"{done:,}")
    return partial(_close, batch.pk)


def _waiting(batch: ImportBatch) -> Any:
    return batch.rows.filter(has_problems=False, is_known=False, change=None).order_by("number")


@transaction.atomic
def _save_chunk(batch: ImportBatch, rows: Sequence[ImportRow]) -> None:
    """The owner's row is locked, so that two imports of the same rows come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=batch.owner_id)
    known = known_numbers(batch.owner_id, rows)
    fresh = [row for row in rows if row.number not in known]
    lines = _lines(batch.owner_id, fresh)
    changes = [_change(batch.owner_id, lines[line_key(row)], row) for row in fresh]
    LimitChange.objects.bulk_create(changes)
    batch.rows.filter(number__in=known).update(is_known=True)
    batch.rows.filter(number__in=[row.number for row in fresh]).update(
        change=_same_fingerprint(batch.owner_id)
    )


def _same_fingerprint(owner_id: int) -> Subquery:
    made = LimitChange.objects.filter(owner_id=owner_id, row_key=OuterRef("row_key"))
    made = made.exclude(row_key="")  # the index covers only these
    return Subquery(made.order_by("-pk").values("pk")[:1])


def _lines(owner_id: int, rows: Sequence[ImportRow]) -> dict[LineKey, int]:
    """Keys of the person's lines by product and lender; missing ones are made."""
    wanted = dict.fromkeys(map(line_key, rows))
    stored = _stored_lines(owner_id, wanted)
    known = content.current()
    missing = [_line(owner_id, key, known) for key in wanted if key not in stored]
    CreditLine.objects.bulk_create(missing, ignore_conflicts=True)
    return _stored_lines(owner_id, wanted) if missing else stored


def _stored_lines(owner_id: int, wanted: Iterable[LineKey]) -> dict[LineKey, int]:
    slugs = {product for product, _name, _lender in wanted}
    rows = CreditLine.objects.filter(owner_id=owner_id, product_slug__in=slugs)
    found = rows.values_list("product_slug", "product_name", "lender_name", "pk")
    return {(product, name, lender): pk for product, name, lender, pk in found}


def _line(owner_id: int, key: LineKey, known: Knowledge) -> CreditLine:
    product, name, lender = key
    meant = named_lenders(lender, product, known) & known.institutions.keys()
    return CreditLine(
        owner_id=owner_id,
        product_slug=product,
        product_name=name,
        lender_name=lender,
        lender_slug=next(iter(meant)) if len(meant) == 1 else "",
    )


_STORED = (
    "kind",
    "before_fen",
    "after_fen",
    "notified_how",
    "stated_reason",
    "lender_after",
    "name_after",
    "note",
)


def _change(owner_id: int, line_id: int, row: ImportRow) -> LimitChange:
    values = row.values
    noticed = values["noticed_on"]
    return LimitChange(
        owner_id=owner_id,
        line_id=line_id,
        effective_on=date.fromisoformat(values["effective_on"]),
        noticed_on=date.fromisoformat(noticed) if noticed else None,
        source=Source.IMPORT,
        row_key=row.row_key,
        **{name: values[name] for name in _STORED},
    )


def _close(batch_pk: int) -> None:
    batch = locked_in(batch_pk, ImportState.SAVING)
    if batch is None:
        return
    numbers = list(_saved(batch).values_list("number", flat=True))
    batch.state, batch.rows_saved = ImportState.SAVED, len(numbers)
    batch.rows_known = batch.rows.filter(is_known=True).count()
    batch.save()
    for start in range(0, len(numbers), ASSESS_CHUNK):
        part = numbers[start : start + ASSESS_CHUNK]
        enqueue(
            kind="limits.assess_import",
            key=f"limits.assess_import:{batch.public_id}:{part[0]}",
            args={"batch": str(batch.public_id), "first": part[0], "last": part[-1]},
        )


def _saved(batch: ImportBatch) -> Any:
    return batch.rows.filter(change__isnull=False, is_known=False).order_by("number")


def assess_import(batch_id: str, first: int, last: int, today: date) -> None:
    """Pairs and explanations of the changes saved from rows `first` to `last`."""
    rows = ImportRow.objects.filter(batch__public_id=batch_id, number__range=(first, last))
    changes = LimitChange.objects.current().with_line().filter(pk__in=rows.values("change"))
    assessing.conclude_imported(list(changes.order_by("pk")), today)
