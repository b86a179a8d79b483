"""What a person will be reminded of, over the API: the same as on the page."""

from datetime import timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import scoped
from accounts.enums import NoticeKind, Scope
from accounts.http import person
from inputs.clock import today
from portal.upcoming import Day, upcoming_days
from records.domain.debt import CALENDAR_DAYS

READ = scoped(GET=Scope.NOTICES_READ.value)


class ReminderOutput(serializers.Serializer[Any]):
    on = serializers.DateField()
    kind = serializers.ChoiceField(NoticeKind.choices)
    title = serializers.CharField()
    path = serializers.CharField(help_text=lazy("说的是哪一页"))
    remind_on = serializers.DateField(
        allow_null=True, help_text=lazy("哪天第一次提醒；当天才记下、来不及提醒的为空")
    )
    told = serializers.BooleanField(help_text=lazy("已经提醒过，通知里有"))


class RemindersOutput(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    results = ReminderOutput(many=True)


def reminder_json(day: Day) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    title = day.plain if isinstance(day.plain, str) else day.plain.in_language(language)
    return {
        "on": day.on.isoformat(),
        "kind": day.kind.value,
        "title": title,
        "path": day.path,
        "remind_on": day.remind_on and day.remind_on.isoformat(),
        "told": day.told,
    }


@extend_schema(
    operation_id="list_reminders",
    summary="接下来 60 天会提醒什么，日子近的在前",
    description="计划里的事、还款日、对方答复的期限、回访。提醒过的写在通知里。",
    responses=RemindersOutput,
)
@api_view(["GET"])
@permission_classes([READ])
def reminders(request: Request) -> Response:
    now = today()
    days = upcoming_days(person(request), now)
    return Response(
        {
            "first": now.isoformat(),
            "last": (now + timedelta(days=CALENDAR_DAYS)).isoformat(),
            "results": [reminder_json(day) for day in days],
        }
    )
