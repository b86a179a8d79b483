"""The whole story with the keyboard alone, and a passkey made and used under the strict policy."""

import re

import pytest

from complaints.models import Complaint
from tests.factories import UserFactory
from tests.jobs_runner import run_claimable

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 90

FOCUSED = """() => {
  const item = document.activeElement;
  if (!item.matches("a, button, input, select, textarea, summary")) return "";
  const label = item.labels && item.labels.length ? item.labels[0].innerText : "";
  return [item.innerText || "", label, item.name || "", item.value || ""].join("|");
}"""


def tab_to(page, words):
    """Press Tab until the focused control carries the words; it must be visibly focused."""
    for _index in range(MOST_TABS):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            outline = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle + "
                "getComputedStyle(document.activeElement).boxShadow"
            )
            assert outline != "nonenone", f"focus on {words} cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {words} on {page.url}")


def press(page, words):
    tab_to(page, words)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_the_story_by_keyboard(open_page, mailoutbox):
    page = open_page("phone")
    page.goto("/")
    page.keyboard.press("Tab")
    assert "跳到正文" in page.evaluate(FOCUSED)
    tab_to(page, "原来多少")
    page.keyboard.type("5万")
    tab_to(page, "现在多少")
    page.keyboard.type("0")
    tab_to(page, "哪天变的")
    page.keyboard.type("2026-10-12")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="可能的原因", exact=True).wait_for()
    tab_to(page, "answer|")
    page.keyboard.press("Space")
    press(page, "回答，重新排序")
    page.get_by_text("你已回答 1 题").wait_for()
    press(page, "注册并保存")
    page.locator("input[type=email]").wait_for()
    tab_to(page, "email|")
    page.keyboard.type("keys@example.org")
    tab_to(page, "password1|")
    page.keyboard.type("a long enough one")
    page.keyboard.press("Enter")
    page.locator("input[name=code]").wait_for()
    code = re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b|\b[A-Z0-9]{6,8}\b", mailoutbox[0].body)[0]
    if page.evaluate("document.activeElement.name") != "code":
        tab_to(page, "code|")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="保存到我的台账").wait_for()
    tab_to(page, "我同意本站保存")
    page.keyboard.press("Space")
    press(page, "保存|")
    page.get_by_role("heading", name="会影响征信吗").wait_for()
    press(page, "写投诉信")
    for heading in (
        "投诉什么事",
        "投诉哪家机构",
        "发生了什么，有什么影响",
        "你想要什么",
        "有什么证据",
        "怎么联系你",
    ):
        page.get_by_role("heading", name=heading).wait_for()
        press(page, "保存并继续")
    page.get_by_role("heading", name="检查并立档").wait_for()
    tab_to(page, "以上内容是我所知的事实")
    page.keyboard.press("Space")
    press(page, "立档，生成文书")
    page.locator(".figure-value", has_text="LL2").first.wait_for()
    run_claimable()
    page.reload()
    with page.expect_download() as waiting:
        press(page, "下载 关于信贷额度变动的投诉信")
    assert waiting.value.suggested_filename.endswith(".pdf")
    assert Complaint.objects.count() == 1
    assert page.trouble == []


def authenticator(page):
    """A virtual passkey device of the browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_staff_set_up_a_passkey_and_get_into_the_office(open_page):
    user = UserFactory(operator=True, email="operator@example.org")
    user.set_password("a long enough one")
    user.save()
    page = open_page("desk")
    authenticator(page)
    page.goto("/office/")
    page.locator("input[type=email]").fill("operator@example.org")
    page.locator("input[type=password]").fill("a long enough one")
    page.locator("main form button").first.click()
    page.get_by_text("后台人员须先设置两步验证").wait_for()
    page.goto("/accounts/2fa/webauthn/add/")
    if page.locator("input[type=password]").count():
        page.locator("input[type=password]").fill("a long enough one")
        page.locator("main form button").first.click()
    page.locator("input[name=name]").fill("我的钥匙")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.wait_for_load_state()
    page.goto("/office/")
    page.locator("#content").wait_for()
    assert page.trouble == []
