"""The plan over the API: read, moved, noted on; own items; repeated safely; scopes."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.domain.plan import Situation
from records.models import PlanItem
from records.services import add_own_item, refresh_plan
from tests.api_client import with_token

TODAY = dt.date(2026, 11, 22)
BASE = "/api/v1/plan/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True):
        yield


@pytest.fixture
def plan(person, known):
    refresh_plan(owner=person, situation=Situation(event_on=TODAY), today=TODAY)
    return person


@pytest.fixture
def api(person):
    return with_token(person, "plan:read", "plan:write")


def at(item, name=""):
    return f"{BASE}{item.public_id}/{name}"


def test_the_list_and_its_pages(api, plan):
    for number in range(40):
        add_own_item(owner=plan, title=str(number))
    first = api.get(BASE).json()
    second = api.get(BASE, {"after": first["next"]}).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert (len(first["results"]), second["next"]) == (30, None)
    assert len(ids) == len(set(ids)) == PlanItem.objects.count()
    assert api.get(BASE, {"after": "nonsense"}).json() == first


def test_a_list_takes_the_same_queries_whatever_its_length(api, plan):
    counts = []
    api.get(BASE)  # the first use of a token is noted
    for more in (0, 29):
        for number in range(more):
            add_own_item(owner=plan, title=str(number))
        with CaptureQueriesContext(connection) as queries:
            assert api.get(BASE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4, counts


def test_states_are_filtered_and_unknown_ones_refused(api, plan):
    item = PlanItem.objects.get(tip_code="T01")
    api.send("post", at(item, "move/"), {"action": "finish"})
    found = api.get(BASE, {"state": "done"}).json()["results"]
    assert [row["tip"] for row in found] == ["T01"]
    assert api.get(BASE, {"state": "asleep"}).status_code == 400


def test_one_item_with_its_steps_and_history(api, plan):
    item = PlanItem.objects.get(tip_code="T01")
    api.send("post", at(item, "move/"), {"action": "postpone", "remind_on": "2026-12-01"})
    row = api.get(at(item)).json()
    assert (row["state"], row["remind_on"], row["group"]) == ("later", "2026-12-01", "later")
    assert row["steps"]
    assert row["strength"] == "B"
    assert [event["action"] for event in row["history"]] == ["postpone"]
    assert row["reason"] == "每个人都建议做"
    english = api.get(at(item), headers={"accept-language": "en"}).json()
    assert english["reason"] == "Recommended for everyone"


def test_moving_is_repeated_safely_and_undone(api, plan):
    item = PlanItem.objects.get(tip_code="T04")
    for _index in range(2):
        answer = api.send("post", at(item, "move/"), {"action": "finish"})
        assert (answer.status_code, answer.json()["done_on"]) == (200, "2026-11-22")
    assert PlanItem.objects.filter(tip_code="T04").count() == 2
    assert api.send("post", at(item, "move/"), {"action": "reopen"}).json()["state"] == "todo"
    assert PlanItem.objects.filter(tip_code="T04").count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "finish", "seen": 5}, 409),
        ({"action": "expire"}, 400),
        ({"action": "nap"}, 400),
        ({}, 400),
        ({"action": "finish", "done_on": "2026-11-23"}, 400),
        ({"action": "postpone", "remind_on": "2026-11-22"}, 400),
        ({"action": "finish", "state": "done"}, 400),
        ({"action": "finish", "seen": -1}, 400),
        ({"action": "finish", "seen": 0}, 200),
    ],
)
def test_refusals_of_a_move(api, plan, body, status):
    item = PlanItem.objects.get(tip_code="T01")
    assert api.send("post", at(item, "move/"), body).status_code == status


def test_a_move_that_does_not_exist_in_this_state_is_a_conflict(api, plan):
    item = PlanItem.objects.get(tip_code="T01")
    api.send("post", at(item, "move/"), {"action": "finish"})
    answer = api.send("post", at(item, "move/"), {"action": "start"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")


def test_own_items_from_adding_to_removing(api, known):
    body = {"title": "看余额", "due_on": "2026-12-31", "repeats": "FREQ=MONTHLY"}
    made = api.send("post", BASE, body)
    again = api.send("post", BASE, body)
    assert (made.status_code, made.json()["id"]) == (201, again.json()["id"])
    item = PlanItem.objects.get()
    edited = api.send("post", at(item, "edit/"), body | {"title": "看两张卡", "seen": 0})
    assert (edited.json()["title"], edited.json()["version"]) == ("看两张卡", 1)
    assert api.send("post", at(item, "edit/"), body | {"seen": 0}).status_code == 409
    noted = api.send("post", at(item, "note/"), {"note": "工资卡", "seen": 1})
    assert noted.json()["note"] == "工资卡"
    key = {"Idempotency_Key": "once"}
    for _index in range(2):
        answer = api.send("post", at(item, "remove/"), None, **key)
        assert answer.json() == {"id": str(item.public_id), "removed": True}
    assert api.send("post", at(item, "remove/"), None).status_code == 404


def test_a_recurrence_without_a_first_day_is_refused(api, known):
    answer = api.send("post", BASE, {"title": "x", "repeats": "FREQ=MONTHLY"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["due_on"])
    hourly = api.send(
        "post", BASE, {"title": "x", "due_on": "2026-12-01", "repeats": "FREQ=HOURLY"}
    )
    assert hourly.status_code == 400


def test_a_reviewed_tip_is_neither_edited_nor_removed(api, plan):
    item = PlanItem.objects.get(tip_code="T01")
    assert api.send("post", at(item, "edit/"), {"title": "x"}).status_code == 409
    assert api.send("post", at(item, "remove/"), None).status_code == 409


def test_scopes_others_and_nobody(plan, other, client):
    item = PlanItem.objects.get(tip_code="T01")
    reader, writer = with_token(plan, "plan:read"), with_token(plan, "plan:write")
    assert reader.get(BASE).status_code == 200
    assert reader.send("post", at(item, "move/"), {"action": "start"}).status_code == 403
    assert writer.get(BASE).status_code == 403
    assert with_token(plan, "ledger:read").get(BASE).json()["scope"] == "plan:read"
    foreign = with_token(other, "plan:read", "plan:write")
    assert foreign.get(at(item)).status_code == 404
    for name in ("move/", "note/", "edit/", "remove/"):
        assert foreign.send("post", at(item, name), {"action": "start"}).status_code == 404
    assert client.get(BASE).status_code == 401
