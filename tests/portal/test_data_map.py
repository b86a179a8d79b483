"""Every table and every field is in the data map, and the map names nothing else."""

import copy

import pytest
import yaml
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, OneToOneField

from accounts.data_map import NONE, SELF, SOURCE, MapBroken, data_map, read

MODELS = {model._meta.label: model for model in apps.get_models()}
STAFF = "who"


def fields_of(model):
    return {field.name for field in model._meta.get_fields() if field.concrete}


def leads_to_a_person(model, seen=()):
    """Whether a row belongs to a person by keys that go with him; not the keys of staff."""
    if model is get_user_model():
        return True
    entry = data_map().models.get(model._meta.label)
    staff = {field.name for field in entry.fields if field.kind == STAFF} if entry else set()
    return any(
        leads_to_a_person(field.related_model, (*seen, model))
        for field in model._meta.fields
        if isinstance(field, ForeignKey | OneToOneField)
        and field.name not in staff
        and not field.null
        and field.related_model not in seen
        and field.related_model is not model
    )


def test_every_model_has_an_entry_and_every_entry_a_model():
    assert set(data_map().models) == set(MODELS)


@pytest.mark.parametrize("label", sorted(MODELS))
def test_every_field_has_an_entry_and_every_entry_a_field(label):
    entry = data_map().models[label]
    assert {field.name for field in entry.fields} == fields_of(MODELS[label])


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_model_that_leads_to_a_person_says_how(label):
    entry, model = data_map().models[label], MODELS[label]
    assert entry.is_personal == leads_to_a_person(model)
    if entry.person in (NONE, SELF):
        return
    for name in entry.person.split("__"):
        model = model._meta.get_field(name).related_model
    assert model is get_user_model()


@pytest.mark.parametrize("label", sorted(MODELS))
def test_what_is_personal_goes_with_the_person(label):
    entry = data_map().models[label]
    assert (entry.erased == "none") <= (not entry.is_personal)


def test_own_words_are_in_the_export_or_the_map_says_why_not():
    for entry in data_map().models.values():
        hidden = [field for field in entry.fields if field.kind == "words" and field.why_not]
        assert not hidden


@pytest.mark.parametrize(
    "broken",
    [
        {"group": "nowhere"},
        {"kept": "for-ever"},
        {"erased": "perhaps"},
        {"person": "none"},
        {"fields": {"id": "no-such-kind"}},
        {"left_out": {"no_such_field": "machine"}},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_a_broken_entry_is_refused(broken):
    raw = yaml.safe_load(SOURCE.read_text())
    raw = copy.deepcopy(raw)
    raw["models"]["limits.Reading"] |= broken
    with pytest.raises(MapBroken):
        read(raw)


def test_the_page_says_what_is_kept_and_for_how_long(client, db):
    page = client.get("/privacy/data/").content.decode()
    for entry in data_map().models.values():
        assert entry.what.zh in page
    assert "400 天" in page


def test_the_page_speaks_english(client, db):
    page = client.get("/privacy/data/", headers={"accept-language": "en"}).content.decode()
    assert "Readings of limits" in page
    assert "额度读数" not in page
