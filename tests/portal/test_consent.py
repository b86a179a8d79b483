"""Nothing about limits and credit is stored before the person has agreed; what he typed is kept."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.domain.consents import FINANCIAL_TEXT
from accounts.models import Consent
from accounts.services import withdraw_consent
from limits.models import LimitChange
from records.models import CreditReport, Debt
from tests.api_client import with_token

AGREE = {"agree-financial": "1"}
REPORT = {"reported_on": "2026-11-20", "kind": "brief", "cost": "free", "note": "留着的字"}
DEBT = {"do": "add", "name": "某行", "kind": "card", "owed_fen": "1"}
CHANGE = {"product": "jiebei", "before": "5万", "after": "0", "effective_on": "2026-10-12"}


def posted(client, address, typed):
    """As a browser sends a form without files."""
    body, kind = urlencode(typed), "application/x-www-form-urlencoded"
    return client.post(address, body, content_type=kind)


@pytest.fixture
def unasked(client, person, known):
    person.agreed_text = ""
    person.save()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("address", "typed", "model"),
    [
        ("/plan/reports/new/", REPORT, CreditReport),
        ("/plan/debt/", DEBT, Debt),
        ("/changes/new/", CHANGE, LimitChange),
    ],
)
def test_the_first_thing_saved_is_asked_about_and_then_saved(unasked, address, typed, model):
    asked = posted(unasked, address, typed)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "单独同意" in page
    assert all(f'name="{name}" value="{value}"' in page for name, value in typed.items())
    assert not model.objects.exists()
    assert posted(unasked, address, typed | AGREE).status_code == 302
    assert model.objects.exists()
    assert Consent.objects.get().text_version == FINANCIAL_TEXT
    assert "单独同意" not in posted(unasked, address, typed).content.decode()


def test_after_withdrawing_it_is_asked_again(unasked, person, known):
    from django.utils import timezone

    posted(unasked, "/plan/reports/new/", REPORT | AGREE)
    person.refresh_from_db()
    withdraw_consent(user=person, kind="financial-data", now=timezone.now())
    assert posted(unasked, "/plan/debt/", DEBT).status_code == 422
    assert not Debt.objects.exists()


def test_a_file_is_chosen_again_after_agreeing(unasked):
    url = "/plan/reports/import/"
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7", "application/pdf")
    asked = unasked.post(url, {"paper": file})
    assert asked.status_code == 422
    assert "请把文件再选一次" in asked.content.decode()
    agreed = unasked.post(
        url, "agree-financial=1&agree-bare=1", content_type="application/x-www-form-urlencoded"
    )
    assert agreed["Location"] == url
    assert Consent.objects.exists()


def test_taking_away_and_public_tools_are_not_asked_about(unasked, person):
    report = CreditReport.objects.create(owner=person, reported_on="2026-11-20", kind="brief")
    assert unasked.post(f"/plan/reports/{report.public_id}/remove/").status_code == 302
    assert not CreditReport.objects.exists()
    assert "单独同意" not in unasked.post("/who/", {"text": "某某银行"}).content.decode()
    assert unasked.get("/plan/reports/new/").status_code == 200


def test_a_new_wording_asks_everybody_again(unasked, person):
    person.agreed_text = "2020-01-01"
    person.save()
    assert posted(unasked, "/plan/debt/", DEBT).status_code == 422


def test_a_program_is_told_to_have_him_agree_first(person, known):
    person.agreed_text = ""
    person.save()
    api = with_token(person, "plan:read", "plan:write")
    refused = api.send("post", "/api/v1/plan/", {"title": "看余额"})
    assert refused.status_code == 403
    assert "consent_missing" in refused.content.decode()
    assert api.get("/api/v1/plan/").status_code == 200


@pytest.mark.parametrize("address", ["/plan/reports/import/", "/evidence/add/"])
def test_pages_with_a_file_ask_before_anything_is_typed(unasked, address):
    asked = unasked.get(address)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "单独同意" in page
    assert "再选一次" not in page
    agreed = posted(unasked, address, AGREE | {"agree-bare": "1"})
    assert (agreed.status_code, agreed["Location"]) == (302, address)
    assert Consent.objects.get().text_version == FINANCIAL_TEXT
    assert "multipart/form-data" in unasked.get(address).content.decode()


@pytest.mark.parametrize("address", ["/imports/", "/bills/", "/evidence/", "/plan/reports/"])
def test_what_is_kept_can_be_looked_at_without_agreeing(unasked, address):
    assert "单独同意" not in unasked.get(address).content.decode()
