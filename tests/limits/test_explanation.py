"""One change explained whole: which one, as what, with which pair, and what moved since."""

import csv
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from guidance.domain.loading import build_knowledge
from limits.domain.causes import BANDS, RESIDUAL
from limits.domain.explanation import BAND_WORDS, difference, difference_of, explain
from limits.domain.signals import Change

KNOWN = build_knowledge(content.read_files(), "test")
TABLE = list(csv.DictReader(Path(__file__).with_name("ranking_expected.csv").open()))
DAY = dt.date(2026, 10, 12)
WAN = 1_000_000


def change(key, product="jiebei", before=5 * WAN, after=0, days=0, **details):
    on = details.pop("effective_on", DAY + dt.timedelta(days=days))
    return Change(product, before, after, on, key=key, **details)


FALL, RISE = change("fall"), change("rise", "wangshangdai", 0, 5 * WAN, 1)


def listed(found):
    return [cause.slug for cause in found.ranking.causes]


def test_the_table_is_one_a_lawyer_can_read_and_use():
    ids = [row["id"] for row in TABLE]
    assert len(ids) == len(set(ids)) >= 160
    assert {f"V{number}" for number in range(1, 13)} <= set(ids)
    assert len({row["what happened"] for row in TABLE}) == len(TABLE)
    bands = [pair.split("=")[1] for row in TABLE for pair in row["also"].split()]
    assert {*bands, *(row["band"] for row in TABLE)} == {*BANDS, "unlisted"}


@pytest.mark.parametrize("slug", KNOWN.causes)
def test_every_cause_stands_first_as_high_as_its_cap_lets_it_at_least_three_times(slug):
    cap = {"documented": "likely"}.get(KNOWN.causes[slug].cap, KNOWN.causes[slug].cap)
    rows = [row for row in TABLE if (row["first"], row["band"]) == (slug, cap)]
    assert len(rows) >= 3


def test_nothing_logged_is_nothing_to_explain():
    with pytest.raises(ValueError, match="nothing"):
        explain([], {}, KNOWN)


SUBJECTS = [
    ("the largest fall", [change("a", after=4 * WAN), change("b", "weilidai", 9 * WAN, 0)], "b"),
    ("a fall before a larger rise", [RISE, change("a", after=4 * WAN)], "a"),
    ("the earlier of two equal falls", [change("b", days=1), change("a", "huabei")], "a"),
    ("without a fall the first change", [RISE, change("a", "huabei", 0, WAN, -3)], "a"),
]


@pytest.mark.parametrize(
    ("changes", "key"), [row[1:] for row in SUBJECTS], ids=[row[0] for row in SUBJECTS]
)
def test_the_subject_unless_it_is_given(changes, key):
    for rows in (changes, changes[::-1]):
        assert explain(rows, {}, KNOWN).subject_key == key
        assert explain(rows, {}, KNOWN, subject="no such key").subject_key == key
        assert explain(rows, {}, KNOWN, subject=rows[0].key).subject_key == rows[0].key


@pytest.mark.parametrize(
    ("subject", "kind"),
    [(FALL, "fall"), (RISE, "rise"), (change("same", before=WAN, after=WAN), "unknown")],
)
def test_the_kind(subject, kind):
    assert explain([subject], {}, KNOWN).kind == kind


FROZEN = change("frozen", after=5 * WAN, kind="freeze")


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("freeze", "fall"),
        ("close", "fall"),
        ("unfreeze", "rise"),
        ("reopen", "rise"),
        ("brand", "unknown"),
        ("lender", "unknown"),
    ],
)
def test_what_changed_without_a_new_figure_is_explained(kind, found):
    result = explain([replace(FROZEN, kind=kind)], {}, KNOWN)
    assert result.kind == found
    assert RESIDUAL in listed(result)


def test_a_frozen_line_is_the_subject_before_a_smaller_cut():
    cut = change("cut", "weilidai", 3 * WAN, 0)
    assert explain([cut, FROZEN], {}, KNOWN).subject_key == "frozen"


