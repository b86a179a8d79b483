"""Words and small forms the parts of a report share."""

from datetime import date

from inputs.dates import day_zh

NOTHING = "—"
CERTAINTY = {"firm": "确定", "provisional": "暂定", "soft": "参考", "none": "没有法定天数"}
LICENCES = {
    "bank": "银行",
    "consumer_finance": "消费金融公司",
    "micro_loan": "小额贷款公司",
    "payment_institution": "支付机构",
    "platform_assist": "平台、助贷机构",
    "credit_bureau": "征信机构",
    "unknown": "不清楚，以合同为准",
}
EXCERPT = 60


def licence(kind: str) -> str:
    return LICENCES.get(kind, LICENCES["unknown"])


def day(on: date | None) -> str:
    return day_zh(on) if on else NOTHING


def iso(on: date | None) -> str:
    return on.isoformat() if on else NOTHING


def in_lines(digest: str) -> str:
    """A digest in two lines of 32, short enough for a table on A4."""
    return "\n".join(digest[start : start + 32] for start in range(0, len(digest), 32))


def excerpt(text: str) -> str:
    """The beginning of a text, on one line; the whole stands elsewhere in the report."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}……"


def marked_evidence(numbers: tuple[str, ...]) -> str:
    return f"附：{'、'.join(numbers)}" if numbers else ""
