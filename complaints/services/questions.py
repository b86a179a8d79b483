"""The only writers of the questions put to the other side, and of whether they were answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.domain.replies import same_question
from complaints.enums import AskedState
from complaints.models import AskedQuestion, Complaint, Message
from complaints.services.events import write_event
from inputs.words import field_refusal

MOST_QUESTIONS = 60
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Tick:
    """What a person says of one question; `why` is the slug of a reviewed pattern."""

    question: AskedQuestion
    state: str
    why: str = ""


@transaction.atomic
def ask_questions(*, complaint: Complaint, texts: Iterable[str]) -> list[AskedQuestion]:
    """Note the questions of a letter. Those already noted, and more than MOST_QUESTIONS, are not.

    Safe to run twice. Called where a case is filed or a letter is frozen, whose event is enough.
    """
    complaint = _locked(complaint)
    rows = list(AskedQuestion.objects.filter(complaint=complaint))
    known = {same_question(row.text) for row in rows}
    place = max((row.position for row in rows), default=0)
    fresh: list[AskedQuestion] = []
    for text in (text.strip()[:LONGEST] for text in texts):
        key = same_question(text)
        if key and key not in known and len(rows) + len(fresh) < MOST_QUESTIONS:
            known.add(key)
            place += 1
            fresh.append(_asked(complaint, text, place))
    return AskedQuestion.objects.bulk_create(fresh)


def _asked(complaint: Complaint, text: str, position: int) -> AskedQuestion:
    return AskedQuestion(
        owner_id=complaint.owner_id, complaint=complaint, text=text, position=position
    )


@transaction.atomic
def add_question(*, complaint: Complaint, actor: User, text: str) -> AskedQuestion:
    """A question of the person's own. Asked already: the row it has, and no event."""
    complaint = _locked(complaint)
    rows = list(AskedQuestion.objects.filter(complaint=complaint))
    key = same_question(text)
    twin = next((row for row in rows if same_question(row.text) == key), None)
    if twin is not None:
        return twin  # type: ignore[no-any-return]
    _refuse_too_many(rows)
    question = _asked(complaint, text, max((row.position for row in rows), default=0) + 1)
    question.save(force_insert=True)
    _tell(complaint, "add-question", actor, question)
    return question


def _refuse_too_many(rows: Sequence[AskedQuestion]) -> None:
    if len(rows) >= MOST_QUESTIONS:
        raise ValidationError(
            _("最多 %(most)s 个问题。先去掉不用问的。"),
            code="too_many",
            params={"most": MOST_QUESTIONS},
        )


@transaction.atomic
def reword_question(*, question: AskedQuestion, actor: User, text: str) -> AskedQuestion:
    """Put it in other words, while nobody has judged an answer to it. Letters stay as frozen."""
    complaint, question = _held(question)
    _refuse_judged(question)
    if question.text != text:
        question.text = text
        question.save(update_fields=["text"])
        _tell(complaint, "edit-question", actor, question)
    return question


@transaction.atomic
def remove_question(*, question: AskedQuestion, actor: User) -> None:
    """Take it off the list; letters keep it. Removed already: nothing happens."""
    try:
        complaint, question = _held(question)
    except AskedQuestion.DoesNotExist:
        return
    _tell(complaint, "remove-question", actor, question)
    question.delete()


def _refuse_judged(question: AskedQuestion) -> None:
    if question.state != AskedState.OPEN:
        raise ValidationError(_("已经核对过答复的问题不能再改。可以另加一个。"), code="judged")


@transaction.atomic
def mark_question(
    *,
    question: AskedQuestion,
    actor: User,
    state: str,
    why: str = "",
    answered_by: Message | None = None,
) -> AskedQuestion:
    """Whether a question was answered, in the person's own judgement; one event if it changed."""
    tick = Tick(question, state, why)
    mark_questions(complaint=question.complaint, actor=actor, ticks=[tick], answered_by=answered_by)
    question.refresh_from_db()
    return question


@transaction.atomic
def mark_questions(
    *,
    complaint: Complaint,
    actor: User,
    ticks: Sequence[Tick],
    answered_by: Message | None = None,
) -> int:
    """All that was ticked against one reply, both or neither; returns how many changed.

    One event for each that changed, with its state and no text. Raises ValidationError for an
    unknown state, a question or a message of another case.
    """
    complaint = _locked(complaint)
    if answered_by is not None and answered_by.complaint_id != complaint.pk:
        raise field_refusal("answered_by", _("选项无效"), "invalid_choice")
    rows = AskedQuestion.objects.select_for_update(of=("self",)).filter(complaint=complaint)
    known = {row.pk: row for row in rows}
    changed = [_ticked(known, tick, answered_by) for tick in ticks]
    kept = [row for row in changed if row is not None]
    AskedQuestion.objects.bulk_update(kept, ["state", "why", "answered_by"])
    for row in kept:
        _tell(complaint, "mark-question", actor, row)
    return len(kept)


def _ticked(
    known: dict[int, AskedQuestion], tick: Tick, answered_by: Message | None
) -> AskedQuestion | None:
    row = known.get(tick.question.pk)
    if row is None or tick.state not in AskedState.values:
        raise field_refusal("state", _("选项无效"), "invalid_choice")
    by = None if tick.state == AskedState.OPEN else answered_by
    if (row.state, row.why, row.answered_by_id) == (tick.state, tick.why, by.pk if by else None):
        return None
    row.state, row.why, row.answered_by = tick.state, tick.why[:40], by
    return row


def _locked(complaint: Complaint) -> Complaint:
    rows = Complaint.objects.select_for_update(of=("self",))
    return rows.get(pk=complaint.pk)  # type: ignore[no-any-return]


def _held(question: AskedQuestion) -> tuple[Complaint, AskedQuestion]:
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=question.complaint_id)
    rows = AskedQuestion.objects.select_for_update(of=("self",))
    return complaint, rows.get(pk=question.pk)


def _tell(complaint: Complaint, action: str, actor: User, question: AskedQuestion) -> None:
    data = {"question": str(question.public_id), "result": question.state}
    write_event(complaint, action, complaint.state, actor=actor, **data)