@pytest.mark.parametrize("kind", ["brand", "lender"])
def test_a_new_name_or_lender_is_no_cut(kind):
    relabelled = change("r", after=5 * WAN, kind=kind, lender="某银行")
    found = listed(explain([relabelled], EVERYTHING, KNOWN))
    expected = {"user-switched", "product-iteration", "partner-funding", "brand-split", RESIDUAL}
    assert set(found) == expected
    cut_too = replace(relabelled, after_fen=WAN)
    assert "overdue" in listed(explain([cut_too], EVERYTHING, KNOWN))


@pytest.mark.parametrize(
    ("product", "slug", "is_listed"),
    [
        ("jiebei", "segment-fit", True),
        ("xinyongdai", "segment-fit", True),
        ("wangshangdai", "segment-fit", True),
        ("huabei", "segment-fit", False),
        ("weilidai", "segment-fit", False),
        ("other", "segment-fit", False),
        ("jiebei", "brand-split", True),
        ("weilidai", "brand-split", False),
        ("weilidai", "business-signals", True),
    ],
)
def test_a_cause_explains_only_the_products_it_knows(product, slug, is_listed):
    fall = change("f", product, effective_on=dt.date(2021, 12, 1))
    answers = {"merchant-code": "yes", "lender-changed": "yes"}
    assert (slug in listed(explain([fall], answers, KNOWN))) is is_listed


def test_a_rejected_pair_is_neither_shown_nor_heard():
    found = explain([FALL, RISE], {}, KNOWN, rejected=[("fall", "rise")])
    assert found.migration is None
    assert not {"segment-fit", "business-signals"} & set(listed(found))
    plain = explain([FALL, RISE], {}, KNOWN)
    assert plain.migration is not None
    assert {"segment-fit", "business-signals"} <= set(listed(plain))


def test_a_confirmed_pair_is_the_one_shown():
    far = change("far", "weilidai", 0, WAN, 25)
    assert explain([FALL, RISE, far], {}, KNOWN).migration.to_key == "rise"
    pair = explain([FALL, RISE, far], {}, KNOWN, confirmed=[("fall", "far")]).migration
    assert (pair.to_key, pair.confirmed) == ("far", True)


def test_what_the_bill_tells_is_not_asked_and_counts_as_covered():
    bill = ["BL_MERCHANT_RECEIPTS"]
    plain, told = (
        explain([FALL, RISE], {}, KNOWN),
        explain([FALL, RISE], {}, KNOWN, bill_codes=bill),
    )
    assert told.coverage > plain.coverage == 0
    answers = {}
    while question := explain([FALL, RISE], answers, KNOWN, bill_codes=bill).next_question:
        assert question.slug != "merchant-code"
        answers[question.slug] = "unknown"


def test_amounts_nobody_knows_are_explained_by_answers_and_notice():
    unknown = change("u", before=0, after=0, stated_reason="您有逾期欠款未还")
    found = explain([unknown], {"late": "same-platform"}, KNOWN)
    assert found.ranking.causes[0].slug == "overdue"
    assert found.ranking.causes[0].band == "likely"


EVERYTHING = {
    "late": "same-platform",
    "merchant-code": "yes",
    "clicked-switch": "yes",
    "mybank-contract": "yes",
    "utilisation": "high",
    "self-limit": "yes",
    "mass": "yes",
}


def test_a_rise_alone_is_explained_only_by_what_the_person_did():
    assert listed(explain([RISE], EVERYTHING, KNOWN)) == ["user-switched", RESIDUAL]
    assert listed(explain([RISE], {}, KNOWN)) == [RESIDUAL]
    asked, answers = [], {}
    while question := explain([RISE], answers, KNOWN).next_question:
        asked.append(question.slug)
        answers[question.slug] = "unknown"
    assert set(asked) <= {"clicked-switch", "mybank-contract"}


def test_a_rise_beside_a_fall_may_come_from_sorting_people_between_two_products():
    found = explain([FALL, RISE], EVERYTHING, KNOWN, subject="rise")
    assert found.kind == "rise"
    assert "business-signals" in listed(found)
    assert not {"overdue", "high-debt", "self-limited"} & set(listed(found))


@pytest.mark.parametrize("subject", ["fall", "rise"])
def test_the_strongest_pair_of_the_change_itself(subject):
    others = [change("far", "huabei", 0, WAN, 25), change("loss", "weilidai", WAN, 0, 3)]
    pair = explain([*others, FALL, RISE], {}, KNOWN, subject=subject).migration
    assert (pair.from_key, pair.to_key) == ("fall", "rise")


