"""What comes after: the question of four weeks later, and the addresses of calendars."""

from typing import Any

from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.api.rights import READ, READ_AND_WRITE, WRITE
from complaints.enums import LimitBack, ReasonGiven
from complaints.models import CalendarFeed, FollowUp
from inputs.serializers import ChoiceField, StrictSerializer
from limits.api.given import FlagField
from limits.api.lists import AFTER, newest_page
from limits.api.shown import iso


class FollowUpInput(StrictSerializer):
    limit_back = ChoiceField(LimitBack.choices)
    reason_given = ChoiceField(ReasonGiven.choices)
    useful = FlagField(help_text=lazy("这次投诉有没有用"))


class FollowUpOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField()
    due_on = serializers.DateField()
    limit_back = serializers.ChoiceField(LimitBack.choices, allow_blank=True)
    reason_given = serializers.ChoiceField(ReasonGiven.choices, allow_blank=True)
    useful = serializers.BooleanField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class FollowUpPage(serializers.Serializer[Any]):
    results = FollowUpOutput(many=True)
    next = serializers.CharField(allow_null=True)


def follow_up_json(row: FollowUp) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "complaint": str(row.complaint.public_id),
        "due_on": iso(row.due_on),
        "limit_back": row.limit_back,
        "reason_given": row.reason_given,
        "useful": row.useful,
        "answered_at": iso(row.answered_at),
    }


def own_follow_up(request: Request, public_id: str) -> FollowUp:
    rows = FollowUp.objects.select_related("complaint")
    return get_owned_or_404(FollowUp, request.user, public_id, rows)


@extend_schema(
    operation_id="list_follow_ups",
    summary="答复四周后的回访，最近的在前",
    parameters=[AFTER],
    responses=FollowUpPage,
)
@api_view(["GET"])
@permission_classes([READ])
def follow_ups(request: Request) -> Response:
    rows = FollowUp.objects.for_user(request.user).select_related("complaint")
    page, following = newest_page(rows, request)
    return Response({"results": [follow_up_json(row) for row in page], "next": following})


@extend_schema(
    methods=["GET"],
    operation_id="read_follow_up",
    summary="一次回访",
    responses=FollowUpOutput,
)
@extend_schema(
    methods=["POST"],
    operation_id="answer_follow_up",
    summary="回答一次回访",
    request=FollowUpInput,
    responses=FollowUpOutput,
    examples=[
        OpenApiExample(
            "没有恢复，给了具体理由",
            request_only=True,
            value={"limit_back": "no", "reason_given": "specific", "useful": True},
        )
    ],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def follow_up(request: Request, public_id: str) -> Response:
    row = own_follow_up(request, public_id)
    return _answer(request, row) if request.method == "POST" else Response(follow_up_json(row))


@once
def _answer(request: Request, row: FollowUp) -> Response:
    given = FollowUpInput(data=request.data)
    given.is_valid(raise_exception=True)
    services.answer_follow_up(follow_up=row, actor=person(request), **given.validated_data)
    return Response(follow_up_json(own_follow_up(request, str(row.public_id))))


class FeedOutput(serializers.Serializer[Any]):
    """Never the address: it is a secret that is shown once, on the page that makes it."""

    id = serializers.UUIDField()
    complaint = serializers.UUIDField(
        allow_null=True, help_text=lazy("只含这个案件的；null 是全部期限")
    )
    opened_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class FeedPage(serializers.Serializer[Any]):
    results = FeedOutput(many=True)
    next = serializers.CharField(allow_null=True)


def feed_json(row: CalendarFeed) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "complaint": str(row.complaint.public_id) if row.complaint else None,
        "opened_at": iso(row.created_at),
        "revoked_at": iso(row.revoked_at),
    }


@extend_schema(
    operation_id="list_feeds",
    summary="我的日历订阅，最近开的在前",
    description="不给出订阅地址：它等于一把钥匙，只在网页上新建时显示一次。",
    parameters=[AFTER],
    responses=FeedPage,
)
@api_view(["GET"])
@permission_classes([READ])
def feeds(request: Request) -> Response:
    rows = CalendarFeed.objects.for_user(request.user).select_related("complaint")
    page, following = newest_page(rows, request)
    return Response({"results": [feed_json(row) for row in page], "next": following})


@extend_schema(
    operation_id="close_feed",
    summary="停用一个日历订阅地址",
    request=None,
    responses=FeedOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def close_feed(request: Request, public_id: str) -> Response:
    rows = CalendarFeed.objects.select_related("complaint")
    return _close(request, get_owned_or_404(CalendarFeed, request.user, public_id, rows))


@once
def _close(request: Request, feed: CalendarFeed) -> Response:
    return Response(feed_json(services.close_feed(feed=feed)))
