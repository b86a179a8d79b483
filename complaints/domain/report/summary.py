"""One page for a reader in a hurry: numbers and days first, then what is still open."""

from collections.abc import Sequence

from complaints.domain.document import Block, bullets, figures, pairs, paragraph, table
from complaints.domain.report.facts import AskedFact, ReportFacts, StepFact
from complaints.domain.report.wording import NOTHING, day, iso
from guidance.domain.records import Knowledge
from inputs.money import format_yuan

SHOWN_QUESTIONS = 8
SHOWN_STEPS = 10
TOPICS = {
    "limit": "额度被降低、归零或冻结",
    "line": "出现了没有申请过的额度",
    "record": "征信报告里有错误",
    "data": "个人信息被怎么用了",
    "other": "其他",
}


def page(facts: ReportFacts, knowledge: Knowledge) -> list[Block]:
    return [
        figures(_figures(facts)),
        pairs([row for row in _rows(facts, knowledge) if row[1]]),
        *_steps(facts.course.steps),
        *_open_questions(facts.course.asked),
    ]


def _figures(facts: ReportFacts) -> list[tuple[str, str]]:
    """At most four: what changed, when an answer is due, questions, files."""
    asked, due = facts.course.asked, _next_due(facts.course.steps)
    found = [_change(facts)]
    if due is not None:
        found.append((iso(due.last_due_on), "应答复日，已过" if due.is_overdue else "应答复日"))
    if asked:
        answered = sum(row.is_answered for row in asked)
        found.append((f"{answered} / {len(asked)}", "已答 / 共问的问题"))
    found.append((f"{len(facts.evidence)} 份", "证据"))
    return [row for row in found if row is not None]


def _change(facts: ReportFacts) -> tuple[str, str] | None:
    """Amounts without 分: the exact ones stand below."""
    if not facts.case.changes:
        return None
    change = facts.case.changes[0]
    before, after = (_whole(fen) for fen in (change.before_fen, change.after_fen))
    return f"{before} → {after} 元", f"{change.on.isoformat()} {change.product.zh}"


def _whole(fen: int) -> str:
    return format_yuan(fen).removesuffix(".00")


def _next_due(steps: Sequence[StepFact]) -> StepFact | None:
    """Of the filings still without an answer, the one due first."""
    waiting = [row for row in steps if not row.answered_on and not row.ended_on]
    dated = [row for row in waiting if row.last_due_on]
    return min(dated, key=lambda row: str(row.last_due_on), default=None)


def _rows(facts: ReportFacts, knowledge: Knowledge) -> list[tuple[str, str]]:
    case = facts.case
    asked = [knowledge.demands[slug].title.zh for slug in case.demands if slug in knowledge.demands]
    return [
        ("事项", TOPICS.get(case.topic, TOPICS["other"])),
        ("对方", case.respondent),
        ("变动", _changes(facts)),
        ("对方说法", _reasons(facts)),
        ("请求", "；".join([*asked, *([case.wish] if case.wish else [])])),
        ("现在", facts.course.state),
    ]


def _changes(facts: ReportFacts) -> str:
    return "\n".join(
        f"{day(row.on)}，{row.product.zh}，{format_yuan(row.before_fen)} 元变为 "
        f"{format_yuan(row.after_fen)} 元"
        for row in facts.case.changes
    )


def _reasons(facts: ReportFacts) -> str:
    """Of the change, and the latest answer to a filing, in the other side's words."""
    if not facts.case.changes:
        return ""
    told = [row.stated_reason for row in facts.case.changes if row.stated_reason]
    return "；".join(told) or "变动时没有给出原因"


def _steps(steps: Sequence[StepFact]) -> list[Block]:
    if not steps:
        return [paragraph("到现在还没有登记寄出。")]
    rows = [
        [
            row.recipient,
            iso(row.sent_on),
            iso(row.received_on),
            _due(row),
            _outcome(row),
        ]
        for row in steps[:SHOWN_STEPS]
    ]
    return [table(["送给", "寄出", "对方收到", "应答复日", "答复"], rows, [], [3, 0, 0, 0, 3])]


def _due(row: StepFact) -> str:
    return f"{iso(row.last_due_on)}{'（已过）' if row.is_overdue else ''}"


def _outcome(row: StepFact) -> str:
    if row.answered_on:
        return f"{iso(row.answered_on)} {row.reply_kind}"
    return f"{iso(row.ended_on)} 不再等" if row.ended_on else NOTHING


def _open_questions(asked: Sequence[AskedFact]) -> list[Block]:
    """What the other side has not answered stands on the first pages."""
    unanswered = [row.text for row in asked if not row.is_answered]
    if not unanswered:
        return []
    shown = unanswered[:SHOWN_QUESTIONS]
    rest = len(unanswered) - len(shown)
    more = [f"另有 {rest} 个，见“问了什么，答了什么”。"] if rest else []
    return [paragraph(f"还没有得到回答的问题（{len(unanswered)} 个）："), bullets([*shown, *more])]