def test_a_pair_is_found_without_keys():
    rows = [replace(RISE, key=""), replace(FALL, key="")]
    pair = explain(rows, {}, KNOWN).migration
    assert (pair.from_product, pair.to_product) == ("jiebei", "wangshangdai")


def test_no_pair_no_migration():
    late = replace(RISE, effective_on=DAY + dt.timedelta(days=31))
    assert explain([FALL, late], {}, KNOWN).migration is None


def test_coverage_counts_answers_and_what_the_ledger_knows_but_not_dont_know():
    plain = explain([FALL, RISE], {}, KNOWN)
    assert plain.coverage == 0
    unknown = dict.fromkeys(KNOWN.questions, "unknown")
    assert explain([FALL, RISE], unknown, KNOWN).coverage == 0
    some = explain([FALL, RISE], {"merchant-code": "yes"}, KNOWN).coverage
    assert 0 < some < 1
    assert explain([replace(FALL, screen="zero"), RISE], {}, KNOWN).coverage > 0
    every = {slug: row.answers[0].slug for slug, row in KNOWN.questions.items()}
    assert explain([FALL, RISE], every, KNOWN).coverage == 1


@pytest.mark.parametrize(
    ("extras", "slug"),
    [
        ({"report_codes": ["RP_OVERDUE_NOW"]}, "overdue"),
        ({"crowd_wave": True}, "risk-tightening"),
        ({"notice_codes": ["TX_PURPOSE"]}, "purpose-breach"),
        ({"bill_codes": ["BL_REPAY_LATE"]}, "overdue"),
        ({"documents": {"term-ended": "document"}}, "term-ended"),
        ({"documents": {"shared-cap": "stated"}}, "shared-cap"),
    ],
    ids=["report", "crowd", "notice", "bill", "own paper", "written reply"],
)
def test_everything_that_speaks_is_heard(extras, slug):
    assert slug not in listed(explain([FALL], {}, KNOWN))
    assert listed(explain([FALL], {}, KNOWN, **extras))[0] in {slug, RESIDUAL}
    assert slug in listed(explain([FALL], {}, KNOWN, **extras))


def test_an_answered_question_is_not_asked_and_neither_is_a_known_one():
    known = replace(FALL, lender="ant-cf", lender_before="ant-cf", screen="zero", temporary=False)
    answers = {}
    while question := explain([known], answers, KNOWN).next_question:
        assert question.slug not in {"lender-changed", "screen", "temporary-limit", *answers}
        answers[question.slug] = "unknown"


def moved(changes, before, after, **extras):
    old, new = explain(changes, before, KNOWN), explain(changes, after, KNOWN, **extras)
    return {text.zh for text in difference(old, new)}, {text.en for text in difference(old, new)}


def test_nothing_moved_nothing_is_said():
    assert moved([FALL], {}, {}) == (set(), set())
    assert moved([FALL], {}, {"late": "unknown"}) == (set(), set())


def test_a_cause_that_rises_says_from_where_to_where_and_why():
    chinese, english = moved([FALL, RISE], {}, {"merchant-code": "yes"})
    title = KNOWN.causes["business-signals"].title
    clue = KNOWN.signals["AN_MERCHANT"].text
    assert f"「{title.zh}」从「有可能」升到「较可能」，因为{clue.zh}。" in chinese
    assert any(text.startswith(f"“{title.en}” went up") and clue.en in text for text in english)


def test_a_cause_that_sinks_names_what_speaks_against_it():
    chinese, _english = moved([FALL, RISE], {}, {"merchant-code": "no"})
    clue = KNOWN.signals["AN_NO_MERCHANT"].text.zh
    assert any("降到「线索太少」" in text and clue in text for text in chinese)


def test_a_new_cause_and_one_that_goes():
    title = KNOWN.causes["overdue"].title.zh
    clue = KNOWN.signals["AN_OVERDUE_ALIPAY"].text.zh
    chinese, _english = moved([FALL], {}, {"late": "same-platform"})
    assert f"「{title}」现在列为「有可能」，因为{clue}。" in chinese
    chinese, _english = moved([FALL], {"late": "same-platform"}, {})
    assert f"「{title}」不再列出，因为不再有这条线索：{clue}。" in chinese


