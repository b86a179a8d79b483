"""Removing a case: out of reach at once, back for 30 days, then gone; kept where the law asks."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.enums import ErasureState
from accounts.models import Erasure, Notice
from complaints import reminders, services
from complaints.feeds import feed
from complaints.models import CalendarFeed, Complaint, Document, Evidence, Message, Step
from complaints.vault import upkeep
from inputs.clock import today
from portal import erasing
from tests.api_client import with_token
from tests.factories import UserFactory, file, log
from tests.own_data import document_of, evidence_of

LATER = dt.timedelta(days=31)


@pytest.fixture
def case(person, known):
    made = file(person, key="one", facts={"story": "故事"})
    evidence_of(person, made, b"only here")
    document_of(person, made, b"a letter")
    return made


def remove(case):
    return services.remove_complaint(complaint=case, actor=case.owner, now=timezone.now())


def destroy(run_jobs):
    erasing.erase_due(timezone.now() + LATER)
    run_jobs()


def paths(case):
    step = Step.objects.filter(complaint=case).first()
    proof = Evidence.objects.filter(complaint=case).first()
    made = Document.objects.filter(complaint=case).first()
    return [
        f"/complaints/{case.public_id}/",
        f"/complaints/{case.public_id}/evidence/",
        f"/complaints/{case.public_id}/messages/",
        f"/complaints/{case.public_id}/letters/",
        f"/complaints/steps/{step.public_id}/sent/",
        f"/evidence/{proof.public_id}/",
        f"/complaints/documents/{made.public_id}/",
    ]


def test_out_of_every_page_and_the_api_and_back(signed_in, person, case):
    there = {path: signed_in.get(path).status_code for path in paths(case)}
    remove(case)
    assert {signed_in.get(path).status_code for path in paths(case)} == {404}
    assert case.receipt_no not in signed_in.get("/complaints/").content.decode()
    assert case.receipt_no not in signed_in.get("/me/").content.decode()
    api = with_token(person)
    assert api.get("/api/v1/complaints/").json()["results"] == []
    assert api.get(f"/api/v1/complaints/{case.public_id}/").status_code == 404
    page = signed_in.get("/complaints/removed/").content.decode()
    assert case.receipt_no in page
    signed_in.post(f"/complaints/{case.public_id}/put-back/")
    assert {path: signed_in.get(path).status_code for path in paths(case)} == there
    assert Erasure.objects.get().state == ErasureState.CANCELLED


def test_the_pages_lead_there(signed_in, case):
    assert "/remove/" in signed_in.get(f"/complaints/{case.public_id}/").content.decode()
    assert signed_in.get(f"/complaints/{case.public_id}/remove/").status_code == 200
    done = signed_in.post(f"/complaints/{case.public_id}/remove/", follow=True)
    receipt = Erasure.objects.get().receipt_no
    assert receipt in done.content.decode()
    assert signed_in.get("/erased/" + receipt + "/").status_code == 200
    assert "没有最近删除" not in done.content.decode()


def test_others_find_nothing(client, other, case):
    client.force_login(other)
    assert client.get(f"/complaints/{case.public_id}/remove/").status_code == 404
    assert client.post(f"/complaints/{case.public_id}/put-back/").status_code == 404
    remove(case)
    assert client.post(f"/complaints/{case.public_id}/put-back/").status_code == 404
    assert case.receipt_no not in client.get("/complaints/removed/").content.decode()


def test_no_reminder_and_no_calendar_of_it(person, case):
    step = Step.objects.get(complaint=case)
    due = today() + dt.timedelta(days=1)
    Step.objects.filter(pk=step.pk).update(
        sent_on=today(), received_on=today(), due_on=due, clock={"certainty": "firm"}
    )
    address = CalendarFeed.objects.create(owner=person, secret_sha256="x")
    assert str(step.public_id).encode() in feed(address, "zh-hans", today())
    assert reminders._due_steps(today()).count() == 1
    notice = Notice(owner=person, kind="deadline", about=f"complaints.step:{step.public_id}")
    remove(case)
    assert str(step.public_id).encode() not in feed(address, "zh-hans", today())
    assert reminders._due_steps(today()).count() == 0
    assert reminders.needed_of_steps([notice], timezone.now()) == set()


def test_its_notices_leave_the_inbox_and_come_back(signed_in, person, case):
    step = Step.objects.get(complaint=case)
    said = {"data": {"receipt": case.receipt_no, "day": "2026-12-01"}, "path": "/x/"}
    for about in (f"complaints.step:{step.public_id}", "complaints.draft:other"):
        Notice.objects.create(owner=person, kind="deadline", about=about, stage="x", **said)
    mine = Notice.objects.for_user(person)
    remove(case)
    assert [row.about for row in mine.shown()] == ["complaints.draft:other"]
    assert mine.unread().count() == 1
    services.restore_complaint(complaint=case, actor=person, now=timezone.now())
    assert mine.shown().count() == 2


def test_nothing_is_destroyed_within_30_days(case, run_jobs):
    remove(case)
    erasing.erase_due(timezone.now() + dt.timedelta(days=29))
    run_jobs()
    assert Complaint.objects.filter(pk=case.pk).exists()


def test_then_it_goes_with_its_files_and_a_receipt(case, person, run_jobs):
    run_jobs()
    names = [Evidence.objects.get().original.name]
    names += list(Document.objects.exclude(file="").values_list("file", flat=True))
    change = case.change
    asked = remove(case)
    destroy(run_jobs)
    asked.refresh_from_db()
    assert asked.state == ErasureState.DONE
    assert asked.counts["files"] == len(names)
    assert not Complaint.objects.filter(pk=case.pk).exists()
    assert not Step.objects.exists()
    assert not any(default_storage.exists(name) for name in names)
    change.refresh_from_db()  # the ledger stays
    erasing.erase_due(timezone.now() + LATER)
    run_jobs()


def test_evidence_another_case_uses_stays(case, person, run_jobs):
    second = file(person, log(person, product="huabei"), key="two")
    shared, own = Evidence.objects.get(), evidence_of(person, case, b"second file")
    said = Message.objects.create(
        owner=person,
        complaint=second,
        direction="in",
        medium="call",
        happened_on=today(),
        text="x",
    )
    said.evidence.add(shared)
    remove(case)
    destroy(run_jobs)
    shared.refresh_from_db()
    assert shared.complaint is None
    assert default_storage.exists(shared.original.name)
    assert not Evidence.objects.filter(pk=own.pk).exists()
    assert Complaint.objects.filter(pk=second.pk).exists()


class TestHeld:
    @pytest.fixture
    def held(self, case):
        return services.hold_complaint(
            complaint=case,
            until=today() + dt.timedelta(days=90),
            reason="dispute",
            actor=UserFactory(staff=True),
            today=today(),
        )

    def test_it_is_kept_and_the_page_says_until_when(self, signed_in, held, run_jobs):
        page = signed_in.get(f"/complaints/{held.public_id}/remove/").content.decode()
        assert "诉讼、仲裁" in page
        asked = remove(held)
        destroy(run_jobs)
        asked.refresh_from_db()
        assert (asked.state, asked.held) == (ErasureState.HELD, 1)
        assert Complaint.objects.filter(pk=held.pk).exists()
        assert signed_in.get(f"/complaints/{held.public_id}/").status_code == 404
        page = signed_in.get("/complaints/removed/").content.decode()
        assert "依法须保留到" in page

    def test_when_the_hold_ends_it_goes(self, held, run_jobs):
        asked = remove(held)
        erasing.erase_due(timezone.now() + dt.timedelta(days=92))
        run_jobs()
        asked.refresh_from_db()
        assert asked.state == ErasureState.DONE
        assert not Complaint.objects.filter(pk=held.pk).exists()

    def test_evidence_taken_out_is_kept_while_the_case_is_held(self, signed_in, held):
        row = Evidence.objects.get(complaint=held)
        assert "案件依法须保留到" in signed_in.get(f"/evidence/{row.public_id}/").content.decode()
        signed_in.post(f"/evidence/{row.public_id}/remove/")
        assert "案件依法须保留到" in signed_in.get("/evidence/").content.decode()
        assert "案件依法须保留到" in signed_in.get(f"/evidence/{row.public_id}/").content.decode()
        upkeep.purge(timezone.now() + dt.timedelta(days=8))
        row.refresh_from_db()
        assert row.removed_at is not None
        assert default_storage.exists(row.original.name)
        upkeep.purge(timezone.now() + dt.timedelta(days=92))
        assert not Evidence.objects.filter(pk=row.pk).exists()

    def test_the_proof_of_a_held_step_is_kept_in_no_case(self, person, held):
        proof = evidence_of(person, None, b"proof", removed_at=timezone.now())
        Step.objects.filter(complaint=held).update(proof=proof)
        upkeep.purge(timezone.now() + dt.timedelta(days=8))
        assert Evidence.objects.filter(pk=proof.pk).exists()

    def test_holding_and_releasing_are_events(self, held):
        services.release_complaint(complaint=held, actor=UserFactory(staff=True))
        services.release_complaint(complaint=held, actor=UserFactory(staff=True))
        actions = list(held.events.values_list("action", flat=True))
        assert actions[-2:] == ["hold", "release"]

    @pytest.mark.parametrize(
        ("days", "reason", "code"),
        [(-1, "law", "past"), (1, "", "required")],
        ids=["a day that is over", "no reason"],
    )
    def test_a_hold_needs_a_day_to_come_and_a_reason(self, case, days, reason, code):
        with pytest.raises(ValidationError) as refused:
            services.hold_complaint(
                complaint=case,
                until=today() + dt.timedelta(days=days),
                reason=reason,
                actor=UserFactory(staff=True),
                today=today(),
            )
        (errors,) = refused.value.error_dict.values()
        assert errors[0].code == code
