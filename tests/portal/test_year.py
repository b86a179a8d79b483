"""A year of one person's life with the clock in our hands: a limit falls, reports are fetched, one
entry is disputed, loans are repaid, an account is deleted. What he is told of stands in a list made
by hand: everything once, on its day, by e-mail outside the quiet hours, and nothing after he acted.
"""

import datetime as dt

import time_machine

from accounts import mailing
from accounts.enums import UNCHOSEN
from accounts.models import Notice, User
from accounts.services import request_erasure
from complaints import reminders as case_reminders
from complaints.models import FollowUp, Step
from complaints.services import (
    answer_follow_up,
    file_complaint,
    record_reply,
    record_sent,
    start_draft,
)
from inputs.clock import SHANGHAI
from jobs.models import Job
from jobs.worker import run_job
from portal import erasing
from records import reminders, rolling
from records.domain.reminders import DAYS_BEFORE
from records.enums import PlanState
from records.models import CreditReport, PlanItem
from records.services import (
    add_debt,
    add_entry,
    add_own_item,
    add_report,
    edit_debt,
    judge_entry,
    move_item,
    save_circumstances,
)
from tests.accounts.test_mailing import Recorder
from tests.factories import log
from tests.records.test_report_services import ENTRY

day = dt.date.fromisoformat
FIRST, LAST = day("2026-03-02"), day("2027-03-01")
LENDER = "演示消费金融有限公司"

# (told on, kind, stage), by hand. The plan's own items are held against their days below.
TOLD = [
    # The card is repaid on the last day of each month, three days ahead, until it is paid off on
    # 15 August.
    ("2026-03-28", "payment", "before:2026-03-31"),
    ("2026-04-27", "payment", "before:2026-04-30"),
    # The objection reached the bureau on 22 April: 20 days (art. 25). Nobody wrote before the
    # reply of 13 May, so that all stages up to the day after are told; then none.
    ("2026-05-09", "deadline", "before:2026-05-12"),
    ("2026-05-12", "deadline", "on:2026-05-12"),
    ("2026-05-13", "deadline", "after:2026-05-12"),
    ("2026-05-28", "payment", "before:2026-05-31"),
    # Four weeks after the reply.
    ("2026-06-10", "follow-up", "ask:2026-06-10"),
    ("2026-06-27", "payment", "before:2026-06-30"),
    ("2026-07-28", "payment", "before:2026-07-31"),
    # Paid off on 10 October 2021: five years end with 10 October 2026 (art. 16).
    ("2026-10-11", "record", "gone:2026-10-10"),
    # Two reports are free again (art. 17).
    ("2027-01-01", "record", "free:2027-01-01"),
]


