"""Each filing: where to, when, how its period was counted, what came back."""

from collections.abc import Sequence
from datetime import date

from complaints.domain.bases import book_title
from complaints.domain.document import Block, heading, numbered, pairs, paragraph
from complaints.domain.report.facts import ClockFact, ReportFacts, StepFact
from complaints.domain.report.wording import CERTAINTY, NOTHING, day

ASSUMED = (
    "还没有登记寄出。下面按对方在立档当天收到来算；实际从对方收到之日起算，收到日确定后会重新计算。"
)


def part(facts: ReportFacts) -> list[Block]:
    """Before anything was sent, the period to expect."""
    steps = facts.course.steps
    return _filed(steps, facts.made_on) if steps else _expected(facts.clock)


def _filed(steps: Sequence[StepFact], made_on: date | None) -> list[Block]:
    blocks: list[Block] = []
    for number, step in enumerate(steps, start=1):
        blocks.append(heading(f"第 {number} 步：{step.channel.zh}", level=3))
        blocks.append(pairs(_rows(step, made_on)))
        if step.arithmetic:
            blocks.append(paragraph("期限是这样算的："))
            blocks.append(numbered([text.zh for text in step.arithmetic]))
    return blocks


def _rows(step: StepFact, made_on: date | None) -> list[tuple[str, str]]:
    rows = [
        ("送给", step.recipient),
        ("寄出", "，".join(filter(None, [day(step.sent_on), step.sent_how]))),
        ("寄送凭证", step.proof),
        ("对方收到", day(step.received_on)),
        ("受理号", step.reference_no),
        ("应答复日", _due(step)),
        ("依据的规则", _rule(step)),
        *[
            ("延期", f"{day(told)}，对方告知延到 {day(until)}\n理由：{why}")
            for told, until, why in step.extensions
        ],
        ("重新起算", _restart(step)),
        ("答复", _answer(step, made_on)),
        ("不再等", f"{day(step.ended_on)}：{step.ended_why}" if step.ended_on else ""),
    ]
    return [row for row in rows if row[1]]


def _due(step: StepFact) -> str:
    """The day with how sure it is; with an extension, the day that counts now comes first."""
    if step.due_on is None:
        return NOTHING if step.received_on is None else CERTAINTY["none"]
    first = f"{day(step.due_on)}（{CERTAINTY[step.certainty]}）"
    if step.last_due_on in (None, step.due_on):
        return first
    return f"{day(step.last_due_on)}（对方告知延长后的日期）\n原来是 {first}"


def _rule(step: StepFact) -> str:
    return "\n".join(filter(None, [step.source.zh, f"规则 {step.rule}"])) if step.rule else ""


def _restart(step: StepFact) -> str:
    if step.restarted_on is None:
        return ""
    return f"{day(step.restarted_on)}起重新计算\n理由：{step.restart_reason}"


def _answer(step: StepFact, made_on: date | None) -> str:
    if step.answered_on is None:
        late = "，应答复日已过" if step.is_overdue else ""
        until = f"到 {day(made_on)}" if made_on else ""
        return f"{until}还没有收到{late}"
    final = "；对方说是最终答复" if step.is_final else ""
    return f"{day(step.answered_on)}，{step.reply_kind}{final}\n{step.answer}".strip()


def _expected(clock: ClockFact | None) -> list[Block]:
    if clock is None:
        return [paragraph("这类机构的投诉答复没有法定天数。")]
    known_start = not clock.assumed or clock.due_on is None
    sure = CERTAINTY[clock.certainty] if known_start else "暂定，等收到日确定"
    return [
        *([] if known_start else [paragraph(ASSUMED)]),
        pairs(
            [
                ("规则", f"{clock.title.zh}：{book_title(clock.instrument.zh)}"),
                ("应答复日", day(clock.due_on) if clock.due_on else CERTAINTY["none"]),
                ("把握", sure),
            ]
        ),
        numbered([step.zh for step in clock.steps]),
    ]
