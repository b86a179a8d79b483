"""Shared set-up: content is loaded once per database, mail and files stay in temporary places."""

import pytest
from pytest_django.plugin import blocking_manager_key

EMPTIED = pytest.StashKey[bool]()
NEEDS_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser):
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out tests that use no database: another database changes nothing for them",
    )


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--only-database"):
        return
    out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item):
    return bool(item.get_closest_marker("django_db") or NEEDS_DATABASE & set(item.fixturenames))


def load_what_every_site_has():
    """The reviewed content and the staff groups."""
    from django.core.management import call_command

    call_command("sync_content", verbosity=0)
    call_command("sync_groups", verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The reviewed content and the staff groups are part of every test database."""
    with django_db_blocker.unblock():
        load_what_every_site_has()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """A transactional test leaves its tables empty. They are filled once, outside the next test's
    transaction; inside it they would be filled for that test only, and again for every later one.
    """
    commits = _commits(item)
    if item.session.stash.get(EMPTIED, False) and not commits:
        with item.config.stash[blocking_manager_key].unblock():
            load_what_every_site_has()
    item.session.stash[EMPTIED] = commits


def _commits(item):
    marker = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(item.fixturenames)
    return bool(asked or (marker and marker.kwargs.get("transaction")))


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
        "keys": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "keys")},
        },
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.ACCOUNT_RATE_LIMITS = False
    settings.API_RATE = "100000/min"
    from django.core.cache import cache

    from accounts import keyring

    cache.clear()
    keyring.forget()


@pytest.fixture(autouse=True)
def _one_language(settings):
    """A request leaves its language switched on in the thread, for whatever runs there next."""
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def known(db):
    """The reviewed records; loaded again in a row of tests that empty the tables."""
    from guidance import content
    from guidance.models import ContentRelease

    if not ContentRelease.objects.exists():
        load_what_every_site_has()
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
