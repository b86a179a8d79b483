"""Reminders of credit reports: free again in the new year, five years over; the database against the
pure stages, and nobody told after he acted."""

import datetime as dt

import pytest

from accounts.models import Notice
from inputs.clock import SHANGHAI
from records import reminders, report_reminders
from records.domain.report_days import ends_told, free_stage, gone_stage, is_new_year
from records.domain.reports import kept_until
from records.models import ReportEntry
from tests.factories import UserFactory
from tests.records.notebook import entry_of, noted

day = dt.date
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "reports", "stage"),
    [
        (day(2026, 12, 31), [day(2026, 3, 1)], None),
        (day(2027, 1, 1), [day(2026, 3, 1)], "free:2027-01-01"),
        (day(2027, 1, 7), [day(2026, 12, 31)], "free:2027-01-01"),
        (day(2027, 1, 8), [day(2026, 3, 1)], None),
        (day(2027, 1, 2), [day(2026, 3, 1), day(2027, 1, 1)], None),
        (day(2027, 1, 2), [day(2025, 3, 1)], None),
        (day(2027, 1, 2), [], None),
    ],
)
def test_two_are_free_again_told_in_the_first_week_to_who_noted_one(today, reports, stage):
    assert free_stage(reports, today) == stage


@pytest.mark.parametrize(
    ("today", "ended", "reported", "stage"),
    [
        (day(2026, 12, 1), day(2021, 12, 1), day(2026, 7, 1), None),
        (day(2026, 12, 2), day(2021, 12, 1), day(2026, 7, 1), "gone:2026-12-01"),
        (day(2026, 12, 8), day(2021, 12, 1), day(2026, 7, 1), "gone:2026-12-01"),
        (day(2026, 12, 9), day(2021, 12, 1), day(2026, 7, 1), None),
        (day(2026, 12, 4), day(2021, 12, 1), day(2026, 12, 3), None),
        (day(2029, 3, 1), day(2024, 2, 29), day(2028, 7, 1), "gone:2029-02-28"),
        (day(2029, 3, 1), day(2024, 2, 28), day(2028, 7, 1), "gone:2029-02-28"),
    ],
)
def test_the_day_after_five_years_is_told_unless_a_later_report_is_there(
    today, ended, reported, stage
):
    assert gone_stage(ended, reported, today) == stage


@pytest.mark.parametrize("today", [day(2026, 12, 2), day(2029, 3, 1), day(2029, 3, 4)])
def test_the_ends_looked_for_are_those_of_the_stages(today):
    found = ends_told(today)
    years = [today - dt.timedelta(days=365 * 5 + 30) + n * DAY for n in range(60)]
    wanted = {ended for ended in years if gone_stage(ended, day(2000, 1, 1), today)}
    assert set(found) == wanted
    assert all(until == kept_until(ended) for ended, until in found.items())


def run(today):
    now = dt.datetime.combine(today, dt.time(7, 30), SHANGHAI)
    for scan in ("free-reports", "five-years"):
        effect = reminders.remind("slot", scan, 0, now)
        effect()


def told(owner):
    return sorted(Notice.objects.filter(owner=owner).values_list("kind", "stage", "path"))


@pytest.fixture
def people(known):
    """Persons with reports of one, two or three days, and the days."""
    days = [day(2025, 5, 1), day(2026, 3, 1), day(2026, 12, 31), day(2027, 1, 1)]
    sets = [[], [0], [1], [0, 1], [1, 2], [1, 3], [2], [3]]
    made = {}
    for chosen in sets:
        owner = UserFactory()
        made[owner] = [days[n] for n in chosen]
        for on in made[owner]:
            noted_at(owner, on)
    return made


def noted_at(owner, on):
    """Past the clock of the service: reports of days to come."""
    from records.models import CreditReport

    now = dt.datetime.combine(on, dt.time(12), SHANGHAI)
    return CreditReport.objects.create(
        owner=owner, reported_on=on, kind="brief", cost="free", confirmed_at=now
    )


@pytest.mark.parametrize("today", [day(2026, 12, 31), day(2027, 1, 1), day(2027, 1, 8)])
def test_the_database_finds_whom_the_stages_name(people, today):
    known_then = {owner: [on for on in days if on <= today] for owner, days in people.items()}
    for owner in people:
        owner_rows = [on for on in people[owner] if on > today]
        from records.models import CreditReport

        CreditReport.objects.filter(owner=owner, reported_on__in=owner_rows).delete()
    run(today)
    run(today)
    for owner, days in known_then.items():
        stage = free_stage(days, today)
        wanted = [("record", stage, "/plan/reports/")] if stage else []
        assert told(owner) == wanted, days
    assert is_new_year(today) == Notice.objects.exists()


def test_only_the_newest_report_speaks_of_what_must_be_gone(person, known):
    today, ended = day(2026, 12, 2), day(2021, 12, 1)
    older, newer = noted_at(person, day(2026, 3, 1)), noted_at(person, day(2026, 9, 1))
    entry_of(older, overdue_months=1, bad_until=ended)
    row = entry_of(newer, overdue_months=1, bad_until=ended)
    entry_of(newer, kind="public", bad_until=ended)
    entry_of(newer, state="overdue", bad_until=ended)
    entry_of(newer, overdue_fen=5, bad_until=ended)
    entry_of(newer, overdue_months=1, bad_until=ended, confirmed=False)
    run(today)
    run(today + DAY)
    assert told(person) == [("record", "gone:2026-12-01", f"/plan/entries/{row.public_id}/")]


def test_a_report_of_a_later_day_tells_by_itself_whether_it_is_gone(person, known):
    entry_of(noted_at(person, day(2026, 12, 2)), bad_until=day(2021, 12, 1))
    run(day(2026, 12, 3))
    assert told(person) == []


def test_a_newer_report_makes_the_reminder_needless(person, known):
    today = day(2026, 12, 2)
    now = dt.datetime.combine(today, dt.time(8), SHANGHAI)
    row = entry_of(noted_at(person, day(2026, 9, 1)), bad_until=day(2021, 12, 1))
    run(today)
    notices = list(Notice.objects.filter(owner=person))
    assert report_reminders.needed_of_entries(notices, now) == {notices[0].pk}
    noted_at(person, today)
    assert report_reminders.needed_of_entries(notices, now) == set()
    ReportEntry.objects.filter(pk=row.pk).delete()
    assert report_reminders.needed_of_entries(notices, now) == set()


def test_a_report_of_the_new_year_makes_the_reminder_needless(person, known):
    noted(person)
    today = day(2027, 1, 2)
    now = dt.datetime.combine(today, dt.time(8), SHANGHAI)
    run(today)
    notices = list(Notice.objects.filter(owner=person))
    assert report_reminders.needed_of_free(notices, now) == {notices[0].pk}
    noted_at(person, today)
    assert report_reminders.needed_of_free(notices, now) == set()


def test_both_are_told_without_a_lender(person, known):
    noted(person)
    entry_of(noted_at(person, day(2026, 12, 1)), lender="不能出现", bad_until=day(2021, 12, 31))
    run(day(2027, 1, 1))
    from accounts.wording import wording

    words = " ".join(
        f"{wording(row).title} {wording(row).text}" for row in Notice.objects.filter(owner=person)
    )
    assert "2026-12-31" in words
    assert "2027-01-01 起，又可以免费取两次" in words
    assert "不能出现" not in words
