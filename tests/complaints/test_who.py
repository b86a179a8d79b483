"""The public finder: no account, nothing stored, nothing of the text in any address."""

import pytest

from complaints.models import ComplaintDraft
from tests.security.test_headers import assert_hardened

pytestmark = pytest.mark.django_db

TEXT = "贷款人：重庆蚂蚁消费金融有限公司\n担保人：重庆某某融资担保有限公司"


@pytest.fixture(autouse=True)
def _content(known):
    """Every test here reads the reviewed records."""


def page(answer):
    return answer.content.decode()


def test_the_form_alone_says_what_to_paste(client):
    answer = client.get("/who/")
    assert answer.status_code == 200
    assert "找出放款方" in page(answer)
    assert "找到的机构" not in page(answer)
    assert_hardened(answer)


def test_a_pasted_text_gives_entity_licence_regulator_and_ladder(client):
    html = page(client.post("/who/", {"text": TEXT}))
    for words in (
        "重庆蚂蚁消费金融有限公司",
        "消费金融公司",
        "国家金融监督管理总局",
        "12378",
        "15",
        "12315 多半不受理",
        "照你合同上的名字写",
        "重庆某某融资担保有限公司",
        "担保、增信方，不是放款方",
        "（按名称推测）",
    ):
        assert words in html
    assert html.index("重庆蚂蚁消费金融") < html.index("重庆某某融资担保")
    assert html.index("App 投诉入口") < html.index("12378（国家金融监督管理总局）")


def test_a_product_can_be_asked_by_address(client):
    html = page(client.get("/who/", {"product": "wangshangdai"}))
    assert "浙江网商银行股份有限公司" in html
    assert "按产品推测" in html
    assert client.get("/who/", {"product": "nonsense"}).status_code == 422


def test_text_in_the_address_is_not_read(client):
    assert "重庆蚂蚁" not in page(client.get("/who/", {"text": TEXT}))


def test_a_micro_loan_company_goes_to_its_province_not_to_12378(client):
    html = page(client.post("/who/", {"text": "贷款人：福州某某网络小额贷款有限公司"}))
    main = html.split("照你合同上的名字写")[0]
    assert "省级地方金融管理局" in main
    assert "12378（国家金融监督管理总局）" not in main


def test_nothing_found_says_what_to_do_next(client):
    html = page(client.post("/who/", {"text": "没有机构的一句话"}))
    assert "没有找到机构全称" in html
    assert "贷款人" in html
    hint = page(client.get("/who/", {"product": "xinyongdai"}))
    assert "每家放款机构各写一封" in hint


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": "贷" * 4001}, "最多 4000 字"),
        ({"text": "贷\u202e款"}, "不可见字符"),
        ({"product": "nobody"}, "选项无效"),
    ],
)
def test_a_refused_text_stays_in_its_box(client, typed, words):
    answer = client.post("/who/", typed)
    assert answer.status_code == 422
    assert words in page(answer)
    if "text" in typed:
        assert typed["text"] in page(answer)


def test_nothing_is_stored_and_no_session_is_made(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.post("/who/", {"text": TEXT})
    assert "sessionid" not in answer.cookies
    assert answer["Cache-Control"] == "no-store, private"
    assert not ComplaintDraft.objects.exists()


def test_markup_in_a_name_is_shown_as_text(client):
    html = page(client.post("/who/", {"text": "贷款人：<b>重庆</b>某某小额贷款有限公司"}))
    assert "<b>重庆" not in html


def test_signed_in_one_tap_starts_a_letter_to_it(client, person):
    assert "给这家写投诉信" not in page(client.post("/who/", {"text": TEXT}))
    client.force_login(person)
    assert "给这家写投诉信" in page(client.post("/who/", {"text": TEXT}))


def test_home_and_causes_lead_here(client):
    assert 'href="/who/"' in page(client.get("/"))
    assert 'href="/who/"' in page(client.get("/causes/segment-fit/"))


def test_posts_are_counted_by_address_and_links_stay_open(client, settings):
    settings.API_RATE = "3/min"
    codes = [client.post("/who/", {"text": TEXT}).status_code for _n in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert client.get("/who/", {"product": "wangshangdai"}).status_code == 200
