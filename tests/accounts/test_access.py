"""Who looked: written when a member of staff opens something, shown as a role and a time."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import tasks
from accounts.models import Access
from accounts.services import note_access
from tests.api_client import with_token
from tests.factories import UserFactory, file


@pytest.fixture
def officer(client, known, settings):
    settings.STAFF_SECOND_FACTOR = False
    user = UserFactory(staff=True, display_name="Officer Name")
    user.groups.set(Group.objects.filter(name__in=["受理", "审计", "运维"]))
    client.force_login(user)
    return user


@pytest.fixture
def case(person, known):
    return file(person)


def told(person):
    rows = Access.objects.filter(owner=person).order_by("pk")
    return list(rows.values_list("what", "view", "about"))


def test_opening_a_case_and_its_history_is_written_down(client, officer, person, case):
    client.get(f"/office/complaints/complaint/{case.pk}/change/")
    client.get(f"/office/complaints/complaint/{case.pk}/history/")
    expected = [("complaint", "change"), ("complaint", "history")]
    assert told(person) == [(*view, case.public_id) for view in expected]
    assert Access.objects.first().role == "staff"


def test_opening_the_page_of_a_user_is_written_down(client, officer, person):
    client.get(f"/office/accounts/user/{person.pk}/change/")
    assert told(person) == [("user", "change", person.public_id)]


def test_lists_and_refusals_are_not(client, officer, person, case):
    client.get("/office/complaints/complaint/")
    officer.groups.clear()
    assert client.get(f"/office/complaints/complaint/{case.pk}/change/").status_code == 403
    assert told(person) == []


def test_looking_at_ones_own_is_nobodys_business(person, case):
    assert note_access(actor=person, row=case, what="complaint", view="change") is None


def test_the_person_sees_role_thing_and_time_and_no_name(client, officer, person, case):
    client.get(f"/office/complaints/complaint/{case.pk}/change/")
    Access.objects.update(created_at=dt.datetime(2026, 11, 22, 1, 5, tzinfo=dt.UTC))
    client.force_login(person)
    page = client.get("/me/access/").content.decode()
    assert "2026-11-22 09:05" in page
    assert "处理案件的人员 · 一个案件 · 打开页面" in page
    assert "Officer" not in page
    assert officer.email not in page


def test_an_empty_list_says_so_and_others_see_nothing(client, officer, person, other, case):
    client.get(f"/office/complaints/complaint/{case.pk}/change/")
    client.force_login(other)
    page = client.get("/me/access/").content.decode()
    assert "还没有人看过" in page
    assert "看列表不记在这里" in page


def test_pages_cost_the_same_whatever_their_length(client, person, officer, case):
    from django.db import connection

    client.force_login(person)
    counts = []
    for more in (1, 40):
        for _n in range(more):
            note_access(actor=officer, row=case, what="complaint", view="change")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/me/access/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert 'rel="next"' in page


def test_the_api_tells_the_same(client, officer, person, case):
    client.get(f"/office/complaints/complaint/{case.pk}/change/")
    (row,) = with_token(person, "data:export").get("/api/v1/access/").json()["results"]
    assert (row["role"], row["what"], row["about"]) == ("staff", "complaint", str(case.public_id))
    assert "actor" not in row


def test_it_is_kept_for_400_days(officer, person, case):
    for days in (399, 401):
        row = note_access(actor=officer, row=case, what="complaint", view="change")
        when = timezone.now() - dt.timedelta(days=days)
        Access.objects.filter(pk=row.pk).update(created_at=when)
    tasks._forget_access(timezone.now() - tasks.KEEP_ACCESS)
    assert Access.objects.count() == 1


class TestHolds:
    def hold(self, client, case, **fields):
        page = client.get(f"/office/complaints/complaint/{case.pk}/change/")
        given = {"priority": "normal", "assigned_to": ""}
        for formset in page.context["inline_admin_formsets"]:
            prefix = formset.formset.prefix
            for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
                given[f"{prefix}-{name}"] = "0"
        return client.post(f"/office/complaints/complaint/{case.pk}/change/", given | fields)

    def test_staff_hold_and_release_a_case(self, client, officer, case):
        day = (timezone.now() + dt.timedelta(days=30)).date()
        self.hold(client, case, held_until=day.isoformat(), held_reason="law")
        case.refresh_from_db()
        assert (case.held_until, case.held_reason) == (day, "law")
        self.hold(client, case, held_until="", held_reason="")
        case.refresh_from_db()
        assert case.held_until is None
        assert list(case.events.values_list("action", flat=True))[-2:] == ["hold", "release"]

    def test_another_reason_for_a_hold_that_is_over_is_refused(self, client, officer, case):
        day = timezone.localdate() - dt.timedelta(days=3)
        type(case).objects.filter(pk=case.pk).update(held_until=day, held_reason="law")
        answer = self.hold(client, case, held_until=day.isoformat(), held_reason="dispute")
        assert answer.status_code == 200
        assert "留存到的日期不能早于今天" in answer.content.decode()
        case.refresh_from_db()
        assert case.held_reason == "law"

    def test_a_day_without_a_reason_is_refused(self, client, officer, case):
        day = (timezone.now() + dt.timedelta(days=30)).date()
        answer = self.hold(client, case, held_until=day.isoformat(), held_reason="")
        assert "请选留存的原因" in answer.content.decode()
        case.refresh_from_db()
        assert case.held_until is None
