"""How cases and their steps look from outside. Days as ISO writes them, instants with zone."""

from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers

from complaints import documents, services
from complaints.domain.next_action import next_action
from complaints.domain.workflow import WAITING, allowed, step_actions
from complaints.enums import (
    CaseAction,
    CaseTopic,
    ComplaintState,
    DemandOutcome,
    Outcome,
    ReplyKind,
    StepPhase,
)
from complaints.models import Complaint, ComplaintEvent, Step
from guidance import content
from inputs.clock import today
from limits.api.shown import iso

MOST_EVENTS = 200
OFFICE = (CaseAction.ASSIGN, CaseAction.PRIORITY, CaseAction.NOTE)


class ComplaintOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    receipt_no = serializers.CharField()
    topic = serializers.ChoiceField(CaseTopic.choices)
    change = serializers.UUIDField(allow_null=True)
    respondent = serializers.CharField(help_text=lazy("被投诉机构的全称"))
    institution = serializers.CharField(help_text=lazy("机构的代号；不在名录里的为空"))
    licence = serializers.CharField()
    product = serializers.CharField()
    product_name = serializers.CharField()
    state = serializers.ChoiceField(ComplaintState.choices)
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True)
    filed_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class ComplaintPage(serializers.Serializer[Any]):
    results = ComplaintOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ClockShown(serializers.Serializer[Any]):
    """The arithmetic of a period, in the language of the reader."""

    projected = serializers.BooleanField(help_text=lazy("true：假设对方今天收到，还没有开始算"))
    rule = serializers.CharField()
    version = serializers.CharField()
    start_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    extended_on = serializers.ListField(child=serializers.DateField())
    certainty = serializers.ChoiceField(["firm", "provisional", "soft", "none"])
    steps = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]  # a name DRF's Field has too


class ExtensionOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    announced_on = serializers.DateField()
    due_on = serializers.DateField()
    reason = serializers.CharField()
    is_void = serializers.BooleanField(help_text=lazy("期限重新起算以后，不再算"))


class ChannelShown(serializers.Serializer[Any]):
    code = serializers.CharField()
    slug = serializers.CharField()
    title = serializers.CharField()


class StepOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField()
    channel = ChannelShown()
    recipient = serializers.CharField()
    phase = serializers.ChoiceField(StepPhase.choices)
    actions = serializers.ListField(
        child=serializers.CharField(), help_text=lazy("这一步现在可以登记什么")
    )
    sent_on = serializers.DateField(allow_null=True)
    received_on = serializers.DateField(allow_null=True)
    reference_no = serializers.CharField()
    sent_how = serializers.CharField()
    proof = serializers.UUIDField(allow_null=True, help_text=lazy("寄送凭证：证据的 id"))
    answered_on = serializers.DateField(allow_null=True)
    answer_text = serializers.CharField()
    reply_kind = serializers.ChoiceField(ReplyKind.choices, allow_blank=True)
    is_final = serializers.BooleanField()
    ended_on = serializers.DateField(allow_null=True, help_text=lazy("不再等的日期"))
    ended_why = serializers.CharField()
    restarted_on = serializers.DateField(allow_null=True)
    restart_reason = serializers.CharField()
    rule = serializers.CharField()
    due_on = serializers.DateField(allow_null=True, help_text=lazy("应答复日，延期后的"))
    overdue = serializers.BooleanField()
    clock = ClockShown(allow_null=True)
    extensions = ExtensionOutput(many=True)


class StepPage(serializers.Serializer[Any]):
    results = StepOutput(many=True)
    next = serializers.CharField(allow_null=True)


class EventOutput(serializers.Serializer[Any]):
    """`action` office: the portal did something that does not concern the case itself."""

    action = serializers.CharField()
    text = serializers.CharField()
    state_from = serializers.CharField()
    state_to = serializers.CharField()
    at = serializers.DateTimeField()


class NextOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    step = serializers.CharField(help_text=lazy("哪一步；没有为空"))
    on = serializers.DateField(allow_null=True)


class DemandShown(serializers.Serializer[Any]):
    demand = serializers.CharField()
    title = serializers.CharField()
    result = serializers.ChoiceField(DemandOutcome.choices, allow_blank=True)


class FactsOutput(serializers.Serializer[Any]):
    """What was filed, frozen."""

    story = serializers.CharField()
    effect = serializers.CharField()
    wish = serializers.CharField()
    sha256 = serializers.CharField()
    content_version = serializers.CharField()


class ComplaintDetail(ComplaintOutput):
    facts = FactsOutput()
    demands = DemandShown(many=True)
    next_action = NextOutput(help_text=lazy("现在该做的一件事"))
    actions = serializers.ListField(child=serializers.CharField(), help_text=lazy("现在可以做的"))
    steps = StepOutput(many=True)
    events = EventOutput(many=True, help_text=lazy("最近 200 件，早的在前"))


