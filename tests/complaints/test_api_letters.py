"""Letters over the API: begun, edited against what was read, frozen once, amended, sent."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import services
from complaints.models import Document, Letter, Message
from tests.api_client import with_token
from tests.complaints.api_cases import TODAY, answered, freeze
from tests.factories import file

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(person, known):
    return with_token(person)


@pytest.fixture
def case(person, known):
    return file(person, contact={"name": "龘小明"}, facts={"story": "我的经过。"})


@pytest.fixture
def draft(case):
    return services.draft_letter(complaint=case, kind="explain", today=TODAY)


def part(letter, name=""):
    return f"/api/v1/letters/{letter.public_id}/{name}"


def edit(api, letter, **fields):
    seen = fields.pop("seen", None) or api.get(part(letter)).json()["seen"]
    return api.send("post", part(letter, "edit/"), {"seen": seen, **fields})


def test_a_draft_begins_with_the_case_and_says_what_can_be_chosen(api, case):
    made = api.send("post", f"/api/v1/complaints/{case.public_id}/letters/", {"kind": "explain"})
    assert made.status_code == 201
    letter = made.json()
    assert made["Location"] == f"/api/v1/letters/{letter['id']}/"
    assert (letter["state"], letter["typed"]["name"]) == ("draft", "龘小明")
    assert letter["choices"]["points"]
    assert "我的经过。" in letter["paste"]["text"]
    assert letter["paste"]["length"] >= len(letter["paste"]["text"])


def test_the_same_kind_is_taken_up_again(api, case):
    address = f"/api/v1/complaints/{case.public_id}/letters/"
    first, again = (api.send("post", address, {"kind": "nfra"}).json() for _index in range(2))
    assert first["id"] == again["id"]
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "status"),
    [("pboc", 400), ("nothing", 400), (None, 400), ("remind", 409)],
    ids=["does not suit", "no such kind", "none", "nothing to remind of yet"],
)
def test_a_kind_that_cannot_be_written_is_refused_in_words(api, case, kind, status):
    refused = api.send("post", f"/api/v1/complaints/{case.public_id}/letters/", {"kind": kind})
    assert refused.status_code == status
    assert refused.json()["detail"]
    assert not Letter.objects.exists()


def test_what_is_left_out_of_an_edit_stays(api, draft):
    edited = edit(api, draft, wish="恢复额度", limit=500)
    assert edited.status_code == 200
    assert edited.json()["typed"]["wish"] == "恢复额度"
    assert edited.json()["typed"]["story"] == "我的经过。"
    assert edited.json()["paste"]["limit"] == 500
    assert edit(api, draft, limit=None).json()["paste"]["limit"] is None


def test_an_edit_of_what_was_changed_elsewhere_is_409_with_what_stands(api, draft):
    seen = api.get(part(draft)).json()["seen"]
    edit(api, draft, wish="先到的")
    late = edit(api, draft, seen=seen, wish="后到的")
    problem = late.json()
    assert (late.status_code, problem["code"]) == (409, "stale")
    assert problem["current"]["typed"]["wish"] == "先到的"
    draft.refresh_from_db()
    assert draft.typed["wish"] == "先到的"
    again = edit(api, draft, seen=problem["current"]["seen"], wish="后到的")
    assert again.json()["typed"]["wish"] == "后到的"


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({"points": ["nothing"]}, "points", "invalid_choice"),
        ({"points": []}, "points", "required"),
        ({"items": "这种信没有"}, "items", "unknown_field"),
        ({"limit": 5}, "limit", None),
        ({"limit": "many"}, "limit", None),
        ({"name": "两\n行"}, "name", None),
        ({"wish": "字" * 501}, "wish", None),
        ({"state": "frozen"}, "state", "unknown_field"),
    ],
)
def test_a_wrong_edit_changes_nothing(api, draft, fields, where, code):
    refused = (
        edit(api, draft, wish="好的", **fields)
        if "wish" not in fields
        else edit(api, draft, **fields)
    )
    assert refused.status_code == 400, refused.content.decode()
    found = refused.json()["errors"][where][0]["code"]
    assert code in (None, found)
    draft.refresh_from_db()
    assert draft.typed["wish"] == ""


def test_what_is_still_missing_is_listed_and_only_stops_freezing(api, case):
    letter = services.draft_letter(complaint=case, kind="correct", today=TODAY)
    edited = edit(api, letter, name="张三")
    assert edited.status_code == 200
    assert edited.json()["missing"]["items"][0]["code"] == "required"
    refused = api.send("post", part(letter, "freeze/"))
    assert refused.status_code == 400
    assert "items" in refused.json()["errors"]
    edit(api, letter, items="职业写错了")
    assert api.send("post", part(letter, "freeze/")).status_code == 200


def test_freezing_fixes_the_text_opens_a_step_and_makes_files(api, case, run_jobs):
    letter = services.draft_letter(complaint=case, kind="nfra", today=TODAY)
    if missing := api.get(part(letter)).json()["missing"]:
        edit(api, letter, **dict.fromkeys(missing, "国家金融监督管理总局"))
    frozen = api.send("post", part(letter, "freeze/")).json()
    assert (frozen["state"], len(frozen["sha256"])) == ("frozen", 64)
    assert frozen["missing"] == {}
    step = api.get(f"/api/v1/steps/{frozen['step']}/").json()
    assert step["channel"]["code"] == "C05"
    assert {row["format"] for row in frozen["documents"]} == {"pdf", "docx", "txt"}
    again = api.send("post", part(letter, "freeze/")).json()
    assert again == frozen
    run_jobs()
    made = api.get(part(letter)).json()["documents"]
    assert {row["state"] for row in made} == {"ready"}
    for row in made:
        got = api.get(f"/api/v1/documents/{row['id']}/file/")
        assert (got.status_code, len(got.getvalue())) == (200, row["size"])


def test_a_frozen_letter_is_neither_changed_nor_thrown_away(api, draft):
    seen = api.get(part(draft)).json()["seen"]
    frozen = freeze(draft)
    for refused in (edit(api, frozen, seen=seen, wish="新"), api.delete(part(frozen))):
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    amended = api.send("post", part(frozen, "amend/"))
    assert amended.status_code == 201
    assert (amended.json()["version"], amended.json()["amends"]) == (2, str(frozen.public_id))
    assert edit(api, Letter.objects.get(version=2), wish="新").status_code == 200
    frozen.refresh_from_db()
    assert frozen.model["inputs"]["values"]["wish"] == ""


def test_nothing_is_frozen_in_a_closed_case(api, draft, case, person):
    services.act(complaint=case, action="close", actor=person)
    refused = api.send("post", part(draft, "freeze/"))
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "conflict")
    assert (problem["state"], problem["allowed"]) == ("closed", ["reopen"])


def test_a_sentence_wrong_in_law_is_frozen_for_nobody(api, draft, monkeypatch):
    from complaints.domain.lint import LintError

    def refuse(*args, **kwargs):
        raise LintError("fifteen-working-days")

    monkeypatch.setattr("complaints.documents.letters.compose", refuse)
    monkeypatch.setattr("complaints.documents.letters.pasted_text", refuse)
    assert api.get(part(draft)).json()["paste"] is None
    refused = api.send("post", part(draft, "freeze/"))
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_sending_is_recorded_on_the_step_of_the_letter(api, draft):
    given = {"sent_on": "2026-11-02", "received_on": "2026-11-03", "sent_how": "EMS 1"}
    early = api.send("post", part(draft, "sent/"), given)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    frozen = freeze(draft)
    assert api.send("post", part(frozen, "sent/"), given).status_code == 200
    step = api.get(f"/api/v1/steps/{frozen.step.public_id}/").json()
    assert (step["received_on"], step["sent_how"]) == ("2026-11-03", "EMS 1")
    assert step["clock"]["projected"] is False


def test_a_reminder_is_kept_in_the_correspondence(api, case):
    answered(case.steps.order_by("pk").first())
    frozen = freeze(services.draft_letter(complaint=case, kind="remind", today=TODAY))
    given = {"sent_on": "2026-11-20", "reference_no": "EMS 2"}
    assert api.send("post", part(frozen, "sent/"), given).status_code == 200
    assert Message.objects.filter(direction="out", reference_no="EMS 2").count() == 1


def test_a_draft_can_be_thrown_away_with_a_session_too(signed_in, draft):
    assert signed_in.delete(part(draft)).json()["id"] == str(draft.public_id)
    assert not Letter.objects.exists()
    assert signed_in.delete(part(draft)).status_code == 404


def test_the_queries_do_not_grow_with_the_letters(api, case, draft):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            api.get(f"/api/v1/complaints/{case.public_id}/letters/")
            api.get(part(draft))
        return len(seen)

    queries()
    few = queries()
    for kind in ("explain", "copy", "nfra", "withdraw", "delete"):
        services.draft_letter(complaint=case, kind=kind, today=TODAY)
    assert queries() == few
    assert Document.objects.filter(letter=draft).count() == 0
