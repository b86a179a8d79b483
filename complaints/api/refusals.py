"""Refusals with a code of their own; portal.errors makes problems of them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from complaints import services
from inputs.errors import InputError
from inputs.words import sentence

TYPES = frozenset(
    {"animation", "video", "web_page", "archive", "document", "other_picture", "unknown_type"}
)
BY_REASON = {
    "too_big": (413, "file_too_large"),
    "too_many_files": (413, "quota_reached"),
    "too_much": (413, "quota_reached"),
    **dict.fromkeys(TYPES, (415, "file_type_refused")),
}


class Refused(APIException):
    """`members` go into the answer beside code and detail."""

    def __init__(self, status: int, code: str, words: str, **members: Any) -> None:
        super().__init__(words, code=code)
        self.status_code = status
        self.members = members


def file_refused(error: InputError) -> Refused:
    """What is wrong with a file, in the sentence the pages use; `reason` is its code there."""
    status, code = BY_REASON.get(error.code, (422, "file_refused"))
    return Refused(status, code, sentence(error), reason=error.code)


def already_kept(known: services.AlreadyKept) -> Refused:
    if known.is_out_of_reach:
        words = _("这个文件在“最近删除”的案件里，没有重复保存。恢复案件，就能用它。")
        return Refused(409, "already_kept", words)
    words = _("已经有这个文件了，没有重复保存。要放进案件，请改那个文件的 complaint。")
    return Refused(409, "already_kept", words, evidence=str(known.evidence.public_id))


def not_ready(words: str) -> Refused:
    return Refused(409, "not_ready", words)


def stale(current: dict[str, Any]) -> Refused:
    """Somebody saved in between; `current` is what stands now."""
    return Refused(409, "stale", _("在别处改过。看 current，改好再发。"), current=current)
