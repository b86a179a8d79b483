"""The seed story in a real browser at 360 px, with and without JavaScript."""

import os
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.jobs_runner import run_claimable

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SCREENSHOTS")


def shot(page, name):
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def no_sideways_scroll(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], page.url


@pytest.mark.parametrize(
    ("size", "javascript"),
    [("phone", True), ("phone", False), ("desk", True)],
    ids=["phone-js", "phone-nojs", "desk-js"],
)
def test_the_seed_story(open_page, mailoutbox, tmp_path, javascript, size):
    page = open_page(size, javascript)
    tag = f"{size}-{'js' if javascript else 'nojs'}"

    page.goto("/")
    shot(page, f"{tag}-01-home")
    page.get_by_label("哪个产品的额度变了").select_option("jiebei")
    page.get_by_label("原来多少").fill("5万")
    page.get_by_label("现在多少").fill("0")
    page.get_by_label("哪天变的").fill("2026年10月12日")
    page.locator("form summary").first.click()
    page.get_by_label("同一段时间，别的产品").select_option("wangshangdai")
    page.get_by_label("那个产品现在的额度").fill("50,000")
    page.get_by_role("button", name="看可能的原因").click()
    page.get_by_role("heading", name="可能的原因", exact=True).wait_for()
    shot(page, f"{tag}-02-explained")
    assert "只有放款方知道" in page.content()
    question = page.locator("fieldset.question legend").inner_text()
    page.locator("fieldset.question label.choice").first.click()
    page.get_by_role("button", name="回答，重新排序").click()
    page.get_by_text("你已回答 1 题").wait_for()
    assert page.locator("fieldset.question legend").inner_text() != question
    page.get_by_role("button", name="注册并保存").click()

    page.locator("input[type=email]").fill("walker@example.org")
    page.locator("input[type=password]").first.fill("a long enough one")
    shot(page, f"{tag}-03-signup")
    page.locator("main form button[type=submit], main form button").first.click()
    page.locator("input[name=code]").wait_for()
    body = mailoutbox[0].body
    code = re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b|\b[A-Z0-9]{6,8}\b", body)[0]
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    page.get_by_role("heading", name="保存到我的台账").wait_for()
    page.locator("input[name=agree]").check()
    shot(page, f"{tag}-04-kept")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="是，有关").wait_for()
    run_claimable()
    page.reload()
    shot(page, f"{tag}-05-change")
    no_sideways = javascript and no_sideways_scroll(page)
    assert not no_sideways
    page.get_by_role("button", name="是，有关").click()
    page.get_by_text("你已确认这两次变动有关").wait_for()

    page.goto("/plan/")
    page.get_by_role("button", name="开始").first.click()
    page.get_by_text("进行中", exact=True).first.wait_for()
    shot(page, f"{tag}-06-plan")

    page.goto("/me/")
    shot(page, f"{tag}-07-dashboard")
    assert "借呗" in page.content()
    page.goto("/complaints/")
    page.get_by_role("button", name="写一封新的投诉信").click()
    page.get_by_role("radio").first.check()
    shot(page, f"{tag}-08-wizard-change")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("heading", name="投诉哪家机构").wait_for()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("补充说明").fill("入口不见了，没有通知。")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("heading", name="你想要什么").wait_for()
    shot(page, f"{tag}-09-wizard-demands")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("heading", name="有什么证据").wait_for()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("姓名").fill("龘小明")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("heading", name="检查并立档").wait_for()
    page.get_by_role("button", name="立档，生成文书").click()
    page.get_by_text("立档前请确认内容属实").first.wait_for()
    shot(page, f"{tag}-10-wizard-error")
    page.get_by_label("以上内容是我所知的事实").check()
    page.get_by_role("button", name="立档，生成文书").click()
    page.locator(".figure-value", has_text="LL2").first.wait_for()
    shot(page, f"{tag}-11-case-making")
    run_claimable()
    page.reload()
    shot(page, f"{tag}-12-case")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 关于信贷额度变动的投诉信").click()
    saved = tmp_path / "letter.pdf"
    waiting.value.save_as(saved)
    text = re.sub(r"\s", "", "".join(leaf.extract_text() for leaf in PdfReader(saved).pages))
    assert "龘小明" in text
    assert "50,000.00" in text
    if SHOTS:
        Path(SHOTS, f"{tag}-letter.pdf").write_bytes(saved.read_bytes())
    assert page.trouble == []
