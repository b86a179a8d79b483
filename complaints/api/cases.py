"""Cases of the person: listed, filed, read, ended."""

from django.db import transaction
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from accounts.http import person
from accounts.paging import keyset_page
from complaints import services
from complaints.api.filing import EXAMPLES, FilingInput, file_case
from complaints.api.rights import READ, READ_AND_WRITE, WRITE, at, own_case, whole_case
from complaints.api.shown import (
    ComplaintDetail,
    ComplaintOutput,
    ComplaintPage,
    complaint_json,
    detail_json,
)
from complaints.enums import ComplaintState, DemandOutcome, Outcome
from complaints.models import Complaint
from inputs.serializers import ChoiceField, StrictSerializer
from limits.api.lists import AFTER, PAGE_ROWS, cursor

STATE = OpenApiParameter("state", str, enum=ComplaintState.values, description="只看这种状态的")
ACTIONS = ("close", "withdraw", "reopen")


class ResultsField(serializers.DictField):
    """Results by the slug of the request."""

    child = ChoiceField(DemandOutcome.choices)


class ActInput(StrictSerializer):
    action = ChoiceField(ACTIONS)
    outcome = ChoiceField(
        Outcome.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text=lazy("结束案件（close）时的结果；不写按“其他结果”记"),
    )

    demands = ResultsField(
        required=False, default=dict, help_text=lazy("每项请求办到了没有；可以和结果一起记")
    )


class DemandsInput(StrictSerializer):
    demands = ResultsField(allow_empty=False)


class StateQuery(StrictSerializer):
    state = ChoiceField(ComplaintState.choices, required=False, allow_blank=True)


@extend_schema(
    methods=["GET"],
    operation_id="list_complaints",
    summary="我的案件，最近立的在前",
    parameters=[AFTER, STATE],
    responses=ComplaintPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="file_complaint",
    summary="立一个案件",
    description="一次写全，立即立档：给出受理编号，开始第一步，投诉信和报告在后台生成。"
    "本站不会替你寄给任何人。",
    request=FilingInput,
    responses={201: ComplaintOutput},
    examples=EXAMPLES,
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def complaints(request: Request) -> Response:
    if request.method == "POST":
        return at(_file(request), "api_complaint")
    rows = Complaint.objects.for_user(request.user).select_related("change")
    asked = StateQuery(data={"state": request.query_params.get("state", "")})
    asked.is_valid(raise_exception=True)
    if state := asked.validated_data["state"]:
        rows = rows.filter(state=state)
    page = keyset_page(rows, order=("-filed_at", "-pk"), after=cursor(request), size=PAGE_ROWS)
    return Response({"results": [complaint_json(row) for row in page.rows], "next": page.next})


@once
def _file(request: Request) -> Response:
    given = FilingInput(data=request.data, context={"owner": person(request)})
    given.is_valid(raise_exception=True)
    case = file_case(request, given.validated_data)
    return Response(complaint_json(case), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_complaint",
    summary="一个案件：立档内容、步骤、期限的算法、现在可以做什么",
    responses=ComplaintDetail,
)
@api_view(["GET"])
@permission_classes([READ])
def complaint(request: Request, public_id: str) -> Response:
    return Response(detail_json(whole_case(request, public_id)))


@extend_schema(
    operation_id="act_on_complaint",
    summary="结束、撤回或重新打开一个案件",
    request=ActInput,
    responses=ComplaintDetail,
    examples=[
        OpenApiExample(
            "额度恢复了，结束",
            request_only=True,
            value={"action": "close", "outcome": "restored"},
        ),
        OpenApiExample("重新打开", request_only=True, value={"action": "reopen"}),
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def act(request: Request, public_id: str) -> Response:
    return _act(request, own_case(request, public_id))


@once
def _act(request: Request, case: Complaint) -> Response:
    given = ActInput(data=request.data)
    given.is_valid(raise_exception=True)
    said = given.validated_data
    results = said.pop("demands")
    with transaction.atomic():
        if results:
            services.mark_demands(complaint=case, actor=person(request), results=results)
        services.act(complaint=case, actor=person(request), **said)
    return _whole(request, case)


def _whole(request: Request, case: Complaint) -> Response:
    return Response(detail_json(whole_case(request, str(case.public_id))))


@extend_schema(
    operation_id="mark_demands",
    summary="每项请求办到了没有",
    description="案件结束前后都可以改；没有写的请求不变。",
    request=DemandsInput,
    responses=ComplaintDetail,
    examples=[
        OpenApiExample(
            "说明了理由，没有复核",
            request_only=True,
            value={"demands": {"explain-reason": "met", "human-review": "no"}},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def mark_demands(request: Request, public_id: str) -> Response:
    return _mark(request, own_case(request, public_id))


@once
def _mark(request: Request, case: Complaint) -> Response:
    given = DemandsInput(data=request.data)
    given.is_valid(raise_exception=True)
    results = given.validated_data["demands"]
    services.mark_demands(complaint=case, actor=person(request), results=results)
    return _whole(request, case)
