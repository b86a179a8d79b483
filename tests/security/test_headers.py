"""Exact headers on every kind of page."""

import pytest

from tests.factories import UserFactory

PAGES = ["/", "/causes/", "/privacy/", "/accounts/login/", "/accounts/signup/", "/nowhere/"]


def assert_hardened(response):
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert response["X-Frame-Options"] == "DENY"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("page", PAGES)
def test_public_pages_are_hardened(client, known, page):
    assert_hardened(client.get(page))


def test_the_back_office_has_the_same_headers(client, known, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(UserFactory(operator=True))
    response = client.get("/office/")
    assert response.status_code == 200
    assert_hardened(response)


def test_a_page_of_a_person_is_never_cached(signed_in, known):
    assert signed_in.get("/me/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("page", ["/", "/causes/", "/accounts/login/"])
def test_no_page_names_another_origin_or_carries_inline_code(client, known, page):
    html = client.get(page).content.decode()
    for forbidden in (' src="http', 'href="http', " style=", " onclick=", "javascript:"):
        assert forbidden not in html, forbidden


def test_hsts_is_sent_over_tls(client, known, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    response = client.get("/", secure=True)
    assert "max-age=31536000" in response["Strict-Transport-Security"]


def test_unsafe_request_without_a_token_is_refused(known):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert client.post("/explain/", {}).status_code == 403
    assert client.post("/accounts/login/", {}).status_code == 403
