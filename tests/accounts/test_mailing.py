"""E-mails of notices: at most once, by day, only while they matter, and without a secret."""

import datetime as dt
import smtplib
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import mailing, tasks
from accounts.domain.notices import Quiet, due_at, is_quiet, is_stale, mail_at
from accounts.models import Notice
from accounts.senders import EmailSender, Message, NoConnection, NotSent, Refused
from accounts.services import (
    choose_how,
    choose_none,
    choose_quiet_hours,
    save_notice_settings,
    tell,
)
from complaints import reminders
from complaints.models import Complaint, Step
from complaints.services import act, extend_step, record_reply, record_sent
from inputs.clock import SHANGHAI
from jobs.models import Job
from jobs.services import enqueue
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


NIGHT, DAYTIME, NEVER = Quiet(22, 8), Quiet(9, 17), Quiet(7, 7)
BELONGS = [
    (NIGHT, "2026-11-17 21:59", None),
    (NIGHT, "2026-11-17 22:00", "2026-11-18 08:00"),
    (NIGHT, "2026-11-17 23:59", "2026-11-18 08:00"),
    (NIGHT, "2026-11-18 00:00", "2026-11-18 08:00"),
    (NIGHT, "2026-11-18 07:59", "2026-11-18 08:00"),
    (NIGHT, "2026-11-18 08:00", None),
    (DAYTIME, "2026-11-17 08:59", None),
    (DAYTIME, "2026-11-17 09:00", "2026-11-17 17:00"),
    (DAYTIME, "2026-11-17 16:59", "2026-11-17 17:00"),
    (DAYTIME, "2026-11-17 17:00", None),
    (Quiet(0, 6), "2026-11-17 23:59", None),
    (Quiet(0, 6), "2026-11-18 00:00", "2026-11-18 06:00"),
    (Quiet(22, 0), "2026-11-17 23:59", "2026-11-18 00:00"),
    (Quiet(22, 0), "2026-11-18 00:00", None),
    (Quiet(23, 22), "2026-11-17 22:30", None),
    (NEVER, "2026-11-17 07:00", None),
]


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("quiet", "now", "until"), BELONGS, ids=str)
def test_in_quiet_hours_it_waits_for_their_end(quiet, now, until):
    now = moment(now)
    for seen in (now, now.astimezone(dt.UTC)):
        assert is_quiet(seen, quiet) is (until is not None)
        assert mail_at(seen, seen, quiet) == (moment(until) if until else now)


DIGESTS = [
    ("daily", NIGHT, "2026-11-17 07:30", "2026-11-17 08:00"),
    ("daily", NIGHT, "2026-11-17 08:00", "2026-11-17 08:00"),
    ("daily", NIGHT, "2026-11-17 08:01", "2026-11-18 08:00"),
    ("daily", NIGHT, "2026-11-17 23:30", "2026-11-18 08:00"),
    ("daily", DAYTIME, "2026-11-17 07:30", "2026-11-17 17:00"),
    ("daily", NEVER, "2026-11-17 07:30", "2026-11-17 08:00"),
    ("daily", Quiet(22, 0), "2026-11-17 23:59", "2026-11-18 00:00"),
    ("weekly", NIGHT, "2026-11-16 07:30", "2026-11-16 08:00"),  # a Monday
    ("weekly", NIGHT, "2026-11-16 08:30", "2026-11-23 08:00"),
    ("weekly", NIGHT, "2026-11-22 23:59", "2026-11-23 08:00"),
    ("weekly", Quiet(22, 0), "2026-11-22 23:59", "2026-11-23 00:00"),
    ("weekly", Quiet(22, 0), "2026-11-23 00:01", "2026-11-30 00:00"),
    ("now", NIGHT, "2026-11-17 12:00", "2026-11-17 12:00"),
    ("now", NIGHT, "2026-11-17 23:00", "2026-11-18 08:00"),
]


