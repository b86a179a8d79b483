"""Files on their way in, sealed as those of the pages are, and on their way out."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer

from complaints.domain.evidence import MAX_BYTES
from complaints.http import SealingHandler

AROUND_FILE = 2**16  # boundaries and the other fields of the form


class AnyType(JSONRenderer):
    """Of endpoints that give a file, whatever the caller says it accepts; problems are JSON.

    portal.schema adds to these what may be wrong with a file.
    """

    media_type = "*/*"


class SealedParser(MultiPartParser):
    """A form with a file; what cannot be read is refused in words that repeat nothing."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)  # type: ignore[arg-type]
        except ParseError as error:
            raise ParseError(_("表单读不懂：请用 multipart/form-data，文件放在 file 里")) from error


def sealed_api_upload(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Set before anything reads the body: with a session, the check of the CSRF token does.

    A body beyond one file is refused by its declared length, unread (RequestDataTooBig: 413). A
    little above the limit the file itself is refused, in its own words.
    """

    @wraps(view)
    def sealing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > MAX_BYTES + AROUND_FILE:
            raise RequestDataTooBig
        request.upload_handlers = [SealingHandler(request)]
        return view(request, *args, **kwargs)

    return sealing
