"""E-mails of notices: at most once, by day, only while they matter, and without a secret."""

import datetime as dt
import smtplib

import pytest
from django.utils import timezone

from accounts import mailing
from accounts.domain.notices import is_quiet, is_stale
from accounts.models import Notice
from accounts.senders import EmailSender, Message, NoConnection, NotSent, Refused
from accounts.services import choose_how, tell
from complaints import reminders
from complaints.models import Complaint, Step
from complaints.services import act, extend_step, record_reply, record_sent
from inputs.clock import SHANGHAI
from tests.factories import file, log

CANARY = "CNRY-7b2e"
NOON = dt.datetime(2026, 11, 17, 12, tzinfo=SHANGHAI)
DUE = NOON.date()


def at(hour, minute=0, day=17):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


QUIET = [(21, 59, False), (22, 0, True), (3, 0, True), (7, 59, True), (8, 0, False)]


@pytest.mark.parametrize(("hour", "minute", "quiet"), QUIET)
def test_quiet_hours_are_hours_in_beijing(hour, minute, quiet):
    moment = at(hour, minute)
    assert is_quiet(moment) is is_quiet(moment.astimezone(dt.UTC)) is quiet


def test_news_is_stale_after_three_days():
    assert not is_stale(at(12, day=14), at(12))
    assert is_stale(at(11, day=14), at(12))


class Recorder:
    """A sender that answers as told, one answer a message."""

    def __init__(self, *answers):
        self.sent, self.answers = [], list(answers)

    def send(self, message: Message):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.sent.append(message)


def send(sender=None, now=NOON):
    sender = sender or Recorder()
    mailing.send_queued(lambda: now, sender, lambda *_: None)
    return sender.sent


def told(owner, number=0, **changes):
    given = {
        "owner": owner,
        "kind": "deadline",
        "about": f"tests.thing:{number}",
        "stage": "on:2026-11-17",
        "path": "/complaints/",
        "data": {"receipt_no": "LL20261122-ABCDEF", "on": "2026-11-17", "certainty": "firm"},
    }
    notice = tell(**{**given, **changes})
    Notice.objects.filter(pk=notice.pk).update(created_at=NOON)
    return notice


def states():
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


