"""What a reply says: phrases that explain nothing, what it names, and what to do with it."""

import csv
import re
import time
from pathlib import Path

import pytest

from complaints.domain.replies import MOST_CHARS, fold, read_reply, same_question
from complaints.domain.reply_check import next_steps, result_of, suggested
from complaints.domain.reply_facts import FACTS, KINDS, REASONS
from complaints.enums import AskedState, FactKind
from guidance import content
from guidance.domain.loading import UNBOUNDED, build_knowledge

EXPECTED = Path(__file__).with_name("replies_expected.csv")


def rows():
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def patterns():
    return tuple(build_knowledge(content.read_files(), "test").reply_patterns.values())


def written(text):
    return text.replace("\\n", "\n").replace("\\u3000", "\u3000").replace("\\u200b", "\u200b")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_a_reply_is_read_as_a_person_would(patterns, row):
    found = read_reply(written(row["reply"]), patterns)
    assert found.verdict == row["verdict"]
    assert "|".join(mark.pattern for mark in found.phrases) == row["phrases"]
    assert "|".join(mark.fact for mark in found.facts) == row["facts"]


def test_the_table_is_large_and_holds_every_verdict_and_most_patterns(patterns):
    table = rows()
    assert len(table) >= 80
    assert {row["verdict"] for row in table} == {
        "generic",
        "mixed",
        "specific",
        "not-accepted",
        "unclear",
        "empty",
    }
    seen = {slug for row in table for slug in row["phrases"].split("|") if slug}
    assert len(seen) >= 35


def test_there_are_enough_patterns_of_every_kind(patterns):
    assert len(patterns) >= 35
    assert {"assessment", "system", "secret", "agreement", "policy", "partner"} <= {
        row.kind for row in patterns
    }
    assert {"apology", "later", "not-accepted"} <= {row.kind for row in patterns}


def test_every_pattern_finds_its_examples_and_lets_the_others_pass(patterns):
    for row in patterns:
        assert len(row.examples) >= 2, row.slug
        assert row.allowed, row.slug
        for example in row.examples:
            assert read_reply(example, [row]).phrases, (row.slug, example)
        for allowed in row.allowed:
            assert not read_reply(allowed, [row]).phrases, (row.slug, allowed)


def test_what_no_pattern_may_mark_is_marked_by_none(patterns):
    """A clause, a day, a named fact: the fair half of a mixed reply."""
    for row in patterns:
        for allowed in row.allowed:
            assert read_reply(allowed, patterns).verdict in ("specific", "unclear"), allowed


def test_no_example_of_an_empty_phrase_names_a_reason(patterns):
    for row in patterns:
        for example in row.examples:
            assert read_reply(example, patterns).verdict in ("generic", "not-accepted"), example


def test_patterns_are_written_as_the_folded_text_is(patterns):
    for row in patterns:
        assert not re.search("[\uff01-\uff5e\\s]", row.pattern), row.slug
        assert not UNBOUNDED.search(row.pattern), row.slug
        assert not re.search(r"[)\]]\{\d*,?\d*\}\)?\{", row.pattern), row.slug
        assert not re.compile(row.pattern).match(""), row.slug


def test_facts_have_no_unbounded_repeat_and_each_its_name():
    for fact in FACTS:
        assert not UNBOUNDED.search(fact.pattern.pattern), fact.kind
    assert set(KINDS) == set(FactKind.values)
    assert set(KINDS) > REASONS


