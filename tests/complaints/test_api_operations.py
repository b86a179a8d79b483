"""Every operation on a case: works, foreign is 404, anonymous 401, a token needs its scope, and a
POST may be repeated."""

import uuid

import pytest

from tests.api_client import EVERY_SCOPE, ApiClient, with_token
from tests.complaints.api_cases import one_of_everything

pytestmark = pytest.mark.django_db
READ, WRITE = "complaints:read", "complaints:write"
FILING = {"institution": "ant-cf", "demands": ["explain-reason"], "truth": True}
SENT = {"sent_on": "2026-11-02", "received_on": "2026-11-02"}
RUNNING = "steps/{running}/"

# method, address, scope, body, status when it works
OPERATIONS = [
    ("get", "complaints/", READ, None, 200),
    ("post", "complaints/", WRITE, {**FILING, "change": "{change}"}, 201),
    ("get", "complaints/{complaint}/", READ, None, 200),
    ("post", "complaints/{complaint}/act/", WRITE, {"action": "withdraw"}, 200),
    (
        "post",
        "complaints/{complaint}/demands/",
        WRITE,
        {"demands": {"explain-reason": "met"}},
        200,
    ),
    ("get", "complaints/{complaint}/steps/", READ, None, 200),
    ("post", "complaints/{complaint}/steps/", WRITE, {"channel": "C05"}, 201),
    ("get", "steps/{step}/", READ, None, 200),
    ("post", "steps/{step}/sent/", WRITE, SENT, 200),
    ("post", "steps/{running}/number/", WRITE, {"reference_no": "TS-9"}, 200),
    (
        "post",
        "steps/{running}/reply/",
        WRITE,
        {"answered_on": "2026-11-16", "answer_text": "综合评估", "reply_kind": "generic"},
        200,
    ),
    (
        "post",
        "steps/{running}/extend/",
        WRITE,
        {"announced_on": "2026-11-16", "due_on": "2027-03-01", "reason": "情况复杂"},
        200,
    ),
    (
        "post",
        "steps/{running}/give-up/",
        WRITE,
        {"ended_on": "2026-11-20", "why": "没有人处理"},
        200,
    ),
    ("post", "steps/{given_up}/take-up/", WRITE, None, 200),
    (
        "post",
        "steps/{restartable}/restart/",
        WRITE,
        {"restarted_on": "2026-11-18", "reason": "补交了合同"},
        200,
    ),
    ("get", "complaints/{complaint}/evidence/", READ, None, 200),
    ("get", "evidence/{evidence}/", READ, None, 200),
    ("post", "evidence/{evidence}/describe/", WRITE, {"title": "额度为 0"}, 200),
    ("post", "evidence/{picture}/mask/", WRITE, {"rectangles": []}, 200),
    ("post", "evidence/{evidence}/restore/", WRITE, None, 200),
    ("delete", "evidence/{evidence}/", WRITE, None, 200),
    ("get", "complaints/{complaint}/messages/", READ, None, 200),
    (
        "post",
        "complaints/{complaint}/messages/",
        WRITE,
        {"direction": "out", "medium": "call", "happened_on": "2026-11-10", "text": "催问"},
        201,
    ),
    ("get", "complaints/{complaint}/questions/", READ, None, 200),
    ("post", "complaints/{complaint}/questions/", WRITE, {"text": "依据哪些信息？"}, 201),
    ("post", "questions/{question}/mark/", WRITE, {"state": "generic"}, 200),
    ("get", "complaints/{complaint}/letters/", READ, None, 200),
    ("post", "complaints/{complaint}/letters/", WRITE, {"kind": "nfra"}, 201),
    ("get", "letters/{letter}/", READ, None, 200),
    ("post", "letters/{letter}/edit/", WRITE, {"seen": "{seen}", "name": "张三"}, 200),
    ("post", "letters/{letter}/freeze/", WRITE, None, 200),
    ("post", "letters/{frozen}/amend/", WRITE, None, 201),
    ("post", "letters/{frozen}/sent/", WRITE, SENT, 200),
    ("delete", "letters/{letter}/", WRITE, None, 200),
    ("get", "complaints/{complaint}/documents/", READ, None, 200),
    ("post", "complaints/{complaint}/documents/", WRITE, {"kind": "report"}, 202),
    ("get", "documents/{document}/", READ, None, 200),
    ("get", "follow-ups/", READ, None, 200),
    ("get", "follow-ups/{follow_up}/", READ, None, 200),
    (
        "post",
        "follow-ups/{follow_up}/",
        WRITE,
        {"limit_back": "no", "reason_given": "generic", "useful": False},
        200,
    ),
    ("get", "feeds/", READ, None, 200),
    ("post", "feeds/{feed}/close/", WRITE, None, 200),
]
FILES = [("evidence/{evidence}/file/", "image/"), ("documents/{document}/file/", "application/pdf")]
IDS = [f"{method} {address}" for method, address, *_rest in OPERATIONS]
each_operation = pytest.mark.parametrize(
    ("method", "address", "scope", "body", "status"), OPERATIONS, ids=IDS
)
each_file = pytest.mark.parametrize(("address", "kind"), FILES, ids=[row[0] for row in FILES])