class TestQueue:
    def test_each_is_sent_once_however_often_the_job_runs(self, person, other):
        told(person), told(other)
        sender = Recorder()
        for _index in range(3):
            send(sender)
        assert [message.to for message in sender.sent] == [person.email, other.email]
        assert states() == ["sent", "sent"]
        assert Notice.objects.filter(sent_at=NOON, sending_since=None).count() == 2

    def test_by_night_it_waits_for_the_morning(self, person):
        told(person)
        assert send(now=at(22)) == send(now=at(7, 59, 18)) == []
        assert states() == ["queued"]
        assert len(send(now=at(8, 0, 18))) == 1

    def test_a_run_that_reaches_the_night_stops(self, person, monkeypatch):
        monkeypatch.setattr(mailing, "BATCH", 1)
        told(person), told(person, 1)
        clock = iter([at(21, 59)] * 4 + [at(22)] * 9)
        sender = Recorder()
        mailing.send_queued(lambda: next(clock), sender, lambda *_: None)
        assert len(sender.sent) == 1
        assert states() == ["sent", "queued"]

    def test_who_wants_none_of_a_kind_gets_it_in_the_inbox(self, person):
        choose_how(owner=person, kind="deadline", how="none")
        told(person), told(person, kind="draft", stage="expires:2026-11-17")
        assert len(send()) == 1
        assert states() == ["kept", "sent"]
        assert Notice.objects.for_user(person).unread().count() == 2

    def test_old_news_and_closed_accounts_are_not_mailed(self, person, other):
        told(person), told(other)
        Notice.objects.filter(owner=person).update(created_at=at(11, day=14))
        other.is_active = False
        other.save()
        assert send() == []
        assert states() == ["kept", "kept"]

    def test_without_a_connection_all_wait_and_the_run_ends(self, person):
        told(person), told(person, 1)
        sender = Recorder(NoConnection("x"), None, None)
        send(sender)
        assert (sender.sent, states()) == ([], ["queued", "queued"])
        assert len(send()) == 2

    def test_one_that_did_not_go_out_waits_and_stops_nobody(self, person, other):
        told(person), told(other)
        sender = Recorder(NotSent("450"))
        send(sender)
        assert [message.to for message in sender.sent] == [other.email]
        assert states() == ["queued", "sent"]

    def test_an_address_that_takes_nothing_is_not_tried_again(self, person):
        told(person)
        send(Recorder(Refused("550")))
        assert states() == ["kept"]

    def test_one_that_may_have_gone_out_is_never_sent_again(self, person, caplog):
        told(person)
        send(Recorder(TimeoutError(f"to {person.email}")))
        assert states() == ["sending"]
        assert send() == []
        assert "TimeoutError" in caplog.text
        assert person.email not in caplog.text

    def test_a_worker_that_died_while_sending_sends_nothing_twice(self, person):
        class Killed(BaseException):
            pass

        told(person)
        with pytest.raises(Killed):
            send(Recorder(Killed()))
        assert states() == ["sending"]
        assert send() == []
        assert Notice.objects.for_user(person).unread().count() == 1

    def test_of_two_workers_one_sends(self, person, monkeypatch):
        """The second read the row before the first had claimed it."""
        told(person)
        rows = list(Notice.objects.queued())
        sender = Recorder()
        assert mailing._send(rows[0], sender, lambda: NOON)
        assert not mailing._send(rows[0], sender, lambda: NOON)
        assert len(sender.sent) == 1

    def test_the_queries_of_a_batch_do_not_grow_but_for_claim_and_mark(
        self, person, django_assert_num_queries
    ):
        for number in range(10):
            told(person, number)
        with django_assert_num_queries(3 + 2 * 10):
            send()

    def test_more_than_a_batch(self, person, monkeypatch):
        monkeypatch.setattr(mailing, "BATCH", 3)
        for number in range(8):
            told(person, number)
        assert len(send()) == 8

    def test_a_run_has_an_end(self, person, monkeypatch):
        monkeypatch.setattr(mailing, "BATCH", 2)
        monkeypatch.setattr(mailing, "MOST", 4)
        for number in range(8):
            told(person, number)
        assert len(send()) == 4


class TestMessage:
    def test_it_says_what_leads_where_and_how_to_end_it(self, person, settings):
        settings.SITE_URL = "https://ledger.example"
        told(person)
        (message,) = send()
        assert (
            message.subject == "[额度明白账] 今天 2026-11-17 是对方答复的期限（LL20261122-ABCDEF）"
        )
        assert "https://ledger.example/complaints/" in message.text
        assert message.unsubscribe_url in message.text
        assert message.unsubscribe_url.startswith("https://ledger.example/me/notices/off/")
        assert "&" not in message.text

    def test_it_speaks_the_persons_language(self, person):
        person.language = "en"
        person.save()
        told(person)
        (message,) = send()
        assert "2026-11-17" in message.subject

    def test_the_mail_program_finds_the_way_out(self, person, mailoutbox):
        told(person)
        sender = EmailSender()
        mailing.send_queued(lambda: NOON, sender, lambda *_: None)
        sender.close()
        (mail,) = mailoutbox
        headers = mail.message()
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Unsubscribe"].startswith("<http")
        assert headers["List-Unsubscribe"].endswith("/>")
        assert headers["Auto-Submitted"] == "auto-generated"
        assert mail.to == [person.email]
        assert not headers.is_multipart()

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such")}), Refused),
            (smtplib.SMTPRecipientsRefused({"a@b": (451, b"later")}), NotSent),
            (smtplib.SMTPSenderRefused(452, b"x", "a@b"), NotSent),
            (smtplib.SMTPDataError(554, b"spam"), Refused),
            (smtplib.SMTPServerDisconnected("x"), smtplib.SMTPServerDisconnected),
            (TimeoutError(), TimeoutError),
        ],
        ids=["unknown", "later", "sender", "refused", "cut off", "timeout"],
    )
    def test_the_servers_answer_decides_whether_it_went_out(self, monkeypatch, answer, error):
        def fail(_self):
            raise answer

        monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
        with pytest.raises(error):
            EmailSender().send(Message("a@b", "x", "y", "https://x/"))

    @pytest.mark.parametrize(
        "answer", [ConnectionRefusedError(), smtplib.SMTPAuthenticationError(535, b"no")], ids=str
    )
    def test_no_connection_is_told_apart(self, monkeypatch, answer):
        def fail(_self):
            raise answer

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", fail)
        with pytest.raises(NoConnection):
            EmailSender().send(Message("a@b", "x", "y", "https://x/"))


