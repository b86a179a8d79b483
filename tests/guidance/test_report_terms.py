"""The codes of a credit report: whole, honest about their source, and shown on one page."""

import copy

import pytest

from guidance.content import read_files
from guidance.domain.loading import ContentError, build_knowledge
from guidance.views import TERM_GROUPS
from records.domain.report_codes import CODES
from records.domain.report_inquiries import REASONS

pytestmark = pytest.mark.django_db


def of_group(known, group):
    return [term for term in known.report_terms.values() if term.group == group]


def spellings(known, group):
    return {text for term in of_group(known, group) for text in term.printed}


def test_every_repayment_code_that_is_read_is_explained(known):
    assert spellings(known, "repayment") == CODES


def test_every_reason_that_is_read_is_explained(known):
    assert set(REASONS) <= spellings(known, "inquiry")


@pytest.mark.parametrize(
    ("slug", "category"),
    [
        ("inquiry-loan", "approval"),
        ("inquiry-limit", "approval"),
        ("inquiry-after-loan", "managing"),
        ("inquiry-merchant", "merchant"),
        ("inquiry-manager", "related"),
        ("inquiry-court", "judicial"),
        ("inquiry-own", "own"),
        ("inquiry-fund", "other"),
    ],
)
def test_inquiries_have_their_category(known, slug, category):
    assert known.report_terms[slug].category == category


@pytest.mark.parametrize(
    ("slug", "tone"),
    [
        *(("repayment-n", "normal"), ("repayment-m", "note"), ("repayment-1", "negative")),
        *(("repayment-4", "serious"), ("repayment-b", "serious"), ("account-state-bad", "serious")),
        *(("account-state-stopped", "note"), ("business-consumer", "normal")),
    ],
)
def test_terms_have_their_weight(known, slug, tone):
    assert known.report_terms[slug].tone == tone


def test_every_group_has_a_place_on_the_page(known):
    assert {term.group for term in known.report_terms.values()} == set(TERM_GROUPS)


def test_no_term_claims_to_be_official(known):
    assert {term.strength for term in known.report_terms.values()} == {"C2"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"printed": []}, "no printed text"),
        ({"category": "own"}, "category is for inquiries"),
        ({"printed": ["M"]}, "stands twice"),
        ({"tone": "terrible"}, "terrible"),
        ({"group": "weather"}, "weather"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_broken_term_is_not_loaded(change, message):
    files = copy.deepcopy(read_files())
    files["report_terms"][0] |= change
    with pytest.raises(ContentError, match=message):
        build_knowledge(files, "test")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_guide_explains_how_to_get_a_report_and_every_term(client, known, language):
    client.cookies["django_language"] = language
    html = client.get("/report-guide/").content.decode()
    for term in known.report_terms.values():
        assert f'id="{term.slug}"' in html
        assert term.title.in_language(language).replace("'", "&#x27;") in html
    assert ("以报告上的说明为准" in html) == (language == "zh-hans")
    assert html.count('<details class="sources-of">') == len(TERM_GROUPS)


def test_the_guide_shows_no_indirect_source(client, known):
    html = client.get("/report-guide/").content.decode()
    assert known.sources["S19"].title.zh not in html
    assert "另有间接的行业资料，只作背景，不展示出处。" in html
    assert client.get("/report-guide/")["ETag"]


def test_the_guide_is_linked_from_every_page_and_in_the_sitemap(client, known):
    assert 'href="/report-guide/"' in client.get("/").content.decode()
    assert "/report-guide/</loc>" in client.get("/sitemap.xml").content.decode()