@pytest.mark.parametrize(("how", "quiet", "told_at", "due"), DIGESTS)
def test_a_digest_goes_out_when_the_quiet_hours_end(how, quiet, told_at, due):
    assert due_at(how, moment(told_at), quiet) == moment(due)
    assert due_at(how, moment(told_at).astimezone(dt.UTC), quiet) == moment(due)


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

    def test_a_full_run_is_followed_by_another_until_nothing_is_left(
        self, person, other, monkeypatch, mailoutbox, run_jobs
    ):
        monkeypatch.setattr(mailing, "BATCH", 1)
        monkeypatch.setattr(mailing, "MOST", 1)
        told(person), told(other), told(other, 1)
        monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: NOON))
        with transaction.atomic():
            enqueue(kind="accounts.send_notices", key="first", args={"slot": NOON.isoformat()})
        run_jobs()
        assert len(mailoutbox) == 3
        assert Job.objects.filter(kind="accounts.send_notices", state="done").count() == 4

    def test_the_next_slot_takes_over_what_is_left(
        self, person, other, monkeypatch, mailoutbox, run_jobs
    ):
        monkeypatch.setattr(mailing, "BATCH", 1)
        monkeypatch.setattr(mailing, "MOST", 1)
        told(person), told(other)
        monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: NOON))
        slot = (NOON - dt.timedelta(minutes=10)).isoformat()
        with transaction.atomic():
            enqueue(kind="accounts.send_notices", key="first", args={"slot": slot})
        run_jobs()
        assert len(mailoutbox) == 1

    def test_by_night_it_waits_for_the_morning(self, person):
        told(person)
        assert send(now=at(22)) == send(now=at(7, 59, 18)) == []
        assert states() == ["queued"]
        assert len(send(now=at(8, 0, 18))) == 1

    def test_in_a_run_that_reaches_the_night_the_rest_waits(self, person, monkeypatch):
        monkeypatch.setattr(mailing, "BATCH", 1)
        told(person), told(person, 1)
        clock = iter([at(21, 59)] * 4 + [at(22)] * 9)
        sender = Recorder()
        mailing.send_queued(lambda: next(clock), sender, lambda *_: None)
        assert len(sender.sent) == 1
        assert states() == ["sent", "queued"]
        assert Notice.objects.last().mail_after == at(8, day=18)

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
        rows = list(Notice.objects.queued(NOON))
        sender = Recorder()
        assert mailing._send(rows, sender, lambda: NOON)
        assert not mailing._send(rows, sender, lambda: NOON)
        assert len(sender.sent) == 1

    def test_the_queries_of_a_batch_do_not_grow_but_for_claim_and_mark(
        self, person, django_assert_num_queries
    ):
        for number in range(10):
            told(person, number)
        # A claim is a transaction: here two savepoints.
        with django_assert_num_queries(3 + 4 * 10):
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


KINDS = ("deadline", "plan", "draft")
STAGES = {"deadline": "on:x", "plan": "soon:x", "draft": "expires:x"}
MORNING = at(8, 4, 18)