class Life:
    """One person, what he does on which day, and the workers that run every day."""

    def __init__(self, person):
        self.person, self.mail, self.told, self.on = person, Recorder(), {}, FIRST

    def live(self):
        while self.on <= LAST:
            self.at(1, 0, lambda now: self._run(rolling.roll(f"{now}", 0, self.on)))
            self.at(4, 20, self._erase)
            self.at(7, 30, self._remind_of_plan)
            self.at(8, 4, self._send)
            self.at(9, 0, self._remind_of_cases)
            self.at(9, 4, self._send)
            if act := getattr(self, f"on_{self.on:%Y_%m_%d}", None):
                self.at(12, 0, lambda now: act())
            self.on += dt.timedelta(days=1)

    def at(self, hour, minute, work):
        now = dt.datetime.combine(self.on, dt.time(hour, minute), SHANGHAI)
        with time_machine.travel(now, tick=False):
            work(now)
        for row in Notice.objects.exclude(pk__in=self.told):
            self.told[row.pk] = (now, row.kind, row.stage, row.about)

    def _run(self, effect):
        if effect:
            effect()

    def _erase(self, now):
        erasing.erase_due(now)
        for pk in Job.objects.filter(kind="portal.erase", state="queued").values_list(
            "pk", flat=True
        ):
            run_job(pk)

    def _remind_of_plan(self, now):
        for scan in reminders.SCANS:
            self._run(reminders.remind(f"{now}", scan, 0, now))

    def _remind_of_cases(self, now):
        for scan in case_reminders.SCANS:
            self._run(case_reminders.remind(f"{now}", scan, 0, self.on))

    def _send(self, now):
        before = len(self.mail.sent)
        mailing.send_queued(lambda: now, self.mail, lambda *_: None)
        assert all(8 <= now.hour < 22 for _mail in self.mail.sent[before:])

    # --- what he does --------------------------------------------------------------------------

    def on_2026_03_02(self):
        log(self.person, effective_on=day("2026-03-01"), today=self.on)
        save_circumstances(owner=self.person, today=self.on, id_expires_on=day("2026-09-30"))
        self.card = add_debt(owner=self.person, values=self.owed(500_000), today=self.on)
        add_own_item(
            owner=self.person, title="看余额", due_on=day("2026-04-05"), repeats="FREQ=MONTHLY"
        )

    def owed(self, fen):
        return {"name": "某行信用卡", "kind": "card", "owed_fen": fen, "due_day": 31}

    def on_2026_04_10(self):
        self.first = self.fetch("0410")
        self.wrong = self.entry(self.first, state="overdue", overdue_fen=80_000)
        judge_entry(entry=self.wrong, verdict="wrong", what_wrong="早已还清", now=self.noon)

    def on_2026_04_20(self):
        draft = start_draft(
            owner=self.person,
            change=None,
            typed={
                "change": {"topic": "record"},
                "from": {"row": str(self.wrong.public_id)},
            },
        )
        answers = {
            "change": {"topic": "record", "change": "none"},
            "respondent": {"institution": "pbccrc", "other_name": "", "other_licence": ""},
            "facts": {
                "report_on": self.first.reported_on,
                "reporter": LENDER,
                "entry": "循环贷款",
                "wrong": "早已还清",
            },
            "demands": {"demands": ["dispute-entry"], "wish": ""},
            "contact": {"name": "", "contact": "", "contract_no": ""},
        }
        self.case = file_complaint(draft=draft, answers=answers, key="k", today=self.on)
        self.step = Step.objects.get(complaint=self.case)
        record_sent(step=self.step, actor=self.person, sent_on=self.on, received_on=None)

    def on_2026_04_22(self):
        record_sent(
            step=self.step, actor=self.person, sent_on=day("2026-04-20"), received_on=self.on
        )

    def on_2026_05_13(self):
        record_reply(
            step=self.step,
            actor=self.person,
            answered_on=self.on,
            answer_text="已更正。",
            reply_kind="changed",
        )

    def on_2026_06_12(self):
        answer_follow_up(
            follow_up=FollowUp.objects.get(complaint=self.case),
            actor=self.person,
            limit_back="no",
            reason_given="specific",
            useful=True,
            now=self.noon,
        )

    def on_2026_07_05(self):
        second = self.fetch("0705")
        self.entry(second, overdue_months=1, bad_until=day("2021-10-10"))

    def on_2026_08_15(self):
        edit_debt(debt=self.card, values=self.owed(0), today=self.on)

    def on_2026_11_20(self):
        """Whatever is open is put off for a month, or done."""
        for item in PlanItem.objects.for_user(self.person).open():
            move_item(
                item=item,
                action="postpone" if item.pk % 2 else "finish",
                today=self.on,
                remind_on=day("2026-12-20") if item.pk % 2 else None,
            )

    def on_2027_02_10(self):
        """He looks back, and then asks for everything to be deleted."""
        self._look_back()
        request_erasure(owner=self.person, at_once=False, now=self.noon)

    def _look_back(self):
        """Items whose day came while they waited, without the reminder they were due; and what
        went out by e-mail."""
        told = {(stage, about) for _now, _kind, stage, about in self.told.values()}
        waited = [
            item
            for item in PlanItem.objects.for_user(self.person).filter(
                state__in=[PlanState.TODO, PlanState.EXPIRED], due_on__lte=self.on
            )
            if item.created_at.astimezone(SHANGHAI).date() < item.due_on
        ]
        self.waited = len(waited)
        self.missed = [
            (str(item.due_on), item.tip_code)
            for item in waited
            if (f"soon:{item.due_on}", f"records.item:{item.public_id}") not in told
        ]
        rows = Notice.objects.filter(owner=self.person)
        self.states = set(rows.values_list("state", flat=True))
        self.sent_at_once = rows.exclude(kind="plan").filter(state="sent").count()

    @property
    def noon(self):
        return dt.datetime.combine(self.on, dt.time(12), SHANGHAI)

    def fetch(self, tail):
        values = {"reported_on": self.on, "kind": "brief", "cost": "free", "note": ""}
        return add_report(owner=self.person, values=values | {"number_tail": tail}, now=self.noon)

    def entry(self, report, **fields):
        return add_entry(report=report, values=ENTRY | fields, now=self.noon)


def test_a_year_is_told_once_and_in_time(person, other, known):
    """One walk through the year (it costs half a minute), looked at from every side."""
    life = Life(person)
    life.live()
    told = sorted(
        (f"{now:%Y-%m-%d}", kind, stage)
        for now, kind, stage, _about in life.told.values()
        if kind != "plan"
    )
    assert told == sorted(TOLD)
    assert_plan_told_once_and_near_its_day(life)
    assert life.missed == []
    assert life.waited >= 10
    assert_mailed_at_most_once(life)
    assert_gone(life)


def assert_plan_told_once_and_near_its_day(life):
    of_the_plan = [row for row in life.told.values() if row[1] == "plan"]
    keys = [(stage, about) for _now, _kind, stage, about in of_the_plan]
    assert len(of_the_plan) > 20
    assert len(keys) == len(set(keys))
    for now, _kind, stage, _about in of_the_plan:
        name, due = stage.split(":")
        left = (day(due) - now.date()).days
        assert (left in range(DAYS_BEFORE + 1)) if name == "soon" else (left in (0, -1)), stage


def assert_mailed_at_most_once(life):
    """Everything but the plan by itself; the plan gathered, one e-mail a morning."""
    mornings = {now.date() for now, kind, *_rest in life.told.values() if kind == "plan"}
    assert UNCHOSEN["plan"] == "daily"
    assert life.states == {"sent", "dropped"} or life.states == {"sent"}
    assert life.sent_at_once == len(TOLD)
    assert life.sent_at_once < len(life.mail.sent) <= life.sent_at_once + len(mornings)


def assert_gone(life):
    """Seven days after he asked: the account, every reminder, and nothing more by e-mail."""
    assert not User.objects.filter(pk=life.person.pk).exists()
    assert not CreditReport.objects.filter(owner=life.person.pk).exists()
    assert not Notice.objects.exists()
    last = max(now for now, *_rest in life.told.values())
    assert last.date() < day("2027-02-17")
