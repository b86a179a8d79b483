"""“Does it hurt my record?”, made for one person from his own lines."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from limits.services import answer_question, log_reading
from records.services import save_circumstances
from tests.factories import CreditLineFactory, LimitChangeFactory, log
from tests.records.notebook import entry_of, noted

TODAY = dt.date(2026, 11, 22)


def text(response):
    return response.content.decode()


def mine(client):
    """The part with the questions that concern this person, "" without any."""
    return (
        text(client.get("/plan/record/"))
        .partition("和你有关的问题")[2]
        .partition("其他常见的问题")[0]
    )


def test_without_lines_the_common_questions_stand_there(signed_in, known):
    page = text(signed_in.get("/plan/record/"))
    assert "还没有记额度" in page
    assert "常见的问题" in page
    assert "和你有关的问题" not in page
    assert "芝麻分不是央行的信用报告" in page


def test_each_line_says_how_it_is_reported_and_how_good_that_evidence_is(signed_in, person, known):
    log(person)
    log(person, product="huabei", before=0, after=500_000)
    page = text(signed_in.get("/plan/record/"))
    assert "从间接的行业资料看，借呗在报告里" in page
    assert "花呗从 2021 年 9 月起公开表示" in page
    assert "官方表态" in page
    assert "以你自己的报告为准" in page


@pytest.mark.parametrize(
    ("change", "words", "not_words"),
    [
        ({}, ["额度归零不等于关闭", "不会：变成不良记录"], ["已关闭"]),
        ({"after": 1_000_000}, ["不会：变成不良记录"], ["额度归零不等于关闭"]),
        ({"before": 0, "after": 100}, ["真正留下记录的是"], ["不会：变成不良记录"]),
        ({"kind": "close", "after": 0}, ["关闭之后，报告里通常改为已结清"], ["额度归零不等于关闭"]),
    ],
    ids=["zeroed", "cut", "rise", "closed"],
)
def test_what_a_change_does_and_does_not_do(signed_in, person, known, change, words, not_words):
    log(person, **change)
    page = text(signed_in.get("/plan/record/"))
    assert all(word in page for word in words)
    assert not any(word in page for word in not_words)


def test_owing_more_than_the_limit_is_said(signed_in, person, known):
    log(person, after=1_000_000)
    log_reading(
        owner=person,
        today=TODAY,
        product="jiebei",
        observed_on=TODAY,
        limit=1_000_000,
        used=3_000_000,
    )
    assert "你的欠款比额度多" in text(signed_in.get("/plan/record/"))
    assert "我还有欠款，这时被降额有影响吗" in mine(signed_in)


def test_the_questions_that_concern_him_stand_first(signed_in, person, known):
    fall = log(person)
    assert "借呗在报告上是什么样" in mine(signed_in)
    assert "花呗会上征信吗" not in mine(signed_in)
    assert "逾期的记录留多久" not in mine(signed_in)
    answer_question(change=fall, question="late", answer="elsewhere", today=TODAY)
    assert "逾期的记录留多久" in mine(signed_in)
    save_circumstances(owner=person, today=TODAY, mortgage_on=dt.date(2027, 6, 1))
    assert "会影响我办房贷吗" in mine(signed_in)


def test_the_page_promises_nothing_and_shows_no_indirect_source_as_proof(signed_in, person, known):
    log(person)
    page = text(signed_in.get("/plan/record/"))
    assert "一定会" not in page
    for code in ("S19", "S05", "S06"):
        assert known.sources[code].title.zh not in page


def test_others_see_nothing_and_nobody_is_asked_to_sign_in(client, person, other, known):
    log(person, lender_name="CNRY 银行")
    assert "login" in client.get("/plan/record/")["Location"]
    client.force_login(other)
    assert "CNRY" not in text(client.get("/plan/record/"))


def test_the_page_takes_the_same_queries_whatever_the_lines(signed_in, person, known):
    counts = []
    for number in (1, 20):
        for index in range(number):
            line = CreditLineFactory(owner=person, lender_name=f"{number}-{index}")
            LimitChangeFactory(line=line)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get("/plan/record/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts


def test_what_the_own_report_prints_stands_beside_the_line(signed_in, person, known):
    log(person)
    row = entry_of(noted(person), lender="重庆蚂蚁消费金融有限公司", limit_fen=100, balance_fen=0)
    entry_of(row.report, lender="示范银行股份有限公司", limit_fen=7_777_700)
    page = text(signed_in.get("/plan/record/"))
    assert f"/plan/entries/{row.public_id}/" in page
    assert "你 2026-11-20 的报告上" in page
    assert "77,777" not in page


@pytest.mark.parametrize(
    ("limit", "limit_on", "words"),
    [
        (100, dt.date(2026, 11, 25), "报告比台账早"),
        (100, dt.date(2026, 11, 20), "报告又不比台账早"),
        (1_000_000, dt.date(2026, 11, 25), None),
        (None, dt.date(2026, 11, 25), None),
    ],
    ids=["older", "as new", "the same", "not printed"],
)
def test_a_limit_unlike_that_of_the_ledger_is_explained(
    signed_in, person, known, limit, limit_on, words
):
    log(person, after=1_000_000, effective_on=limit_on, today=dt.date(2026, 11, 26))
    entry_of(noted(person), lender="重庆蚂蚁消费金融有限公司", limit_fen=limit)
    page = text(signed_in.get("/plan/record/"))
    assert ("和台账的额度不同" in page) == bool(words)
    assert words is None or words in page


def test_being_late_on_the_report_brings_its_question_up(signed_in, person, known):
    entry_of(noted(person), overdue_months=2)
    page = text(signed_in.get("/plan/record/"))
    assert "你记的报告里有逾期" in page
    assert "你说有过逾期" not in page
    assert "和你有关的问题" in page
