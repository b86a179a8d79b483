"""Many logged the same in the same week: counted without names, never below ten persons."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from jobs.services import enqueue_due
from limits import crowd, services
from limits.domain.crowd import (
    SMALLEST_GROUP,
    at_least,
    first_day_needed,
    is_wave,
    last_day_touched,
    usual_people,
    windows,
)
from limits.models import Assessment, CreditLine, CrowdWindow, LimitChange
from tests.factories import CreditLineFactory, LimitChangeFactory, UserFactory, log

DAY = dt.date(2026, 10, 12)
ORDINARY, ADMIN_LIST = "jiebei", "/office/limits/crowdwindow/"


def day(offset):
    return DAY + dt.timedelta(days=offset)


def people_log(number, on=DAY, product=ORDINARY, **fields):
    """That many new persons log one change each; rows are written in bulk."""
    start = User.objects.count()
    owners = User.objects.bulk_create(
        User(email=f"crowd{start + index}@example.org") for index in range(number)
    )
    lines = CreditLine.objects.bulk_create(
        CreditLine(owner=owner, product_slug=product) for owner in owners
    )
    given = {"before_fen": 5_000_000, "after_fen": 0, "effective_on": on, **fields}
    return LimitChange.objects.bulk_create(
        LimitChange(owner=line.owner, line=line, **given) for line in lines
    )


def recount():
    crowd.store(crowd.recount())


def window(on=DAY, product=ORDINARY, direction="fall"):
    return CrowdWindow.objects.filter(
        product_slug=product, direction=direction, centre_on=on
    ).first()


# What is counted


def test_nine_persons_are_no_group(db):
    people_log(9)
    recount()
    assert (window().people, window().usual, window().is_wave) == (None, 0, False)
    assert not crowd.wave_at(ORDINARY, True, DAY)


def test_ten_persons_are_counted(db):
    people_log(10)
    recount()
    assert (window().people, window().is_wave) == (10, True)
    assert crowd.wave_at(ORDINARY, True, DAY)


def test_one_person_with_thirty_rows_counts_once(db):
    people_log(9)
    line = CreditLineFactory()
    LimitChangeFactory.create_batch(30, line=line)
    LimitChangeFactory(line=CreditLineFactory(owner=line.owner, lender_name="另一家银行"))
    recount()
    assert window().people == 10


@pytest.mark.parametrize("source", ["typed", "import", "reading", "api", "notice"])
def test_a_row_counts_however_it_came(db, source):
    people_log(10, source=source)
    recount()
    assert window().people == 10


NOT_COUNTED = {
    "another product": {"product": "huabei"},
    "the product “other”": {"product": "other"},
    "the other direction": {"before_fen": 0, "after_fen": 5_000_000},
    "no other amount": {"before_fen": 0, "after_fen": 0, "kind": "freeze"},
    "what the person did himself": {"by_me": True},
    "eight days before": {"on": day(-8)},
    "eight days after": {"on": day(8)},
}


@pytest.mark.parametrize("fields", NOT_COUNTED.values(), ids=NOT_COUNTED)
def test_a_tenth_person_does_not_count_with(db, fields):
    people_log(9)
    people_log(1, **fields)
    recount()
    assert window().people is None


@pytest.mark.parametrize("fields", [{"on": day(-7)}, {"on": day(7)}, {"by_me": False}])
def test_a_tenth_person_counts_with(db, fields):
    people_log(9)
    people_log(1, **fields)
    recount()
    assert window().people == 10


def test_nothing_is_said_of_the_product_other(db):
    people_log(30, product="other")
    recount()
    assert not CrowdWindow.objects.exists()


def test_demo_persons_do_not_count(db):
    people_log(9)
    LimitChangeFactory(line=CreditLineFactory(owner=UserFactory(display_name=crowd.DEMO)))
    recount()
    assert window().people is None


def test_the_demo_world_carries_the_mark_that_is_left_out():
    from portal.management.commands import load_demo

    assert load_demo.MARK == crowd.DEMO


def test_a_rise_has_windows_of_its_own(db):
    people_log(10, before_fen=0, after_fen=5_000_000)
    recount()
    assert crowd.wave_at(ORDINARY, False, DAY)
    assert not crowd.wave_at(ORDINARY, True, DAY)


# What changes later


def test_a_withdrawn_row_lowers_the_count(db):
    rows = people_log(11)
    recount()
    services.retract_change(change=rows[0])
    recount()
    assert window().people == 10
    services.retract_change(change=rows[1])
    recount()
    assert (window().people, window().is_wave) == (None, False)


def test_a_corrected_day_moves_the_person(db):
    row = people_log(10)[0]
    LimitChangeFactory(
        line=row.line, owner=row.owner, effective_on=day(-100), supersedes=row, after_fen=100
    )
    recount()
    assert window().people is None
    assert window(day(-100)) is not None


def test_the_hourly_run_sees_what_a_correction_left_behind(db):
    """The corrected row is old; only the new one was written since."""
    row = people_log(10)[0]
    recount()
    LimitChange.objects.update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    LimitChangeFactory(
        line=CreditLineFactory(owner=row.owner, product_slug="huabei"),
        owner=row.owner,
        effective_on=day(-300),
        supersedes=row,
    )
    crowd.store(crowd.recount(dt.datetime(2026, 6, 1, tzinfo=dt.UTC)))
    assert window().people is None
    assert window(day(-300), "huabei") is not None


def test_the_hourly_run_leaves_alone_what_nobody_touched(db):
    people_log(10)
    LimitChange.objects.update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    since = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    assert crowd.recount(since) == ()
    people_log(1, product="huabei")
    assert {one.product for one in crowd.recount(since)} == {"huabei"}


def test_the_hourly_run_gives_what_a_full_run_gives(db):
    for offset in range(-200, 20, 9):
        people_log(3, on=day(offset))
    recount()
    LimitChange.objects.update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    people_log(12, on=day(-150))
    crowd.store(crowd.recount(dt.datetime(2026, 6, 1, tzinfo=dt.UTC)))
    hourly = set(CrowdWindow.objects.values_list("centre_on", "people", "usual", "is_wave"))
    CrowdWindow.objects.all().delete()
    recount()
    full = set(CrowdWindow.objects.values_list("centre_on", "people", "usual", "is_wave"))
    assert hourly == full


def test_an_erased_account_is_gone_after_the_full_run(db):
    rows = people_log(10)
    recount()
    rows[0].owner.delete()
    recount()
    assert window().people is None
    User.objects.all().delete()
    recount()
    assert not CrowdWindow.objects.exists()


def test_two_runs_change_nothing(db):
    people_log(12)
    recount()
    before = list(CrowdWindow.objects.order_by("pk").values())
    assert len(before) == 15
    recount()
    assert list(CrowdWindow.objects.order_by("pk").values()) == before


def test_a_late_run_of_old_counts_is_put_right_by_the_next(db):
    rows = people_log(10)
    stale = crowd.recount()
    services.retract_change(change=rows[0])
    recount()
    crowd.store(stale)
    assert window().people == 10
    recount()
    assert window().people is None


@pytest.mark.parametrize("kind", ["limits.crowd", "limits.crowd_all"])
def test_the_job_writes_the_windows(db, kind, run_jobs):
    from jobs.models import Job

    people_log(10)
    enqueue_due(dt.datetime.now(dt.UTC))
    Job.objects.exclude(kind=kind).delete()
    run_jobs()
    assert Job.objects.get(kind=kind).state == "done"
    assert crowd.wave_at(ORDINARY, True, DAY)


# Cost


def supports(change):
    newest = Assessment.objects.filter(change=change).newest().first()
    return {item["signal"] for cause in newest.result["causes"] for item in cause["supporting"]}


def test_what_was_explained_before_the_wave_is_explained_again(known, run_jobs):
    first = log(UserFactory(), product=ORDINARY, effective_on=DAY)
    before = supports(first)
    people_log(SMALLEST_GROUP)
    recount()
    run_jobs()
    assert {"CR_WAVE"} == supports(first) - before
    recount()
    assert run_jobs() == 0, "a wave that stands is asked about once"


def test_what_lies_outside_the_wave_is_left_alone(known, run_jobs):
    rise = log(UserFactory(), product=ORDINARY, before=0, after=5_000_000, effective_on=DAY)
    elsewhere = log(UserFactory(), product="huabei", effective_on=DAY)
    made = Assessment.objects.count()
    people_log(SMALLEST_GROUP)
    recount()
    run_jobs()
    assert Assessment.objects.filter(change__in=[rise, elsewhere]).count() == made


def cost(run):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run()
    return len(queries)


def test_queries_do_not_grow_with_entries_or_days(db):
    people_log(10)
    few = cost(recount)
    people_log(60)
    for offset in (-400, -90, -30, -3):
        people_log(15, on=day(offset))
    recount()
    people_log(5)
    assert cost(recount) <= few


def test_many_changes_are_asked_about_in_one_query(db, django_assert_num_queries):
    people_log(10)
    people_log(10, product="huabei", before_fen=0, after_fen=100)
    recount()
    keys = [(ORDINARY, True, DAY), (ORDINARY, False, DAY), ("huabei", False, day(3))]
    keys += [(ORDINARY, True, day(offset)) for offset in range(8, 300)]
    with django_assert_num_queries(1):
        assert crowd.waves_among(keys) == {(ORDINARY, True, DAY), ("huabei", False, day(3))}
    assert crowd.waves_among([]) == frozenset()


# The rule

RULE = {
    "nobody before": (10, 0, True),
    "too few persons": (9, 0, False),
    "chance alone brings 11 where 5 are usual": (11, 5, False),
    "12 where 5 are usual": (12, 5, True),
    "not twice as many": (19, 10, False),
    "twice as many": (20, 10, True),
    "a large product": (1_999, 1_000, False),
    "a large product doubles": (2_000, 1_000, True),
}


@pytest.mark.parametrize(("people", "usual", "expected"), RULE.values(), ids=RULE)
def test_a_wave_is_many_more_than_usual(people, usual, expected):
    assert is_wave(people, usual) is expected


USUAL = {
    "quiet": ([0] * 12, 0),
    "steady": ([20] * 12, 20),
    "one old wave does not make it usual": ([5, 5, 5, 90, 5, 5, 5, 5, 5, 5, 5, 5], 5),
    "a site that grows": ([40, 30, 20, 10, 5, 0, 0, 0, 0, 0, 0, 0], 30),
    "a fall of the last days only": ([50, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5], 5),
}


@pytest.mark.parametrize(("before", "usual"), USUAL.values(), ids=USUAL)
def test_usual_is_a_median(before, usual):
    assert usual_people(before) == usual


def test_a_steady_stream_is_no_wave(db):
    for offset in range(-200, 8, 5):
        people_log(4, on=day(offset))
    recount()
    assert window().people == 12
    assert window().usual == 12
    assert not window().is_wave


def test_a_small_usual_number_is_not_stored(db):
    for offset in range(-200, -20, 5):
        people_log(1, on=day(offset))
    people_log(30)
    recount()
    assert (window().people, window().usual, window().is_wave) == (30, 0, True)


@pytest.mark.parametrize(
    ("people", "shown"), [(None, None), (9, None), (10, 10), (19, 10), (20, 20), (99_999, 10_000)]
)
def test_a_count_is_shown_rounded_down(people, shown):
    assert at_least(people) == shown


ENTRIES = st.lists(st.tuples(st.integers(-420, 30).map(day), st.integers(1, 14)), max_size=120)


@settings(deadline=None)
@given(entries=ENTRIES)
def test_windows_agree_with_counting_each_by_hand(entries):
    found = {row.centre_on: row for row in windows(entries, day(-500), day(100))}
    persons = Counter()
    for offset in range(-500, 101):
        near = {who for on, who in entries if abs((on - day(offset)).days) <= 7}
        persons[day(offset)] = len(near)
    assert set(found) == {on for on, number in persons.items() if number}
    for on, row in found.items():
        assert row.people == (persons[on] if persons[on] >= SMALLEST_GROUP else None)
        before = [persons[on - dt.timedelta(days=15 * number)] for number in range(1, 13)]
        assert row.is_wave == is_wave(persons[on], usual_people(before))


@settings(deadline=None)
@given(entries=ENTRIES, first=st.integers(-60, 0), days=st.integers(0, 40))
def test_a_part_counted_alone_agrees_with_the_whole(entries, first, days):
    last = day(first + days)
    needed = [
        (on, who)
        for on, who in entries
        if first_day_needed(day(first)) <= on <= last + dt.timedelta(days=7)
    ]
    whole = [
        row for row in windows(entries, day(-500), day(100)) if day(first) <= row.centre_on <= last
    ]
    assert list(windows(needed, day(first), last)) == whole


@settings(deadline=None)
@given(entries=ENTRIES, extra=st.integers(-420, 30).map(day))
def test_an_entry_touches_no_window_beyond_its_reach(entries, extra):
    def outside(rows):
        return [
            row
            for row in windows(rows, day(-500), day(300))
            if not extra - dt.timedelta(days=7) <= row.centre_on <= last_day_touched(extra)
        ]

    assert outside(entries) == outside([*entries, (extra, 99)])


@settings(deadline=None)
@given(entries=ENTRIES)
def test_no_number_below_the_smallest_group_is_ever_given(entries):
    for row in windows(entries, day(-500), day(100)):
        assert row.people is None or row.people >= SMALLEST_GROUP
        assert row.usual == 0 or row.usual >= SMALLEST_GROUP
        assert row.people is not None or not row.is_wave


# The back office


@pytest.fixture
def office(client, known, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(UserFactory(operator=True))
    return client


def test_the_office_sees_rounded_numbers_of_groups_only(office):
    people_log(17)
    people_log(9, product="huabei")
    recount()
    page = office.get(ADMIN_LIST).content.decode()
    assert "jiebei" in page
    assert ">10<" in page
    assert ">17<" not in page
    assert "huabei" not in page


def test_the_office_cannot_change_a_window(office):
    people_log(10)
    recount()
    pk = window().pk
    assert office.get(f"{ADMIN_LIST}{pk}/change/").status_code == 200
    assert office.post(f"{ADMIN_LIST}{pk}/change/", {"is_wave": ""}).status_code == 403
    assert office.post(f"{ADMIN_LIST}{pk}/delete/", {"post": "yes"}).status_code == 403
    assert office.get(f"{ADMIN_LIST}add/").status_code == 403
    assert window().is_wave
