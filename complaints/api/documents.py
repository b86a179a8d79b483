"""Documents of a case: asked for, watched, downloaded."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes, renderer_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from complaints import documents as files
from complaints import services
from complaints.api.documents_shown import (
    DocumentOutput,
    DocumentPage,
    documents_json,
    own_document,
)
from complaints.api.refusals import Refused, not_ready
from complaints.api.rights import READ, READ_AND_WRITE, at, own_case
from complaints.api.transfer import AnyType
from complaints.enums import DocumentKind, DocumentState, FileFormat
from complaints.forms.wizard import MOST_FILES
from complaints.models import Complaint, Document
from inputs.serializers import ChoiceField, StrictSerializer
from limits.api.given import FlagField
from limits.api.lists import AFTER, newest_page

KINDS = [kind for kind in DocumentKind.choices if kind[0] in ("report", "letter", "bundle")]
REPORTS_AS = [row for row in FileFormat.choices if row[0] != "zip"]  # a bundle is a ZIP anyway
TYPES = [kind.partition(";")[0] for kind in files.MEDIA_TYPES.values()]


class DocumentInput(StrictSerializer):
    kind = ChoiceField(KINDS)
    language = ChoiceField([("zh", "中文"), ("en", "English")], required=False, default="zh")
    file_format = ChoiceField(REPORTS_AS, required=False, default="pdf")
    masked = FlagField(
        required=False,
        default=True,
        help_text=lazy("true：遮住身份信息，图片给清理过的副本；false：完整版，证据给原件"),
    )
    evidence = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_null=True,
        default=None,
        max_length=MOST_FILES,
        help_text=lazy("放进去的证据的 id；不写就是全部，空的列表就是一个也不放"),
    )

    def validate_evidence(self, ids: list[uuid.UUID] | None) -> list[str] | None:
        if ids is None:
            return None
        wanted = {str(public_id) for public_id in ids}
        if len(files.chosen_evidence(self.context["case"], list(wanted))) < len(wanted):
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return list(wanted)


@extend_schema(
    methods=["GET"],
    operation_id="list_documents",
    summary="一个案件的文书，最近要的在前",
    parameters=[AFTER],
    responses=DocumentPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="request_document",
    summary="生成一份文书",
    description="在后台生成；隔几秒读一次 Location，等 state 变成 ready 再下载。"
    "内容没变的，回答就是已经有的那一份。",
    request=DocumentInput,
    responses={202: DocumentOutput},
    examples=[OpenApiExample("完整报告", request_only=True, value={"kind": "report"})],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def documents(request: Request, public_id: str) -> Response:
    case = own_case(request, public_id)
    if request.method == "POST":
        return at(_request(request, case), "api_document")
    rows = Document.objects.for_user(request.user).filter(complaint=case)
    page, following = newest_page(rows.select_related("complaint", "letter"), request)
    return Response({"results": documents_json(page), "next": following})


@once
def _request(request: Request, case: Complaint) -> Response:
    given = DocumentInput(data=request.data, context={"case": case})
    given.is_valid(raise_exception=True)
    made = services.request_document(complaint=case, **given.validated_data)
    (answer,) = documents_json([own_document(request, str(made.public_id))])
    return Response(answer, status=status.HTTP_202_ACCEPTED)


@extend_schema(
    operation_id="read_document", summary="一份文书：生成到哪一步", responses=DocumentOutput
)
@api_view(["GET"])
@permission_classes([READ])
def document(request: Request, public_id: str) -> Response:
    (answer,) = documents_json([own_document(request, public_id)])
    return Response(answer)


@extend_schema(
    operation_id="download_document",
    summary="下载一份文书",
    responses={(200, *TYPES): OpenApiTypes.BINARY},
)
@api_view(["GET"])
@permission_classes([READ])
@renderer_classes([AnyType])
def document_file(request: Request, public_id: str) -> HttpResponse:
    found = own_document(request, public_id)
    if found.state == DocumentState.QUEUED:
        raise not_ready(_("文书还在生成，请稍等。"))
    try:
        return files.as_attachment(found, files.file_name(found))  # type: ignore[return-value]
    except FileNotFoundError as missing:
        words = _("文件在服务器上找不到或被改动，我们已经记下。")
        raise Refused(410, "file_damaged", words) from missing
