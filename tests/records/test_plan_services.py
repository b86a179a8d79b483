"""Writing the plan: moved once, undone, told when a page is out of date, turns that follow."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guidance import content
from limits.services import answer_question
from records.domain.plan import Situation
from records.domain.states import ACTIONS, BY_PERSON, STATES, TRANSITIONS, is_repeat
from records.models import Circumstances, Debt, PlanEvent, PlanItem
from records.owing import income_of
from records.services import (
    add_debt,
    add_own_item,
    edit_debt,
    edit_own_item,
    move_item,
    refresh_plan,
    remove_debt,
    remove_own_item,
    save_circumstances,
    save_income,
    take_over,
    write_note,
)
from records.services.own import MOST_OWN_ITEMS
from tests.factories import UserFactory, log

TODAY = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)


@pytest.fixture
def plan(person, known):
    refresh_plan(owner=person, situation=Situation(event_on=TODAY), today=TODAY)
    return person


def tip(person, code, number=1):
    return PlanItem.objects.get(owner=person, tip_code=code, occurrence=number)


def refusal(call, **fields):
    with pytest.raises(ValidationError) as refused:
        call(**fields)
    error = refused.value
    return error.code if not hasattr(error, "error_dict") else next(iter(error.error_dict))


# --- choosing --------------------------------------------------------------------------------


def test_choosing_twice_adds_nothing(plan):
    count = PlanItem.objects.count()
    assert refresh_plan(owner=plan, situation=Situation(event_on=TODAY), today=TODAY) == 0
    assert PlanItem.objects.count() == count


def test_a_dismissed_tip_does_not_come_back(plan):
    move_item(item=tip(plan, "T01"), action="dismiss", today=TODAY)
    refresh_plan(owner=plan, situation=Situation(event_on=TODAY + DAY), today=TODAY + DAY)
    assert PlanItem.objects.filter(tip_code="T01").count() == 1


def test_a_second_change_calls_for_the_finished_step_again(plan):
    move_item(item=tip(plan, "T01"), action="finish", today=TODAY)
    later = TODAY + 60 * DAY
    refresh_plan(owner=plan, situation=Situation(event_on=later), today=later)
    assert tip(plan, "T01", 2).due_on == later + 2 * DAY
    assert PlanItem.objects.filter(tip_code="T02").count() == 1, "still open, left alone"


def test_a_step_that_waited_for_a_day_gets_it_and_says_so(plan):
    assert tip(plan, "T10").due_on is None
    refresh_plan(owner=plan, situation=Situation(report_on=TODAY), today=TODAY)
    item = tip(plan, "T10")
    assert (item.due_on, item.version) == (TODAY + 3 * DAY, 1)
    assert item.events.get().action == "dated"


def test_what_was_told_once_counts_in_every_later_choice(person, known):
    assert save_circumstances(owner=person, today=TODAY, mortgage_on=dt.date(2027, 11, 22)) > 0
    assert tip(person, "T38").due_on == dt.date(2027, 5, 26)
    assert save_circumstances(owner=person, today=TODAY, mortgage_on=dt.date(2027, 12, 22)) == 0
    assert tip(person, "T38").due_on == dt.date(2027, 6, 25), "not begun: follows the new day"
    refresh_plan(owner=person, situation=Situation(event_on=TODAY), today=TODAY)
    assert tip(person, "T38").due_on == dt.date(2027, 6, 25)


def test_choosing_costs_the_same_whatever_there_is(plan, django_assert_max_num_queries):
    for number in range(60):
        add_own_item(owner=plan, title=f"第 {number} 件", due_on=TODAY)
    with django_assert_max_num_queries(4):
        refresh_plan(owner=plan, situation=Situation(event_on=TODAY), today=TODAY)


def test_an_answer_about_a_change_reaches_the_plan_with_its_reason(person, known):
    change = log(person)
    assert not PlanItem.objects.filter(tip_code="T18").exists()
    answer_question(change=change, question="late", answer="elsewhere", today=TODAY)
    assert tip(person, "T18").reason_zh == "因为你说近两年有过逾期"


# --- moving ----------------------------------------------------------------------------------


def item_in(person, state):
    days = {"done": {"done_on": TODAY}, "later": {"remind_on": TODAY + DAY}}.get(state, {})
    return PlanItem.objects.create(owner=person, own_title="事", state=state, **days)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), [(s, a) for s in STATES for a in ACTIONS])
def test_every_pair_is_moved_kept_or_refused_and_moves_write_one_event(person, state, action):
    item = item_in(person, state)
    if action not in BY_PERSON:
        assert refusal(move_item, item=item, action=action, today=TODAY) == "action"
    elif (state, action) in TRANSITIONS:
        moved = move_item(item=item, action=action, today=TODAY)
        assert moved.state == TRANSITIONS[state, action]
        event = moved.events.get()
        assert (event.action, event.state_from, event.state_to) == (action, state, moved.state)
        assert moved.version == 1
    elif is_repeat(state, action):
        assert move_item(item=item, action=action, today=TODAY, seen=99).version == 0
    else:
        assert refusal(move_item, item=item, action=action, today=TODAY) == "not_now"
    assert PlanEvent.objects.count() == int((state, action) in TRANSITIONS and action in BY_PERSON)


@pytest.mark.django_db
def test_an_unknown_action_is_refused(person):
    assert (
        refusal(move_item, item=item_in(person, "todo"), action="explode", today=TODAY) == "action"
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"action": "postpone", "remind_on": TODAY}, "remind_on"),
        ({"action": "postpone", "remind_on": TODAY - DAY}, "remind_on"),
        ({"action": "postpone", "remind_on": TODAY + 800 * DAY}, "remind_on"),
        ({"action": "finish", "done_on": TODAY + DAY}, "done_on"),
    ],
)
def test_days_on_the_wrong_side_of_today_are_refused(plan, given, field):
    assert refusal(move_item, item=tip(plan, "T01"), today=TODAY, **given) == field


def test_later_without_a_day_is_a_week(plan):
    moved = move_item(item=tip(plan, "T01"), action="postpone", today=TODAY)
    assert moved.remind_on == TODAY + 7 * DAY
    again = move_item(item=moved, action="postpone", today=TODAY, remind_on=TODAY + 9 * DAY)
    assert again.remind_on == TODAY + 9 * DAY


def test_a_page_that_is_out_of_date_is_told_so_and_a_double_click_is_not(plan):
    item = tip(plan, "T01")
    move_item(item=item, action="start", today=TODAY, seen=0)
    assert refusal(move_item, item=item, action="dismiss", today=TODAY, seen=0) == "stale"
    assert move_item(item=item, action="start", today=TODAY, seen=0).version == 1
    assert move_item(item=item, action="dismiss", today=TODAY, seen=1).state == "not-for-me"


def test_finishing_what_recurs_adds_the_next_turn_once(plan):
    first = tip(plan, "T04")
    for _index in range(2):
        move_item(item=first, action="finish", today=TODAY)
    assert PlanItem.objects.filter(tip_code="T04").count() == 2
    assert tip(plan, "T04", 2).due_on == dt.date(2027, 1, 5), "December's is the one just done"
    assert tip(plan, "T04", 2).follows == first


def test_undoing_takes_the_untouched_next_turn_away_and_keeps_a_touched_one(plan):
    first = tip(plan, "T04")
    move_item(item=first, action="finish", today=TODAY)
    move_item(item=first, action="reopen", today=TODAY)
    assert PlanItem.objects.filter(tip_code="T04").count() == 1
    move_item(item=first, action="finish", today=TODAY)
    write_note(item=tip(plan, "T04", 2), note="截图放在相册")
    move_item(item=first, action="reopen", today=TODAY)
    assert tip(plan, "T04", 2).note == "截图放在相册"
    move_item(item=first, action="finish", today=TODAY)
    assert PlanItem.objects.filter(tip_code="T04").count() == 2


def test_a_series_with_a_count_ends(plan):
    refresh_plan(owner=plan, situation=Situation(event_on=TODAY, zeroed=True), today=TODAY)
    for number in (1, 2, 3):
        item = tip(plan, "T44", number)
        move_item(item=item, action="finish", today=item.due_on)
    assert PlanItem.objects.filter(tip_code="T44").count() == 3


def test_an_own_item_that_recurs_keeps_the_last_day_of_the_month(person):
    item = add_own_item(
        owner=person, title="还信用卡", due_on=dt.date(2027, 1, 31), repeats="FREQ=MONTHLY"
    )
    for _index in range(2):
        move_item(item=item, action="finish", today=dt.date(2027, 1, 31))
    following = PlanItem.objects.get(follows=item)
    assert (following.due_on, following.own_title) == (dt.date(2027, 2, 28), "还信用卡")


# --- own items and notes ---------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_item_twice_is_one_and_a_finished_one_may_come_again(person):
    first = add_own_item(owner=person, title="打电话", due_on=TODAY)
    assert add_own_item(owner=person, title="打电话", due_on=TODAY) == first
    move_item(item=first, action="finish", today=TODAY)
    assert add_own_item(owner=person, title="打电话", due_on=TODAY) != first


@pytest.mark.django_db
def test_there_is_a_limit_to_own_items(person):
    PlanItem.objects.bulk_create(
        PlanItem(owner=person, own_title=str(number)) for number in range(MOST_OWN_ITEMS)
    )
    assert refusal(add_own_item, owner=person, title="再一件") == "too_many"
    assert add_own_item(owner=UserFactory(), title="别人的").pk


@pytest.mark.django_db
def test_a_recurrence_without_a_first_day_is_refused(person):
    assert refusal(add_own_item, owner=person, title="事", repeats="FREQ=MONTHLY") == "due_on"


@pytest.mark.django_db
def test_own_items_are_edited_and_removed_and_events_hold_no_words(person):
    item = add_own_item(owner=person, title="CNRY-1")
    edit_own_item(item=item, title="CNRY-2", due_on=TODAY, seen=0)
    edit_own_item(item=item, title="CNRY-2", due_on=TODAY, seen=0)
    assert refusal(edit_own_item, item=item, title="x", seen=0) == "stale"
    write_note(item=item, note="CNRY-3", seen=1)
    write_note(item=item, note="CNRY-3", seen=1)
    assert [event.action for event in item.events.all()] == ["edit", "note"]
    assert "CNRY" not in str(list(PlanEvent.objects.values()))
    remove_own_item(item=item)
    remove_own_item(item=item)
    assert not PlanItem.objects.exists()
    assert not PlanEvent.objects.exists()


def test_a_reviewed_tip_is_neither_rewritten_nor_deleted(plan):
    assert refusal(edit_own_item, item=tip(plan, "T01"), title="x") == "reviewed"
    assert refusal(remove_own_item, item=tip(plan, "T01")) == "reviewed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"own_title": "", "tip_code": ""},
        {"own_title": "a", "state": "done"},
        {"own_title": "a", "state": "later"},
        {"own_title": "a", "state": "unheard-of"},
        {"own_title": "a", "done_on": TODAY},
        {"tip_code": "T01", "repeats": "FREQ=MONTHLY"},
    ],
)
def test_the_database_holds_no_item_that_contradicts_itself(person, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.create(owner=person, **wrong)


# --- debts and income ------------------------------------------------------------------------

CARD = {"name": "某行信用卡", "kind": "card", "owed_fen": 500_000, "limit_fen": 1_000_000}


def test_a_repayment_day_gives_the_plan_its_dates(plan):
    values = CARD | {"monthly_fen": 50_000, "due_day": 8}
    add_debt(owner=plan, values=values, today=TODAY)
    assert tip(plan, "T16").due_on == dt.date(2026, 12, 5)


def test_the_same_debt_twice_is_one(person, known):
    first = add_debt(owner=person, values=CARD, today=TODAY)
    assert add_debt(owner=person, values=CARD, today=TODAY) == first
    edit_debt(debt=first, values=CARD | {"owed_fen": 1}, today=TODAY, seen=0)
    edit_debt(debt=first, values=CARD | {"owed_fen": 1}, today=TODAY, seen=0)
    stale = {"debt": first, "values": CARD, "today": TODAY, "seen": 0}
    assert refusal(edit_debt, **stale) == "stale"
    remove_debt(debt=first)
    remove_debt(debt=first)
    assert not Debt.objects.exists()


def test_a_line_is_taken_over_once_and_then_the_persons_own(person, known):
    import uuid

    line = uuid.uuid4()
    assert take_over(owner=person, lines=[(line, CARD)], today=TODAY) == 1
    edit_debt(debt=Debt.objects.get(), values=CARD | {"owed_fen": 7}, today=TODAY)
    assert take_over(owner=person, lines=[(line, CARD)], today=TODAY) == 0
    assert Debt.objects.get().owed_fen == 7


def test_income_is_sealed_forgotten_and_bound_to_its_owner(person, other):
    save_income(owner=person, income_fen=1_234_500, today=TODAY)
    row = Circumstances.objects.get(owner=person)
    assert b"1234500" not in bytes(row.sealed_income)
    assert income_of(row) == 1_234_500
    moved = Circumstances(owner=other, sealed_income=row.sealed_income)
    from accounts.crypto import SealBroken

    with pytest.raises(SealBroken):
        income_of(moved)
    save_income(owner=person, income_fen=None, today=TODAY)
    assert income_of(Circumstances.objects.get(owner=person)) is None


def test_days_and_income_do_not_forget_each_other(person, known):
    save_income(owner=person, income_fen=5, today=TODAY)
    save_circumstances(owner=person, today=TODAY, loan_on=TODAY)
    save_income(owner=person, income_fen=6, today=TODAY)
    row = Circumstances.objects.get(owner=person)
    assert (row.loan_on, income_of(row)) == (TODAY, 6)


def test_content_is_there(known):
    assert content.current().tips["T16"].anchor == "bill"
