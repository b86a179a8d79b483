"""The clock without an account."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.domain.clocks import ClockError, compute_clock
from guidance import content
from inputs.serializers import DayField, StrictSerializer


class ClockInput(StrictSerializer):
    rule = serializers.CharField(max_length=8)
    start_on = DayField()

    def validate_rule(self, code: str) -> str:
        if code not in content.current().rules:
            raise serializers.ValidationError(_("没有这条期限：选项无效"), code="invalid_choice")
        return code


class ClockOutput(serializers.Serializer[Any]):
    due_on = serializers.DateField(allow_null=True)
    extended_on = serializers.ListField(child=serializers.DateField())
    certainty = serializers.ChoiceField(["firm", "provisional", "soft", "none"])
    steps = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]  # a name DRF's Field has too


@extend_schema(
    operation_id="compute_clock",
    summary="法定期限怎么算",
    request=ClockInput,
    responses=ClockOutput,
    examples=[
        OpenApiExample("D01", request_only=True, value={"rule": "D01", "start_on": "2026-11-02"})
    ],
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def clock(request: Request) -> Response:
    given = ClockInput(data=request.data)
    given.is_valid(raise_exception=True)
    known = content.current()
    start_on = given.validated_data["start_on"]
    try:
        found = compute_clock(known.rules[given.validated_data["rule"]], start_on, known.holidays)
    except ClockError as error:
        raise serializers.ValidationError(
            {"start_on": [_("日期过晚，算不出期限")]}, code="too_late"
        ) from error
    language = get_language() or "zh-hans"
    return Response(
        {
            "due_on": found.due_on and found.due_on.isoformat(),
            "extended_on": [day.isoformat() for day in found.extended_on],
            "certainty": found.certainty,
            "steps": [step.in_language(language) for step in found.steps],
            "source": found.source.in_language(language),
        }
    )
