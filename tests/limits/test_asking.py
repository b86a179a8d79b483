"""One request from the ranked causes: short, sourced, without promises or sensitive guesses."""

import datetime as dt
from dataclasses import replace

import pytest

from complaints.domain.lint import lint
from guidance.content import read_files
from guidance.domain.loading import build_knowledge
from limits.domain.asking import MOST_CHARACTERS, Matter, causes_to_ask, ready_request

KNOWN = build_knowledge(read_files(), "test")
WRITTEN_ON = dt.date(2026, 11, 23)
MATTER = Matter(
    product="借呗",
    effective_on=dt.date(2026, 10, 12),
    before_fen=5_000_000,
    after_fen=0,
    lender="重庆蚂蚁消费金融有限公司",
    licence="consumer_finance",
    was_told=False,
)
RANKED = [("segment-fit", "likely"), ("risk-tightening", "possible"), ("other-unknown", "possible")]


def written(matter=MATTER, ranked=RANKED, **options):
    return ready_request(matter, ranked, KNOWN, written_on=WRITTEN_ON, **options)


def test_greeting_product_date_and_amounts_come_first_and_the_day_last():
    lines = [line for line in written().splitlines() if line]
    assert lines[0] == "重庆蚂蚁消费金融有限公司："
    assert lines[1] == (
        "我是「借呗」的用户。2026 年 10 月 12 日，我的额度由 50,000 元变为 0 元。"
        "我事先没有收到通知。现请说明以下各项："
    )
    assert lines[-1] == "2026 年 11 月 23 日"


def test_questions_are_numbered_and_none_is_asked_twice():
    lines = [line for line in written().splitlines() if line]
    asked = [line.partition(". ")[2] for line in lines if line[0].isdigit() and ". " in line]
    assert [line[0] for line in lines if ". " in line] == list("12345")
    assert len(asked) == len(set(asked)) == 5
    shared = "如果这次调整是以自动化决策方式作出的，请说明主要依据，并安排人工复核。"
    assert asked.count(shared) == 1


def test_without_any_clue_the_general_questions_are_asked():
    text = written(ranked=[("other-unknown", "possible")])
    for question in KNOWN.causes["other-unknown"].ask_lender:
        assert question.zh in text


@pytest.mark.parametrize("band", ["weak", "unsupported", "ruled-out"])
def test_a_cause_the_record_does_not_carry_is_not_asked_about(band):
    asked = causes_to_ask([("overdue", band)], KNOWN)
    assert [cause.slug for cause in asked] == ["other-unknown"]


@pytest.mark.parametrize(
    "slug", sorted(cause.slug for cause in KNOWN.causes.values() if cause.sensitive)
)
def test_a_sensitive_cause_is_asked_about_only_when_chosen(slug):
    ranked = [(slug, "likely"), *RANKED]
    question = KNOWN.causes[slug].ask_lender[0].zh
    assert question not in written(ranked=ranked)
    assert question in written(ranked=ranked, chosen={slug})


def test_choosing_a_cause_that_is_not_shown_adds_nothing():
    assert written(chosen={"cash-out-suspected"}) == written()


def test_choosing_adds_and_never_replaces():
    ranked = [("cash-out-suspected", "likely"), *RANKED]
    assert causes_to_ask(ranked, KNOWN, {"segment-fit", "cash-out-suspected"})[0].slug == (
        "segment-fit"
    )


@pytest.mark.parametrize(
    ("licence", "cited", "not_cited"),
    [
        ("bank", "《个人贷款管理办法》", "《消费金融公司管理办法》"),
        ("consumer_finance", "《消费金融公司管理办法》", "《个人贷款管理办法》"),
        ("", "《中华人民共和国个人信息保护法》", "《银行保险机构消费者权益保护管理办法》"),
    ],
    ids=["bank", "consumer finance", "unknown lender"],
)
def test_only_bases_that_bind_this_kind_of_lender_are_cited(licence, cited, not_cited):
    text = written(replace(MATTER, licence=licence))
    assert cited in text
    assert not_cited not in text


def test_a_base_nobody_read_in_full_is_not_cited():
    ground = KNOWN.grounds["G1"]
    doubtful = replace(ground, bases=tuple(replace(base, strength="V2") for base in ground.bases))
    known = replace(KNOWN, grounds={**KNOWN.grounds, "G1": doubtful})
    text = ready_request(MATTER, RANKED, known, written_on=WRITTEN_ON)
    assert ground.letter.zh in written()
    assert ground.letter.zh not in text
    assert "第七十三条" not in text


@pytest.mark.parametrize("cause", KNOWN.causes.values(), ids=lambda cause: cause.slug)
@pytest.mark.parametrize("licence", ["", "bank", "consumer_finance", "micro_loan"])
def test_every_request_passes_the_lint_and_fits(cause, licence):
    text = written(
        replace(MATTER, licence=licence, stated_reason="综合评估" * 100),
        ranked=[(cause.slug, "likely"), *RANKED],
        chosen={cause.slug},
    )
    assert lint(text, KNOWN) == ()
    assert len(text) <= MOST_CHARACTERS
    assert "转移" not in text


def test_what_does_not_fit_leaves_the_law_before_the_questions():
    long = replace(
        KNOWN.causes["segment-fit"],
        ask_lender=tuple(
            replace(KNOWN.causes["segment-fit"].ask_lender[0], zh=f"{number}{'问' * 240}")
            for number in range(5)
        ),
    )
    known = replace(KNOWN, causes={**KNOWN.causes, "segment-fit": long})
    text = ready_request(MATTER, RANKED, known, written_on=WRITTEN_ON)
    assert len(text) <= MOST_CHARACTERS
    assert "依据：" not in text
    assert "4问问" in text
    assert text.splitlines()[-1] == "2026 年 11 月 23 日"


def test_the_words_of_the_lender_are_quoted_back_and_shortened():
    text = written(replace(MATTER, stated_reason="综合\n评估" * 40))
    assert "贵方给出的说法是：“综合 评估" in text
    assert "…”" in text


@pytest.mark.parametrize(
    ("kind", "after", "said"),
    [
        ("limit", 0, "我的额度由 50,000 元变为 0 元。"),
        ("freeze", 5_000_000, "我的「借呗」被冻结或暂停使用，额度为 50,000 元。"),
        ("close", 0, "我的「借呗」被关闭，额度由 50,000 元变为 0 元。"),
    ],
)
def test_what_happened_is_said_in_words(kind, after, said):
    assert said in written(replace(MATTER, kind=kind, after_fen=after))


def test_an_unknown_lender_is_greeted_without_a_name():
    assert written(replace(MATTER, lender="")).startswith("客服，你好：\n\n我是")


def test_who_remembers_a_notice_does_not_complain_of_none():
    assert "没有收到通知" not in written(replace(MATTER, was_told=None))
    assert "没有收到通知" not in written(replace(MATTER, was_told=True))
