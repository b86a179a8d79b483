"""JSON as RFC 8259 has it: no NaN, no duplicate keys, no bottomless nesting, no endless body."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 20


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            text = _read(stream).decode("utf-8")
            if _depth(text) > MAX_DEPTH:
                raise ParseError(_("JSON 嵌套过深"))
            return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
        except json.JSONDecodeError as error:
            raise ParseError(
                _("JSON 格式不对：第 %(line)s 行第 %(column)s 列")
                % {"line": error.lineno, "column": error.colno}
            ) from error
        except (UnicodeDecodeError, RecursionError) as error:
            raise ParseError(_("JSON 必须是 UTF-8 编码")) from error
        except ValueError as error:
            raise ParseError(_("JSON 格式不对：%(why)s") % {"why": str(error)[:80]}) from error


def _read(stream: IO[Any]) -> bytes:
    """The body, refused when it is too large: DRF reads past Django's own limit."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(most + 1)
    if len(body) > most:
        raise RequestDataTooBig
    return body


def _no_constant(name: str) -> float:
    raise ParseError(_("JSON 里不能有 %(name)s") % {"name": name})


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _value in pairs]
    if len(set(keys)) != len(keys):
        raise ParseError(_("JSON 里有重复的键"))
    return dict(pairs)


def _depth(text: str) -> int:
    """The deepest nesting, brackets inside strings not counted; one pass, no recursion."""
    deepest = depth = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest
