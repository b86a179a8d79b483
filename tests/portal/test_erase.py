"""Deleting an account: on its day, called off, for good, with a receipt that names nobody."""

import datetime as dt
import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import keyring
from accounts.crypto import SealBroken
from accounts.enums import ErasureState
from accounts.models import Access, Erasure, Notice, User
from accounts.services import cancel_erasure, request_erasure, tell
from complaints.models import Complaint, Document, Evidence, Step
from complaints.services import hold_complaint, release_complaint, remove_complaint
from complaints.vault import files
from complaints.vault.files import names_of
from inputs.clock import today
from jobs.models import Job
from portal import erasing
from portal.erasing import sessions, sweeping
from tests.factories import UserFactory, file, log
from tests.own_data import everything, evidence_of, rows_of

MINE, THEIRS = "cnrymine7f3", "cnrytheirs9b1"
PASSWORD = "a long enough one"


@pytest.fixture
def full(person, other, known, run_jobs):
    staff = UserFactory(staff=True)
    everything(person, MINE, staff=staff)
    everything(other, THEIRS, staff=staff)
    person.refresh_from_db()
    other.refresh_from_db()
    return person


def names(user):
    made = Document.objects.filter(owner=user).exclude(file="")
    evidence = names_of(Evidence.objects.filter(owner=user))
    return [*made.values_list("file", flat=True), *evidence]


def sign_in_anew(client, user):
    Authenticator.objects.filter(user=user).delete()
    user.set_password(PASSWORD)
    user.save()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/me/erase/"})


def erase(user, run_jobs, at_once=True):
    asked = request_erasure(owner=user, at_once=at_once, now=timezone.now())
    run_jobs()
    asked.refresh_from_db()
    return asked


