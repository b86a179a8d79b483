"""Letters of a case: begun, edited, frozen, amended, thrown away, sent."""

from typing import Any

import structlog
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import once
from accounts.http import person
from complaints import services
from complaints.api.letters_shown import (
    LetterDetail,
    LetterOutput,
    LetterPage,
    judged,
    letter_detail_json,
    letter_json,
    own_letter,
    seen,
)
from complaints.api.refusals import Refused, stale
from complaints.api.rights import READ_AND_WRITE, WRITE, at, own_case
from complaints.api.steps import SentInput
from complaints.domain.lint import LintError
from complaints.enums import LetterKind, LetterState
from complaints.models import Complaint, Letter
from guidance import content
from inputs.clock import today
from inputs.serializers import ChoiceField, CountField, LineField, StrictSerializer, TextField
from limits.api.lists import AFTER, newest_page

log = structlog.get_logger("complaints")


class LetterInput(StrictSerializer):
    kind = ChoiceField(LetterKind.choices)

    def validate_kind(self, kind: str) -> str:
        if kind not in content.current().letters:
            raise serializers.ValidationError(_("选项无效"), code="invalid_choice")
        return kind


def _line(max_length: int, **kwargs: Any) -> LineField:
    return LineField(max_length=max_length, required=False, allow_blank=True, **kwargs)


def _text(max_length: int, **kwargs: Any) -> TextField:
    return TextField(max_length=max_length, required=False, allow_blank=True, **kwargs)


class EditInput(StrictSerializer):
    """What is left out stays as it is; which fields a letter has, its kind decides."""

    seen = LineField(max_length=64, help_text=lazy("读这封信时得到的 seen；别处改过就是 409"))
    institution = _line(40, help_text=lazy("寄给谁：choices.institution 里的一个"))
    recipient = _line(120, help_text=lazy("收件单位全称"))
    points = serializers.ListField(
        child=LineField(max_length=40),
        required=False,
        max_length=30,
        help_text=lazy("请求：choices.points 里的几个"),
    )
    items = _text(4000)
    story = _text(2000)
    effect = _text(1000)
    wish = _text(500)
    questions = _text(1500, help_text=lazy("一行一个问题"))
    name = _line(40)
    contact = _line(80)
    contract_no = _line(60)
    limit = CountField(
        lowest=100,
        highest=20000,
        required=False,
        allow_null=True,
        help_text=lazy("粘贴框最多多少字；null 是没有上限"),
    )


