"""What a draft of an objection starts with: one row of a credit report, in plain words. Pure.

It goes to the other side only after the person has read every page of it, so it says what he
entered and nothing that was concluded.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from inputs.dates import day_zh
from inputs.money import format_yuan

NO_CHANGE = "none"
RECORD = "record"
NOT_MINE = "我没有办理过这笔业务，也没有授权他人办理。"
NO_CONSENT = (
    "我没有向这家机构申请过业务，也不记得书面同意过这次查询。"
    "请提供我签署的授权书副本和查询用途；没有的，请更正。"
)
SHOULD_BE_GONE = "这条不良信息自{ended}终止之日起已满五年，到{until}保存期满，应当删除。"


@dataclass(frozen=True, slots=True)
class DisputedEntry:
    """One account of a report as the person entered it; money in 分."""

    reported_on: date
    lender: str
    business: str
    opened_on: date | None
    limit_fen: int | None
    what_wrong: str
    is_strange: bool
    bad_until: date | None
    kept_until: date | None


def entry_draft(row: DisputedEntry) -> dict[str, dict[str, Any]]:
    """The pages of the wizard, by stage, for an account of a report."""
    return _pages(row.reported_on, row.lender, _entry_words(row), _wrong_words(row))


def inquiry_draft(reported_on: date, on: date, who: str, reason: str) -> dict[str, dict[str, Any]]:
    """The same for an inquiry that the person did not agree to."""
    return _pages(
        reported_on, who, f"查询记录：{day_zh(on)}，{who}，查询原因“{reason}”。", NO_CONSENT
    )


def _pages(reported_on: date, reporter: str, entry: str, wrong: str) -> dict[str, dict[str, Any]]:
    return {
        "change": {"topic": RECORD, "change": NO_CHANGE, "product": "", "product_name": ""},
        "respondent": {"text": reporter},
        "facts": {
            "report_on": reported_on.isoformat(),
            "reporter": reporter,
            "entry": entry,
            "wrong": wrong,
        },
    }


def _entry_words(row: DisputedEntry) -> str:
    parts = [
        f"{day_zh(row.opened_on)}开立" if row.opened_on else "",
        row.lender,
        row.business,
        f"金额 {format_yuan(row.limit_fen)} 元" if row.limit_fen is not None else "",
    ]
    return "，".join(part for part in parts if part) + "。"


def _wrong_words(row: DisputedEntry) -> str:
    """The person's own words first; else what the days alone show; else nothing: he writes it."""
    said = [row.what_wrong, NOT_MINE if row.is_strange else "", _too_long(row)]
    return "\n".join(part for part in said if part)


def _too_long(row: DisputedEntry) -> str:
    if row.bad_until is None or row.kept_until is None or row.kept_until >= row.reported_on:
        return ""
    return SHOULD_BE_GONE.format(ended=day_zh(row.bad_until), until=day_zh(row.kept_until))
