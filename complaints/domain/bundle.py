"""What goes into the bundle of a case, under which names, and its manifest. Pure.

Every file is told with its SHA-256: the manifest by what it is, SHA256SUMS for `sha256sum --check`,
verify.html for who has only a browser. None of them can hold its own hash; the whole ZIP is checked
on the site, under its code.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from complaints.domain.document import Block, note
from complaints.domain.evidence import Item, bundle_name
from complaints.domain.hiding import hidden, hidden_text

SCHEMA = "limit-ledger-bundle/1"
REPORT_PATHS = (("pdf", "report.pdf"), ("docx", "report.docx"))
LETTER_FORMATS = ("pdf", "txt")
MESSAGES_CSV, MESSAGES_TXT = "correspondence.csv", "correspondence.txt"
MANIFEST, SUMS, PAGE, README = "manifest.json", "SHA256SUMS", "verify.html", "README.txt"
MESSAGE_COLUMNS = ("日期", "方向", "方式", "对方", "编号", "内容")

PROBLEMS = {
    "missing": "文件在服务器上找不到了，没有放进来",
    "altered": "文件和收到时不一样，没有放进来",
    "masking": "涂黑的副本还没有做好，没有放进来",
    "reading": "文件还没有处理完，没有放进来",
    "removed": "要了这份材料之后被本人拿走了，没有放进来",
}
LETTER_CHANGED = "原来的文件找不到或被改动，这里是按定稿内容重新生成的"


@dataclass(frozen=True, slots=True)
class Packed:
    """One file inside. `form` says which copy of it; `original_sha256` is of the file as it came,
    or of the letter as it was frozen, where this is a copy of it."""

    path: str
    size: int
    sha256: str
    what: str
    title: str = ""
    form: str = ""
    taken_on: str = ""
    received_on: str = ""
    original_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What should be inside and is not, or not as it was: never left out in silence."""

    title: str
    why: str


def letter_path(number: int, kind: str, version: int, ending: str) -> str:
    """`kind` is a slug of ours."""
    return f"letters/{number:02d}_{kind}_v{version}.{ending}"


def evidence_path(number: int, item: Item, media_type: str) -> str:
    return f"evidence/{bundle_name(number, item, media_type)}"


def shared_item(item: Item, instead: dict[str, str]) -> Item:
    """As it is listed in a masked copy: without the name it had on the person's device."""
    return replace(item, title=hidden_text(item.title, instead), file_name="")


def masked_letter(model: dict[str, Any], instead: dict[str, str], sha256: str) -> dict[str, Any]:
    """A copy of a frozen letter for others. It says that it is one, and which letter it is of."""
    told: Block = note(
        "遮盖副本：姓名、联系方式、合同编号，以及文中的证件号、手机号、卡号已遮住一部分。"
        f"定稿内容的 SHA-256：{sha256}"
    )
    kept = {key: value for key, value in model.items() if key not in ("inputs", "paste", "blocks")}
    return {**hidden(kept, instead), "blocks": [told, *hidden(model["blocks"], instead)]}


def manifest_json(
    model: dict[str, Any], packed: Iterable[Packed], problems: Sequence[Problem]
) -> str:
    """Every file with its hash, and what is missing; the same text for the same content."""
    told = {
        "schema": SCHEMA,
        "receipt_no": model["receipt_no"],
        "made_on": model["made_on"],
        "masked": model["masked"],
        "verify": model["verify"],
        "files": [_told(row) for row in by_path(packed)],
        "problems": [asdict(row) for row in problems],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _told(row: Packed) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if value != ""}


def by_path(packed: Iterable[Packed]) -> list[Packed]:
    return sorted(packed, key=lambda row: row.path)


def sums_text(packed: Iterable[Packed]) -> str:
    """As `sha256sum --check` reads it. Paths hold no line break and no backslash (bundle_name)."""
    return "".join(f"{row.sha256}  {row.path}\n" for row in by_path(packed))


def page_data(
    model: dict[str, Any], packed: Iterable[Packed], problems: Sequence[Problem]
) -> dict[str, Any]:
    """What the offline page has to know. The page and the sums come without a hash: the page
    compares the two with each other."""
    rows = {row.path: (row.sha256, row.title or row.what) for row in packed}
    rows |= {PAGE: ("", "这一页"), SUMS: ("", "给 sha256sum 用的清单")}
    return {
        "made_on": model["made_on"],
        "code": model["verify"]["code"],
        "url": model["verify"]["url"],
        "files": [
            {"path": path, "sha256": sha256, "title": title}
            for path, (sha256, title) in sorted(rows.items())
        ],
        "problems": [asdict(row) for row in problems],
    }


FULL = "完整版：含姓名、联系方式和证据原件（没有涂黑，可能带拍摄地点），只给必须看的人。"
SHARED = (
    "分享版：姓名、联系方式、证件号、手机号、卡号已遮住；图片和 PDF 是清理过的副本，录音是原件。"
)


def readme_text(model: dict[str, Any], problems: Sequence[Problem]) -> str:
    missing = "".join(f"- {row.title}：{row.why}\n" for row in problems)
    return (
        f"案件 {model['receipt_no']} 的全部材料，{model['made_on']} 生成\n"
        f"{SHARED if model['masked'] else FULL}\n\n"
        "report.pdf、report.docx　完整报告\n"
        "letters/　已定稿的信函\n"
        "evidence/　证据，编号和报告里的证据目录一样\n"
        "correspondence.csv、correspondence.txt　来往记录\n"
        "manifest.json　每个文件的大小和 SHA-256\n\n"
        + (f"没有放进来，或和原来不同的：\n{missing}\n" if missing else "")
        + "怎么核对有没有被改过\n"
        "1. 先解压。用浏览器打开 verify.html，选中解压出来的文件夹。不用联网。\n"
        "2. 电脑上也可以在这个文件夹里运行：sha256sum --check SHA256SUMS"
        "（苹果电脑：shasum -a 256 --check SHA256SUMS）\n"
        "3. 核对整个压缩包：打开下面的网址，选中没有解压的 ZIP。\n"
        f"   {model['verify']['url']}\n"
        f"   核验码 {model['verify']['code']}\n\n"
        "哈希只能证明文件没有改过，不能证明内容属实，也不能证明更早的时间。\n"
    )


def messages_text(rows: Sequence[Sequence[str]]) -> str:
    """The correspondence to read, oldest first."""
    parts = []
    for on, direction, medium, whom, number, text in rows:
        head = "　".join(filter(None, [on, direction, medium, whom, number]))
        parts.append(f"{head}\n{text}\n")
    return "\n".join(parts)
