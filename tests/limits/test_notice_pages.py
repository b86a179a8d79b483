"""Paste a notice, look at what was read, save: nothing is stored before, nothing typed is lost."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from limits.domain import notices
from limits.models import CreditLine, LimitChange
from limits.views.notices import DOUBTS, LABELS, LONGEST
from tests.factories import CreditLineFactory

NOTICE = "因综合评估未通过，您的借呗额度由50000元调整为0元，自2026年10月12日起生效。CNRY-77"
PASTE, SAVE = "/changes/notice/", "/changes/notice/save/"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    for module in ("limits.views.notices", "limits.views.ledger", "inputs.clock"):
        monkeypatch.setattr(f"{module}.today", lambda now=None: dt.date(2026, 11, 22))


def paste(client, text=NOTICE, received_on="2026-11-22"):
    return client.post(PASTE, {"text": text, "received_on": received_on})


def boxes(response):
    """What the confirmation form would send, as a browser reads it."""
    form = response.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    sent = {name: form.fields[name].prepare_value(value) for name, value in typed.items()}
    hidden = {name: response.context["pasted"][name].value() for name in ("text", "received_on")}
    return {name: value for name, value in (sent | hidden).items() if value not in (None, False)}


def marked(response):
    found = re.findall(r"<mark>(.*?)</mark>", response.content.decode())
    return [html.unescape(text) for text in found]


def test_the_log_page_leads_to_pasting(signed_in, known):
    assert f'href="{reverse("notice")}"' in signed_in.get(reverse("log")).content.decode()


def test_the_box_starts_with_today(signed_in, known):
    response = signed_in.get(PASTE)
    assert response.status_code == 200
    assert 'value="2026-11-22"' in response.content.decode()


def test_what_was_found_is_filled_in_and_marked(signed_in, known):
    response = paste(signed_in)
    assert response.status_code == 200
    filled = boxes(response)
    assert filled["product"] == "jiebei"
    assert (filled["before"], filled["after"]) == ("50,000.00", "0.00")
    assert filled["effective_on"] == "2026-10-12"
    assert filled["noticed_on"] == "2026-11-22"
    assert filled["stated_reason"] == "因综合评估未通过"
    assert filled["kind"] == "limit"
    assert marked(response) == [
        "因综合评估未通过",
        "借呗",
        "50000元",
        "调整",
        "0元",
        "2026年10月12日",
    ]


def test_pasting_stores_nothing(signed_in, known):
    with CaptureQueriesContext(connection) as queries:
        paste(signed_in)
    written = [row["sql"] for row in queries if re.match("INSERT|UPDATE|DELETE", row["sql"])]
    assert not [sql for sql in written if "session" not in sql]
    assert not any("CNRY-77" in row["sql"] for row in queries)
    assert not LimitChange.objects.exists()
    assert not CreditLine.objects.exists()


def test_what_was_confirmed_is_saved_and_only_that(signed_in, known, person):
    filled = boxes(paste(signed_in)) | {"stated_reason": "综合评估未通过", "after": "1万"}
    response = signed_in.post(SAVE, filled)
    change = LimitChange.objects.get(owner=person)
    assert response["Location"] == reverse("change", args=[change.public_id])
    assert (change.before_fen, change.after_fen) == (5_000_000, 1_000_000)
    assert change.effective_on == dt.date(2026, 10, 12)
    assert change.noticed_on == dt.date(2026, 11, 22)
    assert change.stated_reason == "综合评估未通过"
    assert change.source == "notice"
    values = " ".join(str(value) for value in LimitChange.objects.values_list().get())
    assert "CNRY-77" not in values


def test_confirming_twice_asks_before_a_second_row(signed_in, known):
    filled = boxes(paste(signed_in))
    signed_in.post(SAVE, filled)
    response = signed_in.post(SAVE, filled)
    assert response.status_code == 422
    assert LimitChange.objects.count() == 1


EMPTY_OR_WRONG = {
    "nothing pasted": ("", "2026-11-22"),
    "too long": ("额度" * 1001, "2026-11-22"),
    "a day to come": (NOTICE, "2026-11-23"),
    "no day": (NOTICE, "后天"),
    "an invisible character": ("您的\u200b借呗额度调整为0元", "2026-11-22"),
}


@pytest.mark.parametrize(("text", "day"), EMPTY_OR_WRONG.values(), ids=EMPTY_OR_WRONG)
def test_a_refusal_keeps_what_was_typed(signed_in, known, text, day):
    response = paste(signed_in, text, day)
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert text in page
    assert f'value="{day}"' in page
    assert response.context["form"].errors


def test_the_longest_text_is_read(signed_in, known):
    assert paste(signed_in, "额" * LONGEST).status_code == 200


def test_a_mistake_on_the_form_keeps_the_notice_and_what_was_typed(signed_in, known):
    filled = boxes(paste(signed_in)) | {"before": "五万左右", "note": "自己的话"}
    response = signed_in.post(SAVE, filled)
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert "五万左右" in page
    assert "自己的话" in page
    assert "50000元" in marked(response)
    assert not LimitChange.objects.exists()


def test_a_change_of_nothing_is_refused_with_the_notice_still_there(signed_in, known):
    filled = boxes(paste(signed_in)) | {"after": "50000"}
    response = signed_in.post(SAVE, filled)
    assert response.status_code == 422
    assert response.context["form"].errors["after"]
    assert "50000元" in marked(response)


def test_without_its_notice_nothing_is_saved(signed_in, known):
    filled = boxes(paste(signed_in)) | {"text": ""}
    assert signed_in.post(SAVE, filled).status_code == 422
    assert not LimitChange.objects.exists()


def test_no_product_is_chosen_where_none_is_named(signed_in, known):
    response = paste(signed_in, "您的额度由50000元调整为0元。")
    assert '<option value="" selected>请选择</option>' in response.content.decode()
    assert "没有读到“产品”" in response.content.decode()
    saved = signed_in.post(SAVE, boxes(response) | {"effective_on": "2026-10-12"})
    assert saved.status_code == 422
    assert saved.context["form"].errors["product"]


def test_what_competes_is_shown_and_left_empty(signed_in, known):
    response = paste(signed_in, "您的借呗额度调整为20000元，花呗额度调整为3000元。")
    page = response.content.decode()
    assert "<strong>20000元</strong> <strong>3000元</strong>" in page
    assert str(DOUBTS["two-after"]) in page
    assert not boxes(response).get("after")
    assert not boxes(response).get("product")
    assert "没有读到“变动后额度”" not in page
    assert "没有读到“变动前额度”" in page


def test_every_doubt_and_every_field_has_words():
    codes = {
        value for name, value in vars(notices).items() if name.isupper() and isinstance(value, str)
    }
    assert codes == set(DOUBTS)
    assert set(LABELS) == set(notices.FIELDS)


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("您的借呗额度已冻结，点击 http://a.top/x 恢复", True),
        ("恢复借呗额度，验证码 482913，请告知客服", True),
        ("借呗额度解冻需先转账2000元", True),
        ("您的借呗额度调整为0元，如有疑问请致电95188。请勿透露验证码。", False),
    ],
)
def test_a_message_after_money_or_a_code_is_warned_of(signed_in, known, text, warned):
    assert ("先别点" in paste(signed_in, text).content.decode()) is warned


def test_a_link_in_a_notice_is_never_a_link_on_the_page(signed_in, known):
    page = paste(signed_in, "额度已冻结，点击 http://a.top/x 恢复").content.decode()
    assert 'href="http://a.top' not in page


def test_markup_in_a_notice_is_shown_and_does_nothing(signed_in, known):
    text = "<script>alert(1)</script>您的<b>借呗</b>额度调整为0元{{ 7|add:7 }}"
    page = paste(signed_in, text).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7|add:7 }}" in page


def test_the_change_lands_on_the_persons_own_line(signed_in, known, person):
    own = CreditLineFactory(owner=person, lender_name="某某银行")
    CreditLineFactory(lender_name="别人的银行")
    filled = boxes(
        paste(signed_in, "您的借呗（贷款人重庆蚂蚁消费金融有限公司）额度由2万元调整为0元")
    )
    assert filled["lender_name"] == "某某银行"
    signed_in.post(SAVE, filled | {"effective_on": "2026-10-12"})
    assert LimitChange.objects.get(owner=person).line == own


def test_a_lender_in_the_text_is_filled_in_with_its_legal_name(signed_in, known):
    filled = boxes(paste(signed_in, "您的借呗由蚂蚁消金放款，额度调整为0元"))
    assert filled["lender_name"] == "重庆蚂蚁消费金融有限公司"


def test_a_sender_is_no_lender(signed_in, known):
    response = paste(signed_in, "【网商银行】您的网商贷额度调整为0元")
    assert not boxes(response).get("lender_name")
    assert str(DOUBTS["sender-only"]) in response.content.decode()


def test_a_day_that_is_not_here_yet_cannot_be_saved(signed_in, known):
    response = paste(signed_in, "您的借呗额度将于12月1日由5万元调整为0元")
    assert str(DOUBTS["day-ahead"]) in response.content.decode()
    saved = signed_in.post(SAVE, boxes(response))
    assert saved.status_code == 422
    assert saved.context["form"].errors["effective_on"]


def test_a_closed_line_is_saved_as_closed(signed_in, known, person):
    filled = boxes(paste(signed_in, "您的花呗（原额度8000元）已于2026年11月1日关闭"))
    signed_in.post(SAVE, filled)
    change = LimitChange.objects.get(owner=person)
    assert (change.kind, change.before_fen, change.after_fen) == ("close", 800_000, 0)


def test_the_pages_ask_for_sign_in(client, db):
    for address in (PASTE, SAVE):
        for response in (client.get(address), client.post(address, {"text": NOTICE})):
            assert response.status_code == 302
            assert response["Location"].startswith("/accounts/login/")


def test_the_longest_notice_costs_no_more_queries(signed_in, known):
    def cost(text):
        with CaptureQueriesContext(connection) as queries:
            paste(signed_in, text)
        return len(queries)

    cost(NOTICE)
    assert cost((NOTICE * 50)[:LONGEST]) <= cost(NOTICE)
