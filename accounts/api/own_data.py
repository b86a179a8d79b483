"""Asking for a copy of everything, and who looked. The file itself is only behind sign-in."""

from typing import Any

from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api import once, scoped
from accounts.enums import AccessView, AccessWhat, ExportState, Scope, StaffRole
from accounts.http import person
from accounts.models import Access, Export
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page

PAGE_ROWS = 30
EXPORT = scoped(GET=Scope.DATA_EXPORT.value, POST=Scope.DATA_EXPORT.value)
AFTER = OpenApiParameter("after", str, description="上一页的 next；读不懂的当作没有，从第一页开始")


class ExportOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(ExportState.choices)
    asked_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text=lazy("文件留到什么时候"))
    size = serializers.IntegerField(help_text=lazy("字节"))
    sha256 = serializers.CharField()
    missing = serializers.IntegerField(help_text=lazy("没能放进去的文件有几个"))


class ExportPage(serializers.Serializer[Any]):
    results = ExportOutput(many=True)
    next = serializers.CharField(allow_null=True)


class AccessOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    role = serializers.ChoiceField(StaffRole.choices, help_text=lazy("身份，没有姓名"))
    what = serializers.ChoiceField(AccessWhat.choices)
    about = serializers.UUIDField()
    view = serializers.ChoiceField(AccessView.choices)
    at = serializers.DateTimeField()


class AccessPage(serializers.Serializer[Any]):
    results = AccessOutput(many=True)
    next = serializers.CharField(allow_null=True)


def export_json(row: Export) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "state": row.state,
        "asked_at": row.created_at.isoformat(),
        "ready_at": row.ready_at.isoformat() if row.ready_at else None,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "size": row.size,
        "sha256": row.sha256,
        "missing": row.missing,
    }


@extend_schema(
    methods=["GET"],
    operation_id="list_exports",
    summary="要过的数据副本，最新的在前",
    parameters=[AFTER],
    responses=ExportPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="request_export",
    summary="要一份自己全部数据的副本",
    description="正在做的时候再要，得到的是同一份。文件只能登录后在网页上下载。",
    request=None,
    responses={200: ExportOutput, 202: ExportOutput},
)
@api_view(["GET", "POST"])
@permission_classes([EXPORT])
def exports(request: Request) -> Response:
    if request.method == "POST":
        return _request(request)
    rows = Export.objects.for_user(request.user)
    after = request.query_params.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=PAGE_ROWS)
    return Response({"results": [export_json(row) for row in page.rows], "next": page.next})


@once
def _request(request: Request) -> Response:
    owner = person(request)
    made, is_new = services.request_export(owner=owner, language=owner.language)
    return Response(export_json(made), status=202 if is_new else 200)


@extend_schema(operation_id="get_export", summary="一份副本做好没有", responses=ExportOutput)
@api_view(["GET"])
@permission_classes([EXPORT])
def export(request: Request, public_id: str) -> Response:
    return Response(export_json(get_owned_or_404(Export, request.user, public_id)))


@extend_schema(
    operation_id="list_access",
    summary="工作人员什么时候看过我的资料",
    parameters=[AFTER],
    responses=AccessPage,
)
@api_view(["GET"])
@permission_classes([EXPORT])
def access(request: Request) -> Response:
    rows = Access.objects.for_user(request.user)
    after = request.query_params.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=PAGE_ROWS)
    return Response({"results": [_access_json(row) for row in page.rows], "next": page.next})


def _access_json(row: Access) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "role": row.role,
        "what": row.what,
        "about": str(row.about),
        "view": row.view,
        "at": row.created_at.isoformat(),
    }
