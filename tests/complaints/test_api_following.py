"""Correspondence, questions, follow-ups and feeds over the API."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import AskedQuestion, FollowUp, Message
from complaints.services import open_feed
from inputs.clock import today
from tests.api_client import with_token
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file

pytestmark = pytest.mark.django_db
CALL = {"direction": "in", "medium": "call", "happened_on": "2026-11-10", "text": "说是综合评估"}


@pytest.fixture
def api(person, known):
    return with_token(person)


@pytest.fixture
def case(person, known):
    return file(person)


@pytest.fixture
def messages(case):
    return f"/api/v1/complaints/{case.public_id}/messages/"


@pytest.fixture
def questions(case):
    return f"/api/v1/complaints/{case.public_id}/questions/"


def test_a_call_is_kept_with_its_step_and_files(api, person, case, messages):
    step = case.steps.get()
    proof = keep(person, hostile.png(), complaint=case)
    given = {
        **CALL,
        "step": str(step.public_id),
        "evidence": [str(proof.public_id)],
        "with_whom": "客服 8123",
        "reference_no": "TS-1",
        "is_final": True,
    }
    made = api.send("post", messages, given)
    assert made.status_code == 201, made.content.decode()
    assert {name: made.json()[name] for name in given} == given
    assert api.get(messages).json()["results"] == [made.json()]


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({"direction": "sideways"}, "direction", "invalid_choice"),
        ({"medium": "smoke"}, "medium", "invalid_choice"),
        ({"happened_on": "2099-01-01"}, "happened_on", "after_today"),
        ({"text": "\u200b\u200b"}, "text", "required"),
        ({"text": "a\u0000b"}, "text", "invisible"),
        ({"with_whom": "a\nBcc: b"}, "with_whom", "newline"),
        ({"is_final": "yes"}, "is_final", "invalid"),
        ({"step": str(uuid.uuid4())}, "step", "invalid_choice"),
        ({"evidence": [str(uuid.uuid4())]}, "evidence", "invalid_choice"),
        ({"evidence": "x"}, "evidence", "not_a_list"),
        ({"owner": 1}, "owner", "unknown_field"),
    ],
)
def test_a_message_that_cannot_be_is_refused(api, messages, fields, where, code):
    refused = api.send("post", messages, {**CALL, **fields})
    assert refused.status_code == 400
    assert refused.json()["errors"][where][0]["code"] == code
    assert not Message.objects.exists()


def test_step_and_file_of_another_are_like_those_there_are_not(api, other, messages):
    theirs = file(other)
    step, proof = theirs.steps.get(), keep(other, hostile.png(), complaint=theirs)
    for fields in ({"step": str(step.public_id)}, {"evidence": [str(proof.public_id)]}):
        (name,) = fields
        foreign = api.send("post", messages, {**CALL, **fields}).json()
        nobody = str(uuid.uuid4())
        nowhere = api.send(
            "post", messages, {**CALL, name: nobody if name == "step" else [nobody]}
        ).json()
        assert foreign == nowhere


def test_messages_are_paged_by_their_day(api, messages):
    for number in range(32):
        day = (dt.date(2026, 11, 20) - dt.timedelta(number % 5)).isoformat()
        api.send("post", messages, {**CALL, "happened_on": day, "text": f"第 {number} 次"})
    first = api.get(messages).json()
    second = api.get(f"{messages}?after={first['next']}").json()
    rows = first["results"] + second["results"]
    assert (len(first["results"]), len(rows), second["next"]) == (30, 32, None)
    assert len({row["id"] for row in rows}) == 32
    days = [row["happened_on"] for row in rows]
    assert days == sorted(days, reverse=True)


def test_twenty_repeats_of_a_key_note_one_call(api, messages):
    answers = [api.send("post", messages, CALL, idempotency_key="k") for _index in range(20)]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Message.objects.count() == 1


def test_a_question_is_added_and_ticked_off_by_the_message_that_answers(api, messages, questions):
    asked = api.send("post", questions, {"text": "依据的是哪几项信息？"})
    assert asked.status_code == 201
    assert (asked.json()["state"], asked.json()["answered_by"]) == ("open", None)
    call = api.send("post", messages, CALL).json()["id"]
    address = f"/api/v1/questions/{asked.json()['id']}/mark/"
    given = {"state": "generic", "why": "comprehensive", "answered_by": call}
    marked = api.send("post", address, given)
    assert marked.status_code == 200, marked.content.decode()
    assert {name: marked.json()[name] for name in given} == given
    assert marked.json() in api.get(questions).json()["results"]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"state": "perhaps"}, "state"),
        ({}, "state"),
        ({"state": "generic", "answered_by": str(uuid.uuid4())}, "answered_by"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(api, case, fields, where):
    row = AskedQuestion.objects.create(owner=case.owner, complaint=case, text="为什么？")
    refused = api.send("post", f"/api/v1/questions/{row.public_id}/mark/", fields)
    assert refused.status_code == 400
    assert where in refused.json()["errors"]
    row.refresh_from_db()
    assert row.state == "open"


def test_a_follow_up_is_answered_when_it_is_due(api, case):
    row = FollowUp.objects.create(owner=case.owner, complaint=case, due_on=today())
    address = f"/api/v1/follow-ups/{row.public_id}/"
    given = {"limit_back": "partly", "reason_given": "specific", "useful": True}
    answered = api.send("post", address, given)
    assert answered.status_code == 200, answered.content.decode()
    assert {name: answered.json()[name] for name in given} == given
    assert answered.json()["answered_at"]
    assert api.get("/api/v1/follow-ups/").json()["results"] == [answered.json()]


def test_before_its_day_a_follow_up_is_409(api, case):
    due = today() + dt.timedelta(days=1)
    row = FollowUp.objects.create(owner=case.owner, complaint=case, due_on=due)
    given = {"limit_back": "no", "reason_given": "none", "useful": False}
    early = api.send("post", f"/api/v1/follow-ups/{row.public_id}/", given)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")


def test_the_address_of_a_feed_is_in_no_answer(api, person, case):
    feed, secret = open_feed(owner=person, complaint=case)
    listed = api.get("/api/v1/feeds/")
    closed = api.send("post", f"/api/v1/feeds/{feed.public_id}/close/")
    for answer in (listed, closed):
        assert secret not in answer.content.decode()
        assert feed.secret_sha256 not in answer.content.decode()
    assert closed.json()["revoked_at"]
    assert api.get(f"/calendar/{secret}.ics").status_code == 404


def test_the_queries_do_not_grow(api, person, case, messages, questions):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            for address in (messages, questions, "/api/v1/follow-ups/", "/api/v1/feeds/"):
                api.get(address)
        return len(seen)

    def add(number):
        api.send("post", messages, {**CALL, "text": f"第 {number} 次"})
        api.send("post", questions, {"text": f"第 {number} 个问题？"})
        due = today() + dt.timedelta(days=number)
        FollowUp.objects.create(owner=person, complaint=case, due_on=due)
        open_feed(owner=person, complaint=case)

    add(1)
    queries()
    few = queries()
    for number in range(2, 9):
        add(number)
    assert queries() == few
