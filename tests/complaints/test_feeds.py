"""The calendar of deadlines: what is in it, what is not, and who can read it."""

import datetime as dt

import pytest
from django.utils import timezone
from icalendar import Calendar

from complaints.domain.calendar import OpenStep, entries
from complaints.feeds import calendar
from complaints.models import CalendarFeed, Extension, FollowUp
from complaints.services import (
    act,
    close_feed,
    extend_step,
    give_up_step,
    open_feed,
    record_reply,
    record_sent,
    restart_step,
)
from tests.factories import file, log

SENT_ON = dt.date(2026, 11, 2)


def step(key="s", due=dt.date(2026, 11, 17), certainty="firm", extended=None):
    return OpenStep(key, "LL1", due, certainty, extended)


@pytest.fixture
def sent(person, known):
    case = file(person, log(person))
    return record_sent(
        step=case.steps.get(), actor=person, sent_on=SENT_ON, received_on=SENT_ON, reference_no="1"
    )


def read(client, secret):
    return client.get(f"/calendar/{secret}.ics")


def events(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


class TestPure:
    def test_the_earliest_comes_first_and_an_extension_moves_the_day(self):
        rows = entries(
            [step("a"), step("b", extended=dt.date(2026, 12, 17)), step("c", dt.date(2026, 11, 3))]
        )
        assert [(row.key, row.on.isoformat()) for row in rows] == [
            ("c", "2026-11-03"),
            ("a", "2026-11-17"),
            ("b", "2026-12-17"),
        ]

    @pytest.mark.parametrize(
        ("given", "word"),
        [
            (step(), "应在"),
            (step(certainty="provisional"), "可能再变"),
            (step(extended=dt.date(2026, 12, 1)), "可能再变"),
        ],
        ids=["firm", "provisional", "extended"],
    )
    def test_the_entry_says_how_certain_the_day_is(self, given, word):
        assert word in entries([given])[0].detail.zh

    def test_the_same_rows_give_the_same_bytes(self):
        assert calendar(entries([step()]), "zh") == calendar(entries([step()]), "zh")

    def test_a_calendar_program_reads_day_reminder_and_name(self):
        (event,) = Calendar.from_ical(calendar(entries([step()]), "en")).walk("VEVENT")
        assert event["dtstart"].dt == dt.date(2026, 11, 17)
        assert event["dtend"].dt == dt.date(2026, 11, 18)
        assert str(event["summary"]) == "Answer due LL1"
        assert event.walk("VALARM")[0]["trigger"].dt == dt.timedelta(days=-3)


class TestFeed:
    def test_an_open_deadline_is_in_it_and_no_word_of_the_case(self, client, sent):
        _feed, secret = open_feed(owner=sent.owner)
        answer = read(client, secret)
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/calendar")
        (event,) = events(answer)
        assert event["dtstart"].dt == sent.due_on
        text = answer.content.decode()
        assert sent.complaint.respondent_name not in text
        assert "借呗" not in text

    def test_an_extension_moves_the_entry_and_keeps_its_name(self, client, sent):
        _feed, secret = open_feed(owner=sent.owner)
        before = events(read(client, secret))[0]
        Extension.objects.create(
            owner=sent.owner,
            step=sent,
            announced_on=sent.due_on,
            due_on=dt.date(2026, 12, 17),
            reason="复杂",
        )
        after = events(read(client, secret))[0]
        assert after["dtstart"].dt == dt.date(2026, 12, 17)
        assert after["uid"] == before["uid"]

    def test_of_what_was_answered_only_the_follow_up_is_left(self, client, sent, person, known):
        _feed, secret = open_feed(owner=person)
        record_reply(
            step=sent, actor=person, answered_on=SENT_ON, answer_text="x", reply_kind="generic"
        )
        (event,) = events(read(client, secret))
        assert str(event["summary"]).startswith("回访")
        assert event["dtstart"].dt == SENT_ON + dt.timedelta(days=28)
        FollowUp.objects.update(answered_at=timezone.now(), limit_back="no")
        assert events(read(client, secret)) == []

    def test_a_closed_case_keeps_its_follow_up_and_a_withdrawn_one_nothing(
        self, client, sent, person
    ):
        _feed, secret = open_feed(owner=person)
        FollowUp.objects.create(owner=person, complaint=sent.complaint, due_on=dt.date(2026, 12, 1))
        assert len(events(read(client, secret))) == 2
        act(complaint=sent.complaint, action="close", actor=person)
        assert [str(row["summary"])[:2] for row in events(read(client, secret))] == ["回访"]
        act(complaint=sent.complaint, action="reopen", actor=person)
        act(complaint=sent.complaint, action="withdraw", actor=person)
        assert events(read(client, secret)) == []

    def test_what_was_given_up_is_gone_and_new_facts_move_the_day(self, client, sent, person):
        _feed, secret = open_feed(owner=person)
        restart_step(step=sent, actor=person, restarted_on=dt.date(2026, 11, 10), reason="新材料")
        (event,) = events(read(client, secret))
        assert event["dtstart"].dt == dt.date(2026, 11, 25)
        give_up_step(step=sent, actor=person, ended_on=dt.date(2026, 11, 12), why="不等了")
        assert events(read(client, secret)) == []

    def test_an_extension_of_the_period_before_moves_nothing(self, client, sent, person):
        _feed, secret = open_feed(owner=person)
        extend_step(
            step=sent,
            actor=person,
            announced_on=dt.date(2026, 11, 9),
            due_on=dt.date(2026, 12, 20),
            reason="复杂",
        )
        restart_step(step=sent, actor=person, restarted_on=dt.date(2026, 11, 10), reason="新材料")
        (event,) = events(read(client, secret))
        assert event["dtstart"].dt == dt.date(2026, 11, 25)

    def test_a_follow_up_of_another_is_not_in_it(self, client, sent, person, other):
        FollowUp.objects.create(owner=person, complaint=sent.complaint, due_on=dt.date(2026, 12, 1))
        _feed, secret = open_feed(owner=other)
        assert events(read(client, secret)) == []

    def test_a_feed_of_one_case_holds_only_that_case(self, client, sent, person):
        other_case = file(person, log(person), key="2")
        record_sent(
            step=other_case.steps.get(),
            actor=person,
            sent_on=SENT_ON,
            received_on=SENT_ON,
            reference_no="",
        )
        _feed, secret = open_feed(owner=person, complaint=other_case)
        _all, everything = open_feed(owner=person)
        assert len(events(read(client, secret))) == 1
        assert len(events(read(client, everything))) == 2

    def test_unknown_closed_and_ownerless_addresses_answer_alike(self, client, sent, person):
        feed, secret = open_feed(owner=person)
        assert read(client, "nobody-knows-this").status_code == 404
        close_feed(feed=feed)
        assert read(client, secret).status_code == 404
        _feed, secret = open_feed(owner=person)
        person.is_active = False
        person.save()
        assert read(client, secret).status_code == 404

    def test_a_new_address_ends_the_old_one(self, client, sent, person):
        _feed, old = open_feed(owner=person)
        _feed, new = open_feed(owner=person)
        assert (read(client, old).status_code, read(client, new).status_code) == (404, 200)

    def test_the_secret_is_not_in_the_database(self, sent, person):
        feed, secret = open_feed(owner=person)
        assert secret not in str(CalendarFeed.objects.filter(pk=feed.pk).values().get())


class TestPage:
    def test_the_address_is_shown_once_and_can_be_closed(self, client, sent, person):
        client.force_login(person)
        text = client.post("/complaints/calendar/", {"case": ""}).content.decode()
        assert "/calendar/" in text
        assert ".ics" in text
        again = client.get("/complaints/calendar/").content.decode()
        assert ".ics" not in again
        feed = CalendarFeed.objects.live().get()
        client.post(f"/complaints/calendar/{feed.public_id}/close/")
        assert not CalendarFeed.objects.live().exists()

    def test_a_case_of_another_gets_no_feed(self, client, sent, other):
        client.force_login(other)
        answer = client.post("/complaints/calendar/", {"case": str(sent.complaint.public_id)})
        assert answer.status_code == 404
        assert not CalendarFeed.objects.exists()
