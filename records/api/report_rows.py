"""Rows of credit reports over the API: entries and inquiries added, corrected, judged, removed."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from accounts.ownership import get_owned_or_404
from inputs.serializers import (
    ChoiceField,
    DayField,
    LineField,
    MoneyField,
    MonthField,
    StrictSerializer,
    TextField,
)
from records import services
from records.api.reports import WRITE, own_report
from records.api.shown import RemovedOutput
from records.api.shown_reports import EntryOutput, InquiryOutput, entry_json, inquiry_json
from records.enums import EntryKind, EntryState, FiveClass, InquiryVerdict, Verdict
from records.models import CreditReport, Inquiry, ReportEntry

MOST_JUDGED = 500
MOST_MONTHS = 60


def _day() -> DayField:
    return DayField(required=False, allow_null=True, default=None)


def _month() -> MonthField:
    return MonthField(required=False, allow_null=True, default=None)


def _money(source: str) -> MoneyField:
    return MoneyField(required=False, allow_null=True, default=None, source=source)


def _yes_no() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, allow_null=True, default=None)


class EntryInput(StrictSerializer):
    kind = ChoiceField(EntryKind.choices)
    lender = LineField(max_length=120)
    business = LineField(max_length=60, required=False, allow_blank=True, default="")
    opened_on = _day()
    ends_on = _day()
    is_permanent = _yes_no()
    limit = _money("limit_fen")
    balance = _money("balance_fen")
    state = ChoiceField(EntryState.choices, required=False, allow_blank=True, default="")
    five_class = ChoiceField(FiveClass.choices, required=False, allow_blank=True, default="")
    monthly = _money("monthly_fen")
    as_of = _month()
    closed_on = _month()
    overdue = _money("overdue_fen")
    overdue_months = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_MONTHS
    )
    over_90 = _yes_no()
    bad_until = DayField(
        required=False,
        allow_null=True,
        default=None,
        not_after_today=True,
        help_text=lazy("不良终止（还清）的日子，五年从它算起"),
    )


class VerdictInput(StrictSerializer):
    verdict = ChoiceField(Verdict.choices)
    what_wrong = TextField(max_length=500, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["verdict"] == Verdict.WRONG and not attrs["what_wrong"]:
            words = lazy("请写出哪里不对，提异议时要用")
            raise serializers.ValidationError({"what_wrong": words}, code="required")
        return attrs


class InquiryInput(StrictSerializer):
    on = DayField(not_after_today=True)
    who = LineField(max_length=120)
    reason = LineField(max_length=60)


class OneVerdict(StrictSerializer):
    id = serializers.UUIDField()
    verdict = ChoiceField(InquiryVerdict.choices)


class VerdictsInput(StrictSerializer):
    verdicts = serializers.ListField(child=OneVerdict(), max_length=MOST_JUDGED)


class JudgedOutput(serializers.Serializer[Any]):
    changed = serializers.IntegerField()


ENTRY = OpenApiExample(
    "一条额度",
    request_only=True,
    value={
        "kind": "revolving",
        "lender": "重庆蚂蚁消费金融有限公司",
        "business": "其他个人消费贷款",
        "opened_on": "2021-03-09",
        "limit": "80000.00",
        "balance": "3210.00",
        "state": "normal",
        "as_of": "2026-10",
    },
)


def _entry(request: Request, public_id: str) -> ReportEntry:
    rows = ReportEntry.objects.select_related("report", "owner")
    return get_owned_or_404(ReportEntry, request.user, public_id, rows)


@extend_schema(
    operation_id="add_report_entry",
    summary="给报告加一条账户、担保或公共记录",
    request=EntryInput,
    responses={201: EntryOutput},
    examples=[ENTRY],
)
@api_view(["POST"])
@permission_classes([WRITE])
def entries(request: Request, public_id: str) -> Response:
    return _add_entry(request, own_report(request, public_id))


@once
def _add_entry(request: Request, found: CreditReport) -> Response:
    given = EntryInput(data=request.data)
    given.is_valid(raise_exception=True)
    made = services.add_entry(report=found, values=given.validated_data, now=timezone.now())
    return Response(entry_json(made), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="edit_report_entry",
    summary="改一条；改过的算核对过",
    request=EntryInput,
    responses=EntryOutput,
    examples=[ENTRY],
)
@api_view(["POST"])
@permission_classes([WRITE])
def edit_entry(request: Request, public_id: str) -> Response:
    return _edit_entry(request, _entry(request, public_id))


@once
def _edit_entry(request: Request, found: ReportEntry) -> Response:
    given = EntryInput(data=request.data)
    given.is_valid(raise_exception=True)
    edited = services.edit_entry(entry=found, values=given.validated_data, now=timezone.now())
    return Response(entry_json(edited))


@extend_schema(
    operation_id="judge_report_entry",
    summary="记下核对结果：无误、存疑、有错、不是我的",
    request=VerdictInput,
    responses=EntryOutput,
    examples=[
        OpenApiExample(
            "有错",
            request_only=True,
            value={"verdict": "wrong", "what_wrong": "2026 年 3 月已还清，仍写逾期"},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def judge_entry(request: Request, public_id: str) -> Response:
    return _judge_entry(request, _entry(request, public_id))


@once
def _judge_entry(request: Request, found: ReportEntry) -> Response:
    given = VerdictInput(data=request.data)
    given.is_valid(raise_exception=True)
    judged = services.judge_entry(entry=found, now=timezone.now(), **given.validated_data)
    return Response(entry_json(judged))


@extend_schema(
    operation_id="remove_report_entry",
    summary="删掉一条",
    request=None,
    responses=RemovedOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def remove_entry(request: Request, public_id: str) -> Response:
    return _remove_entry(request, public_id)


@once
def _remove_entry(request: Request, public_id: str) -> Response:
    found = _entry(request, public_id)
    services.remove_entry(entry=found, now=timezone.now())
    return Response({"id": str(found.public_id), "removed": True})


@extend_schema(
    operation_id="add_inquiry",
    summary="给报告加一条查询",
    request=InquiryInput,
    responses={201: InquiryOutput},
    examples=[
        OpenApiExample(
            "一次审批查询",
            request_only=True,
            value={"on": "2026-10-12", "who": "浙江网商银行股份有限公司", "reason": "贷款审批"},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def inquiries(request: Request, public_id: str) -> Response:
    return _add_inquiry(request, own_report(request, public_id))


@once
def _add_inquiry(request: Request, found: CreditReport) -> Response:
    given = InquiryInput(data=request.data)
    given.is_valid(raise_exception=True)
    made = services.add_inquiry(report=found, values=given.validated_data, now=timezone.now())
    return Response(inquiry_json(made), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="judge_inquiries",
    summary="查询逐条对上号：我办的、例行管理、不认识",
    description="不在这份报告里的 id 不起作用。",
    request=VerdictsInput,
    responses=JudgedOutput,
    examples=[
        OpenApiExample(
            "不认识",
            request_only=True,
            value={
                "verdicts": [{"id": "3f0c2a52-6f5c-4f0a-9a57-0d5f0f2a7c11", "verdict": "strange"}]
            },
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def judge_inquiries(request: Request, public_id: str) -> Response:
    return _judge_inquiries(request, own_report(request, public_id))


@once
def _judge_inquiries(request: Request, found: CreditReport) -> Response:
    given = VerdictsInput(data=request.data)
    given.is_valid(raise_exception=True)
    said = {str(row["id"]): row["verdict"] for row in given.validated_data["verdicts"]}
    changed = services.judge_inquiries(report=found, verdicts=said, now=timezone.now())
    return Response({"changed": changed})


@extend_schema(
    operation_id="remove_inquiry",
    summary="删掉一条查询",
    request=None,
    responses=RemovedOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def remove_inquiry(request: Request, public_id: str) -> Response:
    return _remove_inquiry(request, public_id)


@once
def _remove_inquiry(request: Request, public_id: str) -> Response:
    rows = Inquiry.objects.select_related("report")
    found = get_owned_or_404(Inquiry, request.user, public_id, rows)
    services.remove_inquiry(inquiry=found, now=timezone.now())
    return Response({"id": str(found.public_id), "removed": True})
