"""Health, start-up checks, errors, throttle, logs, schema, style guide."""

import io
import json
import logging

import pytest
from django.core import checks
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from complaints.documents.rendering import ENGINES
from complaints.enums import FileFormat
from jobs.models import Job
from portal.checks import production_settings
from tests.factories import file, log


def test_live_and_version(client, known):
    assert client.get("/health/live").content == b"ok"
    answer = client.get("/version").json()
    assert answer["content_version"] == known.version


def test_ready_names_what_is_wrong(client, known, settings):
    assert client.get("/health/ready").status_code == 200
    settings.READY_MAX_JOB_AGE_SECONDS = 60
    Job.objects.create(
        kind="x", key="old", args={}, run_after=timezone.now() - timezone.timedelta(hours=1)
    )
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["jobs"]["ok"] is False


def test_ready_warns_when_the_holidays_run_out(client, known, monkeypatch):
    import datetime as dt

    monkeypatch.setattr("portal.health.today", lambda: dt.date(2026, 12, 20))
    found = client.get("/health/ready").json()["checks"]["holidays"]
    assert found == {"ok": True, "known_until": "2026-12-31", "warning": True}


def test_production_refuses_every_unsafe_setting(settings, monkeypatch):
    for name in ("SECRET_KEY", "DATA_KEY"):
        monkeypatch.delenv(name, raising=False)
    settings.PRODUCTION = True
    settings.DEBUG = True
    settings.TLS = False
    settings.STAFF_SECOND_FACTOR = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.ALLOWED_HOSTS = ["*"]
    found = production_settings()
    assert sorted(error.id for error in found) == [f"portal.E00{number}" for number in range(1, 9)]
    for error in found:
        assert isinstance(error, checks.Error)
        assert error.hint


def test_production_accepts_safe_settings(settings, monkeypatch):
    for name in ("SECRET_KEY", "DATA_KEY"):
        monkeypatch.setenv(name, "x" * 50)
    settings.PRODUCTION = True
    settings.TLS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    settings.ACCOUNT_RATE_LIMITS = {}
    assert production_settings() == []


def test_the_stateless_api_is_throttled_per_address(client, known, settings):
    settings.API_RATE = "3/min"
    statuses = [client.get("/api/v1/causes/").status_code for _index in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    elsewhere = client.get("/api/v1/causes/", REMOTE_ADDR="10.1.1.1")
    assert elsewhere.status_code == 200
    forged = client.get("/api/v1/causes/", headers={"x-forwarded-for": "10.2.2.2"})
    assert forged.status_code == 429


def test_without_a_cache_the_api_stays_open(client, known, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": "unix:///nonexistent/valkey.sock",
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1},
        }
    }
    settings.API_RATE = "1/min"
    assert [client.get("/api/v1/rules/").status_code for _index in range(3)] == [200] * 3


CANARY = "CNRY-77b0-用户写的字"


def test_no_word_of_the_person_reaches_the_log(person, known, run_jobs, monkeypatch, settings):
    """Pages, jobs and twenty forced exceptions; the records are formatted as in production."""
    from portal.logs import LOGGING

    stream = io.StringIO()
    logging.config.dictConfig(
        {
            **LOGGING,
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": stream}
            },
        }
    )
    client = Client(raise_request_exception=False)
    client.force_login(person)
    log(person, stated_reason=CANARY, note=CANARY)
    case = file(person, log(person, stated_reason=CANARY), facts={"story": CANARY})

    def fail(*args, **kwargs):
        raise ValueError(CANARY)

    monkeypatch.setitem(ENGINES, FileFormat.PDF, fail)
    run_jobs()
    monkeypatch.setattr("limits.services.log_change", fail)
    monkeypatch.setattr("portal.views.explain", fail)
    typed = {"product": "jiebei", "before": "1", "after": "0", "effective_on": "2026-10-12"}
    for _index in range(10):
        assert client.post("/changes/new/", {**typed, "note": CANARY}).status_code == 500
        assert client.post("/explain/", {**typed, "stated_reason": CANARY}).status_code == 500
    client.get(f"/nowhere/?q={CANARY}")
    written = stream.getvalue()
    assert written.count("ValueError") >= 20
    assert "CNRY" not in written
    assert CANARY not in written
    for line in written.splitlines():
        json.loads(line)
    assert case.pk


def test_the_schema_is_valid_and_names_every_operation(client, known):
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    for name in ("/api/v1/explain/", "/api/v1/clock/", "/api/v1/changes/", "/api/v1/complaints/"):
        assert name in out.getvalue()
    assert client.get("/api/schema/").status_code == 200


def test_the_style_guide_renders(rf, known):
    from portal.views import styleguide

    request = rf.get("/styleguide/")
    assert styleguide(request).status_code == 200


def test_a_changed_language_is_kept(client, known):
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "Limit Ledger" in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_no_open_redirect_by_language_or_sign_in(client, known, person, target):
    answer = client.post("/i18n/setlang/", {"language": "en", "next": target})
    assert not answer["Location"].startswith(("//", "http", "/\\"))
