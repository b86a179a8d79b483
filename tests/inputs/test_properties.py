"""What holds for every input."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inputs.clock import today
from inputs.dates import FIRST_DAY, LAST_DAY, parse_day, parse_moment
from inputs.errors import InputError
from inputs.money import MAX_FEN, format_yuan, parse_fen
from inputs.texts import clean_line, clean_text

ANY_TEXT = st.text(st.characters(), max_size=80)
LOOKALIKES = st.text("0123456789０１.,，万元¥-eE+ 年月日/", max_size=20)


@given(st.integers(0, MAX_FEN))
def test_what_is_formatted_is_read_back(fen):
    assert parse_fen(format_yuan(fen)) == fen


@given(ANY_TEXT | LOOKALIKES)
def test_money_is_read_or_refused_with_a_sentence(text):
    try:
        assert 0 <= parse_fen(text) <= MAX_FEN
    except InputError as error:
        assert str(error)


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_days_are_read_back_in_every_way_of_writing(day):
    for text in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ):
        assert parse_day(text) == day


@given(ANY_TEXT | LOOKALIKES)
def test_days_and_moments_are_read_or_refused(text):
    for parse in (parse_day, parse_moment):
        try:
            assert parse(text)
        except InputError as error:
            assert str(error)


@given(st.text(st.characters(), max_size=300))
def test_cleaning_twice_changes_nothing(text):
    try:
        once = clean_text(text, 200)
    except InputError:
        return
    assert clean_text(once, 200) == once
    assert len(once) <= 200


@given(st.text(st.characters(), max_size=60))
def test_a_line_has_no_line_break(text):
    with contextlib.suppress(InputError):
        assert "\n" not in clean_line(text, 50, required=False)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-01T15:59:59+00:00", dt.date(2026, 1, 1)),
        ("2026-01-01T16:00:00+00:00", dt.date(2026, 1, 2)),
    ],
)
def test_the_civil_day_is_the_day_in_beijing(moment, day):
    assert today(dt.datetime.fromisoformat(moment)) == day
