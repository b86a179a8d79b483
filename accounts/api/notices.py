"""What the person was told: read, marked as seen, and chosen how."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api import once, scoped
from accounts.domain.notices import LAST_HOUR
from accounts.enums import NoticeKind, Scope, TellHow
from accounts.http import person
from accounts.models import Notice, NoticeChoice, User
from accounts.naming import names_of
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from accounts.wording import wording
from inputs.serializers import ChoiceField, CountField, StrictSerializer
from inputs.words import field_refusal

PAGE_ROWS = 30
READ = scoped(GET=Scope.NOTICES_READ.value)
WRITE = scoped(POST=Scope.NOTICES_WRITE.value)
READ_AND_WRITE = scoped(GET=Scope.NOTICES_READ.value, POST=Scope.NOTICES_WRITE.value)

AFTER = OpenApiParameter("after", str, description="上一页的 next；读不懂的当作没有，从第一页开始")
UNREAD = OpenApiParameter("unread", str, enum=["true", "false"], description="true：只看没看过的")


class UnreadQuery(StrictSerializer):
    unread = ChoiceField([("true", "true"), ("false", "false")], required=False, allow_blank=True)


PAIRS = (("kind", "how"), ("quiet_from", "quiet_to"))


def _hour(**words: Any) -> CountField:
    return CountField(required=False, highest=LAST_HOUR, **words)


class NoticeChoiceInput(StrictSerializer):
    """One kind and how, or the two quiet hours, or the language; or several of these."""

    kind = ChoiceField(NoticeKind.choices, required=False)
    how = ChoiceField(TellHow.choices, required=False)
    quiet_from = _hour(help_text=lazy("从几点起不发邮件，北京时间；和 quiet_to 一样就是不设"))
    quiet_to = _hour(help_text=lazy("到几点；每天、每周的一封在这个钟点发"))
    language = ChoiceField(settings.LANGUAGES, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        for one, other in PAIRS:
            if (one in given) != (other in given):
                raise field_refusal(other if one in given else one, _("两个要一起给"), "required")
        if not given:
            raise field_refusal("kind", _("请说要改什么"), "required")
        return given


class NoticeOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(NoticeKind.choices)
    title = serializers.CharField()
    text = serializers.CharField()
    name = serializers.CharField(help_text=lazy("说的是哪一件；没有名字的为空"))
    path = serializers.CharField(help_text=lazy("说的是哪一页"))
    told_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticePage(serializers.Serializer[Any]):
    results = NoticeOutput(many=True)
    next = serializers.CharField(allow_null=True)


class NoticesRead(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text=lazy("这次标为看过的有几条"))


class NoticeChoiceOutput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(NoticeKind.choices)
    title = serializers.CharField()
    how = serializers.ChoiceField(TellHow.choices)


class NoticeChoicesOutput(serializers.Serializer[Any]):
    choices = NoticeChoiceOutput(many=True)
    quiet_from = serializers.IntegerField()
    quiet_to = serializers.IntegerField()
    language = serializers.ChoiceField(settings.LANGUAGES)


def notice_json(row: Notice, names: Mapping[int, str]) -> dict[str, Any]:
    said = wording(row)
    return {
        "id": str(row.public_id),
        "kind": row.kind,
        "title": said.title,
        "text": said.text,
        "name": names.get(row.pk, ""),
        "path": row.path,
        "told_at": row.created_at.isoformat(),
        "read_at": row.read_at.isoformat() if row.read_at else None,
    }


@extend_schema(
    operation_id="list_notices",
    summary="站内通知，最新的在前",
    parameters=[AFTER, UNREAD],
    responses=NoticePage,
)
@api_view(["GET"])
@permission_classes([READ])
def notices(request: Request) -> Response:
    asked = UnreadQuery(data={"unread": request.query_params.get("unread", "")})
    asked.is_valid(raise_exception=True)
    rows = Notice.objects.for_user(request.user).shown()
    if asked.validated_data["unread"] == "true":
        rows = rows.filter(read_at=None)
    after = request.query_params.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=PAGE_ROWS)
    names = names_of(person(request), page.rows)
    results = [notice_json(row, names) for row in page.rows]
    return Response({"results": results, "next": page.next})


@extend_schema(
    operation_id="read_notice",
    summary="标为看过",
    description="已经看过的，留着第一次的时间。",
    request=None,
    responses=NoticeOutput,
)
@api_view(["POST"])
@permission_classes([WRITE])
def read(request: Request, public_id: str) -> Response:
    return _read(request, get_owned_or_404(Notice, request.user, public_id))


@once
def _read(_request: Request, notice: Notice) -> Response:
    read = services.read_notice(notice=notice, now=timezone.now())
    return Response(notice_json(read, names_of(notice.owner, [read])))


@extend_schema(
    operation_id="read_all_notices",
    summary="全部标为看过",
    request=None,
    responses=NoticesRead,
)
@api_view(["POST"])
@permission_classes([WRITE])
def read_all(request: Request) -> Response:
    return _read_all(request)


@once
def _read_all(request: Request) -> Response:
    count = services.read_all_notices(owner=person(request), now=timezone.now())
    return Response({"read": count})


@extend_schema(
    methods=["GET"],
    operation_id="list_notice_choices",
    summary="每一种通知怎样发邮件，哪几个钟点不发",
    responses=NoticeChoicesOutput,
)
@extend_schema(
    methods=["POST"],
    operation_id="choose_notice",
    summary="改一种通知的方式，或者免打扰的钟点、邮件的语言",
    description="站内通知照常显示。没有写的不变。",
    request=NoticeChoiceInput,
    responses=NoticeChoicesOutput,
    examples=[
        OpenApiExample(
            "草稿到期不发邮件", request_only=True, value={"kind": "draft", "how": "none"}
        ),
        OpenApiExample(
            "夜里不发，早上七点发每天的一封",
            request_only=True,
            value={"quiet_from": 21, "quiet_to": 7},
        ),
    ],
)
@api_view(["GET", "POST"])
@permission_classes([READ_AND_WRITE])
def choices(request: Request) -> Response:
    if request.method == "POST":
        return _choose(request)
    return Response(_choices(person(request)))


@once
def _choose(request: Request) -> Response:
    given = NoticeChoiceInput(data=request.data)
    given.is_valid(raise_exception=True)
    owner, wanted = person(request), given.validated_data
    if "kind" in wanted:
        services.choose_how(owner=owner, kind=wanted["kind"], how=wanted["how"])
    if "quiet_from" in wanted:
        hours = {name: wanted[name] for name in ("quiet_from", "quiet_to")}
        services.choose_quiet_hours(owner=owner, **hours)
    if "language" in wanted:
        services.choose_language(owner=owner, language=wanted["language"])
    return Response(_choices(owner))


def _choices(owner: User) -> dict[str, Any]:
    """Every kind in its order, as chosen or as it is without a choice."""
    hows = NoticeChoice.objects.for_user(owner).hows()
    return {
        "choices": [
            {"kind": kind.value, "title": str(kind.label), "how": hows[kind]} for kind in NoticeKind
        ],
        "quiet_from": owner.quiet_from,
        "quiet_to": owner.quiet_to,
        "language": owner.language,
    }
