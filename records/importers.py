"""The text of a report that came as a file. Nothing is kept: not the file, not the password."""

import json
import sys
from typing import Any

from inputs.child import ChildDied, FellOver, TooHeavy, answer_of
from inputs.errors import InputError, gettext_noop

MEGABYTE = 2**20
MOST_BYTES = 10 * MEGABYTE
MOST_ANSWER = 12 * MEGABYTE
MOST_PASSWORD = 127  # bytes, ISO 32000-2, 7.6.4.3
WALL_SECONDS = 30.0
LEAST_TEXT = 20
_COMMAND = [sys.executable, "-m", "inputs.pdf_text"]

REFUSALS = {
    "not_pdf": gettext_noop("这不是 PDF 文件。请上传信用报告的 PDF，或打开它、复制文字贴进来。"),
    "too_large": gettext_noop("文件超过 10 MB。信用报告通常不到 2 MB，请看看是不是选错了文件。"),
    "too_many_pages": gettext_noop("PDF 超过 200 页，不像是一份信用报告。请只留报告本身再传。"),
    "locked": gettext_noop(
        "文件有密码。云闪付等下载的报告常设密码，请输入打开密码再传一次；密码只用来打开，不保存。"
    ),
    "wrong_password": gettext_noop(
        "密码不对，文件没有打开。请看下载时的说明，注意大小写，再试一次。"
    ),
    "no_text": gettext_noop(
        "文件里没有可读的文字，多半是扫描件或截图。请照着报告手工填写，或从别的地方复制文字贴进来。"
    ),
    "broken": gettext_noop(
        "文件打不开，可能没有下载完整。请从原来的地方重新保存再传，或复制文字贴进来。"
    ),
    "too_heavy": gettext_noop("读这个文件要的时间或内存太多。请打开它，复制文字贴进来。"),
    "try_again": gettext_noop("这次没有读成，不是文件的问题。请再传一次，或复制文字贴进来。"),
}


def refusal(code: str) -> InputError:
    return InputError(code, REFUSALS[code])


def text_of_report(data: bytes, password: str = "") -> str:  # nosec B107  # no password at all
    """The text of a PDF, pages divided by form feeds. Raises InputError with a code of REFUSALS.

    A process of its own reads the file (inputs.pdf_text), for at most 30 seconds.
    """
    if len(data) > MOST_BYTES:
        raise refusal("too_large")
    if b"%PDF-" not in data[:1024]:
        raise refusal("not_pdf")
    text = "\f".join(_pages(data, password))
    if len("".join(text.split())) < LEAST_TEXT:
        raise refusal("no_text")
    return text


def _pages(data: bytes, password: str) -> list[str]:
    if not _may_be_a_password(password):
        raise refusal("wrong_password")
    said = _said(json.dumps({"password": password}).encode() + b"\n", data)
    if "refused" in said:
        code = said["refused"]
        raise refusal(code if code in REFUSALS else "broken")
    return [str(page) for page in said["pages"]]


def _may_be_a_password(text: str) -> bool:
    """Half of a surrogate pair comes from broken forms and cannot be encoded."""
    try:
        return len(text.encode()) <= MOST_PASSWORD
    except UnicodeEncodeError:
        return False


def _said(task: bytes, data: bytes) -> dict[str, Any]:
    try:
        out = answer_of(_COMMAND, task, data, wall_seconds=WALL_SECONDS, most_answer=MOST_ANSWER)
        said = json.loads(out)
    except TooHeavy:
        raise refusal("too_heavy") from None
    except FellOver:
        raise refusal("broken") from None
    except (ChildDied, ValueError):
        raise refusal("try_again") from None
    return said if isinstance(said, dict) and {"pages", "refused"} & set(said) else {"refused": ""}
