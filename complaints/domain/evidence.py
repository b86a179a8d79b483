"""Which files are evidence, what to call them, and how they are listed. Sizes are in bytes."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import filetype

from inputs.dates import day_zh
from inputs.errors import InputError, gettext_noop

MEGABYTE = 2**20
MAX_BYTES = 20 * MEGABYTE
MAX_FILES = 200
MAX_TOTAL = 500 * MEGABYTE
MOST_AT_ONCE = 20
HEAD_BYTES = 4096
"""So much of a file is enough to tell what it is."""
MAX_PIXELS = 40_000_000
MAX_SIDE = 30_000
MAX_PAGES = 500
NAME_CHARS = 120

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})
PDF = "application/pdf"
SOUNDS = frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/x-wav", "audio/amr"})
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    PDF: "pdf",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/x-wav": "wav",
    "audio/amr": "amr",
}
# What <input accept> takes: endings as well, because phones know few of the types by name.
ACCEPT = ",".join([*sorted(PICTURES), "image/heif", PDF, "audio/*", ".heic", ".amr", ".m4a"])

REFUSALS = {
    "empty": gettext_noop("文件是空的。请在手机或电脑上打开看看，再重新选择。"),
    "too_big": gettext_noop("文件超过 20 MB。请压缩，或分成几份再上传。"),
    "too_many_at_once": gettext_noop("一次最多 20 个文件，这一个没有收。请再传一次。"),
    "changed_on_the_way": gettext_noop("文件在上传途中损坏了，没有保存。请再传一次。"),
    "too_many_files": gettext_noop("已经有 200 个文件，不能再加。请先移除用不到的。"),
    "too_much": gettext_noop("全部文件合计超过 500 MB，不能再加。请先移除用不到的。"),
    "animation": gettext_noop("这是 GIF 动图，不能作证据原件。请上传截图或照片。"),
    "video": gettext_noop("这是视频，现在还不能收。请把关键画面截图上传，视频自己留好。"),
    "web_page": gettext_noop("这是网页或矢量图，只是改了名字。请打开后截图，或另存为 PDF。"),
    "archive": gettext_noop("这是压缩包。请解压后，把里面的图片或 PDF 一个个上传。"),
    "document": gettext_noop("这是 Word、Excel 一类的文件。请另存为 PDF 再上传。"),
    "other_picture": gettext_noop("这种图片格式不常见。请截图，或另存为 JPEG、PNG 再上传。"),
    "unknown_type": gettext_noop(
        "认不出这是什么文件，名字后面的字母不算数。请上传照片、截图、PDF 或录音。"
    ),
    "broken": gettext_noop("文件打不开，可能没有下载完整。请从原来的地方重新保存，再上传。"),
    "too_many_pixels": gettext_noop("图片太大（超过 4000 万像素）。请用较低的清晰度另存，再上传。"),
    "too_long_side": gettext_noop("图片太长（一边超过 30000 像素）。请分成几张截图再上传。"),
    "too_heavy": gettext_noop("处理这个文件要的时间或内存太多。请另存一份较小的，再上传。"),
    "locked": gettext_noop("PDF 有打开密码。请去掉密码，另存一份再上传。"),
    "too_many_pages": gettext_noop("PDF 超过 500 页。请只留有关的页，再上传。"),
    "gone": gettext_noop("文件在服务器上找不到或被改动，我们已经记下。请再上传一次。"),
}


def refusal(code: str) -> InputError:
    return InputError(code, REFUSALS[code])


def media_type(head: bytes) -> str:
    """What a file is, by its first bytes: never by its name or by what a browser declares.

    An MP4 box may hold sound or film; which of them is looked at later (complaints.vault.sounds).
    Raises InputError.
    """
    found = filetype.guess_mime(head) or _unlisted(head)
    found = _SAME.get(found, found)
    if found in PICTURES or found in SOUNDS or found == PDF:
        return str(found)
    raise refusal(_why_not(found, head))


# One box, two names: an MP4 may hold sound or film, an animated PNG is a PNG.
_SAME = {"video/mp4": "audio/mp4", "video/3gpp": "audio/mp4", "image/apng": "image/png"}


def _unlisted(head: bytes) -> str:
    return "audio/amr" if head.startswith(b"#!AMR-WB\n") else ""


_MARKUP = re.compile(rb"<(!doctype|!--|\?xml|html|head|body|svg|script|div|meta|style|table)")
_FAMILIES = {
    "image/gif": "animation",
    "application/zip": "archive",
    "application/x-rar-compressed": "archive",
    "application/x-7z-compressed": "archive",
    "application/gzip": "archive",
    "application/x-tar": "archive",
    "application/rtf": "document",
    "application/msword": "document",
}


def _why_not(found: str, head: bytes) -> str:
    if found in _FAMILIES:
        return _FAMILIES[found]
    if found.startswith("video/"):
        return "video"
    if found.startswith("image/"):
        return "other_picture"
    if found.startswith("application/vnd"):
        return "document"
    # Zero bytes are those of UTF-16, in which a page may be written too.
    return "web_page" if _MARKUP.search(head.replace(b"\0", b"").lower()[:1024]) else "unknown_type"


def display_name(name: str) -> str:
    """A name as it is shown and offered for saving: one line, without a path and without signs
    that nobody sees or that turn the reading order; the ending stays. May be empty."""
    plain = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    kept = "".join(char for char in plain if char.isprintable() and not _is_unseen(char)).strip()
    if len(kept) <= NAME_CHARS:
        return kept
    stem, dot, ending = kept.rpartition(".")
    tail = dot + ending if dot and len(ending) <= 5 else ""
    return (stem or kept)[: NAME_CHARS - len(tail)] + tail


def saved_name(name: str, media_type: str) -> str:
    """The name offered for saving a file: the ending says what it is, whatever it was called."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name) or "evidence"
    return f"{stem}.{ENDINGS[media_type]}"


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") or char == "\u3164"


