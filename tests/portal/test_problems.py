"""Errors of the API: RFC 9457, one shape for all, nothing of the caller's text in them."""

import json

import pytest
from django.test import Client

from portal.errors import TITLES
from tests.api_client import ApiClient, with_token

pytestmark = pytest.mark.django_db
EXPLAIN = "/api/v1/explain/"
CANARY = "CNRY-9457"


def assert_problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"].endswith(f"/problems/{code}")
    assert problem["title"] == TITLES[code]
    assert isinstance(problem["detail"], str)
    assert problem["detail"]
    return problem


def test_refused_fields_stand_in_errors_and_where_they_used_to(client, known):
    change = {"product": "jiebei", "before": "x", "after": "1", "effective_on": "2026-10-12"}
    body = {"changes": [{**change, "before": "2"}, change], "answers": [], "odd": 1}
    answer = client.post(EXPLAIN, body, content_type="application/json")
    problem = assert_problem(answer, 400, "invalid")
    assert problem["errors"]["changes.1.before"][0]["code"] == "not_a_number"
    assert problem["errors"]["odd"][0]["code"] == "unknown_field"
    assert problem["changes"]["1"]["before"] == problem["errors"]["changes.1.before"]
    assert problem["odd"] == problem["errors"]["odd"]


def test_a_field_named_like_a_member_does_not_overwrite_it(client, known):
    body = {"rule": "D01", "start_on": "2026-11-02", "status": 1, "title": 2, "detail": 3}
    answer = client.post("/api/v1/clock/", body, content_type="application/json")
    problem = assert_problem(answer, 400, "invalid")
    assert set(problem["errors"]) == {"status", "title", "detail"}


def test_what_belongs_to_no_field_stands_under_non_field_errors(client, known):
    problem = assert_problem(
        client.post(EXPLAIN, [1], content_type="application/json"), 400, "invalid"
    )
    assert problem["non_field_errors"] == problem["errors"]["non_field_errors"]


@pytest.mark.parametrize(
    ("method", "address", "body", "kind", "status", "code"),
    [
        ("post", EXPLAIN, b"{", "application/json", 400, "parse_error"),
        ("post", EXPLAIN, b"{}", "text/xml", 415, "unsupported_media_type"),
        ("delete", EXPLAIN, b"", "application/json", 405, "method_not_allowed"),
        ("get", "/api/v1/changes/", b"", "", 401, "not_authenticated"),
        ("get", "/api/v1/nowhere/", b"", "", 404, "not_found"),
        ("post", EXPLAIN, b" " * (1024 * 1024 + 1), "application/json", 413, "too_large"),
    ],
    ids=["broken JSON", "XML", "delete", "anonymous", "no such address", "too large"],
)
def test_every_refusal_is_a_problem(known, method, address, body, kind, status, code):
    answer = Client().generic(method.upper(), address, body, content_type=kind)
    assert_problem(answer, status, code)


def test_a_header_that_asks_for_no_json_is_refused_in_json(client, known):
    answer = client.get("/api/v1/rules/", headers={"accept": "text/csv"})
    assert_problem(answer, 406, "not_acceptable")


def test_no_csrf_token_is_403(person, known):
    browser = ApiClient()
    browser.force_login(person)
    assert_problem(browser.send("post", "/api/v1/changes/", {}), 403, "permission_denied")


def test_too_many_requests_say_when_to_come_back(client, known, settings):
    settings.API_RATE = "1/min"
    client.get("/api/v1/rules/")
    answer = client.get("/api/v1/rules/")
    assert_problem(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_a_crash_tells_nothing(person, known, monkeypatch):
    def crash(**_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr("limits.services.log_change", crash)
    client = with_token(person)
    client.raise_request_exception = False
    body = {"product": "jiebei", "before": "5", "after": "0", "effective_on": "2026-10-12"}
    answer = client.send("post", "/api/v1/changes/", body)
    assert_problem(answer, 500, "server_error")
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "body", "headers"),
    [
        (EXPLAIN, {"changes": CANARY}, {}),
        (EXPLAIN, {"changes": [{"product": CANARY, "before": CANARY, "after": CANARY}]}, {}),
        (EXPLAIN, {"changes": [], "answers": {"late": CANARY}}, {}),
        ("/api/v1/clock/", {"rule": CANARY, "start_on": CANARY}, {}),
        (f"/api/v1/{CANARY}/", {}, {}),
        ("/api/v1/changes/", {}, {"authorization": f"Bearer {CANARY}"}),
        (EXPLAIN, {}, {"accept": f"text/{CANARY}"}),
    ],
)
def test_what_was_typed_is_never_repeated(client, known, address, body, headers):
    answer = client.post(address, body, content_type="application/json", headers=headers)
    assert answer.status_code >= 400
    assert CANARY not in answer.content.decode()


@pytest.mark.parametrize("name", ["\ud800", "x" * 10_000], ids=["half a pair", "endless"])
@pytest.mark.parametrize("where", ["top", "answers"])
def test_odd_names_of_fields_come_back_short_and_readable(client, known, name, where):
    body = {name: 1} if where == "top" else {"answers": {name: 1}}
    answer = client.post(EXPLAIN, json.dumps(body), content_type="application/json")
    assert_problem(answer, 400, "invalid")
    assert len(answer.content) < 2000


def test_titles_follow_the_language_and_codes_do_not(client, known):
    answer = client.get("/api/v1/nowhere/", headers={"accept-language": "en"}).json()
    assert answer["code"] == "not_found"


def test_every_code_is_explained_on_the_page_of_the_api(client, known):
    page = client.get("/api/").content.decode()
    for code in TITLES:
        assert f'id="{code}"' in page
    answer = client.get("/problems/not_found/")
    assert answer["Location"] == "/api/#not_found"


def test_pages_outside_the_api_keep_their_own_errors(client, known):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
