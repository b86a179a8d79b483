"""Text: what is kept byte for byte, what is normalised, what is refused and where."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inputs.errors import InputError
from inputs.texts import clean_line, clean_text, is_blank, refuse_unstorable

KEPT = {
    "rare Han": "𠮷㐂䶮𬎆",
    "Han of a newer Unicode": "\U00031350\U000323af",
    "Han in the private area": "张\ue000",
    "variant of a Han character": "葛\U000e0100西",
    "standard variant": "\u537f\ufe00",
    "family": "👨\u200d👩\u200d👧\u200d👦",
    "skin tone and joiner": "👩🏽\u200d⚖\ufe0f",
    "heart on fire": "❤\ufe0f\u200d🔥",
    "head shaking": "🙂\u200d↔\ufe0f",
    "rainbow flag": "🏳\ufe0f\u200d🌈",
    "flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "keycap": "1\ufe0f\u20e3 #\ufe0f\u20e3",
    "emoji of a newer Unicode": "\U0001fae8\u200d\u2620\ufe0f",
    "information sign": "ℹ\ufe0f ‼\ufe0f",
    "markup": '<script>{{7*7}}#read("/etc/passwd")',
    "formula": "=1+1",
    "Arabic ligature, long under NFKC": "\ufdfa" * 20,
    "compatibility signs": "ﬁ①½",
    "eight marks": "x" + "\u0323" * 4 + "\u0302" * 4,
    "inner ideographic space": "王\u3000明",
}

# The 40 strings of threat T22 and their neighbours.
REFUSED = (
    [(chr(code), "invisible") for code in range(0x202A, 0x202F)]
    + [(chr(code), "invisible") for code in range(0x2066, 0x206A)]
    + [(chr(code), "invisible") for code in (*range(0x200B, 0x2010), *range(0x2060, 0x2066))]
    + [
        ("\0", "invisible"),
        ("\x01", "invisible"),
        ("\x1b", "invisible"),
        ("\x1f", "invisible"),
        ("\x7f", "invisible"),
        ("\x85", "invisible"),
        ("\u00ad", "invisible"),
        ("\u061c", "invisible"),
        ("\u034f", "invisible"),
        ("\u115f", "invisible"),
        ("\u180e", "invisible"),
        ("\u2800", "invisible"),
        ("\u3164", "invisible"),
        ("\uffa0", "invisible"),
        ("\ufeff", "invisible"),
        ("\ufff9", "invisible"),
        ("\ufe0f", "invisible"),
        ("\ufe00", "invisible"),
        ("\U000e0041", "invisible"),
        ("\U000e0100", "invisible"),
        ("\ud800", "unstorable"),
        ("\udfff", "unstorable"),
        ("\ufffe", "unstorable"),
        ("\uffff", "unstorable"),
        ("\ufdd0", "unstorable"),
        ("\U0010ffff", "unstorable"),
    ]
)


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_visible_text_is_kept_byte_for_byte(text):
    assert clean_line(text, 100) == text
    assert clean_text(f"{text}\n{text}", 200) == f"{text}\n{text}"


@pytest.mark.parametrize(("char", "code"), REFUSED, ids=[f"{ord(row[0]):04X}" for row in REFUSED])
@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_a_hidden_character_is_refused_where_it_stands(clean, char, code):
    with pytest.raises(InputError) as refused:
        clean(f"  ab{char}额度", 100)
    assert refused.value.code == code
    assert refused.value.params == {"position": 3}
    assert "第 3 个字" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["a\u200db", "👨\u200d", "\u200d👨", "👨\u200da", "+\u200d+", "a\ufe0f", "1\ufe0f", "字\ufe0f",
     "❤\ufe0f\ufe0f", "a\U000e0100", "\u2800\u200d👨", "🏴\U000e0067", "a\u3164b"],
    ids=ascii,
)  # fmt: skip
def test_joiners_and_styles_stay_only_inside_emoji(text):
    with pytest.raises(InputError) as refused:
        clean_line(f"甲{text}乙", 100)
    assert refused.value.code == "invisible"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\t\n", "\u3000", "\u00a0", "\u200b\u200b", "\ufeff", "\u3164", "\u2800", "\u202e",
     "\u200d\ufe0f", " \u3000\u200b\n", "\U000e0100"],
    ids=ascii,
)  # fmt: skip
def test_what_shows_nothing_is_empty(text):
    assert is_blank(text)
    assert clean_line(text, 5, required=False) == ""
    for clean in (clean_line, clean_text):
        with pytest.raises(InputError, match="请填写内容") as refused:
            clean(text, 5)
        assert refused.value.code == "required"


@pytest.mark.parametrize("text", ["\0", "\ud800", ".", "字"])
def test_a_control_character_alone_is_not_called_empty(text):
    assert not is_blank(text)


def test_letters_and_accents_become_one():
    assert clean_line("e\u0301", 1) == "é"
    assert clean_line("  e\u0301\u3000", 1) == "é"


@pytest.mark.parametrize("text", ["e" + "\u0301" * 9, "e" + "\u0301" * 200, "\u0301" * 9])
def test_a_flood_of_marks_is_refused(text):
    with pytest.raises(InputError) as refused:
        clean_text(text, 1000)
    assert refused.value.code == "marks"


def test_a_flood_of_marks_is_refused_quickly():
    started = time.perf_counter()
    with pytest.raises(InputError):
        clean_text("e" + "\u0301\u0323" * 200_000, 1000)
    assert time.perf_counter() - started < 1


def test_long_text_of_flags_is_judged_quickly():
    started = time.perf_counter()
    clean_text(KEPT["flag of England"] * 20_000, None)
    assert time.perf_counter() - started < 2


def test_length_is_counted_after_normalising():
    assert clean_line("e\u0301" * 10, 10) == "é" * 10
    with pytest.raises(InputError, match="最多 10 字，已输入 11 字") as refused:
        clean_line("e\u0301" * 11, 10)
    assert refused.value.params == {"max_length": 10, "length": 11}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\u2028", "\u2029"], ids=ascii)
def test_line_ends_become_one_and_a_line_has_none(ending):
    assert clean_text(f"甲{ending}乙", 3) == "甲\n乙"
    with pytest.raises(InputError) as refused:
        clean_line(f"主题{ending}Bcc: x@example.com", 100)
    assert refused.value.code == "newline"


def test_tabs_stay_in_text_and_not_in_a_line():
    assert clean_text("甲\t乙", 3) == "甲\t乙"
    assert clean_line("甲\t", 3) == "甲"
    with pytest.raises(InputError):
        clean_line("甲\t乙", 3)


@pytest.mark.parametrize(
    "value",
    ["a\0", "\ud800", {"a": ["x", {"b": "\0"}]}, {"\ud800": 1}, [["\udfff"]], "\uffff"],
    ids=ascii,
)
def test_nested_json_that_one_database_refuses_is_refused(value):
    with pytest.raises(InputError) as refused:
        refuse_unstorable(value)
    assert refused.value.code == "unstorable"


def test_bottomless_json_is_refused_before_the_stack_ends():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(InputError) as refused:
        refuse_unstorable(value)
    assert refused.value.code == "too_deep"


def test_ordinary_json_passes():
    refuse_unstorable({"a": ["甲", 1, None, True, 1.5, {"b": []}]})


ANY = st.text(st.characters(), max_size=60)


@given(ANY)
def test_cleaning_twice_changes_nothing(text):
    for clean in (clean_line, clean_text):
        try:
            once = clean(text, 50, required=False)
        except InputError as error:
            assert str(error)
            continue
        assert clean(once, 50, required=False) == once
        assert unicodedata.is_normalized("NFC", once)
        assert len(once) <= 50
        once.encode("utf-8")


@given(ANY)
def test_text_is_its_own_normal_form_or_refused(text):
    try:
        cleaned = clean_text(text, None, required=False)
    except InputError:
        return
    lines = "\n".join(text.replace("\u2028", "\n").replace("\u2029", "\n").splitlines())
    assert cleaned in ("", unicodedata.normalize("NFC", lines).strip())
