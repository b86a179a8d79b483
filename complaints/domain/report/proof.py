"""Evidence index with hashes, the pictures themselves, and how anybody can check the report."""

from collections.abc import Mapping, Sequence
from typing import Any

from complaints.domain.document import (
    TEMPLATE_VERSION,
    Block,
    numbered,
    pairs,
    paragraph,
    picture,
    pictures,
    table,
)
from complaints.domain.report.cover import HASH_PROVES
from complaints.domain.report.facts import EvidenceFact, LetterFact, PictureFact, ReportFacts
from complaints.domain.report.wording import NOTHING, in_lines

MOST_PICTURES = 60
NOT_SHOWN = (
    "PDF 和录音不印在报告里，请看材料包里的文件；这里只列编号和哈希。"
    "表里的哈希是原件的；下面的图片是清理过的副本，原件没有改动。"
)
WHY_MISSING = {
    "missing": "文件在服务器上找不到了，没有印出来",
    "altered": "文件和收到时不一样，没有印出来",
    "masking": "涂黑的副本还没有做好，没有印出来",
    "reading": "文件还没有处理完，没有印出来",
    "removed": "要了这份报告之后被本人拿走了，没有印出来",
    "changed": "要了这份报告之后，涂黑的地方改过，没有印出来",
    "too-many": f"图片太多，报告里只印前 {MOST_PICTURES} 张，其余请看材料包",
}


def index(evidence: Sequence[EvidenceFact]) -> list[Block]:
    if not evidence:
        return [paragraph("没有上传文件。建议附上变动前后的额度截图、通知原文和客服聊天记录。")]
    rows = [
        [
            row.number,
            "\n".join(filter(None, [row.name, _kind(row), row.note])),
            f"{row.taken_on or NOTHING}\n{row.received_on}",
            in_lines(row.sha256),
        ]
        for row in evidence
    ]
    columns = ["编号", "名称、种类", "形成日期\n收到日期", "原件 SHA-256"]
    return [table(columns, rows, [], [0, 1, 0, 0]), paragraph(NOT_SHOWN)]


def _kind(row: EvidenceFact) -> str:
    return f"{row.kind}，{row.pages} 页" if row.pages > 1 else row.kind


def annex(shown: Sequence[PictureFact]) -> list[Block]:
    """The pictures; a long screenshot in pieces from top to bottom."""
    return [pictures([item for row in shown for item in _pieces(row)])]


def _pieces(row: PictureFact) -> list[Block]:
    if row.missing:
        return [picture("", _caption(row), row.sha256, missing=WHY_MISSING[row.missing])]
    parts = range(1, row.parts + 1)
    return [
        picture(
            piece_name(row.key, part),
            _caption(row, part),
            row.sha256 if part == 1 else "",
            is_wide=row.is_wide,
        )
        for part in parts
    ]


def piece_name(key: str, part: int) -> str:
    """What a picture is called between the model and the files of a rendering."""
    return f"{key}-{part}"


def _caption(row: PictureFact, part: int = 1) -> str:
    on = f"（{row.taken_on}）" if row.taken_on else ""
    of = f"，第 {part} 段，共 {row.parts} 段" if row.parts > 1 else ""
    return f"{row.number}：{row.name}{on}{of}"


def references(shown: Sequence[PictureFact]) -> list[dict[str, Any]]:
    """Which stored copies the pictures are, for who reads them later; never the bytes."""
    return [
        {"id": row.key, "role": row.role, "sha256": row.shown_sha256, "parts": row.parts}
        for row in shown
        if not row.missing
    ]


def with_missing(model: dict[str, Any], reasons: Mapping[str, str]) -> dict[str, Any]:
    """The model with the reason in place of each picture that could not be read (by its name)."""
    return {**model, "blocks": [_told(block, reasons) for block in model["blocks"]]}


def _told(block: Block, reasons: Mapping[str, str]) -> Block:
    if block["kind"] != "pictures":
        return block
    items = [
        {**item, "name": "", "missing": WHY_MISSING[reasons[item["name"]]]}
        if item["name"] in reasons
        else item
        for item in block["items"]
    ]
    return {**block, "items": items}


def checking(facts: ReportFacts) -> list[Block]:
    """What to do to be sure, and the hashes it is done with."""
    verify = facts.verify
    ways = [
        "看内容：材料包里每个文件的 SHA-256 写在 manifest.json 里，"
        "和证据目录的一样，就是原来的文件。",
    ]
    if verify:
        ways.insert(0, f"看这份文件：打开 {verify.url}，选中收到的文件，网页会说一样还是不一样。")
    rows = [
        ("立档内容 SHA-256", in_lines(facts.facts_sha256)),
        ("内容版本", facts.content_version),
        ("文书模板版本", TEMPLATE_VERSION),
    ]
    return [numbered(ways), paragraph(HASH_PROVES), pairs(rows), *_letters(facts.course.letters)]


def _letters(letters: Sequence[LetterFact]) -> list[Block]:
    if not letters:
        return []
    rows = [[row.on.isoformat(), row.title, in_lines(row.sha256)] for row in letters]
    return [table(["定稿日期", "信函", "定稿内容 SHA-256"], rows, [], [0, 1, 0])]
