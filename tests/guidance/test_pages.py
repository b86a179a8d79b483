"""Public pages: sourced, dated, indexed, cheap to read again, and the same for every stranger."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guidance.domain.grades import GRADE_WORDS, grade_word, one_sentence, origin_word
from guidance.domain.records import Text
from tests.factories import UserFactory

POLICY = yaml.safe_load((Path(__file__).parent.parent / "security/policy.yaml").read_text())
PAGES = ["/", "/causes/", "/causes/segment-fit/", "/questions/record/", "/channels/", "/method/"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["segment-fit", "overdue", "high-debt", "other-unknown"])
def test_a_cause_page_starts_with_one_sentence_and_ends_with_its_sources(client, known, slug):
    cause = known.causes[slug]
    html = client.get(f"/causes/{slug}/").content.decode()
    first = one_sentence(cause.explain)[0].zh
    assert f'<p class="lead">{first}</p>' in html
    assert f'<meta name="description" content="{first}">' in html
    assert f"公开证据：{grade_word(cause.strength).zh} · 核对日期 2026-11-22" in html
    assert f"下次核对 {cause.review_due_on}" in html
    for text in (*cause.confirm, *cause.ask_lender, cause.do):
        assert text.zh in html


def test_indirect_industry_material_is_said_to_exist_and_never_shown(client, known):
    html = client.get("/causes/business-signals/").content.decode()
    assert "另有间接的行业资料，只作背景，不展示出处。" in html
    hidden = [source for source in known.sources.values() if not source.quote_ok]
    assert hidden
    for page in ("/causes/business-signals/", "/questions/record/", "/method/"):
        html = client.get(page).content.decode()
        for source in hidden:
            assert source.title.zh not in html, (page, source.code)


@pytest.mark.parametrize("page", ["why", "record", "options"])
def test_every_answer_of_a_question_page_says_source_strength_and_day(client, known, page):
    html = client.get(f"/questions/{page}/").content.decode()
    facts = html.count('<details class="sources-of">')
    assert facts >= 8
    assert html.count("下次核对") == facts
    assert not re.search(r"<li>\s*S\d\d\s*</li>", html)


def test_the_protection_page_begins_with_what_to_do_at_once(client, known):
    page = client.get("/protect/").content.decode()
    assert page.index('id="taken-over"') < page.index('id="account"') < page.index('id="scam"')
    for row in known.precautions.values():
        assert row.title.zh in page, row.slug
        assert len(row.steps) >= 2, row.slug


def test_no_page_shows_a_bare_grade_letter(client, known):
    for page in ("/causes/", "/causes/segment-fit/", "/questions/record/", "/channels/"):
        html = client.get(page).content.decode()
        assert not re.search(r"(等级|·|：)\s*(A1|A2|C1|C2|V2|V)\b", html), page


def test_every_strength_in_the_records_has_a_word(known):
    kinds = (known.sources, known.causes, known.facts, known.tips, known.channels, known.signals)
    grades = {row.strength for rows in kinds for row in rows.values()}
    assert grades <= set(GRADE_WORDS)
    assert grade_word("M-high").zh == "待核对"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("EV_ZERO", "台账"),
        ("EV_W09", "同期行业背景"),
        ("EV_WHATEVER", "台账"),
        ("AN_MERCHANT", "你的回答"),
        ("TX_GENERIC", "通知原文"),
        ("CR_WAVE", "同期其他用户"),
    ],
)
def test_the_origin_of_a_clue_is_said_in_words(code, word):
    assert origin_word(code).zh == word


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        (Text("一。二。", "One. Two."), Text("一。", "One."), Text("二。", "Two.")),
        (Text("只有一句", "Only one"), Text("只有一句", "Only one"), Text("", "")),
    ],
)
def test_the_first_sentence_is_taken_in_both_languages(text, first, rest):
    assert one_sentence(text) == (first, rest)


# --- indexing -----------------------------------------------------------------------------------


PLAIN_PAGES = {
    "/",
    "/causes/",
    "/channels/",
    "/method/",
    "/outcomes/",
    "/privacy/",
    "/privacy/data/",
    "/protect/",
    "/questions/options/",
    "/questions/record/",
    "/questions/why/",
    "/report-guide/",
}


def test_the_sitemap_names_public_pages_only_and_every_one_answers(client, known, settings):
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [row.text.removeprefix(settings.SITE_URL) for row in tree.iter(f"{space}loc")]
    assert len(places) == len(set(places))
    of_records = [place for place in places if re.match(r"/(causes|tips)/.", place)]
    assert len(of_records) == len(known.causes) + len(known.tips)
    assert set(places) - set(of_records) == PLAIN_PAGES
    for place in places:
        response = client.get(place)
        assert response.status_code == 200, place
        assert "noindex" not in response.get("X-Robots-Tag", ""), place


def test_robots_keep_out_of_every_personal_route(client, known, settings):
    text = client.get("/robots.txt").content.decode()
    closed = re.findall("Disallow: (.+)", text)
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text
    for route in POLICY["person"]:
        assert any(f"/{route}".startswith(path) for path in closed), route
    assert not any(path == "/" for path in closed)


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_names_its_own_address_and_may_be_indexed(client, known, settings, page):
    response = client.get(page)
    assert response["Link"] == f'<{settings.SITE_URL}{page}>; rel="canonical"'
    assert response["X-Robots-Tag"] == "all"


def test_pages_of_a_person_are_not_indexed(signed_in, known):
    for page in ("/me/", "/plan/", "/complaints/", "/"):
        assert signed_in.get(page)["X-Robots-Tag"] == "noindex", page


# --- reading again --------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_an_unchanged_page_is_answered_with_304(client, known, page):
    first = client.get(page)
    again = client.get(page, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert "no-cache" in first["Cache-Control"]
    assert "Cookie" in first["Vary"]
    assert "Accept-Language" in first["Vary"]


def test_a_public_page_needs_no_query_the_second_time(client, known):
    client.get("/causes/segment-fit/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/causes/segment-fit/").status_code == 200
    assert len(queries) == 0


def test_two_strangers_share_no_token_and_each_can_post():
    one, two = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    tokens = [
        re.search('name="csrfmiddlewaretoken" value="(.+?)"', who.get("/").content.decode())[1]
        for who in (one, two)
    ]
    assert tokens[0] != tokens[1]
    assert "{csrf}" not in one.get("/").content.decode()
    given = {"product": "jiebei", "before": "5万", "after": "0", "effective_on": "2026-10-12"}
    mine = {**given, "csrfmiddlewaretoken": tokens[0]}
    assert one.post("/explain/", mine).status_code == 200
    assert two.post("/explain/", mine).status_code == 403


def test_a_stored_page_is_not_good_for_another_secret(known):
    """A browser that got a new CSRF cookie must not keep the form made for the old one."""
    one = Client()
    etag = one.get("/")["ETag"]
    one.cookies.clear()
    assert one.get("/", headers={"If-None-Match": etag}).status_code == 200


def test_the_language_is_part_of_the_page(client, known):
    chinese = client.get("/causes/segment-fit/")
    english = client.get("/causes/segment-fit/", headers={"Accept-Language": "en"})
    assert chinese["ETag"] != english["ETag"]
    assert known.causes["segment-fit"].title.en in english.content.decode()
    assert known.causes["segment-fit"].title.zh in chinese.content.decode()


def test_who_is_signed_in_gets_a_page_of_his_own(client, known):
    stranger = client.get("/causes/")
    assert "登录" in stranger.content.decode()
    client.force_login(UserFactory())
    mine = client.get("/causes/", headers={"If-None-Match": stranger["ETag"]})
    assert mine.status_code == 200
    assert mine["Cache-Control"] == "no-store, private"
    assert "ETag" not in mine
    assert "退出登录" in mine.content.decode()
    assert "退出登录" not in Client().get("/causes/").content.decode()


def test_a_waiting_message_is_shown_once_and_to_nobody_else(client, known):
    client.cookies["messages"] = "anything"
    assert "ETag" not in client.get("/causes/")


def test_a_page_with_a_query_is_never_kept(client, known):
    client.get("/causes/?next=CNRY-1")
    assert "CNRY-1" not in client.get("/causes/").content.decode()
    assert "ETag" not in client.get("/causes/?next=CNRY-1")


def test_an_unknown_cause_is_404_and_never_kept(client, known):
    for _attempt in range(2):
        assert client.get("/causes/nothing/").status_code == 404


def test_new_content_is_shown_at_once(client, known, monkeypatch):
    from dataclasses import replace

    from guidance import content

    old = client.get("/causes/segment-fit/")
    cause = replace(known.causes["segment-fit"], title=Text("新的标题", "A new title"))
    changed = replace(known, version="newer", causes={**known.causes, "segment-fit": cause})
    monkeypatch.setattr(content, "current", lambda: changed)
    fresh = client.get("/causes/segment-fit/", headers={"If-None-Match": old["ETag"]})
    assert fresh.status_code == 200
    assert "新的标题" in fresh.content.decode()
