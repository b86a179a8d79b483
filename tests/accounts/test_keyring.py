"""A key for each person: kept apart, sealed, destroyed for good."""

import pytest
from django.core.files.storage import storages
from django.db import transaction

from accounts import crypto, keyring
from accounts.crypto import SealBroken


def test_what_was_sealed_opens_again(person):
    sealed = keyring.seal("我的字", "here", person)
    assert sealed[:1] == keyring.VERSION
    assert keyring.open_sealed(sealed, "here", person) == "我的字"
    assert keyring.open_sealed(sealed, "here", person.pk) == "我的字"


@pytest.mark.parametrize("change", ["place", "person", "byte"])
def test_moved_or_altered_it_does_not_open(person, other, change):
    sealed = keyring.seal("x", "here", person)
    keyring.seal("x", "here", other)
    given = {
        "place": (sealed, "there", person),
        "person": (sealed, "here", other),
        "byte": (sealed[:-1] + bytes([sealed[-1] ^ 1]), "here", person),
    }[change]
    with pytest.raises(SealBroken):
        keyring.open_sealed(*given)


def test_what_was_sealed_before_there_were_keys_still_opens(person):
    assert keyring.open_sealed(crypto.seal("old", "here"), "here", person) == "old"
    assert not keyring.has_key(person.public_id)


def test_the_key_lies_sealed_and_readable_by_nobody_else(person, settings, tmp_path):
    keyring.seal("x", "here", person)
    path = tmp_path / "keys" / "people" / person.public_id.hex
    assert path.read_bytes()[:1] == crypto.VERSION
    opened = crypto.open_sealed_bytes(path.read_bytes(), f"accounts.keyring:{person.public_id}")
    assert len(opened) == keyring.KEY_BYTES
    assert opened not in path.read_bytes()


def test_a_key_copied_to_another_person_does_not_open(person, other):
    sealed = keyring.seal("x", "here", person)
    keyring.seal("x", "here", other)
    storage = storages["keys"]
    with storage.open(f"people/{other.public_id.hex}") as file:
        stolen = file.read()
    storage.delete(f"people/{person.public_id.hex}")
    from io import BytesIO

    storage.save(f"people/{person.public_id.hex}", BytesIO(stolen))
    keyring.forget()
    with pytest.raises(SealBroken):
        keyring.open_sealed(sealed, "here", person)


def test_once_destroyed_nothing_opens_and_no_new_key_is_made(person):
    sealed = keyring.seal("x", "here", person)
    keyring.destroy(person.public_id)
    keyring.destroy(person.public_id)
    assert keyring.is_erased(person.public_id)
    assert keyring.erased_people() == [person.public_id]
    with pytest.raises(SealBroken):
        keyring.open_sealed(sealed, "here", person)
    with pytest.raises(SealBroken):
        keyring.seal("y", "here", person)


def test_a_lost_key_is_not_replaced_in_silence(person):
    keyring.seal("x", "here", person)
    storages["keys"].delete(f"people/{person.public_id.hex}")
    keyring.forget()
    with pytest.raises(SealBroken):
        keyring.seal("y", "here", person)


def test_a_key_survives_the_transaction_that_made_it(person):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        first = keyring.seal("x", "here", person)
        raise Stop
    keyring.forget()
    assert keyring.open_sealed(first, "here", person) == "x"


def test_a_key_left_by_a_rollback_is_not_replaced_in_silence_either(person):
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        keyring.seal("x", "here", person)
        raise Stop
    person.refresh_from_db()
    assert person.key_made_at is None
    keyring.seal("y", "here", person)
    person.refresh_from_db()
    assert person.key_made_at is not None
    storages["keys"].delete(f"people/{person.public_id.hex}")
    keyring.forget()
    with pytest.raises(SealBroken):
        keyring.seal("z", "here", person)


def test_reading_again_asks_the_database_nothing(person, django_assert_num_queries):
    sealed = keyring.seal("x", "here", person)
    with django_assert_num_queries(0):
        keyring.open_sealed(sealed, "here", person)
    with django_assert_num_queries(1):
        keyring.open_sealed(sealed, "here", person.pk)
        keyring.open_sealed(sealed, "here", person.pk)