class TestDigests:
    @pytest.fixture
    def three(self, person):
        """One of three kinds, told at noon, to be gathered by the day."""
        for kind in KINDS:
            choose_how(owner=person, kind=kind, how="daily")
            told(person, kind, kind=kind, stage=STAGES[kind], path=f"/{kind}/")
        return person

    def test_three_kinds_are_one_mail_with_a_link_each(self, three, settings):
        settings.SITE_URL = "https://ledger.example"
        assert send(now=at(21)) == []
        (mail,) = send(now=MORNING)
        assert mail.subject == "[额度明白账] 3 条提醒"
        for kind in KINDS:
            assert f"https://ledger.example/{kind}/" in mail.text
        labels = ["答复期限将到、到期、过期", "草稿快要过期", "计划里的事"]
        places = [mail.text.index(f"\n{label}\n") for label in labels]
        assert places == sorted(places)
        assert states() == ["sent"] * 3
        assert Notice.objects.filter(sent_at=MORNING).count() == 3
        assert send(now=at(9, day=18)) == []

    def test_it_is_not_looked_at_before(self, three, django_assert_num_queries):
        send(now=NOON)
        assert set(Notice.objects.values_list("mail_after", flat=True)) == {at(8, day=18)}
        with django_assert_num_queries(1):
            send(now=at(7, 59, 18))

    def test_a_batch_does_not_cut_it(self, three, monkeypatch):
        monkeypatch.setattr(mailing, "BATCH", 1)
        send(now=NOON)
        assert len(send(now=MORNING)) == 1

    def test_what_is_told_at_once_goes_by_itself(self, three, person):
        told(person, "pay", kind="payment", stage="before:x")
        assert len(send(now=NOON)) == 1
        assert len(send(now=MORNING)) == 1

    def test_daily_and_weekly_of_a_monday_are_one_mail(self, three, person):
        choose_how(owner=person, kind="plan", how="weekly")
        Notice.objects.update(created_at=at(12, day=22))  # a Sunday
        (mail,) = send(now=at(8, 4, 23))
        assert "3 条" in mail.subject

    def test_one_person_does_not_get_anothers(self, three, other):
        told(other, "o", kind="plan", stage="soon:x")
        mails = send(now=MORNING)
        assert [mail.to for mail in mails] == [three.email, other.email]

    def test_a_digest_of_one_is_a_plain_mail(self, person):
        told(person, kind="plan", stage="soon:x")
        assert send(now=NOON) == []
        (mail,) = send(now=MORNING)
        assert "计划里有一件事" in mail.subject

    def test_weekly_waits_for_monday_and_is_news_then(self, person):
        choose_how(owner=person, kind="plan", how="weekly")
        told(person, kind="plan", stage="soon:x")
        for day in (18, 19, 20, 21, 22):
            assert send(now=at(12, day=day)) == []
        assert len(send(now=at(8, 4, 23))) == 1

    def test_after_three_days_without_a_worker_it_stays_in_the_inbox(self, person):
        choose_how(owner=person, kind="plan", how="weekly")
        told(person, kind="plan", stage="soon:x")
        assert send(now=at(8, 1, 26)) == []
        assert states() == ["kept"]

    @pytest.fixture
    def asked(self, monkeypatch):
        """Which numbers still matter; all until said otherwise."""
        gone = set()
        needed = lambda rows, now: {  # noqa: E731
            row.pk for row in rows if row.about.partition(":")[2] not in gone
        }
        monkeypatch.setitem(mailing._needed, "tests.thing", needed)
        return gone

    def test_what_was_acted_on_meanwhile_leaves_it(self, three, asked):
        send(now=NOON)
        asked.add("plan")
        (mail,) = send(now=MORNING)
        assert "计划里的事" not in mail.text
        assert states() == ["sent", "dropped", "sent"]

    def test_a_weekly_row_acted_on_is_not_mailed(self, person, asked):
        choose_how(owner=person, kind="plan", how="weekly")
        told(person, "w", kind="plan", stage="soon:x")
        send(now=NOON)
        asked.add("w")
        assert send(now=at(8, 4, 23)) == []
        assert states() == ["dropped"]

    def test_what_was_muted_meanwhile_leaves_it_for_the_inbox(self, three, person):
        send(now=NOON)
        choose_how(owner=person, kind="draft", how="none")
        (mail,) = send(now=MORNING)
        assert "2 条" in mail.subject
        assert states() == ["sent", "sent", "kept"]

    def test_an_empty_one_is_not_sent(self, three, person, asked):
        send(now=NOON)
        asked.update(("deadline", "draft"))
        choose_none(owner=person, kinds=["plan"])
        assert send(now=MORNING) == []
        assert states() == ["dropped", "kept", "dropped"]

    def test_another_choice_counts_at_once(self, person):
        choose_how(owner=person, kind="plan", how="weekly")
        told(person, kind="plan", stage="soon:x")
        assert send(now=NOON) == []
        choose_how(owner=person, kind="plan", how="now")
        assert len(send(now=NOON)) == 1

    @pytest.mark.parametrize(
        ("answer", "after"),
        [
            (Refused("550"), ["kept"] * 3),
            (NotSent("450"), ["queued"] * 3),
            (NoConnection("x"), ["queued"] * 3),
            (TimeoutError(), ["sending"] * 3),
        ],
        ids=["refused", "later", "no connection", "cut off"],
    )
    def test_the_rows_of_one_mail_share_its_fate(self, three, answer, after):
        assert send(Recorder(answer), now=MORNING) == []
        assert states() == after
        again = send(now=MORNING + dt.timedelta(minutes=10))
        assert len(again) == (1 if after[0] == "queued" else 0)

    def test_a_worker_that_died_leaves_them_all_sending(self, three):
        class Killed(BaseException):
            pass

        with pytest.raises(Killed):
            send(Recorder(Killed()), now=MORNING)
        assert states() == ["sending"] * 3
        assert send(now=MORNING) == []

    def test_of_two_workers_one_sends_all_of_it(self, three):
        rows = list(Notice.objects.queued(MORNING))
        sender = Recorder()
        assert mailing._send(rows, sender, lambda: MORNING)
        assert not mailing._send(rows, sender, lambda: MORNING)
        assert len(sender.sent) == 1

    def test_a_worker_that_saw_one_row_more_leaves_it_to_the_next_run(self, three, person):
        rows = list(Notice.objects.queued(MORNING))
        extra = told(person, "more", kind="plan", stage="over:x")
        sender = Recorder()
        assert mailing._send(rows, sender, lambda: MORNING)
        assert not mailing._send([*rows, extra], sender, lambda: MORNING)
        assert states() == ["sent"] * 3 + ["queued"]

    def test_a_long_one_ends_and_leads_to_the_inbox(self, person, settings):
        settings.SITE_URL = "https://ledger.example"
        for number in range(55):
            told(person, number, kind="plan", stage="soon:x")
        (mail,) = send(now=MORNING)
        assert "55 条" in mail.subject
        assert mail.text.count("/complaints/") == 40
        assert "另有 15 条" in mail.text
        assert "https://ledger.example/me/notices/\n" in mail.text
        assert states() == ["sent"] * 55

    def test_the_queries_of_digests_grow_with_the_mails_and_not_with_the_rows(
        self, person, django_assert_num_queries
    ):
        for number in range(30):
            told(person, number, kind="plan", stage="soon:x")
        with django_assert_num_queries(3 + 1 + 4):
            assert len(send(now=MORNING)) == 1

    def test_in_english(self, three):
        three.language = "en"
        three.save()
        (mail,) = send(now=MORNING)
        assert not [
            letter for letter in mail.text + mail.subject[8:] if "\u4e00" <= letter <= "\u9fff"
        ]

    def test_the_way_out_ends_every_kind_that_is_in_it(self, three, client):
        from accounts.models import NoticeChoice

        (mail,) = send(now=MORNING)
        path = mail.unsubscribe_url.partition("/me/")[2]
        page = client.get(f"/me/{path}").content.decode()
        for label in ("答复期限将到、到期、过期", "计划里的事", "草稿快要过期"):
            assert label in page
        assert "几类通知" in page
        client.post(f"/me/{path}", {"List-Unsubscribe": "One-Click"})
        chosen = NoticeChoice.objects.for_user(three)
        assert dict(chosen.values_list("kind", "how")) == dict.fromkeys(KINDS, "none")


