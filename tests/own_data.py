"""A person who owns one of everything, with a word of his own in every place for own words."""

import datetime as dt
import json
import tempfile
import uuid

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from accounts import keyring
from accounts.crypto import FileSealer, new_file_key
from accounts.data_map import SELF, data_map
from accounts.models import (
    Access,
    ApiToken,
    Consent,
    Export,
    IdempotentRequest,
    Notice,
    NoticeChoice,
    User,
)
from complaints.documents import sealed
from complaints.enums import FileRole
from complaints.models import (
    AskedQuestion,
    CalendarFeed,
    Complaint,
    ComplaintDraft,
    DemandResult,
    Document,
    Evidence,
    Extension,
    FollowUp,
    InternalNote,
    Letter,
    Message,
    Step,
)
from complaints.models.evidence import evidence_place, file_place
from complaints.vault import files
from jobs.models import Job
from limits.models import (
    Answer,
    Assessment,
    Bill,
    Confirmation,
    ImportBatch,
    ImportRow,
    LimitChange,
    Migration,
    Reading,
    SealedAnswer,
    Upload,
)
from records.models import (
    Circumstances,
    CreditReport,
    Debt,
    Inquiry,
    PlanEvent,
    PlanItem,
    ReportEntry,
)
from summaries.models import Summary
from tests.factories import file, log

DAY = dt.date(2026, 11, 22)
JSON_WORDS = "own words"


def exported(owner, state="queued"):
    """A copy that was asked for, without a job."""
    ready = {"ready_at": timezone.now(), "sha256": "0" * 64} if state == "ready" else {}
    return Export.objects.create(owner=owner, state=state, **ready)


def personal_models():
    """Every table with rows of persons, by label, with the path to the person."""
    found = {}
    for label, entry in data_map().models.items():
        if entry.is_personal:
            found[label] = "pk" if entry.person == SELF else entry.person
    return found


def rows_of(owner_pk):
    """How many rows of every kind belong to the person with this key."""
    return {
        label: apps.get_model(label)._base_manager.filter(**{path: owner_pk}).count()
        for label, path in personal_models().items()
    }


