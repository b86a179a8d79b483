"""Credit reports over the API: noted, read from text, confirmed, compared, removed."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once, scoped
from accounts.enums import Scope
from accounts.http import person
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from inputs.clock import today
from inputs.ids import uuids
from inputs.serializers import ChoiceField, DayField, LineField, StrictSerializer, TextField
from records import services
from records.api.shown import RemovedOutput, iso
from records.api.shown_reports import (
    ComparisonOutput,
    ReportDetail,
    ReportOutput,
    ReportPage,
    comparison_json,
    detail_json,
    report_json,
)
from records.domain.comparing import compare
from records.domain.report_text import read_report
from records.enums import ReportCost, ReportKind, ReportOrigin
from records.models import CreditReport
from records.notebook import report_context
from records.reported import free_now, report_of

PAGE_ROWS = 30
MOST_TEXT = 200_000
READ = scoped(GET=Scope.REPORTS_READ.value)
WRITE = scoped(POST=Scope.REPORTS_WRITE.value)
READ_AND_WRITE = scoped(GET=Scope.REPORTS_READ.value, POST=Scope.REPORTS_WRITE.value)
AFTER = OpenApiParameter("after", str, description="上一页的 next；读不懂的当作没有，从第一页开始")
WITH = OpenApiParameter("with", str, description="和哪一份比；不写就和前一份比")


class ReportInput(StrictSerializer):
    reported_on = DayField(not_after_today=True)
    kind = ChoiceField(ReportKind.choices)
    cost = ChoiceField(ReportCost.choices, required=False, default=ReportCost.UNKNOWN.value)
    number_tail = serializers.RegexField(
        r"^[0-9A-Za-z]{4}$",
        required=False,
        allow_blank=True,
        default="",
        help_text=lazy("报告编号的后四位"),
    )
    note = TextField(max_length=1000, required=False, allow_blank=True, default="")


class TextInput(StrictSerializer):
    text = TextField(max_length=MOST_TEXT, help_text=lazy("报告里的文字，整份复制"))
    cost = ChoiceField(ReportCost.choices, required=False, default=ReportCost.UNKNOWN.value)
    own = serializers.BooleanField(help_text=lazy("是我本人的报告，必须是 true"))

    def validate_own(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(lazy("这里只能读自己的报告"), code="not_own")
        return value


class ConfirmRowsInput(StrictSerializer):
    rows = serializers.ListField(
        child=LineField(max_length=40),
        required=False,
        allow_null=True,
        default=None,
        max_length=2_500,
        help_text=lazy("对过的条目和查询的 id；不写就是全部"),
    )


HEAD = OpenApiExample(
    "一份简版",
    request_only=True,
    value={"reported_on": "2026-11-03", "kind": "brief", "cost": "free", "number_tail": "9999"},
)


def own_report(request: Request, public_id: str) -> CreditReport:
    return get_owned_or_404(CreditReport, request.user, public_id)


@extend_schema(
    methods=["GET"],
    operation_id="list_reports",
    summary="我记下的信用报告，报告日期新的在前；今年还能免费取几次",
    parameters=[AFTER],
    responses=ReportPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="add_report",
    summary="记一份信用报告",
    description="一年只有两次免费（征信业管理条例第17条），第三份记成 free 会被拒绝。",
    request=ReportInput,
    responses={201: ReportOutput},
    examples=[HEAD],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def reports(request: Request) -> Response:
    if request.method == "POST":
        return _add(request)
    rows = CreditReport.objects.for_user(request.user)
    after = request.query_params.get("after", "")
    page = keyset_page(rows, order=("-reported_on", "-pk"), after=after, size=PAGE_ROWS)
    free = free_now(person(request), today())
    return Response(
        {
            "free": {
                "year": free.year,
                "used": free.used,
                "left": free.left,
                "next_on": iso(free.next_on),
            },
            "results": [report_json(row) for row in page.rows],
            "next": page.next,
        }
    )


@once
def _add(request: Request) -> Response:
    given = ReportInput(data=request.data)
    given.is_valid(raise_exception=True)
    made = services.add_report(
        owner=person(request), values=given.validated_data, now=timezone.now()
    )
    return Response(report_json(made), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_report_text",
    summary="从文字读出一份报告，成为待核对的草稿",
    description="姓名和证件号不保存。读出的条目核对以后才算数。",
    request=TextInput,
    responses={201: ReportDetail},
    examples=[
        OpenApiExample("整份文字", request_only=True, value={"text": "个人信用报告 …", "own": True})
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def read_text(request: Request) -> Response:
    return _read_text(request)


@once
def _read_text(request: Request) -> Response:
    given = TextInput(data=request.data)
    given.is_valid(raise_exception=True)
    read = read_report(given.validated_data["text"], today())
    if read.reported_on is None or "not-a-report" in read.doubts:
        words = lazy("没有读到报告日期或条目；请把整份报告的文字发来，或者自己填。")
        raise serializers.ValidationError({"text": words}, code="not_a_report")
    values: dict[str, Any] = {
        "reported_on": read.reported_on,
        "kind": "brief" if read.kind == "brief" else "detailed",
        "cost": given.validated_data["cost"],
        "number_tail": read.number_tail,
        "note": "",
    }
    made = services.import_report(
        owner=person(request),
        read=read,
        values=values,
        origin=ReportOrigin.PASTED,
        now=timezone.now(),
    )
    return Response(detail_json(report_context(made, today())), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_report",
    summary="一份报告：各条、查询、不良记录该消失的日子、要做的事",
    responses=ReportDetail,
)
@api_view(["GET"])
@permission_classes([READ])
def report(request: Request, public_id: str) -> Response:
    return Response(detail_json(report_context(own_report(request, public_id), today())))


@extend_schema(
    operation_id="edit_report",
    summary="改报告的日期、版本、是否免费、备注",
    request=ReportInput,
    responses=ReportOutput,
    examples=[HEAD],
)
@api_view(["POST"])
@permission_classes([WRITE])
def edit_report(request: Request, public_id: str) -> Response:
    return _edit(request, own_report(request, public_id))


@once
def _edit(request: Request, found: CreditReport) -> Response:
    given = ReportInput(data=request.data)
    given.is_valid(raise_exception=True)
    edited = services.edit_report(report=found, values=given.validated_data, now=timezone.now())
    return Response(report_json(edited))


@extend_schema(
    operation_id="confirm_report",
    summary="对过的条目记进台账",
    request=ConfirmRowsInput,
    responses=ReportOutput,
    examples=[OpenApiExample("全部对过了", request_only=True, value={})],
)
@api_view(["POST"])
@permission_classes([WRITE])
def confirm_report(request: Request, public_id: str) -> Response:
    return _confirm(request, own_report(request, public_id))


@once
def _confirm(request: Request, found: CreditReport) -> Response:
    given = ConfirmRowsInput(data=request.data)
    given.is_valid(raise_exception=True)
    rows = given.validated_data["rows"]
    confirmed = services.confirm_report(
        report=found, rows=None if rows is None else uuids(rows), now=timezone.now()
    )
    return Response(report_json(confirmed))


@extend_schema(
    operation_id="remove_report",
    summary="删掉一份报告，连同各条和核对结果",
    request=None,
    responses=RemovedOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def remove_report(request: Request, public_id: str) -> Response:
    return _remove(request, public_id)


@once
def _remove(request: Request, public_id: str) -> Response:
    # Looked up in here: a repeated request gets its first answer, not 404.
    found = own_report(request, public_id)
    services.remove_report(report=found)
    return Response({"id": str(found.public_id), "removed": True})


@extend_schema(
    operation_id="compare_reports",
    summary="和另一份报告比：多了什么，少了什么，变了什么，谁查过",
    parameters=[WITH],
    responses=ComparisonOutput,
)
@api_view(["GET"])
@permission_classes([READ])
def compare_reports(request: Request, public_id: str) -> Response:
    found = own_report(request, public_id)
    pair = sorted([found, _other(request, found)], key=lambda row: (row.reported_on, row.pk))
    older, newer = pair
    result = compare(report_of(older), report_of(newer))
    return Response(comparison_json(older, newer, result))


def _other(request: Request, found: CreditReport) -> CreditReport:
    """The one asked for, else the one before. 404 where there is none."""
    if wanted := request.query_params.get("with"):
        return own_report(request, wanted)
    earlier = report_context(found, today())["earlier"]
    if earlier is None:
        raise Http404
    return earlier  # type: ignore[no-any-return]
