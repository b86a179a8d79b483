"""What reading and saving share: the batch in a state, and which rows the ledger has already."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from limits.enums import ImportState
from limits.models import ImportBatch, ImportRow, LimitChange

CHUNK = 1_000
LineKey = tuple[str, str, str]


def batch_in(batch_id: str, state: ImportState) -> ImportBatch | None:
    rows = ImportBatch.objects.select_related("upload")
    return rows.filter(public_id=batch_id, state=state).first()


def locked_in(batch_pk: int, state: ImportState) -> ImportBatch | None:
    rows = ImportBatch.objects.select_for_update(of=("self",))
    return rows.filter(pk=batch_pk, state=state).first()


def known_numbers(owner_id: int, rows: Sequence[ImportRow]) -> frozenset[int]:
    """Numbers of the good rows that stand in the ledger already.

    By fingerprint, also where the imported change was corrected or withdrawn since: the same file
    must not bring it back. By line, kind, day and amounts for what was written in by hand.
    """
    good = [row for row in rows if not row.has_problems]
    mine = LimitChange.objects.filter(owner_id=owner_id)
    keys = set(
        mine.filter(row_key__in=[row.row_key for row in good]).values_list("row_key", flat=True)
    )
    days = {row.values["effective_on"] for row in good}
    same = set(mine.filter(effective_on__in=days).current().values_list(*_SAME))
    return frozenset(row.number for row in good if row.row_key in keys or _same(row) in same)


_SAME = (
    "line__product_slug",
    "line__product_name",
    "line__lender_name",
    "kind",
    "effective_on",
    "before_fen",
    "after_fen",
)


def _same(row: ImportRow) -> tuple[Any, ...]:
    values = row.values
    return (
        *line_key(row),
        values["kind"],
        date.fromisoformat(values["effective_on"]),
        values["before_fen"],
        values["after_fen"],
    )


def line_key(row: ImportRow) -> LineKey:
    values = row.values
    return values["product"], values["product_name"], values["lender_name"]
