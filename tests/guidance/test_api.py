"""The reviewed records over the API: whole, in both languages, without sign-in."""

import pytest

KINDS = ["causes", "tips", "channels", "rules", "products", "institutions", "demands"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_is_listed_with_every_field(client, known, kind):
    answer = client.get(f"/api/v1/{kind}/").json()
    rows = getattr(known, kind)
    assert answer["content_version"] == known.version
    assert len(answer["results"]) == len(rows)
    first = next(iter(rows.values()))
    expected = {name.rstrip("_") for name in type(first).__dataclass_fields__ if name != "file"}
    assert set(answer["results"][0]) == expected
    assert answer["results"][0]["title"] == first.title.zh


@pytest.mark.parametrize("kind", KINDS)
def test_texts_follow_the_language(client, known, kind):
    answer = client.get(f"/api/v1/{kind}/", headers={"accept-language": "en"}).json()
    assert answer["results"][0]["title"] == next(iter(getattr(known, kind).values())).title.en


def test_canonical_slugs(client, known):
    slugs = [row["slug"] for row in client.get("/api/v1/products/").json()["results"]]
    assert slugs == [
        "jiebei",
        "xinyongdai",
        "wangshangdai",
        "huabei",
        "weilidai",
        "weiyedai",
        "jintiao",
        "baitiao",
        "youqianhua",
        "meituan-jieqian",
        "fangxinjie",
        "haoqidai",
        "anyihua",
        "fenqile",
        "qifujietiao",
        "other",
    ]
    causes = [row["slug"] for row in client.get("/api/v1/causes/").json()["results"]]
    assert sorted(causes) == sorted(
        [
            "segment-fit",
            "business-signals",
            "user-switched",
            "risk-tightening",
            "product-iteration",
            "brand-split",
            "partner-funding",
            "regulatory-cap",
            "overdue",
            "high-debt",
            "many-inquiries",
            "info-expired",
            "account-security",
            "cash-out-suspected",
            "purpose-breach",
            "inactivity",
            "payoff-reassessment",
            "instalment-or-extension",
            "legal-case",
            "term-ended",
            "authorisation-withdrawn",
            "self-limited",
            "age-or-student",
            "income-change",
            "shared-cap",
            "system-display",
            "report-error",
            "guarantee-risk",
            "other-unknown",
        ]
    )
