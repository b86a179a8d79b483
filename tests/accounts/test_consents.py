"""The consents of a person: what, in which wording, when given, when withdrawn."""

import pytest
from django.utils import timezone

from accounts.models import Consent
from accounts.services import give_consent


@pytest.fixture
def consent(person):
    return give_consent(
        user=person, kind="financial-data", text_version="2026-11-22", now=timezone.now()
    )


def test_it_is_listed_with_its_wording_and_withdrawn_at_a_press(signed_in, consent):
    page = signed_in.get("/me/account/").content.decode()
    assert "2026-11-22" in page
    assert "撤回这项同意" in page
    done = signed_in.post("/me/account/", {"withdraw": "financial-data"}, follow=True)
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    assert "撤回这项同意" not in done.content.decode()


def test_only_ones_own_and_only_what_there_is(client, other, consent):
    client.force_login(other)
    client.post("/me/account/", {"withdraw": "financial-data"})
    assert Consent.objects.get().withdrawn_at is None
    assert client.post("/me/account/", {"withdraw": "nothing"}).status_code == 404
