"""What was asked and answered, and all correspondence word for word."""

from collections.abc import Sequence

from complaints.domain.document import Block, heading, paragraph, table
from complaints.domain.report.facts import AskedFact, MessageFact
from complaints.domain.report.wording import NOTHING, marked_evidence

# A cell this long is hard to read and leaves half a page empty when it moves to the next one.
LONG = 600


def asked_part(asked: Sequence[AskedFact]) -> list[Block]:
    """A question, whether it was answered, and by which message."""
    if not asked:
        return [paragraph("没有记下要对方回答的问题。")]
    rows = [
        [
            str(number),
            row.text,
            "\n".join(filter(None, [row.state, row.why])),
            row.message or NOTHING,
        ]
        for number, row in enumerate(asked, start=1)
    ]
    return [table(["", "问题", "答复情况（本人判断）", "见哪一次来往"], rows, [], [0, 5, 3, 2])]


def messages_part(messages: Sequence[MessageFact]) -> list[Block]:
    """Short ones in a table, in order; long ones in full below it."""
    if not messages:
        return [paragraph("没有记下来往。")]
    rows = [
        [row.on.isoformat(), f"{row.number}\n{row.way}", _whom(row), _said(row)] for row in messages
    ]
    blocks = [table(["日期", "编号、方式", "对方、单号", "内容"], rows, [], [0, 3, 3, 8])]
    for row in messages:
        if _is_long(row):
            blocks.append(heading(f"{row.number}，{row.on.isoformat()}，全文", level=3))
            blocks.append(paragraph(row.text))
    return blocks


def _whom(row: MessageFact) -> str:
    return "\n".join(filter(None, [row.with_whom, row.reference_no])) or NOTHING


def _said(row: MessageFact) -> str:
    text = "全文在本表后面" if _is_long(row) else row.text
    return "\n".join(filter(None, [text, marked_evidence(row.evidence)]))


def _is_long(row: MessageFact) -> bool:
    return len(row.text) > LONG
