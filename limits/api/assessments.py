"""Why perhaps: assessments as they were shown, questions and answers, what belongs together.

Sensitive answers go in and never come out, and neither does what follows from them alone: an
assessment is given as letters and summaries read it, not as the person's own page shows it.
"""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once, scoped
from accounts.enums import Scope
from accounts.ownership import get_owned_or_404
from guidance import content
from guidance.domain.records import Knowledge, Text
from inputs.clock import today
from inputs.serializers import StrictSerializer
from limits import services
from limits.api.explain import CauseOutput, PairOutput, QuestionOutput, question_json
from limits.api.given import FlagField
from limits.api.lists import AFTER, PRODUCT, SINCE, UNTIL, filtered, newest_page
from limits.api.shown import ChangeOutput, change_json, iso
from limits.enums import MigrationState
from limits.models import Answer, Assessment, LimitChange, Migration, SealedAnswer

READ = scoped(GET=Scope.EXPLAIN_READ.value)
ANSWERS = scoped(
    GET=Scope.EXPLAIN_READ.value, POST=Scope.EXPLAIN_WRITE.value, PUT=Scope.EXPLAIN_WRITE.value
)
PAIRS = scoped(GET=Scope.LEDGER_READ.value, POST=Scope.LEDGER_WRITE.value)
GIVEN = "given"


class AssessmentOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    change = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    content_version = serializers.CharField()
    inputs = serializers.DictField(help_text=lazy("算的时候用到的；敏感回答只写 given"))
    migration = PairOutput(allow_null=True)
    causes = CauseOutput(many=True)
    next_question = QuestionOutput(allow_null=True)


class AssessmentPage(serializers.Serializer[Any]):
    results = AssessmentOutput(many=True)
    next = serializers.CharField(allow_null=True)


class AnswerInput(StrictSerializer):
    question = serializers.CharField(max_length=40)
    answer = serializers.CharField(max_length=40)


class AnswerOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    answer = serializers.CharField(help_text=lazy("敏感问题只写 given"))
    sensitive = serializers.BooleanField()
    answered_at = serializers.DateTimeField()


class AnswerList(serializers.Serializer[Any]):
    results = AnswerOutput(many=True)


class AnswerMade(serializers.Serializer[Any]):
    question = serializers.CharField()
    answer = serializers.CharField()
    assessment = serializers.UUIDField(help_text=lazy("按这个回答重排的原因评估"))


class MigrationOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(MigrationState.choices)
    days = serializers.IntegerField()
    fall = ChangeOutput()
    rise = ChangeOutput()
    decided_at = serializers.DateTimeField(allow_null=True)


class MigrationPage(serializers.Serializer[Any]):
    results = MigrationOutput(many=True)
    next = serializers.CharField(allow_null=True)


class DecideInput(StrictSerializer):
    confirmed = FlagField()


def assessment_json(row: Assessment, known: Knowledge, language: str) -> dict[str, Any]:
    """The shape of an explanation, from what was stored; retired causes keep their slug."""
    pair = row.result.get("migration")
    question = known.questions.get(row.result.get("next_question") or "")
    return {
        "id": str(row.public_id),
        "change": str(row.change.public_id),
        "made_at": iso(row.created_at),
        "content_version": row.content_version,
        "inputs": row.inputs,
        "migration": pair
        and {"from": pair["from_product"], "to": pair["to_product"], "days": pair["days"]},
        "causes": [_cause_json(cause, known, language) for cause in row.result["causes"]],
        "next_question": question and question_json(question, language),
    }


def _cause_json(cause: dict[str, Any], known: Knowledge, language: str) -> dict[str, Any]:
    record = known.causes.get(cause["slug"])
    return {
        "slug": cause["slug"],
        "title": record.title.in_language(language) if record else cause["slug"],
        "band": cause["band"],
        "score": cause["score"],
        "for": [_contribution_json(item, language) for item in cause["supporting"]],
        "against": [_contribution_json(item, language) for item in cause["opposing"]],
        "ask_lender": [text.in_language(language) for text in record.ask_lender] if record else [],
        "confirm": [text.in_language(language) for text in record.confirm] if record else [],
    }


def _contribution_json(item: dict[str, Any], language: str) -> dict[str, Any]:
    text = Text(item["zh"], item["en"]).in_language(language)
    return {"signal": item["signal"], "text": text, "weight": item["weight"]}


def _language() -> str:
    return get_language() or "zh-hans"


def _own_change(request: Request, public_id: str) -> LimitChange:
    with_line = LimitChange.objects.select_related("line")
    return get_owned_or_404(LimitChange, request.user, public_id, with_line)


