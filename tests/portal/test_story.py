"""The seed story without a browser: try, keep, sign up, log, explain, plan, complain, download."""

import io
import re

import pytest
from pypdf import PdfReader

from accounts.models import Consent, User
from complaints.models import Complaint, Document
from limits.models import Answer, LimitChange, Migration
from summaries.models import Summary

TRY = {
    "product": "jiebei",
    "before": "5万",
    "after": "0",
    "effective_on": "2026年10月12日",
    "other_product": "wangshangdai",
    "other_amount": "５０，０００",
    "stated_reason": "综合评估未通过",
}


def test_trying_explains_at_once_and_stores_nothing(client, known):
    page = client.post("/explain/", {**TRY, "question": "merchant-code", "answer": "yes"})
    text = page.content.decode()
    assert page.status_code == 200
    assert known.causes["business-signals"].title.zh in text
    assert "只有放款方知道" in text
    assert "50,000 元" in text
    assert not LimitChange.objects.exists()
    assert "sessionid" not in client.cookies


def test_bad_input_keeps_what_was_typed(client, known):
    page = client.post("/explain/", {**TRY, "before": "五万块", "effective_on": "2026-02-30"})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'value="五万块"' in text
    assert "2026-02-30" in text
    assert 'role="alert"' in text


def test_typing_survives_sign_up_and_needs_consent(client, known, mailoutbox):
    kept = client.post("/explain/keep/", {**TRY, "answer-merchant-code": "yes"})
    assert kept["Location"] == "/accounts/signup/"
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": "a long enough one"})
    code = re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b|\b[A-Z0-9]{6,8}\b", mailoutbox[0].body)[0]
    confirmed = client.post("/accounts/confirm-email/", {"code": code})
    assert confirmed["Location"] == "/explain/kept/"
    page = client.get("/explain/kept/")
    assert "50,000 元" in page.content.decode()
    refused = client.post("/explain/kept/", {})
    assert refused.status_code == 422
    assert not LimitChange.objects.exists()
    saved = client.post("/explain/kept/", {"agree": "on"})
    assert saved.status_code == 302
    user = User.objects.get(email="new@example.org")
    assert LimitChange.objects.for_user(user).count() == 2
    assert Consent.objects.for_user(user).count() == 1
    assert Answer.objects.for_user(user).get().answer_slug == "yes"
    assert client.get("/explain/kept/")["Location"] == "/me/"


@pytest.fixture
def change(signed_in, person, known):
    for fields in (
        {"product": "wangshangdai", "before": "0", "after": "50000"},
        {"product": "jiebei", "before": "50,000.00", "after": "0元"},
    ):
        response = signed_in.post(
            "/changes/new/", {**fields, "effective_on": "2026/10/12", "notified_how": "not"}
        )
        assert response.status_code == 302
    return LimitChange.objects.for_user(person).get(line__product_slug="jiebei")


def test_pair_is_proposed_and_decided_by_the_person(signed_in, change):
    pair = Migration.objects.get()
    page = signed_in.get(f"/changes/{change.public_id}/").content.decode()
    assert "没有证据说明额度是从一处到了另一处" in page
    other = f"/migrations/{pair.public_id}/decide/"
    assert signed_in.post(other, {"decision": "no"}).url == f"/changes/{pair.fall.public_id}/"
    back = signed_in.post(other, {"decision": "no", "seen": "rise"})
    assert back.url == f"/changes/{pair.rise.public_id}/", "back to where it was decided"
    pair.refresh_from_db()
    assert pair.state == "rejected"
    signed_in.post(
        "/changes/new/",
        {"product": "huabei", "before": "100", "after": "0", "effective_on": "2026-10-13"},
    )
    assert Migration.objects.get(pk=pair.pk).state == "rejected"


def test_an_answer_ranks_again_and_can_be_changed(signed_in, change):
    address = f"/changes/{change.public_id}/"
    signed_in.post(address + "answer/", {"question": "merchant-code", "answer": "yes"})
    with_yes = signed_in.get(address).content.decode()
    signed_in.post(address + "answer/", {"question": "merchant-code", "answer": "no"})
    with_no = signed_in.get(address).content.decode()
    assert Answer.objects.filter(change=change).count() == 1
    assert with_yes != with_no


