"""The golden table: situations a lawyer can read, and the cause that must come first.

Columns: `changes` are “product before>after day” and more words (freeze, close, brand …; by-me,
not-by-me, temporary; expires DAY; was LENDER, at LENDER), the first one is explained, and screen,
notice and lender are its own. `report` and `bill` hold titles of signals, `not a pair` the numbers
of two changes the person said do not belong together, `also` further causes and their bands
(`unlisted`: must not be shown).
"""

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from guidance.domain.loading import build_knowledge
from limits.domain.causes import BANDS, RANK, next_question, rank_causes
from limits.domain.explanation import difference, explain
from limits.domain.signals import Change, Signal

KNOWN = build_knowledge(content.read_files(), "test")
ROWS = list(csv.DictReader(Path(__file__).with_name("ranking_expected.csv").open()))
CODE_OF = {kind.title.zh: code for code, kind in KNOWN.signals.items()}
KINDS = {"freeze", "unfreeze", "close", "reopen", "brand", "lender"}
NAMED_NEXT = {"expires": "expires_on", "was": "lender_before", "at": "lender"}
PLAIN = {
    "by-me": {"by_me": True},
    "not-by-me": {"by_me": False},
    "temporary": {"temporary": True},
    **{kind: {"kind": kind} for kind in KINDS},
}


def change_of(text, number):
    product, amounts, on, *words = text.split()
    before, after = (int(amount) * 100 for amount in amounts.split(">"))
    details, rest = {}, iter(words)
    for word in rest:
        details |= PLAIN[word] if word in PLAIN else {NAMED_NEXT[word]: next(rest)}
    if "expires_on" in details:
        details["expires_on"] = dt.date.fromisoformat(details["expires_on"])
    return Change(product, before, after, dt.date.fromisoformat(on), key=str(number), **details)


def changes_of(row):
    first, *others = [
        change_of(text, number) for number, text in enumerate(row["changes"].split(";"), 1)
    ]
    told = {"stated_reason": row["reason"], "screen": row["screen"], "lender": row["lender"]}
    return [replace(first, **told), *others]


def pairs_in(cell):
    return dict(pair.split("=") for pair in cell.split())


def codes_in(cell):
    return [CODE_OF[title] for title in cell.split("；") if title]


