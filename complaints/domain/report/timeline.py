"""All that happened in one dated order: ledger, questions, letters, filings, correspondence.

Everything here is what the person wrote down; nothing is judged.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from complaints.domain.document import Block, table
from complaints.domain.letters.facts import CaseFacts, ChangeFact
from complaints.domain.report.facts import MessageFact, ReportFacts, StepFact
from complaints.domain.report.wording import day, excerpt, marked_evidence
from inputs.money import format_yuan


class Row(NamedTuple):
    """On one day the order of the parts below decides: first what happened, then what was done."""

    on: date
    what: str
    more: str


def part(facts: ReportFacts) -> list[Block]:
    rows = [
        [row.on.isoformat(), row.what, row.more]
        for row in sorted(_rows(facts), key=lambda row: row.on)
    ]
    return [table(["日期", "什么事", "内容"], rows, [], [0, 3, 8])]


def _rows(facts: ReportFacts) -> Iterable[Row]:
    course = facts.course
    yield from _ledger(facts.case)
    yield from _earlier(facts)
    for move in course.moves:
        yield Row(move.on, move.what, move.more)
    for letter in course.letters:
        yield Row(letter.on, "信函定稿", letter.title)
    for number, step in enumerate(course.steps, start=1):
        yield from _step(number, step)
    for message in course.messages:
        if not message.of_reply:
            yield _message(message)


def _ledger(case: CaseFacts) -> Iterable[Row]:
    for change in filter(None, [*case.changes, case.rise, case.fall]):
        yield Row(change.on, f"{change.product.zh}额度变动", _change(change))
    if case.asked_on is not None:
        said = f"答复：{case.asked_answer}" if case.asked_answer else "没有得到说明"
        yield Row(case.asked_on, "询问客服", said)


def _earlier(facts: ReportFacts) -> Iterable[Row]:
    """Other changes of the same limit: told with their amounts, because the case is not about
    them."""
    told = {(row.on, row.before_fen, row.after_fen) for row in facts.case.changes}
    for on, before, after in facts.series:
        if (on, before, after) not in told:
            yield Row(on, f"{facts.case.product.zh}额度变动", _amounts(before, after))


def _amounts(before_fen: int, after_fen: int) -> str:
    return f"{format_yuan(before_fen)} 元 → {format_yuan(after_fen)} 元"


def _change(change: ChangeFact) -> str:
    amounts = _amounts(change.before_fen, change.after_fen)
    reason = f"对方说法：{change.stated_reason}" if change.stated_reason else "没有给出原因"
    return f"{amounts}\n{reason}"


def _step(number: int, step: StepFact) -> Iterable[Row]:
    """One row a day that was told of this filing."""
    name = f"第 {number} 步"
    if step.sent_on:
        told = filter(None, [step.sent_how, step.proof and f"凭证：{step.proof}"])
        yield Row(step.sent_on, f"{name}：寄出", "，".join([step.recipient, *told]))
    if step.received_on:
        number_told = f"，受理号 {step.reference_no}" if step.reference_no else ""
        due = f"，应答复日 {day(step.due_on)}" if step.due_on else ""
        yield Row(step.received_on, f"{name}：对方收到", f"{step.recipient}{number_told}{due}")
    for told_on, until, why in step.extensions:
        yield Row(told_on, f"{name}：对方告知延期", f"延到 {day(until)}：{excerpt(why)}")
    if step.restarted_on:
        yield Row(step.restarted_on, f"{name}：重新起算", excerpt(step.restart_reason))
    if step.answered_on:
        told_answer = f"{step.reply_kind}：{excerpt(step.answer)}" if step.answer else ""
        yield Row(step.answered_on, f"{name}：收到答复", told_answer or step.reply_kind)
    if step.ended_on:
        yield Row(step.ended_on, f"{name}：不再等", step.ended_why)


def _message(message: MessageFact) -> Row:
    parts = filter(None, [excerpt(message.text), marked_evidence(message.evidence)])
    return Row(message.on, f"{message.number}：{message.way}", "\n".join(parts))