class TestOfACase:
    """Reminders of a real case, with a canary in every word of the person."""

    @pytest.fixture
    def step(self, person, known):
        change = log(person, stated_reason=CANARY, note=CANARY)
        contact = {"name": CANARY, "contact": CANARY, "contract_no": CANARY}
        case = file(person, change, facts={"story": CANARY, "effect": CANARY}, contact=contact)
        return record_sent(
            step=case.steps.get(),
            actor=person,
            sent_on=dt.date(2026, 11, 2),
            received_on=dt.date(2026, 11, 2),
            reference_no=CANARY,
        )

    def remind(self, on=DUE):
        reminders.remind("slot", "due", 0, on)()
        Notice.objects.update(created_at=NOON)

    def test_no_word_of_the_case_and_no_lender_is_in_the_mail(self, step):
        self.remind()
        (message,) = send()
        words = message.subject + message.text
        assert step.complaint.receipt_no in words
        for secret in (CANARY, step.complaint.respondent_name, "借呗", "50000", "50,000", "5万"):
            assert secret not in words
        assert CANARY not in str(Notice.objects.values().get())

    @pytest.mark.parametrize("acted", ["answered", "closed", "extended", "deleted"])
    def test_who_has_acted_since_gets_no_mail(self, step, person, acted):
        self.remind()
        if acted == "answered":
            record_reply(
                step=step, actor=person, answered_on=DUE, answer_text="x", reply_kind="generic"
            )
        elif acted == "closed":
            act(complaint=step.complaint, action="close", actor=person)
        elif acted == "extended":
            extend_step(
                step=step,
                actor=person,
                announced_on=DUE,
                due_on=dt.date(2026, 12, 2),
                reason="x",
            )
        else:
            Step.objects.all().delete()
        assert send() == []
        assert states() == ["dropped"]

    def test_of_two_stages_that_waited_only_the_latest_is_mailed(self, step):
        self.remind(dt.date(2026, 11, 16))
        self.remind(DUE)
        assert [message.subject[-40:] for message in send()] == [send_subject(step.complaint)[-40:]]
        assert states() == ["dropped", "sent"]

    def test_the_daily_job_and_the_mail_job_do_it_together(self, step, monkeypatch, run_jobs):
        from django.core import mail

        from jobs.services import enqueue_due

        monkeypatch.setattr("complaints.tasks.today", lambda: DUE)
        monkeypatch.setattr("accounts.tasks.timezone.now", lambda: NOON)
        enqueue_due(NOON.replace(hour=9, minute=1))
        run_jobs()
        Notice.objects.update(created_at=NOON)
        enqueue_due(NOON.replace(hour=9, minute=15))
        run_jobs()
        reminders_sent = [row for row in mail.outbox if "2026-11-17" in row.subject]
        assert len(reminders_sent) == 1

    def test_forgotten_after_more_than_a_year(self, step):
        from accounts import tasks

        self.remind()
        Notice.objects.update(created_at=timezone.now() - tasks.KEEP_NOTICES)
        tasks._forget_notices(timezone.now() - tasks.KEEP_NOTICES - dt.timedelta(days=1))
        assert Notice.objects.count() == 1
        tasks._forget_notices(timezone.now())
        assert Notice.objects.count() == 0


def send_subject(case: Complaint) -> str:
    return f"[额度明白账] 今天 2026-11-17 是对方答复的期限（{case.receipt_no}）"