def complaint_json(case: Complaint) -> dict[str, Any]:
    return {
        "id": str(case.public_id),
        "receipt_no": case.receipt_no,
        "topic": case.topic,
        "change": str(case.change.public_id) if case.change else None,
        "respondent": case.respondent_name,
        "institution": case.respondent_slug,
        "licence": case.respondent_licence,
        "product": case.product_slug,
        "product_name": case.product_name,
        "state": case.state,
        "outcome": case.outcome,
        "filed_at": iso(case.filed_at),
        "closed_at": iso(case.closed_at),
    }


def detail_json(case: Complaint) -> dict[str, Any]:
    """A case with everything that happened; `case` comes from `with_standing`, and the number of
    queries does not grow with its rows."""
    newest = ComplaintEvent.objects.filter(complaint=case).order_by("-pk")[:MOST_EVENTS]
    return {
        **complaint_json(case),
        "facts": _facts_json(case),
        "demands": _demands_json(case),
        "next_action": _next_json(case),
        "actions": sorted(allowed(case.state)),
        "steps": [step_json(step) for step in case.steps.all()],
        "events": [_event_json(event) for event in reversed(newest)],
    }


def _next_json(case: Complaint) -> dict[str, Any]:
    found = next_action(case.now, [step.now for step in case.steps.all()], today())
    return {"kind": found.kind, "step": found.step, "on": iso(found.on)}


def _demands_json(case: Complaint) -> list[dict[str, str]]:
    """What was asked and what came of it; a request that was retired since keeps its slug."""
    known = content.current().demands
    results = {row.demand: row.result for row in case.demand_results.all()}
    return [
        {
            "demand": slug,
            "title": known[slug].title.in_language(_language()) if slug in known else slug,
            "result": results.get(slug, ""),
        }
        for slug in case.facts.get("demands") or ()
    ]


def _facts_json(case: Complaint) -> dict[str, Any]:
    facts = case.facts
    return {
        **{name: facts.get(name) or "" for name in ("story", "effect", "wish")},
        "sha256": case.facts_sha256,
        "content_version": case.content_version,
    }


def _event_json(event: ComplaintEvent) -> dict[str, Any]:
    hidden = event.action in OFFICE
    return {
        "action": "office" if hidden else event.action,
        "text": event.label,
        "state_from": event.state_from,
        "state_to": event.state_to,
        "at": iso(event.created_at),
    }


def step_json(step: Step) -> dict[str, Any]:
    """One step; its case is at hand, and its extensions come with it (`with_standing`)."""
    now = step.now
    return {
        "id": str(step.public_id),
        "complaint": str(step.complaint.public_id),
        "channel": _channel_json(step.channel_code),
        "recipient": step.recipient,
        "phase": now.phase,
        "actions": sorted(_actions(step)),
        "sent_on": iso(step.sent_on),
        "received_on": iso(step.received_on),
        "reference_no": step.reference_no,
        "sent_how": step.sent_how,
        "proof": str(step.proof.public_id) if step.proof else None,
        "answered_on": iso(step.answered_on),
        "answer_text": step.answer_text,
        "reply_kind": step.reply_kind,
        "is_final": step.is_final,
        "ended_on": iso(step.ended_on),
        "ended_why": step.ended_why,
        "restarted_on": iso(step.restarted_on),
        "restart_reason": step.restart_reason,
        "rule": step.rule_code,
        "due_on": iso(now.due_on),
        "overdue": now.phase == WAITING and _is_past(now.due_on),
        "clock": _clock_json(step),
        "extensions": [
            {
                "id": str(row.public_id),
                "announced_on": iso(row.announced_on),
                "due_on": iso(row.due_on),
                "reason": row.reason,
                "is_void": row.is_void,
            }
            for row in step.extensions.all()
        ],
    }


def _channel_json(code: str) -> dict[str, str]:
    """A channel that was retired since keeps its code."""
    row = content.current().channels.get(code)
    if row is None:
        return {"code": code, "slug": "", "title": code}
    return {"code": code, "slug": row.slug, "title": row.title.in_language(_language())}


def _actions(step: Step) -> frozenset[str]:
    actions = step_actions(step.complaint.state, step.now.phase)
    return actions if services.restarts_on(step) else actions - {"restart"}


def _is_past(day: date | None) -> bool:
    return day is not None and day < today()


def _clock_json(step: Step) -> dict[str, Any] | None:
    """The pinned clock of a step; before the letter arrived, what it would be from today."""
    if not step.clock and step.rule_code not in content.current().rules:
        return None
    clock = step.clock or documents.projected_clock(step, today())
    return {
        "projected": not step.clock,
        "rule": clock["rule"],
        "version": str(clock["version"]),
        "start_on": clock["start_on"],
        "due_on": clock["due_on"],
        "extended_on": clock["extended_on"],
        "certainty": clock["certainty"],
        "steps": [_in_language(row) for row in clock["steps"]],
        "source": _in_language(clock["source"]),
    }


def _in_language(text: dict[str, str]) -> str:
    return text["zh"] if _language().startswith("zh") else text["en"]


def _language() -> str:
    return get_language() or "zh-hans"
