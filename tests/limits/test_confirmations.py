"""What the lender said: written down once, counted by kind, scored against what came before."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from limits.domain.confirmations import documents
from limits.models import Assessment, Confirmation
from limits.services import (
    answer_question,
    correct_change,
    record_confirmation,
    retract_change,
)
from limits.services.confirmations import move_confirmations
from records.models import PlanItem
from summaries.models import Summary
from tests.factories import EVENT_ON, log

TODAY = dt.date(2026, 11, 22)
SENSITIVE = "cash-out-suspected"


def confirm(change, kind="specific", cause="overdue", **given):
    return record_confirmation(change=change, today=TODAY, kind=kind, cause_slug=cause, **given)


def band(change, cause):
    newest = Assessment.objects.filter(change=change).newest().first()
    return next((row["band"] for row in newest.result["causes"] if row["slug"] == cause), None)


def first(change):
    return Assessment.objects.filter(change=change).newest().first().result["causes"][0]["slug"]


@pytest.mark.parametrize(
    ("kind", "in_writing", "means"),
    [
        ("specific", True, {"overdue": "stated"}),
        ("specific", False, {}),
        ("generic", True, {}),
        ("none", False, {}),
        ("document", False, {"overdue": "document"}),
    ],
    ids=["in writing", "on the phone", "generic in writing", "no reason", "own paper"],
)
def test_only_writing_and_papers_mean_something_for_the_ranking(kind, in_writing, means):
    assert documents(kind, "overdue", in_writing) == means


@pytest.mark.django_db
def test_a_specific_reason_in_writing_is_stated_by_the_lender(person, known):
    change = log(person)
    confirm(change, in_writing=True)
    assert band(change, "overdue") == "stated"
    assert first(change) == "overdue"


@pytest.mark.django_db
def test_a_reason_on_the_phone_is_kept_and_moves_nothing(person, known):
    change = log(person)
    count = Assessment.objects.count()
    confirm(change, in_writing=False, quote="客服说有逾期")
    assert Assessment.objects.count() == count
    assert Confirmation.objects.get().quote == "客服说有逾期"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cause", "expected"),
    [("user-switched", "documented"), ("overdue", None)],
    ids=["the cap allows it", "the cap does not"],
)
def test_an_own_paper_counts_where_one_can_settle_the_cause(person, known, cause, expected):
    change = log(person)
    confirm(change, "document", cause)
    assert band(change, cause) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["generic", "none"])
def test_a_generic_phrase_weighs_nothing_even_in_writing(person, known, kind):
    change = log(person)
    before = Assessment.objects.filter(change=change).newest().first()
    confirm(change, kind, "", in_writing=kind == "generic", quote="综合评估")
    assert Assessment.objects.filter(change=change).newest().first() == before
    assert Confirmation.objects.get().scored == {}


@pytest.mark.django_db
def test_the_newest_word_counts_and_the_older_ones_stay(person, known):
    change = log(person)
    confirm(change, in_writing=True)
    confirm(change, "none", "")
    assert band(change, "overdue") is None
    assert Confirmation.objects.count() == 2


@pytest.mark.django_db
def test_the_same_word_twice_is_one_row(person, known):
    change = log(person)
    assert confirm(change, in_writing=True) == confirm(change, in_writing=True)
    assert Confirmation.objects.count() == 1


@pytest.mark.django_db
def test_the_score_is_that_of_the_ranking_before_the_word(person, known):
    change = log(person)
    before = Assessment.objects.filter(change=change).newest().first()
    word = confirm(change, in_writing=True)
    assert word.scored["assessment"] == str(before.public_id)
    assert word.scored["score"]["place"] is None
    assert word.scored["score"]["band"] == "unlisted"


@pytest.mark.django_db
def test_a_later_word_is_not_scored_against_what_the_first_one_told(person, known):
    change = log(person)
    word = confirm(change, in_writing=True)
    answer_question(change=change, question="late", answer="same-platform", today=TODAY)
    confirm(change, "none", "")
    again = confirm(change, in_writing=True, quote="有逾期")
    assert again.scored == word.scored


@pytest.mark.django_db
def test_the_score_tells_no_sensitive_answer(person, other, known):
    """Another person with the same change and the opposite answer has the same score."""
    scores = []
    for owner, answer in ((person, "yes"), (other, "no")):
        change = log(owner)
        answer_question(change=change, question="cash-out-like", answer=answer, today=TODAY)
        scores.append(confirm(change, cause=SENSITIVE).scored["score"])
    assert scores[0] == scores[1]


@pytest.mark.django_db
def test_a_sensitive_cause_reaches_neither_assessment_nor_plan_nor_summary(person, known, run_jobs):
    change = log(person)
    plan = set(PlanItem.objects.values_list("tip_code", flat=True))
    confirm(change, cause=SENSITIVE, in_writing=True, quote="疑似套现")
    run_jobs()
    for row in Assessment.objects.filter(change=change):
        assert SENSITIVE not in str(row.result) + str(row.inputs)
        assert "套现" not in str(row.result) + str(row.inputs)
    assert "套现" not in str(list(Summary.objects.values()))
    assert set(PlanItem.objects.values_list("tip_code", flat=True)) == plan


@pytest.mark.django_db
def test_the_person_is_shown_the_sensitive_cause_the_lender_stated(person, known):
    from limits.explaining import full_result

    change = log(person)
    confirm(change, cause=SENSITIVE, in_writing=True)
    shown = full_result(Assessment.objects.filter(change=change).newest().first())
    assert shown["causes"][0]["slug"] == SENSITIVE
    assert shown["causes"][0]["band"] == "stated"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"kind": "rumour"}, "kind", "invalid_choice"),
        ({"cause": ""}, "cause_slug", "required"),
        ({"cause": "no-such-cause"}, "cause_slug", "invalid_choice"),
        ({"cause": "other-unknown"}, "cause_slug", "invalid_choice"),
        ({"kind": "generic", "cause": "overdue"}, "cause_slug", "invalid_choice"),
        ({"given_on": TODAY + dt.timedelta(days=1)}, "given_on", "future"),
        ({"given_on": EVENT_ON - dt.timedelta(days=2)}, "given_on", "before_change"),
    ],
    ids=["kind", "no cause", "unknown cause", "residual", "generic names one", "future", "before"],
)
def test_what_cannot_be_is_refused_with_the_field_to_mend(person, known, given, field, code):
    change = log(person)
    with pytest.raises(ValidationError) as refused:
        confirm(change, **given)
    assert {
        name: [one.code for one in found] for name, found in refused.value.error_dict.items()
    } == {field: [code]}
    assert not Confirmation.objects.exists()


@pytest.mark.django_db
def test_a_notice_may_come_the_day_before(person, known):
    confirm(log(person), given_on=EVENT_ON - dt.timedelta(days=1))
    assert Confirmation.objects.get().given_on == EVENT_ON - dt.timedelta(days=1)


@pytest.mark.django_db
def test_only_a_standing_change_takes_a_word(person, known):
    change = log(person)
    withdrawn = retract_change(change=change)
    for row in (change, withdrawn):
        with pytest.raises(ValidationError):
            confirm(row)


@pytest.mark.django_db
def test_the_database_refuses_a_cause_that_does_not_fit_the_kind(person, known):
    change = log(person)
    for kind, cause in (("specific", ""), ("none", "overdue")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Confirmation.objects.create(owner=person, change=change, kind=kind, cause_slug=cause)


@pytest.mark.django_db
def test_what_was_said_moves_with_a_correction_and_keeps_its_score(person, known):
    old, new = log(person), log(person, after=1_000_000)
    word = confirm(old, in_writing=True, quote="有逾期")
    confirm(old, "none", "")
    move_confirmations(old, new)
    moved = Confirmation.objects.filter(change=new).order_by("pk")
    assert [said.kind for said in moved] == ["specific", "none"]
    assert (moved[0].cause_slug, moved[0].quote, moved[0].scored) == (
        "overdue",
        "有逾期",
        word.scored,
    )
    assert confirm(new, in_writing=True).scored == word.scored


def page_of(change, kind=""):
    return f"/changes/{change.public_id}/reason/" + (f"?kind={kind}" if kind else "")


@pytest.mark.django_db
def test_the_first_page_asks_one_question_and_stores_nothing(signed_in, person, known):
    change = log(person)
    page = signed_in.get(page_of(change)).content.decode()
    assert "对方说了什么？" in page
    for kind in ("specific", "generic", "none", "document"):
        assert f"?kind={kind}" in page
    assert signed_in.post(page_of(change, "rumour"), {}).status_code == 200
    assert not Confirmation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        ("specific", ["cause_slug", "in_writing", "quote", "given_on"], []),
        ("generic", ["in_writing", "quote", "given_on"], ["cause_slug"]),
        ("none", [], ["cause_slug", "in_writing", "quote", "given_on"]),
        ("document", ["cause_slug", "quote"], ["in_writing", "given_on"]),
    ],
)
def test_each_kind_asks_only_what_belongs_to_it(signed_in, person, known, kind, asked, not_asked):
    page = signed_in.get(page_of(log(person), kind)).content.decode()
    for name in asked:
        assert f'name="{name}"' in page
    for name in not_asked:
        assert f'name="{name}"' not in page


@pytest.mark.django_db
def test_every_cause_can_be_named_but_the_residual_one(signed_in, person, known):
    page = signed_in.get(page_of(log(person), "specific")).content.decode()
    for slug in known.causes:
        assert (f'value="{slug}"' in page) is (slug != "other-unknown")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        (
            "specific",
            {"cause_slug": "overdue", "in_writing": "on", "given_on": "2026-10-12"},
            "原因已重新排序",
        ),
        ("specific", {"cause_slug": "overdue"}, "口头说的不改变排序"),
        ("generic", {"quote": "综合评估", "in_writing": "on"}, "笼统的说法不说明原因"),
        ("none", {}, "要求对方说明原因"),
        ("document", {"cause_slug": "user-switched"}, "原因已重新排序"),
        ("document", {"cause_slug": "overdue"}, "还定不下来"),
    ],
    ids=["in writing", "on the phone", "generic", "none", "settling paper", "other paper"],
)
def test_a_word_is_stored_and_what_follows_is_said(signed_in, person, known, kind, typed, words):
    change = log(person)
    answer = signed_in.post(page_of(change, kind), typed, follow=True)
    assert words in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/changes/{change.public_id}/#reason"
    assert Confirmation.objects.get().kind == kind


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"quote": "说有逾期"}, "请选一个原因"),
        ({"cause_slug": "overdue", "quote": "说有逾期", "given_on": "2026-10-01"}, "早于变动日期"),
        ({"cause_slug": "overdue", "quote": "说有逾期", "given_on": "十月"}, "说有逾期"),
        ({"cause_slug": "other-unknown", "quote": "说有逾期"}, "选项无效"),
    ],
    ids=["no cause", "before the change", "no day", "residual"],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(signed_in, person, known, typed, words):
    answer = signed_in.post(page_of(log(person), "specific"), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "说有逾期" in answer.content.decode()
    assert not Confirmation.objects.exists()


@pytest.mark.django_db
def test_the_word_is_there_to_be_changed(signed_in, person, known):
    change = log(person)
    confirm(change, in_writing=True, quote="合同第七条", given_on=EVENT_ON)
    page = signed_in.get(page_of(change, "specific")).content.decode()
    assert 'value="overdue" selected' in page
    assert "合同第七条" in page
    assert 'value="2026-10-12"' in page
    assert "合同第七条" not in signed_in.get(page_of(change, "generic")).content.decode()


@pytest.mark.django_db
def test_the_reason_of_others_is_not_found_and_sign_in_is_asked_for(client, person, other, known):
    change = log(other)
    assert client.get(page_of(change)).status_code == 302
    client.force_login(person)
    for answer in (
        client.get(page_of(change, "specific")),
        client.post(page_of(change, "none"), {}),
    ):
        assert answer.status_code == 404
    assert not Confirmation.objects.exists()


def part(confirmation, shown, known):
    from django.template.loader import render_to_string

    return render_to_string(
        "limits/_reason.html", {"confirmation": confirmation, "shown": shown, "known": known}
    )


@pytest.mark.django_db
def test_the_part_of_the_change_page_shows_the_present_state(person, known):
    change = log(person)
    empty = part(None, change, known)
    assert "记下对方的说法" in empty
    word = confirm(change, in_writing=True, quote="<b>逾期</b>", given_on=EVENT_ON)
    text = part(word, change, known)
    for words in ("放款方说了具体原因", "（有书面）", "2026 年 10 月 12 日", "修改对方的说法"):
        assert words in text
    assert known.causes["overdue"].title.zh in text
    assert "<b>" not in text
    assert page_of(change) in text


@pytest.mark.django_db
def test_an_archived_change_has_no_door_to_the_reason(person, known):
    change = log(person)
    retract_change(change=change)
    change.refresh_from_db()
    assert page_of(change) not in part(None, change, known)


@pytest.mark.django_db
def test_a_correction_keeps_what_the_lender_stated(person, known):
    change = log(person)
    confirm(change, in_writing=True)
    corrected = correct_change(
        change=change,
        today=TODAY,
        product="jiebei",
        before=4_000_000,
        after=0,
        effective_on=change.effective_on,
    )
    assert band(corrected, "overdue") == "stated"


@pytest.mark.django_db
def test_a_stated_cause_stands_beside_a_rise_too(person, known):
    change = log(person, before=0, after=5_000_000)
    confirm(change, cause="income-change", in_writing=True)
    assert band(change, "income-change") == "stated"


@pytest.mark.django_db
def test_a_stated_cause_adds_its_tips_to_the_plan(person, known):
    change = log(person)
    before = set(PlanItem.objects.values_list("tip_code", flat=True))
    answer_question(change=change, question="late", answer="none", today=TODAY)
    confirm(change, cause="info-expired", in_writing=True)
    corrected = correct_change(
        change=change,
        today=TODAY,
        product="jiebei",
        before=4_000_000,
        after=0,
        effective_on=change.effective_on,
    )
    assert corrected.pk
    assert "T08" in set(PlanItem.objects.values_list("tip_code", flat=True)) - before


@pytest.mark.django_db
def test_no_sensitive_cause_is_named_in_a_summary(person, known, run_jobs):
    """The words of a notice may speak for one; a summary is read over shoulders."""
    log(person, stated_reason="资金用途不符", screen="grey")
    run_jobs()
    text = str(list(Summary.objects.values_list("sentences", flat=True)))
    titles = [cause.title.zh for cause in known.causes.values() if cause.sensitive]
    assert text
    assert not any(title in text for title in titles)


@pytest.mark.django_db
def test_a_word_about_a_sensitive_cause_lies_in_the_seal_alone(person, known):
    change = log(person)
    word = confirm(change, cause=SENSITIVE, in_writing=True, quote="认定为套现，CNRY-5d")
    row = Confirmation.objects.filter(pk=word.pk).values().get()
    stored = repr({name: bytes(v) if name == "sealed" else v for name, v in row.items()})
    assert "CNRY-5d" not in stored
    assert SENSITIVE not in stored
    word.refresh_from_db()
    assert (word.cause, word.words) == (SENSITIVE, "认定为套现，CNRY-5d")
    later = log(person, after=1_000_000)
    move_confirmations(change, later)
    copy = Confirmation.objects.get(change=later)
    assert (copy.cause, copy.words) == (word.cause, word.words)
    assert bytes(copy.sealed) != bytes(word.sealed)
