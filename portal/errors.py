"""One place where exceptions become answers of the API: problems as RFC 9457 has them.

`{"type", "title", "status", "detail", "code"}`, and for refused input `errors`: a path such as
`changes.0.before` with what is wrong there, `[{"code", "message"}]`. The fields of refused input
also stand at the top level, nested as they were sent, for callers of the first version; a field
with the name of a member stands in `errors` only. What was typed is never repeated.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from complaints.domain.workflow import CLOSED, STEP_ALLOWS, TransitionNotAllowed, allowed
from inputs.errors import InputError
from inputs.words import sentence

CONTENT_TYPE = "application/problem+json"
MEMBERS = frozenset(
    {"type", "title", "status", "detail", "instance", "code", "errors", "scope"}
    | {"state", "allowed", "current", "reason", "evidence"}
)
MAX_NAME = 80

# Every code a caller may meet, with the title it always has; /api/ explains each.
TITLES: dict[str, Promise | str] = {
    "invalid": lazy("有内容没有填对"),
    "parse_error": lazy("请求读不懂"),
    "bad_request": lazy("请求读不懂"),
    "idempotency_key_invalid": lazy("Idempotency-Key 不能用"),
    "not_authenticated": lazy("请先登录"),
    "token_invalid": lazy("令牌不对"),
    "token_expired": lazy("令牌已到期"),
    "token_revoked": lazy("令牌已撤销"),
    "permission_denied": lazy("没有权限"),
    "scope_missing": lazy("令牌缺少权限"),
    "consent_missing": lazy("还没有同意保存"),
    "token_not_accepted": lazy("这里不能用令牌"),
    "not_found": lazy("没有找到"),
    "method_not_allowed": lazy("这个地址不支持这种方法"),
    "not_acceptable": lazy("没有你要的格式"),
    "conflict": lazy("现在不能这样做"),
    "stale": lazy("在别处改过"),
    "already_kept": lazy("已经有这个文件了"),
    "not_ready": lazy("还在生成"),
    "idempotency_in_progress": lazy("同样的请求还在处理"),
    "file_damaged": lazy("文件找不到或被改动"),
    "file_too_large": lazy("文件太大"),
    "quota_reached": lazy("放不下了"),
    "too_large": lazy("内容太大"),
    "unsupported_media_type": lazy("不支持这种内容类型"),
    "file_type_refused": lazy("不收这种文件"),
    "file_refused": lazy("这个文件不能收"),
    "idempotency_key_reused": lazy("这个 Idempotency-Key 用过"),
    "throttled": lazy("请求太多"),
    "server_error": lazy("本站出错了"),
}
BY_STATUS = {
    400: "bad_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    410: "file_damaged",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "server_error",
}
# Said instead of the frameworks' own words, which repeat headers and methods.
DETAILS: dict[str, Promise | str] = {
    "invalid": lazy("错在哪里见 errors。"),
    "bad_request": lazy("请按接口说明检查请求。"),
    "not_authenticated": lazy("请登录，或在 Authorization 里写上令牌。"),
    "permission_denied": lazy("你不能这样做；用浏览器的会话时，请带上 CSRF 令牌。"),
    "not_found": lazy("地址不对，或者它不是你的。"),
    "method_not_allowed": lazy("可用的方法见 Allow。"),
    "not_acceptable": lazy("只提供 JSON。"),
    "too_large": lazy("请分成几次发送。"),
    "unsupported_media_type": lazy("请用接口说明里写的 Content-Type。"),
    "throttled": lazy("请等 Retry-After 秒后再试。"),
    "server_error": lazy("不是你的错，请稍后再试；带着 Idempotency-Key 重发不会重复记录。"),
}


def api_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None lets Django answer 500, with no text of the user's."""
    known = _as_api_exception(error)
    response = exception_handler(known, context)
    if response is None:
        return None
    response.data = _answer(known, response.status_code)
    response.content_type = CONTENT_TYPE
    return response


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "conflict"
    members: dict[str, Any] = {}


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"


