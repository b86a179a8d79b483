"""Doing a thing once: the Idempotency-Key header.

The first answer is stored in the transaction of its effect and given again to whoever repeats the
request; nothing is stored of a request that was refused. Keys belong to one person and address.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.crypto import keyed_fingerprint
from accounts.http import person
from accounts.models import IdempotentRequest
from accounts.services import TWIN_SECONDS, TwinStillRunning, keep_answer, take_request

HEADER = "Idempotency-Key"
MAX_KEY = 255

Handler = Callable[..., Response]


class KeyInvalid(APIException):
    status_code = 400
    default_code = "idempotency_key_invalid"


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"


class StillRunning(APIException):
    status_code = 409
    default_code = "idempotency_in_progress"
    wait = TWIN_SECONDS  # becomes Retry-After


def once(handler: Handler) -> Handler:
    """Run `handler(request, …)` once per key; without the header, every time.

    The handler refuses by raising, so that a refusal takes its key back with the transaction.
    """

    @wraps(handler)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(request, *args, **kwargs)
        return _once(_checked(key), handler, request, *args, **kwargs)

    return guarded


def _checked(key: str) -> str:
    if not 1 <= len(key) <= MAX_KEY or not all("!" <= char <= "~" for char in key):
        raise KeyInvalid(
            _("Idempotency-Key 要有 1 到 255 个可见的 ASCII 字符"), code="idempotency_key_invalid"
        )
    return key


def _once(key: str, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Response:
    body_hash = _body_hash(request)
    try:
        with transaction.atomic():
            taken, is_new = take_request(
                owner=person(request), path=request.path, key=key, body_hash=body_hash
            )
            if not is_new:
                return _replay(taken, body_hash)
            response = handler(request, *args, **kwargs)
            keep_answer(taken=taken, status=response.status_code, answer=response.data)
            return response
    except TwinStillRunning as error:
        raise StillRunning(_("同样的请求还在处理，请稍后再发")) from error


def _replay(taken: IdempotentRequest, body_hash: str) -> Response:
    if taken.body_hash != body_hash:
        raise KeyReused(_("这个 Idempotency-Key 用过，内容和上次不同；新的请求请换一个键"))
    return Response(taken.answer, status=taken.status, headers={"Idempotent-Replayed": "true"})


def _body_hash(request: Request) -> str:
    """Of what was understood, not of the bytes: the boundary of a form differs every time."""
    data: Any = request.data
    if not request.FILES:
        return keyed_fingerprint("request", json.dumps(data, sort_keys=True))
    fields = {name: data.getlist(name) for name in data if name not in request.FILES}
    files = {name: _digest(file) for name, file in request.FILES.items()}
    return keyed_fingerprint("request", json.dumps([fields, files], sort_keys=True))


def _digest(file: UploadedFile) -> list[str]:
    # A file sealed on its way in knows the hash of its plain bytes; its own differ every time.
    if known := getattr(file, "sha256", ""):
        return [str(file.name), known]
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [str(file.name), digest.hexdigest()]