def test_a_sensitive_answer_is_sealed(signed_in, change):
    address = f"/changes/{change.public_id}/answer/"
    signed_in.post(address, {"question": "cash-out-like", "answer": "yes"})
    assert not Answer.objects.exists()
    sealed = bytes(change.sealed_answers.get().sealed)
    assert b"yes" not in sealed
    assert "cash-out-like" not in str(change.assessments.last().result["causes"][0])


def test_plan_is_chosen_and_moved(signed_in, change, person):
    from records.models import PlanItem

    item = PlanItem.objects.for_user(person).open().first()
    for action, state in (("start", "doing"), ("finish", "done"), ("reopen", "todo")):
        signed_in.post(f"/plan/{item.public_id}/move/", {"action": action})
        item.refresh_from_db()
        assert item.state == state
    assert "信用计划" in signed_in.get("/plan/").content.decode()


def fill(client, draft, stage, version, **typed):
    return client.post(f"/complaints/drafts/{draft}/{stage}/", {"version": version, **typed})


def test_complaint_from_first_page_to_pdf(signed_in, change, person, run_jobs):
    started = signed_in.post("/complaints/start/", {"change": str(change.public_id)})
    draft = started["Location"].split("/")[3]
    fill(signed_in, draft, "change", 1, change=str(change.public_id))
    fill(signed_in, draft, "respondent", 2, institution="ant-cf")
    fill(signed_in, draft, "facts", 3, story='入口不见了，龘先生。#read("/etc/passwd")')
    nothing = fill(signed_in, draft, "demands", 4)
    assert nothing.status_code == 422
    fill(signed_in, draft, "demands", 5, demands=["explain-reason", "human-review"])
    fill(signed_in, draft, "contact", 6, name="龘小明")
    check = signed_in.get(f"/complaints/drafts/{draft}/check/").content.decode()
    assert "龘小明" in check
    filed = fill(signed_in, draft, "check", 7, truth="on", key="abc")
    case = Complaint.objects.get()
    assert filed["Location"] == f"/complaints/{case.public_id}/"
    assert run_jobs() >= 3
    for document in Document.objects.all():
        assert document.state == "ready"
        answer = signed_in.get(f"/documents/{document.public_id}/")
        assert answer["Content-Disposition"].startswith("attachment")
        data = b"".join(answer.streaming_content)
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        squeezed = re.sub(r"\s", "", text)
        assert case.receipt_no in squeezed
        assert "50,000.00" in squeezed
        assert "#read(" in squeezed
    page = signed_in.get(f"/complaints/{case.public_id}/").content.decode()
    assert case.receipt_no in page
    summaries = signed_in.get("/me/").content.decode()
    assert "借呗" in summaries
    assert Summary.objects.for_user(person).count() >= 3


def test_clock_runs_from_receipt(signed_in, change, known):
    from tests.factories import file

    case = file(change.owner, change)
    step = case.steps.get()
    signed_in.post(
        f"/complaints/steps/{step.public_id}/sent/",
        {"sent_on": "2026-11-01", "received_on": "2026-11-02"},
    )
    step.refresh_from_db()
    assert step.due_on.isoformat() == "2026-11-17"
    assert step.clock["certainty"] == "firm"
    early = signed_in.post(
        f"/complaints/steps/{step.public_id}/reply/",
        {"answered_on": "2026-10-30", "answer_text": "综合评估", "reply_kind": "generic"},
    )
    assert early.status_code == 422
    assert "答复日期早于寄出或收到的日期" in early.content.decode()


def test_two_tabs_do_not_overwrite_each_other(signed_in, change):
    started = signed_in.post("/complaints/start/", {"change": str(change.public_id)})
    draft = started["Location"].split("/")[3]
    assert fill(signed_in, draft, "facts", 1, story="第一页").status_code == 302
    clash = fill(signed_in, draft, "facts", 1, story="第二页")
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "第一页" in text
    assert "第二页" in text
