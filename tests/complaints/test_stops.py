"""Scam warnings and honest stop notices: reviewed words, each with examples it must and must not take."""

import pytest

from complaints.domain.stops import Writing, notices
from complaints.enums import CaseTopic
from guidance import content
from guidance.domain.loading import build_knowledge

KNOWN = build_knowledge(content.read_files(), "test")
BITES = [(stop.slug, text) for stop in KNOWN.stops.values() for text in stop.examples]
PASSES = [(stop.slug, text) for stop in KNOWN.stops.values() for text in stop.allowed]


def slugs(text, **given):
    return [row.stop.slug for row in notices(Writing(words={"facts": text}, **given), KNOWN)]


def writing_for(slug):
    """A complaint this record may speak about."""
    stop = KNOWN.stops[slug]
    return {"topic": next(iter(stop.topics), "limit"), "licence": next(iter(stop.licences), "")}


@pytest.mark.parametrize(
    ("slug", "text"), BITES, ids=[f"{s}-{n}" for n, (s, _t) in enumerate(BITES)]
)
def test_a_dead_end_is_told(slug, text):
    assert slug in slugs(text, **writing_for(slug))


@pytest.mark.parametrize(
    ("slug", "text"), PASSES, ids=[f"{s}-{n}" for n, (s, _t) in enumerate(PASSES)]
)
def test_a_plain_sentence_is_left_alone(slug, text):
    assert slug not in slugs(text, **writing_for(slug))


@pytest.mark.parametrize("slug", list(KNOWN.stops))
def test_every_record_has_examples_and_says_what_to_try(slug):
    stop = KNOWN.stops[slug]
    assert stop.examples and stop.allowed
    assert set(stop.topics) <= set(CaseTopic.values)
    assert stop.why.zh and stop.instead.zh


@pytest.mark.parametrize("words", ["代理维权", "征信修复", "我花钱找人投诉", "包恢复", "代理投诉"])
def test_the_words_of_scams_are_known(words):
    found = notices(Writing(words={"facts": words}, topic="limit"), KNOWN)
    assert any(row.is_scam for row in found), words


def test_a_scam_stands_before_what_will_not_work():
    found = notices(
        Writing(words={"facts": "中介说可以包恢复，请立即恢复我的额度。"}, topic="limit"), KNOWN
    )
    assert [row.is_scam for row in found] == sorted([row.is_scam for row in found], reverse=True)
    assert {"agent", "restore-as-right"} <= {row.stop.slug for row in found}


def test_a_chosen_demand_speaks_on_its_page():
    (row,) = notices(
        Writing(words={"demands": ""}, topic="limit", demands=("restore-wish",)), KNOWN
    )
    assert (row.stop.slug, row.stages) == ("restore-as-right", ("demands",))


def test_12378_is_judged_by_who_lends():
    assert slugs("我要打12378", licence="bank", topic="limit") == ["regulator-first"]
    assert slugs("我要打12378", licence="micro_loan", topic="limit") == ["micro-loan-12378"]


def test_a_change_of_ones_own_speaks_for_itself():
    (row,) = notices(Writing(words={}, topic="limit", facts=("by-me",)), KNOWN)
    assert (row.stop.slug, row.stages) == ("changed-by-myself", ("change",))


def test_no_notice_holds_a_forbidden_phrase():
    """Titles, reasons and advice; a record may name the phrase it warns of in its title only."""
    import re

    for stop in KNOWN.stops.values():
        for text in (stop.why.zh, stop.instead.zh):
            for phrase in KNOWN.forbidden.values():
                assert not re.search(phrase.pattern, text), (stop.slug, phrase.slug)


def test_nothing_is_found_in_ordinary_words():
    text = "10 月 12 日打开页面，额度显示为 0，之前没有通知。问了客服，说是综合评估。"
    assert slugs(text, topic="limit", licence="bank") == []
