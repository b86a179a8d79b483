"""Steps of a case: what may be recorded when, once, and what it does to case and clock."""

import datetime as dt
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from complaints import services
from complaints.domain.workflow import TransitionNotAllowed
from complaints.models import ComplaintEvent, DemandResult, Extension, Step
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import UserFactory, file, log

pytestmark = pytest.mark.django_db


def on(day, month=11):
    return dt.date(2026, month, day)


RECEIVED, ANNOUNCED, ANSWERED, EXTENDED = on(3), on(16), on(17), on(3, 12)


@pytest.fixture
def case(person, known):
    return file(person)


@pytest.fixture
def step(case):
    return case.steps.get()


def send(step, received=RECEIVED, **more):
    return services.record_sent(
        step=step, actor=step.owner, sent_on=on(2), received_on=received, **more
    )


def reply(step, day=ANSWERED, **more):
    said = {"answer_text": "经综合评估", "reply_kind": "generic", **more}
    return services.record_reply(step=step, actor=step.owner, answered_on=day, **said)


def extend(step, due=EXTENDED, announced=ANNOUNCED, reason="情况复杂"):
    return services.extend_step(
        step=step, actor=step.owner, announced_on=announced, due_on=due, reason=reason
    )


def further(case, channel="C05", recipient="国家金融监督管理总局", rule="D04"):
    return services.open_step(
        complaint=case, channel_code=channel, recipient=recipient, rule_code=rule, actor=case.owner
    )


def actions(case):
    return list(case.events.order_by("pk").values_list("action", flat=True))


def state(case):
    case.refresh_from_db()
    return case.state


class TestSeveralAtOnce:
    def test_a_second_step_does_not_stop_the_first_from_waiting(self, case, step):
        send(step)
        other = further(case)
        assert state(case) == "awaiting"
        services.record_sent(step=other, actor=case.owner, sent_on=on(4))
        assert state(case) == "awaiting"
        send(other, received=on(5))
        reply(step)
        assert state(case) == "awaiting"
        reply(other)
        assert state(case) == "replied"

    def test_each_has_its_own_clock_and_rule(self, case, step):
        first, second = send(step), send(further(case), received=on(5))
        assert (first.rule_code, second.rule_code) == ("D01", "D04")
        assert first.due_on == on(18)
        assert second.due_on not in (None, first.due_on)

    def test_after_an_answer_the_next_step_is_an_escalation(self, case, step):
        send(step)
        reply(step)
        further(case)
        assert actions(case)[-1] == "escalate"
        assert state(case) == "ready"

    def test_a_channel_without_a_period_has_no_clock_and_still_waits(self, case):
        step = send(further(case, "C12", "12345", ""))
        assert (step.due_on, step.clock) == (None, {})
        assert state(case) == "awaiting"

    def test_giving_up_the_only_one_that_waits_leaves_something_to_do(self, case, step):
        send(step)
        services.give_up_step(step=step, actor=case.owner, ended_on=on(20), why="无人处理")
        assert state(case) == "ready"
        reply(step, on(21))
        assert state(case) == "replied"

    def test_giving_up_can_be_undone_and_the_clock_is_the_same(self, case, step):
        due = send(step).due_on
        services.give_up_step(step=step, actor=case.owner, ended_on=on(20), why="无人处理")
        for _time in range(2):
            services.take_up_step(step=step, actor=case.owner)
        step.refresh_from_db()
        assert state(case) == "awaiting"
        assert (step.due_on, step.ended_on, step.ended_why) == (due, None, "")
        assert actions(case)[-2:] == ["give-up", "take-up"]

    def test_what_was_answered_since_is_not_taken_up(self, case, step):
        services.give_up_step(step=step, actor=case.owner, ended_on=on(20), why="无人处理")
        reply(step, on(21))
        with pytest.raises(TransitionNotAllowed):
            services.take_up_step(step=step, actor=case.owner)


class TestOnce:
    """A double click is one event; the natural key is the whole of what was said."""

    @pytest.mark.parametrize("times", [2, 5])
    def test_every_action_twice_is_one_event(self, case, step, times):
        for _time in range(times):
            send(step, reference_no="A1")
        for _time in range(times):
            services.record_number(step=step, actor=case.owner, reference_no="B2")
        for _time in range(times):
            extend(step)
        for _time in range(times):
            services.restart_step(step=step, actor=case.owner, restarted_on=on(20), reason="新合同")
        for _time in range(times):
            reply(step, on(21))
        for _time in range(times):
            further(case)
        for _time in range(times):
            services.act(complaint=case, action="close", actor=case.owner, outcome="generic")
        assert actions(case) == [
            "file",
            "record-received",
            "record-number",
            "extend",
            "restart",
            "record-reply",
            "escalate",
            "close",
        ]
        assert Extension.objects.count() == 1
        assert case.steps.count() == 2

    def test_giving_up_and_withdrawing_twice(self, case, step):
        for _time in range(2):
            services.give_up_step(step=step, actor=case.owner, ended_on=on(20), why="不寄了")
        for _time in range(2):
            services.act(complaint=case, action="withdraw", actor=case.owner)
        assert actions(case) == ["file", "give-up", "withdraw"]

    def test_other_words_are_another_event(self, case, step):
        send(step)
        reply(step)
        reply(step, on(18), answer_text="另一份", is_final=True)
        assert actions(case)[-2:] == ["record-reply", "record-reply"]
        step.refresh_from_db()
        assert (step.answered_on, step.is_final) == (on(18), True)


