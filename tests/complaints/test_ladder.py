"""Where a complaint can go: what suits the licence, in its order, with the right periods."""

import pytest

from complaints.documents import institution_path
from complaints.domain.ladder import rungs

pytestmark = pytest.mark.django_db


def codes(known, licence, slug="", taken=()):
    return [row.channel.code for row in found(known, licence, slug, taken)]


def found(known, licence, slug="", taken=()):
    rule = institution_path(licence)[1]
    return rungs(licence, "某某公司", known.institutions.get(slug), taken, rule, known)


@pytest.mark.parametrize(
    ("licence", "first", "never"),
    [
        ("bank", ["C01", "C02", "C05", "C04"], {"C08", "C11", "C18"}),
        ("consumer_finance", ["C01", "C02", "C05", "C04"], {"C08", "C11", "C18"}),
        ("micro_loan", ["C01", "C02", "C11"], {"C04", "C05", "C06", "C08"}),
        ("payment_institution", ["C01", "C02", "C08"], {"C04", "C05", "C11"}),
        ("unknown", ["C01", "C02"], {"C05", "C08", "C11"}),
    ],
)
def test_the_channels_suit_the_licence_in_their_order(known, licence, first, never):
    shown = codes(known, licence)
    assert shown[: len(first)] == first
    assert not never & set(shown)
    assert len(shown) == len(set(shown))


def test_an_institution_on_record_has_its_own_order(known):
    own = list(known.institutions["ant-cf"].channels)
    assert codes(known, "consumer_finance", "ant-cf")[: len(own)] == own


def test_a_review_is_offered_once_a_regulator_was_asked(known):
    assert "C18" not in codes(known, "bank")
    assert "C18" in codes(known, "bank", taken=["C05"])


def test_what_was_tried_is_marked(known):
    rows = found(known, "bank", taken=["C01"])
    assert [row.channel.code for row in rows if row.is_taken] == ["C01"]


def test_only_periods_for_the_other_side_are_offered_the_fitting_one_first(known):
    rules = {
        row.channel.code: [rule.code for rule in row.rules]
        for row in found(known, "micro_loan", taken=["C11"])
    }
    assert rules["C01"][0] == "D28"
    assert "D01" not in rules["C01"]
    bank = {row.channel.code: [rule.code for rule in row.rules] for row in found(known, "bank")}
    assert bank["C01"][0] == "D01"
    assert bank["C05"] == ["D04", "D01"]
    assert "D10" not in bank["C07"]
    assert bank["C12"] == []


def test_the_usual_recipient_stands_ready(known):
    rows = {row.channel.code: row.recipient for row in found(known, "consumer_finance", "ant-cf")}
    assert rows["C01"] == rows["C02"] == "某某公司"
    assert rows["C05"] == known.institutions["nfra"].legal_name.zh
    assert rows["C10"] == known.institutions["pboc"].legal_name.zh
