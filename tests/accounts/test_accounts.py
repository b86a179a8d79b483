"""Sign-in: same answer for known and unknown addresses, limits, sessions, second factor."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.crypto import SealBroken, open_sealed, seal
from accounts.models import User
from accounts.services import give_consent, withdraw_consent
from tests.api_client import make_token
from tests.factories import UserFactory

PASSWORD = "a long enough one"


@pytest.fixture
def account(known):
    user = UserFactory(email="known@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def masked(response):
    """The page without what differs on every request."""
    html = response.content.decode()
    html = re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]+"', "", html)
    return (
        html.replace("known@example.org", "X")
        .replace("unknown@example.org", "X")
        .replace("unX", "X")
    )


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/accounts/password/reset/", {}),
        ("/accounts/login/", {"password": "wrong password"}),
        ("/accounts/signup/", {"password1": PASSWORD}),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(account, address, fields):
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        client = Client()
        name = "login" if "login" in address else "email"
        answers.append(client.post(address, {name: email, **fields}, follow=True))
    one, two = answers
    assert one.status_code == two.status_code
    assert one.redirect_chain == two.redirect_chain
    if "confirm" not in one.request["PATH_INFO"]:
        assert masked(one) == masked(two)


def test_guessing_passwords_is_limited(account, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
    cache.clear()
    client = Client()
    for _index in range(6):
        client.post("/accounts/login/", {"login": "known@example.org", "password": "wrong"})
    blocked = client.post("/accounts/login/", {"login": "known@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert blocked.status_code in (200, 429)


def test_password_reset_by_mail_changes_the_password(account, mailoutbox, client):
    client.post("/accounts/password/reset/", {"email": "known@example.org"})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mailoutbox[0].body)[1]
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": "another good one", "password2": "another good one"})
    account.refresh_from_db()
    assert account.check_password("another good one")


@pytest.mark.parametrize(
    "password", ["short", "12345678901", "known@example.org", "password123", "x" * 5000]
)
def test_weak_and_giant_passwords_are_refused(known, client, password):
    page = client.post("/accounts/signup/", {"email": "a@example.org", "password1": password})
    assert page.status_code == 200
    assert not User.objects.filter(email="a@example.org").exists()


def test_the_session_changes_at_sign_in(account):
    client = Client()
    client.get("/accounts/login/")
    client.post(
        "/explain/keep/",
        {"product": "jiebei", "before": "1", "after": "0", "effective_on": "2026-10-12"},
    )
    before = client.session.session_key
    client.post("/accounts/login/", {"login": "known@example.org", "password": PASSWORD})
    assert client.session.session_key != before
    assert "kept" in client.session, "what was typed survives"


def test_log_out_everywhere_ends_other_sessions(account):
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/accounts/login/", {"login": "known@example.org", "password": PASSWORD})
        assert client.get("/me/").status_code == 200
    token, _key = make_token(account)
    here.post("/me/account/", {"log-out-everywhere": "1"})
    for client in (here, there):
        assert client.get("/me/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_hashes_are_argon2(settings):
    from portal import settings as configured

    assert configured.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_second_factor_asks_for_a_code(account, client):
    from allauth.mfa.totp.internal import auth as totp

    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    client.post("/accounts/login/", {"login": "known@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" in client.session


def test_consent_is_kept_per_text_and_withdrawn_once(person, known):
    from django.utils import timezone

    now = timezone.now()
    for _index in range(2):
        give_consent(user=person, kind="financial-data", text_version="1", now=now)
    assert withdraw_consent(user=person, kind="financial-data", now=now) == 1
    assert withdraw_consent(user=person, kind="financial-data", now=now) == 0


def test_a_sealed_value_opens_only_in_its_place():
    sealed = seal("yes", "here")
    assert open_sealed(sealed, "here") == "yes"
    assert b"yes" not in sealed
    for wrong in (
        lambda: open_sealed(sealed, "there"),
        lambda: open_sealed(sealed[:-1] + b"x", "here"),
    ):
        with pytest.raises(SealBroken):
            wrong()


def test_a_sealed_value_does_not_open_under_another_key(settings):
    sealed = seal("yes", "here")
    settings.DATA_KEY = "another key"
    with pytest.raises(SealBroken):
        open_sealed(sealed, "here")


def test_the_mails_of_the_sign_in_library_speak_as_we_do(client, db, mailoutbox):
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    (mail,) = mailoutbox
    assert mail.subject == "[额度明白账] 这个邮箱没有注册过"
    assert "额度明白账，免费的自助工具。" in mail.body
    assert not re.search("您|Hello|问候", mail.body)
