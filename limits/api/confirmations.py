"""What the lender said of a change, or what a paper shows: written down and read again.

A sensitive cause goes in and never comes out, and neither do the words said of it.
"""

from typing import Any

from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once, scoped
from accounts.enums import Scope
from accounts.ownership import get_owned_or_404
from inputs.clock import today
from inputs.serializers import ChoiceField, DayField, LineField, StrictSerializer, TextField
from limits import services
from limits.api.given import FlagField
from limits.api.lists import AFTER, newest_page
from limits.api.shown import iso
from limits.enums import ConfirmationKind
from limits.models import Confirmation, LimitChange
from limits.models.explanation import IN_THE_SEAL

RIGHTS = scoped(GET=Scope.EXPLAIN_READ.value, POST=Scope.EXPLAIN_WRITE.value)
GIVEN = "given"


class ConfirmationInput(StrictSerializer):
    kind = ChoiceField(ConfirmationKind.choices)
    cause_slug = LineField(max_length=40, required=False, allow_blank=True, default="")
    in_writing = FlagField(required=False, default=False)
    given_on = DayField(required=False, allow_null=True, default=None)
    quote = TextField(max_length=500, required=False, allow_blank=True, default="")


class ConfirmationOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    change = serializers.UUIDField()
    kind = serializers.ChoiceField(ConfirmationKind.choices)
    cause_slug = serializers.CharField(help_text=lazy("敏感的原因只写 given，原话不给"))
    in_writing = serializers.BooleanField()
    given_on = serializers.DateField(allow_null=True)
    quote = serializers.CharField()
    made_at = serializers.DateTimeField()


class ConfirmationPage(serializers.Serializer[Any]):
    results = ConfirmationOutput(many=True)
    next = serializers.CharField(allow_null=True)


def confirmation_json(word: Confirmation, change: LimitChange) -> dict[str, Any]:
    """`cause_slug` and `quote` are the open columns: nothing is taken out of the seal here."""
    return {
        "id": str(word.public_id),
        "change": str(change.public_id),
        "kind": word.kind,
        "cause_slug": GIVEN if word.cause_slug == IN_THE_SEAL else word.cause_slug,
        "in_writing": word.in_writing,
        "given_on": iso(word.given_on),
        "quote": word.quote,
        "made_at": iso(word.created_at),
    }


@extend_schema(
    methods=["GET"],
    operation_id="list_confirmations",
    summary="对方对这笔变动说过什么，最近的在前",
    parameters=[AFTER],
    responses=ConfirmationPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="post_confirmation",
    summary="记下对方的说法，或自己文件上写明的原因",
    request=ConfirmationInput,
    responses={201: ConfirmationOutput},
    examples=[
        OpenApiExample(
            "书面说有逾期",
            request_only=True,
            value={
                "kind": "specific",
                "cause_slug": "overdue",
                "in_writing": True,
                "given_on": "2026-10-13",
                "quote": "因存在逾期记录，额度已调整。",
            },
        )
    ],
)
@api_view(["GET", "POST"])
@permission_classes([RIGHTS])
def confirmations(request: Request, public_id: str) -> Response:
    change = get_owned_or_404(LimitChange, request.user, public_id)
    if request.method == "POST":
        return _confirm(request, change)
    mine = Confirmation.objects.for_user(request.user).filter(change=change)
    rows, following = newest_page(mine.defer("sealed"), request)
    return Response(
        {"results": [confirmation_json(row, change) for row in rows], "next": following}
    )


@once
def _confirm(request: Request, change: LimitChange) -> Response:
    given = ConfirmationInput(data=request.data)
    given.is_valid(raise_exception=True)
    word = services.record_confirmation(change=change, today=today(), **given.validated_data)
    return Response(confirmation_json(word, change), status=201)
