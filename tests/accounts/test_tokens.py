"""Tokens: made once, shown once, kept as a keyed hash, and good for the API alone."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from rest_framework.decorators import api_view

from accounts.domain.tokens import looks_like_token, spelled
from accounts.enums import Scope
from accounts.models import ApiToken
from accounts.services import MAX_TOKENS, create_token, revoke_token
from tests.api_client import ApiClient, make_token, with_token
from tests.factories import log

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough one"
TYPED = {"name": "记账程序", "scopes": ["ledger:read", "ledger:write"], "days": "90"}


@pytest.fixture
def just_signed_in(client, person, known):
    person.set_password(PASSWORD)
    person.save()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/me/tokens/"})
    return client


def key_on(page):
    return re.search(r"edz_[\w-]{43}", page.content.decode())[0]


def test_a_token_is_shown_once_and_only_its_hash_is_stored(just_signed_in, person):
    page = just_signed_in.post("/me/tokens/new/", TYPED)
    key = key_on(page)
    stored = ApiToken.objects.for_user(person).values().get()
    assert key not in str(stored)
    assert stored["hint"] == key[-4:]
    assert key not in just_signed_in.get("/me/tokens/").content.decode()
    assert ApiClient(key).get("/api/v1/changes/").status_code == 200


def test_the_hash_needs_the_key_of_the_site(person, settings):
    _token, key = make_token(person)
    settings.DATA_KEY = "another key"
    assert ApiClient(key).get("/api/v1/changes/").status_code == 401


def test_every_token_is_256_random_bits():
    assert len(spelled(b"\xff" * 32)) == 47
    assert looks_like_token(spelled(bytes(range(32))))
    assert not looks_like_token("edz_short")


def test_making_a_token_asks_for_the_password_again(client, person, known):
    client.force_login(person)
    answer = client.get("/me/tokens/new/")
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer["Location"]
    client.post("/me/tokens/new/", TYPED)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": "366"}, "days"),
        ({"days": "x"}, "days"),
    ],
    ids=["no name", "no scope", "a scope there is not", "over a year", "no number"],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(just_signed_in, change, field):
    page = just_signed_in.post("/me/tokens/new/", {**TYPED, **change})
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert change.get("name") == "" or "记账程序" in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_name_is_used_once_among_the_usable(person):
    now = timezone.now()
    given = {"owner": person, "name": "一", "scopes": ["ledger:read"], "days": 1}
    token, _key = create_token(**given, now=now)
    with pytest.raises(ValidationError):
        create_token(**given, now=now)
    revoke_token(token=token, now=now)
    create_token(**given, now=now)


def test_there_is_an_end_to_the_number_and_to_the_life_of_tokens(person):
    for _index in range(MAX_TOKENS):
        make_token(person)
    with pytest.raises(ValidationError):
        make_token(person)
    ApiToken.objects.all().delete()
    with pytest.raises(ValidationError):
        make_token(person, days=366)


@pytest.mark.parametrize(
    ("state", "code"),
    [("revoked", "token_revoked"), ("expired", "token_expired"), ("inactive", "token_invalid")],
)
def test_a_token_that_ended_is_refused_with_401(person, state, code):
    token, key = make_token(person)
    if state == "revoked":
        revoke_token(token=token, now=timezone.now())
    elif state == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    else:
        type(person).objects.update(is_active=False)
    answer = ApiClient(key).get("/api/v1/changes/")
    assert answer.status_code == 401
    assert answer.json()["code"] == code
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer x", "Bearer edz_" + "A" * 43, "Bearer \xff", "bearer  edz_x y", "Token x"],
)
def test_a_key_nobody_made_is_refused(known, header):
    answer = Client(headers={"authorization": header}).get("/api/v1/changes/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_missing_scope_is_named(person, known):
    answer = with_token(person, "ledger:read").send("post", "/api/v1/changes/", {})
    assert answer.status_code == 403
    assert answer.json()["code"] == "scope_missing"
    assert answer.json()["scope"] == "ledger:write"


@pytest.mark.parametrize(
    "page",
    ["/me/", "/me/account/", "/me/tokens/", "/me/tokens/new/", "/me/erase/", "/office/", "/plan/"],
)
def test_a_token_opens_no_page(person, known, page):
    person.is_staff = person.is_superuser = True
    person.save()
    client = with_token(person)
    for answer in (client.get(page), client.post(page, {})):
        assert answer.status_code in (302, 403)
        if answer.status_code == 302:
            assert "login" in answer["Location"]


def test_an_endpoint_that_names_no_scope_takes_no_token(person, rf):
    @api_view(["GET"])
    def nameless(request):
        raise AssertionError("a token must not come this far")

    key = make_token(person)[1]
    answer = nameless(rf.get("/api/v1/nameless/", headers={"authorization": f"Bearer {key}"}))
    assert (answer.status_code, answer.data["code"]) == (403, "token_not_accepted")


def test_a_session_still_needs_csrf_and_a_token_does_not(person, known):
    body = {"product": "jiebei", "before": "5万", "after": "0", "effective_on": "2026-10-12"}
    browser = ApiClient()
    browser.force_login(person)
    assert browser.send("post", "/api/v1/changes/", body).status_code == 403
    assert with_token(person).send("post", "/api/v1/changes/", body).status_code == 201


def test_the_day_of_the_last_use_is_written_once_a_day(person, known, django_assert_num_queries):
    from inputs.clock import today

    token, key = make_token(person)
    client = ApiClient(key)
    client.get("/api/v1/changes/")
    token.refresh_from_db()
    assert token.last_used_on == today()
    with django_assert_num_queries(2):
        client.get("/api/v1/changes/")


def test_revoking_ends_a_token_at_once(just_signed_in, person):
    token, key = make_token(person)
    page = just_signed_in.post(f"/me/tokens/{token.public_id}/revoke/", follow=True)
    assert "已撤销" in page.content.decode()
    assert ApiClient(key).get("/api/v1/changes/").status_code == 401


def test_nobody_revokes_the_token_of_another(client, person, other, known):
    token, key = make_token(person)
    client.force_login(other)
    assert client.post(f"/me/tokens/{token.public_id}/revoke/").status_code == 404
    assert ApiClient(key).get("/api/v1/changes/").status_code == 200


def test_tokens_go_with_the_account(person):
    make_token(person)
    person.delete()
    assert not ApiToken.objects.exists()


def test_the_list_takes_the_same_queries_for_any_number(just_signed_in, person):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _index in range(2):
        for _token in range(5):
            make_token(person)
        with CaptureQueriesContext(connection) as queries:
            just_signed_in.get("/me/tokens/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_scope_is_explained_on_the_page_of_the_api(client, known):
    page = client.get("/api/").content.decode()
    for scope, label in Scope.choices:
        assert f"<code>{scope}</code></td><td>{label}" in page


def test_another_persons_change_is_404_for_a_token(person, other, known):
    change = log(other)
    client = with_token(person)
    assert client.get(f"/api/v1/changes/{change.public_id}/").status_code == 404
