"""The overview of debts: entered or taken over, added up, warned of, and what more would do."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from limits.models import CreditLine, Reading
from limits.services import log_reading
from portal.owed import offers
from records.domain.debt import DebtNow, totals
from records.models import Debt
from records.services import add_debt, save_income
from tests.factories import log
from tests.records.notebook import entry_of, noted

TODAY = dt.date(2026, 11, 22)
CARD = {
    "do": "add",
    "name": "某行信用卡",
    "kind": "card",
    "owed_fen": "8,000",
    "limit_fen": "1万",
    "rate_bp": "14.6%",
    "monthly_fen": "800",
    "due_day": "8",
}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=False):
        yield


def text(response):
    return response.content.decode()


def read(person, **figures):
    given = {"product": "huabei", "observed_on": dt.date(2026, 11, 20), "limit": 500_000}
    return log_reading(owner=person, today=TODAY, **given, **figures)


def test_an_empty_page_says_what_will_be_here(signed_in, known):
    page = text(signed_in.get("/plan/debt/"))
    assert "还没有记借款" in page
    assert "记一笔借款" in page


def test_what_is_typed_as_people_write_it_is_kept_and_added_up(signed_in, person, known):
    for _index in range(2):
        assert signed_in.post("/plan/debt/", CARD).status_code == 302
    debt = Debt.objects.get()
    assert (debt.owed_fen, debt.limit_fen, debt.rate_bp) == (800_000, 1_000_000, 1460)
    page = text(signed_in.get("/plan/debt/"))
    for words in ("8,000 元", "80%", "2026-12-08", "2027-01-08", "总额度用了 80%，超过七成"):
        assert words in page
    assert "没有公开标准" in page
    assert "不要借新还旧" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "请填写内容"),
        ("owed_fen", "", "请填写金额"),
        ("owed_fen", "-5", "不能为负数"),
        ("rate_bp", "万分之四", "日利率"),
        ("due_day", "32", "1 到 31"),
        ("kind", "loanshark", "选项无效"),
    ],
)
def test_a_refusal_says_what_was_wrong_and_keeps_the_rest(signed_in, known, field, value, words):
    answer = signed_in.post("/plan/debt/", CARD | {field: value})
    assert answer.status_code == 422
    assert words in text(answer)
    if field != "name":
        assert "某行信用卡" in text(answer)
    assert not Debt.objects.exists()


def test_nothing_of_the_ledger_is_saved_unseen(signed_in, person, known):
    read(person, used=120_000, rate_bp=1460)
    log(person, product="jiebei", before=5_000_000, after=3_000_000)
    page = text(signed_in.get("/plan/debt/"))
    assert "从台账和信用报告带入" in page
    assert "1,200 元" in page
    assert "不知道欠多少" in page
    assert not Debt.objects.exists()


def test_ticked_lines_are_taken_over_once_with_the_day_they_were_seen(signed_in, person, known):
    line = read(person, used=120_000, rate_bp=1460).line
    for _index in range(2):
        signed_in.post("/plan/debt/take-over/", {"line": [str(line.public_id)] * 2})
    debt = Debt.objects.get()
    assert (debt.owed_fen, debt.limit_fen, debt.rate_bp) == (120_000, 500_000, 1460)
    assert (debt.as_of, debt.source) == (dt.date(2026, 11, 20), line.public_id)
    signed_in.get("/plan/debt/")  # says what was taken over
    assert "从台账和信用报告带入" not in text(signed_in.get("/plan/debt/"))


def test_what_is_owed_follows_from_what_was_available(signed_in, person, known):
    line = read(person, available=380_000).line
    signed_in.post("/plan/debt/take-over/", {"line": str(line.public_id)})
    assert Debt.objects.get().owed_fen == 120_000


def test_a_line_whose_use_is_unknown_is_prefilled_and_asked_for(signed_in, person, known):
    line = read(person).line
    signed_in.post("/plan/debt/take-over/", {"line": str(line.public_id)})
    assert not Debt.objects.exists(), "nobody knows what is owed"
    assert "带入勾选的" not in text(signed_in.get("/plan/debt/")), "there is nothing to tick"
    page = text(signed_in.get(f"/plan/debt/?line={line.public_id}"))
    assert 'value="5,000.00"' in page
    signed_in.post("/plan/debt/", CARD | {"line": str(line.public_id)})
    assert Debt.objects.get().source == line.public_id


def test_a_foreign_line_is_no_source_and_is_not_offered(signed_in, person, other, known):
    line = read(other, used=120_000).line
    assert "从台账和信用报告带入" not in text(signed_in.get("/plan/debt/"))
    signed_in.post("/plan/debt/take-over/", {"line": [str(line.public_id), "nonsense"]})
    assert not Debt.objects.exists()
    signed_in.post("/plan/debt/", CARD | {"line": str(line.public_id)})
    assert Debt.objects.get().source is None


def test_what_more_would_do_is_reckoned_and_not_saved(signed_in, person, known):
    signed_in.post("/plan/debt/", CARD)
    answer = signed_in.post("/plan/debt/", {"do": "what-if", "extra_fen": "500"})
    page = text(answer)
    assert answer.status_code == 200
    assert "先还利率高的" in page
    assert "11 个月" in page, "8,000 at 800 a month and 14.6 %"
    assert "7 个月" in page, "with 500 more"
    bad = signed_in.post("/plan/debt/", {"do": "what-if", "extra_fen": "很多"})
    assert bad.status_code == 422
    assert "很多" in text(bad)


def test_what_cannot_be_reckoned_says_what_is_missing(signed_in, person, known):
    signed_in.post("/plan/debt/", CARD | {"rate_bp": ""})
    page = text(signed_in.post("/plan/debt/", {"do": "what-if", "extra_fen": "500"}))
    assert "算不了" in page


def test_income_is_optional_judged_and_shown_on_its_own_page_only(signed_in, person, known):
    signed_in.post("/plan/debt/", CARD)
    assert "没有填收入，不算" in text(signed_in.get("/plan/debt/"))
    assert signed_in.post("/plan/debt/income/", {"income_fen": "1,234.56"}).status_code == 302
    page = text(signed_in.get("/plan/debt/"))
    assert "每月应还占收入的 64.8%，超过一半" in page
    assert "1,234.56" not in page
    assert "1,234.56" in text(signed_in.get("/plan/debt/income/"))
    assert signed_in.post("/plan/debt/income/", {"income_fen": "不少"}).status_code == 422
    signed_in.post("/plan/debt/income/", {"income_fen": ""})
    assert "没有填收入，不算" in text(signed_in.get("/plan/debt/"))


def test_more_due_than_income_is_said_first_with_where_to_turn(signed_in, person, known):
    signed_in.post("/plan/debt/", CARD)
    save_income(owner=person, income_fen=70_000, today=TODAY)
    page = text(signed_in.get("/plan/debt/"))
    assert "已经还不过来了，现在就找放款机构谈" in page
    assert "/tips/t45-talk-early/" in page
    assert "/channels/" in page


def test_one_is_edited_and_removed_and_a_page_out_of_date_keeps_what_was_typed(
    signed_in, person, known
):
    signed_in.post("/plan/debt/", CARD)
    address = f"/plan/debt/{Debt.objects.get().public_id}"
    assert 'value="8,000.00"' in text(signed_in.get(f"{address}/"))
    assert signed_in.post(f"{address}/", CARD | {"owed_fen": "7000", "seen": 0}).status_code == 302
    stale = signed_in.post(f"{address}/", CARD | {"owed_fen": "6000", "seen": 0})
    assert (stale.status_code, 'value="6000"' in text(stale)) == (422, True)
    assert Debt.objects.get().owed_fen == 700_000
    assert signed_in.post(f"{address}/remove/").status_code == 302
    assert signed_in.post(f"{address}/remove/").status_code == 404


def test_other_people_and_nobody(client, person, other, known):
    debt = add_debt(
        owner=person, values={"name": "CNRY", "kind": "card", "owed_fen": 1}, today=TODAY
    )
    for address in ("/plan/debt/", f"/plan/debt/{debt.public_id}/", "/plan/debt/income/"):
        assert "login" in client.get(address)["Location"]
    client.force_login(other)
    assert client.get(f"/plan/debt/{debt.public_id}/").status_code == 404
    assert client.post(f"/plan/debt/{debt.public_id}/remove/").status_code == 404
    assert "CNRY" not in text(client.get("/plan/debt/"))


def test_the_page_takes_the_same_queries_whatever_there_is(signed_in, person, known):
    counts = []
    for number in (1, 20):
        for index in range(number):
            values = {"name": f"{number}-{index}", "kind": "card", "owed_fen": 1, "due_day": 3}
            add_debt(owner=person, values=values, today=TODAY)
            line = CreditLine.objects.create(
                owner=person, product_slug="jiebei", lender_name=f"{number}-{index}"
            )
            Reading.objects.create(
                owner=person, line=line, observed_on=TODAY, limit_fen=9, used_fen=1
            )
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get("/plan/debt/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts


def test_what_the_newest_report_says_is_owed_is_offered_once(signed_in, person, known):
    report = noted(person)
    owed = entry_of(
        report,
        lender="演示银行股份有限公司",
        kind="loan",
        balance_fen=3_000_000,
        monthly_fen=120_000,
    )
    entry_of(report, lender="还清的银行", balance_fen=0)
    entry_of(report, lender="没核对的银行", balance_fen=5, confirmed=False)
    page = text(signed_in.get("/plan/debt/"))
    assert "演示银行股份有限公司 · 欠 30,000 元" in page
    assert "还清的银行" not in page
    assert "没核对的银行" not in page
    signed_in.post("/plan/debt/take-over/", {"line": [str(owed.public_id)]})
    debt = Debt.objects.get()
    assert (debt.owed_fen, debt.kind, debt.as_of) == (3_000_000, "instalment", report.reported_on)
    assert debt.monthly_fen == 120_000
    assert "从台账和信用报告带入" not in text(signed_in.get("/plan/debt/"))


@pytest.mark.parametrize("typed", ["8", "8号", "8日"])
def test_the_day_of_the_month_is_read_as_people_write_it(signed_in, person, known, typed):
    assert signed_in.post("/plan/debt/", CARD | {"due_day": typed}).status_code == 302
    assert Debt.objects.get().due_day == 8


def test_a_debt_of_a_closed_line_does_not_count_against_another_limit():
    rows = [DebtNow("a", "a", 800_000, 0), DebtNow("b", "b", 0, 1_000_000)]
    assert (totals(rows).used_fen, totals(rows).used_bp) == (0, 0)


def test_what_is_not_his_is_not_offered_and_a_mortgage_is_called_one(signed_in, person, known):
    report = noted(person)
    entry_of(report, kind="loan", balance_fen=9, lender="冒名贷款", verdict="strange")
    entry_of(report, kind="loan", balance_fen=9, lender="房贷银行", business="个人住房商业贷款")
    (row,) = offers(person).values()
    assert (row["values"]["name"], row["values"]["kind"]) == ("房贷银行", "mortgage")


def test_a_burden_with_unknown_months_is_not_called_light(signed_in, person, known):
    Debt.objects.create(owner=person, name="甲", owed_fen=100, as_of=dt.date(2026, 11, 1))
    page = signed_in.get("/plan/debt/").content.decode()
    assert "看不出一个月的负担重不重" in page
    assert "没有看出负担过重" not in page


def test_a_lender_of_the_ledger_is_not_offered_twice(signed_in, person, known):
    log(person, product="wangshangdai", before=0, after=5_000_000)
    entry_of(noted(person), lender="浙江网商银行股份有限公司", balance_fen=100)
    page = text(signed_in.get("/plan/debt/"))
    assert page.count("浙江网商银行") == 0
