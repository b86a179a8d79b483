"""Filing: once, whole, frozen."""

import threading

import pytest
from django.db import connection

from complaints.documents import whole
from complaints.domain.workflow import TransitionNotAllowed
from complaints.models import Complaint, ComplaintDraft, ComplaintEvent, Document, FilingKey
from complaints.services import KeyReused, act, file_once, record_reply, record_sent, start_draft
from jobs.models import Job
from limits.services import correct_change
from tests.factories import ANSWERS, UserFactory, file, log

pytestmark = pytest.mark.django_db


def test_filing_writes_case_event_step_documents_and_jobs_together(person, known):
    case = file(person)
    assert case.receipt_no.startswith("LL20261122-")
    assert [event.action for event in case.events.all()] == ["file"]
    assert case.steps.get().rule_code == "D01"
    assert set(case.documents.values_list("kind", flat=True)) == {"letter", "report"}
    assert Job.objects.filter(kind="complaints.document").count() == 2
    assert not ComplaintDraft.objects.exists()


def test_the_same_key_gives_the_same_case(person, known):
    change = log(person)
    one = file(person, change, key="k")
    two = file(person, change, key="k")
    assert one.pk == two.pk
    assert Complaint.objects.count() == FilingKey.objects.count() == 1
    assert ComplaintEvent.objects.count() == 1


def test_the_same_key_with_other_facts_is_refused(person, known):
    change = log(person)
    file(person, change, key="k")
    with pytest.raises(KeyReused):
        file(person, change, key="k", facts={"story": "别的"})


def test_the_same_key_of_another_person_is_another_case(person, other, known):
    assert file(person, key="k").pk != file(other, key="k").pk


def test_facts_stay_frozen_when_the_ledger_is_corrected(person, known):
    import datetime as dt

    change = log(person)
    case = file(person, change)
    before = case.facts
    correct_change(
        change=change,
        today=dt.date(2026, 11, 22),
        product="jiebei",
        before=100,
        after=0,
        effective_on=change.effective_on,
    )
    case.refresh_from_db()
    assert case.facts == before
    assert case.facts["changes"][0]["before_fen"] == 5_000_000


def test_a_rejected_pair_is_not_told_in_the_letter(person, known):
    import datetime as dt

    from limits.models import Migration
    from limits.services import decide_migration

    change = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    decide_migration(
        migration=Migration.objects.get(), confirmed=False, today=dt.date(2026, 11, 22)
    )
    assert file(person, change).facts["rise"] is None


def test_no_answer_to_a_sensitive_question_reaches_the_case(person, known):
    import datetime as dt

    from limits.services import answer_question

    change = log(person, stated_reason="账户异常，保护中")
    answer_question(
        change=change, question="cash-out-like", answer="yes", today=dt.date(2026, 11, 22)
    )
    case = file(person, change)
    text = str(case.facts) + str([row.model for row in case.documents.all()])
    assert "cash-out" not in text
    assert known.signals["AN_CASHOUT_LIKE"].text.zh not in text


def test_documents_are_made_once_and_their_hash_is_true(person, known, run_jobs):
    import hashlib

    case = file(person)
    run_jobs()
    for document in case.documents.all():
        data = whole(document)
        assert hashlib.sha256(data).hexdigest() == document.sha256
        assert document.size == len(data)
        assert document.pages >= 1
    assert run_jobs() == 0


def test_steps_of_the_workflow_and_reopening(person, known):
    import datetime as dt

    case = file(person)
    step = case.steps.get()
    day = dt.date(2026, 11, 3)
    record_sent(step=step, actor=person, sent_on=day, received_on=day, reference_no="A1")
    record_reply(
        step=step, actor=person, answered_on=day, answer_text="综合评估", reply_kind="generic"
    )
    case = act(complaint=case, action="close", actor=person)
    assert case.closed_at is not None
    with pytest.raises(TransitionNotAllowed):
        act(complaint=case, action="withdraw", actor=person)
    case = act(complaint=case, action="reopen", actor=person)
    assert (case.state, case.closed_at) == ("replied", None)  # where it was left
    assert [event.action for event in case.events.order_by("pk")] == [
        "file",
        "record-received",
        "record-reply",
        "close",
        "reopen",
    ]


def test_a_sentence_wrong_in_law_stops_the_filing_and_keeps_the_draft(
    client, person, known, monkeypatch
):
    from complaints.domain.lint import LintError

    def refuse(*args):
        raise LintError("fifteen-working-days")

    monkeypatch.setattr("complaints.documents.compose_letter", refuse)
    change = log(person)
    draft = start_draft(owner=person, change=change)
    draft.typed = {
        "change": {"change": str(change.public_id)},
        "respondent": {"institution": "ant-cf"},
        "facts": {},
        "demands": {"demands": ["explain-reason"]},
        "contact": {},
    }
    draft.save()
    client.force_login(person)
    answer = client.post(
        f"/complaints/drafts/{draft.public_id}/check/", {"version": 1, "truth": "on", "key": "k"}
    )
    assert answer.status_code == 422
    assert "草稿已保存" in answer.content.decode()
    assert not Complaint.objects.exists()
    assert ComplaintDraft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_give_one_case(known):
    """Ten threads, one key: one case, and every thread is told the same receipt."""
    import datetime as dt

    if connection.vendor == "sqlite":
        pytest.skip("an in-memory SQLite has one connection; the race is run on PostgreSQL")
    owner = UserFactory()
    change = log(owner)
    draft = start_draft(owner=owner, change=change)
    answers = {**ANSWERS, "change": {"change": str(change.public_id)}}
    receipts, errors = [], []

    def submit():
        try:
            case = file_once(draft=draft, answers=answers, key="k", today=dt.date(2026, 11, 22))
            receipts.append(case.receipt_no)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _index in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(set(receipts)) == Complaint.objects.count() == 1
    assert Document.objects.count() == 2
