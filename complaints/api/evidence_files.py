"""The files of evidence themselves, opened for their owner."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes, renderer_classes
from rest_framework.request import Request

from complaints.api.refusals import Refused, not_ready
from complaints.api.rights import READ
from complaints.api.transfer import AnyType
from complaints.api.vault import ROLES, own_evidence
from complaints.domain.evidence import ENDINGS, saved_name
from complaints.enums import FileRole
from complaints.models import Evidence
from complaints.vault import files, upkeep
from inputs.serializers import ChoiceField

ROLE = OpenApiParameter(
    "role",
    str,
    enum=ROLES,
    description="rendition：去掉隐藏信息的副本；masked：涂黑的副本；original：原件。"
    "不写：画过涂黑的给涂黑的，没画的给副本。录音没有副本，要写 original。",
)


class RoleQuery(serializers.Serializer):  # type: ignore[type-arg]
    role = ChoiceField(ROLES, required=False, allow_blank=True)


@extend_schema(
    operation_id="download_evidence",
    summary="下载一个证据文件",
    parameters=[ROLE],
    responses={(200, *ENDINGS): OpenApiTypes.BINARY},
)
@api_view(["GET"])
@permission_classes([READ])
@renderer_classes([AnyType])
def evidence_file(request: Request, public_id: str) -> HttpResponse:
    row = own_evidence(request, public_id)
    asked = RoleQuery(data={"role": request.query_params.get("role", "")})
    asked.is_valid(raise_exception=True)
    role = _role(row, asked.validated_data["role"])
    try:
        return _response(row, role, files.read(row, role))
    except files.FileDamaged as damaged:
        upkeep.report(row, role, damaged)
        words = _("文件在服务器上找不到或被改动，我们已经记下。")
        raise Refused(410, "file_damaged", words) from damaged


def _role(row: Evidence, asked: str) -> FileRole:
    """What was not painted over, and the original, go out only when asked for by name."""
    usual = FileRole.MASKED if row.masks else FileRole.RENDITION
    role = FileRole(asked) if asked else usual
    if row.removed_at is not None or not getattr(row, role.value):
        raise not_ready(_("现在没有这个文件。"))
    return role


def _response(row: Evidence, role: FileRole, data: bytes) -> HttpResponse:
    """Saved, never shown: whatever a browser makes of these bytes, it gets no doors."""
    is_original = role == FileRole.ORIGINAL
    media_type = row.media_type if is_original else row.rendition_type
    stem = (row.file_name if is_original else "") or f"{_('证据')}-{row.sha256[:12]}"
    headers = {
        "Content-Disposition": content_disposition_header(True, saved_name(stem, media_type))
        or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(data, content_type=media_type, headers=headers)
