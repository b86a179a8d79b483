"""How the ranking is scored, and that the numbers name nobody."""

import datetime as dt

import pytest

from jobs.models import Job
from jobs.registry import periodic_kinds
from jobs.services import enqueue_due
from limits.calibrating import calibrate, public_calibration
from limits.domain.calibration import (
    BAND_NUMBERS,
    ENOUGH,
    UNLISTED,
    Case,
    brier,
    calibrated,
    public_json,
    score_of,
    steadied,
)
from limits.domain.causes import BANDS, RANK
from limits.domain.crowd import SMALLEST_GROUP
from limits.models import Calibration, LimitChange
from limits.services import record_confirmation, retract_change
from tests.factories import UserFactory, log

TODAY = dt.date(2026, 11, 22)
CAUSES = 29


def row(slug, band="possible", *signals):
    supporting = [{"signal": signal, "weight": 3} for signal in signals]
    return {"slug": slug, "band": band, "supporting": supporting}


RANKING = [
    row("segment-fit", "likely", "EV_MYBANK_UP", "AN_MERCHANT"),
    row("overdue", "possible", "AN_OVERDUE_ALIPAY"),
    row("info-expired", "weak", "TX_IDENTITY"),
    row("inactive", "weak"),
    row("other-unknown", "weak"),
]
THIN = [row("other-unknown", "weak"), row("overdue", "weak")]


@pytest.mark.parametrize(
    ("ranking", "confirmed", "place", "band", "named"),
    [
        (RANKING, "segment-fit", 1, "likely", True),
        (RANKING, "inactive", 4, "weak", True),
        (RANKING, "purpose", None, UNLISTED, True),
        (THIN, "overdue", 2, "weak", False),
        ([], "overdue", None, UNLISTED, False),
    ],
    ids=["first", "fourth", "not listed", "behind only-the-lender-knows", "nothing listed"],
)
def test_a_case_knows_place_and_band_of_the_confirmed_cause(ranking, confirmed, place, band, named):
    score = score_of(ranking, confirmed)
    assert (score.place, score.band, score.named) == (place, band, named)


def test_words_of_the_notice_are_no_test_of_the_ranking():
    assert score_of(RANKING, "info-expired").told
    assert not score_of(RANKING, "overdue").told


def test_a_case_counts_the_causes_of_each_band_without_the_residual_one():
    assert score_of(RANKING, "overdue").listed == {"likely": 1, "possible": 1, "weak": 2}


@pytest.mark.parametrize(
    ("bands", "confirmed", "expected"),
    [
        ({"a": "likely"}, "a", 0),
        ({"a": "likely"}, "b", 20_000),
        ({"a": "likely", "b": "possible"}, "a", 2222),
        ({"a": "likely", "b": "possible"}, "b", 8889),
        ({"a": "weak", "b": "weak", "c": "weak", "d": "weak"}, "a", 7500),
        ({}, "a", 10_000),
    ],
    ids=["sure and right", "sure and wrong", "2 to 1", "1 to 2", "all alike", "nothing said"],
)
def test_brier_adds_up_by_hand(bands, confirmed, expected):
    assert brier(bands, confirmed) == expected


def test_a_band_that_says_more_has_a_larger_number():
    numbers = [BAND_NUMBERS[band] for band in BANDS]
    assert numbers == sorted(numbers, reverse=True)
    assert BAND_NUMBERS.keys() == RANK.keys()


def cases(count, cause="overdue", *, ranking=RANKING, first_owner=1):
    return [Case(first_owner + n, cause, score_of(ranking, cause)) for n in range(count)]


def test_below_the_smallest_group_only_the_number_of_cases_is_told():
    few = calibrated(cases(SMALLEST_GROUP - 1), CAUSES)
    assert few.cases == SMALLEST_GROUP - 1
    assert (few.first, few.first_three, few.named, few.brier) == (None, None, None, None)
    assert (few.by_band, few.by_cause) == ({}, {})
    assert public_json(few)["enough"] is False


def test_one_person_with_many_cases_is_one_person():
    same = [Case(1, "overdue", score_of(RANKING, "overdue")) for _index in range(40)]
    found = calibrated(same, CAUSES)
    assert found.cases == 40
    assert found.first is None
    assert public_json(found)["enough"] is False