@pytest.mark.parametrize(
    "piece",
    [
        "综合",
        "根据",
        "我们",
        "请您",
        "经",
        "1",
        "第一",
        "《",
        "您的",
        "已",
        "信用状况、",
        "与银行",
        "相关的",
    ],
)
def test_a_long_text_takes_no_longer_than_its_length(patterns, piece):
    """Ten times the text in about ten times the time; the bound is loose for a busy machine."""
    read_reply(piece * 50, patterns)
    short, long = (piece * MOST_CHARS)[: MOST_CHARS // 10], (piece * MOST_CHARS)[:MOST_CHARS]
    times = []
    for text in (short, long):
        best = min(_seconds(text, patterns) for _try in range(3))
        times.append(best)
    assert times[1] < 60 * times[0] + 0.05


def _seconds(text, patterns):
    start = time.process_time()
    read_reply(text, patterns)
    return time.process_time() - start


def test_text_beyond_the_limit_is_shown_and_not_read(patterns):
    found = read_reply("好" * MOST_CHARS + "综合评估", patterns)
    assert found.phrases == ()
    assert sum(len(mark.text) for mark in found.shown) == MOST_CHARS + 4


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_the_pieces_are_the_reply_as_written(patterns, row):
    text = written(row["reply"])
    assert "".join(mark.text for mark in read_reply(text, patterns).shown) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("綜合評估", "综合评估"),
        ("综 合\u3000评\u200b估", "综合评估"),
        ("综合\n评估", "综合评估"),
        ("第一段。\n\n第二段", "第一段。\n第二段"),
        ("２０２６．１０，ＡＢ（甲）：￥５", "2026.10,ab(甲):¥5"),
        ("", ""),
    ],
    ids=["traditional", "blanks", "wrapped", "paragraphs", "full width", "empty"],
)
def test_width_blanks_and_wrapping_make_no_difference(text, folded):
    assert fold(text).text == folded


def test_the_same_question_is_the_same_whatever_the_blanks_and_stops():
    assert same_question("请说明 依据。") == same_question("请说明依据")
    assert same_question("请说明依据？") != same_question("请说明原因？")


QUESTIONS = [
    ("请说明依据的合同条款是第几条", "依据《借款合同》第8.2条。", "answered"),
    ("请说明依据的合同条款是第几条", "依据合同约定，我行有权调整。", "generic"),
    ("请写明我有无违约；如有，请列出日期、金额和对应的合同条款。", "您没有逾期记录。", "answered"),
    ("请写明我有无违约", "您2026年8月有1笔逾期2天。", "answered"),
    ("请说明评估用了哪些信息", "属于商业秘密，不便告知。", "refused"),
    ("请说明评估用了哪些信息", "您的身份证已于2026年9月3日到期。", "missed"),
    (
        "如果这次调整是以自动化决策方式作出的，请说明主要依据，并安排人工复核。",
        "经人工复核，维持。",
        "answered",
    ),
    ("变化日期是哪一天", "您的身份证已于2026年9月3日到期。", "answered"),
    ("为什么降额", "经综合评估。", "generic"),
    ("为什么降额", "您的身份证已于2026年9月3日到期。", "answered"),
    ("请说明放款机构全称和变化日期", "放款机构为重庆某某消费金融有限公司。", "missed"),
    ("请写明我有无违约", "模型属于商业秘密，根据协议约定处理。", "generic"),
    ("今天天气怎么样", "您没有逾期记录。", ""),
    ("今天天气怎么样", "", ""),
]


@pytest.mark.parametrize(("question", "reply", "state"), QUESTIONS, ids=range(len(QUESTIONS)))
def test_what_is_suggested_for_a_question(patterns, question, reply, state):
    assert suggested(question, read_reply(reply, patterns)).state == state


def test_a_suggestion_is_a_state_that_exists():
    assert {state for _question, _reply, state in QUESTIONS} - {""} <= set(AskedState.values)


def test_the_result_counts_answers_and_phrases(patterns):
    reading = read_reply("经综合评估，暂不符合要求，敬请谅解。", patterns)
    result = result_of(["answered", "answered", "missed", "generic", "open"], reading)
    assert (result.asked, result.answered, result.unticked, result.phrases) == (5, 2, 1, 3)
    assert result.unanswered == 2


@pytest.mark.parametrize(
    ("reply", "states", "to_institution", "steps"),
    [
        ("经综合评估", ["open", "open"], True, ["tick", "escalate"]),
        ("经综合评估", ["generic", "answered"], True, ["remind", "confirm", "escalate"]),
        ("经综合评估", ["generic", "missed"], True, ["remind", "escalate"]),
        ("经综合评估", ["missed"], False, ["escalate"]),
        ("您的投诉不予受理", [], False, ["escalate", "close"]),
        ("您的身份证已于2026年9月3日到期", ["answered"], True, ["confirm", "close"]),
        ("您的身份证已于2026年9月3日到期", ["answered", "open"], True, ["tick", "confirm"]),
        ("收到", [], True, ["close"]),
    ],
)
def test_the_next_steps_follow_from_reply_and_ticks(patterns, reply, states, to_institution, steps):
    found = next_steps(states, read_reply(reply, patterns), to_institution=to_institution)
    assert found == steps
