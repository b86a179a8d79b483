"""The only writers of readings, and of the changes that two readings show."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from inputs.words import field_refusal
from limits.assessing import follow_up
from limits.domain.states import Seen, change_between, newest_seen
from limits.enums import Source
from limits.models import CreditLine, LimitChange, Reading
from limits.services.ledger import line_of


@transaction.atomic
def log_reading(
    *,
    owner: User,
    today: date,
    product: str,
    observed_on: date,
    limit: int,
    product_name: str = "",
    lender_name: str = "",
    used: int | None = None,
    available: int | None = None,
    **details: Any,
) -> Reading:
    """What the app showed on one day; amounts in 分, `rate_bp` in hundredths of a per cent.

    A limit that differs from what was last known is a change between the two days, and is logged
    as one. A reading of the past, with later entries on the line, tells of no change by itself.
    Raises ValidationError for a day ahead, or when used and available exceed what can be.
    """
    if observed_on > today:
        raise field_refusal("observed_on", _("不能晚于今天（北京时间）"), "future")
    line = line_of(owner, product, product_name, lender_name)
    shown = {"limit_fen": limit, "used_fen": used, "available_fen": available, **details}
    _refuse_same(line, observed_on, shown)
    earlier = _last_seen(line, observed_on)
    reading = Reading.objects.create(owner=owner, line=line, observed_on=observed_on, **shown)
    if not _has_later(line, observed_on):
        _log_difference(reading, earlier, today)
    return reading


@transaction.atomic
def retract_reading(*, reading: Reading) -> Reading:
    """Mark a reading as a mistake. A change logged from it stays until it is withdrawn itself."""
    reading = Reading.objects.select_for_update(of=("self",)).get(pk=reading.pk)
    if reading.retracted or Reading.objects.filter(supersedes=reading).exists():
        raise ValidationError(_("这条读数已经撤回或更正过"), code="superseded")
    return Reading.objects.create(
        owner_id=reading.owner_id,
        line_id=reading.line_id,
        observed_on=reading.observed_on,
        limit_fen=reading.limit_fen,
        source=reading.source,
        supersedes=reading,
        retracted=True,
    )


def _refuse_same(line: CreditLine, observed_on: date, shown: dict[str, Any]) -> None:
    figures = {name: shown[name] for name in ("limit_fen", "used_fen", "available_fen")}
    if Reading.objects.filter(line=line, observed_on=observed_on, **figures).current().exists():
        raise field_refusal("limit", _("这一天已经记过同样的读数"), "same_reading")


def _last_seen(line: CreditLine, on: date) -> Seen | None:
    """What was last known of the limit up to that day, from a reading or a change."""
    readings = Reading.objects.filter(line=line, observed_on__lte=on).current().newest_first()
    changes = LimitChange.objects.filter(line=line, effective_on__lte=on).current().newest_first()
    return newest_seen(
        [
            *(Seen(*row) for row in readings.values_list("observed_on", "limit_fen")[:1]),
            *(Seen(*row) for row in changes.values_list("effective_on", "after_fen")[:1]),
        ]
    )


def _has_later(line: CreditLine, on: date) -> bool:
    return (
        LimitChange.objects.filter(line=line, effective_on__gt=on).current().exists()
        or Reading.objects.filter(line=line, observed_on__gt=on).current().exists()
    )


def _log_difference(reading: Reading, earlier: Seen | None, today: date) -> None:
    found = change_between(earlier, Seen(reading.observed_on, reading.limit_fen))
    if found is None:
        return
    change = LimitChange.objects.create(
        owner_id=reading.owner_id,
        line=reading.line,
        before_fen=found.before_fen,
        after_fen=found.after_fen,
        effective_on=found.effective_on,
        noticed_on=found.effective_on,
        unchanged_until=found.unchanged_until,
        screen=reading.screen,
        expires_on=reading.expires_on,
        source=Source.READING,
    )
    follow_up(change, today)