# Refusals of services that depend on where a case stands, not on what was sent.
CONFLICTS = frozenset(
    {"closed", "answered", "ended", "frozen", "not_yet", "too_early", "withdrawn", "judged"}
    | {"stale", "not_now", "reviewed"}  # of the plan
)


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, TransitionNotAllowed):
        return _conflict(_("这个案件现在不能这样处理"), error.state)
    if isinstance(error, InputError):
        words = exceptions.ErrorDetail(sentence(error), code=error.code)
        return exceptions.ValidationError({getattr(error, "field", "non_field_errors"): [words]})
    if isinstance(error, DjangoValidationError):
        if _is_conflict(error):
            return _conflict(error.messages[0], CLOSED if error.code == "closed" else "")
        return exceptions.ValidationError(_django_details(error))
    if isinstance(error, RequestDataTooBig):
        return TooLarge(_("请分成几次发送。"))
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError(code="bad_request")
    return error


def _is_conflict(error: DjangoValidationError) -> bool:
    return not hasattr(error, "error_dict") and getattr(error, "code", "") in CONFLICTS


def _conflict(words: str, state: str) -> Conflict:
    """409; where the state of the case or the phase of the step is known, with what it allows."""
    conflict = Conflict(words)
    if state:
        may = STEP_ALLOWS.get(state) or allowed(state)
        conflict.members = {"state": state, "allowed": sorted(may)}
    return conflict


def _django_details(error: DjangoValidationError) -> Any:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    return {
        ("non_field_errors" if field == "__all__" else field): [
            exceptions.ErrorDetail(str(message), code=item.code or "invalid")
            for item in items
            for message in item.messages
        ]
        for field, items in by_field.items()
    }


def _answer(error: Exception, status: int) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        details = error.get_full_details()
        fields = details if isinstance(details, dict) else {"non_field_errors": details}
        plain = {_shown(name): value for name, value in fields.items()}
        old = {name: value for name, value in plain.items() if name not in MEMBERS}
        return problem("invalid", status) | {"errors": dict(_flat(plain))} | old
    code = _code(error, status)
    detail = str(getattr(error, "detail", "")) if code not in DETAILS else ""
    return problem(code, status, detail) | getattr(error, "members", {})


def _code(error: Exception, status: int) -> str:
    code = error.get_codes() if isinstance(error, exceptions.APIException) else None
    return code if isinstance(code, str) and code in TITLES else BY_STATUS[status]


def problem(code: str, status: int, detail: str = "") -> dict[str, Any]:
    """The members every problem has. `type` is an address that explains the code."""
    return {
        "type": f"{settings.SITE_URL}/problems/{code}",
        "title": str(TITLES[code]),
        "status": status,
        "detail": detail or str(DETAILS.get(code, TITLES[code])),
        "code": code,
    }


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Nested refusals as (path, [{"code", "message"}])."""
    if isinstance(value, list) and value and all(_is_refusal(item) for item in value):
        yield path, value
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{path}.{number}")
    elif _is_refusal(value):
        yield path, [value]
    else:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{_shown(name)}".lstrip("."))


def _is_refusal(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("message"), str)


def _shown(name: Any) -> str:
    """The name of a field the caller made up, short and encodable."""
    return str(name).encode("utf-8", "replace").decode()[:MAX_NAME]


# Outside an endpoint Django answers; under /api/ these speak JSON too.


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        page = _page_or_problem(request, "too_large", 413)
        return page or render(request, "413.html", status=413)
    page = _page_or_problem(request, "bad_request", 400)
    return page or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = _page_or_problem(request, "permission_denied", 403)
    return page or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = _page_or_problem(request, "not_found", 404)
    return page or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page_or_problem(request, "server_error", 500) or defaults.server_error(request)


def _page_or_problem(request: HttpRequest, code: str, status: int) -> HttpResponse | None:
    if not request.path.startswith("/api/v1/"):
        return None
    return JsonResponse(problem(code, status), status=status, content_type=CONTENT_TYPE)
