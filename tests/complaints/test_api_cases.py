"""Cases and steps over the API: filed once, read whole, moved by the table of the workflow."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import services
from complaints.models import Complaint, ComplaintDraft, ComplaintEvent, Document, Step
from complaints.services import act, start_draft
from jobs.models import Job
from tests.api_client import ApiClient, make_token, with_token
from tests.complaints import hostile
from tests.complaints.api_cases import DAY, answered, open_step, sent
from tests.complaints.vault import keep
from tests.factories import file, log

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/complaints/"


@pytest.fixture
def api(person, known):
    return with_token(person)


@pytest.fixture
def change(person, known):
    return log(person)


@pytest.fixture
def body(change):
    return {
        "change": str(change.public_id),
        "institution": "ant-cf",
        "demands": ["explain-reason", "human-review"],
        "story": "打开页面，额度显示为 0。",
        "truth": True,
    }


@pytest.fixture
def case(person, known):
    return file(person)


def step_of(case):
    return case.steps.order_by("pk").first()


class TestFiling:
    def test_one_call_files_case_step_event_and_documents(self, api, person, body):
        made = api.send("post", ADDRESS, body)
        assert made.status_code == 201, made.content.decode()
        case = Complaint.objects.get()
        assert made["Location"] == f"{ADDRESS}{case.public_id}/"
        assert made.json()["receipt_no"] == case.receipt_no
        assert (made.json()["state"], made.json()["institution"]) == ("ready", "ant-cf")
        assert case.facts["story"] == "打开页面，额度显示为 0。"
        assert case.steps.count() == case.events.count() == 1
        assert Job.objects.filter(kind="complaints.document").exists()
        assert not ComplaintDraft.objects.exists()

    def test_what_was_filed_is_read_back(self, api, body):
        made = api.send("post", ADDRESS, {**body, "wish": "恢复额度", "effect": "周转中断"})
        read = api.get(made["Location"]).json()
        assert read["facts"]["wish"] == "恢复额度"
        assert read["facts"]["effect"] == "周转中断"
        assert [row["demand"] for row in read["demands"]] == ["explain-reason", "human-review"]
        assert read["next_action"]["kind"] == "send"
        assert len(read["facts"]["sha256"]) == 64

    def test_an_institution_that_is_not_on_record(self, api, body):
        body = {**body, "institution": "", "institution_name": "某某银行", "licence": "bank"}
        made = api.send("post", ADDRESS, body).json()
        assert (made["respondent"], made["institution"]) == ("某某银行", "")
        assert made["licence"] == "bank"

    @pytest.mark.parametrize(
        ("fields", "where", "code"),
        [
            ({"truth": False}, "truth", "required"),
            ({"truth": "yes"}, "truth", "required"),
            ({"truth": 1}, "truth", "required"),
            ({"demands": []}, "demands", "empty"),
            ({"demands": ["nothing"]}, "demands", "invalid_choice"),
            ({"demands": ["report-marketing"]}, "demands", "invalid_choice"),
            ({"institution": "nobody"}, "institution", "invalid_choice"),
            ({"institution": ""}, "institution_name", "required"),
            ({"change": str(uuid.uuid4())}, "change", "invalid_choice"),
            ({"change": "x"}, "change", "invalid"),
            ({"asked_on": "2026-02-30"}, "asked_on", "impossible"),
            ({"asked_on": "2099-01-01"}, "asked_on", "after_today"),
            ({"story": "a\u0000b"}, "story", "invisible"),
            ({"state": "closed"}, "state", "unknown_field"),
        ],
    )
    def test_what_cannot_be_filed_is_refused_and_nothing_is_kept(
        self, api, body, fields, where, code
    ):
        refused = api.send("post", ADDRESS, {**body, **fields})
        assert refused.status_code == 400, refused.content.decode()
        assert refused.json()["errors"][where][0]["code"] == code
        assert not Complaint.objects.exists()
        assert not ComplaintDraft.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "channel"),
        [
            (
                {
                    "topic": "record",
                    "institution": "pbccrc",
                    "entry": "2026-10-08 的一次查询",
                    "wrong": "没有授权过。",
                    "demands": ["dispute-entry"],
                },
                "C09",
            ),
            (
                {
                    "topic": "line",
                    "institution": "mybank",
                    "product": "wangshangdai",
                    "items": "2026-10-12 看到网商贷，没有申请过。",
                    "demands": ["close-business-line"],
                },
                "C01",
            ),
            (
                {"topic": "data", "institution": "alipay", "demands": ["personal-data-copy"]},
                "C01",
            ),
            (
                {
                    "topic": "other",
                    "institution": "ant-cf",
                    "product": "jiebei",
                    "story": "多收了一笔费用。",
                    "demands": ["refund-charges"],
                },
                "C01",
            ),
        ],
        ids=["credit report", "unwanted line", "personal data", "other"],
    )
    def test_what_is_about_no_change_is_filed_by_its_topic(self, api, known, fields, channel):
        made = api.send("post", ADDRESS, {**fields, "truth": True})
        assert made.status_code == 201, made.content.decode()
        assert (made.json()["topic"], made.json()["change"]) == (fields["topic"], None)
        (step,) = api.get(made["Location"]).json()["steps"]
        assert step["channel"]["code"] == channel

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"topic": "limit", "change": None}, "change"),
            ({"topic": "line", "change": None, "items": "某额度"}, "product"),
            ({"topic": "record", "story": "错的"}, "entry"),
            ({"topic": "other", "change": None, "product": "jiebei", "story": ""}, "story"),
            ({"entry": "不是这类案件的"}, "entry"),
            ({"topic": "data", "demands": ["close-business-line"]}, "demands"),
            ({"institution": "", "institution_name": "某某公司"}, "licence"),
            ({"evidence": [str(uuid.UUID(int=7))]}, "evidence"),
            ({"topic": "nothing"}, "topic"),
            ({"product": "nothing"}, "product"),
        ],
    )
    def test_each_topic_needs_its_own_and_nothing_is_dropped_in_silence(
        self, api, body, fields, where
    ):
        refused = api.send("post", ADDRESS, {**body, **fields})
        assert refused.status_code == 400, refused.content.decode()
        assert where in refused.json()["errors"]
        assert not Complaint.objects.exists()

    def test_files_that_are_in_no_case_yet_go_into_it(self, api, person, other, body):
        mine, theirs = keep(person, hostile.png()), keep(other, hostile.png())
        taken = keep(person, hostile.png(40), complaint=file(person, key="earlier"))
        for row in (theirs, taken):
            refused = api.send("post", ADDRESS, {**body, "evidence": [str(row.public_id)]})
            assert "evidence" in refused.json()["errors"]
        made = api.send("post", ADDRESS, {**body, "evidence": [str(mine.public_id)]})
        mine.refresh_from_db()
        assert str(mine.complaint.public_id) == made.json()["id"]

    def test_a_change_of_another_is_refused_like_one_there_is_not(self, body, other):
        theirs = with_token(other)
        foreign = theirs.send("post", ADDRESS, body)
        nowhere = theirs.send("post", ADDRESS, {**body, "change": str(uuid.uuid4())})
        assert foreign.status_code == nowhere.status_code == 400
        assert foreign.json() == nowhere.json()

    def test_twenty_repeats_of_a_key_file_once(self, api, body):
        answers = [api.send("post", ADDRESS, body, idempotency_key="k") for _index in range(20)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["receipt_no"] for answer in answers}) == 1
        assert len({answer["Location"] for answer in answers}) == 1
        assert Complaint.objects.count() == Step.objects.count() == 1
        assert ComplaintEvent.objects.count() == 1

    def test_a_key_still_names_its_case_when_the_answer_was_forgotten(self, api, body):
        from accounts.models import IdempotentRequest

        first = api.send("post", ADDRESS, body, idempotency_key="k").json()
        IdempotentRequest.objects.all().delete()
        again = api.send("post", ADDRESS, body, idempotency_key="k")
        assert again.json()["id"] == first["id"]
        IdempotentRequest.objects.all().delete()
        other = api.send("post", ADDRESS, {**body, "story": "别的"}, idempotency_key="k")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert Complaint.objects.count() == 1

    def test_a_draft_somebody_is_writing_is_left_alone(self, api, person, body, change):
        draft = start_draft(owner=person, change=change)
        draft.typed, draft.version = {"facts": {"story": "写到一半"}}, 2
        draft.save()
        api.send("post", ADDRESS, body)
        assert ComplaintDraft.objects.get().pk == draft.pk

    def test_a_sentence_wrong_in_law_files_nothing(self, api, body, monkeypatch):
        from complaints.domain.lint import LintError

        def refuse(*args):
            raise LintError("fifteen-working-days")

        monkeypatch.setattr("complaints.documents.compose_letter", refuse)
        refused = api.send("post", ADDRESS, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert not Complaint.objects.exists()
        assert not ComplaintDraft.objects.exists()

    def test_filing_takes_few_queries(self, api, body):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api.send("post", ADDRESS, body).status_code == 201
        assert len([row for row in queries if "SAVEPOINT" not in row["sql"]]) <= 25


class TestReading:
    def test_the_list_is_paged_by_cursor_and_filtered_by_state(self, api, person):
        change = log(person)
        for number in range(32):
            file(person, change, key=f"k{number}")
        first = api.get(ADDRESS).json()
        second = api.get(f"{ADDRESS}?after={first['next']}").json()
        assert (len(first["results"]), len(second["results"]), second["next"]) == (30, 2, None)
        seen = {row["id"] for row in first["results"] + second["results"]}
        assert len(seen) == 32
        assert api.get(f"{ADDRESS}?state=closed").json()["results"] == []
        assert len(api.get(f"{ADDRESS}?after=nonsense").json()["results"]) == 30
        assert api.get(f"{ADDRESS}?state=gone").status_code == 400

    def test_a_case_filed_between_two_pages_moves_no_row(self, api, person):
        change = log(person)
        for number in range(31):
            file(person, change, key=f"k{number}")
        first = api.get(ADDRESS).json()
        file(person, change, key="late")
        second = api.get(f"{ADDRESS}?after={first['next']}").json()
        assert len(second["results"]) == 1
        assert not {row["id"] for row in first["results"]} & {second["results"][0]["id"]}

    def test_before_it_is_sent_the_clock_is_only_projected(self, api, case):
        (step,) = api.get(f"{ADDRESS}{case.public_id}/").json()["steps"]
        assert step["clock"]["projected"] is True
        assert (step["due_on"], step["phase"]) == (None, "unsent")
        assert "record-sent" in step["actions"]

    def test_the_clock_comes_with_its_arithmetic_and_certainty(self, api, case):
        sent(step_of(case))
        (step,) = api.get(f"{ADDRESS}{case.public_id}/").json()["steps"]
        clock = step["clock"]
        assert clock["projected"] is False
        assert clock["start_on"] == DAY.isoformat()
        assert clock["due_on"] == step["due_on"] == "2026-11-18"
        assert clock["certainty"] == "firm"
        assert clock["steps"]
        assert clock["source"]
        english = api.get(f"/api/v1/steps/{step['id']}/", headers={"accept-language": "en"}).json()
        assert english["clock"]["steps"] != clock["steps"]

    def test_an_extension_moves_the_day_and_the_first_one_stays_in_the_clock(self, api, case):
        step = sent(step_of(case))
        address = f"/api/v1/steps/{step.public_id}/"
        given = {"announced_on": "2026-11-16", "due_on": "2026-12-31", "reason": "情况复杂"}
        extended = api.send("post", f"{address}extend/", given).json()
        assert extended["due_on"] == "2026-12-31"
        assert extended["clock"]["due_on"] == "2026-11-18"
        assert [row["reason"] for row in extended["extensions"]] == ["情况复杂"]

    def test_what_the_office_does_is_not_told_apart(self, api, case, person):
        services.set_priority(complaint=case, priority="high", actor=person)
        services.assign(complaint=case, to=None, actor=person)
        events = api.get(f"{ADDRESS}{case.public_id}/").json()["events"]
        assert [row["action"] for row in events] == ["file", "office", "office"]
        assert "high" not in str(events)

    def test_the_queries_do_not_grow(self, api, person, known):
        case = file(person)
        few = self._queries(api, case)
        for number in range(8):
            step = open_step(case, "C05", "D04", f"单位{number}")
            services.extend_step(
                step=sent(step),
                actor=person,
                announced_on=dt.date(2026, 11, 16),
                due_on=dt.date(2027, 3, 1),
                reason="复杂",
            )
            file(person, case.change, key=f"more-{number}")
        assert self._queries(api, case) == few

    def _queries(self, api, case):
        api.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            api.get(ADDRESS)
            api.get(f"{ADDRESS}{case.public_id}/")
            api.get(f"{ADDRESS}{case.public_id}/steps/")
        return len(queries)


class TestSteps:
    def test_a_second_channel_with_what_usually_goes_with_it(self, api, case, known):
        made = api.send("post", f"{ADDRESS}{case.public_id}/steps/", {"channel": "C05"})
        assert made.status_code == 201
        step = made.json()
        assert step["channel"]["code"] == "C05"
        assert step["recipient"]
        assert step["rule"] in known.rules
        assert made["Location"] == f"/api/v1/steps/{step['id']}/"
        assert len(api.get(f"{ADDRESS}{case.public_id}/steps/").json()["results"]) == 2

    def test_the_same_again_before_it_was_sent_is_the_same_step(self, api, case):
        given = {"channel": "C05", "recipient": "某监管局"}
        first, again = (
            api.send("post", f"{ADDRESS}{case.public_id}/steps/", given).json() for _ in range(2)
        )
        assert first["id"] == again["id"]

    @pytest.mark.parametrize(
        ("fields", "where", "code"),
        [
            ({"channel": "C99"}, "channel", "unsuited"),
            ({"channel": "C08"}, "channel", "unsuited"),
            ({"channel": "C05", "rule": "D14"}, "rule", "invalid_choice"),
            ({}, "channel", "required"),
            ({"channel": "C05", "recipient": "a\nb"}, "recipient", "newline"),
        ],
        ids=["no such channel", "not for this institution", "another period", "none", "two lines"],
    )
    def test_a_channel_that_does_not_suit_is_refused(self, api, case, fields, where, code):
        refused = api.send("post", f"{ADDRESS}{case.public_id}/steps/", fields)
        assert refused.status_code == 400
        assert where in refused.json()["errors"]

    @pytest.mark.parametrize(
        ("part", "fields", "where"),
        [
            ("sent", {"sent_on": "2026-11-02", "received_on": "2026-11-01"}, "received_on"),
            ("sent", {"sent_on": "2099-01-01"}, "sent_on"),
            ("sent", {"sent_on": "0001-01-01"}, "sent_on"),
            ("sent", {"sent_on": "2025-W01-1"}, "sent_on"),
            ("sent", {"sent_on": "2026-11-02", "proof": str(uuid.uuid4())}, "proof"),
            ("reply", {"answered_on": "2026-11-02"}, "answer_text"),
            (
                "reply",
                {"answered_on": "2026-10-01", "answer_text": "好", "reply_kind": "generic"},
                "answered_on",
            ),
            (
                "extend",
                {"announced_on": "2026-11-16", "due_on": "2026-11-17", "reason": "复杂"},
                "due_on",
            ),
            ("extend", {"announced_on": "2026-11-16", "due_on": "2026-12-31"}, "reason"),
            ("give-up", {"ended_on": "2026-11-20"}, "why"),
            ("restart", {"restarted_on": "2026-11-20"}, "reason"),
        ],
    )
    def test_days_that_cannot_be_are_refused_where_they_stand(self, api, case, part, fields, where):
        step = sent(step_of(case))
        refused = api.send("post", f"/api/v1/steps/{step.public_id}/{part}/", fields)
        assert refused.status_code == 400, refused.content.decode()
        assert where in refused.json()["errors"]

    def test_a_proof_is_one_of_his_own_files(self, api, case, person, other):
        address = f"/api/v1/steps/{step_of(case).public_id}/sent/"
        mine = keep(person, hostile.png(), complaint=case)
        theirs = keep(other, hostile.png(40))
        given = {"sent_on": "2026-11-02", "proof": str(theirs.public_id)}
        assert api.send("post", address, given).status_code == 400
        made = api.send("post", address, {**given, "proof": str(mine.public_id)})
        assert made.json()["proof"] == str(mine.public_id)

    def test_a_channel_without_a_period_has_no_clock(self, api, case):
        made = api.send("post", f"{ADDRESS}{case.public_id}/steps/", {"channel": "C15"})
        assert made.status_code == 201, made.content.decode()
        assert (made.json()["clock"], made.json()["rule"]) == (None, "")


class TestStates:
    def test_closing_keeps_outcome_and_results(self, api, case):
        given = {
            "action": "close",
            "outcome": "generic",
            "demands": {"explain-reason": "no", "human-review": "partly"},
        }
        closed = api.send("post", f"{ADDRESS}{case.public_id}/act/", given).json()
        assert (closed["state"], closed["outcome"]) == ("closed", "generic")
        assert closed["actions"] == ["reopen"]
        assert {row["result"] for row in closed["demands"]} == {"no", "partly"}

    @pytest.mark.parametrize("action", ["file", "record-sent", "", "assign", None])
    def test_only_three_things_are_done_by_name(self, api, case, action):
        refused = api.send("post", f"{ADDRESS}{case.public_id}/act/", {"action": action})
        assert refused.status_code == 400

    def test_a_result_of_what_was_not_asked_is_refused_and_nothing_changes(self, api, case):
        given = {"action": "close", "demands": {"apology": "met"}}
        assert api.send("post", f"{ADDRESS}{case.public_id}/act/", given).status_code == 400
        case.refresh_from_db()
        assert case.state == "ready"

    def test_a_closed_case_answers_409_with_what_may_be_done(self, api, case, person):
        act(complaint=case, action="close", actor=person, outcome="refused")
        refused = api.send("post", f"{ADDRESS}{case.public_id}/act/", {"action": "withdraw"})
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "conflict")
        assert (problem["state"], problem["allowed"]) == ("closed", ["reopen"])

    @pytest.mark.parametrize(
        ("part", "body"),
        [
            ("steps/{step}/sent/", {"sent_on": "2026-11-02"}),
            ("steps/{step}/give-up/", {"ended_on": "2026-11-02", "why": "算了"}),
            ("complaints/{case}/steps/", {"channel": "C05"}),
        ],
    )
    def test_nothing_moves_in_a_closed_case(self, api, case, person, part, body):
        act(complaint=case, action="close", actor=person)
        address = part.format(step=step_of(case).public_id, case=case.public_id)
        refused = api.send("post", f"/api/v1/{address}", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert refused.json()["allowed"] == ["reopen"]

    def test_a_step_that_is_answered_says_what_is_left(self, api, case, person):
        step = answered(step_of(case))
        given = {"announced_on": "2026-11-16", "due_on": "2026-12-31", "reason": "复杂"}
        refused = api.send("post", f"/api/v1/steps/{step.public_id}/extend/", given)
        assert refused.status_code == 409
        assert "extend" not in refused.json()["allowed"]

    def test_a_refusal_does_not_use_its_key_up(self, api, case, person):
        act(complaint=case, action="close", actor=person)
        address = f"{ADDRESS}{case.public_id}/act/"
        refused = api.send("post", address, {"action": "withdraw"}, idempotency_key="k")
        assert refused.status_code == 409
        again = api.send("post", address, {"action": "reopen"}, idempotency_key="k")
        assert again.status_code == 200


two_connections = pytest.mark.skipif(
    "sqlite" in str(connection.settings_dict["ENGINE"]),
    reason="SQLite in memory has one connection: nothing can race (runs on PostgreSQL)",
)


@pytest.mark.django_db(transaction=True)
@two_connections
@pytest.mark.parametrize("key", ["race", None], ids=["with a key", "without"])
def test_twenty_equal_filings_at_once(person, known, key):
    """With a key: one case, and everyone is told the same. Without: twenty, none broken."""
    change = log(person)
    given = {
        "change": str(change.public_id),
        "institution": "ant-cf",
        "demands": ["explain-reason"],
        "truth": True,
    }
    token = make_token(person)[1]
    answers, start = [], threading.Barrier(20)

    def post():
        start.wait()
        headers = {"idempotency_key": key} if key else {}
        answers.append(ApiClient(token).send("post", ADDRESS, given, **headers))
        connection.close()

    racers = [threading.Thread(target=post) for _index in range(20)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert {answer.status_code for answer in answers} == {201}
    cases = len({answer.json()["id"] for answer in answers})
    assert cases == Complaint.objects.count() == (1 if key else 20)
    assert Document.objects.count() == 2 * cases
