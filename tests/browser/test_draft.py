"""A draft saves itself while one types, under the policy for scripts; two tabs are told apart."""

import pytest

from complaints.models import ComplaintDraft
from complaints.services import start_draft
from tests.factories import UserFactory, log

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writing(open_page, client, known, live_server):
    person = UserFactory()
    draft = start_draft(owner=person, change=log(person))
    client.force_login(person)
    page = open_page("phone")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    return page, draft


def test_typing_is_saved_and_a_second_tab_is_told(writing):
    page, draft = writing
    address = f"/complaints/drafts/{draft.public_id}/facts/"
    page.goto(address)
    second = page.context.new_page()
    second.goto(page.url)
    page.get_by_label("补充说明").fill("第一处写的")
    page.get_by_text("已自动保存").wait_for()
    assert ComplaintDraft.objects.get().typed["facts"]["story"] == "第一处写的"
    second.get_by_label("补充说明").fill("第二处写的")
    second.get_by_text("这一页在别处改过").wait_for()
    second.get_by_role("button", name="保存并继续").click()
    second.get_by_text("这份草稿在另一个页面改过").wait_for()
    second.get_by_label("另一处：第一处写的").check()
    second.get_by_role("button", name="保存并继续").click()
    second.get_by_role("heading", name="你想要什么").wait_for()
    assert ComplaintDraft.objects.get().typed["facts"]["story"] == "第一处写的"
    page.get_by_label("对你的影响").fill("周转中断")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("heading", name="你想要什么").wait_for()
    assert page.trouble == []
