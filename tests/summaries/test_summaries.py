"""Summaries: sentences with numbers, traceable to rows, the same for the same input."""

import datetime as dt

import pytest

from complaints.services import record_sent
from guidance.domain.records import Text
from inputs.money import format_yuan
from limits.models import LimitChange
from limits.services import answer_question
from summaries import digests
from summaries.domain.sentences import (
    CaseFacts,
    ChangeFacts,
    MonthFacts,
    StepFacts,
    case_sentences,
    month_sentences,
)
from summaries.models import Summary
from tests.factories import file, log

TODAY = dt.date(2026, 11, 22)


def shown(person, kind):
    return Summary.objects.for_user(person).filter(kind=kind).newest_first().first()


def text_of(summary):
    return "".join(sentence["zh"] for sentence in summary.sentences)


def test_a_change_is_summarised_with_its_numbers(person, known, run_jobs):
    change = log(person)
    run_jobs()
    summary = shown(person, "change")
    text = text_of(summary)
    assert "2026 年 10 月 12 日" in text
    assert format_yuan(change.before_fen) in text
    assert "只有放款方知道" in text


def test_every_sentence_names_rows_that_exist(person, known, run_jobs):
    log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    run_jobs()
    rows = {f"change:{row.public_id}" for row in LimitChange.objects.all()}
    for summary in Summary.objects.filter(kind="change"):
        for sentence in summary.sentences:
            assert sentence["rows"]
            assert sentence["en"]
            for row in sentence["rows"]:
                if row.startswith("change:"):
                    assert row in rows


def test_a_new_answer_makes_a_new_summary_and_the_old_words_come_back(person, known, run_jobs):
    change = log(person)
    run_jobs()
    before = text_of(shown(person, "change"))
    for answer in ("yes", "unknown"):
        answer_question(change=change, question="self-limit", answer=answer, today=TODAY)
        run_jobs()
    after = text_of(shown(person, "change"))
    assert "你已回答 1 个问题" in after
    assert "自己" not in before
    assert Summary.objects.filter(kind="change").count() == 3


def test_the_same_input_is_written_once(person, known):
    change = log(person)
    for _index in range(3):
        digests.summarise_change(str(change.public_id))()
    assert Summary.objects.count() == 1


def test_a_case_tells_its_deadline(person, known, run_jobs):
    case = file(person)
    run_jobs()
    assert "还没有寄给" in text_of(shown(person, "case"))
    day = dt.date(2026, 11, 2)
    record_sent(step=case.steps.get(), actor=person, sent_on=day, received_on=day, reference_no="")
    run_jobs()
    assert "2026 年 11 月 17 日" in text_of(shown(person, "case"))


def test_a_case_about_no_product_leaves_no_empty_brackets():
    facts = CaseFacts("complaint:1", "LL1", "某银行", "", "ready", dt.date(2026, 11, 30), 2, "")
    said = case_sentences(facts, (), dt.date(2026, 11, 30))[0].text
    assert said.zh == "案件 LL1：2026 年 11 月 30 日立档，投诉某银行，提出 2 项请求。"
    assert said.en == "Case LL1: filed on 2026-11-30 against 某银行 with 2 demands."


def test_of_one_subject_only_the_newest_is_shown(person, other):
    for number, subject in enumerate(("a", "b", "a")):
        Summary.objects.create(
            owner=person,
            kind="case",
            subject=subject,
            input_hash=str(number),
            sentences=[],
            made_at=dt.datetime(2026, 11, 1 + number, tzinfo=dt.UTC),
        )
    shown = Summary.objects.for_user(person).newest_of_each().newest_first()
    assert [row.input_hash for row in shown] == ["2", "1"]


def test_monthly_digests_are_asked_for_once(person, other, known, run_jobs):
    log(person)
    for _index in range(2):
        digests.request_months(dt.date(2026, 11, 1))
    run_jobs()
    months = Summary.objects.filter(kind="month")
    assert months.count() == 2
    assert "记录了 1 次额度变动：下降 1 次共 50,000.00 元" in text_of(months.get(owner=person))
    assert "没有记录额度变动" in text_of(months.get(owner=other))


def test_a_deleted_subject_makes_no_summary_and_no_error(person, known, run_jobs):
    change = log(person)
    LimitChange.objects.filter(pk=change.pk).delete()
    run_jobs()
    assert not Summary.objects.exists()


CASE = CaseFacts("complaint:1", "LL1", "某银行", "借呗", "sent", TODAY, 2, "")


@pytest.mark.parametrize(
    ("days", "words"),
    [(5, "还有 5 天"), (0, "就是今天"), (-3, "已过 3 天")],
)
def test_days_left_are_counted_from_today(days, words):
    step = StepFacts(
        "step:1", "某银行", TODAY, TODAY, TODAY + dt.timedelta(days=days), "firm", None
    )
    assert words in case_sentences(CASE, [step], TODAY)[1].text.zh


def test_a_month_adds_up():
    rows = [
        ChangeFacts("change:1", Text("借呗", "J"), 500, 100, TODAY, False),
        ChangeFacts("change:2", Text("花呗", "H"), 100, 250, TODAY, False),
    ]
    first = month_sentences(MonthFacts(2026, 11, rows, 1, 2, ["plan:1"], 0, []))[0]
    assert "下降 1 次共 4.00 元，上升 1 次共 1.50 元" in first.text.zh
    assert first.rows == ("change:1", "change:2")
