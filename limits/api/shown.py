"""What comes out of the ledger. Yuan in strings, days as ISO writes them."""

from typing import Any

from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers

from inputs.money import format_yuan
from limits.domain.states import LineState
from limits.enums import ChangeKind, Notified, Purpose, Screen, Source
from limits.models import CreditLine, LimitChange, Reading


class StateOutput(serializers.Serializer[Any]):
    limit = serializers.CharField()
    limit_on = serializers.DateField(help_text=lazy("从哪天的记录得知"))
    status = serializers.ChoiceField(["open", "frozen", "closed"])
    used = serializers.CharField(allow_null=True)
    available = serializers.CharField(allow_null=True)
    annual_rate = serializers.CharField(allow_null=True)
    used_on = serializers.DateField(allow_null=True)


class LineOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    product = serializers.CharField()
    product_name = serializers.CharField()
    lender = serializers.CharField()
    lender_name = serializers.CharField()
    state = StateOutput(allow_null=True)


class LinePage(serializers.Serializer[Any]):
    results = LineOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ReadingOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    line = serializers.UUIDField()
    observed_on = serializers.DateField()
    limit = serializers.CharField()
    used = serializers.CharField(allow_null=True)
    available = serializers.CharField(allow_null=True)
    annual_rate = serializers.CharField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    lender_shown = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.choices, allow_blank=True)
    screen = serializers.ChoiceField(Screen.choices, allow_blank=True)
    note = serializers.CharField()
    read_from = serializers.ChoiceField(Source.choices)


class ReadingPage(serializers.Serializer[Any]):
    results = ReadingOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ChangeOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    line = serializers.UUIDField()
    product = serializers.CharField()
    product_name = serializers.CharField()
    lender_name = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    effective_on = serializers.DateField()
    stated_reason = serializers.CharField()
    supersedes = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(ChangeKind.choices)
    noticed_on = serializers.DateField(allow_null=True)
    unchanged_until = serializers.DateField(allow_null=True)
    notified_how = serializers.ChoiceField(Notified.choices)
    by_me = serializers.BooleanField(allow_null=True)
    temporary = serializers.BooleanField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    lender_before = serializers.CharField()
    lender_after = serializers.CharField()
    name_after = serializers.CharField()
    screen = serializers.ChoiceField(Screen.choices, allow_blank=True)
    note = serializers.CharField()
    read_from = serializers.ChoiceField(Source.choices)


class ChangeDetail(ChangeOutput):
    superseded_by = serializers.UUIDField(allow_null=True)
    retracted = serializers.BooleanField()


class ChangePage(serializers.Serializer[Any]):
    results = ChangeOutput(many=True)
    next = serializers.CharField(allow_null=True)


def yuan(fen: int | None) -> str | None:
    """5000000 → "50000.00"; None stays None."""
    return None if fen is None else format_yuan(fen).replace(",", "")


def percent(bp: int | None) -> str | None:
    """1540 → "15.40"."""
    return None if bp is None else f"{bp // 100}.{bp % 100:02}"


def iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()


def line_json(line: CreditLine, state: LineState | None) -> dict[str, Any]:
    return {
        "id": str(line.public_id),
        "product": line.product_slug,
        "product_name": line.product_name,
        "lender": line.lender_slug,
        "lender_name": line.lender_name,
        "state": state
        and {
            "limit": yuan(state.limit_fen),
            "limit_on": iso(state.limit_on),
            "status": state.status,
            "used": yuan(state.used_fen),
            "available": yuan(state.available_fen),
            "annual_rate": percent(state.rate_bp),
            "used_on": iso(state.used_on),
        },
    }


def reading_json(reading: Reading) -> dict[str, Any]:
    return {
        "id": str(reading.public_id),
        "line": str(reading.line.public_id),
        "observed_on": iso(reading.observed_on),
        "limit": yuan(reading.limit_fen),
        "used": yuan(reading.used_fen),
        "available": yuan(reading.available_fen),
        "annual_rate": percent(reading.rate_bp),
        "expires_on": iso(reading.expires_on),
        "lender_shown": reading.lender_shown,
        "purpose": reading.purpose,
        "screen": reading.screen,
        "note": reading.note,
        "read_from": reading.source,
    }


def change_json(change: LimitChange) -> dict[str, Any]:
    return {
        "id": str(change.public_id),
        "line": str(change.line.public_id),
        "product": change.line.product_slug,
        "product_name": change.line.product_name,
        "lender_name": change.line.lender_name,
        "before": yuan(change.before_fen),
        "after": yuan(change.after_fen),
        "effective_on": iso(change.effective_on),
        "stated_reason": change.stated_reason,
        "supersedes": change.supersedes and str(change.supersedes.public_id),
        "kind": change.kind,
        "noticed_on": iso(change.noticed_on),
        "unchanged_until": iso(change.unchanged_until),
        "notified_how": change.notified_how,
        "by_me": change.by_me,
        "temporary": change.temporary,
        "expires_on": iso(change.expires_on),
        "lender_before": change.lender_before,
        "lender_after": change.lender_after,
        "name_after": change.name_after,
        "screen": change.screen,
        "note": change.note,
        "read_from": change.source,
    }


def change_detail_json(change: LimitChange) -> dict[str, Any]:
    """One change with what became of it; for rows read with `superseded_by`."""
    newer = getattr(change, "superseded_by", None)
    return change_json(change) | {
        "superseded_by": newer and str(newer.public_id),
        "retracted": change.retracted or bool(newer and newer.retracted),
    }
