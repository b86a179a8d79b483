"""The last gate is the same on both databases."""

import pytest
from django.core.exceptions import ValidationError

from inputs.money import MAX_FEN
from tests.factories import LimitChangeFactory


@pytest.mark.parametrize("fen", [-1, MAX_FEN + 1])
def test_an_amount_out_of_range_never_reaches_the_database(db, fen):
    with pytest.raises(ValidationError):
        LimitChangeFactory(before_fen=fen)


def test_hidden_characters_do_not_pass_a_model(db):
    change = LimitChangeFactory()
    change.note = "a\0b"
    with pytest.raises(ValidationError):
        change.full_clean()
