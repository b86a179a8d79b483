"""Idempotency-Key: one effect, one answer, whatever the network does."""

import threading
import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import services, tasks
from accounts.models import IdempotentRequest
from jobs.registry import JobView
from limits.models import LimitChange
from tests.api_client import with_token

BODY = {"product": "jiebei", "before": "50000", "after": "0", "effective_on": "2026-10-12"}
ADDRESS = "/api/v1/changes/"


@pytest.fixture
def api(person, known):
    return with_token(person)


def test_the_same_request_is_done_once_and_answered_alike(api, person):
    first, again = (api.send("post", ADDRESS, BODY, idempotency_key="k1") for _index in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 201
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert LimitChange.objects.filter(owner=person).count() == 1


def test_the_order_of_the_keys_of_the_body_does_not_matter(api, person):
    api.send("post", ADDRESS, BODY, idempotency_key="k1")
    turned = dict(reversed(BODY.items()))
    assert api.send("post", ADDRESS, turned, idempotency_key="k1").status_code == 201
    assert LimitChange.objects.filter(owner=person).count() == 1


def test_another_body_under_the_same_key_is_refused(api, person):
    api.send("post", ADDRESS, BODY, idempotency_key="k1")
    other = api.send("post", ADDRESS, {**BODY, "before": "60000"}, idempotency_key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert LimitChange.objects.filter(owner=person).count() == 1


def test_a_refused_request_does_not_use_its_key_up(api, person):
    refused = api.send("post", ADDRESS, {**BODY, "after": "x"}, idempotency_key="k1")
    assert refused.status_code == 400
    assert not IdempotentRequest.objects.exists()
    assert api.send("post", ADDRESS, BODY, idempotency_key="k1").status_code == 201


def test_a_crash_leaves_neither_effect_nor_key(api, person, monkeypatch):
    monkeypatch.setattr("accounts.api.requests.keep_answer", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        api.send("post", ADDRESS, BODY, idempotency_key="k1")
    assert not IdempotentRequest.objects.exists()
    assert not LimitChange.objects.filter(owner=person).exists()


def test_without_a_key_a_request_is_done_every_time(api, person):
    for before in ("1", "2"):
        assert api.send("post", ADDRESS, {**BODY, "before": before}).status_code == 201
    assert LimitChange.objects.filter(owner=person).count() == 2
    assert not IdempotentRequest.objects.exists()


def test_keys_belong_to_one_person(api, other):
    api.send("post", ADDRESS, BODY, idempotency_key="k1")
    theirs = with_token(other).send("post", ADDRESS, BODY, idempotency_key="k1")
    assert theirs.status_code == 201
    assert "Idempotent-Replayed" not in theirs


def test_keys_belong_to_one_address(api):
    made = api.send("post", ADDRESS, BODY, idempotency_key="k1").json()
    body = {**BODY, "before": "60000"}
    corrected = api.send("post", f"{ADDRESS}{made['id']}/correct/", body, idempotency_key="k1")
    assert corrected.status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 256, "a\tb"])
def test_an_odd_key_is_refused(api, key):
    answer = api.send("post", ADDRESS, BODY, idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def test_a_session_may_repeat_too(signed_in, person, known):
    for _index in range(2):
        answer = signed_in.post(
            ADDRESS, BODY, content_type="application/json", headers={"idempotency-key": "k"}
        )
        assert answer.status_code == 201
    assert LimitChange.objects.filter(owner=person).count() == 1


def test_no_sensitive_answer_is_stored_or_guessable(api, person, settings):
    made = api.send("post", ADDRESS, BODY).json()
    body = {"question": "cash-out-like", "answer": "yes"}
    for _index in range(2):
        given = api.send("post", f"{ADDRESS}{made['id']}/answers/", body, idempotency_key="k1")
        assert given.json()["answer"] == "given"
    row = IdempotentRequest.objects.get()
    assert row.answer["answer"] == "given"
    before = row.body_hash
    IdempotentRequest.objects.all().delete()
    settings.DATA_KEY = "another"
    assert services.keyed_fingerprint("request", '{"answer": "yes", "question": "cash-out-like"}')
    assert before != services.keyed_fingerprint(
        "request", '{"answer": "yes", "question": "cash-out-like"}'
    )


def test_a_twin_that_takes_too_long_is_answered_409(api, monkeypatch):
    def wait(**_):
        raise services.TwinStillRunning

    monkeypatch.setattr("accounts.api.requests.take_request", wait)
    answer = api.send("post", ADDRESS, BODY, idempotency_key="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert answer["Retry-After"] == "5"


def test_old_answers_are_forgotten_and_new_ones_kept(api):
    for key in ("old", "new"):
        body = {**BODY, "before": "1" if key == "old" else "2"}
        api.send("post", ADDRESS, body, idempotency_key=key)
    now = timezone.now()
    old = IdempotentRequest.objects.filter(key="old")
    old.update(created_at=now - tasks.KEEP_REQUESTS - timezone.timedelta(minutes=1))
    slot = now.isoformat()
    job = JobView(uuid.uuid4(), "accounts.forget_requests", "k", {"slot": slot}, 1, print)
    for _index in range(2):
        tasks.forget_requests(job)()
    assert list(IdempotentRequest.objects.values_list("key", flat=True)) == ["new"]


def test_stored_answers_go_with_the_account(api, person):
    api.send("post", ADDRESS, BODY, idempotency_key="k1")
    person.delete()
    assert not IdempotentRequest.objects.exists()


two_connections = pytest.mark.skipif(
    "sqlite" in str(connection.settings_dict["ENGINE"]),
    reason="SQLite in memory has one connection: nothing can race (runs on PostgreSQL)",
)


@pytest.mark.django_db(transaction=True)
@two_connections
def test_a_key_that_stays_taken_is_answered_409_and_free_again_later(known, person, monkeypatch):
    monkeypatch.setattr("accounts.services.access.TWIN_SECONDS", 1)
    client, taken, done = with_token(person), threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            services.take_request(owner=person, path=ADDRESS, key="k", body_hash="x")
            taken.set()
            done.wait(30)
            transaction.set_rollback(True)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(30)
    waiting = client.send("post", ADDRESS, BODY, idempotency_key="k")
    done.set()
    holder.join()
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_in_progress")
    assert client.send("post", ADDRESS, BODY, idempotency_key="k").status_code == 201


@pytest.mark.django_db(transaction=True)
@two_connections
def test_two_equal_posts_at_once_log_one_change(known, person):
    client = with_token(person)
    key = client.defaults["HTTP_AUTHORIZATION"]
    answers, start = [], threading.Barrier(4)

    def post():
        from tests.api_client import ApiClient

        racer = ApiClient(key.removeprefix("Bearer "))
        start.wait()
        answers.append(racer.send("post", ADDRESS, BODY, idempotency_key="race"))
        connection.close()

    racers = [threading.Thread(target=post) for _index in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 3
    assert LimitChange.objects.filter(owner=person).count() == 1
