"""Files of evidence as they arrive: sealed while they are read, so that no disk sees them plain."""

import hashlib
import tempfile
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.crypto import FileSealer, new_file_key
from complaints.domain.evidence import HEAD_BYTES, MAX_BYTES, MOST_AT_ONCE
from complaints.enums import FileRole
from complaints.models.evidence import file_place
from inputs.uploads import capped_upload

MOST_REQUEST = MOST_AT_ONCE * MAX_BYTES

View = Callable[..., HttpResponse]


class SealedUpload(UploadedFile):
    """One file of a request: its bytes sealed in a nameless temporary file, its key in memory.

    `head` is the first 4 KiB, enough to tell what it is. Too large or one too many: nothing of it
    was kept, and `refused` says why.
    """

    def __init__(self, name: str, refused: str = "") -> None:
        super().__init__(tempfile.TemporaryFile(), name)  # noqa: SIM115  # closed with the request
        self.public_id, self.key = uuid.uuid4(), new_file_key()
        self.head, self.sha256, self.refused = b"", "", refused
        self.size = 0
        self._hash = hashlib.sha256()
        place = file_place(self.public_id, FileRole.ORIGINAL)
        self._sealer = FileSealer(self.file, self.key, place)  # type: ignore[arg-type]

    def take(self, data: bytes) -> None:
        self.size = (self.size or 0) + len(data)
        if self.size > MAX_BYTES:
            self.refused = self.refused or "too_big"
        if self.refused:
            return
        if len(self.head) < HEAD_BYTES:
            self.head = (self.head + data)[:HEAD_BYTES]
        self._hash.update(data)
        self._sealer.write(data)

    def finish(self) -> None:
        self._sealer.finish()
        self.sha256 = self._hash.hexdigest()
        if not self.size:
            self.refused = self.refused or "empty"


class SealingHandler(FileUploadHandler):
    """Takes every file of a request; memory stays the same whatever they weigh."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.count = 0
        self.current: SealedUpload | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        refused = "too_many_at_once" if self.count > MOST_AT_ONCE else ""
        self.current = SealedUpload(self.file_name or "", refused)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.current
        self.current.take(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        assert self.current
        self.current.finish()
        return self.current

    def upload_interrupted(self) -> None:
        if self.current is not None:
            self.current.close()


def sealed_upload(*, too_big: Callable[[HttpRequest], HttpResponse]) -> Callable[[View], View]:
    """A view that takes up to 20 files; `too_big` answers for a body beyond all of them.

    The check of the CSRF token reads the body, so files must know where to go before it runs. It
    is the same check, only later: `capped_upload` skips it for the view it sees here.
    """

    def decorate(view: View) -> View:
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def sealing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers = [SealingHandler(request)]
            return checked(request, *args, **kwargs)

        return capped_upload(MOST_REQUEST, too_big=too_big)(sealing)

    return decorate
