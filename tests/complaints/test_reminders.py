"""Who is told what on which day: one row a stage, nothing for who has acted."""

import datetime as dt

import pytest

from accounts.models import Notice
from complaints import reminders
from complaints.domain.drafts import KEPT_DAYS
from complaints.domain.reminders import (
    Waiting,
    draft_stage,
    follow_up_stage,
    step_stage,
    sureness,
)
from complaints.models import Complaint, ComplaintDraft, FollowUp, Step
from complaints.services import (
    act,
    extend_step,
    give_up_step,
    open_step,
    record_reply,
    record_sent,
    restart_step,
    start_draft,
)
from jobs.models import Job
from tests.factories import file, log

DAY = dt.date.fromisoformat
DUE = DAY("2026-11-17")
OPENED = DAY("2026-11-01")
LONG_AGO = DAY("2026-01-01")


def waiting(**changes):
    return Waiting(**{"opened_on": OPENED, "sent_on": OPENED, "due_on": DUE, **changes})


STAGES = [
    ("2026-11-13", None),
    ("2026-11-14", "before"),
    ("2026-11-16", "before"),
    ("2026-11-17", "on"),
    ("2026-11-18", "after"),
    ("2026-11-23", "after"),
    ("2026-11-24", "final"),
    ("2026-12-24", "final"),
    ("2026-12-25", None),
]
NOT_TOLD = {
    "answered, given up or closed": {"is_over": True},
    "no day, sent": {"due_on": None},
}
UNSENT = [
    ("2026-11-01", None),
    ("2026-11-03", None),
    ("2026-11-04", "unsent"),
    ("2026-12-04", "unsent"),
    ("2026-12-05", None),
]


class TestPure:
    @pytest.mark.parametrize(("today", "name"), STAGES)
    def test_a_deadline_has_one_stage_a_day_that_names_it(self, today, name):
        stage = step_stage(waiting(), DAY(today))
        assert stage == (f"{name}:2026-11-17" if name else None)

    @pytest.mark.parametrize("changes", NOT_TOLD.values(), ids=NOT_TOLD)
    def test_nobody_is_told_in_vain(self, changes):
        days = [OPENED + dt.timedelta(days=n) for n in range(90)]
        assert {step_stage(waiting(**changes), day) for day in days} == {None}

    @pytest.mark.parametrize(("today", "stage"), UNSENT)
    def test_a_letter_that_was_not_sent(self, today, stage):
        unsent = waiting(sent_on=None, due_on=None)
        assert step_stage(unsent, DAY(today)) == stage

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"certainty": "firm"}, "firm"),
            ({"certainty": "provisional"}, "provisional"),
            ({"certainty": "soft"}, "soft"),
            ({"certainty": "firm", "is_extended": True}, "extended"),
        ],
    )
    def test_how_certain_the_day_is(self, changes, word):
        assert sureness(waiting(**changes)) == word

    def test_every_stage_fits_its_column(self):
        assert max(len(f"{name}:2026-11-17") for _day, name in STAGES if name) <= 24
        assert len(draft_stage(DUE, DUE)) <= 24

    @pytest.mark.parametrize(
        ("today", "told"),
        [
            ("2026-11-09", False),
            ("2026-11-10", True),
            ("2026-11-17", True),
            ("2026-11-18", False),
        ],
    )
    def test_a_draft_in_its_last_week(self, today, told):
        assert draft_stage(DUE, DAY(today)) == ("expires:2026-11-17" if told else None)

    @pytest.mark.parametrize(
        ("today", "answered", "told"),
        [
            ("2026-11-16", False, False),
            ("2026-11-17", False, True),
            ("2026-12-17", False, True),
            ("2026-12-18", False, False),
            ("2026-11-17", True, False),
        ],
    )
    def test_a_follow_up_from_its_day_on(self, today, answered, told):
        assert follow_up_stage(DUE, answered, DAY(today)) == ("ask:2026-11-17" if told else None)


def scan(day, times=1):
    """One morning's run over everything."""
    for _index in range(times):
        for name in reminders.SCANS:
            reminders.remind("slot", name, 0, day)()


def told(about=None):
    rows = Notice.objects.order_by("pk")
    rows = rows.filter(about__endswith=str(about.public_id)) if about else rows
    return list(rows.values_list("stage", flat=True))


