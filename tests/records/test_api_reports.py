"""Credit reports over the API: noted, read, confirmed, judged, compared; repeated safely; scopes."""

import datetime as dt

import pytest
import time_machine

from records.models import CreditReport, ReportEntry
from tests.api_client import with_token
from tests.records.notebook import entry_of, imported, inquiry_of, noted, paper

BASE = "/api/v1/reports/"
HEAD = {"reported_on": "2026-11-20", "kind": "brief", "cost": "free", "number_tail": "9999"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=True):
        yield


@pytest.fixture
def api(person, known):
    return with_token(person, "reports:read", "reports:write")


def test_a_report_is_noted_and_listed_with_what_is_free(api):
    made = api.send("post", BASE, HEAD)
    assert made.status_code == 201
    listed = api.get(BASE).json()
    assert listed["results"] == [made.json()]
    assert listed["free"] == {"year": 2026, "used": 1, "left": 1, "next_on": "2026-11-22"}


def test_the_same_key_notes_once(api):
    first = api.send("post", BASE, HEAD, Idempotency_Key="a")
    again = api.send("post", BASE, HEAD, Idempotency_Key="a")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert CreditReport.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reported_on": "2026-11-23"}, "reported_on"),
        ({"reported_on": "0001-01-01"}, "reported_on"),
        ({"kind": "x"}, "kind"),
        ({"number_tail": "12345"}, "number_tail"),
        ({"owner": 1}, "owner"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(api, fields, field):
    answer = api.send("post", BASE, HEAD | fields)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not CreditReport.objects.exists()


def test_a_third_free_report_is_refused(api, person):
    noted(person, reported_on=dt.date(2026, 1, 5))
    noted(person, reported_on=dt.date(2026, 7, 5))
    answer = api.send("post", BASE, HEAD)
    assert answer.status_code == 400
    assert answer.json()["errors"]["cost"][0]["code"] == "third_free"


def test_text_becomes_a_draft_that_is_confirmed(api, person):
    read = api.send("post", f"{BASE}read/", {"text": paper(), "own": True})
    assert read.status_code == 201
    body = read.json()
    assert body["is_draft"]
    assert (len(body["entries"]), len(body["inquiries"])) == (6, 12)
    assert body["standing"]["running"] == 0
    assert "张三" not in read.content.decode()
    some = api.send(
        "post", f"{BASE}{body['id']}/confirm/", {"rows": [body["entries"][0]["id"], "x"]}
    )
    assert some.json()["is_draft"]
    assert not api.send("post", f"{BASE}{body['id']}/confirm/", {}).json()["is_draft"]
    shown = api.get(f"{BASE}{body['id']}/").json()
    assert shown["standing"]["running"] == 4
    assert {"what": "check-entries", "count": 6} in shown["to_do"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "今天天气很好", "own": True}, "text"),
        ({"text": paper(), "own": False}, "own"),
        ({"text": paper()}, "own"),
        ({"own": True}, "text"),
    ],
)
def test_what_is_no_own_report_is_refused(api, body, field):
    answer = api.send("post", f"{BASE}read/", body)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_rows_are_added_corrected_judged_and_removed(api, person):
    report = noted(person)
    given = {"kind": "revolving", "lender": "演示消费金融有限公司", "limit": "80000.00"}
    added = api.send("post", f"{BASE}{report.public_id}/entries/", given | {"as_of": "2026-10"})
    assert added.status_code == 201
    row = added.json()
    assert (row["limit"], row["as_of"], row["verdict"]) == ("80000.00", "2026-10", "unchecked")
    at = f"/api/v1/report-entries/{row['id']}/"
    edited = api.send("post", f"{at}edit/", given | {"limit": "0.00", "state": "normal"}).json()
    assert (edited["limit"], edited["state"]) == ("0.00", "normal")
    assert api.send("post", f"{at}judge/", {"verdict": "wrong"}).status_code == 400
    judged = api.send("post", f"{at}judge/", {"verdict": "wrong", "what_wrong": "不是 0"}).json()
    assert judged["verdict"] == "wrong"
    assert api.send("post", f"{at}remove/").json() == {"id": row["id"], "removed": True}
    assert not ReportEntry.objects.exists()


def test_days_out_of_order_are_refused_at_their_field(api, person):
    given = {"kind": "loan", "lender": "演示银行", "opened_on": "2020-01-01"}
    answer = api.send(
        "post", f"{BASE}{noted(person).public_id}/entries/", given | {"bad_until": "2019-01-01"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"]["bad_until"][0]["code"] == "before_start"


def test_inquiries_are_added_and_judged(api, person):
    report = noted(person)
    given = {"on": "2026-10-12", "who": "示范银行", "reason": "贷款审批"}
    row = api.send("post", f"{BASE}{report.public_id}/inquiries/", given).json()
    said = {"verdicts": [{"id": row["id"], "verdict": "strange"}]}
    assert api.send("post", f"{BASE}{report.public_id}/judge/", said).json() == {"changed": 1}
    assert api.send("post", f"/api/v1/inquiries/{row['id']}/remove/").status_code == 200


def test_two_reports_are_compared(api, person):
    older, newer = noted(person, reported_on=dt.date(2026, 6, 1)), noted(person)
    opened = dt.date(2020, 1, 1)
    before = entry_of(older, opened_on=opened, limit_fen=5_000_000)
    after = entry_of(newer, opened_on=opened, limit_fen=0)
    asked = inquiry_of(newer, dt.date(2026, 10, 1))
    found = api.get(f"{BASE}{newer.public_id}/compare/").json()
    assert (
        found == api.get(f"{BASE}{older.public_id}/compare/", {"with": str(newer.public_id)}).json()
    )
    assert found["changed"] == [
        {
            "before": str(before.public_id),
            "after": str(after.public_id),
            "lender": "演示消费金融有限公司",
            "differences": [{"name": "limit", "before": "50000.00", "after": "0.00"}],
        }
    ]
    assert found["to_ask_about"] == [str(asked.public_id)]
    assert api.get(f"{BASE}{older.public_id}/compare/").status_code == 404
    assert api.get(f"{BASE}{older.public_id}/compare/", {"with": "x"}).status_code == 404


def test_reports_of_others_do_not_exist(api, other):
    report = imported(other)
    for name in ("", "compare/"):
        assert api.get(f"{BASE}{report.public_id}/{name}").status_code == 404
    for name in ("edit/", "confirm/", "remove/", "entries/", "inquiries/", "judge/"):
        assert api.send("post", f"{BASE}{report.public_id}/{name}", {}).status_code == 404


def test_a_token_without_the_right_is_refused(person, known):
    api = with_token(person, "plan:read", "plan:write")
    assert api.get(BASE).status_code == 403
    assert api.send("post", BASE, HEAD).status_code == 403
    reader = with_token(person, "reports:read")
    assert reader.send("post", BASE, HEAD).status_code == 403


def test_without_signing_in_nothing_is_told(client, known):
    assert client.get(BASE).status_code == 401
