"""Imports over the API: sent in, read by a job, confirmed or given up; nobody else's."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from limits.models import ImportBatch, LimitChange
from tests.api_client import EVERY_SCOPE, ApiClient, with_token

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/imports/"
HEAD = "产品,变动日期,变动前额度,变动后额度\n"
GOOD = HEAD + "借呗,2026-10-12,50000,0\n花呗,2026-10-13,8000,10000\n"
MIXED = GOOD + "借呗,2026-02-30,1,2\n"


@pytest.fixture
def api(person, known):
    return with_token(person, "imports:write")


def table(text=GOOD, name="变动.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(name, data, content_type="text/csv")


def send(client, text=GOOD, name="变动.csv", **headers):
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    return client.post(ADDRESS, {"file": table(text, name)}, headers=names)


def read(client, run_jobs, text=GOOD):
    made = send(client, text).json()
    run_jobs()
    return client.get(f"{ADDRESS}{made['id']}/").json()


def test_a_table_is_read_then_confirmed_then_in_the_ledger(api, person, run_jobs):
    made = send(api)
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["file_name"]) == ("queued", "变动.csv")
    run_jobs()
    address = f"{ADDRESS}{made.json()['id']}/"
    checked = api.get(address).json()
    assert checked["state"] == "checked"
    assert checked["rows"] == {"total": 2, "good": 2, "known": 0, "bad": 0, "saved": 0}
    assert checked["problems"] == []
    confirmed = api.send("post", f"{address}confirm/", {"mode": "all"})
    assert confirmed.status_code == 200
    run_jobs()
    assert api.get(address).json()["rows"]["saved"] == 2
    assert LimitChange.objects.filter(owner=person, source="import").count() == 2


def test_problems_name_row_column_and_what_to_do(api, run_jobs):
    checked = read(api, run_jobs, MIXED)
    (problem,) = checked["problems"]
    assert (problem["row"], problem["code"]) == (4, "impossible")
    assert problem["message"] == "没有 2 月 30 日"
    assert problem["column"]
    address = f"{ADDRESS}{checked['id']}/"
    refused = api.send("post", f"{address}confirm/", {"mode": "all"})
    assert refused.status_code == 400
    assert refused.json()["errors"]["non_field_errors"][0]["code"] == "rows_bad"
    assert api.send("post", f"{address}confirm/", {"mode": "good"}).status_code == 200


def test_problems_come_a_hundred_rows_a_page(api, run_jobs):
    rows = "".join(f"借呗,2026-02-30,{number},0\n" for number in range(1, 131))
    first = read(api, run_jobs, HEAD + rows)
    assert (len(first["problems"]), first["next_row"]) == (100, 101)
    second = api.get(f"{ADDRESS}{first['id']}/?after={first['next_row']}").json()
    assert (len(second["problems"]), second["next_row"]) == (30, None)
    for odd in ("x", "-1", "９", "9" * 30):
        assert len(api.get(f"{ADDRESS}{first['id']}/?after={odd}").json()["problems"]) == 100


def test_a_file_that_is_no_table_says_so(api, run_jobs):
    refused = read(api, run_jobs, b"%PDF-1.7 ...")
    assert refused["state"] == "refused"
    assert refused["refused"]["code"] == "pdf"
    assert "PDF" in refused["refused"]["message"]


def test_a_given_up_import_saves_nothing(api, person, run_jobs):
    checked = read(api, run_jobs)
    address = f"{ADDRESS}{checked['id']}/"
    assert api.send("post", f"{address}discard/").json()["state"] == "discarded"
    assert api.send("post", f"{address}confirm/", {"mode": "all"}).status_code == 400
    assert not LimitChange.objects.filter(owner=person).exists()


def test_the_same_file_under_the_same_key_is_one_import(api):
    first, again = (send(api, idempotency_key="k") for _index in range(2))
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    other = send(api, MIXED, idempotency_key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("step", ["confirm", "discard"])
def test_a_step_may_be_repeated_under_its_key(api, run_jobs, step):
    address = f"{ADDRESS}{read(api, run_jobs)['id']}/{step}/"
    body = {"mode": "all"} if step == "confirm" else None
    first, again = (api.send("post", address, body, idempotency_key="k") for _index in range(2))
    assert first.status_code == 200
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({}, "file", "required"),
        ({"file": "text"}, "file", "invalid"),
        ({"file": table(b"")}, "file", "empty"),
        ({"file": table(), "owner": "1"}, "owner", "unknown_field"),
    ],
    ids=["no file", "text", "empty file", "a field there is not"],
)
def test_what_is_no_upload_is_refused(api, fields, where, code):
    answer = api.post(ADDRESS, fields)
    assert answer.status_code == 400
    assert answer.json()["errors"][where][0]["code"] == code


def test_a_broken_form_is_refused_and_not_repeated(api):
    answer = api.generic("POST", ADDRESS, b"--CNRY", content_type="multipart/form-data; boundary=")
    assert answer.status_code == 400
    assert "CNRY" not in answer.content.decode()


def test_a_form_that_is_too_long_is_413_before_it_is_read(api):
    answer = send(api, b"x" * (10 * 2**20 + 2**17))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not ImportBatch.objects.exists()


def test_json_is_no_upload(api):
    assert api.send("post", ADDRESS, {"file": "x"}).status_code == 415


@pytest.mark.parametrize("mode", ["", "some", None, True])
def test_confirming_needs_a_mode(api, run_jobs, mode):
    address = f"{ADDRESS}{read(api, run_jobs)['id']}/confirm/"
    assert "mode" in api.send("post", address, {"mode": mode}).json()["errors"]


STEPS = [("get", "", None), ("post", "confirm/", {"mode": "all"}), ("post", "discard/", None)]


@pytest.mark.parametrize(("method", "step", "body"), STEPS)
def test_an_import_of_another_is_404(api, other, run_jobs, method, step, body):
    mine = send(api).json()["id"]
    theirs = with_token(other)
    foreign = theirs.send(method, f"{ADDRESS}{mine}/{step}", body)
    nowhere = theirs.send(method, f"{ADDRESS}{uuid.uuid4()}/{step}", body)
    assert foreign.status_code == nowhere.status_code == 404
    assert foreign.json() == nowhere.json()


@pytest.mark.parametrize(("method", "step", "body"), STEPS)
def test_the_anonymous_and_other_scopes_are_refused(api, person, method, step, body):
    address = f"{ADDRESS}{send(api).json()['id']}/{step}"
    assert ApiClient().send(method, address, body).status_code == 401
    others = with_token(person, *(row for row in EVERY_SCOPE if row != "imports:write"))
    answer = others.send(method, address, body)
    assert (answer.status_code, answer.json()["scope"]) == (403, "imports:write")
    assert send(ApiClient()).status_code == 401
    assert send(others).status_code == 403


def test_an_import_takes_the_same_queries_for_any_number_of_rows(
    api, run_jobs, django_assert_num_queries
):
    checked = read(api, run_jobs, HEAD + "借呗,2026-02-30,1,0\n" * 90)
    with django_assert_num_queries(3):
        api.get(f"{ADDRESS}{checked['id']}/")