class TestStale:
    @pytest.mark.parametrize("before", ["answered", "ended", "closed"])
    @pytest.mark.parametrize("action", ["sent", "extend", "restart", "give-up"])
    def test_what_is_over_is_refused_and_nothing_changes(self, case, step, before, action):
        send(step)
        if before == "answered":
            reply(step)
        elif before == "ended":
            services.give_up_step(step=step, actor=case.owner, ended_on=on(19), why="无人处理")
        else:
            services.act(complaint=case, action="close", actor=case.owner, outcome="other")
        count = ComplaintEvent.objects.count()
        do = {
            "sent": lambda: send(step, reference_no="X"),
            "extend": lambda: extend(step),
            "restart": lambda: services.restart_step(
                step=step, actor=case.owner, restarted_on=on(20), reason="新"
            ),
            "give-up": lambda: services.give_up_step(
                step=step, actor=case.owner, ended_on=on(21), why="又"
            ),
        }[action]
        with pytest.raises(TransitionNotAllowed):
            do()
        assert ComplaintEvent.objects.count() == count

    @pytest.mark.parametrize("action", ["extend", "restart", "reply"])
    def test_nothing_is_answered_or_extended_before_it_was_sent(self, case, step, action):
        do = {
            "extend": lambda: extend(step),
            "restart": lambda: services.restart_step(
                step=step, actor=case.owner, restarted_on=on(20), reason="新"
            ),
            "reply": lambda: reply(step),
        }[action]
        with pytest.raises(TransitionNotAllowed):
            do()
        assert actions(case) == ["file"]

    def test_a_closed_case_opens_no_step(self, case):
        services.act(complaint=case, action="close", actor=case.owner, outcome="other")
        with pytest.raises(ValidationError):
            further(case)


class TestDays:
    def refused(self, field, do):
        with pytest.raises(ValidationError) as error:
            do()
        assert list(error.value.message_dict) == [field]
        return error.value.message_dict[field][0]

    def test_received_before_sent(self, step):
        said = self.refused("received_on", lambda: send(step, received=on(1)))
        assert "2026-11-02" in said
        assert Step.objects.get().sent_on is None

    @pytest.mark.parametrize("day", [on(1), on(2)])
    def test_answered_before_received(self, step, day):
        send(step)
        assert "2026-11-03" in self.refused("answered_on", lambda: reply(step, day))

    def test_a_later_answer_is_not_earlier_than_the_first(self, step):
        send(step)
        reply(step, on(17))
        self.refused("answered_on", lambda: reply(step, on(16), answer_text="别的"))

    @pytest.mark.parametrize(
        ("announced", "due", "reason", "field"),
        [
            (on(2), on(30), "x", "announced_on"),
            (on(16), on(18), "x", "due_on"),
            (on(16), on(17), "x", "due_on"),
            (on(25), on(25), "x", "due_on"),
            (on(16), on(30), "", "reason"),
            (on(16), on(30), "  ", "reason"),
        ],
        ids=["before receipt", "same day", "earlier", "told on the day", "no reason", "blank"],
    )
    def test_extensions(self, step, announced, due, reason, field):
        send(step)
        self.refused(field, lambda: extend(step, due, announced, reason))
        assert not Extension.objects.exists()

    def test_a_restart_before_the_start(self, step):
        send(step)
        self.refused(
            "restarted_on",
            lambda: services.restart_step(
                step=step, actor=step.owner, restarted_on=on(1), reason="新"
            ),
        )

    def test_no_longer_waiting_before_it_was_received(self, step):
        send(step)
        self.refused(
            "ended_on",
            lambda: services.give_up_step(step=step, actor=step.owner, ended_on=on(1), why="x"),
        )

    def test_giving_up_needs_a_reason(self, step):
        send(step)
        self.refused(
            "why",
            lambda: services.give_up_step(step=step, actor=step.owner, ended_on=on(9), why=" "),
        )

    def test_the_database_holds_an_extension_later_than_its_notice(self, step):
        with pytest.raises(IntegrityError), transaction.atomic():
            Extension.objects.create(
                owner=step.owner, step=step, announced_on=on(5), due_on=on(5), reason="x"
            )