@extend_schema(
    methods=["GET"],
    operation_id="list_letters",
    summary="一个案件的信，最近写的在前",
    parameters=[AFTER],
    responses=LetterPage,
)
@extend_schema(
    methods=["POST"],
    operation_id="draft_letter",
    summary="起草一种信",
    description="同一种信还有没定稿的，就接着用那一封。",
    request=LetterInput,
    responses={201: LetterDetail},
    examples=[OpenApiExample("向 12378 投诉", request_only=True, value={"kind": "nfra"})],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def letters(request: Request, public_id: str) -> Response:
    case = own_case(request, public_id)
    if request.method == "POST":
        return at(_draft(request, case), "api_letter")
    rows = Letter.objects.for_user(request.user).filter(complaint=case)
    page, following = newest_page(rows.select_related("complaint", "step", "amends"), request)
    return Response({"results": [letter_json(row) for row in page], "next": following})


@once
def _draft(request: Request, case: Complaint) -> Response:
    given = LetterInput(data=request.data)
    given.is_valid(raise_exception=True)
    letter = services.draft_letter(complaint=case, kind=given.validated_data["kind"], today=today())
    return _shown(request, letter, status.HTTP_201_CREATED)


def _shown(request: Request, letter: Letter, code: int = status.HTTP_200_OK) -> Response:
    return Response(letter_detail_json(own_letter(request, str(letter.public_id))), status=code)


@extend_schema(
    methods=["GET"],
    operation_id="read_letter",
    summary="一封信：填了什么、还缺什么、可以粘贴的全文",
    responses=LetterDetail,
)
@extend_schema(
    methods=["DELETE"],
    operation_id="discard_letter",
    summary="删掉一封没定稿的信",
    responses={200: LetterOutput},
)
@api_view(["GET", "DELETE"])
@permission_classes([READ_AND_WRITE])
def letter(request: Request, public_id: str) -> Response:
    found = own_letter(request, public_id)
    if request.method != "DELETE":
        return Response(letter_detail_json(found))
    answer = letter_json(found)
    services.discard_letter(letter=found)
    return Response(answer)


@extend_schema(
    operation_id="edit_letter",
    summary="改一封没定稿的信",
    description="没有写的字段不变。写错的字段退回，什么也不改；还没填的必填项列在 missing 里。",
    request=EditInput,
    responses=LetterDetail,
    examples=[
        OpenApiExample(
            "改请求和署名",
            request_only=True,
            value={
                "seen": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
                "points": ["explain-reason", "human-review"],
                "name": "张三",
            },
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def edit_letter(request: Request, public_id: str) -> Response:
    return _edit(request, own_letter(request, public_id))


@once
def _edit(request: Request, letter: Letter) -> Response:
    given = EditInput(data=request.data)
    given.is_valid(raise_exception=True)
    wanted = dict(given.validated_data)
    read = wanted.pop("seen")
    if letter.state == LetterState.DRAFT:
        wanted = _as_typed(wanted)
        _refuse_wrong(letter, wanted)
    try:
        services.edit_letter(letter=letter, typed=letter.typed | wanted, seen=read)
    except services.StaleLetter as moved:
        raise stale({"seen": seen(moved.current), "typed": moved.current.typed}) from moved
    return _shown(request, letter)


def _as_typed(given: dict[str, Any]) -> dict[str, Any]:
    """As the page keeps it: strings, or lists of strings."""
    limit = {"limit": str(given["limit"] or "")} if "limit" in given else {}
    return given | limit


def _refuse_wrong(letter: Letter, wanted: dict[str, Any]) -> None:
    """Only what was sent is refused; what is still empty may come later."""
    form, wrong = judged(letter, letter.typed | wanted)
    unknown = {name: [_no_such_field()] for name in wanted if name not in form.fields}
    found = {name: said for name, said in wrong.items() if name in wanted}
    if unknown or found:
        raise serializers.ValidationError({**found, **unknown})


def _no_such_field() -> serializers.ErrorDetail:
    return serializers.ErrorDetail(_("这种信没有这个字段"), code="unknown_field")


@extend_schema(
    operation_id="freeze_letter",
    summary="定稿：内容冻结，文件在后台生成",
    description="定稿后不能再改；要改就另写一个新版本（amend）。再定稿一次什么也不变。",
    request=None,
    responses=LetterDetail,
)
@api_view(["POST"])
@permission_classes([WRITE])
def freeze_letter(request: Request, public_id: str) -> Response:
    return _freeze(request, own_letter(request, public_id))


@once
def _freeze(request: Request, letter: Letter) -> Response:
    form, wrong = judged(letter, letter.typed)
    is_draft = letter.state == LetterState.DRAFT
    if is_draft and wrong:
        raise serializers.ValidationError(wrong)
    try:
        services.freeze_letter(
            letter=letter,
            actor=person(request),
            values=form.cleaned_data if is_draft else {},
            today=today(),
        )
    except services.StaleLetter as moved:
        raise stale({"seen": seen(moved.current), "typed": moved.current.typed}) from moved
    except LintError as error:
        # A reviewed sentence is wrong in law: nobody is given such a letter, the draft is kept.
        log.error("letter refused by lint", rules=str(error))
        words = _("信里有一句话要由编辑先核对，暂时不能定稿。草稿已保存。")
        raise Refused(409, "conflict", words) from error
    return _shown(request, letter)


@extend_schema(
    operation_id="amend_letter",
    summary="另写一个新版本，定稿的那一封不变",
    request=None,
    responses={201: LetterDetail},
)
@api_view(["POST"])
@permission_classes([WRITE])
def amend_letter(request: Request, public_id: str) -> Response:
    return at(_amend(request, own_letter(request, public_id)), "api_letter")


@once
def _amend(request: Request, letter: Letter) -> Response:
    return _shown(request, services.amend_letter(letter=letter), status.HTTP_201_CREATED)


@extend_schema(
    operation_id="send_letter",
    summary="登记一封定稿的信已经寄出",
    description="记在它那一步上；催办信记在来往里，原来的期限不变。",
    request=SentInput,
    responses=LetterDetail,
    examples=[
        OpenApiExample(
            "快递寄出，还没签收",
            request_only=True,
            value={"sent_on": "2026-11-02", "sent_how": "EMS 1234567890123"},
        )
    ],
)
@api_view(["POST"])
@permission_classes([WRITE])
def send_letter(request: Request, public_id: str) -> Response:
    return _send(request, own_letter(request, public_id))


@once
def _send(request: Request, letter: Letter) -> Response:
    given = SentInput(data=request.data, context={"case": letter.complaint})
    given.is_valid(raise_exception=True)
    said = given.validated_data
    if letter.state != LetterState.FROZEN:
        raise Refused(409, "conflict", _("先定稿，再登记寄出。"))
    if letter.kind == LetterKind.REMIND:
        services.record_reminder(
            letter=letter,
            actor=person(request),
            sent_on=said["sent_on"],
            reference_no=said["reference_no"],
        )
    elif letter.step is not None:
        services.record_sent(step=letter.step, actor=person(request), **said)
    return _shown(request, letter)
