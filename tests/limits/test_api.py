"""The ledger over the API: works, foreign is 404, anonymous is 401, a token needs its scope."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from limits.models import Answer, Assessment, CreditLine, LimitChange, Migration, Reading
from limits.services import answer_question, log_reading
from tests.api_client import ApiClient, with_token
from tests.factories import CreditLineFactory, LimitChangeFactory, log

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
BODY = {"product": "jiebei", "before": "50000.00", "after": "0", "effective_on": "2026-10-12"}
SEEN = {"product": "jiebei", "observed_on": "2026-10-01", "limit": "50000"}


@pytest.fixture
def api(person, known):
    return with_token(person)


def read(owner, **fields):
    given = {"product": "huabei", "observed_on": dt.date(2026, 10, 1), "limit": 3_000_000}
    return log_reading(owner=owner, today=TODAY, **{**given, **fields})


@pytest.fixture
def world(person, known):
    """One of everything, by the word that stands for its id in an address."""
    fall = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    reading = read(person)
    return {
        "change": fall.public_id,
        "line": fall.line.public_id,
        "reading": reading.public_id,
        "assessment": Assessment.objects.filter(change=fall).newest().first().public_id,
        "migration": Migration.objects.get(fall=fall).public_id,
    }


# method, address, scope, body, status when it works
OPERATIONS = [
    ("get", "lines/", "ledger:read", None, 200),
    ("get", "lines/{line}/", "ledger:read", None, 200),
    ("get", "lines/{line}/readings/", "ledger:read", None, 200),
    ("post", "readings/", "ledger:write", SEEN, 201),
    ("post", "readings/{reading}/retract/", "ledger:write", None, 200),
    ("get", "changes/", "ledger:read", None, 200),
    ("post", "changes/", "ledger:write", {**BODY, "before": "7"}, 201),
    ("get", "changes/{change}/", "ledger:read", None, 200),
    ("post", "changes/{change}/correct/", "ledger:write", {**BODY, "before": "7"}, 201),
    ("post", "changes/{change}/retract/", "ledger:write", None, 200),
    ("get", "changes/{change}/assessments/", "explain:read", None, 200),
    ("get", "assessments/{assessment}/", "explain:read", None, 200),
    ("get", "changes/{change}/answers/", "explain:read", None, 200),
    (
        "put",
        "changes/{change}/answers/",
        "explain:write",
        {"question": "late", "answer": "none"},
        200,
    ),
    (
        "post",
        "changes/{change}/answers/",
        "explain:write",
        {"question": "late", "answer": "none"},
        200,
    ),
    ("get", "migrations/", "ledger:read", None, 200),
    ("post", "migrations/{migration}/decide/", "ledger:write", {"confirmed": True}, 200),
]
IDS = [f"{method} {address}" for method, address, *_rest in OPERATIONS]
each_operation = pytest.mark.parametrize(
    ("method", "address", "scope", "body", "status"), OPERATIONS, ids=IDS
)


def url(address, world):
    return "/api/v1/" + address.format(**world)


@each_operation
def test_it_works_with_the_scope(person, world, method, address, scope, body, status):
    answer = with_token(person, scope).send(method, url(address, world), body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"


@each_operation
def test_without_the_scope_it_is_403(person, world, method, address, scope, body, status):
    from tests.api_client import EVERY_SCOPE

    others = [row for row in EVERY_SCOPE if row != scope]
    answer = with_token(person, *others).send(method, url(address, world), body)
    assert answer.status_code == 403
    assert answer.json()["scope"] == scope


@each_operation
def test_the_anonymous_are_refused(world, method, address, scope, body, status):
    answer = ApiClient().send(method, url(address, world), body)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [(row[0], row[1], row[3]) for row in OPERATIONS if "{" in row[1]],
    ids=[name for name in IDS if "{" in name],
)
def test_an_object_of_another_is_404_like_one_there_is_not(world, other, method, address, body):
    theirs = with_token(other)
    foreign = theirs.send(method, url(address, world), body)
    nowhere = theirs.send(method, url(address, dict.fromkeys(world, uuid.uuid4())), body)
    assert foreign.status_code == nowhere.status_code == 404
    assert foreign.json() == nowhere.json()


@pytest.mark.parametrize("address", ["lines/", "changes/", "migrations/"])
def test_lists_show_nothing_of_another(world, other, address):
    assert with_token(other).get(f"/api/v1/{address}").json() == {"results": [], "next": None}


POSTS = [row for row in OPERATIONS if row[0] == "post"]


@pytest.mark.parametrize(
    ("method", "address", "scope", "body", "status"), POSTS, ids=[row[1] for row in POSTS]
)
def test_every_post_may_be_repeated(person, world, method, address, scope, body, status):
    client = with_token(person)
    first, again = (
        client.send(method, url(address, world), body, idempotency_key="k") for _index in range(2)
    )
    assert first.status_code == again.status_code == status
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"


def test_a_line_shows_what_it_is_now(api, person):
    log(person, after=3_000_000)
    read(person, product="jiebei", limit=3_000_000, used=100_000, rate_bp=1540, observed_on=TODAY)
    (line,) = api.get("/api/v1/lines/?product=jiebei").json()["results"]
    assert line["state"] == {
        "limit": "30000.00",
        "limit_on": "2026-11-22",
        "status": "open",
        "used": "1000.00",
        "available": None,
        "annual_rate": "15.40",
        "used_on": "2026-11-22",
    }
    assert api.get(f"/api/v1/lines/{line['id']}/").json() == line


def test_a_line_without_entries_has_no_state(api, person):
    line = CreditLineFactory(owner=person)
    assert api.get(f"/api/v1/lines/{line.public_id}/").json()["state"] is None


def test_a_reading_keeps_every_figure_and_logs_the_difference(api, person):
    log(person, before=4_000_000, after=5_000_000, effective_on=dt.date(2026, 9, 1))
    seen = {
        **SEEN,
        "limit": "3万",
        "used": "1000",
        "available": "29000",
        "annual_rate": "15.4%",
        "expires_on": "2027-10-01",
        "lender_shown": "某某银行",
        "purpose": "consumer",
        "screen": "normal",
        "note": "截图里看到的",
    }
    made = api.send("post", "/api/v1/readings/", seen).json()
    assert made["limit"] == "30000.00"
    assert made["annual_rate"] == "15.40"
    assert made["read_from"] == "api"
    (listed,) = api.get(f"/api/v1/lines/{made['line']}/readings/").json()["results"]
    assert listed == made
    change = LimitChange.objects.for_user(person).order_by("-pk").first()
    assert (change.before_fen, change.after_fen, change.source) == (5_000_000, 3_000_000, "reading")


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({"limit": 50000}, "limit", "not_text"),
        ({"used": "30000", "available": "30000"}, "used", "too_much"),
        ({"annual_rate": "日息万分之四"}, "annual_rate", "daily"),
        ({"annual_rate": 15.4}, "annual_rate", "not_text"),
        ({"observed_on": "2099-01-01"}, "observed_on", "after_today"),
        ({"purpose": "fun"}, "purpose", "invalid_choice"),
        ({"product": "nothing"}, "product", "invalid_choice"),
        ({"product": "other"}, "product_name", "required"),
        ({"available_fen": 1}, "available_fen", "unknown_field"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(api, fields, where, code):
    answer = api.send("post", "/api/v1/readings/", {**SEEN, **fields})
    assert answer.status_code == 400
    assert answer.json()["errors"][where][0]["code"] == code
    assert not Reading.objects.exists()


def test_a_change_keeps_every_detail(api):
    given = {
        **BODY,
        "noticed_on": "2026-10-13",
        "notified_how": "sms",
        "stated_reason": "综合评估未通过",
        "by_me": False,
        "temporary": True,
        "expires_on": "2027-01-01",
        "screen": "zero",
        "note": "备注",
        "lender_name": "某某小额贷款有限公司",
    }
    made = api.send("post", "/api/v1/changes/", given).json()
    assert {name: made[name] for name in given if name != "after"} == {
        name: value for name, value in given.items() if name != "after"
    }
    assert made["after"] == "0.00"
    assert (made["kind"], made["read_from"]) == ("limit", "api")
    assert api.get("/api/v1/changes/").json()["results"] == [made]


@pytest.mark.parametrize(
    ("fields", "amounts"),
    [
        ({"kind": "freeze", "before": "5万"}, ("50000.00", "50000.00")),
        ({"kind": "close", "before": "5万"}, ("50000.00", "0.00")),
        ({"kind": "lender", "lender_after": "某某银行"}, ("0.00", "0.00")),
        ({"kind": "brand", "name_after": "信用贷"}, ("0.00", "0.00")),
        ({"kind": "freeze", "before": "5万", "after": "1"}, ("50000.00", "1.00")),
    ],
    ids=["frozen", "closed", "another lender", "another name", "frozen with a limit"],
)
def test_other_kinds_need_fewer_amounts(api, fields, amounts):
    given = {"product": "jiebei", "effective_on": "2026-10-12", **fields}
    made = api.send("post", "/api/v1/changes/", given)
    assert made.status_code == 201, made.content
    assert (made.json()["before"], made.json()["after"]) == amounts


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({"before": None}, "before", "null"),
        ({"after": "50000"}, "after", "unchanged"),
        ({"kind": "gone"}, "kind", "invalid_choice"),
        ({"kind": "lender"}, "lender_after", "required"),
        ({"kind": "brand"}, "name_after", "required"),
        ({"by_me": "yes"}, "by_me", "invalid"),
        ({"temporary": 1}, "temporary", "invalid"),
        ({"effective_on": "2099-01-01"}, "effective_on", "after_today"),
        ({"owner": 1}, "owner", "unknown_field"),
        ({"source": "typed"}, "source", "unknown_field"),
    ],
)
def test_a_change_that_cannot_be_is_refused(api, fields, where, code):
    answer = api.send("post", "/api/v1/changes/", {**BODY, **fields})
    assert answer.status_code == 400
    assert answer.json()["errors"][where][0]["code"] == code
    assert not LimitChange.objects.exists()


@pytest.mark.parametrize("name", ["product", "before", "after", "effective_on"])
def test_what_a_change_needs_is_asked_for(api, name):
    given = {field: value for field, value in BODY.items() if field != name}
    answer = api.send("post", "/api/v1/changes/", given)
    assert answer.json()["errors"][name][0]["code"] == "required"


def test_the_same_change_twice_needs_a_word(api):
    assert api.send("post", "/api/v1/changes/", BODY).status_code == 201
    refused = api.send("post", "/api/v1/changes/", BODY)
    assert refused.json()["errors"]["again"][0]["code"] == "same_change"
    assert api.send("post", "/api/v1/changes/", {**BODY, "again": True}).status_code == 201


def test_a_change_tells_what_became_of_it(api, person):
    first = log(person)
    corrected = api.send(
        "post", f"/api/v1/changes/{first.public_id}/correct/", {**BODY, "before": "6万"}
    ).json()
    assert corrected["supersedes"] == str(first.public_id)
    old = api.get(f"/api/v1/changes/{first.public_id}/").json()
    assert (old["superseded_by"], old["retracted"]) == (corrected["id"], False)
    gone = api.send("post", f"/api/v1/changes/{corrected['id']}/retract/").json()
    assert gone["retracted"] is True
    assert api.get("/api/v1/changes/").json()["results"] == []
    twice = api.send("post", f"/api/v1/changes/{corrected['id']}/retract/")
    assert twice.status_code == 400


def test_filters_choose_by_product_and_day(api, person):
    log(person, effective_on=dt.date(2026, 1, 5))
    log(person, effective_on=dt.date(2026, 2, 5), before=6_000_000)
    log(person, product="huabei", effective_on=dt.date(2026, 3, 5))

    def days(query):
        rows = api.get(f"/api/v1/changes/?{query}").json()["results"]
        return [row["effective_on"][5:7] for row in rows]

    assert days("") == ["03", "02", "01"]
    assert days("product=jiebei") == ["02", "01"]
    assert days("since=2026-02-05") == ["03", "02"]
    assert days("until=2026-02-05") == ["02", "01"]
    assert days("product=jiebei&since=2026-01-06&until=2026-02-28") == ["02"]
    assert days("product=&since=&utm_source=x") == ["03", "02", "01"]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("product=nothing", "product"),
        ("product=%00", "product"),
        ("since=yesterday", "since"),
        ("since=2026-02-01&until=2026-01-01", "until"),
    ],
)
@pytest.mark.parametrize("address", ["changes/", "migrations/"])
def test_a_filter_that_means_nothing_is_refused(api, address, query, where):
    answer = api.get(f"/api/v1/{address}?{query}")
    assert answer.status_code == 400
    assert where in answer.json()["errors"]


@pytest.mark.parametrize("after", ["x", "%00", "x" * 3000, "516aef58-71bd-44bb-996a-cd614b0a8cf8"])
def test_a_broken_cursor_is_no_error(api, person, after):
    CreditLineFactory(owner=person)
    for address in ("lines/", "changes/", "migrations/"):
        assert api.get(f"/api/v1/{address}?after={after}").status_code == 200


def walk(api, address):
    seen, after = [], ""
    while after is not None:
        page = api.get(f"{address}?after={after}").json()
        seen += [row["id"] for row in page["results"]]
        after = page["next"]
    return seen


def test_pages_follow_each_other_without_gap_or_repeat(api, person):
    line = CreditLineFactory(owner=person)
    for number in range(65):
        LimitChangeFactory(line=line, before_fen=number, after_fen=number + 1)
        CreditLineFactory(owner=person, lender_name=f"第{number}家")
        Reading.objects.create(
            owner=person, line=line, observed_on=TODAY, limit_fen=number, used_fen=0
        )
    readings = f"/api/v1/lines/{line.public_id}/readings/"
    for address, count in (("/api/v1/changes/", 65), ("/api/v1/lines/", 66), (readings, 65)):
        seen = walk(api, address)
        assert len(seen) == len(set(seen)) == count


@pytest.mark.parametrize("address", ["lines/", "lines/{line}/readings/", "changes/", "migrations/"])
def test_a_list_takes_four_queries_whatever_its_length(api, person, address):
    counts = []
    api.get("/api/v1/lines/")
    for _index in range(2):
        line = CreditLineFactory(owner=person, lender_name=f"{_index}")
        for number in range(10):
            other = CreditLineFactory(owner=person, lender_name=f"{_index} {number}")
            fall = LimitChangeFactory(line=other, before_fen=100 + number, after_fen=0)
            rise = LimitChangeFactory(line=line, before_fen=0, after_fen=100 + number)
            Migration.objects.create(owner=person, fall=fall, rise=rise, days=0, strength=1)
            Reading.objects.create(owner=person, line=line, observed_on=TODAY, limit_fen=number)
        with CaptureQueriesContext(connection) as queries:
            answer = api.get(f"/api/v1/{address.format(line=line.public_id)}")
        assert answer.json()["results"]
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4, counts


def test_assessments_come_newest_first_in_the_shape_of_an_explanation(api, person, client):
    change = log(person)
    answer_question(change=change, question="late", answer="none", today=TODAY)
    page = api.get(f"/api/v1/changes/{change.public_id}/assessments/").json()
    assert len(page["results"]) == 2
    newest = page["results"][0]
    assert newest["inputs"]["answers"] == {"late": "none"}
    assert api.get(f"/api/v1/assessments/{newest['id']}/").json() == newest
    body = {"changes": [{**BODY, "stated_reason": ""}], "answers": {"late": "none"}}
    free = client.post("/api/v1/explain/", body, content_type="application/json").json()
    assert set(free) < set(newest)
    assert newest["causes"][0].keys() == free["causes"][0].keys()
    assert [cause["slug"] for cause in newest["causes"]] == [row["slug"] for row in free["causes"]]
    assert newest["next_question"] == free["next_question"]


def test_texts_of_an_assessment_follow_the_language(api, person):
    change = log(person)
    address = f"/api/v1/changes/{change.public_id}/assessments/"
    zh = api.get(address).json()["results"][0]["causes"][0]["title"]
    en = api.get(address, headers={"accept-language": "en"}).json()
    assert en["results"][0]["causes"][0]["title"] != zh


def test_an_assessment_of_retired_content_is_still_given(api, person):
    change = log(person)
    row = Assessment.objects.get(change=change)
    row.result["causes"][0]["slug"] = "retired"
    row.result["next_question"] = "retired"
    row.save()
    given = api.get(f"/api/v1/assessments/{row.public_id}/").json()
    assert given["causes"][0]["title"] == "retired"
    assert given["next_question"] is None


def test_answers_are_listed_and_sensitive_ones_are_only_given(api, person):
    change = log(person)
    address = f"/api/v1/changes/{change.public_id}/answers/"
    for question, answer in (("late", "elsewhere"), ("cash-out-like", "yes")):
        made = api.send("put", address, {"question": question, "answer": answer})
        assert made.status_code == 200
    rows = {row["question"]: row for row in api.get(address).json()["results"]}
    assert rows["late"]["answer"] == "elsewhere"
    assert (rows["cash-out-like"]["answer"], rows["cash-out-like"]["sensitive"]) == ("given", True)
    assert Answer.objects.get().question_slug == "late"


def test_a_sensitive_answer_shows_in_no_answer_of_the_api(api, person):
    """Yes and no to a sensitive question look alike in everything the API gives."""
    seen = []
    for answer in ("yes", "no"):
        change = log(person, before=9_000_000, again=True)
        address = f"/api/v1/changes/{change.public_id}/"
        made = api.send(
            "post", f"{address}answers/", {"question": "cash-out-like", "answer": answer}
        ).json()
        shown = api.get(f"/api/v1/assessments/{made['assessment']}/").json()
        seen.append((made["answer"], shown["causes"], shown["inputs"]["answers"]))
        api.send("post", f"{address}retract/")
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"question": "nothing", "answer": "yes"}, "answer"),
        ({"question": "late", "answer": "nothing"}, "answer"),
        ({"question": "late"}, "answer"),
        ({"question": "late", "answer": ["none"]}, "answer"),
        ({"question": "late", "answer": "none", "change": 1}, "change"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(api, person, body, where):
    change = log(person)
    refused = api.send("put", f"/api/v1/changes/{change.public_id}/answers/", body)
    assert refused.status_code == 400
    assert where in refused.json()["errors"]


def test_a_pair_is_decided_and_the_word_is_remembered(api, world):
    address = f"/api/v1/migrations/{world['migration']}/decide/"
    for confirmed, state in ((True, "confirmed"), (False, "rejected")):
        decided = api.send("post", address, {"confirmed": confirmed}).json()
        assert decided["state"] == state
        assert decided["fall"]["id"] == str(world["change"])
    (pair,) = api.get("/api/v1/migrations/").json()["results"]
    assert pair["state"] == "rejected"
    assert api.send("post", address, {"confirmed": "yes"}).status_code == 400


def test_lines_made_by_the_api_are_the_persons(api, person):
    api.send("post", "/api/v1/changes/", BODY)
    assert CreditLine.objects.get().owner == person


def test_a_word_of_the_lender_is_written_down_once_and_ranks_again(api, person):
    change = log(person)
    address = f"/api/v1/changes/{change.public_id}/confirmations/"
    body = {"kind": "specific", "cause_slug": "overdue", "in_writing": True, "quote": "有逾期"}
    made = [api.send("post", address, body, idempotency_key="word-1") for _again in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    (row,) = api.get(address).json()["results"]
    assert (row["cause_slug"], row["quote"], row["in_writing"]) == ("overdue", "有逾期", True)
    newest = api.get(f"/api/v1/changes/{change.public_id}/assessments/").json()["results"][0]
    assert (newest["causes"][0]["slug"], newest["causes"][0]["band"]) == ("overdue", "stated")


def test_a_word_about_a_sensitive_cause_does_not_come_out(api, person):
    address = f"/api/v1/changes/{log(person).public_id}/confirmations/"
    body = {"kind": "specific", "cause_slug": "cash-out-suspected", "quote": "CNRY-77"}
    assert api.send("post", address, body).json()["cause_slug"] == "given"
    shown = api.get(address).content.decode()
    assert "cash-out" not in shown
    assert "CNRY-77" not in shown


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"kind": "specific"}, "cause_slug"),
        ({"kind": "specific", "cause_slug": "other-unknown"}, "cause_slug"),
        ({"kind": "maybe"}, "kind"),
        ({"kind": "none", "given_on": "2027-01-01"}, "given_on"),
    ],
    ids=["no cause", "only the lender knows", "no such kind", "tomorrow"],
)
def test_a_word_that_cannot_be_is_refused(api, person, body, where):
    refused = api.send("post", f"/api/v1/changes/{log(person).public_id}/confirmations/", body)
    assert refused.status_code == 400
    assert where in refused.json()["errors"]
