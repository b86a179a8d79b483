"""What comes out of the plan. Days as ISO writes them; words in the language asked for."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers

from guidance.domain.records import Text
from records.domain.states import GROUPS
from records.enums import PlanState, Repeat
from records.models import PlanEvent

MOST_EVENTS = 50


class ItemOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    tip = serializers.CharField(help_text=lazy("提示编号，例如 T04；自己的事项为空"))
    title = serializers.CharField()
    reason = serializers.CharField(help_text=lazy("为什么在计划里"))
    state = serializers.ChoiceField(PlanState.choices, help_text=lazy("按今天算的状态"))
    group = serializers.ChoiceField(GROUPS)
    allowed = serializers.ListField(child=serializers.CharField())
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()
    remind_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    occurrence = serializers.IntegerField()
    recurs = serializers.BooleanField()
    repeats = serializers.ChoiceField(Repeat.choices, allow_blank=True)
    note = serializers.CharField()
    version = serializers.IntegerField(help_text=lazy("改的时候放进 seen，别处改过就会被拒绝"))


class PlanEventOutput(serializers.Serializer[Any]):
    action = serializers.CharField()
    state_from = serializers.CharField()
    state_to = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    at = serializers.DateTimeField()


class ItemDetail(ItemOutput):
    why = serializers.CharField()
    steps = serializers.ListField(child=serializers.CharField())
    done_when = serializers.CharField()
    keep = serializers.CharField()
    legal_basis = serializers.CharField()
    strength = serializers.CharField(help_text=lazy("公开证据的等级"))
    effect = serializers.CharField()
    effort_minutes = serializers.IntegerField(allow_null=True)
    history = PlanEventOutput(many=True)


class PlanPage(serializers.Serializer[Any]):
    results = ItemOutput(many=True)
    next = serializers.CharField(allow_null=True)


class RemovedOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    removed = serializers.BooleanField()


def item_json(row: dict[str, Any]) -> dict[str, Any]:
    """Of a row of records.showing."""
    item = row["item"]
    return {
        "id": str(item.public_id),
        "tip": item.tip_code,
        "title": said(row["title"]),
        "reason": said(row["reason"]),
        "state": row["state"],
        "group": row["group"],
        "allowed": list(row["allowed"]),
        "due_on": iso(item.due_on),
        "overdue": row["overdue"],
        "remind_on": iso(item.remind_on),
        "done_on": iso(item.done_on),
        "occurrence": item.occurrence,
        "recurs": row["recurs"],
        "repeats": item.repeats,
        "note": item.note,
        "version": item.version,
    }


def detail_json(row: dict[str, Any]) -> dict[str, Any]:
    """The same with the steps of its tip and what happened to it."""
    tip = row["tip"]
    events = row["item"].events.order_by("-pk")[:MOST_EVENTS]
    return item_json(row) | {
        "why": said(tip.why) if tip else "",
        "steps": [said(step) for step in tip.steps] if tip else [],
        "done_when": said(tip.done_when) if tip else "",
        "keep": said(tip.keep) if tip else "",
        "legal_basis": said(tip.legal_basis) if tip else "",
        "strength": tip.strength if tip else "",
        "effect": said(tip.effect) if tip else "",
        "effort_minutes": row["minutes"],
        "history": [event_json(event) for event in events],
    }


def event_json(event: PlanEvent) -> dict[str, Any]:
    return {
        "action": event.action,
        "state_from": event.state_from,
        "state_to": event.state_to,
        "on": iso(event.on),
        "at": iso(event.created_at),
    }


def said(text: Text | str) -> str:
    return text if isinstance(text, str) else text.in_language(get_language() or "zh-hans")


def iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