def test_a_paper_says_itself():
    chinese, _english = moved([FALL], {}, {}, documents={"segment-fit": "stated"})
    assert any("放款方已说明" in text and "书面" in text for text in chinese)


def stored(found):
    """The shape in which an assessment is kept."""
    return {
        "causes": [
            {
                "slug": cause.slug,
                "band": cause.band,
                "score": cause.score,
                **{
                    side: [
                        {
                            "signal": item.signal,
                            "zh": item.text.zh,
                            "en": item.text.en,
                            "weight": item.weight,
                        }
                        for item in items
                    ]
                    for side, items in (
                        ("supporting", cause.supporting),
                        ("opposing", cause.opposing),
                    )
                },
            }
            for cause in found.ranking.causes
        ],
        "migration": None,
        "next_question": None,
        "coverage": found.coverage,
        "is_thin": found.is_thin,
        "kind": found.kind,
    }


STEPS = [
    ({}, {"merchant-code": "yes"}),
    ({"merchant-code": "no"}, {}),
    ({"late": "same-platform"}, {"late": "none"}),
    ({}, {}),
]


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_stored_results_tell_the_same_difference_as_fresh_ones(before, after):
    old, new = (explain([FALL, RISE], given, KNOWN) for given in (before, after))
    assert difference_of(stored(old), stored(new), KNOWN) == difference(old, new)


def kept(slug, band, **weights):
    clues = [{"signal": code, "zh": code, "en": code, "weight": n} for code, n in weights.items()]
    sides = {
        "supporting": [row for row in clues if row["weight"] > 0],
        "opposing": [row for row in clues if row["weight"] < 0],
    }
    return {"slug": slug, "band": band, "score": 0, **sides}


TITLE = KNOWN.causes["overdue"].title
RERUNS = [
    (
        "the same clue weighs less",
        [kept("overdue", "likely", A=4, B=-1)],
        [kept("overdue", "possible", A=3, B=-1)],
        f"「{TITLE.zh}」从「较可能」降到「有可能」，因为本站把这条线索的分值从 +4 改为 +3：A。",
        f"“{TITLE.en}” went down from “more likely” to “possible”, because: "
        "we changed the points of this clue from +4 to +3: A.",
    ),
    (
        "the opposing clue weighs less",
        [kept("overdue", "possible", A=4, B=-3)],
        [kept("overdue", "likely", A=4, B=-1)],
        f"「{TITLE.zh}」从「有可能」升到「较可能」，因为本站把这条线索的分值从 -3 改为 -1：B。",
        f"“{TITLE.en}” went up from “possible” to “more likely”, because: "
        "we changed the points of this clue from -3 to -1: B.",
    ),
    (
        "no clue changed",
        [kept("overdue", "likely", A=4)],
        [kept("overdue", "possible", A=4)],
        f"「{TITLE.zh}」从「较可能」降到「有可能」，因为本站更新了排序规则。",
        f"“{TITLE.en}” went down from “more likely” to “possible”, because: "
        "our rules for the order were updated.",
    ),
    (
        "a clue came and another went",
        [kept("overdue", "possible", A=4)],
        [kept("overdue", "likely", B=4)],
        f"「{TITLE.zh}」从「有可能」升到「较可能」，因为B；不再有这条线索：A。",
        f"“{TITLE.en}” went up from “possible” to “more likely”, because: B; this clue is gone: A.",
    ),
    (
        "a paper counts no more",
        [kept("overdue", "stated", A=4)],
        [kept("overdue", "possible", A=4)],
        f"「{TITLE.zh}」从「放款方已说明」降到「有可能」，因为不再算作：放款方有书面说明。",
        f"“{TITLE.en}” went down from “stated by the lender” to “possible”, because: "
        "this no longer counts: the lender said so in writing.",
    ),
    (
        "a paper counts now",
        [kept("overdue", "possible", A=4)],
        [kept("overdue", "documented", A=4)],
        f"「{TITLE.zh}」从「有可能」升到「有文件可核」，因为你有文件可以核对。",
        f"“{TITLE.en}” went up from “possible” to “documented”, because: "
        "you have a document to check it.",
    ),
    (
        "a cause the records no longer have",
        [kept("gone", "possible", A=4)],
        [],
        "「gone」不再列出，因为不再有这条线索：A。",
        "“gone” is no longer listed, because: this clue is gone: A.",
    ),
    (
        "a cause that is new",
        [],
        [kept("overdue", "possible", A=4)],
        f"「{TITLE.zh}」现在列为「有可能」，因为A。",
        f"“{TITLE.en}” is now listed as “possible”, because: A.",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"), [row[1:] for row in RERUNS], ids=[row[0] for row in RERUNS]
)
def test_a_re_run_on_new_content_says_what_moved_and_why(old, new, zh, en):
    (text,) = difference_of({"causes": old}, {"causes": new}, KNOWN)
    assert (text.zh, text.en) == (zh, en)


def test_the_residual_cause_is_never_said_to_move():
    old, new = kept(RESIDUAL, "possible"), kept(RESIDUAL, "weak")
    assert difference_of({"causes": [old]}, {"causes": [new]}, KNOWN) == ()


def test_what_is_listed_now_comes_before_what_is_gone():
    old = [kept("high-debt", "possible", A=1), kept("overdue", "possible", A=1)]
    new = [kept("self-limited", "possible", A=1), kept("overdue", "likely", A=1)]
    said = difference_of({"causes": old}, {"causes": new}, KNOWN)
    titles = [KNOWN.causes[slug].title.zh for slug in ("self-limited", "overdue", "high-debt")]
    assert [text.zh.split("」")[0][1:] for text in said] == titles


def test_the_words_of_the_bands_are_all_there():
    assert set(BAND_WORDS) == set(BANDS)


CHANGES = st.lists(
    st.builds(
        change,
        key=st.just(""),
        product=st.sampled_from(["jiebei", "wangshangdai", "weilidai"]),
        before=st.integers(0, 9).map(lambda wan: wan * WAN),
        after=st.integers(0, 9).map(lambda wan: wan * WAN),
        days=st.integers(-40, 40),
        kind=st.sampled_from(["limit", "limit", "freeze", "unfreeze", "close", "brand", "lender"]),
        by_me=st.sampled_from([None, None, True, False]),
    ),
    min_size=1,
    max_size=6,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        slug: st.sampled_from([choice.slug for choice in row.answers])
        for slug, row in KNOWN.questions.items()
    },
)


