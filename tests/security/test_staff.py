"""The back office: a second factor first, then only the rights of the group."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.services import request_erasure
from tests.factories import UserFactory, file


def staff(*groups):
    user = UserFactory(staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def test_staff_without_second_factor_are_sent_to_set_one_up(client, known):
    client.force_login(UserFactory(operator=True))
    response = client.get("/office/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/2fa/"


def test_an_ordinary_person_does_not_get_in(signed_in, known):
    assert signed_in.get("/office/").status_code == 302
    assert signed_in.get("/office/login/", follow=True).status_code == 403


def test_the_office_has_no_login_form_of_its_own(client, known):
    response = client.get("/office/login/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


PAGES = {
    "guidance/record/": {"内容编辑"},
    "guidance/contentrelease/": {"内容编辑"},
    "limits/calibration/": {"内容编辑"},
    "limits/crowdwindow/": {"内容编辑"},
    "complaints/complaint/": {"受理"},
    "accounts/user/": {"运维"},
    "accounts/consent/": {"审计"},
    "jobs/job/": {"运维", "审计"},
    "jobs/jobalert/": {"运维", "审计"},
    "auth/group/": set(),
}


@pytest.mark.parametrize("tier", ["内容编辑", "受理", "审计", "运维"])
@pytest.mark.parametrize("page", PAGES)
def test_a_tier_sees_only_its_own_pages(client, known, settings, tier, page):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(staff(tier))
    expected = 200 if tier in PAGES[page] else 403
    assert client.get(f"/office/{page}").status_code == expected


def test_operators_see_nothing_of_a_case(client, known, settings, person):
    settings.STAFF_SECOND_FACTOR = False
    case = file(person, facts={"story": "CNRY-9d"})
    client.force_login(staff("运维"))
    for address in (f"/office/complaints/complaint/{case.pk}/change/", "/office/"):
        assert "CNRY-9d" not in client.get(address).content.decode()


def test_the_queue_shows_no_words_of_the_person(client, known, settings, person):
    settings.STAFF_SECOND_FACTOR = False
    case = file(person, facts={"story": "CNRY-9d"})
    client.force_login(staff("受理"))
    page = client.get(f"/office/complaints/complaint/{case.pk}/change/")
    assert page.status_code == 200
    assert "CNRY-9d" not in page.content.decode()


def test_staff_cannot_make_themselves_more(client, known, settings):
    settings.STAFF_SECOND_FACTOR = False
    user = staff("运维")
    client.force_login(user)
    client.post(
        f"/office/accounts/user/{user.pk}/change/",
        {"is_active": "on", "is_staff": "on", "groups": [1, 2, 3, 4], "is_superuser": "on"},
    )
    user.refresh_from_db()
    assert not user.is_superuser
    assert set(user.groups.values_list("name", flat=True)) == {"运维"}


@pytest.mark.parametrize("leaving", [True, False], ids=["leaving", "staying"])
def test_no_staff_is_made_of_an_account_that_waits_to_be_deleted(
    client, known, settings, person, leaving
):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(UserFactory(operator=True))
    if leaving:
        request_erasure(owner=person, at_once=False, now=timezone.now())
    client.post(f"/office/accounts/user/{person.pk}/change/", {"is_active": "on", "is_staff": "on"})
    person.refresh_from_db()
    assert person.is_staff is not leaving
