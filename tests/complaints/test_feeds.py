"""The calendar of deadlines: what is in it, what is not, and who can read it."""

import datetime as dt

import pytest
from dateutil.rrule import rrulestr
from django.utils import timezone
from icalendar import Calendar

from complaints.domain.calendar import OpenStep, Owing, entries
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
from records.domain.debt import DebtNow, due_days
from records.domain.plan import Situation
from records.models import Debt, PlanItem
from records.services import add_debt, add_own_item, edit_debt, move_item, refresh_plan
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


def everything(answer):
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def events(answer):
    """Those of cases: logging a change brings a plan along."""
    return [row for row in everything(answer) if str(row["summary"])[:2] in ("答复", "回访")]


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
        assert event.walk("VALARM")[0]["trigger"].dt == dt.timedelta(days=-3, hours=9)


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


def occurrences(event, until=dt.date(2030, 12, 31)):
    """The days of an entry as a calendar program reckons them."""
    start = event["dtstart"].dt
    rule = rrulestr(
        event["rrule"].to_ical().decode(), dtstart=dt.datetime.combine(start, dt.time())
    )
    return [moment.date() for moment in rule if moment.date() <= until]


class TestPlanAndRepayments:
    """Only in the calendar of the whole person, and without a word of his."""

    TODAY = dt.date(2026, 12, 2)

    @pytest.fixture(autouse=True)
    def december(self, monkeypatch):
        monkeypatch.setattr("complaints.views.feeds.today", lambda: self.TODAY)

    def owe(self, person, day, **more):
        values = {"name": "CNRY 借呗", "kind": "other", "owed_fen": 1_234_500, "due_day": day}
        return add_debt(owner=person, values=values | more, today=self.TODAY)

    @pytest.mark.parametrize("day", [1, 28, 29, 30, 31])
    @pytest.mark.parametrize("today", [TODAY, dt.date(2027, 1, 31), dt.date(2028, 2, 10)], ids=str)
    def test_a_year_of_repayment_days_as_the_site_reckons_them(self, day, today):
        debt = DebtNow("k", "", 1, due_day=day)
        days = due_days(debt, today, today + dt.timedelta(days=500))[:12]
        made = calendar(entries(debts=[Owing("k", day, days[0])]), "zh")
        (event,) = Calendar.from_ical(made).walk("VEVENT")
        assert occurrences(event) == list(days)

    def test_a_step_that_tells_of_the_situation_is_not_named(self, client, person, known):
        _feed, secret = open_feed(owner=person)
        PlanItem.objects.create(owner=person, tip_code="T18", due_on=dt.date(2026, 12, 9))
        (event,) = everything(read(client, secret))
        assert str(event["summary"]) == "计划里的一件事"
        assert known.tips["T18"].title.zh not in str(event)

    def test_no_more_often_than_there_is_to_repay(self, client, person, known):
        _feed, secret = open_feed(owner=person)
        self.owe(person, 31, owed_fen=250, monthly_fen=100)
        event = next(row for row in everything(read(client, secret)) if "rrule" in row)
        assert [on.isoformat() for on in occurrences(event)] == [
            "2026-12-31",
            "2027-01-31",
            "2027-02-28",
        ]

    def test_what_is_in_it_and_what_is_not(self, client, person, known):
        _feed, secret = open_feed(owner=person)
        refresh_plan(owner=person, situation=Situation(event_on=self.TODAY), today=self.TODAY)
        own = add_own_item(owner=person, title="CNRY 给王姐打电话", due_on=dt.date(2026, 12, 9))
        add_own_item(owner=person, title="CNRY 没有日子")
        self.owe(person, 5), self.owe(person, None), self.owe(person, 6, owed_fen=0)
        answer = read(client, secret)
        titles = [str(row["summary"]) for row in everything(answer)]
        tips = PlanItem.objects.for_user(person).exclude(tip_code="").exclude(due_on=None)
        named = [row for row in tips if known.tips[row.tip_code].default]
        assert named
        assert titles.count("计划里的一件事") == 1 + len(tips) - len(named)
        assert titles.count("还款日") == 1
        assert len(titles) == 2 + tips.count()
        assert {known.tips[row.tip_code].title.zh for row in named} <= set(titles)
        for secret_word in ("CNRY", "借呗", "12345", "王姐"):
            assert secret_word not in answer.content.decode()
        mine = next(row for row in everything(answer) if str(own.public_id) in row["uid"])
        assert mine["dtstart"].dt == dt.date(2026, 12, 9)

    def test_what_was_done_put_off_or_repaid_is_gone_or_moved(self, client, person, known):
        _feed, secret = open_feed(owner=person)
        first = add_own_item(owner=person, title="一", due_on=dt.date(2026, 12, 9))
        second = add_own_item(owner=person, title="二", due_on=dt.date(2026, 12, 9))
        debt = Debt.objects.create(owner=person, name="x", owed_fen=5, due_day=5, as_of=self.TODAY)
        assert len(everything(read(client, secret))) == 3
        move_item(item=first, action="finish", today=self.TODAY)
        move_item(item=second, action="postpone", today=self.TODAY, remind_on=dt.date(2027, 1, 4))
        edit_debt(debt=debt, values={"name": "x", "kind": "other", "owed_fen": 0}, today=self.TODAY)
        later = [
            row for row in everything(read(client, secret)) if str(second.public_id) in row["uid"]
        ]
        assert [row["dtstart"].dt for row in later] == [dt.date(2027, 1, 4)]
        own = [
            row
            for row in everything(read(client, secret))
            if str(row["summary"]) == "计划里的一件事"
        ]
        assert len(own) == 1
        assert not [row for row in everything(read(client, secret)) if "rrule" in row]

    def test_a_feed_of_one_case_has_none_of_it(self, client, sent, person):
        add_own_item(owner=person, title="一", due_on=dt.date(2026, 12, 9))
        self.owe(person, 5)
        _feed, secret = open_feed(owner=person, complaint=sent.complaint)
        assert [str(row["summary"])[:4] for row in everything(read(client, secret))] == ["答复期限"]

    def test_unchanged_it_is_not_sent_again_until_a_repayment_day_has_passed(
        self, client, person, known, monkeypatch
    ):
        _feed, secret = open_feed(owner=person)
        Debt.objects.create(owner=person, name="x", owed_fen=5, due_day=5, as_of=self.TODAY)
        tag = read(client, secret)["ETag"]
        days = {}
        for day in (3, 5, 6):
            monkeypatch.setattr(
                "complaints.views.feeds.today", lambda day=day: dt.date(2026, 12, day)
            )
            answer = client.get(f"/calendar/{secret}.ics", headers={"if-none-match": tag})
            days[day] = answer.status_code
        assert days == {3: 304, 5: 304, 6: 200}

    def test_in_english(self, client, person, known):
        _feed, secret = open_feed(owner=person)
        add_own_item(owner=person, title="一", due_on=dt.date(2026, 12, 9))
        self.owe(person, 5)
        answer = client.get(f"/calendar/{secret}.ics", headers={"accept-language": "en"})
        titles = {str(row["summary"]) for row in everything(answer)}
        assert {"A step of my plan", "Repayment day"} <= titles


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
