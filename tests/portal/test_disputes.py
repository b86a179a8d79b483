"""From a row of a report to an objection with its facts filled in."""

import datetime as dt

import pytest
import time_machine

from complaints.models import ComplaintDraft, Step
from complaints.services import file_complaint, record_sent
from records.models import PlanItem
from tests.factories import file, log
from tests.records.notebook import confirmed, entry_of, inquiry_of, noted


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=False):
        yield


def text(response):
    return response.content.decode()


def facts_of(client, answer):
    draft = ComplaintDraft.objects.get()
    assert answer["Location"] == f"/complaints/drafts/{draft.public_id}/respondent/"
    return draft, draft.typed["facts"]


def test_an_entry_becomes_a_draft_about_the_record(signed_in, person, known):
    row = entry_of(
        noted(person),
        lender="浙江网商银行股份有限公司",
        business="个人经营性贷款",
        opened_on=dt.date(2026, 10, 12),
        verdict="strange",
        what_wrong="我没有点过开通",
    )
    draft, facts = facts_of(signed_in, signed_in.post(f"/plan/entries/{row.public_id}/dispute/"))
    assert draft.topic == "record"
    assert facts["report_on"] == "2026-11-20"
    assert facts["entry"].startswith("2026 年 10 月 12 日开立，浙江网商银行股份有限公司")
    assert "我没有点过开通" in facts["wrong"]
    assert "没有办理过这笔业务" in facts["wrong"]
    page = text(signed_in.get(f"/complaints/drafts/{draft.public_id}/respondent/"))
    assert "浙江网商银行股份有限公司" in page
    page = text(signed_in.get(f"/complaints/drafts/{draft.public_id}/facts/"))
    assert "我没有点过开通" in page
    assert 'value="2026-11-20"' in page
    row.refresh_from_db()
    assert row.disputed_on is None, "a draft is no objection yet"


def test_a_record_of_more_than_five_years_says_when_it_should_have_gone(signed_in, person, known):
    row = entry_of(noted(person), overdue_months=1, bad_until=dt.date(2020, 5, 1))
    _draft, facts = facts_of(signed_in, signed_in.post(f"/plan/entries/{row.public_id}/dispute/"))
    assert "2025 年 5 月 1 日保存期满，应当删除" in facts["wrong"]


def test_a_record_within_five_years_claims_nothing(signed_in, person, known):
    row = entry_of(noted(person), overdue_months=1, bad_until=dt.date(2022, 5, 1))
    _draft, facts = facts_of(signed_in, signed_in.post(f"/plan/entries/{row.public_id}/dispute/"))
    assert facts["wrong"] == ""


def test_an_inquiry_asks_for_the_consent(signed_in, person, known):
    row = inquiry_of(noted(person), dt.date(2026, 9, 1), verdict="strange")
    _draft, facts = facts_of(signed_in, signed_in.post(f"/plan/inquiries/{row.public_id}/dispute/"))
    assert "2026 年 9 月 1 日" in facts["entry"]
    assert "授权书副本" in facts["wrong"]


def test_an_unknown_inquiry_of_the_comparison_is_one_tap_from_its_objection(
    signed_in, person, known
):
    older = noted(person, reported_on=dt.date(2026, 8, 1), cost="paid")
    entry_of(older), entry_of(newer := noted(person))
    row = inquiry_of(newer, dt.date(2026, 9, 1))
    page = text(signed_in.get(f"/plan/reports/{older.public_id}/compare/{newer.public_id}/"))
    action = f"/plan/inquiries/{row.public_id}/dispute/"
    assert f'action="{action}"' in page
    _draft, facts = facts_of(signed_in, signed_in.post(action))
    row.refresh_from_db()
    assert row.verdict == "strange"
    assert "授权书副本" in facts["wrong"]


def test_tapping_twice_goes_on_with_the_same_draft(signed_in, person, known):
    row = entry_of(noted(person))
    for _time in range(2):
        signed_in.post(f"/plan/entries/{row.public_id}/dispute/")
    assert ComplaintDraft.objects.count() == 1


