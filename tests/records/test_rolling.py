"""Every night missed turns end and one new turn begins; a retired tip ends without one."""

import datetime as dt

import pytest

from records import rolling
from records.domain.plan import Situation
from records.models import PlanEvent, PlanItem
from records.rolling import roll
from records.services import add_own_item, move_item, refresh_plan

TODAY = dt.date(2026, 11, 22)


def run(today, after=0):
    effect = roll("test", after, today)
    if effect:
        effect()
    return effect


@pytest.fixture
def plan(person, known):
    refresh_plan(owner=person, situation=Situation(event_on=TODAY), today=TODAY)
    return person


def turns(person, code):
    rows = PlanItem.objects.filter(owner=person, tip_code=code).order_by("occurrence")
    return [(row.state, row.due_on.isoformat() if row.due_on else None) for row in rows]


def test_a_year_away_leaves_one_turn_and_no_backlog(plan):
    run(dt.date(2027, 11, 22))
    assert turns(plan, "T04") == [("expired", "2026-12-05"), ("todo", "2027-12-05")]
    assert turns(plan, "T01") == [("todo", "2026-11-24")], "what happens once stays to do"


def test_run_twice_it_does_nothing_more(plan):
    run(dt.date(2027, 11, 22))
    before = list(PlanItem.objects.values_list("pk", "state", "version"))
    run(dt.date(2027, 11, 22))
    assert list(PlanItem.objects.values_list("pk", "state", "version")) == before


def test_a_turn_stands_until_the_next_one(plan):
    run(dt.date(2027, 1, 4))
    assert turns(plan, "T04") == [("todo", "2026-12-05")]
    run(dt.date(2027, 1, 5))
    assert turns(plan, "T04") == [("expired", "2026-12-05"), ("todo", "2027-01-05")]


def test_what_is_put_off_or_begun_ends_too_and_what_is_done_does_not(plan):
    item = PlanItem.objects.get(tip_code="T04")
    move_item(item=item, action="postpone", today=TODAY, remind_on=dt.date(2027, 6, 1))
    move_item(item=PlanItem.objects.get(tip_code="T31"), action="finish", today=TODAY)
    run(dt.date(2027, 2, 1))
    assert turns(plan, "T04")[0][0] == "expired"
    assert turns(plan, "T31")[0][0] == "done"


def test_an_own_item_rolls_as_well(person):
    item = add_own_item(
        owner=person, title="看余额", due_on=dt.date(2026, 1, 31), repeats="FREQ=MONTHLY"
    )
    run(dt.date(2026, 11, 22))
    assert PlanItem.objects.get(follows=item).due_on == dt.date(2026, 11, 30)


def test_an_item_of_a_tip_that_is_gone_ends_without_a_next(person, known):
    PlanItem.objects.create(owner=person, tip_code="T99", due_on=TODAY)
    run(TODAY)
    item = PlanItem.objects.get()
    assert (item.state, item.events.get().action) == ("expired", "expire")


def test_batches_go_on_by_key_and_take_the_same_queries(
    person, known, monkeypatch, run_jobs, django_assert_max_num_queries
):
    for number in range(40):
        add_own_item(
            owner=person, title=str(number), due_on=dt.date(2026, 1, 1), repeats="FREQ=YEARLY"
        )
    with django_assert_max_num_queries(6):
        run(dt.date(2027, 6, 1))
    assert PlanItem.objects.filter(state="expired").count() == 40
    assert PlanEvent.objects.filter(action="expire").count() == 40
    monkeypatch.setattr(rolling, "BATCH", 15)
    PlanItem.objects.filter(state="todo").update(due_on=dt.date(2025, 6, 1))
    PlanItem.objects.filter(state="expired").delete()
    run(TODAY)
    run_jobs()
    assert PlanItem.objects.filter(state="expired").count() == 40