@pytest.fixture
def world(person, known):
    return one_of_everything(person)


def url(address, world):
    return "/api/v1/" + address.format(**world)


def filled(body, world):
    """A body with the ids of this world."""
    if body is None:
        return None
    return {
        name: value.format(**world) if isinstance(value, str) else value
        for name, value in body.items()
    }


@each_operation
def test_it_works_with_the_scope(person, world, method, address, scope, body, status):
    answer = with_token(person, scope).send(method, url(address, world), filled(body, world))
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/json"


@each_operation
def test_without_the_scope_it_is_403(person, world, method, address, scope, body, status):
    others = [row for row in EVERY_SCOPE if row != scope]
    answer = with_token(person, *others).send(method, url(address, world), filled(body, world))
    assert answer.status_code == 403
    assert answer.json()["scope"] == scope


@each_operation
def test_the_anonymous_are_refused(world, method, address, scope, body, status):
    answer = ApiClient().send(method, url(address, world), filled(body, world))
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [(row[0], row[1], row[3]) for row in OPERATIONS if "{" in row[1]],
    ids=[name for name in IDS if "{" in name],
)
def test_an_object_of_another_is_404_like_one_there_is_not(world, other, method, address, body):
    theirs, body = with_token(other), filled(body, world)
    foreign = theirs.send(method, url(address, world), body)
    nowhere = theirs.send(method, url(address, dict.fromkeys(world, uuid.uuid4())), body)
    assert foreign.status_code == nowhere.status_code == 404
    assert foreign.json() == nowhere.json()


@pytest.mark.parametrize("address", ["complaints/", "follow-ups/", "feeds/"])
def test_lists_show_nothing_of_another(world, other, address):
    assert with_token(other).get(f"/api/v1/{address}").json() == {"results": [], "next": None}


POSTS = [row for row in OPERATIONS if row[0] == "post"]
each_post = pytest.mark.parametrize(
    ("method", "address", "scope", "body", "status"), POSTS, ids=[row[1] for row in POSTS]
)


@each_post
def test_every_post_may_be_repeated(person, world, method, address, scope, body, status):
    client, body = with_token(person), filled(body, world)
    first, again = (
        client.send(method, url(address, world), body, idempotency_key="k") for _index in range(2)
    )
    assert first.status_code == again.status_code == status, first.content.decode()
    assert first.json() == again.json()
    assert first.headers.get("Location") == again.headers.get("Location")
    assert again["Idempotent-Replayed"] == "true"


@each_post
def test_the_same_key_with_another_body_is_422(person, world, method, address, scope, body, status):
    client, body = with_token(person), filled(body, world)
    client.send(method, url(address, world), body, idempotency_key="k")
    other = client.send(method, url(address, world), {**(body or {}), "x": 1}, idempotency_key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@each_post
def test_a_field_there_is_not_is_refused(person, world, method, address, scope, body, status):
    if body is None:
        pytest.skip("takes no body")
    odd = {**filled(body, world), "owner": 1}
    answer = with_token(person).send(method, url(address, world), odd)
    assert answer.status_code == 400
    assert answer.json()["errors"]["owner"][0]["code"] == "unknown_field"


@each_file
def test_a_file_comes_with_the_right_to_read(person, world, run_jobs, address, kind):
    run_jobs()
    answer = with_token(person, READ).get(url(address, world), headers={"accept": "image/*"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer.getvalue()


@each_file
def test_a_file_of_another_is_404_and_the_anonymous_are_refused(world, other, address, kind):
    assert with_token(other).get(url(address, world)).status_code == 404
    assert ApiClient().get(url(address, world)).status_code == 401


@each_file
def test_writing_does_not_include_reading_files(person, world, address, kind):
    answer = with_token(person, WRITE).get(url(address, world))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert answer["Content-Type"] == "application/problem+json"
