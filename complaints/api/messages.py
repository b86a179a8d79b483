"""Correspondence of a case, and the questions put to the other side."""

import uuid
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from accounts.http import person
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from complaints import services
from complaints.api.rights import READ_AND_WRITE, WRITE, own_case
from complaints.api.steps import listed_evidence
from complaints.enums import AskedState, Direction, Medium
from complaints.models import AskedQuestion, Complaint, Evidence, Message, Step
from inputs.serializers import ChoiceField, DayField, LineField, StrictSerializer, TextField
from limits.api.given import FlagField
from limits.api.lists import AFTER, PAGE_ROWS, cursor, newest_page
from limits.api.shown import iso

MOST_FILES = 20


class MessageInput(StrictSerializer):
    direction = ChoiceField(Direction.choices)
    medium = ChoiceField(Medium.choices)
    happened_on = DayField(not_after_today=True)
    text = TextField(max_length=5000, help_text=lazy("说了什么，原话最好"))
    step = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=lazy("属于哪一步")
    )
    with_whom = LineField(max_length=80, required=False, allow_blank=True, default="")
    reference_no = LineField(max_length=60, required=False, allow_blank=True, default="")
    is_final = FlagField(required=False, default=False, help_text=lazy("对方说是最终答复"))
    evidence = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=MOST_FILES,
        help_text=lazy("附件：证据的 id"),
    )

    def validate_step(self, public_id: uuid.UUID | None) -> Step | None:
        if public_id is None:
            return None
        step = Step.objects.filter(complaint=self.context["case"], public_id=public_id).first()
        if step is None:
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return step

    def validate_evidence(self, ids: list[uuid.UUID]) -> list[Evidence]:
        return listed_evidence(self.context["case"], ids)


class MessageOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField()
    step = serializers.UUIDField(allow_null=True)
    direction = serializers.ChoiceField(Direction.choices)
    medium = serializers.ChoiceField(Medium.choices)
    happened_on = serializers.DateField()
    with_whom = serializers.CharField()
    reference_no = serializers.CharField()
    text = serializers.CharField()
    is_final = serializers.BooleanField()
    evidence = serializers.ListField(child=serializers.UUIDField())


class MessagePage(serializers.Serializer[Any]):
    results = MessageOutput(many=True)
    next = serializers.CharField(allow_null=True)


def message_json(row: Message) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "complaint": str(row.complaint.public_id),
        "step": str(row.step.public_id) if row.step else None,
        "direction": row.direction,
        "medium": row.medium,
        "happened_on": iso(row.happened_on),
        "with_whom": row.with_whom,
        "reference_no": row.reference_no,
        "text": row.text,
        "is_final": row.is_final,
        "evidence": [str(file.public_id) for file in row.evidence.all()],
    }


def _whole(rows: Any) -> Any:
    return rows.select_related("complaint", "step").prefetch_related("evidence")


