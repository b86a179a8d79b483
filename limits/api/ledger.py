"""Lines, readings and changes: read, logged, corrected, withdrawn."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once, scoped
from accounts.enums import Scope
from accounts.http import person
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from inputs.clock import today
from limits import services
from limits.api.given import LogInput, ReadingInput
from limits.api.lists import (
    AFTER,
    PAGE_ROWS,
    PRODUCT,
    SINCE,
    UNTIL,
    cursor,
    filtered,
    newest_page,
)
from limits.api.shown import (
    ChangeDetail,
    ChangeOutput,
    ChangePage,
    LineOutput,
    LinePage,
    ReadingOutput,
    ReadingPage,
    change_detail_json,
    change_json,
    line_json,
    reading_json,
)
from limits.enums import Source
from limits.models import CreditLine, LimitChange, Reading

READ = scoped(GET=Scope.LEDGER_READ.value)
WRITE = scoped(POST=Scope.LEDGER_WRITE.value)
READ_AND_WRITE = scoped(GET=Scope.LEDGER_READ.value, POST=Scope.LEDGER_WRITE.value)

CHANGE = {
    "product": "jiebei",
    "before": "50000.00",
    "after": "0",
    "effective_on": "2026-10-12",
    "notified_how": "sms",
    "stated_reason": "综合评估未通过",
}
LOG_EXAMPLES = [
    OpenApiExample("借呗归零", request_only=True, value=CHANGE),
    OpenApiExample(
        "放款机构变了",
        request_only=True,
        value={
            "product": "xinyongdai",
            "kind": "lender",
            "effective_on": "2026-10-12",
            "lender_before": "某某银行股份有限公司",
            "lender_after": "另一家银行股份有限公司",
        },
    ),
]
READING_EXAMPLES = [
    OpenApiExample(
        "今天看到的额度",
        request_only=True,
        value={
            "product": "jiebei",
            "observed_on": "2026-10-12",
            "limit": "30000.00",
            "used": "1200.00",
            "available": "28800.00",
            "annual_rate": "14.6",
        },
    )
]


@extend_schema(
    operation_id="list_lines",
    summary="我的授信额度，和每条现在的状态",
    parameters=[AFTER, PRODUCT],
    responses=LinePage,
)
@api_view(["GET"])
@permission_classes([READ])
def lines(request: Request) -> Response:
    mine = CreditLine.objects.for_user(request.user).as_of(today())
    rows, following = newest_page(filtered(mine, request, product="product_slug"), request)
    return Response({"results": [line_json(row, row.state) for row in rows], "next": following})


@extend_schema(operation_id="read_line", summary="一条授信额度", responses=LineOutput)
@api_view(["GET"])
@permission_classes([READ])
def line(request: Request, public_id: str) -> Response:
    now: Any = CreditLine.objects.for_user(request.user).as_of(today())
    row = get_owned_or_404(CreditLine, request.user, public_id, now)
    return Response(line_json(row, row.state))


@extend_schema(
    operation_id="list_readings",
    summary="一条额度的读数，最近的在前",
    parameters=[AFTER, SINCE, UNTIL],
    responses=ReadingPage,
)
@api_view(["GET"])
@permission_classes([READ])
def readings_of_line(request: Request, public_id: str) -> Response:
    found = get_owned_or_404(CreditLine, request.user, public_id)
    rows = Reading.objects.for_user(request.user).filter(line=found).current().with_line()
    page = keyset_page(
        filtered(rows, request, day="observed_on"),
        order=("-observed_on", "-pk"),
        after=cursor(request),
        size=PAGE_ROWS,
    )
    return Response({"results": [reading_json(row) for row in page.rows], "next": page.next})


@extend_schema(
    operation_id="log_reading",
    summary="记一次读数：页面上看到的额度",
    description="和上次不同的，同时记成一笔变动。",
    request=ReadingInput,
    responses={201: ReadingOutput},
    examples=READING_EXAMPLES,
)
@api_view(["POST"])
@permission_classes([WRITE])
def readings(request: Request) -> Response:
    return _log_reading(request)


@once
def _log_reading(request: Request) -> Response:
    given = ReadingInput(data=request.data)
    given.is_valid(raise_exception=True)
    reading = services.log_reading(
        owner=person(request), today=today(), source=Source.API, **given.validated_data
    )
    return Response(reading_json(reading), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="retract_reading",
    summary="撤回一次读数",
    request=None,
    responses=ReadingOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def retract_reading(request: Request, public_id: str) -> Response:
    mine = Reading.objects.select_related("line")
    return _retract_reading(request, get_owned_or_404(Reading, request.user, public_id, mine))


@once
def _retract_reading(request: Request, reading: Reading) -> Response:
    services.retract_reading(reading=reading)
    return Response(reading_json(reading))


@extend_schema(
    methods=["GET"],
    operation_id="list_changes",
    summary="我的额度变动",
    parameters=[AFTER, PRODUCT, SINCE, UNTIL],
    responses=ChangePage,
)
@extend_schema(
    methods=["POST"],
    operation_id="log_change",
    summary="记一笔额度变动",
    request=LogInput,
    responses={201: ChangeOutput},
    examples=LOG_EXAMPLES,
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def changes(request: Request) -> Response:
    if request.method == "POST":
        return _log_change(request)
    mine = LimitChange.objects.for_user(request.user)
    rows = filtered(mine, request, day="effective_on", product="line__product_slug")
    page = services.timeline_page(rows, cursor(request))
    return Response({"results": [change_json(row) for row in page.rows], "next": page.next})


@once
def _log_change(request: Request) -> Response:
    given = LogInput(data=request.data)
    given.is_valid(raise_exception=True)
    change = services.log_change(
        owner=person(request), today=today(), source=Source.API, **given.validated_data
    )
    return Response(change_json(change), status=status.HTTP_201_CREATED)


@extend_schema(operation_id="read_change", summary="一笔额度变动", responses=ChangeDetail)
@api_view(["GET"])
@permission_classes([READ])
def change(request: Request, public_id: str) -> Response:
    return Response(change_detail_json(_own_change(request, public_id)))


def _own_change(request: Request, public_id: str) -> LimitChange:
    whole = LimitChange.objects.select_related("line", "supersedes", "superseded_by")
    return get_owned_or_404(LimitChange, request.user, public_id, whole)


@extend_schema(
    operation_id="correct_change",
    summary="更正一笔变动（旧的保留）",
    request=LogInput,
    responses={201: ChangeOutput},
    examples=LOG_EXAMPLES[:1],
)
@api_view(["POST"])
@permission_classes([WRITE])
def correct(request: Request, public_id: str) -> Response:
    return _correct(request, _own_change(request, public_id))


@once
def _correct(request: Request, change: LimitChange) -> Response:
    given = LogInput(data=request.data)
    given.is_valid(raise_exception=True)
    corrected = services.correct_change(change=change, today=today(), **given.validated_data)
    return Response(change_json(corrected), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="retract_change",
    summary="撤回一笔变动（旧的保留，不再计入）",
    request=None,
    responses=ChangeDetail,
)
@api_view(["POST"])
@permission_classes([WRITE])
def retract(request: Request, public_id: str) -> Response:
    return _retract(request, _own_change(request, public_id))


@once
def _retract(request: Request, change: LimitChange) -> Response:
    services.retract_change(change=change)
    return Response(change_detail_json(_own_change(request, str(change.public_id))))
