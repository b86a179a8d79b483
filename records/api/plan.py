"""The plan of the person: read, moved, noted on; own items added, edited, removed."""

from typing import Any

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
from guidance import content
from inputs.clock import today
from inputs.serializers import ChoiceField, DayField, LineField, StrictSerializer, TextField
from records import services
from records.api.shown import (
    ItemDetail,
    ItemOutput,
    PlanPage,
    RemovedOutput,
    detail_json,
    item_json,
)
from records.domain.states import BY_PERSON
from records.enums import PlanState, Repeat
from records.models import PlanItem
from records.showing import item_row

PAGE_ROWS = 30
READ = scoped(GET=Scope.PLAN_READ.value)
WRITE = scoped(POST=Scope.PLAN_WRITE.value)
READ_AND_WRITE = scoped(GET=Scope.PLAN_READ.value, POST=Scope.PLAN_WRITE.value)

AFTER = OpenApiParameter("after", str, description="上一页的 next；读不懂的当作没有，从第一页开始")
STATE = OpenApiParameter(
    "state", str, enum=PlanState.values, description="只看存着这种状态的；按日子算的见 group"
)


class StateQuery(StrictSerializer):
    state = ChoiceField(PlanState.choices, required=False, allow_blank=True)


def _seen() -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=10**9,
        help_text=lazy("上次看到的 version；别处改过就回 409"),
    )


def _day(**rules: Any) -> DayField:
    return DayField(required=False, allow_null=True, default=None, **rules)


class OwnItemInput(StrictSerializer):
    title = LineField(max_length=80)
    due_on = _day()
    repeats = ChoiceField(Repeat.choices, required=False, allow_blank=True, default="")


class OwnItemEdit(OwnItemInput):
    seen = _seen()


class MoveInput(StrictSerializer):
    action = ChoiceField([(name, name) for name in BY_PERSON])
    remind_on = _day(help_text=lazy("postpone 用；不写是一周以后"))
    done_on = _day(not_after_today=True, help_text=lazy("finish 用；不写是今天"))
    seen = _seen()


class NoteInput(StrictSerializer):
    note = TextField(max_length=1000, required=False, allow_blank=True, default="")
    seen = _seen()


OWN = OpenApiExample(
    "每月看一次",
    request_only=True,
    value={"title": "看还款账户余额", "due_on": "2026-12-05", "repeats": "FREQ=MONTHLY"},
)


@extend_schema(
    methods=["GET"],
    operation_id="list_plan",
    summary="我的信用计划，最近加入的在前",
    parameters=[AFTER, STATE],
    responses=PlanPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="add_own_item",
    summary="加一件自己的事",
    description="还开着的、一模一样的一件不会重复加。",
    request=OwnItemInput,
    responses={201: ItemOutput},
    examples=[OWN],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def plan(request: Request) -> Response:
    if request.method == "POST":
        return _add(request)
    rows = PlanItem.objects.for_user(request.user)
    asked = StateQuery(data={"state": request.query_params.get("state", "")})
    asked.is_valid(raise_exception=True)
    if state := asked.validated_data["state"]:
        rows = rows.filter(state=state)
    page, following = rows.newest_page(request.query_params.get("after", ""), PAGE_ROWS)
    return Response({"results": [item_json(_row(row)) for row in page], "next": following})


@once
def _add(request: Request) -> Response:
    given = OwnItemInput(data=request.data)
    given.is_valid(raise_exception=True)
    made = services.add_own_item(owner=person(request), today=today(), **given.validated_data)
    return Response(item_json(_row(made)), status=status.HTTP_201_CREATED)


def _row(item: PlanItem) -> dict[str, Any]:
    return item_row(item, content.current(), today())


def _own(request: Request, public_id: str) -> PlanItem:
    return get_owned_or_404(PlanItem, request.user, public_id)


@extend_schema(
    operation_id="read_plan_item",
    summary="一件事：怎么做、怎样算完成、依据、经过",
    responses=ItemDetail,
)
@api_view(["GET"])
@permission_classes([READ])
def item(request: Request, public_id: str) -> Response:
    return Response(detail_json(_row(_own(request, public_id))))


@extend_schema(
    operation_id="move_plan_item",
    summary="开始、完成、不适用、稍后提醒，或放回待办",
    description="同样的动作再发一次不会改变什么。这个状态下不能做的回 409。",
    request=MoveInput,
    responses=ItemOutput,
    examples=[
        OpenApiExample("完成了", request_only=True, value={"action": "finish"}),
        OpenApiExample(
            "到那天再提醒",
            request_only=True,
            value={"action": "postpone", "remind_on": "2027-01-05", "seen": 2},
        ),
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def move(request: Request, public_id: str) -> Response:
    return _move(request, _own(request, public_id))


@once
def _move(request: Request, found: PlanItem) -> Response:
    given = MoveInput(data=request.data)
    given.is_valid(raise_exception=True)
    moved = services.move_item(item=found, today=today(), **given.validated_data)
    return Response(item_json(_row(moved)))


@extend_schema(
    operation_id="note_plan_item",
    summary="写自己的备注",
    request=NoteInput,
    responses=ItemOutput,
    examples=[OpenApiExample("备注", request_only=True, value={"note": "等客服回电"})],
)
@api_view(["POST"])
@permission_classes([WRITE])
def note(request: Request, public_id: str) -> Response:
    return _note(request, _own(request, public_id))


@once
def _note(request: Request, found: PlanItem) -> Response:
    given = NoteInput(data=request.data)
    given.is_valid(raise_exception=True)
    return Response(item_json(_row(services.write_note(item=found, **given.validated_data))))


@extend_schema(
    operation_id="edit_own_item",
    summary="改一件自己的事",
    request=OwnItemEdit,
    responses=ItemOutput,
    examples=[OWN],
)
@api_view(["POST"])
@permission_classes([WRITE])
def edit(request: Request, public_id: str) -> Response:
    return _edit(request, _own(request, public_id))


@once
def _edit(request: Request, found: PlanItem) -> Response:
    given = OwnItemEdit(data=request.data)
    given.is_valid(raise_exception=True)
    return Response(item_json(_row(services.edit_own_item(item=found, **given.validated_data))))


@extend_schema(
    operation_id="remove_own_item",
    summary="删掉一件自己的事，连同备注和经过",
    request=None,
    responses=RemovedOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def remove(request: Request, public_id: str) -> Response:
    return _remove(request, public_id)


@once
def _remove(request: Request, public_id: str) -> Response:
    # Looked up in here: a repeated request gets its first answer, not 404.
    found = _own(request, public_id)
    services.remove_own_item(item=found)
    return Response({"id": str(found.public_id), "removed": True})
