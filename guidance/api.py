"""The reviewed records, read only, for everyone."""

from dataclasses import fields
from datetime import date
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
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
from guidance.domain.records import Reviewed, Text


class ReviewedSerializer(serializers.Serializer[Any]):
    """Fields every record has; each kind adds its own (see the examples of the schema)."""

    slug = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    article = serializers.CharField(allow_blank=True)
    strength = serializers.CharField()
    reviewed_on = serializers.DateField()
    review_due_on = serializers.DateField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class ListSerializer(serializers.Serializer[Any]):
    content_version = serializers.CharField()
    results = ReviewedSerializer(many=True)


def plain(record: Reviewed, language: str) -> dict[str, Any]:
    """A record as JSON: texts in one language, dates as YYYY-MM-DD."""
    return {
        item.name.rstrip("_"): _plain(getattr(record, item.name), language)
        for item in fields(record)
    }


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.in_language(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item, language) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item, language) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name), language) for name in value.__dataclass_fields__}
    return value


def _listing(kind: str, summary: str) -> Any:
    @extend_schema(operation_id=f"list_{kind}", summary=summary, responses=ListSerializer)
    @api_view(["GET"])
    @authentication_classes([])
    @permission_classes([AllowAny])
    def view(request: Request) -> Response:
        known = content.current()
        language = get_language() or "zh-hans"
        rows = [plain(row, language) for row in getattr(known, kind).values()]
        return Response({"content_version": known.version, "results": rows})

    return view


causes = _listing("causes", "可能原因")
tips = _listing("tips", "信用提示")
channels = _listing("channels", "投诉与求助渠道")
rules = _listing("rules", "法定期限")
products = _listing("products", "信贷产品")
institutions = _listing("institutions", "机构名录")
demands = _listing("demands", "可以提的请求，和现实中能得到什么")