def explained(row, **extras):
    return explain(
        changes_of(row),
        pairs_in(row["answers"]),
        KNOWN,
        subject="1",
        report_codes=codes_in(row["report"]),
        bill_codes=codes_in(row["bill"]),
        crowd_wave=bool(row["wave"]),
        documents=pairs_in(row["papers"]),
        rejected=[tuple(row["not a pair"].split(">"))],
        **extras,
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_golden_table(row):
    ranking = explained(row).ranking
    bands = {cause.slug: cause.band for cause in ranking.causes}
    assert ranking.causes[0].slug == row["first"], bands
    assert bands[row["first"]] == row["band"], bands
    told = {slug: bands.get(slug, "unlisted") for slug in pairs_in(row["also"])}
    assert told == pairs_in(row["also"]), bands
    assert "other-unknown" in bands


def signals(*codes):
    return [Signal(code, KNOWN.signals[code].text, "test") for code in codes]


CODES = st.sets(st.sampled_from(sorted(KNOWN.signals)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(CODES, st.randoms())
def test_the_order_of_clues_does_not_matter(codes, random):
    given_order = signals(*sorted(codes))
    shuffled = list(given_order)
    random.shuffle(shuffled)
    assert rank_causes(given_order, KNOWN) == rank_causes(shuffled, KNOWN)


@settings(max_examples=60, deadline=None)
@given(CODES, st.sampled_from([slug for slug in KNOWN.causes if slug != "other-unknown"]))
def test_a_supporting_clue_never_lowers_its_cause(codes, slug):
    cause = KNOWN.causes[slug]
    for extra in sorted(set(cause.plus) - codes):
        if any(extra in group for group in cause.ruled_out_by):
            continue
        before, after = (
            {
                row.slug: row
                for ranking in [rank_causes(signals(*sorted(held)), KNOWN)]
                for row in (*ranking.causes, *ranking.hidden)
            }
            for held in (codes, codes | {extra})
        )
        if slug in before:
            assert after[slug].score >= before[slug].score
            assert RANK[after[slug].band] <= RANK[before[slug].band]


@settings(max_examples=60, deadline=None)
@given(CODES)
def test_one_clue_is_never_likely_and_nothing_is_documented_without_a_document(codes):
    ranking = rank_causes(signals(*sorted(codes)), KNOWN)
    for cause in (*ranking.causes, *ranking.hidden):
        assert cause.band in BANDS[2:]
        assert isinstance(cause.score, int)
        if cause.band == "likely":
            assert cause.clues >= 2
        if cause.slug != "other-unknown":
            assert cause.supporting


@pytest.mark.parametrize("slug", sorted(KNOWN.questions))
@pytest.mark.parametrize("answer", ["unknown", "skip"])
def test_not_knowing_changes_nothing(slug, answer):
    row = ROWS[0]
    with_it = explain(
        changes_of(row), {**pairs_in(row["answers"]), slug: answer}, KNOWN, subject="1"
    )
    without = explain(
        changes_of(row),
        {key: value for key, value in pairs_in(row["answers"]).items() if key != slug},
        KNOWN,
        subject="1",
    )
    assert with_it.ranking == without.ranking


def test_a_document_lifts_to_documented_and_written_words_to_stated():
    held = signals("AN_SELF_LIMIT")
    own = rank_causes(held, KNOWN, documents={"self-limited": "document"})
    assert own.causes[0].band == "documented"
    lender = rank_causes(held, KNOWN, documents={"segment-fit": "stated"})
    assert (lender.causes[0].slug, lender.causes[0].band) == ("segment-fit", "stated")
    capped = rank_causes(held, KNOWN, documents={"segment-fit": "document"})
    assert all(cause.band != "documented" for cause in capped.causes)


def test_a_sensitive_cause_is_hidden_until_the_person_speaks():
    ranking = rank_causes(signals("EV_ZERO", "TX_SECURITY"), KNOWN)
    assert "cash-out-suspected" not in {cause.slug for cause in ranking.causes}
    assert "cash-out-suspected" in {cause.slug for cause in ranking.hidden}


def test_generic_phrases_weigh_nothing():
    assert KNOWN.signals["TX_GENERIC"].weightless
    for cause in KNOWN.causes.values():
        assert "TX_GENERIC" not in {*cause.plus, *cause.minus}


def test_at_most_seven_questions_none_twice_and_then_an_end():
    changes, answers, asked = changes_of(ROWS[7]), {}, []
    while question := explain(changes, answers, KNOWN, subject="1").next_question:
        assert question.slug not in answers
        asked.append(question)
        answers[question.slug] = question.answers[0].slug
    assert 1 <= len(asked) <= 7


def test_the_first_question_is_not_sensitive_and_unknown_is_never_asked_again():
    changes = changes_of(ROWS[7])
    first = explain(changes, {}, KNOWN, subject="1").next_question
    assert not first.sensitive
    second = explain(changes, {first.slug: "unknown"}, KNOWN, subject="1").next_question
    assert second.slug != first.slug


def test_what_the_ledger_knows_is_not_asked():
    held = signals("EV_BACK", "EV_ZERO")
    answers = {}
    for _index in range(7):
        question = next_question(held, answers, KNOWN)
        if question is None:
            break
        assert question.slug != "came-back"
        answers[question.slug] = "unknown"


def test_the_difference_is_said_in_words():
    row = ROWS[7]
    old = explained(row)
    new = explain(changes_of(row), {"late": "same-platform"}, KNOWN, subject="1")
    assert any("逾期" in text.zh for text in difference(old, new))