@extend_schema(
    operation_id="list_assessments",
    summary="一笔变动的原因评估，最近的在前",
    parameters=[AFTER],
    responses=AssessmentPage,
)
@api_view(["GET"])
@permission_classes([READ])
def assessments(request: Request, public_id: str) -> Response:
    change = get_owned_or_404(LimitChange, request.user, public_id)
    mine = Assessment.objects.for_user(request.user).filter(change=change)
    rows, following = newest_page(mine.select_related("change"), request)
    known, language = content.current(), _language()
    return Response(
        {"results": [assessment_json(row, known, language) for row in rows], "next": following}
    )


@extend_schema(operation_id="read_assessment", summary="一次原因评估", responses=AssessmentOutput)
@api_view(["GET"])
@permission_classes([READ])
def assessment(request: Request, public_id: str) -> Response:
    whole = Assessment.objects.select_related("change")
    row = get_owned_or_404(Assessment, request.user, public_id, whole)
    return Response(assessment_json(row, content.current(), _language()))


@extend_schema(
    methods=["GET"],
    operation_id="list_answers",
    summary="这笔变动回答过的问题",
    responses=AnswerList,
)
@extend_schema(
    methods=["PUT", "POST"],
    summary="回答或改答一个问题",
    request=AnswerInput,
    responses=AnswerMade,
    examples=[
        OpenApiExample("没有逾期", request_only=True, value={"question": "late", "answer": "none"})
    ],
)
@extend_schema(methods=["PUT"], operation_id="put_answer")
@extend_schema(methods=["POST"], operation_id="post_answer")
@api_view(["GET", "PUT", "POST"])
@permission_classes([ANSWERS])
def answers(request: Request, public_id: str) -> Response:
    change = _own_change(request, public_id)
    if request.method != "GET":
        return _answer(request, change)
    return Response({"results": _answers_json(change)})


def _answers_json(change: LimitChange) -> list[dict[str, Any]]:
    """What was answered; of sensitive questions only that they were."""
    rows = [
        (row.updated_at, row.question_slug, row.answer_slug, False)
        for row in Answer.objects.filter(change=change)
    ] + [
        (row.updated_at, row.question_slug, GIVEN, True)
        for row in SealedAnswer.objects.filter(change=change).defer("sealed")
    ]
    return [
        {"question": slug, "answer": answer, "sensitive": sensitive, "answered_at": iso(at)}
        for at, slug, answer, sensitive in sorted(rows)
    ]


@once
def _answer(request: Request, change: LimitChange) -> Response:
    given = AnswerInput(data=request.data)
    given.is_valid(raise_exception=True)
    question, answer = given.validated_data["question"], given.validated_data["answer"]
    made = services.answer_question(change=change, question=question, answer=answer, today=today())
    shown = GIVEN if content.current().questions[question].sensitive else answer
    return Response({"question": question, "answer": shown, "assessment": str(made.public_id)})


@extend_schema(
    operation_id="list_migrations",
    summary="可能有关的两次变动：一处下降、一处上升",
    parameters=[AFTER, PRODUCT, SINCE, UNTIL],
    responses=MigrationPage,
)
@api_view(["GET"])
@permission_classes([PAIRS])
def migrations(request: Request) -> Response:
    mine = filtered(
        Migration.objects.for_user(request.user).filter(
            fall__superseded_by=None, rise__superseded_by=None
        ),
        request,
        day="fall__effective_on",
        product="fall__line__product_slug",
    )
    rows, following = newest_page(_whole(mine), request)
    return Response({"results": [migration_json(row) for row in rows], "next": following})


def _whole(rows: Any) -> Any:
    return rows.select_related("fall__line", "fall__supersedes", "rise__line", "rise__supersedes")


def migration_json(pair: Migration) -> dict[str, Any]:
    return {
        "id": str(pair.public_id),
        "state": pair.state,
        "days": pair.days,
        "fall": change_json(pair.fall),
        "rise": change_json(pair.rise),
        "decided_at": iso(pair.decided_at),
    }


@extend_schema(
    operation_id="decide_migration",
    summary="确认或否认两次变动有关",
    request=DecideInput,
    responses=MigrationOutput,
    examples=[OpenApiExample("有关", request_only=True, value={"confirmed": True})],
)
@api_view(["POST"])
@permission_classes([PAIRS])
def decide(request: Request, public_id: str) -> Response:
    return _decide(request, _own_pair(request, public_id))


def _own_pair(request: Request, public_id: str) -> Migration:
    return get_owned_or_404(Migration, request.user, public_id, _whole(Migration.objects.all()))


@once
def _decide(request: Request, pair: Migration) -> Response:
    given = DecideInput(data=request.data)
    given.is_valid(raise_exception=True)
    services.decide_migration(
        migration=pair, confirmed=given.validated_data["confirmed"], today=today()
    )
    return Response(migration_json(_own_pair(request, str(pair.public_id))))