@extend_schema(
    methods=["GET"],
    operation_id="list_messages",
    summary="一个案件的来往记录，最近的在前",
    parameters=[AFTER],
    responses=MessagePage,
)
@extend_schema(
    methods=["POST"],
    operation_id="log_message",
    summary="记一次来往：电话、短信、信函，发出的或收到的",
    request=MessageInput,
    responses={201: MessageOutput},
    examples=[
        OpenApiExample(
            "客服来电",
            request_only=True,
            value={
                "direction": "in",
                "medium": "call",
                "happened_on": "2026-11-10",
                "with_whom": "客服 8123",
                "text": "说是系统综合评估，不能告诉具体原因。",
            },
        )
    ],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def messages(request: Request, public_id: str) -> Response:
    case = own_case(request, public_id)
    if request.method == "POST":
        return _log(request, case)
    page = keyset_page(
        _whole(Message.objects.for_user(request.user).filter(complaint=case)),
        order=("-happened_on", "-pk"),
        after=cursor(request),
        size=PAGE_ROWS,
    )
    return Response({"results": [message_json(row) for row in page.rows], "next": page.next})


@once
def _log(request: Request, case: Complaint) -> Response:
    given = MessageInput(data=request.data, context={"case": case})
    given.is_valid(raise_exception=True)
    made = services.log_message(complaint=case, actor=person(request), **given.validated_data)
    row = _whole(Message.objects.all()).get(pk=made.pk)
    return Response(message_json(row), status=status.HTTP_201_CREATED)


class QuestionInput(StrictSerializer):
    text = TextField(max_length=500, help_text=lazy("一个问题"))


class MarkInput(StrictSerializer):
    state = ChoiceField(AskedState.choices)
    why = LineField(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text=lazy("套话的编号，没有就不写"),
    )
    answered_by = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=lazy("哪一次来往里答的")
    )

    def validate_answered_by(self, public_id: uuid.UUID | None) -> Message | None:
        if public_id is None:
            return None
        rows = Message.objects.filter(complaint=self.context["case"])
        row = rows.filter(public_id=public_id).first()
        if row is None:
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return row


class AskedQuestionOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField()
    position = serializers.IntegerField()
    text = serializers.CharField()
    state = serializers.ChoiceField(AskedState.choices)
    why = serializers.CharField()
    answered_by = serializers.UUIDField(allow_null=True)


class AskedQuestionPage(serializers.Serializer[Any]):
    results = AskedQuestionOutput(many=True)
    next = serializers.CharField(allow_null=True)


def question_json(row: AskedQuestion) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "complaint": str(row.complaint.public_id),
        "position": row.position,
        "text": row.text,
        "state": row.state,
        "why": row.why,
        "answered_by": str(row.answered_by.public_id) if row.answered_by else None,
    }


def own_question(request: Request, public_id: str) -> AskedQuestion:
    rows = AskedQuestion.objects.select_related("complaint", "answered_by")
    return get_owned_or_404(AskedQuestion, request.user, public_id, rows)


@extend_schema(
    methods=["GET"],
    operation_id="list_questions",
    summary="问过对方的问题，和答了没有；最近加的在前",
    parameters=[AFTER],
    responses=AskedQuestionPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="add_question",
    summary="加一个要问对方的问题",
    request=QuestionInput,
    responses={201: AskedQuestionOutput},
    examples=[
        OpenApiExample(
            "问理由",
            request_only=True,
            value={"text": "额度归零依据的是哪几项信息？"},
        )
    ],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def questions(request: Request, public_id: str) -> Response:
    case = own_case(request, public_id)
    if request.method == "POST":
        return _add(request, case)
    rows = AskedQuestion.objects.for_user(request.user).filter(complaint=case)
    page, following = newest_page(rows.select_related("complaint", "answered_by"), request)
    return Response({"results": [question_json(row) for row in page], "next": following})


@once
def _add(request: Request, case: Complaint) -> Response:
    given = QuestionInput(data=request.data)
    given.is_valid(raise_exception=True)
    made = services.add_question(
        complaint=case, actor=person(request), text=given.validated_data["text"]
    )
    shown = question_json(own_question(request, str(made.public_id)))
    return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="mark_question",
    summary="一个问题答了没有",
    request=MarkInput,
    responses=AskedQuestionOutput,
    examples=[OpenApiExample("只有套话", request_only=True, value={"state": "generic"})],
)
@api_view(["POST"])
@permission_classes([WRITE])
def mark_question(request: Request, public_id: str) -> Response:
    return _mark(request, own_question(request, public_id))


@once
def _mark(request: Request, question: AskedQuestion) -> Response:
    given = MarkInput(data=request.data, context={"case": question.complaint})
    given.is_valid(raise_exception=True)
    services.mark_question(question=question, actor=person(request), **given.validated_data)
    return Response(question_json(own_question(request, str(question.public_id))))
