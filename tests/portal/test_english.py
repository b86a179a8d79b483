"""The English catalogue is complete, well formed and in use."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

# What an English reader still meets in Chinese: names on their screen and words of their contract.
LITERALS = (
    "某某银行股份有限公司",
    "代理维权",
    "征信修复",
    "综合评估",
    "贷款人",
    "出资方",
    "网商贷",
    "借呗",
    "花呗",
    "5万",
)
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w[^>]*>")
LINE = re.compile(r'(#.*|(msgctxt |msgid |msgid_plural |msgstr |msgstr\[[01]\] )?"([^"\\]|\\.)*")?')
FORMS = 2
PATH = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def catalogue():
    with PATH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


@pytest.fixture(scope="module")
def messages(catalogue):
    """Every message as (source texts, English texts); a plural has two of each."""

    def texts(value):
        return value if isinstance(value, tuple) else (value,)

    found = [(texts(message.id), texts(message.string)) for message in catalogue if message.id]
    assert len(found) > 500
    return found


def without_literals(text):
    for literal in LITERALS:
        text = text.replace(literal, "")
    return text


def test_every_message_has_an_english_text(messages):
    missing = [
        source[0] for source, english in messages if not all(text.strip() for text in english)
    ]
    assert missing == []


def test_english_texts_hold_no_chinese_but_names(messages):
    mixed = [
        text
        for _, english in messages
        for text in english
        if CHINESE.search(without_literals(text))
    ]
    assert mixed == []


def test_nothing_is_fuzzy_or_obsolete(catalogue):
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_placeholders_match(messages):
    different = [
        (source[0], text)
        for source, english in messages
        for text in english
        if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(source[0]))
    ]
    assert different == []


def test_no_message_stands_twice():
    """Babel takes the last one without a word; msgfmt would refuse the file."""
    texts = re.findall(r'^((?:msgctxt .*\n)?msgid ".+")$', PATH.read_text("utf-8"), re.MULTILINE)
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_plurals_have_both_forms(catalogue):
    plurals = [message for message in catalogue if message.pluralizable]
    assert plurals
    assert all(len(message.string) == FORMS for message in plurals)


def test_the_catalogue_is_valid(catalogue):
    assert str(catalogue.locale) == "en"
    assert catalogue.charset == "utf-8"
    assert (catalogue.num_plurals, catalogue.plural_expr) == (FORMS, "(n != 1)")
    assert [(message.id, errors) for message, errors in catalogue.check()] == []


def test_the_file_is_well_formed():
    """Babel reads a line with a missing quote without a word; msgfmt would refuse it."""
    lines = PATH.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not LINE.fullmatch(line)] == []


def test_line_breaks_at_the_edges_match(messages):
    for source, english in messages:
        for text in english:
            assert source[0].startswith("\n") == text.startswith("\n")
            assert source[0].endswith("\n") == text.endswith("\n")


def test_pages_answer_in_english(client, known):
    page = client.get("/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 200
    assert page["Content-Language"] == "en"
    assert '<html lang="en">' in text
    navigation = re.search(
        r'<nav class="site-nav" aria-label="Main navigation">.*?</nav>', text, re.S
    )
    assert navigation
    for label in ("My ledger", "Causes", "Credit plan", "Complaints"):
        assert label in navigation[0]
    assert not CHINESE.search(navigation[0])


def test_chinese_stays_the_language_of_the_site(client, known):
    text = client.get("/").content.decode()
    assert '<html lang="zh-Hans">' in text
    assert "主导航" in text


def test_language_names_stay_in_their_own_language(client, known):
    english = client.get("/", headers={"accept-language": "en"}).content.decode()
    chinese = client.get("/", headers={"accept-language": "zh-hans"}).content.decode()
    assert 'lang="zh-Hans">中文</button>' in english
    assert 'lang="en">English</button>' in chinese


def test_the_sign_in_library_says_mailbox_as_we_do():
    """Its own Chinese mixes in English words; ours goes before it, for every such text."""
    import allauth

    theirs = Path(allauth.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with theirs.open("rb") as file:
        mixed = [
            row.id for row in read_po(file, locale="zh_Hans") if "Email地址" in str(row.string)
        ]
    assert mixed
    with translation.override("zh-hans"):
        assert [text for text in mixed if "Email" in translation.gettext(text)] == []
