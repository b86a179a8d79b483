"""Evidence of a case: sent in sealed, looked at, described, taken out and put back."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from accounts.http import person
from complaints import services
from complaints.api.refusals import Refused, already_kept, file_refused
from complaints.api.rights import READ_AND_WRITE, WRITE, at, own_case
from complaints.api.transfer import SealedParser, sealed_api_upload
from complaints.api.vault import (
    EvidenceOutput,
    EvidencePage,
    evidence_json,
    job_of,
    jobs_of,
    own_evidence,
)
from complaints.domain.evidence import refusal
from complaints.domain.masks import WHOLE, Rectangle
from complaints.enums import EvidenceKind
from complaints.http import SealedUpload
from complaints.models import Complaint, Evidence
from inputs.errors import InputError
from inputs.serializers import (
    ChoiceField,
    CountField,
    DayField,
    LineField,
    StrictSerializer,
)
from limits.api.lists import AFTER, newest_page


class UploadInput(StrictSerializer):
    file = serializers.FileField(
        allow_empty_file=True,
        help_text=lazy("JPEG、PNG、WebP、HEIC、PDF 或录音，最大 20 MB"),
        error_messages={
            "required": lazy("请选择文件"),
            "invalid": lazy("file 要是一个文件"),
            "no_name": lazy("文件要有名字"),
        },
    )
    kind = ChoiceField(
        EvidenceKind.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text=lazy("不写按文件类型"),
    )
    taken_on = DayField(required=False, allow_null=True, default=None, not_after_today=True)
    sha256 = LineField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text=lazy("你算的 SHA-256；和收到的不同就不保存"),
    )


class DescribeInput(StrictSerializer):
    """What is left out stays as it is."""

    kind = ChoiceField(EvidenceKind.choices, required=False)
    title = LineField(max_length=120, required=False, allow_blank=True)
    taken_on = DayField(required=False, allow_null=True, not_after_today=True)
    complaint = serializers.UUIDField(
        required=False, allow_null=True, help_text=lazy("放进哪个案件；null 是不放进案件")
    )

    def validate_complaint(self, public_id: Any) -> Complaint | None:
        if public_id is None:
            return None
        rows = Complaint.objects.for_user(self.context["owner"])
        case = rows.filter(public_id=public_id).first()
        if case is None:
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return case


class RectangleInput(StrictSerializer):
    """In thousandths of the picture."""

    x = CountField(highest=WHOLE)
    y = CountField(highest=WHOLE)
    w = CountField(highest=WHOLE, lowest=1)
    h = CountField(highest=WHOLE, lowest=1)


class MaskInput(StrictSerializer):
    rectangles = RectangleInput(many=True, max_length=60)  # type: ignore[call-arg]  # of the list


@extend_schema(
    methods=["GET"],
    operation_id="list_evidence",
    summary="一个案件的证据，最近收到的在前",
    description="不含已移除的。position 是证据目录里的顺序。",
    parameters=[AFTER],
    responses=EvidencePage,
)
@extend_schema(
    methods=["POST"],
    operation_id="add_evidence",
    summary="上传一个证据文件",
    description="边收边加密，在后台检查并制作去掉隐藏信息的副本；隔几秒读一次 Location，"
    "等 state 变成 ready。同一个文件已经在这个案件里，回答就是那一个；在别处，回答 409 和它的 id。",
    request={"multipart/form-data": UploadInput},
    responses={202: EvidenceOutput},
)
@api_view(["GET", "POST"])
@parser_classes([SealedParser])
@permission_classes([READ_AND_WRITE])
def case_evidence(request: Request, public_id: str) -> Response:
    case = own_case(request, public_id)
    if request.method == "POST":
        return at(_add(request, case), "api_evidence")
    rows = Evidence.objects.for_user(request.user).kept().filter(complaint=case)
    page, following = newest_page(rows.select_related("complaint", "change"), request)
    jobs = jobs_of(page)
    results = [evidence_json(row, jobs.get(row.job_id)) for row in page]
    return Response({"results": results, "next": following})


evidence_of_case = sealed_api_upload(case_evidence)


@once
def _add(request: Request, case: Complaint) -> Response:
    given = UploadInput(data=request.data)
    given.is_valid(raise_exception=True)
    if len(request.FILES.getlist("file")) > 1:
        raise serializers.ValidationError({"file": _("一次一个文件")}, code="too_many")
    row = _kept(request, case, **given.validated_data)
    return Response(evidence_json(row, job_of(row)), status=status.HTTP_202_ACCEPTED)


def _kept(
    request: Request, case: Complaint, *, file: Any, kind: str, taken_on: Any, sha256: str
) -> Evidence:
    """The row of the file. The very same file in the same case is what was asked for."""
    try:
        upload = _unchanged(file, sha256)
        return services.add_evidence(
            owner=person(request), upload=upload, kind=kind, taken_on=taken_on, complaint=case
        )
    except services.AlreadyKept as known:
        if known.evidence.complaint_id == case.pk:
            return own_evidence(request, str(known.evidence.public_id))
        raise already_kept(known) from known
    except InputError as error:
        raise file_refused(error) from error


def _unchanged(file: Any, declared: str) -> SealedUpload:
    if not isinstance(file, SealedUpload):
        raise RequestDataTooBig  # nothing that was not sealed on its way in is kept
    if declared and not file.refused and declared.lower() != file.sha256:
        raise refusal("changed_on_the_way")
    return file


@extend_schema(
    methods=["GET"],
    operation_id="read_evidence",
    summary="一个证据：检查到哪一步，有哪些文件可取",
    responses=EvidenceOutput,
)
@extend_schema(
    methods=["DELETE"],
    operation_id="remove_evidence",
    summary="移除一个证据",
    description="马上从列表里消失，7 天内可以放回来，之后彻底销毁（destroyed_on）。",
    responses={200: EvidenceOutput},
)
@api_view(["GET", "DELETE"])
@permission_classes([READ_AND_WRITE])
def evidence(request: Request, public_id: str) -> Response:
    row = own_evidence(request, public_id)
    if request.method == "DELETE":
        row = services.remove_evidence(evidence=row, now=timezone.now())
    return Response(evidence_json(row, job_of(row)))


@extend_schema(
    operation_id="describe_evidence",
    summary="改一个证据的说明、日期、种类，或放进另一个案件",
    description="没有写的字段不变。",
    request=DescribeInput,
    responses=EvidenceOutput,
    examples=[
        OpenApiExample(
            "写一句说明",
            request_only=True,
            value={"title": "借呗页面，额度显示为 0", "taken_on": "2026-10-12"},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def describe(request: Request, public_id: str) -> Response:
    return _describe(request, own_evidence(request, public_id))


@once
def _describe(request: Request, row: Evidence) -> Response:
    given = DescribeInput(data=request.data, context={"owner": person(request)})
    given.is_valid(raise_exception=True)
    said = {
        "kind": row.kind,
        "title": row.title,
        "taken_on": row.taken_on,
        "complaint": row.complaint,
        **given.validated_data,
    }
    services.describe_evidence(evidence=row, **said)
    return _again(request, row)


def _again(request: Request, row: Evidence) -> Response:
    row = own_evidence(request, str(row.public_id))
    return Response(evidence_json(row, job_of(row)))


@extend_schema(
    operation_id="mask_evidence",
    summary="涂黑图片的一部分",
    description="坐标和边长按图片的千分之几写。空列表是不用涂黑。"
    "涂黑的副本在后台制作，做好之前，这个文件不会放进任何材料。",
    request=MaskInput,
    responses=EvidenceOutput,
    examples=[
        OpenApiExample(
            "最上面一条",
            request_only=True,
            value={"rectangles": [{"x": 0, "y": 0, "w": 1000, "h": 150}]},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def mask(request: Request, public_id: str) -> Response:
    return _mask(request, own_evidence(request, public_id))


@once
def _mask(request: Request, row: Evidence) -> Response:
    given = MaskInput(data=request.data)
    given.is_valid(raise_exception=True)
    if not row.is_picture or row.removed_at is not None:
        raise Refused(409, "conflict", _("现在没有可以涂黑的图片。"))
    found = [Rectangle(**sides) for sides in given.validated_data["rectangles"]]
    services.mask_evidence(evidence=row, rectangles=found)
    return _again(request, row)


@extend_schema(
    operation_id="restore_evidence",
    summary="把移除不到 7 天的证据放回来",
    request=None,
    responses=EvidenceOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def restore(request: Request, public_id: str) -> Response:
    return _restore(request, own_evidence(request, public_id))


@once
def _restore(request: Request, row: Evidence) -> Response:
    try:
        services.restore_evidence(evidence=row)
    except services.AlreadyKept as known:
        raise already_kept(known) from known
    return _again(request, row)
