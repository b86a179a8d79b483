"""Notices over the API: pages, seen once, choices; foreign 404, scopes, repeated safely."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notice, NoticeChoice
from tests.accounts.test_notices import told
from tests.api_client import with_token

pytestmark = pytest.mark.django_db
BASE = "/api/v1/notices/"


@pytest.fixture
def api(person, known):
    return with_token(person, "notices:read", "notices:write")


def test_the_newest_first_in_pages_that_cost_the_same(api, person, other):
    told(other)
    api.get(BASE)  # the first use of a token is noted
    counts = []
    for first, last in ((0, 1), (1, 35)):
        for number in range(first, last):
            told(person, number)
        with CaptureQueriesContext(connection) as queries:
            page = api.get(BASE).json()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
    rest = api.get(BASE, {"after": page["next"]}).json()
    ids = [row["id"] for row in page["results"] + rest["results"]]
    mine = Notice.objects.for_user(person).order_by("-created_at", "-pk")
    assert ids == [str(row.public_id) for row in mine]
    assert rest["next"] is None


def test_one_is_seen_once_and_the_rest_together(api, person):
    first, second = told(person), told(person, 1)
    for _time in range(2):
        seen = api.send("post", f"{BASE}{first.public_id}/read/").json()
    first.refresh_from_db()
    assert seen["read_at"] == first.read_at.isoformat()
    (left,) = api.get(BASE, {"unread": "true"}).json()["results"]
    assert left["id"] == str(second.public_id)
    assert left["title"] == "今天 2026-11-17 是对方答复的期限（LL20261122-ABCDEF）"
    assert api.send("post", f"{BASE}read-all/").json() == {"read": 1}
    assert api.send("post", f"{BASE}read-all/").json() == {"read": 0}
    assert api.get(BASE, {"unread": "true"}).json()["results"] == []


def hows(answer):
    return {row["kind"]: row["how"] for row in answer["choices"]}


def test_every_kind_has_a_choice_and_one_is_changed(api, person):
    before = hows(api.get(f"{BASE}choices/").json())
    assert before == dict.fromkeys(before, "now") | {"plan": "daily"}
    answer = api.send("post", f"{BASE}choices/", {"kind": "draft", "how": "weekly"}).json()
    assert hows(answer) == before | {"draft": "weekly"}
    assert NoticeChoice.objects.get().how == "weekly"
    assert (answer["quiet_from"], answer["quiet_to"], answer["language"]) == (22, 8, "zh-hans")


def test_quiet_hours_and_language_are_changed_by_themselves(api, person):
    body = {"quiet_from": 0, "quiet_to": 0, "language": "en"}
    answer = api.send("post", f"{BASE}choices/", body).json()
    assert (answer["quiet_from"], answer["quiet_to"], answer["language"]) == (0, 0, "en")
    person.refresh_from_db()
    assert (person.quiet_from, person.quiet_to, person.language) == (0, 0, "en")
    assert not NoticeChoice.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "draft"},
        {"kind": "x", "how": "now"},
        {"kind": "draft", "how": "fax"},
        {"quiet_from": 3},
        {"quiet_from": 24, "quiet_to": 3},
        {"quiet_from": 1, "quiet_to": "x"},
        {"kind": "draft", "how": "now", "quiet_to": 3},
        {"language": "xx"},
    ],
    ids=str,
)
def test_a_wrong_choice_changes_nothing(api, body, person):
    assert api.send("post", f"{BASE}choices/", body).status_code == 400
    assert not NoticeChoice.objects.exists()
    person.refresh_from_db()
    assert (person.quiet_from, person.quiet_to) == (22, 8)


def test_a_repeated_request_gets_its_first_answer(api, person):
    told(person)
    keyed = {"idempotency_key": "again-1"}
    answers = [api.send("post", f"{BASE}read-all/", **keyed).json() for _time in range(2)]
    assert answers == [{"read": 1}, {"read": 1}]


def test_foreign_is_404_and_each_scope_opens_its_own(person, other, known):
    mine = told(person)
    address = f"{BASE}{mine.public_id}/read/"
    assert with_token(other).send("post", address).status_code == 404
    reader, writer = with_token(person, "notices:read"), with_token(person, "notices:write")
    assert (reader.get(BASE).status_code, writer.get(BASE).status_code) == (200, 403)
    assert (reader.send("post", address).status_code, writer.send("post", address).status_code) == (
        403,
        200,
    )
    assert with_token(person, "plan:read").get(BASE).json()["scope"] == "notices:read"