def opened(step, on):
    instant = dt.datetime(on.year, on.month, on.day, 4, tzinfo=dt.UTC)
    Step.objects.filter(pk=step.pk).update(created_at=instant)


@pytest.fixture
def case(person, known):
    case = file(person)
    opened(case.steps.get(), LONG_AGO)
    return case


def another(case, actor, number):
    step = open_step(
        complaint=Complaint.objects.get(pk=case.pk),
        channel_code="C02",
        recipient=f"{number} 号",
        rule_code="D01",
        actor=actor,
    )
    opened(step, LONG_AGO)
    return step


def sent(step, actor, on):
    return record_sent(step=step, actor=actor, sent_on=DAY(on), received_on=DAY(on))


class TestNinetyDays:
    """Several filings of one case, and the person acts on some."""

    @pytest.fixture
    def steps(self, case, person):
        quiet = sent(case.steps.get(), person, "2026-11-02")
        answered, extended, dropped, restarted = (another(case, person, n) for n in range(4))
        return {
            "quiet": quiet,
            "answered": sent(answered, person, "2026-11-02"),
            "extended": sent(extended, person, "2026-11-02"),
            "dropped": sent(dropped, person, "2026-11-02"),
            "restarted": sent(restarted, person, "2026-11-02"),
        }

    EXPECTED = {
        "quiet": ["before", "on", "after", "final"],
        "answered": ["before"],
        "dropped": ["before", "on"],
    }

    def acts(self, steps, person, day):
        """What the person records before the morning's run of a day."""
        if day == DAY("2026-11-16"):
            record_reply(
                step=steps["answered"],
                actor=person,
                answered_on=day,
                answer_text="x",
                reply_kind="generic",
            )
            extend_step(
                step=steps["extended"],
                actor=person,
                announced_on=day,
                due_on=DAY("2026-12-02"),
                reason="复杂",
            )
            restart_step(step=steps["restarted"], actor=person, restarted_on=day, reason="新材料")
        if day == DAY("2026-11-18"):
            give_up_step(step=steps["dropped"], actor=person, ended_on=day, why="不等了")

    def live(self, steps, person, runs, skipped=()):
        for offset in range(90):
            day = DAY("2026-11-01") + dt.timedelta(days=offset)
            self.acts(steps, person, day)
            if day not in skipped:
                scan(day, runs)

    @pytest.mark.parametrize("runs", [1, 3])
    def test_each_stage_is_told_once_however_often_the_job_runs(self, steps, person, runs):
        self.live(steps, person, runs)
        for name, stages in self.EXPECTED.items():
            assert told(steps[name]) == [f"{stage}:2026-11-17" for stage in stages], name
        later = [f"{stage}:2026-12-02" for stage in ("before", "on", "after", "final")]
        assert told(steps["extended"]) == ["before:2026-11-17", *later]
        again = [f"{stage}:2026-12-01" for stage in ("before", "on", "after", "final")]
        assert told(steps["restarted"]) == ["before:2026-11-17", *again]
        assert (
            Notice.objects.filter(about=f"complaints.step:{steps['quiet'].public_id}").count() == 4
        )

    def test_after_ten_days_of_outage_only_the_latest_stage(self, steps, person):
        away = {DAY("2026-11-13") + dt.timedelta(days=n) for n in range(12)}
        self.live(steps, person, 1, away)
        assert told(steps["quiet"]) == ["final:2026-11-17"]
        assert told(steps["answered"]) == told(steps["dropped"]) == []
        assert told(steps["extended"])[0] == "before:2026-12-02"

    def test_a_clock_set_back_tells_nothing_twice(self, steps, person):
        for day in ("2026-11-14", "2026-11-17", "2026-11-14", "2026-11-17"):
            scan(DAY(day))
        assert told(steps["quiet"]) == ["before:2026-11-17", "on:2026-11-17"]