def test_cases_add_up():
    found = calibrated(
        [*cases(12, "segment-fit"), *cases(10, "overdue", first_owner=100), *cases(10, "purpose")],
        CAUSES,
    )
    assert (found.cases, found.first, found.first_three, found.named) == (32, 12, 22, 32)
    assert found.by_band["likely"].listed == 32
    assert found.by_band["likely"].confirmed == 12
    assert found.by_band["possible"].confirmed == 10
    assert found.by_band["weak"].confirmed == 0
    assert {slug: (group.cases, group.first) for slug, group in found.by_cause.items()} == {
        "segment-fit": (12, 12),
        "overdue": (10, 0),
        "purpose": (10, 0),
    }
    by_hand = (
        12 * brier({r["slug"]: r["band"] for r in RANKING}, "segment-fit")
        + 10 * brier({r["slug"]: r["band"] for r in RANKING}, "overdue")
        + 10 * brier({r["slug"]: r["band"] for r in RANKING}, "purpose")
    )
    assert found.brier == round(by_hand / 32 / 10_000, 2)
    assert found.brier_even == 0.97


def test_what_the_notice_had_told_is_left_out():
    found = calibrated([*cases(10, "overdue"), *cases(11, "info-expired")], CAUSES)
    assert found.cases == 10
    assert found.told == 11
    assert "info-expired" not in found.by_cause


def test_few_told_cases_are_not_counted_out():
    assert calibrated(cases(3, "info-expired"), CAUSES).told is None


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ({"a": 10, "b": 10}, ["a", "b"]),
        ({"a": 20, "b": 12, "c": 3}, ["a"]),
        ({"a": 12, "b": 3}, []),
        ({"a": 12, "b": 3, "c": 8}, ["a"]),
        ({"a": 9}, []),
    ],
    ids=["all large", "the next goes with a small rest", "alone too", "rest is large", "small"],
)
def test_no_small_group_of_a_cause_can_be_had_by_subtraction(groups, shown):
    found, start = [], 1
    for cause, count in groups.items():
        found += cases(count, cause, first_owner=start)
        start += count
    assert list(calibrated(found, CAUSES).by_cause) == shown