@settings(max_examples=80, deadline=None)
@given(CHANGES, ANSWERS, st.booleans(), st.randoms())
def test_the_order_of_everything_does_not_matter(rows, answers, keyed, random):
    if keyed:
        rows = [replace(row, key=f"k{number}") for number, row in enumerate(rows)]
    mixed, turned = list(rows), list(answers.items())
    random.shuffle(mixed)
    random.shuffle(turned)
    assert explain(rows, answers, KNOWN) == explain(mixed, dict(turned), KNOWN)


@settings(max_examples=80, deadline=None)
@given(
    CHANGES, ANSWERS, st.sampled_from(sorted(KNOWN.questions)), st.sampled_from(["unknown", "skip"])
)
def test_not_knowing_changes_no_cause(rows, answers, slug, word):
    answers.pop(slug, None)
    plain, asked = explain(rows, answers, KNOWN), explain(rows, {**answers, slug: word}, KNOWN)
    assert (plain.ranking, plain.coverage) == (asked.ranking, asked.coverage)
    assert difference(plain, asked) == ()


@settings(max_examples=80, deadline=None)
@given(CHANGES, ANSWERS, ANSWERS)
def test_what_moved_never_names_a_number_as_a_chance_nor_the_cause(rows, before, after):
    for text in difference(explain(rows, before, KNOWN), explain(rows, after, KNOWN)):
        assert not re.search("概率|一定|就是因为|转移|转走|系统判定", text.zh)
        assert text.zh.endswith("。")
        assert text.en.endswith(".")


@settings(max_examples=80, deadline=None)
@given(CHANGES, ANSWERS)
def test_seven_questions_at_most_whatever_happened(rows, answers):
    given_now = dict(list(answers.items())[:3])
    for _index in range(7):
        question = explain(rows, given_now, KNOWN).next_question
        if question is None:
            break
        assert question.slug not in given_now
        given_now[question.slug] = question.answers[-1].slug
    assert len(given_now) <= 7
    if len(given_now) == 7:
        assert explain(rows, given_now, KNOWN).next_question is None
