"""A filed clock keeps its rule; only a calendar that was announced later counts it again."""

import dataclasses
import datetime as dt

import pytest

from accounts.models import Notice
from complaints import recounting
from complaints.documents.clocks import rule_outdated
from complaints.models import Complaint, ComplaintEvent, Step
from complaints.services import (
    act,
    extend_step,
    record_reply,
    record_sent,
    restart_step,
    start_clock,
)
from guidance import content
from guidance.domain.rules import rule_json
from jobs.models import Job
from tests.factories import file

DAY = dt.date.fromisoformat
SENT = DAY("2026-11-02")


@pytest.fixture
def case(person, known):
    return file(person)


def sent(case, actor, on=SENT):
    return record_sent(step=case.steps.get(), actor=actor, sent_on=on, received_on=on)


@pytest.fixture
def serve(monkeypatch):
    """Serve other knowledge than what is loaded."""

    def use(**changes):
        changed = dataclasses.replace(content.current(), **changes)
        monkeypatch.setattr(content, "current", lambda: changed)
        return changed

    return use


def rules_with(known, *versions):
    """`known` with these versions of D01, as the files would say them; the newest one holds."""
    return {
        "rules": {**known.rules, "D01": versions[-1]},
        "rule_versions": {**known.rule_versions, "D01": versions},
    }


def replaced(known, **changes):
    return dataclasses.replace(known.rules["D01"], **changes)


def announced(known, *days_off):
    """The calendar once the holidays of 2027 are known."""
    return dataclasses.replace(
        known.holidays,
        years=known.holidays.years | {2027},
        off=known.holidays.off | {DAY(day) for day in days_off},
    )


def recount(times=1):
    """The job and the batches it asks for."""
    for number in range(times):
        effect = recounting.recount(f"run-{number}")
        if effect is not None:
            effect()


class TestPinning:
    def test_rule_version_arithmetic_and_day_are_pinned(self, case, person, known):
        step = sent(case, person)
        step.refresh_from_db()
        assert step.rule == rule_json(known.rules["D01"])
        assert (step.rule_version, str(step.due_on)) == ("1", "2026-11-17")
        assert step.clock["calendar"] == known.holidays.fingerprint
        assert step.clock["steps"]

    def test_a_later_rule_moves_no_filed_clock(self, case, person, known, serve):
        step = sent(case, person)
        before = (step.rule, step.clock, step.due_on)
        serve(**rules_with(known, replaced(known, amount=10, version="2")))
        recount()
        step.refresh_from_db()
        assert (step.rule, step.clock, step.due_on) == before
        assert rule_outdated(step)

    def test_the_page_of_the_case_says_that_it_counts_by_the_old_version(
        self, case, person, known, serve, client
    ):
        sent(case, person)
        client.force_login(person)
        words = "规则已更新，这一步按"
        assert words not in client.get(f"/complaints/{case.public_id}/").content.decode()
        serve(**rules_with(known, replaced(known, amount=10, version="2")))
        assert words in client.get(f"/complaints/{case.public_id}/").content.decode()

    def test_a_rule_worded_better_is_not_another_one(self, case, person, known, serve):
        step = sent(case, person)
        assert not rule_outdated(step)
        serve(**rules_with(known, replaced(known, note=known.rules["D02"].note)))
        assert not rule_outdated(step)

    def test_a_step_without_a_clock_and_a_rule_that_is_gone_are_not_outdated(
        self, case, person, known, serve
    ):
        assert not rule_outdated(case.steps.get())
        step = sent(case, person)
        serve(rules={}, rule_versions={})
        assert not rule_outdated(step)

    @pytest.mark.parametrize(
        ("on", "number", "due"),
        [("2026-11-20", "1", "2026-12-05"), ("2026-11-21", "2", "2026-12-01")],
    )
    def test_the_version_in_force_on_the_day_of_receipt_counts(
        self, case, person, known, serve, on, number, due
    ):
        old = replaced(known, valid_to=DAY("2026-11-20"))
        new = replaced(known, amount=10, version="2", valid_from=DAY("2026-11-21"))
        serve(**rules_with(known, old, new))
        step = sent(case, person, DAY(on))
        assert (step.rule_version, str(step.due_on)) == (number, due)

    def test_before_any_version_the_day_is_provisional(self, case, known):
        step = case.steps.get()
        start_clock(step=step, on=DAY("2019-12-02"))
        assert step.clock["certainty"] == "provisional"
        assert "有效期" in str(step.clock["steps"])

    @pytest.mark.parametrize("code", ["", "D99"])
    def test_a_channel_without_a_rule_has_no_clock(self, case, code):
        step = case.steps.get()
        step.rule_code = code
        start_clock(step=step, on=SENT)
        assert (step.clock, step.due_on, step.rule, step.rule_version) == ({}, None, {}, "")

    def test_new_facts_count_afresh_from_their_day(self, case, person, known):
        step = sent(case, person)
        restart_step(step=step, actor=person, restarted_on=DAY("2026-11-10"), reason="新材料")
        step.refresh_from_db()
        assert str(step.due_on) == "2026-11-25"


