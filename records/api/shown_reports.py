"""What comes out of credit reports: money in yuan as text, days and months as ISO writes them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers

from inputs.money import format_yuan
from records.api.shown import iso
from records.domain.comparing import Changed, Comparison
from records.domain.reports import BadRecord, EntryNow, InquiryNow, Standing
from records.enums import (
    EntryKind,
    EntryState,
    FiveClass,
    InquiryVerdict,
    ReportCost,
    ReportKind,
    Verdict,
)
from records.models import CreditReport, Inquiry, ReportEntry

MONTHS = ("as_of", "closed_on")
MONEY = ("limit_fen", "balance_fen", "monthly_fen", "overdue_fen")
PLAIN = (
    *("kind", "lender", "business", "is_permanent", "state", "five_class", "overdue_months"),
    "over_90",
)
DAYS = ("opened_on", "ends_on", "bad_until")


class ReportOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reported_on = serializers.DateField()
    kind = serializers.ChoiceField(ReportKind.choices)
    cost = serializers.ChoiceField(ReportCost.choices)
    number_tail = serializers.CharField(help_text=lazy("报告编号的后四位"))
    note = serializers.CharField()
    is_draft = serializers.BooleanField(help_text=lazy("读出来的，还没核对完；没核对的哪里都不算"))


class FreeOutput(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    used = serializers.IntegerField()
    left = serializers.IntegerField()
    next_on = serializers.DateField(help_text=lazy("从哪天起又能免费取"))


class ReportPage(serializers.Serializer[Any]):
    free = FreeOutput()
    results = ReportOutput(many=True)
    next = serializers.CharField(allow_null=True)


class EntryOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(EntryKind.choices)
    lender = serializers.CharField()
    business = serializers.CharField()
    opened_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    is_permanent = serializers.BooleanField(allow_null=True)
    limit = serializers.CharField(allow_null=True, help_text=lazy("元；贷款是借款金额"))
    balance = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(EntryState.choices, allow_blank=True)
    five_class = serializers.ChoiceField(FiveClass.choices, allow_blank=True)
    monthly = serializers.CharField(allow_null=True, help_text=lazy("本月应还款，元"))
    as_of = serializers.CharField(allow_null=True, help_text=lazy("数字截至的月份"))
    closed_on = serializers.CharField(allow_null=True, help_text=lazy("结清或销户的月份"))
    overdue = serializers.CharField(allow_null=True, help_text=lazy("当前逾期金额，元"))
    overdue_months = serializers.IntegerField(allow_null=True)
    over_90 = serializers.BooleanField(allow_null=True)
    bad_until = serializers.DateField(allow_null=True, help_text=lazy("不良终止（还清）的日子"))
    codes = serializers.CharField(help_text=lazy("还款记录的符号，旧的在前"))
    verdict = serializers.ChoiceField(Verdict.choices)
    what_wrong = serializers.CharField()
    disputed_on = serializers.DateField(allow_null=True)
    is_confirmed = serializers.BooleanField()
    version = serializers.IntegerField()


class InquiryOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    on = serializers.DateField()
    who = serializers.CharField()
    reason = serializers.CharField()
    verdict = serializers.ChoiceField(InquiryVerdict.choices)
    disputed_on = serializers.DateField(allow_null=True)
    is_confirmed = serializers.BooleanField()


class BadRecordOutput(serializers.Serializer[Any]):
    entry = serializers.UUIDField()
    kept_until = serializers.DateField(
        allow_null=True, help_text=lazy("最多保存到哪天，条例第16条")
    )
    too_long = serializers.BooleanField(help_text=lazy("报告那天已过期限，仍在报告上"))


class StandingOutput(serializers.Serializer[Any]):
    running = serializers.IntegerField(help_text=lazy("没结清的账户"))
    lenders = serializers.IntegerField()
    limit = serializers.CharField()
    balance = serializers.CharField()
    used_bp = serializers.IntegerField(allow_null=True, help_text=lazy("万分之一"))
    approvals = serializers.IntegerField(help_text=lazy("近三个月审批查询"))


class ToDoOutput(serializers.Serializer[Any]):
    what = serializers.CharField()
    count = serializers.IntegerField()


class ReportDetail(ReportOutput):
    unread = serializers.ListField(child=serializers.CharField())
    entries = EntryOutput(many=True)
    inquiries = InquiryOutput(many=True)
    standing = StandingOutput()
    bad_records = BadRecordOutput(many=True)
    to_do = ToDoOutput(many=True)


class DifferenceOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class ChangedOutput(serializers.Serializer[Any]):
    before = serializers.UUIDField()
    after = serializers.UUIDField()
    lender = serializers.CharField()
    differences = DifferenceOutput(many=True)


class ComparisonOutput(serializers.Serializer[Any]):
    older = serializers.UUIDField()
    newer = serializers.UUIDField()
    appeared = serializers.ListField(child=serializers.UUIDField())
    gone = serializers.ListField(child=serializers.UUIDField())
    changed = ChangedOutput(many=True)
    same = serializers.IntegerField()
    new_inquiries = serializers.ListField(child=serializers.UUIDField())
    to_ask_about = serializers.ListField(child=serializers.UUIDField())
    lost_inquiries = serializers.ListField(child=serializers.UUIDField())
    aged_out = serializers.IntegerField()


def report_json(row: CreditReport) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "reported_on": iso(row.reported_on),
        "kind": row.kind,
        "cost": row.cost,
        "number_tail": row.number_tail,
        "note": row.note,
        "is_draft": row.confirmed_at is None,
    }


def entry_json(row: ReportEntry) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        **{name: getattr(row, name) for name in PLAIN},
        **{name: iso(getattr(row, name)) for name in DAYS},
        **{name: _month(getattr(row, name)) for name in MONTHS},
        **{name.removesuffix("_fen"): _yuan(getattr(row, name)) for name in MONEY},
        "codes": row.codes,
        "verdict": row.verdict,
        "what_wrong": row.what_wrong,
        "disputed_on": iso(row.disputed_on),
        "is_confirmed": row.confirmed,
        "version": row.version,
    }


def inquiry_json(row: Inquiry) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "on": iso(row.on),
        "who": row.who,
        "reason": row.reason,
        "verdict": row.verdict,
        "disputed_on": iso(row.disputed_on),
        "is_confirmed": row.confirmed,
    }


def detail_json(context: dict[str, Any]) -> dict[str, Any]:
    """Of a context of records.notebook.report_context."""
    entries = [*context["waiting"], *context["entries"]]
    return report_json(context["report"]) | {
        "unread": context["report"].unread,
        "entries": [entry_json(row) for row in entries],
        "inquiries": [inquiry_json(row) for row in context["all_inquiries"]],
        "standing": _standing_json(context["standing"]),
        "bad_records": [_bad_json(row) for row in context["bad"]],
        "to_do": [{"what": what, "count": count} for what, count in context["to_do"]],
    }


def _standing_json(now: Standing) -> dict[str, Any]:
    return {
        "running": now.running,
        "lenders": now.lenders,
        "limit": _yuan(now.limit_fen),
        "balance": _yuan(now.balance_fen),
        "used_bp": now.used_bp,
        "approvals": now.approvals,
    }


def _bad_json(row: BadRecord) -> dict[str, Any]:
    return {
        "entry": row.entry.key,
        "kept_until": iso(row.kept_until),
        "too_long": row.too_long,
    }


def comparison_json(older: CreditReport, newer: CreditReport, found: Comparison) -> dict[str, Any]:
    return {
        "older": str(older.public_id),
        "newer": str(newer.public_id),
        "appeared": _keys(found.appeared),
        "gone": _keys(found.gone),
        "changed": [_changed_json(row) for row in found.changed],
        "same": found.same,
        "new_inquiries": _keys(found.new_inquiries),
        "to_ask_about": _keys(found.to_ask_about),
        "lost_inquiries": _keys(found.lost),
        "aged_out": found.aged_out,
    }


def _keys(rows: tuple[EntryNow, ...] | tuple[InquiryNow, ...]) -> list[str]:
    return [row.key for row in rows]


def _changed_json(row: Changed) -> dict[str, Any]:
    return {
        "before": row.before.key,
        "after": row.after.key,
        "lender": row.after.lender,
        "differences": [
            {
                "name": one.name.removesuffix("_fen"),
                "before": _text(one.name, one.before),
                "after": _text(one.name, one.after),
            }
            for one in row.differences
        ],
    }


def _text(name: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    return _yuan(value) if name in MONEY and isinstance(value, int) else str(value)


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else format_yuan(fen).replace(",", "")


def _month(day: date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None
