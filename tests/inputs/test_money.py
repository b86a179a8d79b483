"""Amounts: what is read, what is refused and with which code."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inputs.errors import InputError
from inputs.money import MAX_FEN, format_yuan, parse_fen, refuse_out_of_range, short_yuan

READ = [
    ("12345", 1234500),
    ("５，０００", 500000),
    ("5,000.00", 500000),
    ("1,234,567.8", 123456780),
    ("5万", 5000000),
    ("8千", 800000),
    ("1.25 千元", 125000),
    ("5.5万", 5500000),
    ("５．５万", 5500000),
    ("10 万元", 10000000),
    ("¥5万", 5000000),
    ("5.123456万", 5123456),
    ("5.50000000万", 5500000),
    ("¥100", 10000),
    ("￥100", 10000),
    ("¥ 100", 10000),
    ("100元", 10000),
    ("100 元", 10000),
    ("007", 700),
    (" 12.5\t", 1250),
    ("\u3000100\u00a0", 10000),
    ("-0", 0),
    ("－0.00", 0),
    ("0.01", 1),
    ("100000000000", MAX_FEN),
    ("99999999999.99", MAX_FEN - 1),
    ("1000亿", "format"),
    ("100000000000.01", "too_large"),
    ("1000000000万", "too_large"),
    ("9" * 6000, "too_large"),
    ("0" * 6000 + "1", 100),
    ("-500", "negative"),
    ("−500", "negative"),
    ("-1e5", "negative"),
    ("1e5", "scientific"),
    ("1E+5", "scientific"),
    ("1e-5", "scientific"),
    ("1e400", "scientific"),
    ("1e999999999999", "scientific"),
    ("9e20", "too_large"),
    ("٣٤٥", "digits"),
    ("१२३", "digits"),
    ("1²", "digits"),
    ("½", "digits"),
    ("④", "digits"),
    ("NaN", "not_a_number"),
    ("-Infinity", "not_a_number"),
    ("五万", "not_a_number"),
    ("元", "not_a_number"),
    ("1_000", "format"),
    ("0x1F", "format"),
    ("+5", "format"),
    (".5", "format"),
    ("5.", "format"),
    ("5 000", "format"),
    ("5万2000", "format"),
    ("1.123456千", "decimals"),
    ("5千万", "format"),
    ("100 块", "format"),
    ("1.000,00", "format"),
    ("1,00", "commas"),
    ("12,34,5", "commas"),
    ("1,000,00", "commas"),
    ("0,100", "commas"),
    ("100,", "commas"),
    ("0.001", "decimals"),
    ("5.000", "decimals"),
    ("5.1234567万", "decimals"),
    ("5\u200b000", "invisible"),
    ("\u202e100", "invisible"),
    ("\u200b", "required"),
    ("", "required"),
    ("\u3000", "required"),
]


@pytest.mark.parametrize(("typed", "expected"), READ, ids=[repr(row[0])[:24] for row in READ])
def test_an_amount_is_read_or_refused(typed, expected):
    if isinstance(expected, int):
        assert parse_fen(typed) == expected
    else:
        with pytest.raises(InputError) as refused:
            parse_fen(typed)
        assert refused.value.code == expected


def test_the_plain_number_is_offered_for_a_power_of_ten():
    with pytest.raises(InputError, match=r"请写 1500$"):
        parse_fen("1.5e3")


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (1, "0.01"), (5000000, "50,000.00"), (-1, "-0.01"), (-123456, "-1,234.56")],
)
def test_amounts_are_written_with_thousands(fen, text):
    assert format_yuan(fen) == text


@pytest.mark.parametrize(("fen", "text"), [(5000000, "50,000 元"), (5000050, "50,000.50 元")])
def test_short_amounts_drop_empty_cents(fen, text):
    assert short_yuan(fen) == text


@pytest.mark.parametrize(("fen", "code"), [(-1, "negative"), (MAX_FEN + 1, "too_large")])
def test_amounts_out_of_range_are_refused(fen, code):
    with pytest.raises(InputError) as refused:
        refuse_out_of_range(fen)
    assert refused.value.code == code


@given(st.integers(0, MAX_FEN))
@example(0)
@example(MAX_FEN)
def test_every_way_of_writing_gives_the_same_amount(fen):
    written = format_yuan(fen)
    wide = written.translate(str.maketrans("0123456789,.", "０１２３４５６７８９，．"))
    plain = written.replace(",", "")
    for text in (written, plain, wide, f"¥{written}", f"{plain}元"):
        assert parse_fen(text) == fen


@given(st.integers(0, 10**7), st.integers(0, 10**6 - 1))
def test_ten_thousands_are_exact(wan, rest):
    assert parse_fen(f"{wan}.{rest:06}万" if wan < 10**7 else f"{wan}万") == (
        wan * 10**6 + (rest if wan < 10**7 else 0)
    )


@given(st.text(max_size=200))
@example("1" * 5000)
@example("-" + "9" * 5000 + "e" + "9" * 5000)
def test_any_text_is_an_amount_or_a_refusal(text):
    try:
        assert 0 <= parse_fen(text) <= MAX_FEN
    except InputError as error:
        assert str(error)


@pytest.mark.parametrize("part", ["1", ",", "1,", " ", "万", "1e", "0", "."])
def test_long_nonsense_is_judged_quickly(part):
    """No pattern that backtracks: 200,000 characters within the time of a blink."""
    import time

    started = time.perf_counter()
    with pytest.raises(InputError):
        parse_fen("1" + part * 200_000 + "x")
    assert time.perf_counter() - started < 1
