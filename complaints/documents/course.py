"""What became of a case after filing, as a report tells it. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import date

from complaints.domain.report.facts import (
    AskedFact,
    Course,
    LetterFact,
    MessageFact,
    MoveFact,
    StepFact,
)
from complaints.enums import AskedState, CaseAction, Direction, LetterState
from complaints.models import (
    AskedQuestion,
    Complaint,
    DemandResult,
    Evidence,
    Letter,
    Message,
    Step,
)
from guidance import content
from guidance.domain.records import Knowledge, Text
from inputs.clock import today

MOVES = (CaseAction.FILE, CaseAction.CLOSE, CaseAction.WITHDRAW, CaseAction.REOPEN)
Numbers = Mapping[int, str]  # by primary key: 证据 3, 来往 5


def course_of(complaint: Complaint, evidence: Sequence[Evidence]) -> Course:
    """Steps that were sent or given up, letters that were frozen, all correspondence."""
    known = content.current()
    files = {row.pk: f"证据 {number}" for number, row in enumerate(evidence, start=1)}
    steps = list(complaint.steps.with_standing())
    messages = list(complaint.messages.whole().in_order())
    numbers = {row.pk: f"来往 {number}" for number, row in enumerate(messages, start=1)}
    return Course(
        steps=tuple(_step(row, files, known) for row in steps if _has_begun(row)),
        asked=tuple(_asked(row, numbers, known) for row in _questions(complaint)),
        messages=tuple(_message(row, numbers[row.pk], files) for row in messages),
        demands=_demands(complaint, known),
        letters=tuple(_letter(row) for row in _letters(complaint)),
        moves=_moves(complaint),
        state=_state(complaint),
    )


def just_filed(complaint: Complaint) -> Course:
    """The same without asking the database: what it would say of a case filed this moment."""
    asked = complaint.facts["questions"]
    filed = MoveFact(
        date.fromisoformat(complaint.facts["written_on"]),
        str(CaseAction.FILE.label),
        _receipt(complaint),
    )
    return Course(
        asked=tuple(AskedFact(row["zh"], str(AskedState.OPEN.label), False) for row in asked),
        moves=(filed,),
        state=_state(complaint),
    )


def _has_begun(row: Step) -> bool:
    return bool(row.sent_on or row.ended_on)


def _questions(complaint: Complaint) -> Sequence[AskedQuestion]:
    rows = AskedQuestion.objects.filter(complaint=complaint)
    return list(rows.select_related("answered_by").order_by("position", "pk"))


def _letters(complaint: Complaint) -> Sequence[Letter]:
    rows = complaint.letters.filter(state=LetterState.FROZEN)
    return list(rows.order_by("frozen_at", "pk"))


def _step(row: Step, files: Numbers, known: Knowledge) -> StepFact:
    clock, channel = row.clock or {}, known.channels.get(row.channel_code)
    return StepFact(
        channel=channel.title if channel else Text(row.channel_code, row.channel_code),
        recipient=row.recipient,
        sent_on=row.sent_on,
        sent_how=row.sent_how,
        received_on=row.received_on,
        reference_no=row.reference_no,
        due_on=row.due_on,
        last_due_on=row.last_due_on,
        certainty=clock.get("certainty", "none"),
        arithmetic=tuple(Text(**text) for text in clock.get("steps", ())),
        source=Text(**clock.get("source", {"zh": "", "en": ""})),
        rule=f"{row.rule_code}，第 {row.rule_version} 版" if row.rule_version else "",
        extensions=tuple(
            (each.announced_on, each.due_on, each.reason)
            for each in row.extensions.all()
            if not each.is_void
        ),
        restarted_on=row.restarted_on,
        restart_reason=row.restart_reason,
        answered_on=row.answered_on,
        answer=row.answer_text,
        reply_kind=str(row.get_reply_kind_display()),
        is_final=row.is_final,
        ended_on=row.ended_on,
        ended_why=row.ended_why,
        proof=files.get(row.proof_id, "") if row.proof_id else "",
        is_overdue=_is_overdue(row, today()),
    )


def _is_overdue(row: Step, today: date) -> bool:
    """A day that is no more than a benchmark (soft) is never called overdue."""
    if row.answered_on or row.ended_on or row.last_due_on is None:
        return False
    return row.last_due_on < today and (row.clock or {}).get("certainty") != "soft"


def _asked(row: AskedQuestion, numbers: Numbers, known: Knowledge) -> AskedFact:
    pattern = known.reply_patterns.get(row.why)
    return AskedFact(
        text=row.text,
        state=str(row.get_state_display()),
        is_answered=row.state == AskedState.ANSWERED,
        message=numbers.get(row.answered_by_id, "") if row.answered_by_id else "",
        why=pattern.title.zh if pattern else "",
    )


def _message(row: Message, number: str, files: Numbers) -> MessageFact:
    return MessageFact(
        number=number,
        on=row.happened_on,
        way=f"{row.get_medium_display()}，{row.get_direction_display()}",
        with_whom=row.with_whom,
        reference_no=row.reference_no,
        text=row.text,
        evidence=tuple(files[each.pk] for each in row.evidence.all() if each.pk in files),
        of_reply=_is_reply(row),
    )


def _is_reply(row: Message) -> bool:
    step = row.step if row.direction == Direction.IN else None
    return step is not None and (step.answered_on, step.answer_text) == (row.happened_on, row.text)


def _letter(row: Letter) -> LetterFact:
    assert row.frozen_at
    title = f"{row.get_kind_display()}，第 {row.version} 版"
    return LetterFact(today(row.frozen_at), title, row.model_sha256)


def _moves(complaint: Complaint) -> tuple[MoveFact, ...]:
    rows = complaint.events.filter(action__in=MOVES).order_by("pk")
    filed = _receipt(complaint)
    return tuple(
        MoveFact(today(row.created_at), row.label, filed if row.action == CaseAction.FILE else "")
        for row in rows
    )


def _receipt(complaint: Complaint) -> str:
    return f"受理编号 {complaint.receipt_no}"


def _state(complaint: Complaint) -> str:
    parts = [complaint.get_state_display(), complaint.get_outcome_display()]
    return "，".join(str(part) for part in parts if part)


def _demands(complaint: Complaint, known: Knowledge) -> tuple[tuple[str, str], ...]:
    """What was asked, each with the person's word on whether it was met."""
    found = {row.demand: row for row in DemandResult.objects.filter(complaint=complaint)}
    if not found:
        return ()
    return tuple(
        (
            known.demands[slug].title.zh,
            str(found[slug].get_result_display()) if slug in found else "还没有说",
        )
        for slug in complaint.facts["demands"]
        if slug in known.demands
    )
