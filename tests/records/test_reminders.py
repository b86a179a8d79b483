"""Who is told of the plan and of repayments: once a stage, on its day, and not after he acted.

The database decides alone who is told (records.reminders); here it is held against the pure stages
(records.domain.reminders), over every kind of item on every day around its own.
"""

import datetime as dt
import itertools

import pytest

from accounts import mailing
from accounts.models import Notice
from inputs.clock import SHANGHAI
from records import reminders
from records.domain.debt import DebtNow, due_days
from records.domain.recurrence import replacement_of_missed
from records.domain.reminders import (
    Planned,
    is_replaced,
    item_stage,
    payment_days,
    payment_stage,
)
from records.enums import PlanState, Repeat
from records.models import Debt, PlanItem
from records.rolling import roll
from records.services import add_own_item, edit_debt, edit_own_item, move_item, remove_debt
from records.turns import item_now
from tests.accounts.test_mailing import Recorder
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 12, 2)
DAY = dt.timedelta(days=1)


def morning(day):
    return dt.datetime.combine(day, dt.time(7, 30), SHANGHAI)


def run(day, *scans):
    for scan in scans or reminders.SCANS:
        after = 0
        while after is not None:
            effect = reminders.remind("slot", scan, after, morning(day))
            effect.func(*effect.args[:3], None, effect.args[4])  # without asking for the next job
            after = effect.args[3]


def told(owner=None):
    rows = Notice.objects.filter(owner=owner) if owner else Notice.objects.all()
    return sorted(rows.values_list("kind", "stage"))


def item(owner, due=None, title="看余额", **more):
    return PlanItem.objects.create(owner=owner, own_title=title, due_on=due, **more)


def debt(owner, day=5, owed=100, name="x"):
    return Debt.objects.create(owner=owner, name=name, owed_fen=owed, due_day=day, as_of=TODAY)


D = TODAY
STAGES = [
    ("no day", Planned("todo"), None),
    ("four days before", Planned("todo", D + 4 * DAY), None),
    ("three days before", Planned("todo", D + 3 * DAY), "soon:2026-12-05"),
    ("on the day", Planned("doing", D), "soon:2026-12-02"),
    ("one day after", Planned("todo", D - DAY), "over:2026-12-01"),
    ("six days after", Planned("todo", D - 6 * DAY), "over:2026-11-26"),
    ("a week after", Planned("todo", D - 7 * DAY), None),
    ("done", Planned("done", D), None),
    ("dismissed", Planned("not-for-me", D), None),
    ("ended by the night job", Planned("expired", D - DAY), None),
    ("its tip no longer holds", Planned("todo", D, holds=False), None),
    ("postponed beyond its day", Planned("later", D, D + 9 * DAY), None),
    ("the day it was postponed to", Planned("later", D - 9 * DAY, D), "later:2026-12-02"),
    ("six days after that", Planned("later", None, D - 6 * DAY), "later:2026-11-26"),
    ("long after that, near its day", Planned("later", D + DAY, D - 9 * DAY), "soon:2026-12-03"),
    ("a weekly turn missed", Planned("todo", D - DAY, rule="FREQ=WEEKLY"), "over:2026-12-01"),
    (
        "a turn whose next one has come",
        Planned("todo", D - 2 * DAY, rule="FREQ=MONTHLY;BYMONTHDAY=1"),
        None,
    ),
    (
        "the same, postponed to today",
        Planned("later", D - 40 * DAY, D, rule="FREQ=MONTHLY"),
        None,
    ),
]


class TestPure:
    @pytest.mark.parametrize(
        ("given", "stage"), [row[1:] for row in STAGES], ids=[row[0] for row in STAGES]
    )
    def test_each_item_is_at_one_stage(self, given, stage):
        assert item_stage(given, TODAY) == stage

    def test_replaced_is_what_the_night_job_replaces(self, known):
        rules = {tip.rrule for tip in known.tips.values()} - {""} | set(Repeat.values)
        for today in (dt.date(2026, 12, 31), dt.date(2027, 3, 1), dt.date(2028, 2, 29)):
            for rule, back in itertools.product(sorted(rules), (*range(12), 27, 28, 31, 92, 366)):
                due = today - back * DAY
                turn = replacement_of_missed(rule, due_on=due, today=today, number=1)
                assert is_replaced(rule, due, today) is (turn is not None), (rule, due, today)

    @pytest.mark.parametrize(
        ("today", "day", "on"),
        [
            ("2026-12-02", 5, "2026-12-05"),
            ("2026-12-01", 5, None),
            ("2026-12-05", 5, "2026-12-05"),
            ("2026-12-29", 1, "2027-01-01"),
            ("2027-02-26", 31, "2027-02-28"),
            ("2027-02-26", 29, "2027-02-28"),
            ("2028-02-26", 29, "2028-02-29"),
            ("2027-04-28", 31, "2027-04-30"),
            ("2027-02-28", 3, "2027-03-03"),
        ],
    )
    def test_a_31st_is_the_last_day_of_a_short_month(self, today, day, on):
        found = payment_days(dt.date.fromisoformat(today)).get(day)
        assert (found and found.isoformat()) == on

    def test_no_repayment_day_of_three_years_is_missed_or_doubled(self):
        for day in (1, 28, 29, 30, 31):
            first, last = dt.date(2026, 12, 2), dt.date(2029, 12, 1)
            heard = {
                payment_stage(payment_days(now)[day], now)
                for now in (first + n * DAY for n in range((last - first).days))
                if day in payment_days(now)
            }
            days = due_days(DebtNow("", "", 1, due_day=day), first, last)
            assert heard == {f"before:{on.isoformat()}" for on in days}


