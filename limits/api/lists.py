"""What lists of the API have in common: cursors, and filters by product and days."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from accounts.ownership import OwnedQuerySet
from inputs.ids import parse_uuid
from inputs.serializers import DayField
from limits.api.explain import known_product

PAGE_ROWS = 30

AFTER = OpenApiParameter("after", str, description="上一页的 next；读不懂的当作没有，从第一页开始")
PRODUCT = OpenApiParameter("product", str, description="只看这个产品，例如 jiebei")
SINCE = OpenApiParameter("since", date, description="从这天起（含），例如 2026-01-01")
UNTIL = OpenApiParameter("until", date, description="到这天止（含）")


class ListQuery(serializers.Serializer[Any]):
    """Filters in the address. Other names are left alone, as browsers and proxies add some."""

    product = serializers.CharField(required=False, allow_blank=True, max_length=40)
    since = DayField(required=False, allow_null=True)
    until = DayField(required=False, allow_null=True)

    def validate_product(self, slug: str) -> str:
        return known_product(slug) if slug else ""

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            raise serializers.ValidationError(
                {"until": _("结束日期早于开始日期")}, code="order_of_days"
            )
        return data


def filtered(rows: QuerySet[Any], request: Request, *, day: str = "", product: str = "") -> Any:
    """The rows the address asks for; `day` and `product` name the fields it may ask about."""
    query = ListQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    asked = query.validated_data
    if product and asked.get("product"):
        rows = rows.filter(**{product: asked["product"]})
    if day and asked.get("since"):
        rows = rows.filter(**{f"{day}__gte": asked["since"]})
    if day and asked.get("until"):
        rows = rows.filter(**{f"{day}__lte": asked["until"]})
    return rows


def cursor(request: Request) -> str:
    return request.query_params.get("after", "")


def newest_page(rows: OwnedQuerySet, request: Request) -> tuple[list[Any], str | None]:
    """Thirty rows, the newest made first, and the cursor of the next page: the last row's id."""
    shown = rows.order_by("-pk")
    if last := parse_uuid(cursor(request)):
        shown = shown.filter(pk__lt=rows.order_by().filter(public_id=last).values("pk"))
    found = list(shown[: PAGE_ROWS + 1])
    more = len(found) > PAGE_ROWS
    return found[:PAGE_ROWS], str(found[PAGE_ROWS - 1].public_id) if more else None
