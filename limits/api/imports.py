"""Tables of changes: sent in, read in the background, looked at, then saved or given up."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes, permission_classes
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once, scoped
from accounts.enums import Scope
from accounts.http import person
from accounts.ownership import get_owned_or_404
from inputs.errors import InputError
from inputs.serializers import ChoiceField, StrictSerializer, refusal
from inputs.sheet_limits import SheetLimits
from inputs.words import sentence
from limits import services
from limits.api.shown import iso
from limits.enums import ImportState
from limits.models import ImportBatch

IMPORTS = scoped(GET=Scope.IMPORTS_WRITE.value, POST=Scope.IMPORTS_WRITE.value)
LIMITS = SheetLimits()
AROUND_FILE = 64 * 1024  # boundaries and headers of a form
PROBLEM_ROWS = 100

AFTER_ROW = OpenApiParameter("after", int, description="从这一行之后的问题看起：上一页的 next_row")


class UploadParser(MultiPartParser):
    """A form with a file, refused by its length before it is read, in words that repeat nothing."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > LIMITS.max_bytes + AROUND_FILE:
            raise RequestDataTooBig
        try:
            return super().parse(stream, media_type, parser_context)  # type: ignore[arg-type]
        except ParseError as error:
            raise ParseError(_("表单读不懂：请用 multipart/form-data，文件放在 file 里")) from error


class ImportInput(StrictSerializer):
    file = serializers.FileField(
        allow_empty_file=True,
        help_text=lazy("CSV 或 XLSX，最大 10 MB"),
        error_messages={
            "required": lazy("请选择文件"),
            "invalid": lazy("file 要是一个文件"),
            "no_name": lazy("文件要有名字"),
        },
    )

    def validate_file(self, file: Any) -> Any:
        try:
            LIMITS.refuse_size(file.size)
        except InputError as error:
            raise refusal(error) from error
        return file


class ConfirmInput(StrictSerializer):
    mode = ChoiceField(
        [("all", lazy("全部；有一行有问题就都不导入")), ("good", lazy("只导入没问题的"))]
    )


class RowsOutput(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    good = serializers.IntegerField(help_text=lazy("可以导入的新行"))
    known = serializers.IntegerField(help_text=lazy("台账里已有的"))
    bad = serializers.IntegerField()
    saved = serializers.IntegerField()


class RefusedOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemRowOutput(RefusedOutput):
    row = serializers.IntegerField()
    column = serializers.CharField()


class ImportOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(ImportState.choices)
    file_name = serializers.CharField()
    sent_at = serializers.DateTimeField()
    rows = RowsOutput()
    refused = RefusedOutput(allow_null=True, help_text=lazy("整个文件读不了的原因"))
    problems = ProblemRowOutput(many=True)
    next_row = serializers.IntegerField(allow_null=True)


def import_json(batch: ImportBatch, after: int = 0) -> dict[str, Any]:
    """An import with the problems of up to a hundred rows after row number `after`."""
    bad = batch.rows.filter(has_problems=True, number__gt=after).order_by("number")
    rows = list(bad[: PROBLEM_ROWS + 1])
    shown = rows[:PROBLEM_ROWS]
    return {
        "id": str(batch.public_id),
        "state": batch.state,
        "file_name": batch.file_name,
        "sent_at": iso(batch.created_at),
        "rows": {
            "total": batch.rows_total,
            "good": batch.rows_good,
            "known": batch.rows_known,
            "bad": batch.rows_bad,
            "saved": batch.rows_saved,
        },
        "refused": _refused(batch.refusal) if batch.refusal else None,
        "problems": [
            {"row": row.number, "column": problem["column"], **_refused(problem)}
            for row in shown
            for problem in row.problems
        ],
        "next_row": shown[-1].number if len(rows) > PROBLEM_ROWS else None,
    }


def _refused(stored: dict[str, Any]) -> dict[str, str]:
    """A stored refusal as a sentence in the reader's language."""
    error = InputError(stored["code"], stored["template"], stored["params"])
    return {"code": error.code, "message": sentence(error)}


@extend_schema(
    operation_id="start_import",
    summary="上传一张额度变动表（CSV 或 XLSX）",
    description="在后台读取；隔几秒读一次这个导入，等 state 变成 checked 再确认。",
    request={"multipart/form-data": ImportInput},
    responses={201: ImportOutput},
)
@api_view(["POST"])
@parser_classes([UploadParser])
@permission_classes([IMPORTS])
def imports(request: Request) -> Response:
    return _start(request)


@once
def _start(request: Request) -> Response:
    given = ImportInput(data=request.data)
    given.is_valid(raise_exception=True)
    file = given.validated_data["file"]
    batch = services.start_import(owner=person(request), data=file.read(), file_name=file.name)
    return Response(import_json(batch), status=status.HTTP_201_CREATED)


@extend_schema(
    operation_id="read_import",
    summary="一次导入：进度，和有问题的行",
    parameters=[AFTER_ROW],
    responses=ImportOutput,
)
@api_view(["GET"])
@permission_classes([IMPORTS])
def one_import(request: Request, public_id: str) -> Response:
    batch = get_owned_or_404(ImportBatch, request.user, public_id)
    return Response(import_json(batch, _row_number(request.query_params.get("after", ""))))


def _row_number(text: str) -> int:
    """A number that cannot be read shows the first problems."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@extend_schema(
    operation_id="confirm_import",
    summary="把读好的行记入台账",
    request=ConfirmInput,
    responses=ImportOutput,
    examples=[OpenApiExample("只导入没问题的", request_only=True, value={"mode": "good"})],
)
@api_view(["POST"])
@permission_classes([IMPORTS])
def confirm_import(request: Request, public_id: str) -> Response:
    return _confirm(request, get_owned_or_404(ImportBatch, request.user, public_id))


@once
def _confirm(request: Request, batch: ImportBatch) -> Response:
    given = ConfirmInput(data=request.data)
    given.is_valid(raise_exception=True)
    confirmed = services.confirm_import(batch=batch, mode=given.validated_data["mode"])
    return Response(import_json(confirmed))


@extend_schema(
    operation_id="discard_import",
    summary="放弃一次导入",
    request=None,
    responses=ImportOutput,
)
@api_view(["POST"])
@permission_classes([IMPORTS])
def discard_import(request: Request, public_id: str) -> Response:
    return _discard(request, get_owned_or_404(ImportBatch, request.user, public_id))


@once
def _discard(request: Request, batch: ImportBatch) -> Response:
    return Response(import_json(services.discard_import(batch=batch)))