@pytest.mark.parametrize(("count", "enough"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_thirty_cases_are_enough_to_conclude_from(count, enough):
    assert public_json(calibrated(cases(count), CAUSES))["enough"] is enough


@pytest.mark.parametrize(
    ("before", "now", "counted"),
    [(10, 11, 10), (10, 19, 10), (10, 20, 20), (25, 16, 25), (25, 15, 15), (9, 10, 10), (12, 9, 9)],
    ids=["one came", "nine", "ten came", "nine left", "ten left", "shown first", "hidden again"],
)
def test_numbers_change_only_when_a_whole_group_came_or_went(before, now, counted):
    earlier = public_json(calibrated(cases(before), CAUSES))
    found = steadied(public_json(calibrated(cases(now), CAUSES)), earlier)
    assert (found["n"], found["counted"]) == (now, counted)


def test_the_first_result_has_nothing_before_it():
    found = public_json(calibrated(cases(10), CAUSES))
    assert steadied(found, None) == found


def confirm(person, cause="overdue", **given):
    change = given.pop("change", None) or log(person)
    record_confirmation(
        change=change, today=TODAY, kind="specific", cause_slug=cause, in_writing=True, **given
    )
    return change


@pytest.mark.django_db
def test_the_daily_job_writes_one_row_a_day_however_often_it_runs(known, person):
    confirm(person)
    for _index in range(2):
        calibrate(TODAY)()
    calibrate(TODAY + dt.timedelta(days=1))()
    assert list(Calibration.objects.values_list("made_on", "confirmed").order_by("made_on")) == [
        (TODAY, 1),
        (TODAY + dt.timedelta(days=1), 1),
    ]


@pytest.mark.django_db
def test_the_newest_word_on_each_standing_change_is_one_case(known, person, other):
    twice = confirm(person)
    confirm(person, "info-expired", change=twice)
    taken_back = confirm(other)
    record_confirmation(change=taken_back, today=TODAY, kind="none")
    withdrawn = confirm(UserFactory())
    retract_change(change=LimitChange.objects.get(pk=withdrawn.pk))
    record_confirmation(
        change=log(UserFactory()), today=TODAY, kind="document", cause_slug="user-switched"
    )
    calibrate(TODAY)()
    assert Calibration.objects.get().confirmed == 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_the_job_takes_the_same_queries_for_any_number_of_cases(
    known, count, django_assert_num_queries
):
    for _index in range(count):
        confirm(UserFactory())
    with django_assert_num_queries(2):
        store = calibrate(TODAY)
    store()
    assert Calibration.objects.get().confirmed == count


@pytest.mark.django_db
def test_a_row_holds_no_person_and_no_words(known):
    for _index in range(SMALLEST_GROUP):
        confirm(UserFactory(), quote="原话原话")
    calibrate(TODAY)()
    result = Calibration.objects.get().result
    assert result["first"] == 0
    assert result["by_cause"] == [{"cause": "overdue", "cases": 10, "first": 0}]
    assert "原话" not in str(result)
    assert "owner" not in str(result)


@pytest.mark.django_db
def test_one_more_person_changes_the_number_of_cases_only(known):
    for _index in range(SMALLEST_GROUP):
        confirm(UserFactory())
    calibrate(TODAY)()
    confirm(UserFactory(), "info-expired")
    for _index in range(2):
        calibrate(TODAY + dt.timedelta(days=1))()
    first, second = Calibration.objects.order_by("made_on")
    assert (first.confirmed, second.confirmed) == (10, 11)
    assert second.result == {**first.result, "n": 11}


@pytest.mark.django_db
def test_the_job_is_asked_for_every_day(known, run_jobs):
    work = next(work for work in periodic_kinds() if work.kind == "limits.calibrate")
    assert work.every == dt.timedelta(days=1)
    now = dt.datetime(2026, 11, 22, 15, 30, tzinfo=dt.UTC)
    enqueue_due(now)
    enqueue_due(now)
    assert Job.objects.filter(kind="limits.calibrate").count() == 1
    run_jobs()
    assert Calibration.objects.get().made_on == TODAY


@pytest.mark.django_db
def test_before_the_first_run_there_is_an_empty_result(known):
    found = public_calibration()
    assert (found["made_on"], found["n"], found["first"]) == (None, 0, None)


@pytest.mark.django_db
def test_the_newest_result_is_the_public_one(known, person):
    calibrate(TODAY)()
    confirm(person)
    calibrate(TODAY + dt.timedelta(days=1))()
    found = public_calibration()
    assert (found["made_on"], found["n"]) == ("2026-11-23", 1)


def method_page(client):
    """With a query, so that no page kept by an earlier test is shown (guidance.http)."""
    return client.get("/method/?n=1").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "there", "missing"),
    [
        (0, ["目前只有 0 例，不足以下结论", "还没有算过"], ["Brier 分 0", "更新于"]),
        (
            2,
            ["目前只有 2 例，不足以下结论", "更新于 2026 年 11 月 22 日"],
            ["排在前三的，有", "还没有算过"],
        ),
        (10, ["目前只有 10 例", "10 例中，有 0 例", "列出过的原因"], ["还没有算过"]),
        (30, ["30 例", "30 例中，有 0 例"], ["不足以下结论"]),
    ],
)
def test_the_method_page_says_how_many_cases_there_are_first(client, known, count, there, missing):
    for _index in range(count):
        confirm(UserFactory())
    if count:
        calibrate(TODAY)()
    page = method_page(client)
    for words in there:
        assert words in page
    for words in missing:
        assert words not in page


@pytest.mark.django_db
def test_the_method_page_never_shows_a_percentage(client, known):
    for _index in range(12):
        confirm(UserFactory())
    calibrate(TODAY)()
    section = method_page(client).split('id="calibration"')[1].split("</section>")[0]
    assert "%" not in section
    assert "概率" not in section


@pytest.mark.django_db
def test_the_staff_page_shows_the_numbers_and_changes_nothing(client, known, settings):
    settings.STAFF_SECOND_FACTOR = False
    for _index in range(SMALLEST_GROUP):
        confirm(UserFactory(), quote="CNRY-4c")
    calibrate(TODAY)()
    row = Calibration.objects.get()
    client.force_login(UserFactory(operator=True))
    listed = client.get("/office/limits/calibration/").content.decode()
    shown = client.get(f"/office/limits/calibration/{row.pk}/change/").content.decode()
    assert "2026年11月22日" in listed
    assert "by_cause" in shown
    assert "CNRY" not in listed + shown
    assert client.get("/office/limits/calibration/add/").status_code == 403
    assert client.post(f"/office/limits/calibration/{row.pk}/change/", {}).status_code == 403
    assert client.get("/office/limits/confirmation/").status_code == 404
