"""Shared set-up: content is loaded once per database, mail and files stay in temporary places."""

import pytest


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The reviewed content and the staff groups are part of every test database."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("sync_content", verbosity=0)
        call_command("sync_groups", verbosity=0)


@pytest.fixture(autouse=True)
def _plain_settings(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ACCOUNT_RATE_LIMITS = False
    settings.API_RATE = "100000/min"
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def known(db):
    """The reviewed records; loaded again after a test that emptied the tables (live servers do)."""
    from django.core.management import call_command

    from guidance import content
    from guidance.models import ContentRelease

    if not ContentRelease.objects.exists():
        call_command("sync_content", verbosity=0)
        call_command("sync_groups", verbosity=0)
    content.forget()
    return content.current()


@pytest.fixture
def person(db):
    from tests.factories import UserFactory

    return UserFactory()


@pytest.fixture
def other(db):
    from tests.factories import UserFactory

    return UserFactory()


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def run_jobs(db):
    """Run every job that may run now, in this process, until none is left."""

    def run() -> int:
        from tests.jobs_runner import run_claimable

        return run_claimable()

    return run
