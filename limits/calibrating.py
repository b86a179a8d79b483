"""The worker that adds up, once a day, how the ranking did. Safe to run twice: a row per day."""

from datetime import date
from functools import partial
from typing import Any

from guidance import content
from jobs.registry import Effect
from limits.domain.calibration import Case, Score, calibrated, public_json, steadied
from limits.enums import ConfirmationKind
from limits.models import Calibration, Confirmation

BATCH = 2000


def calibrate(on: date) -> Effect:
    """One query over the lender's last words, one for the result before this day's.

    The person's own papers are left out: people look for papers of what is ranked first.
    """
    known = content.current()
    said = (
        Confirmation.objects.last_words()
        .filter(kind=ConfirmationKind.SPECIFIC)
        .values_list("owner_id", "cause_slug", "scored")
    )
    cases = (
        Case(owner, cause, Score(**scored["score"]))
        for owner, cause, scored in said.iterator(chunk_size=BATCH)
    )
    found = public_json(calibrated(cases, len(known.causes)))
    return partial(_store, on, known.version, steadied(found, _result_before(on)))


def _result_before(on: date) -> dict[str, Any] | None:
    earlier = Calibration.objects.filter(made_on__lt=on).order_by("-made_on")
    return earlier.values_list("result", flat=True).first()


def _store(on: date, version: str, result: dict[str, Any]) -> None:
    Calibration.objects.update_or_create(
        made_on=on,
        defaults={"content_version": version, "confirmed": result["n"], "result": result},
    )


def public_calibration() -> dict[str, Any]:
    """The newest result for pages and the API, plain values; the day is None before the first."""
    row = Calibration.objects.order_by("-made_on").first()
    if row is None:
        none = public_json(calibrated([], len(content.current().causes)))
        return {"made_on": None, "content_version": "", **none}
    return {
        "made_on": row.made_on.isoformat(),
        "content_version": row.content_version,
        **row.result,
    }