class TestClock:
    def test_receipt_recorded_later_starts_it_and_keeps_the_rest(self, case, step):
        send(step, received=None, reference_no="A1", sent_how="EMS 1")
        assert state(case) == "filed"
        step = send(step)
        assert (step.reference_no, step.sent_how, step.due_on) == ("A1", "EMS 1", on(18))
        assert actions(case)[-2:] == ["record-sent", "record-received"]

    def test_a_day_of_receipt_put_right_counts_anew(self, step):
        send(step)
        assert send(step, received=on(5)).due_on == on(20)

    def test_after_an_extension_the_day_of_receipt_stands(self, step):
        send(step)
        extend(step)
        with pytest.raises(ValidationError, match="不能再改"):
            send(step, received=on(5))

    def test_several_extensions_and_the_first_day_stays(self, step):
        send(step)
        extend(step)
        with pytest.raises(ValidationError):
            extend(step, on(3, 12), on(2, 12), "又一次")
        extend(step, on(2, 12) + dt.timedelta(days=20), on(2, 12), "又一次")
        step.refresh_from_db()
        assert step.due_on == on(18)
        assert step.last_due_on == on(22, 12)
        assert Step.objects.awaited().get().awaited_on == on(22, 12)

    def test_new_facts_start_it_again_and_the_old_clock_stays_in_the_event(self, case, step):
        send(step)
        old = Step.objects.get().clock
        extend(step)
        step = services.restart_step(
            step=step, actor=case.owner, restarted_on=on(20), reason="新合同"
        )
        assert step.due_on == step.last_due_on == on(5, 12)
        event = case.events.get(action="restart")
        assert event.data["clock"] == old
        assert event.data["before"] == "2026-12-03"
        assert "新合同" not in str(event.data)
        assert Step.objects.awaited().get().awaited_on == on(5, 12)

    def test_a_rule_without_a_restart_has_none(self, case):
        step = send(further(case))
        with pytest.raises(ValidationError) as error:
            services.restart_step(step=step, actor=case.owner, restarted_on=on(20), reason="新")
        assert error.value.code == "no_restart"

    def test_proof_of_another_person_is_no_choice(self, step, known):
        foreign = keep(UserFactory(), hostile.png(), "a.png")
        with pytest.raises(ValidationError):
            send(step, proof=foreign)


class TestEnd:
    @pytest.mark.parametrize("outcome", ["withdrawn", "won"])
    def test_an_outcome_that_is_none_is_refused(self, case, outcome):
        with pytest.raises(ValidationError):
            services.act(complaint=case, action="close", actor=case.owner, outcome=outcome)
        assert state(case) == "ready"

    def test_withdrawing_is_an_outcome(self, case):
        services.act(complaint=case, action="withdraw", actor=case.owner)
        assert state(case) == "closed"
        assert case.outcome == "withdrawn"

    def test_a_reopened_case_stands_where_its_steps_stand(self, case, step):
        send(step)
        services.act(complaint=case, action="close", actor=case.owner, outcome="no-reply")
        services.act(complaint=case, action="reopen", actor=case.owner)
        assert state(case) == "awaiting"
        assert (case.outcome, case.closed_at) == ("", None)

    def test_results_and_end_are_kept_together_or_not_at_all(self, case):
        results = {"explain-reason": "partly", "human-review": ""}
        services.close_case(complaint=case, actor=case.owner, outcome="generic", results=results)
        assert DemandResult.objects.get().result == "partly"
        assert actions(case) == ["file", "mark-demand", "close"]
        with pytest.raises(TransitionNotAllowed):
            services.close_case(
                complaint=case, actor=case.owner, outcome="refused", results={"human-review": "no"}
            )
        assert DemandResult.objects.count() == 1

    def test_a_result_may_change_later_with_an_event_each(self, case):
        for result in ("no", "no", "met"):
            services.mark_demands(
                complaint=case, actor=case.owner, results={"explain-reason": result}
            )
        assert actions(case) == ["file", "mark-demand", "mark-demand"]
        assert case.events.last().data["before"] == "no"

    def test_a_request_the_case_does_not_make_has_no_result(self, case):
        with pytest.raises(ValidationError):
            services.mark_demands(complaint=case, actor=case.owner, results={"refund": "met"})

    def test_the_database_knows_the_results(self, case):
        with pytest.raises(IntegrityError), transaction.atomic():
            DemandResult.objects.create(
                owner=case.owner, complaint=case, demand="explain-reason", result="great"
            )


def test_whatever_is_done_state_and_steps_agree(person, known):
    """Every order of four moves on two steps ends where the steps say."""
    from complaints.domain.workflow import case_state

    def give_up(step):
        services.give_up_step(step=step, actor=person, ended_on=on(19), why="x")

    change = log(person)
    for number, order in enumerate(itertools.permutations((send, extend, reply, give_up))):
        case = file(person, change, key=f"k{number}")
        steps = [case.steps.get(), further(case)]
        for move, step in itertools.product(order, steps):
            try:
                with transaction.atomic():
                    move(step)
            except (TransitionNotAllowed, ValidationError):
                pass
            phases = [row.now.phase for row in case.steps.all()]
            assert state(case) == case_state(phases), (order, phases)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_on_two_steps_leave_the_case_replied(known):
    """Each sees the other's: the case is locked before its steps."""
    import threading

    if connection.vendor == "sqlite":
        pytest.skip("an in-memory SQLite has one connection; the race is run on PostgreSQL")
    case = file(UserFactory())
    steps = [send(case.steps.get()), send(further(case))]
    errors = []

    def answer(step):
        try:
            reply(Step.objects.select_related("owner").get(pk=step.pk))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(step,)) for step in steps * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert state(case) == "replied"
    assert actions(case).count("record-reply") == 2
