"""The ledger: append-only, corrected not changed, the same number of queries for any history."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from limits.models import Answer, Assessment, LimitChange, Migration
from limits.services import answer_question, correct_change, log_change, retract_change
from records.models import PlanItem
from tests.factories import CreditLineFactory, LimitChangeFactory, log

TODAY = dt.date(2026, 11, 22)
pytestmark = pytest.mark.django_db


def correct(change, **fields):
    given = {"product": "jiebei", "before": 1_000_000, "after": 0, "effective_on": TODAY}
    return correct_change(change=change, today=TODAY, **{**given, **fields})


def test_a_correction_supersedes_and_erases_nothing(person, known):
    first = log(person)
    second = correct(first)
    assert LimitChange.objects.count() == 2
    assert list(LimitChange.objects.for_user(person).current()) == [second]
    first.refresh_from_db()
    assert first.before_fen == 5_000_000


def test_only_the_newest_version_is_corrected_or_withdrawn(person, known):
    first = log(person)
    correct(first)
    for again in (lambda: correct(first), lambda: retract_change(change=first)):
        with pytest.raises(ValidationError):
            again()


def test_a_withdrawn_change_leaves_the_ledger_and_stays_in_the_table(person, known):
    change = log(person)
    retract_change(change=change)
    assert not LimitChange.objects.for_user(person).current().exists()
    assert LimitChange.objects.count() == 2


def test_answers_move_with_a_correction_sealed_ones_too(person, known):
    change = log(person)
    answer_question(change=change, question="late", answer="none", today=TODAY)
    answer_question(change=change, question="cash-out-like", answer="no", today=TODAY)
    corrected = correct(change)
    assert Answer.objects.get(change=corrected).answer_slug == "none"
    assert corrected.sealed_answers.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"after": 5_000_000}, {"effective_on": TODAY + dt.timedelta(days=1)}],
    ids=["nothing changed", "tomorrow"],
)
def test_nonsense_is_refused_and_nothing_is_left_behind(person, known, fields):
    with pytest.raises(ValidationError):
        log(person, **fields)
    assert not LimitChange.objects.exists()
    assert not PlanItem.objects.exists()


def test_the_database_refuses_what_the_services_forget(person, known):
    line = CreditLineFactory(owner=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        LimitChangeFactory(line=line, before_fen=1, after_fen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        LimitChangeFactory(line=line, retracted=True)


def test_an_other_product_needs_a_name_and_makes_its_own_line(person, known):
    with pytest.raises(ValidationError):
        log(person, product="other")
    one = log(person, product="other", product_name="某某贷")
    two = log(person, product="other", product_name="别的贷")
    assert one.line_id != two.line_id


def test_a_fall_is_explained_again_when_the_rise_is_logged(person, known):
    fall = log(person)
    first = Assessment.objects.filter(change=fall).newest().first()
    log(person, product="wangshangdai", before=0, after=5_000_000)
    second = Assessment.objects.filter(change=fall).newest().first()
    assert first.pk != second.pk
    assert first.result["causes"][0]["slug"] == "other-unknown"
    assert second.result["causes"][0]["slug"] == "segment-fit"


def test_an_unchanged_assessment_is_not_written_twice(person, known):
    change = log(person)
    count = Assessment.objects.count()
    answer_question(change=change, question="late", answer="unknown", today=TODAY)
    answer_question(change=change, question="late", answer="unknown", today=TODAY)
    assert Assessment.objects.count() == count + 1


def test_an_assessment_keeps_no_sensitive_answer(person, known):
    change = log(person)
    answer_question(change=change, question="cash-out-like", answer="yes", today=TODAY)
    newest = Assessment.objects.filter(change=change).newest().first()
    assert newest.inputs["answers"] == {"cash-out-like": "given"}


def history(person, count):
    line = CreditLineFactory(owner=person)
    for number in range(count):
        LimitChangeFactory(
            line=line,
            before_fen=number,
            after_fen=number + 1,
            effective_on=dt.date(2020, 1, 1) + dt.timedelta(days=number),
        )
    return line


@pytest.mark.parametrize(
    ("page", "most"), [("/me/", 14), ("/changes/", 6), ("line", 8), ("change", 16), ("/plan/", 6)]
)
def test_pages_take_the_same_queries_for_any_history(
    signed_in, person, known, page, most, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for count in (3, 60):
        line = history(person, count)
        address = {
            "line": f"/lines/{line.public_id}/",
            "change": f"/changes/{line.changes.last().public_id}/",
        }.get(page, page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert signed_in.get(address).status_code == 200
        counts.append(len(queries))
        LimitChange.objects.all().delete()
        line.delete()
    assert counts[0] == counts[1]
    assert counts[1] <= most, counts


def test_pages_follow_each_other_without_gap_or_repeat(signed_in, person, known):
    import re

    history(person, 75)
    seen, address = [], "/changes/"
    for _index in range(4):
        html = signed_in.get(address).content.decode()
        seen += re.findall(r'/changes/([0-9a-f-]{36})/"', html)
        following = re.search(r'href="\?after=([^"]+)"', html)
        if not following:
            break
        address = "/changes/?after=" + following[1]
    assert len(seen) == len(set(seen)) == 75


@pytest.mark.parametrize(
    "cursor", ["abc", "%00", "x" * 5000, "W10=", "WyIyMDI2LTAxLTAxIiwgInkiXQ=="]
)
def test_a_broken_cursor_shows_the_first_page(signed_in, person, known, cursor):
    assert signed_in.get(f"/changes/?after={cursor}").status_code == 200


def test_the_api_logs_lists_and_corrects(signed_in, person, known):
    body = {"product": "jiebei", "before": "5万", "after": "0", "effective_on": "2026-10-12"}
    made = signed_in.post("/api/v1/changes/", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["before"] == "50000.00"
    again = signed_in.post(
        f"/api/v1/changes/{made.json()['id']}/correct/",
        {**body, "before": "60000"},
        content_type="application/json",
    )
    assert again.json()["supersedes"] == made.json()["id"]
    (row,) = signed_in.get("/api/v1/changes/").json()["results"]
    assert row["before"] == "60000.00"
    refused = signed_in.post(
        "/api/v1/changes/", {**body, "owner": 1, "created_at": "x"}, content_type="application/json"
    )
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {"owner", "created_at"}
    assert {"owner", "created_at"} <= set(refused.json()), "as before"
    twice = signed_in.post(
        f"/api/v1/changes/{made.json()['id']}/correct/", body, content_type="application/json"
    )
    assert twice.status_code == 400


def test_migrations_are_proposed_once(person, known):
    log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    log_change(
        owner=person,
        today=TODAY,
        product="huabei",
        before=100,
        after=0,
        effective_on=dt.date(2026, 10, 13),
    )
    pairs = Migration.objects.filter(fall__line__product_slug="jiebei")
    assert pairs.count() == 1
