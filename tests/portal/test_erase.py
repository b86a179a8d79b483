"""Erasing leaves nothing of the person, and everything of others."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.files.storage import default_storage

from accounts.models import User
from accounts.ownership import OwnedModel
from complaints.models import Document, Evidence
from complaints.vault.files import names_of
from limits.services import answer_question
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file, log

OWNED = [model for model in apps.get_models() if issubclass(model, OwnedModel)]
PASSWORD = "a long enough one"


@pytest.fixture
def full(person, other, known, run_jobs):
    for user in (person, other):
        change = log(user)
        log(user, product="wangshangdai", before=0, after=5_000_000)
        answer_question(
            change=change, question="cash-out-like", answer="no", today=dt.date(2026, 11, 22)
        )
        case = file(user, change, key="k")
        keep(user, hostile.png(), complaint=case)
    run_jobs()
    person.set_password(PASSWORD)
    person.save()
    return person


def rows(user):
    return {model.__name__: model.objects.filter(owner=user.pk).count() for model in OWNED}


def test_everything_goes_and_others_stay(client, full, other):
    before = rows(other)
    names = [document.file.name for document in Document.objects.for_user(full)]
    evidence = names_of(Evidence.objects.for_user(full))
    others = names_of(Evidence.objects.for_user(other))
    client.post("/accounts/login/", {"login": full.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/me/erase/"})
    assert client.get("/me/erase/").status_code == 200
    assert client.post("/me/erase/", {}).status_code == 422
    assert User.objects.filter(pk=full.pk).exists()
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        gone = client.post("/me/erase/", {"agree": "on"})
    assert gone["Location"] == "/"
    assert not User.objects.filter(pk=full.pk).exists()
    assert set(rows(full).values()) == {0}
    assert rows(other) == before
    assert names
    assert len(evidence) == 2
    assert not any(default_storage.exists(name) for name in [*names, *evidence])
    assert all(default_storage.exists(name) for name in others)
    assert client.get("/me/").status_code == 302


def test_an_old_session_must_sign_in_again_first(client, full):
    client.force_login(full)
    answer = client.get("/me/erase/")
    assert answer.status_code == 302
    assert "/accounts/reauthenticate/" in answer["Location"]
