"""Explain without an account: nothing is stored, nobody is asked who he is."""

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

from guidance import content
from guidance.domain.records import Knowledge, Question
from inputs.serializers import DayField, MoneyField, StrictSerializer, TextField
from limits.domain.explanation import Explanation, explain
from limits.domain.signals import Change

MAX_CHANGES = 50
FREE_ANSWERS = ("unknown", "skip")


def known_product(slug: str) -> str:
    """The slug, if it is one of ours. Raises ValidationError."""
    if slug not in content.current().products:
        raise serializers.ValidationError(_("没有这个产品：选项无效"), code="invalid_choice")
    return slug


class ChangeInput(StrictSerializer):
    product = serializers.CharField(max_length=40)
    before = MoneyField()
    after = MoneyField()
    effective_on = DayField(not_after_today=True)
    stated_reason = TextField(max_length=500, required=False, allow_blank=True, default="")

    def validate_product(self, slug: str) -> str:
        return known_product(slug)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["before"] == data["after"]:
            raise serializers.ValidationError(
                {"after": _("调整前后额度相同，请核对")}, code="unchanged"
            )
        return data


class ExplainInput(StrictSerializer):
    changes = ChangeInput(many=True, allow_empty=False, max_length=MAX_CHANGES)  # type: ignore[call-arg]  # of the list
    answers = serializers.DictField(child=serializers.CharField(), required=False, default=dict)

    def validate_answers(self, answers: dict[str, str]) -> dict[str, str]:
        questions = content.current().questions
        for slug, answer in answers.items():
            if slug not in questions:
                raise serializers.ValidationError(
                    _("没有这个问题：选项无效"), code="invalid_choice"
                )
            allowed = {choice.slug for choice in questions[slug].answers} | set(FREE_ANSWERS)
            if answer not in allowed:
                raise serializers.ValidationError(
                    _("没有这个回答：选项无效"), code="invalid_choice"
                )
        return answers


class ContributionOutput(serializers.Serializer[Any]):
    signal = serializers.CharField()
    text = serializers.CharField()
    weight = serializers.IntegerField()


class CauseOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    band = serializers.ChoiceField(
        ["stated", "documented", "likely", "possible", "weak", "unsupported", "ruled-out"]
    )
    score = serializers.IntegerField()
    against = ContributionOutput(many=True)
    ask_lender = serializers.ListField(child=serializers.CharField())
    confirm = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, Any]:
        # "for" is a keyword of Python and the name of the contract.
        return {**super().get_fields(), "for": ContributionOutput(many=True)}


class PairOutput(serializers.Serializer[Any]):
    to = serializers.CharField()
    days = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.CharField()}


class ChoiceOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    text = serializers.CharField()


class QuestionOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    text = serializers.CharField()
    choices = ChoiceOutput(many=True)


class ExplainOutput(serializers.Serializer[Any]):
    content_version = serializers.CharField()
    migration = PairOutput(allow_null=True)
    causes = CauseOutput(many=True)
    next_question = QuestionOutput(allow_null=True)


EXAMPLE = OpenApiExample(
    "借呗归零",
    request_only=True,
    value={
        "changes": [
            {
                "product": "jiebei",
                "before": "50000.00",
                "after": "0",
                "effective_on": "2026-10-12",
                "stated_reason": "",
            }
        ],
        "answers": {"merchant-code": "yes", "late": "unknown"},
    },
)


@extend_schema(
    operation_id="explain",
    summary="额度为什么变了：排好的可能原因",
    request=ExplainInput,
    responses=ExplainOutput,
    examples=[EXAMPLE],
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def explain_changes(request: Request) -> Response:
    given = ExplainInput(data=request.data)
    given.is_valid(raise_exception=True)
    known = content.current()
    changes = [
        Change(
            product=row["product"],
            before_fen=row["before"],
            after_fen=row["after"],
            effective_on=row["effective_on"],
            stated_reason=row["stated_reason"],
            key=str(number),
        )
        for number, row in enumerate(given.validated_data["changes"])
    ]
    found = explain(changes, given.validated_data["answers"], known)
    return Response(explanation_json(found, known, get_language() or "zh-hans"))


def explanation_json(found: Explanation, known: Knowledge, language: str) -> dict[str, Any]:
    """The documented shape of an explanation."""
    pair, question = found.migration, found.next_question
    return {
        "content_version": known.version,
        "migration": pair and {"from": pair.from_product, "to": pair.to_product, "days": pair.days},
        "causes": [
            {
                "slug": cause.slug,
                "title": cause.title.in_language(language),
                "band": cause.band,
                "score": cause.score,
                "for": [_contribution(item, language) for item in cause.supporting],
                "against": [_contribution(item, language) for item in cause.opposing],
                "ask_lender": [
                    text.in_language(language) for text in known.causes[cause.slug].ask_lender
                ],
                "confirm": [
                    text.in_language(language) for text in known.causes[cause.slug].confirm
                ],
            }
            for cause in found.ranking.causes
        ],
        "next_question": question and question_json(question, language),
    }


def question_json(question: Question, language: str) -> dict[str, Any]:
    """A question with its answers; not knowing and not saying are always among them."""
    return {
        "slug": question.slug,
        "text": question.text.in_language(language),
        "choices": [
            {"slug": choice.slug, "text": choice.label.in_language(language)}
            for choice in question.answers
        ]
        + [
            {"slug": "unknown", "text": _("不知道")},
            {"slug": "skip", "text": _("不想回答")},
        ],
    }


def _contribution(item: Any, language: str) -> dict[str, Any]:
    return {
        "signal": item.signal,
        "text": item.text.in_language(language),
        "weight": item.weight,
    }