def test_each_row_has_its_own_draft(signed_in, person, known):
    report = noted(person)
    for row in (entry_of(report), entry_of(report), entry_of(noted(person, cost="paid"))):
        signed_in.post(f"/plan/entries/{row.public_id}/dispute/")
    assert ComplaintDraft.objects.count() == 3


def test_saving_pages_keeps_the_row_and_the_day_it_arrived_is_noted(signed_in, person, known):
    row = entry_of(noted(person), what_wrong="早已还清", verdict="wrong")
    signed_in.post(f"/plan/entries/{row.public_id}/dispute/")
    draft = ComplaintDraft.objects.get()
    url = f"/complaints/drafts/{draft.public_id}/"
    facts = draft.typed["facts"] | {"version": draft.version, "right": "已结清"}
    signed_in.post(f"{url}facts/", facts)
    draft.refresh_from_db()
    assert draft.typed["from"] == {"row": str(row.public_id)}
    answers = {
        "change": {"topic": "record", "change": "none"},
        "respondent": {"institution": "pbccrc", "other_name": "", "other_licence": ""},
        "facts": draft.typed["facts"] | {"report_on": row.report.reported_on},
        "demands": {"demands": ["dispute-entry"], "wish": ""},
        "contact": {"name": "", "contact": "", "contract_no": ""},
    }
    today = dt.date(2026, 11, 22)
    case = file_complaint(draft=draft, answers=answers, key="k", today=today)
    page = text(signed_in.get(f"/plan/entries/{row.public_id}/"))
    assert f"已经立案：{case.receipt_no}" in page, "from the moment it is filed"
    step = Step.objects.get(complaint=case)
    record_sent(step=step, actor=person, sent_on=dt.date(2026, 11, 20))
    row.refresh_from_db()
    assert row.disputed_on is None
    record_sent(step=step, actor=person, sent_on=dt.date(2026, 11, 20), received_on=today)
    row.refresh_from_db()
    assert row.disputed_on == today
    events = {event.action: event.data["on"] for event in case.events.filter(data__has_key="on")}
    assert events == {"record-sent": "2026-11-20", "record-received": "2026-11-22"}
    assert not PlanItem.objects.for_user(person).filter(tip_code="T43").exists()
    assert PlanItem.objects.for_user(person).filter(tip_code="T14").exists()
    assert PlanItem.objects.for_user(person).get(tip_code="T13").state == "done"
    page = text(signed_in.get(f"/plan/entries/{row.public_id}/"))
    assert f'href="/complaints/{case.public_id}/"' in page
    again = signed_in.post(f"/plan/entries/{row.public_id}/dispute/", follow=True)
    assert f"这一条已经立过案：{case.receipt_no}" in text(again)


def test_an_inquiry_leads_to_its_case_or_to_all(signed_in, person, known):
    row = inquiry_of(noted(person), dt.date(2026, 9, 1))
    address = f"/plan/inquiries/{row.public_id}/case/"
    assert signed_in.get(address)["Location"] == "/complaints/"
    case = file(person, log(person))
    case.events.filter(action="file").update(data={"row": str(row.public_id)})
    assert signed_in.get(address)["Location"] == f"/complaints/{case.public_id}/"


def test_a_row_that_was_not_confirmed_can_not_be_disputed(signed_in, person, known):
    row = entry_of(noted(person), confirmed=False)
    assert signed_in.post(f"/plan/entries/{row.public_id}/dispute/").status_code == 404


def test_the_draft_can_be_filed_as_it_is(signed_in, person, known):
    report = confirmed(person)
    row = report.entries.get(lender="浙江网商银行股份有限公司")
    signed_in.post(
        f"/plan/entries/{row.public_id}/judge/",
        {
            "verdict": "wrong",
            "what_wrong": "没有申请过这笔授信",
        },
    )
    signed_in.post(f"/plan/entries/{row.public_id}/dispute/")
    draft = ComplaintDraft.objects.get()
    url = f"/complaints/drafts/{draft.public_id}/"
    page = text(signed_in.get(f"{url}respondent/"))
    assert 'value="mybank"' in page
