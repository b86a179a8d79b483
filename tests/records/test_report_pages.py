"""Pages of credit reports: empty, filled, refused with what was typed, foreign, few queries."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import CreditReport, Inquiry, ReportEntry
from tests.records.notebook import confirmed, entry_of, imported, inquiry_of, noted

MOST_QUERIES = 10


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=False):
        yield


def text(response):
    return response.content.decode()


def test_an_empty_notebook_says_what_to_do(signed_in, known):
    page = text(signed_in.get("/plan/reports/"))
    assert "还没有记过信用报告" in page
    assert "2026 年还能免费取" in page
    assert "/plan/reports/import/" in page


def test_after_two_free_reports_the_page_says_when_the_next_is(signed_in, person, known):
    noted(person, reported_on=dt.date(2026, 1, 5))
    noted(person, reported_on=dt.date(2026, 7, 5))
    assert "2027-01-01 起又有两次" in text(signed_in.get("/plan/reports/"))


HEAD = {
    "reported_on": "2026-11-20",
    "kind": "brief",
    "cost": "free",
    "number_tail": "",
    "note": "",
}


def test_a_report_is_noted_by_hand(signed_in, person, known):
    answer = signed_in.post("/plan/reports/new/", HEAD)
    report = CreditReport.objects.get(owner=person)
    assert answer["Location"] == f"/plan/reports/{report.public_id}/"
    assert "还没有记账户" in text(signed_in.get(answer["Location"]))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reported_on": "2026-11-23"}, "不能晚于今天"),
        ({"reported_on": "去年"}, "请用 年-月-日"),
        ({"number_tail": "123456"}, "只填后四位"),
        ({"kind": "x"}, "选项无效"),
    ],
)
def test_a_bad_head_is_refused_and_what_was_typed_stays(signed_in, known, fields, words):
    answer = signed_in.post("/plan/reports/new/", HEAD | fields | {"note": "留着的字"})
    assert answer.status_code == 422
    assert words in text(answer)
    assert "留着的字" in text(answer)
    assert not CreditReport.objects.exists()


def test_a_third_free_report_is_refused_with_the_year(signed_in, person, known):
    noted(person, reported_on=dt.date(2026, 1, 5))
    noted(person, reported_on=dt.date(2026, 7, 5))
    answer = signed_in.post("/plan/reports/new/", HEAD)
    assert answer.status_code == 422
    assert "2026 年已经记了两次免费的" in text(answer)


ENTRY = {
    "kind": "loan",
    "lender": "演示银行股份有限公司",
    "business": "其他个人消费贷款",
    "opened_on": "2020年1月5日",
    "limit_fen": "5万",
    "balance_fen": "12,000.50",
    "state": "normal",
    "as_of": "2026年10月",
}


def test_an_entry_is_read_as_people_write_it(signed_in, person, known):
    report = noted(person)
    answer = signed_in.post(f"/plan/reports/{report.public_id}/entries/new/", ENTRY)
    row = ReportEntry.objects.get(report=report)
    assert answer["Location"] == f"/plan/reports/{report.public_id}/"
    assert (row.limit_fen, row.balance_fen) == (5_000_000, 1_200_050)
    assert row.as_of == dt.date(2026, 10, 1)
    page = text(signed_in.get(answer["Location"]))
    assert "50,000 元" in page
    assert "2020-01-05 开立" in page
    assert "还有 1 条没判断对错" in page


def test_an_end_before_its_start_is_refused_at_the_field(signed_in, person, known):
    report = noted(person)
    url = f"/plan/reports/{report.public_id}/entries/new/"
    answer = signed_in.post(url, ENTRY | {"bad_until": "2019-01-01"})
    assert answer.status_code == 422
    assert "还清的日子早于开立日期" in text(answer)
    assert "12,000.50" in text(answer)


def test_a_bad_record_shows_the_day_it_must_be_gone(signed_in, person, known):
    report = noted(person)
    row = entry_of(report, overdue_months=2, bad_until=dt.date(2022, 3, 1))
    entry_of(report, lender="旧账", overdue_months=1, bad_until=dt.date(2020, 3, 1))
    page = text(signed_in.get(f"/plan/reports/{report.public_id}/"))
    assert "2027-03-01" in page
    assert "有 1 条不良已满五年" in page
    assert "2027-03-01" in text(signed_in.get(f"/plan/entries/{row.public_id}/"))


def test_a_draft_shows_every_row_and_its_sentence(signed_in, person, known):
    report = imported(person)
    page = text(signed_in.get(f"/plan/reports/{report.public_id}/"))
    assert "6 条账户和记录，12 次查询" in page
    assert page.count("报告上的原句") == 6
    assert "张三" not in page


def test_nothing_ticked_changes_nothing(signed_in, person, known):
    report = imported(person)
    url = f"/plan/reports/{report.public_id}/confirm/"
    assert signed_in.post(url, {}).status_code == 302
    signed_in.post(url, {"row": ["nonsense"]})
    assert not report.entries.confirmed().exists()


def test_correcting_a_row_takes_the_ticks_along(signed_in, person, known):
    report = imported(person)
    first, second, *_rest = report.entries.in_order()
    answer = signed_in.post(
        f"/plan/reports/{report.public_id}/confirm/",
        {"row": [str(first.public_id)], "edit": str(second.public_id)},
    )
    assert answer["Location"] == f"/plan/entries/{second.public_id}/edit/"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.confirmed, second.confirmed) == (True, False)


def test_all_rows_are_taken_with_one_button(signed_in, person, known):
    report = imported(person)
    signed_in.post(f"/plan/reports/{report.public_id}/confirm/", {"all": "1"})
    report.refresh_from_db()
    assert report.confirmed_at is not None


def test_wrong_needs_words_and_leads_to_the_objection(signed_in, person, known):
    row = entry_of(noted(person))
    url = f"/plan/entries/{row.public_id}/judge/"
    assert signed_in.post(url, {"verdict": "wrong", "what_wrong": ""}).status_code == 422
    answer = signed_in.post(url, {"verdict": "wrong", "what_wrong": "已经还清"})
    assert answer["Location"] == f"/plan/entries/{row.public_id}/"
    assert "起草异议" in text(signed_in.get(answer["Location"]))


def test_inquiries_are_judged_a_page_at_a_time(signed_in, person, known):
    report = confirmed(person)
    url = f"/plan/reports/{report.public_id}/inquiries/"
    page = text(signed_in.get(url))
    assert "3 条贷后管理都标为例行管理" in page
    managing = [str(row.public_id) for row in report.inquiries.filter(reason="贷后管理")]
    signed_in.post(url, {"routine": "1", "managing": managing})
    assert report.inquiries.filter(verdict="routine").count() == 3
    strange = report.inquiries.filter(reason="贷款审批").first()
    signed_in.post(url, {str(strange.public_id): "strange", "x": "mine"})
    strange.refresh_from_db()
    assert strange.verdict == "strange"
    assert "凭什么查我" in text(signed_in.get(url)), "what nobody knows stays in sight"


def test_an_inquiry_is_added_and_removed(signed_in, person, known):
    report = noted(person)
    url = f"/plan/reports/{report.public_id}/inquiries/"
    given = {"on": "2026-09-01", "who": "示范银行", "reason": "贷款审批"}
    assert signed_in.post(f"{url}add/", given | {"on": "2026-11-21"}).status_code == 422
    assert signed_in.post(f"{url}add/", given).status_code == 302
    row = Inquiry.objects.get(report=report)
    signed_in.post(f"/plan/inquiries/{row.public_id}/remove/")
    assert not Inquiry.objects.exists()


def test_two_reports_are_compared_in_the_order_of_their_days(signed_in, person, known):
    older = noted(person, reported_on=dt.date(2026, 6, 1))
    newer = noted(person)
    entry_of(older, opened_on=dt.date(2020, 1, 1), limit_fen=5_000_000)
    entry_of(newer, opened_on=dt.date(2020, 1, 1), limit_fen=0)
    inquiry_of(newer, dt.date(2026, 10, 1))
    page = text(signed_in.get(f"/plan/reports/{newer.public_id}/compare/{older.public_id}/"))
    assert "2026-06-01 → 2026-11-20" in page
    assert "额度变小" in page
    assert page.index("50,000 元") < page.index("0 元")
    assert "这些查询，是你办的吗" in page


def test_a_page_takes_few_queries_whatever_the_number_of_rows(signed_in, person, known):
    report = noted(person)
    counts = []
    for more in (1, 60):
        for number in range(more):
            entry_of(report, lender=f"机构 {number}", position=number)
            inquiry_of(report, dt.date(2026, 9, 1))
        for url in (f"/plan/reports/{report.public_id}/", "/plan/reports/"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert signed_in.get(url).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[2]
    assert counts[1] == counts[3]
    assert max(counts) <= MOST_QUERIES


@pytest.mark.parametrize(
    "address",
    [
        "/plan/reports/{report}/",
        "/plan/reports/{report}/edit/",
        "/plan/reports/{report}/entries/new/",
        "/plan/reports/{report}/inquiries/",
        "/plan/reports/{report}/compare/{report}/",
        "/plan/entries/{entry}/",
        "/plan/entries/{entry}/edit/",
    ],
)
def test_reports_of_others_do_not_exist(signed_in, other, known, address):
    report = noted(other)
    row = entry_of(report)
    url = address.format(report=report.public_id, entry=row.public_id)
    assert signed_in.get(url).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/plan/reports/{report}/confirm/",
        "/plan/reports/{report}/remove/",
        "/plan/reports/{report}/inquiries/add/",
        "/plan/entries/{entry}/judge/",
        "/plan/entries/{entry}/remove/",
        "/plan/entries/{entry}/dispute/",
        "/plan/inquiries/{inquiry}/remove/",
        "/plan/inquiries/{inquiry}/dispute/",
    ],
)
def test_nothing_can_be_done_to_the_reports_of_others(signed_in, other, known, address):
    report = noted(other)
    row, asked = entry_of(report), inquiry_of(report, dt.date(2026, 9, 1))
    url = address.format(report=report.public_id, entry=row.public_id, inquiry=asked.public_id)
    assert signed_in.post(url, {"all": "1", "verdict": "wrong"}).status_code == 404
    assert ReportEntry.objects.filter(pk=row.pk, verdict="unchecked", disputed_on=None).exists()
