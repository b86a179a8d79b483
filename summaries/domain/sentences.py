"""Summaries as sentences with numbers; every sentence names the rows it was made from.

Pure: facts of a subject or a period go in, sentences come out, the same every time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guidance.domain.records import Text
from inputs.dates import day_zh
from inputs.money import format_yuan

BAND_ZH = {
    "stated": "放款方已说明",
    "documented": "有文件可核",
    "likely": "较可能",
    "possible": "有可能",
}
BAND_EN = {
    "stated": "stated by the lender",
    "documented": "documented",
    "likely": "more likely",
    "possible": "possible",
}


@dataclass(frozen=True)
class Sentence:
    """One sentence and the rows behind it, as `kind:public-id`."""

    text: Text
    rows: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {"zh": self.text.zh, "en": self.text.en, "rows": list(self.rows)}


@dataclass(frozen=True)
class ChangeFacts:
    row: str
    product: Text
    before_fen: int
    after_fen: int
    effective_on: date
    stated_reason_given: bool


@dataclass(frozen=True)
class CauseFacts:
    title: Text
    band: str
    supporting: int
    opposing: int


@dataclass(frozen=True)
class PairFacts:
    row: str
    rise: ChangeFacts
    days: int
    state: str


def change_sentences(
    change: ChangeFacts,
    causes: Sequence[CauseFacts],
    pair: PairFacts | None,
    answered: int,
    assessment_row: str,
) -> tuple[Sentence, ...]:
    """What happened, what appeared beside it, what may explain it, what is still open."""
    sentences = [_happened(change)]
    if pair is not None:
        sentences.append(_beside(change, pair))
    sentences.append(_explained(causes, assessment_row))
    if not change.stated_reason_given:
        sentences.append(
            Sentence(
                Text("对方没有给出理由。", "No reason was given."),
                (change.row,),
            )
        )
    if answered:
        sentences.append(
            Sentence(
                Text(f"你已回答 {answered} 个问题。", f"You answered {answered} questions."),
                (assessment_row,),
            )
        )
    return tuple(sentences)


def _happened(change: ChangeFacts) -> Sentence:
    before, after = format_yuan(change.before_fen), format_yuan(change.after_fen)
    moved = format_yuan(abs(change.after_fen - change.before_fen))
    fell = change.after_fen < change.before_fen
    return Sentence(
        Text(
            f"{day_zh(change.effective_on)}，{change.product.zh}的额度从 {before} 元变为 "
            f"{after} 元，{'减少' if fell else '增加'} {moved} 元。",
            f"On {change.effective_on.isoformat()} the limit of {change.product.en} went from "
            f"{before} to {after} yuan, {'down' if fell else 'up'} by {moved} yuan.",
        ),
        (change.row,),
    )


def _beside(change: ChangeFacts, pair: PairFacts) -> Sentence:
    """Two lenders, two decisions: never worded as one limit that moved."""
    amount = format_yuan(pair.rise.after_fen)
    when_zh = "同一天" if pair.days == 0 else f"相隔 {abs(pair.days)} 天"
    when_en = "the same day" if pair.days == 0 else f"{abs(pair.days)} days apart"
    state_zh = {"confirmed": "你已确认两件事有关", "rejected": "你说两件事无关"}.get(
        pair.state, "两件事是否有关，等你确认"
    )
    state_en = {
        "confirmed": "you confirmed that they belong together",
        "rejected": "you said that they do not belong together",
    }.get(pair.state, "whether they belong together is for you to say")
    return Sentence(
        Text(
            f"{when_zh}，{pair.rise.product.zh}出现 {amount} 元额度；{state_zh}。",
            f"{when_en.capitalize()}, a limit of {amount} yuan appeared in "
            f"{pair.rise.product.en}; {state_en}.",
        ),
        (change.row, pair.rise.row, pair.row),
    )


def _explained(causes: Sequence[CauseFacts], row: str) -> Sentence:
    named = [cause for cause in causes if cause.band in BAND_ZH][:3]
    if not named:
        return Sentence(
            Text(
                "现有线索还不足以指出可能的原因，只有放款方知道。",
                "What is known so far names no possible cause; only the lender knows.",
            ),
            (row,),
        )
    zh = "；".join(
        f"{cause.title.zh}（{BAND_ZH[cause.band]}，支持 {cause.supporting} 条、"
        f"不支持 {cause.opposing} 条）"
        for cause in named
    )
    en = "; ".join(
        f"{cause.title.en} ({BAND_EN[cause.band]}, {cause.supporting} for, "
        f"{cause.opposing} against)"
        for cause in named
    )
    return Sentence(Text(f"可能的原因：{zh}。", f"Possible causes: {en}."), (row,))


@dataclass(frozen=True)
class StepFacts:
    row: str
    recipient: str
    sent_on: date | None
    received_on: date | None
    due_on: date | None
    certainty: str
    answered_on: date | None


@dataclass(frozen=True)
class CaseFacts:
    row: str
    receipt_no: str
    respondent: str
    product: str
    state: str
    filed_on: date
    demands: int
    outcome: str


OUTCOMES = {
    "restored": Text("额度恢复了", "the limit came back"),
    "specific": Text("得到了具体理由", "a specific reason was given"),
    "generic": Text("只得到笼统答复", "the answer was generic"),
    "corrected": Text("记录或信息已更正", "the record or the data was corrected"),
    "line-closed": Text("不想要的额度已关闭", "the unwanted line was closed"),
    "compensated": Text("退费或补偿", "money was paid back"),
    "refused": Text("对方拒绝", "the other side refused"),
    "no-reply": Text("一直没有答复", "there was never an answer"),
    "withdrawn": Text("本人撤回", "withdrawn by the person"),
    "other": Text("其他", "other"),
}


def case_sentences(
    case: CaseFacts, steps: Sequence[StepFacts], today: date
) -> tuple[Sentence, ...]:
    """A case up to `today`: filed, sent, due, answered."""
    product = (f"（{case.product}）", f" ({case.product})") if case.product else ("", "")
    sentences = [
        Sentence(
            Text(
                f"案件 {case.receipt_no}：{day_zh(case.filed_on)}立档，投诉{case.respondent}"
                f"{product[0]}，提出 {case.demands} 项请求。",
                f"Case {case.receipt_no}: filed on {case.filed_on.isoformat()} against "
                f"{case.respondent}{product[1]} with {case.demands} demands.",
            ),
            (case.row,),
        )
    ]
    sentences += [_step_sentence(step, today) for step in steps]
    if case.outcome in OUTCOMES:
        outcome = OUTCOMES[case.outcome]
        sentences.append(
            Sentence(Text(f"结果：{outcome.zh}。", f"Outcome: {outcome.en}."), (case.row,))
        )
    return tuple(sentences)


def _step_sentence(step: StepFacts, today: date) -> Sentence:
    return Sentence(_step_text(step, today), (step.row,))


def _step_text(step: StepFacts, today: date) -> Text:
    if step.answered_on:
        return Text(
            f"{step.recipient}于{day_zh(step.answered_on)}答复。",
            f"{step.recipient} answered on {step.answered_on.isoformat()}.",
        )
    if step.due_on:
        left = (step.due_on - today).days
        tail_zh = (
            f"还有 {left} 天" if left > 0 else ("就是今天" if left == 0 else f"已过 {-left} 天")
        )
        tail_en = (
            f"{left} days left" if left > 0 else ("today" if left == 0 else f"{-left} days ago")
        )
        return Text(
            f"应在{day_zh(step.due_on)}前得到{step.recipient}的答复，{tail_zh}。",
            f"{step.recipient} must answer by {step.due_on.isoformat()}, {tail_en}.",
        )
    if step.received_on:
        return Text(
            f"{step.recipient}于{day_zh(step.received_on)}收到；这一步没有法定天数。",
            f"{step.recipient} received it on {step.received_on.isoformat()}; "
            "the law sets no number of days for this step.",
        )
    if step.sent_on:
        return Text(
            f"已于{day_zh(step.sent_on)}寄给{step.recipient}，等签收后开始计期。",
            f"Sent to {step.recipient} on {step.sent_on.isoformat()}; "
            "the period starts when it is received.",
        )
    return Text(
        f"还没有寄给{step.recipient}；期限从对方收到那天起算。",
        f"Not sent to {step.recipient} yet; the period starts on the day of receipt.",
    )


@dataclass(frozen=True)
class MonthFacts:
    year: int
    month: int
    changes: Sequence[ChangeFacts]
    plan_done: int
    plan_open: int
    plan_rows: Sequence[str]
    cases_filed: int
    case_rows: Sequence[str]


def month_sentences(facts: MonthFacts) -> tuple[Sentence, ...]:
    """One month of one person: changes, plan, cases. An empty month says so."""
    falls = [row for row in facts.changes if row.after_fen < row.before_fen]
    rises = [row for row in facts.changes if row.after_fen > row.before_fen]
    name_zh, name_en = f"{facts.year} 年 {facts.month} 月", f"{facts.year}-{facts.month:02}"
    if not facts.changes:
        first = Sentence(
            Text(f"{name_zh}没有记录额度变动。", f"No change of a limit was logged in {name_en}."),
            (),
        )
    else:
        down = sum(row.before_fen - row.after_fen for row in falls)
        up = sum(row.after_fen - row.before_fen for row in rises)
        first = Sentence(
            Text(
                f"{name_zh}记录了 {len(facts.changes)} 次额度变动：下降 {len(falls)} 次共 "
                f"{format_yuan(down)} 元，上升 {len(rises)} 次共 {format_yuan(up)} 元。",
                f"{len(facts.changes)} changes were logged in {name_en}: {len(falls)} down by "
                f"{format_yuan(down)} yuan in all, {len(rises)} up by {format_yuan(up)} yuan.",
            ),
            tuple(row.row for row in facts.changes),
        )
    plan = Sentence(
        Text(
            f"信用计划：这个月完成 {facts.plan_done} 项，还有 {facts.plan_open} 项待办。",
            f"Credit plan: {facts.plan_done} done this month, {facts.plan_open} still open.",
        ),
        tuple(facts.plan_rows),
    )
    cases = Sentence(
        Text(
            f"投诉：这个月立档 {facts.cases_filed} 件。",
            f"Complaints: {facts.cases_filed} filed this month.",
        ),
        tuple(facts.case_rows),
    )
    return (first, plan, cases) if facts.cases_filed else (first, plan)