# --- numbers that a lender has anyway and a stranger must not read ---------------------------
# Digits in a row, and digits in groups as people write them: 6222 0200 …, 138-0013-8000.
_RUN = re.compile(r"(?<![0-9])[0-9]{11,19}[xX]?(?![0-9xX])")
_GROUPS = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){10,18}[xX]?(?![0-9xX])")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def sensitive_numbers(text: str) -> tuple[str, ...]:
    """Which kinds of number a text holds: "id" (18 digits that check, GB 11643-1999), "phone"
    (11 digits of a Chinese mobile), "card" (13 to 19 digits that check by Luhn), each once."""
    plain = unicodedata.normalize("NFKC", text)
    found = [*_RUN.findall(plain), *_GROUPS.findall(plain)]
    runs = {re.sub(r"[ -]", "", run).upper() for run in found}
    kinds = {"id": _is_id, "phone": _is_phone, "card": _is_card}
    return tuple(kind for kind, fits in kinds.items() if any(fits(run) for run in runs))


def _is_id(run: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", run):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, run, strict=False))
    return _ID_CHECKS[total % 11] == run[17] and _is_day(run[6:14])


def _is_day(digits: str) -> bool:
    try:
        return date.fromisoformat(digits).year >= 1900
    except ValueError:
        return False


def _is_phone(run: str) -> bool:
    return re.fullmatch(r"(?:86)?1[3-9][0-9]{9}", run) is not None


def _is_card(run: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{12,18}", run) or _is_id(run):
        return False
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(run), 1))
    return sum(digit // 10 + digit % 10 for digit in doubled) % 10 == 0


# --- order and lists --------------------------------------------------------------------------
Key = TypeVar("Key")


def moved(keys: Sequence[Key], key: Key, step: int) -> list[Key]:
    """The keys with one of them a place earlier (-1) or later (+1); at an edge nothing changes."""
    order = list(keys)
    place = order.index(key)
    other = place + step
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a case as a list needs it, in the order of the case."""

    title: str
    file_name: str
    kind: str
    media_type: str
    pages: int
    sha256: str
    taken_on: date | None
    received_on: date
    masked: bool


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One row of the evidence index. `taken_on` is empty where the person has not said it."""

    number: str
    name: str
    taken_on: str
    received_on: str
    pages: int
    sha256: str
    masked: bool


def index_lines(items: Iterable[Item]) -> tuple[IndexLine, ...]:
    """The index of a report or bundle (证据目录); numbers follow the order of the case."""
    return tuple(
        IndexLine(
            number=f"证据 {number}",
            name=_name(item),
            taken_on=item.taken_on.isoformat() if item.taken_on else "",
            received_on=item.received_on.isoformat(),
            pages=item.pages,
            sha256=item.sha256,
            masked=item.masked,
        )
        for number, item in enumerate(items, 1)
    )


def letter_lines(items: Iterable[Item]) -> tuple[str, ...]:
    """The enclosures of a letter, one line each. They name the day the person gives and promise
    nothing more: a hash only proves that a file is unchanged since it came."""
    return tuple(
        f"证据 {number}：{_name(item)}" + (f"（{day_zh(item.taken_on)}）" if item.taken_on else "")
        for number, item in enumerate(items, 1)
    )


def _name(item: Item) -> str:
    return item.title or item.kind


def bundle_name(number: int, item: Item, media_type: str) -> str:
    """The name of a file inside a bundle: digits, words, an ending that tells the truth; safe on
    Windows and in a ZIP."""
    words = re.sub(r"[^\w\u4e00-\u9fff-]+", "_", item.title or item.kind).strip("_")[:40]
    return f"{number:02d}_{words or 'file'}.{ENDINGS[media_type]}"


def refusal_json(error: InputError) -> dict[str, Any]:
    """An InputError as a row keeps it; InputError(**…) gives it back."""
    return {"code": error.code, "template": error.template, "params": error.params}