def evidence_of(owner, case, body, **fields):
    """A file straight into the vault: what it looks like does not matter here."""
    import hashlib

    public_id, key = uuid.uuid4(), new_file_key()
    with tempfile.TemporaryFile() as out:
        sealer = FileSealer(out, key, file_place(public_id, FileRole.ORIGINAL))
        sealer.write(body)
        sealer.finish()
        name = files.store(out, files.file_name(public_id, FileRole.ORIGINAL))
    given = {
        "kind": "call",
        "state": "ready",
        "media_type": "audio/mpeg",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return Evidence.objects.create(
        public_id=public_id,
        owner=owner,
        complaint=case,
        sealed_key=keyring.seal_bytes(key, evidence_place(public_id), owner),
        original=name,
        **{**given, **fields},
    )


def document_of(owner, case, body, **fields):
    """A finished letter of a case, sealed in storage."""
    row = Document(
        owner=owner,
        complaint=case,
        kind="letter",
        file_format="txt",
        model={},
        model_sha256=uuid.uuid4().hex,
        template_version="1",
        job_key=uuid.uuid4().hex,
        **fields,
    )
    made = sealed.store(row, body, pages=1)
    row.state, row.ready_at, row.file = "ready", timezone.now(), made.name
    row.sealed_key, row.sha256, row.size = made.sealed_key, made.sha256, made.size
    row.save(force_insert=True)
    return row


def everything(owner, word, *, staff=None):
    """One of every model and kind of file, each place for own words holding `word`."""
    case = _case(owner, word, staff)
    _ledger(owner, case.change, word)
    _plan(owner, word)
    _account(owner, word, staff, case)
    fill_words(owner, word)
    # What these rows asked for (reports, summaries) takes seconds and adds no kind of row.
    Job.objects.all().delete()
    return case


def _case(owner, word, staff):
    case = file(owner, key=f"k-{word}", facts={"story": word})
    step = Step.objects.create(
        owner=owner, complaint=case, channel_code="CH-01", recipient="x", rule_code="R", sent_on=DAY
    )
    Extension.objects.create(
        owner=owner, step=step, announced_on=DAY, due_on=DAY + dt.timedelta(days=9), reason="x"
    )
    if staff is not None:
        InternalNote.objects.create(complaint=case, author=staff, text="staff only")
    letter = Letter.objects.create(owner=owner, complaint=case, step=step, kind="complaint")
    document_of(owner, case, f"letter of {word}".encode(), letter=letter)
    proof = evidence_of(owner, case, f"recording of {word}".encode())
    said = Message.objects.create(
        owner=owner, complaint=case, direction="in", medium="call", happened_on=DAY, text="x"
    )
    said.evidence.add(proof)
    AskedQuestion.objects.create(owner=owner, complaint=case, text="x", answered_by=said)
    FollowUp.objects.create(owner=owner, complaint=case, due_on=DAY)
    CalendarFeed.objects.create(owner=owner, complaint=case, secret_sha256=uuid.uuid4().hex)
    DemandResult.objects.get_or_create(
        owner=owner, complaint=case, demand="explain-reason", defaults={"result": "met"}
    )
    ComplaintDraft.objects.create(owner=owner, typed={"facts": {"story": word}})
    Summary.objects.create(
        owner=owner, kind="case", subject="x", input_hash="x", sentences=[], made_at=timezone.now()
    )
    return case


def _ledger(owner, change, word):
    rise = log(owner, product="wangshangdai", before=0, after=5_000_000)
    Migration.objects.get_or_create(
        fall=change, rise=rise, defaults={"owner": owner, "days": 1, "strength": 1}
    )
    Reading.objects.create(owner=owner, line=change.line, observed_on=DAY, limit_fen=100)
    Answer.objects.create(owner=owner, change=change, question_slug="q", answer_slug="yes")
    hidden = SealedAnswer(owner=owner, change=change, question_slug="s")
    hidden.sealed = keyring.seal(f"sealed {word}", hidden.place, owner)
    hidden.save()
    judged = Assessment(
        owner=owner,
        change=change,
        content_version="1",
        inputs={"answers": {}},
        result={"causes": []},
        input_hash="x",
    )
    judged.sealed_result = keyring.seal(json.dumps({"sealed": word}), judged.place, owner)
    judged.save()
    said = Confirmation(owner=owner, change=change, kind="specific")
    said.put("some-cause", f"sealed quote {word}", sensitive=True)
    said.save()
    batch = ImportBatch.objects.create(owner=owner, state="saved")
    ImportRow.objects.create(batch=batch, number=1, change=change)
    waiting = Upload(owner=owner, purpose="bill", size=1)
    waiting.sealed = keyring.seal(word, waiting.place, owner)
    waiting.save()
    bill = Bill(owner=owner, state="saved")
    found = {"stated": 0, "void": 0, "unreadable": {}, "findings": [{"code": word}]}
    bill.sealed_findings = keyring.seal(json.dumps(found), bill.place, owner)
    bill.accept([f"code {word}"])
    bill.save()


def _plan(owner, word):
    item = PlanItem.objects.create(owner=owner, own_title="x")
    PlanEvent.objects.create(item=item, action="add", state_from="", state_to="todo")
    told, _made = Circumstances.objects.get_or_create(owner=owner)
    told.sealed_income = keyring.seal("123456789", told.place, owner)
    told.save()
    Debt.objects.create(owner=owner, name="x", owed_fen=100, as_of=DAY)
    # A draft: only there are sentences of the paper kept.
    report = CreditReport.objects.create(owner=owner, reported_on=DAY, kind="brief")
    rows = {"owner": owner, "report": report, "confirmed": False}
    ReportEntry.objects.create(kind="loan", lender="x", **rows)
    Inquiry.objects.create(on=DAY, who="x", reason="x", **rows)


def _account(owner, word, staff, case):
    now = timezone.now()
    Consent.objects.create(owner=owner, kind="terms", text_version="1", given_at=now)
    ApiToken.objects.create(
        owner=owner, name="x", key_hash=uuid.uuid4().hex, hint="x", expires_at=now
    )
    IdempotentRequest.objects.create(owner=owner, key="x", path="/x/", body_hash="x", answer={})
    Notice.objects.create(owner=owner, kind="draft", about="x:y", stage="x", data={})
    NoticeChoice.objects.create(owner=owner, kind="draft", how="none")
    Access.objects.create(
        owner=owner,
        actor=staff,
        role="staff",
        what="complaint",
        about=case.public_id,
        view="change",
    )
    exported(owner)
    address = EmailAddress.objects.filter(user=owner).first()
    EmailConfirmation.objects.create(email_address=address, key=uuid.uuid4().hex)
    Authenticator.objects.create(user=owner, type="totp", data={"secret": "x"})
    UserSession.objects.create(
        user=owner, ip="192.0.2.1", session_key=uuid.uuid4().hex[:32], user_agent="x", data={}
    )
    LogEntry.objects.create(
        user=owner,
        content_type=ContentType.objects.get_for_model(Complaint),
        object_id=str(case.pk),
        object_repr=case.receipt_no,
        action_flag=2,
    )


def fill_words(owner, word):
    """Write the word into every field the data map calls own words, whatever model it is in."""
    for label, path in personal_models().items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{path: owner.pk})
        for field in data_map().models[label].fields:
            if field.kind == "words":
                _fill(rows, model._meta.get_field(field.name), word)


def _fill(rows, column, word):
    if isinstance(column, models.JSONField):
        for row in rows:
            old = getattr(row, column.name)
            new = [*old, word] if isinstance(old, list) else {**(old or {}), JSON_WORDS: word}
            rows.filter(pk=row.pk).update(**{column.name: new})
    elif (column.model is User and column.name == "email") or column.model is EmailAddress:
        rows.update(email=f"{word}@example.org")
    elif column.model is Confirmation:
        return  # a sealed one has its words in the seal
    elif column.unique:
        raise AssertionError(f"own words in a unique field: {column}")
    elif rows.exists():
        rows.update(**{column.name: word})


__all__ = ["LimitChange", "everything", "exported", "fill_words", "personal_models", "rows_of"]
