"""Workers that conclude: explanation, pairs and plan of one change. Safe to run twice.

Services call them inside their transaction, jobs call them for what was imported.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from accounts.crypto import keyed_fingerprint
from accounts.keyring import seal
from guidance import content
from jobs.services import enqueue_new
from limits.domain.migration import migrations_of
from limits.domain.record_clues import NEAR_DAYS
from limits.explaining import (
    Evidence,
    as_domain,
    evidence_of,
    explain_change,
    inputs_json,
    neighbours,
    result_json,
)
from limits.models import Assessment, LimitChange, Migration
from records.domain.plan import Situation
from records.services import refresh_plan

MOST_NEAR_REPORT = 20


def follow_up(change: LimitChange, today: date) -> None:
    """Pairs, explanation and plan of a change just written.

    The neighbours are read once: they are what costs. Of the falls explained before this rise was
    known, the nearest pair is explained again at once, because its page is opened next; the others
    by a job, so that the cost of logging does not grow with their number.
    """
    rows = neighbours(change)
    evidence = evidence_of(change, is_new=change.supersedes_id is None)
    pairs = _propose_pairs(change, rows, evidence)
    assessment = _stored(_assessment(change, rows, evidence))
    falls = [pair.fall for pair in pairs if pair.rise == change]
    for fall in falls[:1]:
        assess(change=fall)
    _ask_to_assess(falls[1:], because=change)
    plan_from(assessment, rows, today)


def ask_to_assess_partners(old: LimitChange, *, because: LimitChange) -> None:
    """A rise was corrected or withdrawn: the falls it was paired with read differently now."""
    pairs = Migration.objects.filter(rise=old).select_related("fall")
    _ask_to_assess([pair.fall for pair in pairs], because=because, why="partners")


def _ask_to_assess(
    falls: Sequence[LimitChange], *, because: LimitChange, why: str = "rise"
) -> None:
    if falls:
        enqueue_new(
            kind="limits.assess",
            key=f"limits.assess:{why}:{because.public_id}",
            args={"changes": [str(fall.public_id) for fall in falls]},
        )


def _propose_pairs(
    change: LimitChange, rows: Sequence[LimitChange], evidence: Evidence
) -> Sequence[Migration]:
    """Store new proposals around this change; decided ones stay as they were decided."""
    by_key = {str(row.public_id): row for row in rows}
    pairs = migrations_of(
        as_domain(change),
        [as_domain(row) for row in rows],
        knowledge=content.current(),
        rejected=evidence.rejected,
        confirmed=evidence.confirmed,
    )
    found = [
        Migration(
            owner_id=change.owner_id,
            fall=by_key[pair.from_key],
            rise=by_key[pair.to_key],
            days=pair.days,
            strength=pair.strength,
        )
        for pair in pairs
    ]
    Migration.objects.bulk_create(found, ignore_conflicts=True)
    return found


def assess_again(public_ids: Sequence[str]) -> None:
    """Assess current changes by public id. Safe to run twice: the same inputs give the same row."""
    rows = LimitChange.objects.current().with_line().filter(public_id__in=public_ids)
    for change in rows.order_by("pk"):
        assess(change=change)


def assess_near(owner_id: int, on: date) -> None:
    """Assess again what a credit report of that day is evidence for: the newest changes near it.

    Safe to run twice, as `assess_again`.
    """
    near = (on - timedelta(days=NEAR_DAYS), on + timedelta(days=NEAR_DAYS))
    rows = LimitChange.objects.current().filter(owner_id=owner_id, effective_on__range=near)
    ids = rows.newest_first().values_list("public_id", flat=True)[:MOST_NEAR_REPORT]
    assess_again([str(public_id) for public_id in ids])


def conclude_imported(changes: Sequence[LimitChange], today: date) -> None:
    """Pairs and explanations of changes that came in a table, plan of the newest. Run twice: same.

    No summary of each: a thousand at once would help nobody. Falls logged before, which one of
    these rises may explain, are explained again.
    """
    ours = {change.pk for change in changes}
    newest = max(changes, key=lambda change: (change.effective_on, change.pk), default=None)
    for change in changes:
        _conclude(change, ours, today if change == newest else None)


@transaction.atomic
def _conclude(change: LimitChange, ours: set[int], plan_on: date | None) -> None:
    rows, evidence = neighbours(change), evidence_of(change)
    pairs = _propose_pairs(change, rows, evidence)
    made = _assessment(change, rows, evidence)
    newest = Assessment.objects.filter(change=change).newest().first()
    if newest is None or newest.input_hash != made.input_hash:
        made.save(force_insert=True)
    for fall in [pair.fall for pair in pairs if pair.rise == change]:
        if fall.pk not in ours and Assessment.objects.filter(change=fall).exists():
            assess(change=fall)  # one without is of this import too: its own job comes
    if plan_on:
        plan_from(made, rows, plan_on)


@transaction.atomic(savepoint=False)
def assess(*, change: LimitChange, rows: Sequence[LimitChange] | None = None) -> Assessment:
    """Rank the causes of a change and keep the result with its inputs.

    Unchanged inputs and content give the newest row again. Asks for a new summary of the change.
    `rows` are its neighbours, read here when not given.
    """
    near = neighbours(change) if rows is None else rows
    return _assess(change, near, evidence_of(change))


def _assess(change: LimitChange, rows: Sequence[LimitChange], evidence: Evidence) -> Assessment:
    made = _assessment(change, rows, evidence)
    newest = Assessment.objects.filter(change=change).newest().first()
    if newest is not None and newest.input_hash == made.input_hash:
        return newest
    return _stored(made)


def _stored(made: Assessment) -> Assessment:
    made.save(force_insert=True)
    enqueue_new(
        kind="summaries.change",
        key=f"summaries.change:{made.public_id}",
        args={"change": str(made.change.public_id)},
    )
    return made


def _assessment(change: LimitChange, rows: Sequence[LimitChange], evidence: Evidence) -> Assessment:
    """The row, not yet stored. The hash covers the sensitive answers without showing them."""
    known = content.current()
    open_evidence = evidence.without_sensitive(known)
    result = result_json(explain_change(change, rows, known, open_evidence))
    inputs = inputs_json(change, rows, known, evidence)
    made = Assessment(
        owner_id=change.owner_id,
        change=change,
        content_version=known.version,
        inputs=inputs,
        result=result,
    )
    full = result
    if evidence != open_evidence:
        full = result_json(explain_change(change, rows, known, evidence))
        made.sealed_result = seal(json.dumps(full, ensure_ascii=False), made.place, made.owner_id)
    made.input_hash = keyed_fingerprint(inputs, result, full)
    return made


def plan_from(assessment: Assessment, rows: Sequence[LimitChange], today: date) -> None:
    change = assessment.change
    refresh_plan(
        owner=change.owner,
        today=today,
        situation=Situation(
            event_on=change.effective_on,
            zeroed=change.after_fen == 0 < change.before_fen,
            business_line_appeared=_business_line_appeared(rows),
            causes=tuple(
                row["slug"]
                for row in assessment.result["causes"]
                if row["band"] in ("stated", "documented", "likely", "possible")
            ),
            # Of sensitive answers the inputs only hold that they were given.
            answers=assessment.inputs["answers"],
            licences=_licences(rows),
            limit_expires_on=change.expires_on,
        ),
    )


def _licences(rows: Sequence[LimitChange]) -> frozenset[str]:
    known = content.current().institutions
    named = {row.line.lender_slug for row in rows}
    return frozenset(known[slug].licence for slug in named if slug in known)


def _business_line_appeared(rows: Sequence[LimitChange]) -> bool:
    products = content.current().products
    return any(
        row.after_fen > row.before_fen and products[row.line.product_slug].purpose == "business"
        for row in rows
    )
