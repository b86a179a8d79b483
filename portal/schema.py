"""What the OpenAPI description says of every operation alike: sign-in, problems, repeating."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import AllowAny

from accounts.api import HEADER
from portal.errors import CONTENT_TYPE, DETAILS, TITLES

REPEATS = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="你自己起的键，例如一个 UUID。同一个键、同样的内容再发一次，得到同样的回答，"
    "不会重复记录。保留至少 48 小时。",
)
AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=[429], description="几秒后再试"
)
REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201, 202],
    description="true：这是上一次的回答，没有重复处理",
)
# The status, the code shown in the example, and which operations may answer so.
PROBLEMS = {
    "400": "invalid",
    "401": "not_authenticated",
    "403": "scope_missing",
    "404": "not_found",
    "409": "idempotency_in_progress",
    "410": "file_damaged",
    "413": "too_large",
    "415": "unsupported_media_type",
    "422": "idempotency_key_reused",
    "429": "throttled",
    "500": "server_error",
}
EVERYWHERE = frozenset({"429", "500"})
WITH_SIGN_IN = frozenset({"401", "403"})
WITH_BODY = frozenset({"400", "413", "415"})
ANY_TYPE = "*/*"  # of what gives files (complaints.api.transfer)
WITH_FILE = frozenset({"409", "410"})
CHECKED = frozenset(
    {"product", "since", "until", "state", "role", "unread"}
)  # filters that may be refused
WITH_KEY = frozenset({"409", "422"})


class RefusalOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemOutput(serializers.Serializer[Any]):
    """RFC 9457. Refused fields also stand at the top level, nested as they were sent."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.ChoiceField(list(TITLES))
    scope = serializers.CharField(required=False)
    state = serializers.CharField(required=False, help_text="案件现在的状态")
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="这个状态下可以做的"
    )
    current = serializers.DictField(required=False, help_text="现在保存的内容，改好再发")
    reason = serializers.CharField(required=False, help_text="文件为什么不能收")
    evidence = serializers.UUIDField(required=False, help_text="已经有的那个文件")

    def get_fields(self) -> dict[str, Any]:
        # "errors" is a property of every serializer.
        errors = serializers.DictField(child=RefusalOutput(many=True), required=False)
        return {**super().get_fields(), "errors": errors}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description names signing in with a token."""

    target_class = "accounts.api.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "edz_…",
            "description": "在 /me/tokens/ 新建；要哪项权限见每个操作的 x-required-scope。",
        }


class Schema(AutoSchema):
    """Adds problems, the idempotency header and the scope, so that no endpoint forgets them."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args)
        if operation is not None and (scope := self._scope()):
            operation["x-required-scope"] = scope
        return operation  # type: ignore[no-any-return]

    def get_override_parameters(self) -> list[Any]:
        given = [*super().get_override_parameters(), AFTER]
        return [*given, REPEATS, REPLAYED] if self._repeats() else given

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in sorted(self._problems() - set(bodies)):
            bodies[status] = self._problem(status)
        return bodies  # type: ignore[no-any-return]

    def _problems(self) -> set[str]:
        found = set(EVERYWHERE)
        if self._is_personal():
            found |= WITH_SIGN_IN
        if self.method in ("POST", "PUT"):
            found |= WITH_BODY
        if {row.name for row in self.get_override_parameters()} & CHECKED:
            found.add("400")
        if self._repeats():
            found |= WITH_KEY
        if "{" in self.path:
            found.add("404")
        if any(row.media_type == ANY_TYPE for row in self.view.renderer_classes):
            found |= WITH_FILE
        if self.method == "DELETE":
            found.add("409")
        return found

    def _problem(self, status: str) -> dict[str, Any]:
        code = PROBLEMS[status]
        if status == "409" and not self._repeats():
            code = "not_ready" if self.method == "GET" else "conflict"
        example = {
            "type": f"{settings.SITE_URL}/problems/{code}",
            "title": str(TITLES[code]),
            "status": int(status),
            "detail": str(DETAILS.get(code, TITLES[code])),
            "code": code,
        }
        schema = self.resolve_serializer(ProblemOutput, "response").ref
        content = {CONTENT_TYPE: {"schema": schema, "example": example}}
        headers = self._get_response_headers_for_code(status)
        return {
            "description": str(TITLES[code]),
            "content": content,
            **({"headers": headers} if headers else {}),
        }

    def _is_personal(self) -> bool:
        return not any(isinstance(rule, AllowAny) for rule in self.view.get_permissions())

    def _repeats(self) -> bool:
        return self.method == "POST" and self._is_personal()

    def _scope(self) -> str:
        scopes = (getattr(rule, "scopes", {}) for rule in self.view.get_permissions())
        return next((found[self.method] for found in scopes if self.method in found), "")