def words_left(word):
    """(table, column) of every text or JSON value in the database that holds the word."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                name = connection.ops.quote_name(column.name)
                cursor.execute(
                    f"SELECT count(*) FROM {connection.ops.quote_name(table)} "
                    f"WHERE CAST({name} AS text) LIKE %s",
                    [f"%{word}%"],
                )
                if cursor.fetchone()[0]:
                    found.append((table, column.name))
    return found


class TestAtOnce:
    def test_everything_goes_and_others_stay(self, full, other, run_jobs):
        pk, before, mine, theirs = full.pk, rows_of(other.pk), names(full), names(other)
        assert mine
        asked = erase(full, run_jobs)
        assert asked.state == ErasureState.DONE
        assert not User.objects.filter(pk=pk).exists()
        assert not any(rows_of(pk).values())
        assert rows_of(other.pk) == before
        assert not any(default_storage.exists(name) for name in mine)
        assert all(default_storage.exists(name) for name in theirs)

    def test_no_word_is_left_in_any_table(self, full, run_jobs):
        assert words_left(MINE)
        theirs = words_left(THEIRS)
        erase(full, run_jobs)
        assert words_left(MINE) == []
        assert words_left(THEIRS) == theirs

    def test_the_key_is_destroyed_and_a_tombstone_stays(self, full, run_jobs):
        public_id = full.public_id
        assert keyring.has_key(public_id)
        erase(full, run_jobs)
        assert not keyring.has_key(public_id)
        assert keyring.erased_people() == [public_id]

    def test_a_file_that_cannot_be_deleted_saves_no_key(self, full, run_jobs, monkeypatch):
        class Full:
            def delete(self, _name):
                raise OSError

        request_erasure(owner=full, at_once=True, now=timezone.now())
        with transaction.atomic():
            erasing.erase(Erasure.objects.get().receipt_no, timezone.now())()
        job = Job.objects.get(kind="portal.sweep")
        monkeypatch.setattr(sweeping, "default_storage", Full())
        with pytest.raises(OSError):
            sweeping.sweep(job)
        assert not keyring.has_key(full.public_id)
        assert keyring.erased_people() == [full.public_id]

    def test_a_key_that_outlived_its_job_is_asked_for_again(self, full, run_jobs):
        request_erasure(owner=full, at_once=True, now=timezone.now())
        with transaction.atomic():
            erasing.erase(Erasure.objects.get().receipt_no, timezone.now())()
        Job.objects.filter(kind="portal.sweep").delete()
        assert keyring.has_key(full.public_id)
        erasing.ask_for_lost_keys(timezone.now())
        run_jobs()
        assert not keyring.has_key(full.public_id)
        erasing.ask_for_lost_keys(timezone.now())
        assert Job.objects.filter(kind="portal.sweep").count() == 1

    def test_the_office_log_forgets_the_receipt_number(self, full, run_jobs):
        case = Complaint.objects.get(owner=full)
        staff = UserFactory(staff=True)
        log = LogEntry.objects.filter(object_repr=case.receipt_no)
        log.update(user=staff)
        erase(full, run_jobs)
        assert not log.exists()

    def test_every_session_ends(self, full, run_jobs):
        known, forced = Client(), Client()
        sign_in_anew(known, full)
        forced.force_login(full)
        stays = Client()
        stays.force_login(UserFactory())
        assert Session.objects.count() >= 3
        erase(full, run_jobs)
        assert known.get("/me/").status_code == 302
        assert forced.get("/me/").status_code == 302
        assert stays.get("/me/").status_code == 200

    def test_nobody_signs_in_between_asking_and_deleting(self, client, full):
        request_erasure(owner=full, at_once=True, now=timezone.now())
        client.force_login(full)
        assert client.get("/me/").status_code == 302

    def test_twice_is_the_same_as_once(self, full, run_jobs):
        asked = erase(full, run_jobs)
        before = asked.counts
        Job.objects.filter(kind__in=["portal.erase", "portal.sweep"]).update(
            state="queued", done_at=None
        )
        run_jobs()
        asked.refresh_from_db()
        assert asked.counts == before

    def test_staff_who_wrote_notes_can_go_too(self, full, run_jobs):
        staff = User.objects.get(is_staff=True)
        User.objects.filter(pk=staff.pk).update(is_staff=False)
        erase(staff, run_jobs)
        assert not User.objects.filter(pk=staff.pk).exists()
        assert Complaint.objects.get(owner=full).notes.get().author is None
        assert Access.objects.get(owner=full).actor is None


class TestWaiting:
    def test_nothing_goes_before_its_day(self, full, run_jobs):
        asked = erase(full, run_jobs, at_once=False)
        assert asked.state == ErasureState.WAITING
        assert asked.due_at - asked.asked_at == dt.timedelta(days=7)
        assert User.objects.filter(pk=full.pk, is_active=True).exists()
        erasing.erase_due(asked.due_at - dt.timedelta(seconds=1))
        run_jobs()
        assert User.objects.filter(pk=full.pk).exists()

    def test_on_its_day_it_goes_even_when_its_job_was_lost(self, full, run_jobs):
        asked = erase(full, run_jobs, at_once=False)
        Job.objects.filter(kind="portal.erase").delete()
        erasing.erase_due(asked.due_at)
        run_jobs()
        assert not User.objects.filter(pk=full.pk).exists()

    def test_one_that_fails_keeps_no_other_waiting(self, full, other, run_jobs, monkeypatch):
        asked = [
            request_erasure(owner=user, at_once=False, now=timezone.now()) for user in (full, other)
        ]
        first, real = full.pk, erasing.erase_all

        def fail_for_the_first(user):
            if user.pk == first:
                raise RuntimeError
            return real(user)

        monkeypatch.setattr(erasing, "erase_all", fail_for_the_first)
        erasing.erase_due(asked[1].due_at)
        run_jobs()
        assert User.objects.filter(pk=full.pk).exists()
        assert not User.objects.filter(pk=other.pk).exists()

    def test_every_page_says_so_and_one_post_calls_it_off(self, client, full, run_jobs):
        client.force_login(full)
        asked = erase(full, run_jobs, at_once=False)
        for path in ("/me/", "/complaints/", "/plan/"):
            assert "取消删除" in client.get(path).content.decode()
        assert client.post("/me/erase/cancel/")["Location"] == "/me/account/"
        asked.refresh_from_db()
        assert asked.state == ErasureState.CANCELLED
        client.get("/me/")  # shows the message once
        assert "取消删除" not in client.get("/complaints/").content.decode()
        erasing.erase_due(asked.due_at)
        run_jobs()
        assert User.objects.filter(pk=full.pk).exists()
        assert "没有等待中的删除" in client.post("/me/erase/cancel/", follow=True).content.decode()

    def test_public_pages_are_the_same_for_everyone(self, client, full, run_jobs):
        client.force_login(full)
        erase(full, run_jobs, at_once=False)
        assert "取消删除" not in client.get("/privacy/").content.decode()

    def test_no_more_mail_but_the_notice_stays(self, person, mailoutbox, run_jobs):
        from accounts.mailing import send_queued
        from accounts.senders import EmailSender

        noon = dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)
        request_erasure(owner=person, at_once=False, now=noon)
        tell(owner=person, kind="draft", about="x:1", stage="x", path="", data={})
        Notice.objects.update(created_at=noon)
        send_queued(lambda: noon, EmailSender(), lambda *_said: None)
        assert mailoutbox == []
        assert Notice.objects.get().state == "kept"

    def test_one_mail_tells_the_owner_of_the_address(self, person, mailoutbox, run_jobs):
        asked = erase(person, run_jobs, at_once=False)
        (mail,) = mailoutbox
        assert mail.to == [person.email]
        assert f"/erased/{asked.receipt_no}/" in mail.body
        assert "/me/account/" in mail.body

    def test_none_once_it_was_called_off(self, person, mailoutbox, run_jobs):
        request_erasure(owner=person, at_once=False, now=timezone.now())
        cancel_erasure(owner=person, now=timezone.now())
        run_jobs()
        assert mailoutbox == []

    def test_asking_again_keeps_the_number_and_at_once_is_earlier(self, person):
        now = timezone.now()
        first = request_erasure(owner=person, at_once=False, now=now)
        again = request_erasure(owner=person, at_once=False, now=now + dt.timedelta(days=1))
        assert (again.receipt_no, again.due_at) == (first.receipt_no, first.due_at)
        sooner = request_erasure(owner=person, at_once=True, now=now + dt.timedelta(days=2))
        assert sooner.receipt_no == first.receipt_no
        assert sooner.due_at == now + dt.timedelta(days=2)


class TestHeld:
    @pytest.fixture
    def held(self, full):
        case = Complaint.objects.get(owner=full)
        staff = UserFactory(staff=True)
        hold_complaint(
            complaint=case,
            until=today() + dt.timedelta(days=40),
            reason="law",
            actor=staff,
            today=today(),
        )
        return case

    def test_all_else_goes_and_the_account_is_a_shell(self, full, held, run_jobs):
        asked = erase(full, run_jobs)
        assert (asked.state, asked.held) == (ErasureState.HELD, 1)
        shell = User.objects.get(pk=full.pk)
        assert not shell.is_active
        assert shell.email.endswith("@erased.invalid")
        left = {label for label, count in rows_of(full.pk).items() if count}
        assert "complaints.Complaint" in left
        assert {"records.Debt", "limits.Bill", "accounts.Notice", "limits.Reading"}.isdisjoint(left)
        assert keyring.has_key(full.public_id)
        row = Evidence.objects.get(owner=full)
        assert files.read(row, files.FileRole.ORIGINAL)

    def test_what_a_held_case_stands_on_stays_wherever_it_is_filed(self, full, held, run_jobs):
        second = file(full, log(full, product="huabei"), key="second")
        proof, told = evidence_of(full, None, b"proof"), evidence_of(full, second, b"told")
        unused = evidence_of(full, second, b"unused")
        Step.objects.filter(pk=held.steps.first().pk).update(proof=proof)
        held.messages.first().evidence.add(told)
        erase(full, run_jobs)
        assert not Complaint.objects.filter(pk=second.pk).exists()
        assert not Evidence.objects.filter(pk=unused.pk).exists()
        assert not default_storage.exists(unused.original.name)
        for row in (proof, told):
            row.refresh_from_db()
            assert row.complaint is None
            assert files.read(row, files.FileRole.ORIGINAL)

    def test_of_two_held_cases_each_loses_its_files_when_its_hold_ends(self, full, held, run_jobs):
        second = file(full, log(full, product="huabei"), key="second")
        row, actor = evidence_of(full, second, b"of the second"), UserFactory(staff=True)
        until = today() + dt.timedelta(days=90)
        told = {"until": until, "reason": "law", "actor": actor, "today": today()}
        hold_complaint(complaint=second, **told)
        asked = erase(full, run_jobs)
        assert asked.held == 2
        first_files = names_of(Evidence.objects.filter(complaint=held))
        release_complaint(complaint=held, actor=actor)
        erasing.erase_due(timezone.now())
        run_jobs()
        asked.refresh_from_db()
        assert asked.held == 1
        assert first_files
        assert not any(default_storage.exists(name) for name in first_files)
        assert default_storage.exists(row.original.name)
        sweeps = Job.objects.filter(kind="portal.sweep").count()
        erasing.erase_due(timezone.now())  # nothing left to do before the hold ends
        run_jobs()
        assert Job.objects.filter(kind="portal.sweep").count() == sweeps

    def test_it_says_so_on_the_receipt_and_ends_by_itself(self, client, full, held, run_jobs):
        asked = erase(full, run_jobs)
        page = client.get(f"/erased/{asked.receipt_no}/").content.decode()
        assert "依法须保留到" in page
        erasing.erase_due(timezone.now())
        run_jobs()
        asked.refresh_from_db()
        assert asked.state == ErasureState.HELD
        release_complaint(complaint=held, actor=UserFactory(staff=True))
        erasing.erase_due(timezone.now())
        run_jobs()
        asked.refresh_from_db()
        assert asked.state == ErasureState.DONE
        assert not User.objects.filter(pk=full.pk).exists()
        assert not keyring.has_key(full.public_id)
        assert words_left(MINE) == []

    def test_the_page_says_so_before(self, client, full, held):
        sign_in_anew(client, full)
        page = client.get("/me/erase/").content.decode()
        assert held.receipt_no in page
        assert "保存期没有届满" in page


class TestAfterARestore:
    def test_who_was_erased_is_erased_again(self, full, other, run_jobs, settings, tmp_path):
        public_id = full.public_id
        keyring.destroy(public_id)  # erased since; the database is an older one
        keyring.forget()
        row = Evidence.objects.get(owner=full)
        with pytest.raises(SealBroken):
            next(files.pieces(row, files.FileRole.ORIGINAL))
        assert erasing.erase_again() == 1
        run_jobs()
        assert not User.objects.filter(public_id=public_id).exists()
        assert words_left(MINE) == []
        assert User.objects.filter(pk=other.pk).exists()
        assert erasing.erase_again() == 0

    def test_preparing_the_site_does_so(self, full, monkeypatch):
        keyring.destroy(full.public_id)
        from portal.management.commands.serve import Command

        monkeypatch.setattr(Command, "_collect_static", lambda self: None)
        monkeypatch.setattr(Command, "_first_operator", lambda self: None)
        out = StringIO()
        call_command("serve", prepare_only=True, stdout=out)
        assert "erased again after a restore: 1" in out.getvalue()
        assert not User.objects.filter(pk=full.pk).exists()


class TestPages:
    def test_from_asking_to_the_receipt(self, client, full, run_jobs):
        sign_in_anew(client, full)
        page = client.get("/me/erase/").content.decode()
        assert "/me/export/" in page
        assert client.post("/me/erase/", {}).status_code == 422
        gone = client.post("/me/erase/", {"when": "now", "agree": "on"})
        receipt = gone["Location"]
        assert "等待删除" in client.get(receipt).content.decode()
        run_jobs()
        page = Client().get(receipt).content.decode()
        assert "已删除" in page
        assert "投诉、证据和文书" in page
        assert MINE not in page
        assert client.get("/me/").status_code == 302

    def test_staff_cannot_take_their_own_trail_away(self, client, db):
        staff = UserFactory(staff=True)
        client.force_login(staff)
        with pytest.raises(ValidationError, match="工作人员"):
            request_erasure(owner=staff, at_once=True, now=timezone.now())
        sign_in_anew(client, staff)
        page = client.post("/me/erase/", {"when": "now", "agree": "on"})
        assert page.status_code == 422
        assert "先请管理员收回工作人员权限" in page.content.decode()
        assert not Erasure.objects.exists()

    def test_by_default_it_waits_a_week(self, client, full):
        sign_in_anew(client, full)
        assert (
            "取消删除"
            in client.post(
                "/me/erase/", {"when": "week", "agree": "on"}, follow=True
            ).content.decode()
            or client.get("/me/").content.decode()
        )
        assert Erasure.objects.get().state == ErasureState.WAITING

    def test_an_unknown_number_is_not_found(self, client, db):
        assert client.get("/erased/AAAAA-AAAAA-AAAAA-AAAAA/").status_code == 404

    def test_numbers_cannot_be_tried_without_end(self, client, db, settings):
        settings.API_RATE = "3/min"
        found = {client.get(f"/erased/{n}/").status_code for n in range(6)}
        assert found == {404, 429}

    def test_an_old_session_must_sign_in_again_first(self, client, person):
        client.force_login(person)
        assert "/accounts/reauthenticate/" in client.get("/me/erase/")["Location"]


def test_receipt_numbers_differ_and_cannot_be_guessed(db):
    from accounts.services.erasures import new_receipt_no

    numbers = {new_receipt_no() for _n in range(1000)}
    assert len(numbers) == 1000
    assert {len(number.replace("-", "")) for number in numbers} == {20}


def test_a_failure_leaves_everything(full, monkeypatch):
    asked = request_erasure(owner=full, at_once=True, now=timezone.now())
    mine = names(full)

    def fail(*_given, **_named):
        raise RuntimeError

    monkeypatch.setattr(erasing, "ask_to_sweep", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        erasing.erase(asked.receipt_no, timezone.now())()
    assert User.objects.filter(pk=full.pk).exists()
    assert all(default_storage.exists(name) for name in mine)


@pytest.mark.parametrize("kind", ["account", "case"])
def test_the_person_is_locked_first_then_cases_then_the_request(full, kind):
    """The order in which everybody locks, so that no two wait for each other."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole file")
    now = timezone.now()
    if kind == "account":
        receipt_no = request_erasure(owner=full, at_once=True, now=now).receipt_no
    else:
        case = Complaint.objects.get(owner=full)
        receipt_no = remove_complaint(complaint=case, actor=full, now=now).receipt_no
        now += dt.timedelta(days=31)
    with CaptureQueriesContext(connection) as asked:
        erasing.erase(receipt_no, now)()
    tables = [q["sql"].split('FROM "')[1].split('"')[0] for q in asked if " FOR " in q["sql"]]
    assert tables[:3] == ["accounts_user", "complaints_complaint", "accounts_erasure"]


def test_ended_sessions_go_with_their_devices(client, person):
    ended, running = Client(), Client()
    for each in (ended, running):
        sign_in_anew(each, person)
    keys = [each.session.session_key for each in (ended, running)]
    now = timezone.now()
    UserSession.objects.update(created_at=now - dt.timedelta(hours=13))
    Session.objects.filter(pk=keys[0]).update(expire_date=now - dt.timedelta(seconds=1))
    UserSession.objects.create(user=person, ip="192.0.2.1", session_key="new", user_agent="x")
    sessions.forget_ended_sessions(now)
    assert not Session.objects.filter(pk=keys[0]).exists()
    left = set(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    assert left == {keys[1], "new"}
    assert running.get("/me/").status_code == 200


def test_cancelling_what_is_not_asked_for_does_nothing(person):
    assert not cancel_erasure(owner=person, now=timezone.now())
    assert json.dumps(list(Erasure.objects.values())) == "[]"
