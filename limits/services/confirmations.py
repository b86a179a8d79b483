"""The only writer of what the lender said, or what a paper of the person's own shows."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from guidance import content
from inputs.words import field_refusal
from limits.assessing import assess, plan_from
from limits.domain.calibration import score_of
from limits.domain.causes import RESIDUAL
from limits.enums import ConfirmationKind
from limits.explaining import neighbours
from limits.models import Assessment, Confirmation, LimitChange

NAMES_A_CAUSE = (ConfirmationKind.SPECIFIC, ConfirmationKind.DOCUMENT)
SAID_BEFORE = timedelta(days=1)  # a notice may come the evening before


def move_confirmations(old: LimitChange, new: LimitChange) -> None:
    """What was said was said of the event: copy it to the correction, with its score."""
    said = Confirmation.objects.filter(change=old).order_by("pk")
    Confirmation.objects.bulk_create([_copied(word, new) for word in said])


def _copied(word: Confirmation, new: LimitChange) -> Confirmation:
    copy = Confirmation(
        owner_id=new.owner_id,
        change=new,
        kind=word.kind,
        in_writing=word.in_writing,
        given_on=word.given_on,
        scored=word.scored,
    )
    copy.put(word.cause, word.words, sensitive=_is_sensitive(word.cause))
    return copy


def _is_sensitive(cause: str) -> bool:
    known = content.current().causes.get(cause)
    return known is not None and known.sensitive


@transaction.atomic
def record_confirmation(
    *,
    change: LimitChange,
    today: date,
    kind: str,
    cause_slug: str = "",
    in_writing: bool = False,
    given_on: date | None = None,
    quote: str = "",
) -> Confirmation:
    """Write down what settled a change, or did not, score the ranking so far, then rank again.

    The same word twice is one row. Raises ValidationError for a cause that does not fit the kind,
    an impossible day, or a change that was corrected or withdrawn meanwhile.
    """
    change = _locked(change)
    _refuse_impossible_cause(kind, cause_slug)
    _refuse_impossible_day(change, given_on, today)
    word = Confirmation(
        owner_id=change.owner_id,
        change=change,
        kind=kind,
        in_writing=in_writing,
        given_on=given_on,
    )
    word.put(cause_slug, quote, sensitive=_is_sensitive(cause_slug))
    newest = Confirmation.objects.filter(change=change).newest().first()
    if newest is not None and _says(newest) == _says(word):
        return newest
    word.scored = _scored(change, cause_slug) if cause_slug else {}
    word.save(force_insert=True)
    _rank_again(change, today)
    return word


def _locked(change: LimitChange) -> LimitChange:
    found: LimitChange = (
        LimitChange.objects.select_for_update(of=("self",)).with_line().get(pk=change.pk)
    )
    if found.retracted or LimitChange.objects.filter(supersedes=found).exists():
        raise ValidationError(_("这条记录已经被更正过，请更正最新的一条"), code="superseded")
    return found


def _refuse_impossible_cause(kind: str, cause: str) -> None:
    if kind not in ConfirmationKind.values:
        raise field_refusal("kind", _("选项无效"), "invalid_choice")
    if kind in NAMES_A_CAUSE and not cause:
        raise field_refusal("cause_slug", _("请选一个原因"), "required")
    known = content.current().causes.keys() - {RESIDUAL} if kind in NAMES_A_CAUSE else set()
    if cause and cause not in known:
        raise field_refusal("cause_slug", _("选项无效"), "invalid_choice")


def _refuse_impossible_day(change: LimitChange, given_on: date | None, today: date) -> None:
    if given_on is None:
        return
    if given_on > today:
        raise field_refusal("given_on", _("不能晚于今天（北京时间）"), "future")
    if given_on < change.effective_on - SAID_BEFORE:
        raise field_refusal(
            "given_on",
            _("早于变动日期。请核对日期；变动日期记错了，可以先更正那条记录。"),
            "before_change",
        )


def _says(word: Confirmation) -> tuple[Any, ...]:
    return (word.kind, word.cause, word.in_writing, word.given_on, word.words)


def _scored(change: LimitChange, cause: str) -> dict[str, Any]:
    """Against the open part of the ranking: a place in the full one would tell sensitive answers.

    Once a cause was named, rankings know it, and the person's answers may follow it: every later
    word on the change is scored against the ranking the first one was.
    """
    basis = _basis(change)
    score = score_of(basis.result["causes"], cause)
    return {"assessment": str(basis.public_id), "score": asdict(score)}


def _basis(change: LimitChange) -> Assessment:
    named = Confirmation.objects.filter(change=change).exclude(cause_slug="").order_by("pk").first()
    mine = Assessment.objects.filter(owner_id=change.owner_id)
    found: Assessment | None = (
        mine.filter(public_id=named.scored["assessment"]).first()
        if named
        else mine.filter(change=change).newest().first()
    )
    return found or assess(change=change)


def _rank_again(change: LimitChange, today: date) -> None:
    rows = neighbours(change)
    plan_from(assess(change=change, rows=rows), rows, today)
