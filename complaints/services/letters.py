"""The only writers of letters. A frozen letter is never changed: an amendment is a new version."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.documents import institution_path
from complaints.documents import letters as documents
from complaints.domain.document import TEMPLATE_VERSION
from complaints.domain.letters.choosing import route
from complaints.enums import DocumentKind, FileFormat, LetterKind, LetterState, Medium
from complaints.models import Complaint, Document, Letter, Message, Step
from complaints.services.documents import new_code
from complaints.services.events import write_event
from complaints.services.questions import ask_questions
from complaints.services.steps import open_step
from guidance.domain.records import Text
from jobs.services import enqueue
from limits.explaining import fingerprint

FILES = (
    (DocumentKind.LETTER, FileFormat.PDF),
    (DocumentKind.LETTER, FileFormat.DOCX),
    (DocumentKind.LETTER, FileFormat.TXT),
    (DocumentKind.SCRIPT, FileFormat.PDF),
)


class StaleLetter(Exception):
    """Another tab saved in between; `current` is what stands now."""

    def __init__(self, current: Letter) -> None:
        self.current = current
        super().__init__(str(current.public_id))


@transaction.atomic
def draft_letter(*, complaint: Complaint, kind: str, today: date) -> Letter:
    """A new letter of a kind; an open draft of the same kind is taken up again.

    Raises ValidationError where the kind does not suit the institution, or there is nothing yet
    to remind of.
    """
    template = documents.template_of(kind)
    open_draft = complaint.letters.filter(kind=kind, state=LetterState.DRAFT).first()
    if open_draft is not None:
        return open_draft  # type: ignore[no-any-return]
    if not documents.may_suit(complaint, kind):
        raise ValidationError(_in_language(template.unsuited), code="unsuited")
    if not documents.may_write(complaint, kind, today):
        raise ValidationError(
            _("还没有可以催办的：先登记信已寄出；到期没有答复，或者收到笼统答复，再写这一封。"),
            code="not_yet",
        )
    return Letter.objects.create(
        owner_id=complaint.owner_id,
        complaint=complaint,
        kind=kind,
        typed=documents.first_values(complaint, kind),
    )


def _in_language(text: Text | None) -> str:
    return text.in_language(get_language() or "zh-hans") if text else ""


@transaction.atomic
def edit_letter(*, letter: Letter, typed: dict[str, Any], seen: str) -> Letter:
    """Keep what was typed, valid or not. `seen` is the fingerprint the page was made from.

    Raises StaleLetter when it moved meanwhile, ValidationError when it is frozen.
    """
    letter = _locked(letter)
    _refuse_frozen(letter)
    if fingerprint(letter.typed) != seen:
        raise StaleLetter(letter)
    letter.typed = typed
    letter.save(update_fields=["typed"])
    return letter


@transaction.atomic
def freeze_letter(*, letter: Letter, actor: User, values: dict[str, Any], today: date) -> Letter:
    """Freeze once: document, inputs and hash; the step it is for; its questions; its files by job.

    `values` are what `letter.typed` cleans to. Freezing again changes nothing. Raises LintError
    when a sentence of ours is wrong in law, StaleLetter when it was edited meanwhile,
    ValidationError when the case has ended or the text is too long for its box.
    """
    typed, letter = letter.typed, _locked(letter)
    if letter.state == LetterState.FROZEN:
        return letter
    if letter.typed != typed:
        raise StaleLetter(letter)
    model = documents.frozen_model(letter, values, today)
    _refuse_too_long(model["paste"])
    letter.state, letter.frozen_at = LetterState.FROZEN, timezone.now()
    letter.model, letter.model_sha256 = model, fingerprint(model)
    letter.template_version = TEMPLATE_VERSION
    _tell(letter, "freeze-letter", actor)
    letter.step = _step_for(letter, actor)
    letter.save()
    ask_questions(complaint=letter.complaint, texts=documents.asked_in(letter, values, today))
    script = documents.script_model(documents.order_of(letter, values, today))
    for kind, file_format in FILES:
        _ask_for(letter, kind, file_format, model if kind == DocumentKind.LETTER else script)
    return letter


def _refuse_too_long(paste: dict[str, Any]) -> None:
    if paste["over"]:
        raise ValidationError(
            _("最短的写法也有 %(length)s 字，比上限多 %(over)s 字。少选几项请求，或者把上限留空。"),
            code="too_long",
            params={"length": paste["length"], "over": paste["over"]},
        )


def _tell(letter: Letter, action: str, actor: User) -> None:
    case = letter.complaint
    write_event(case, action, case.state, actor=actor, letter=str(letter.public_id))


def _step_for(letter: Letter, actor: User) -> Step | None:
    """A reminder belongs to the filing it reminds of and starts no period of its own."""
    template, inputs = documents.template_of(letter.kind), letter.model["inputs"]
    if letter.kind == LetterKind.REMIND:
        return documents.step_before(letter.complaint, template)
    channel, rule = route(template, inputs["licence"], institution_path(inputs["licence"])[1])
    return open_step(
        complaint=letter.complaint,
        channel_code=channel,
        recipient=letter.model["subtitle"],
        rule_code=rule,
        actor=actor,
    )


def _ask_for(letter: Letter, kind: str, file_format: str, model: dict[str, Any]) -> Document:
    model = model | {"letter": str(letter.public_id)}
    key = f"complaints.document:{letter.public_id}:{kind}:{file_format}"
    document = Document.objects.create(
        owner_id=letter.owner_id,
        complaint=letter.complaint,
        letter=letter,
        kind=kind,
        file_format=file_format,
        model=model,
        model_sha256=fingerprint(model),
        verify_code=new_code(letter.public_id, kind, file_format, fingerprint(model)),
        template_version=TEMPLATE_VERSION,
        job_key=key,
    )
    enqueue(kind="complaints.document", key=key, args={"document": str(document.public_id)})
    return document


@transaction.atomic
def amend_letter(*, letter: Letter) -> Letter:
    """A new version to edit; the frozen one stays as it is. An open amendment is taken up again."""
    letter = _locked(letter)
    if letter.state != LetterState.FROZEN:
        return letter
    existing = Letter.objects.filter(amends=letter, state=LetterState.DRAFT).first()
    return existing or Letter.objects.create(
        owner_id=letter.owner_id,
        complaint=letter.complaint,
        kind=letter.kind,
        typed=letter.typed,
        version=letter.version + 1,
        amends=letter,
    )


@transaction.atomic
def discard_letter(*, letter: Letter) -> None:
    """Throw a draft away. Raises ValidationError when it is frozen."""
    letter = _locked(letter)
    _refuse_frozen(letter)
    letter.delete()


@transaction.atomic
def record_reminder(*, letter: Letter, actor: User, sent_on: date, reference_no: str) -> Message:
    """A reminder that was sent is kept in the correspondence; the period runs on unchanged."""
    letter = _locked(letter)
    message = Message.objects.create(
        owner_id=letter.owner_id,
        complaint=letter.complaint,
        step=letter.step,
        direction="out",
        medium=Medium.LETTER,
        happened_on=sent_on,
        with_whom=letter.model["subtitle"][:80],
        reference_no=reference_no,
        text=letter.model["title"],
    )
    _tell(letter, "send-reminder", actor)
    return message


def _locked(letter: Letter) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related("complaint", "step")
    return rows.get(pk=letter.pk)  # type: ignore[no-any-return]


def _refuse_frozen(letter: Letter) -> None:
    if letter.state == LetterState.FROZEN:
        raise ValidationError(_("这封信已经定稿，不能再改。可以另写一个新版本。"), code="frozen")