class TestTheDatabaseDecidesAlike:
    def test_of_items(self, person, known):
        """Every state, rule and kind of item, due and remembered around today."""
        offsets = (-40, -10, -7, -6, -1, 0, 1, 3, 4)
        tips = ["", "T04", *[code for code, tip in known.tips.items() if tip.rrule][:3]]
        rows, kinds = [], itertools.product(PlanState.values, (None, *offsets), tips)
        for number, (state, due, tip) in enumerate(kinds):
            repeats = ("", *Repeat.values)[number % 5] if not tip and due is not None else ""
            rows.append(
                PlanItem(
                    owner=person,
                    tip_code=tip,
                    occurrence=number + 1,
                    own_title="" if tip else "x",
                    repeats=repeats,
                    state=state,
                    due_on=None if due is None else TODAY + due * DAY,
                    remind_on=TODAY + offsets[number % 9] * DAY if state == "later" else None,
                    done_on=TODAY if state == "done" else None,
                )
            )
        rows += [PlanItem(owner=person, tip_code="T9999", due_on=TODAY)]  # retired
        PlanItem.objects.bulk_create(rows)
        for today in (TODAY, TODAY + DAY, TODAY + 5 * DAY):
            Notice.objects.all().delete()
            run(today, "later", "due")
            expected = set()
            for row in PlanItem.objects.all():
                now = item_now(row, known, today)
                given = Planned(row.state, row.due_on, row.remind_on, now.rule, now.valid)
                if stage := item_stage(given, today):
                    day = stage.partition(":")[2]
                    path = f"/plan/{row.public_id}/"
                    expected.add((f"records.item:{row.public_id}", stage, path, day))
            found = {
                (row.about, row.stage, row.path, row.data["on"]) for row in Notice.objects.all()
            }
            assert found == expected
            assert len(found) > 20

    def test_of_payments(self, person):
        for day in range(1, 32):
            debt(person, day, name=f"d{day}")
        debt(person, 5, owed=0), debt(person, None)
        for today in (dt.date(2027, 2, 26), dt.date(2027, 4, 28), TODAY):
            Notice.objects.all().delete()
            run(today, "payments")
            expected = {}
            for on in payment_days(today).values():
                expected[payment_stage(on, today)] = expected.get(payment_stage(on, today), 0) + 1
            found = {row.stage: row.data["count"] for row in Notice.objects.all()}
            assert found == expected

    def test_each_row_is_a_whole_notice(self, person):
        item(person, TODAY)
        run(TODAY)
        notice = Notice.objects.get()
        assert (notice.owner, notice.kind, notice.state) == (person, "plan", "queued")
        assert notice.created_at == morning(TODAY)
        assert notice.public_id.version == 4
        assert (notice.mail_after, notice.read_at, notice.sent_at) == (None, None, None)
        assert notice.data == {"on": "2026-12-02"}