class TestAYearIsAnnounced:
    """A clock of 20 December ends in a year whose holidays are not known yet."""

    @pytest.fixture
    def step(self, case, person, known):
        step = sent(case, person, DAY("2026-11-20"))
        Step.objects.filter(pk=step.pk).update(rule_code="D12", received_on=DAY("2026-12-24"))
        step.refresh_from_db()
        start_clock(step=step, on=DAY("2026-12-24"))
        step.save()
        assert (str(step.due_on), step.clock["certainty"]) == ("2027-01-04", "provisional")
        return step

    def test_the_clock_moves_once_and_says_so(self, step, known, serve):
        serve(holidays=announced(known, "2027-01-01", "2027-01-04"))
        recount(3)
        step.refresh_from_db()
        assert (str(step.due_on), step.clock["certainty"]) == ("2027-01-06", "firm")
        event = ComplaintEvent.objects.get(action="clock-moved")
        assert (event.data["before"], event.data["due_on"]) == ("2027-01-04", "2027-01-06")
        assert event.state_from == event.state_to == step.complaint.state
        notice = Notice.objects.get(kind="clock-moved")
        assert (notice.stage, notice.owner_id) == ("moved:2027-01-06", step.owner_id)
        assert notice.data["before"] == "2027-01-04"

    def test_counted_is_by_the_pinned_rule(self, step, known, serve):
        rules = {**known.rules, "D12": dataclasses.replace(known.rules["D12"], amount=1)}
        versions = {**known.rule_versions, "D12": (rules["D12"],)}
        serve(rules=rules, rule_versions=versions, holidays=announced(known, "2027-01-01"))
        recount()
        step.refresh_from_db()
        assert (str(step.due_on), step.clock["certainty"]) == ("2027-01-05", "firm")

    def test_a_day_that_only_becomes_certain_is_an_event_and_no_news(
        self, case, person, known, serve
    ):
        step = sent(case, person, DAY("2026-11-20"))
        start_clock(step=step, on=DAY("2026-12-20"))
        step.save()
        serve(holidays=announced(known, "2027-01-01"))
        recount()
        step.refresh_from_db()
        assert (str(step.due_on), step.clock["certainty"]) == ("2027-01-04", "firm")
        assert ComplaintEvent.objects.filter(action="clock-moved").count() == 1
        assert not Notice.objects.filter(kind="clock-moved").exists()

    def test_a_ladder_into_the_new_year_is_counted_again_too(self, case, person, known, serve):
        step = sent(case, person)
        assert "没有 2027 年的放假安排" in str(step.clock["steps"])
        serve(holidays=announced(known, "2027-01-01"))
        recount()
        step.refresh_from_db()
        assert "没有 2027 年的放假安排" not in str(step.clock["steps"])
        assert str(step.due_on) == "2026-11-17"
        assert not ComplaintEvent.objects.filter(action="clock-moved").exists()

    @pytest.mark.parametrize("end", ["answered", "closed", "given-up"])
    def test_what_is_over_is_left_as_it_was(self, step, person, known, serve, end):
        if end == "closed":
            act(complaint=step.complaint, action="close", actor=person)
        else:
            field = {"answered": {"answered_on": SENT, "reply_kind": "generic"}}
            given_up = {"ended_on": SENT, "ended_why": "x"}
            Step.objects.filter(pk=step.pk).update(**field.get(end, given_up))
        serve(holidays=announced(known, "2027-01-04"))
        recount()
        after = Step.objects.get(pk=step.pk)
        assert (after.clock, after.due_on) == (step.clock, step.due_on)

    def test_under_an_extension_the_clock_moves_without_a_word(self, step, person, known, serve):
        extend_step(
            step=step,
            actor=person,
            announced_on=DAY("2026-12-28"),
            due_on=DAY("2027-02-01"),
            reason="复杂",
        )
        serve(holidays=announced(known, "2027-01-01", "2027-01-04"))
        recount()
        assert ComplaintEvent.objects.filter(action="clock-moved").count() == 1
        assert not Notice.objects.filter(kind="clock-moved").exists()

    def test_nothing_new_is_nothing_to_do(self, step):
        assert recounting.recount("run") is None

    def test_many_are_counted_in_batches_of_one_query_each(
        self, step, known, serve, monkeypatch, run_jobs, django_assert_max_num_queries
    ):
        for _index in range(9):
            Step.objects.create(
                owner=step.owner,
                complaint=step.complaint,
                channel_code="C01",
                recipient="x",
                received_on=SENT,
                rule_code="D12",
                rule=step.rule,
                clock=step.clock,
                due_on=step.due_on,
            )
        serve(holidays=announced(known, "2027-01-01", "2027-01-04"))
        monkeypatch.setattr(recounting, "BATCH", 4)
        with django_assert_max_num_queries(20):
            recounting.recount("first")()
        assert Step.objects.filter(due_on=DAY("2027-01-06")).count() == 4
        run_jobs()
        assert Step.objects.filter(due_on=DAY("2027-01-06")).count() == 10
        assert ComplaintEvent.objects.filter(action="clock-moved").count() == 10
        assert Notice.objects.filter(kind="clock-moved").count() == 10

    def test_the_case_gets_a_new_version_and_summary(self, step, known, serve):
        before = Complaint.objects.get(pk=step.complaint_id).version
        serve(holidays=announced(known, "2027-01-04"))
        recount()
        case = Complaint.objects.get(pk=step.complaint_id)
        assert case.version == before + 1
        assert Job.objects.filter(key=f"summaries.case:{case.public_id}:{case.version}").exists()

    def test_answered_between_looking_and_locking_it_stays(self, step, person, known, serve):
        serve(holidays=announced(known, "2027-01-04"))
        effect = recounting.recount("run")
        record_reply(
            step=step,
            actor=person,
            answered_on=DAY("2026-12-24"),
            answer_text="x",
            reply_kind="generic",
        )
        effect()
        assert Step.objects.get(pk=step.pk).clock == step.clock