class TestScans:
    def test_a_closed_case_is_told_nothing(self, case, person):
        sent(case.steps.get(), person, "2026-11-02")
        act(complaint=case, action="close", actor=person)
        scan(DUE)
        assert told() == []

    def test_a_step_that_was_not_sent_is_asked_about_once(self, case, person):
        step = case.steps.get()
        opened(step, DAY("2026-11-10"))
        for offset in range(60):
            scan(DAY("2026-11-10") + dt.timedelta(days=offset))
        assert told(step) == ["unsent"]

    def test_the_days_of_a_step_are_days_in_beijing(self, case):
        """Opened at 00:30 on 11 November in Beijing, which is still the 10th in Greenwich."""
        step = case.steps.get()
        late = dt.datetime(2026, 11, 10, 16, 30, tzinfo=dt.UTC)
        Step.objects.filter(pk=step.pk).update(created_at=late)
        scan(DAY("2026-11-13"))
        assert told(step) == []
        scan(DAY("2026-11-14"))
        assert told(step) == ["unsent"]

    def test_a_provisional_day_is_worded_as_such(self, case, person):
        sent(case.steps.get(), person, "2026-11-05")
        scan(DAY("2026-11-20"))
        notice = Notice.objects.get()
        assert (notice.stage, notice.data["certainty"]) == ("on:2026-11-20", "firm")
        Step.objects.update(clock={**case.steps.get().clock, "certainty": "provisional"})
        scan(DAY("2026-11-21"))
        assert Notice.objects.latest("pk").data["certainty"] == "provisional"

    def test_a_notice_names_receipt_number_and_day_and_leads_to_the_step(self, case, person):
        step = sent(case.steps.get(), person, "2026-11-02")
        scan(DUE)
        notice = Notice.objects.get()
        assert notice.owner == person
        assert notice.data == {
            "receipt_no": case.receipt_no,
            "on": "2026-11-17",
            "certainty": "firm",
        }
        assert notice.path == f"/complaints/{case.public_id}/#step-{step.public_id}"

    def test_a_draft_is_told_once_and_again_after_it_was_saved(self, person, known):
        draft = start_draft(owner=person, change=log(person))
        changed = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)
        ends = DAY("2026-11-02") + dt.timedelta(days=KEPT_DAYS)
        for _index in range(2):
            ComplaintDraft.objects.filter(pk=draft.pk).update(updated_at=changed)
            for offset in range(-12, 10):
                scan(ends + dt.timedelta(days=offset))
            changed, ends = changed + dt.timedelta(days=100), ends + dt.timedelta(days=100)
        assert told(draft) == [
            f"expires:{ends - dt.timedelta(days=200)}",
            f"expires:{ends - dt.timedelta(days=100)}",
        ]

    def test_a_follow_up_is_asked_once(self, case, person):
        row = FollowUp.objects.create(owner=person, complaint=case, due_on=DUE)
        for offset in range(-5, 60):
            scan(DUE + dt.timedelta(days=offset))
        assert told(row) == ["ask:2026-11-17"]

    def test_the_queries_do_not_grow_and_batches_follow_each_other(
        self, case, person, monkeypatch, run_jobs, django_assert_num_queries
    ):
        step = sent(case.steps.get(), person, "2026-11-02")
        Step.objects.bulk_create(
            Step(
                owner=person,
                complaint=case,
                channel_code="C01",
                recipient="x",
                received_on=step.received_on,
                rule_code="D01",
                clock=step.clock,
                due_on=step.due_on,
            )
            for _index in range(11)
        )
        with django_assert_num_queries(3):
            reminders.remind("slot", "due", 0, DUE)()
        assert len(told()) == 12
        Notice.objects.all().delete()
        monkeypatch.setattr(reminders, "BATCH", 5)
        monkeypatch.setattr("complaints.tasks.today", lambda: DUE)
        reminders.ask_for_scans("2026-11-17T09:00+08:00")
        run_jobs()
        assert len(told()) == 12
        batches = Job.objects.filter(kind="complaints.remind_batch", args__scan="due")
        assert batches.count() == 3

    def test_the_daily_job_asks_for_every_scan_once(self, known, run_jobs):
        from django.utils import timezone

        from jobs.services import enqueue_due

        for _beat in range(3):
            enqueue_due(timezone.now())
        run_jobs()
        scans = Job.objects.filter(kind="complaints.remind_batch").values_list("args__scan")
        assert sorted(name for (name,) in scans) == sorted(reminders.SCANS)