class TestOnce:
    def test_however_often_the_job_runs(self, person):
        item(person, TODAY + DAY), debt(person), item(person, state="later", remind_on=TODAY)
        for _time in range(3):
            run(TODAY)
        assert told() == [
            ("payment", "before:2026-12-05"),
            ("plan", "later:2026-12-02"),
            ("plan", "soon:2026-12-03"),
        ]
        assert len(set(Notice.objects.values_list("public_id", flat=True))) == 3

    def test_day_by_day_each_stage_comes_once(self, person):
        item(person, TODAY), debt(person, 2)
        for back in range(-20, 40):
            run(TODAY + back * DAY)
        assert told() == [
            ("payment", "before:2026-12-02"),
            ("payment", "before:2027-01-02"),
            ("plan", "over:2026-12-02"),
            ("plan", "soon:2026-12-02"),
        ]

    def test_two_debts_of_one_day_are_one_reminder(self, person, other):
        debt(person), debt(person, name="y"), debt(other)
        run(TODAY)
        rows = Notice.objects.values_list("owner", "data__count")
        assert set(rows) == {(person.pk, 2), (other.pk, 1)}

    def test_in_batches_by_key(self, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(reminders, "BATCH", 3)
        people = [UserFactory() for _number in range(7)]
        for person in people:
            item(person, TODAY), debt(person), debt(person, 4)
        run(TODAY)
        assert Notice.objects.filter(kind="plan").count() == 7
        assert Notice.objects.filter(kind="payment").count() == 14
        with django_assert_num_queries(2):
            reminders._tell(
                *reminders.remind("s", "due", 0, morning(TODAY)).args[:3], None, morning(TODAY)
            )

    def test_the_batches_ask_for_one_another(self, monkeypatch, run_jobs):
        from jobs.services import enqueue_due

        monkeypatch.setattr(reminders, "BATCH", 2)
        monkeypatch.setattr("records.tasks.timezone.now", lambda: morning(TODAY))
        for _number in range(5):
            item(UserFactory(), TODAY)
        enqueue_due(morning(TODAY))
        run_jobs()
        assert Notice.objects.count() == 5

    def test_the_day_is_that_of_beijing(self, person):
        item(person, TODAY)
        before = dt.datetime(2026, 11, 28, 15, 59, tzinfo=dt.UTC)  # 23:59 of the 28th there
        reminders.remind("slot", "due", 0, before)()
        assert told() == []
        reminders.remind("slot", "due", 0, before + dt.timedelta(minutes=1))()
        assert told() == [("plan", "soon:2026-12-02")]

    def test_a_turn_that_was_replaced_is_not_told_and_its_follower_is(self, person):
        first = item(person, TODAY - 7 * DAY, repeats="FREQ=WEEKLY")
        run(TODAY)
        assert told() == []
        roll("night", 0, TODAY)()
        run(TODAY)
        follower = PlanItem.objects.get(follows=first)
        assert Notice.objects.get().about == f"records.item:{follower.public_id}"


ACTS = {
    "done": lambda row: move_item(item=row, action="finish", today=TODAY),
    "dismissed": lambda row: move_item(item=row, action="dismiss", today=TODAY),
    "postponed": lambda row: move_item(item=row, action="postpone", today=TODAY),
    "moved": lambda row: edit_own_item(item=row, title="x", due_on=TODAY + 9 * DAY),
    "deleted": lambda row: row.delete(),
}


class TestSuppressed:
    def send(self, day=TODAY, hour=9):
        sender = Recorder()
        now = dt.datetime.combine(day, dt.time(hour), SHANGHAI)
        mailing.send_queued(lambda: now, sender, lambda *_: None)
        return sender.sent

    @pytest.mark.parametrize("act", ACTS)
    def test_who_has_acted_gets_no_mail_and_no_later_stage(self, person, act):
        row = item(person, TODAY)
        run(TODAY)
        ACTS[act](row)
        assert self.send() == []
        assert Notice.objects.get().state == "dropped"
        run(TODAY + DAY)
        assert Notice.objects.count() == 1

    @pytest.mark.parametrize("act", ["removed", "repaid", "another day"])
    def test_a_debt_that_is_gone_is_not_reminded_of(self, person, act):
        row = debt(person)
        run(TODAY)
        values = {"name": "x", "kind": "other", "owed_fen": 100, "due_day": 5}
        if act == "removed":
            remove_debt(debt=row)
        else:
            new = {"owed_fen": 0} if act == "repaid" else {"due_day": 20}
            edit_debt(debt=row, values=values | new, today=TODAY)
        assert self.send() == []
        assert Notice.objects.get(kind="payment").state == "dropped"

    def test_one_of_two_debts_repaid_leaves_the_reminder(self, person):
        debt(person), remove_debt(debt=debt(person, name="y"))
        run(TODAY)
        assert len(self.send()) == 1

    def test_the_mail_names_days_and_counts_and_nothing_else(self, person):
        item(person, TODAY, title="CNRY-7b2e", note="CNRY-7b2e")
        debt(person, owed=987_654, name="CNRY-7b2e 借呗")
        run(TODAY)
        mails = self.send()
        assert [mail.subject for mail in mails] == [
            "[额度明白账] 计划里有一件事 2026-12-02 到期",
            "[额度明白账] 2026-12-05 是还款日（1 笔）",
        ]
        for mail in mails:
            for secret in ("CNRY", "借呗", "9876", "9,876"):
                assert secret not in mail.subject + mail.text

    def test_in_english(self, person):
        person.language = "en"
        person.save()
        item(person, TODAY - DAY), debt(person), item(person, state="later", remind_on=TODAY)
        run(TODAY)
        for mail in self.send():
            assert not any(
                "\u4e00" <= letter <= "\u9fff" for letter in mail.text.partition("--")[0]
            )

    def test_the_inbox_leads_to_the_item(self, client, person):
        row = item(person, TODAY)
        run(TODAY)
        client.force_login(person)
        page = client.get("/me/notices/").content.decode()
        assert "计划里有一件事 2026-12-02 到期" in page
        notice = Notice.objects.get()
        assert client.post(f"/me/notices/{notice.public_id}/read/")["Location"] == (
            f"/plan/{row.public_id}/"
        )


def test_an_item_of_ones_own_made_by_the_service_is_told_of(person):
    add_own_item(owner=person, title="看余额", due_on=TODAY)
    run(TODAY)
    assert told(person) == [("plan", "soon:2026-12-02")]
