"""Steps of a case: opened, sent, answered, extended, given up, counted anew."""

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
from complaints import documents, services
from complaints.api.rights import READ, READ_AND_WRITE, WRITE, at, own_case
from complaints.api.shown import StepOutput, StepPage, step_json
from complaints.domain.ladder import Rung, rungs
from complaints.enums import ReplyKind
from complaints.models import Complaint, Evidence, Step
from guidance import content
from inputs.serializers import ChoiceField, DayField, LineField, StrictSerializer, TextField
from limits.api.given import FlagField
from limits.api.lists import AFTER, newest_page


def _line(max_length: int, **kwargs: Any) -> LineField:
    return LineField(max_length=max_length, required=False, allow_blank=True, default="", **kwargs)


class StepInput(StrictSerializer):
    channel = LineField(max_length=8, help_text=lazy("渠道的编号，见 /api/v1/channels/"))
    recipient = _line(120, help_text=lazy("送给谁：单位全称；不写用这个渠道通常的一家"))
    rule = _line(8, help_text=lazy("按哪条期限算，见 /api/v1/rules/；不写用这个渠道的第一条"))

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """The channel with what usually goes with it; other periods are not counted there."""
        open_to = {row.channel.code: row for row in case_rungs(self.context["case"])}
        rung = open_to.get(data["channel"])
        if rung is None:
            words = _("这个渠道不受理对这类机构的投诉，或者还没到这一步。")
            raise serializers.ValidationError({"channel": words}, code="unsuited")
        rules = [row.code for row in rung.rules]
        if data["rule"] and data["rule"] not in rules:
            raise serializers.ValidationError({"rule": _("选项无效")}, code="invalid_choice")
        return {
            "channel_code": data["channel"],
            "recipient": data["recipient"] or rung.recipient,
            "rule_code": data["rule"] or next(iter(rules), ""),
        }


def case_rungs(case: Complaint) -> tuple[Rung, ...]:
    """Where this complaint can go, as the page offers it."""
    known = content.current()
    return rungs(
        case.respondent_licence,
        case.respondent_name,
        known.institutions.get(case.respondent_slug),
        case.steps.values_list("channel_code", flat=True),
        documents.institution_path(case.respondent_licence)[1],
        known,
    )


class SentInput(StrictSerializer):
    sent_on = DayField(not_after_today=True)
    received_on = DayField(
        required=False,
        allow_null=True,
        default=None,
        not_after_today=True,
        help_text=lazy("对方收到的日期；期限从这天算起"),
    )
    reference_no = _line(60, help_text=lazy("对方给的受理号"))
    sent_how = _line(80, help_text=lazy("寄送方式和单号"))
    proof = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=lazy("寄送凭证：证据的 id")
    )

    def validate_proof(self, public_id: uuid.UUID | None) -> Evidence | None:
        return listed_evidence(self.context["case"], [public_id])[0] if public_id else None

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["received_on"] and data["received_on"] < data["sent_on"]:
            raise serializers.ValidationError(
                {"received_on": _("收到日期早于寄出日期")}, code="order_of_days"
            )
        return data


def listed_evidence(case: Complaint, ids: list[uuid.UUID]) -> list[Evidence]:
    """Files of the person; foreign and missing ones are refused in the same words."""
    rows = Evidence.objects.filter(owner=case.owner_id).listed()
    found = list(rows.filter(public_id__in=ids))
    if len(found) < len(set(ids)):
        raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
    return found


class NumberInput(StrictSerializer):
    reference_no = LineField(max_length=60, help_text=lazy("对方给的受理号"))


class ReplyInput(StrictSerializer):
    answered_on = DayField(not_after_today=True)
    answer_text = TextField(max_length=5000, help_text=lazy("原话最好，方便以后对照"))
    reply_kind = ChoiceField(ReplyKind.choices)
    is_final = FlagField(required=False, default=False)


class ExtendInput(StrictSerializer):
    announced_on = DayField(not_after_today=True)
    due_on = DayField(help_text=lazy("延长到哪天"))
    reason = TextField(max_length=500, help_text=lazy("对方说的理由"))


class GiveUpInput(StrictSerializer):
    ended_on = DayField(not_after_today=True)
    why = LineField(max_length=200, help_text=lazy("不再等的原因"))


class RestartInput(StrictSerializer):
    restarted_on = DayField(not_after_today=True)
    reason = TextField(max_length=500, help_text=lazy("重新起算的理由，例如补交了材料"))


def own_step(request: Request, public_id: str) -> Step:
    rows = Step.objects.with_standing().select_related("complaint__owner", "proof")
    return get_owned_or_404(Step, request.user, public_id, rows)


def _shown(request: Request, step: Step, code: int = status.HTTP_200_OK) -> Response:
    return Response(step_json(own_step(request, str(step.public_id))), status=code)