class TestQuietHoursOfOnesOwn:
    def test_they_are_kept_for_each_by_himself(self, person, other):
        choose_quiet_hours(owner=person, quiet_from=11, quiet_to=14)
        told(person), told(other)
        assert [mail.to for mail in send(now=NOON)] == [other.email]
        assert Notice.objects.get(owner=person).mail_after == at(14)
        assert len(send(now=at(14))) == 1

    def test_without_any_one_is_written_to_at_night(self, person):
        choose_quiet_hours(owner=person, quiet_from=0, quiet_to=0)
        told(person)
        assert len(send(now=at(3, day=18))) == 1

    def test_the_digest_comes_at_their_end(self, person):
        choose_quiet_hours(owner=person, quiet_from=20, quiet_to=6)
        told(person, kind="plan", stage="soon:x")
        send(now=NOON)
        assert Notice.objects.get().mail_after == at(6, day=18)

    def test_other_hours_count_for_what_waits_already(self, person):
        told(person)
        send(now=at(23))
        choose_quiet_hours(owner=person, quiet_from=1, quiet_to=5)
        assert len(send(now=at(23, 10))) == 1

    @pytest.mark.parametrize("hour", [24, 99])
    def test_the_database_knows_the_hours_of_a_day(self, person, hour):
        from django.db import IntegrityError, transaction

        with pytest.raises(IntegrityError), transaction.atomic():
            choose_quiet_hours(owner=person, quiet_from=hour, quiet_to=8)

    def test_settings_are_kept_together_or_not_at_all(self, person):
        from django.db import IntegrityError, transaction

        from accounts.models import NoticeChoice

        with pytest.raises(IntegrityError), transaction.atomic():
            save_notice_settings(
                owner=person, hows={"plan": "now"}, language="en", quiet_from=1, quiet_to=77
            )
        person.refresh_from_db()
        assert (person.language, NoticeChoice.objects.count()) == ("zh-hans", 0)


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
