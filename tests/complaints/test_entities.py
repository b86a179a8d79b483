"""The entity finder: from contract and screen texts to legal persons. One row a text."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.domain.bases import concerns
from complaints.domain.entities import entity_named, find_entities, lenders
from complaints.domain.mentions import LENDER
from complaints.domain.names import licence_of, plain
from complaints.domain.routes import BY_ANALOGY, LADDERS, ladder, supervisor
from guidance import content
from guidance.domain.loading import build_knowledge

KNOWN = build_knowledge(content.read_files(), "test")
ROWS = list(
    csv.DictReader(Path(__file__).with_name("entities_expected.csv").open(encoding="utf-8"))
)


def said(entities):
    return (
        "；".join(
            f"{row.name} {row.licence} {row.role} {row.sureness}"
            + (f" {row.branch}" if row.branch else "")
            for row in entities
        )
        or "—"
    )


def shown(text):
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\u200b", "\u200b")


@pytest.mark.parametrize("row", ROWS, ids=[row["编号"] for row in ROWS])
def test_a_text_gives_these_legal_persons(row):
    assert said(find_entities(shown(row["文字"]), row["产品"], KNOWN)) == row["找到"]


def test_the_table_is_long_enough():
    assert len(ROWS) >= 60
    assert len({row["编号"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("slug", list(KNOWN.institutions))
def test_every_institution_is_found_by_its_legal_name(slug):
    institution = KNOWN.institutions[slug]
    found = find_entities(f"贷款人：{institution.legal_name.zh}", "", KNOWN)
    if institution.licence == "regulator":
        assert found == ()
    else:
        assert found[0].slug == slug
        assert not found[0].is_guess


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("上海银行股份有限公司", "bank"),
        ("中邮消费金融有限公司", "consumer_finance"),
        ("重庆某某小额贷款有限公司", "micro_loan"),
        ("福州某某网络小额贷款有限公司", "micro_loan"),
        ("重庆某某融资担保有限公司", "guarantee"),
        ("朴道征信有限公司", "credit_bureau"),
        ("财付通支付科技有限公司", "payment_institution"),
        ("北京某某网络科技有限公司", "platform_assist"),
        ("某某财产保险股份有限公司", "insurer"),
        ("某某保险代理有限公司", "platform_assist"),
        ("某某实业有限公司", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_licence_is_guessed_from_the_form_of_the_name(name, licence):
    assert licence_of(name) == licence


@pytest.mark.parametrize(
    ("licence", "first", "regulator"),
    [
        ("bank", ["C01", "C02", "C05"], "国家金融监督管理总局"),
        ("consumer_finance", ["C01", "C02", "C05"], "国家金融监督管理总局"),
        ("payment_institution", ["C01", "C02", "C08"], "中国人民银行"),
        ("credit_bureau", ["C09", "C08", "C10"], "中国人民银行"),
        ("micro_loan", ["C01", "C02", "C11"], "公司注册地的省级地方金融管理局"),
    ],
)
def test_the_institution_comes_first_then_who_supervises_it(licence, first, regulator):
    assert [row.channel.code for row in ladder(licence, KNOWN)][:3] == first
    assert supervisor(licence, "某某公司", KNOWN).zh == regulator


def test_personal_data_goes_to_the_handler_then_the_cyberspace_authority():
    rungs = ladder("platform_assist", KNOWN, "data")
    assert [row.channel.code for row in rungs] == ["C01", "C14", "C17"]
    assert [rule.code for rule in rungs[0].rules] == ["D27"]


@pytest.mark.parametrize("licence", list(LADDERS))
def test_no_ladder_names_a_channel_that_refuses_the_licence(licence):
    for row in ladder(licence, KNOWN):
        near = {licence, BY_ANALOGY.get(licence, licence)}
        open_to_all = row.channel.code in ("C01", "C12", "C17")
        assert open_to_all or any(concerns(row.channel.respondents, name) for name in near)


@pytest.mark.parametrize("licence", list(LADDERS))
def test_12315_and_12363_for_lenders_stand_in_no_ladder(licence):
    codes = {row.channel.code for row in ladder(licence, KNOWN)}
    assert "C13" not in codes
    assert ("C08" in codes) == (licence in ("payment_institution", "credit_bureau"))
    assert ("C05" in codes) == (
        licence in ("bank", "consumer_finance", "trust", "auto_finance", "insurer")
    )


def test_a_period_is_shown_only_where_it_binds():
    codes = {
        licence: [rule.code for rule in ladder(licence, KNOWN)[0].rules]
        for licence in ("bank", "consumer_finance", "micro_loan", "unknown")
    }
    assert codes == {
        "bank": ["D01"],
        "consumer_finance": ["D01"],
        "micro_loan": ["D28"],
        "unknown": ["D27"],
    }


def test_the_name_is_printed_as_the_contract_has_it():
    found = find_entities("贷款人：蚂蚁消费金融有限公司", "", KNOWN)[0]
    assert (found.name, found.slug) == ("蚂蚁消费金融有限公司", "ant-cf")
    assert entity_named(" 某某银行股份有限公司 ", KNOWN).name == "某某银行股份有限公司"
    assert entity_named("网商银行", KNOWN).slug == "mybank"


def test_a_guess_is_said_to_be_one():
    found = find_entities("贷款人：某某小额贷款有限公司", "", KNOWN)[0]
    assert found.is_guess
    assert any("猜" in text.zh for text in found.why)


def test_a_hotline_stands_in_no_answer():
    """Numbers are second-hand: the finder sends people to their own contract."""
    numbers = [row.hotline for row in KNOWN.institutions.values() if row.hotline]
    text = str(find_entities("贷款人：重庆蚂蚁消费金融有限公司", "jiebei", KNOWN))
    assert not [
        number
        for number in numbers
        if number in text and number not in ("12378", "12363", "400-810-8866")
    ]


def test_no_answer_holds_a_forbidden_phrase():
    for row in ROWS:
        for entity in find_entities(shown(row["文字"]), row["产品"], KNOWN):
            words = " ".join(text.zh for text in [*entity.why, entity.supervisor, entity.sure])
            for phrase in KNOWN.forbidden.values():
                assert not re.search(phrase.pattern, words), (phrase.slug, words)


ALPHABET = "贷款人出资方由提供担保:：（）()【】、\n 　\u200b重庆深圳银行消费金融小额有限公司股份网商借呗某的与和Aa9"


@given(st.text(alphabet=st.one_of(st.sampled_from(ALPHABET), st.characters()), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_answered_and_names_stand_in_it(text):
    for entity in find_entities(text, "", KNOWN):
        assert entity.name.strip()
        assert entity.channels
        assert "\n" not in entity.name


@given(st.text(alphabet=ALPHABET, min_size=4000, max_size=9000))
@settings(max_examples=5, deadline=None)
def test_a_long_text_is_read_up_to_its_limit(text):
    assert len(plain(text)) <= 4000 * 18
    find_entities(text, "", KNOWN)


def test_joint_lenders_are_all_named():
    text = "出资方：南京银行股份有限公司、重庆蚂蚁消费金融有限公司"
    assert len(lenders(find_entities(text, "jiebei", KNOWN))) == 2


def test_guarantors_and_platforms_are_never_lenders():
    text = "出资方：某某融资担保有限公司；放款方：北京某某科技有限公司"
    found = find_entities(text, "", KNOWN)
    assert len(found) == 2
    assert not [row for row in found if row.role == LENDER]