@extend_schema(
    methods=["GET"],
    operation_id="list_steps",
    summary="一个案件的步骤，最近开的在前",
    parameters=[AFTER],
    responses=StepPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="open_step",
    summary="开一步：再向一个渠道提交",
    description="同一个渠道、同一个收件单位还没寄出的，接着用那一步。几步可以同时进行。",
    request=StepInput,
    responses={201: StepOutput},
    examples=[
        OpenApiExample(
            "向 12378 投诉",
            request_only=True,
            value={"channel": "C05", "recipient": "国家金融监督管理总局重庆监管局"},
        )
    ],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def steps(request: Request, public_id: str) -> Response:
    case = own_case(request, public_id)
    if request.method == "POST":
        return at(_open(request, case), "api_step")
    mine = Step.objects.for_user(request.user).filter(complaint=case)
    rows, following = newest_page(mine.with_standing().select_related("complaint"), request)
    return Response({"results": [step_json(row) for row in rows], "next": following})


@once
def _open(request: Request, case: Complaint) -> Response:
    given = StepInput(data=request.data, context={"case": case})
    given.is_valid(raise_exception=True)
    step = services.open_step(complaint=case, actor=person(request), **given.validated_data)
    return _shown(request, step, status.HTTP_201_CREATED)


@extend_schema(operation_id="read_step", summary="一步：寄给谁，期限怎么算", responses=StepOutput)
@api_view(["GET"])
@permission_classes([READ])
def step(request: Request, public_id: str) -> Response:
    return Response(step_json(own_step(request, public_id)))


@extend_schema(
    operation_id="record_sent",
    summary="登记寄出和对方收到的日期",
    description="写了 received_on 就开始计算期限，当时的规则随之固定。",
    request=SentInput,
    responses=StepOutput,
    examples=[
        OpenApiExample(
            "App 里提交，当天收到",
            request_only=True,
            value={
                "sent_on": "2026-11-02",
                "received_on": "2026-11-02",
                "reference_no": "TS20261102001",
            },
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def sent(request: Request, public_id: str) -> Response:
    return _record(request, own_step(request, public_id), SentInput, services.record_sent)


@extend_schema(
    operation_id="record_number",
    summary="补登对方给的受理号",
    request=NumberInput,
    responses=StepOutput,
    examples=[OpenApiExample("受理号", request_only=True, value={"reference_no": "TS20261102001"})],
)
@api_view(["POST"])
@permission_classes([WRITE])
def number(request: Request, public_id: str) -> Response:
    return _record(request, own_step(request, public_id), NumberInput, services.record_number)


@extend_schema(
    operation_id="record_reply",
    summary="登记答复",
    request=ReplyInput,
    responses=StepOutput,
    examples=[
        OpenApiExample(
            "笼统答复",
            request_only=True,
            value={
                "answered_on": "2026-11-16",
                "answer_text": "经系统综合评估，您暂不符合要求。",
                "reply_kind": "generic",
            },
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def reply(request: Request, public_id: str) -> Response:
    return _record(request, own_step(request, public_id), ReplyInput, services.record_reply)


@extend_schema(
    operation_id="extend_step",
    summary="登记对方告知的延期（要有理由）",
    request=ExtendInput,
    responses=StepOutput,
    examples=[
        OpenApiExample(
            "情况复杂，延长",
            request_only=True,
            value={
                "announced_on": "2026-11-16",
                "due_on": "2026-12-31",
                "reason": "情况复杂，需要进一步核实。",
            },
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def extend(request: Request, public_id: str) -> Response:
    return _record(request, own_step(request, public_id), ExtendInput, services.extend_step)


@extend_schema(
    operation_id="give_up_step",
    summary="不再等这一步的答复",
    request=GiveUpInput,
    responses=StepOutput,
    examples=[
        OpenApiExample(
            "过期很久",
            request_only=True,
            value={"ended_on": "2026-11-20", "why": "到期一个月仍没有答复"},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def give_up(request: Request, public_id: str) -> Response:
    return _record(request, own_step(request, public_id), GiveUpInput, services.give_up_step)


@extend_schema(
    operation_id="take_up_step",
    summary="又接着等一个已经放下的步骤",
    request=None,
    responses=StepOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def take_up(request: Request, public_id: str) -> Response:
    return _take_up(request, own_step(request, public_id))


@once
def _take_up(request: Request, step: Step) -> Response:
    services.take_up_step(step=step, actor=person(request))
    return _shown(request, step)


@extend_schema(
    operation_id="restart_step",
    summary="补充了新情况，期限重新起算",
    request=RestartInput,
    responses=StepOutput,
    examples=[
        OpenApiExample(
            "补交材料",
            request_only=True,
            value={"restarted_on": "2026-11-18", "reason": "按对方要求补交了合同照片。"},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def restart(request: Request, public_id: str) -> Response:
    return _record(request, own_step(request, public_id), RestartInput, services.restart_step)


@once
def _record(request: Request, step: Step, kind: type[StrictSerializer], service: Any) -> Response:
    given = kind(data=request.data, context={"case": step.complaint})
    given.is_valid(raise_exception=True)
    service(step=step, actor=person(request), **given.validated_data)
    return _shown(request, step)
