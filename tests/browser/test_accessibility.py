"""axe finds nothing on any page or error state, at 360 and 1280 px, light and dark."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import UserFactory, file, log
from tests.jobs_runner import run_claimable

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}}
PUBLIC = [
    "/",
    "/explain/",
    "/causes/",
    "/causes/segment-fit/",
    "/questions/why/",
    "/questions/record/",
    "/questions/options/",
    "/channels/",
    "/privacy/",
    "/privacy/data/",
    "/method/",
    "/check-reply/",
    "/outcomes/",
    "/who/",
    "/protect/",
    "/report-guide/",
    "/verify/",
    "/verify/ABCDE-FGHJ-KLMN/",
    "/api/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/nowhere/",
]


ERRORS = [
    "/explain/",
    "/check-reply/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]


def problems(page):
    """axe's violations. It tries inline styles of its own; what the policy says of those is not
    trouble of the page."""
    before = list(page.trouble)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    page.wait_for_timeout(30)
    page.trouble[:] = before
    return [
        (row["id"], row["nodes"][0]["html"][:160], row["nodes"][0].get("failureSummary", "")[:300])
        for row in found
    ]


def check(page, address, seen):
    page.goto(address)
    seen.append(address)
    return [(address, *row) for row in problems(page)] + sideways(page)


def sideways(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    limit = page.viewport_size["width"]
    return [(page.url, "scrolls sideways", width)] if width > limit else []


def uncheck_all(page):
    checked = page.locator("main form input[type=checkbox]:checked")
    while checked.count():
        checked.first.uncheck()


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(open_page, size, scheme, record_property):
    page, seen = open_page(size, scheme=scheme), []
    found = [row for address in PUBLIC for row in check(page, address, seen)]
    for address in ERRORS:
        page.goto(address)
        page.eval_on_selector("main form", "form => form.noValidate = true")
        page.locator("main form button").first.click()
        page.get_by_role("alert").first.wait_for()
        found += [(f"error state of {address}", *row) for row in problems(page)]
    record_property("axe_pages", len(seen) + len(ERRORS))
    assert found == []
    assert page.trouble == []


def replied(case, person):
    """A reply with both kinds of words in it, and the question of four weeks later."""
    from complaints.models import FollowUp
    from complaints.services import log_message

    said = log_message(
        complaint=case,
        actor=person,
        direction="in",
        medium="call",
        happened_on=dt.date(2026, 10, 20),
        text="经综合评估，您暂不符合要求。您的身份证已于2026年9月3日到期。",
    )
    asked = FollowUp.objects.create(owner=person, complaint=case, due_on=dt.date(2026, 11, 17))
    return said, asked


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_person(open_page, client, size, scheme, record_property, live_server):
    person = UserFactory()
    change = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    case = file(person, change)
    run_claimable()
    from complaints.services import start_draft

    draft = start_draft(owner=person, change=change)
    said, asked = replied(case, person)
    client.force_login(person)
    page, seen = open_page(size, scheme=scheme), []
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    addresses = [
        "/me/",
        "/me/account/",
        "/me/export/",
        "/me/access/",
        "/changes/",
        "/changes/new/",
        f"/changes/{change.public_id}/",
        f"/changes/{change.public_id}/correct/",
        f"/lines/{change.line.public_id}/",
        "/plan/",
        "/plan/debt/",
        "/plan/about/",
        "/plan/record/",
        "/me/notices/",
        "/me/notices/settings/",
        "/complaints/",
        "/complaints/calendar/",
        "/complaints/removed/",
        f"/complaints/{case.public_id}/remove/",
        f"/complaints/{case.public_id}/",
        f"/complaints/{case.public_id}/letters/",
        f"/complaints/{case.public_id}/evidence/",
        f"/complaints/{case.public_id}/steps/new/",
        f"/complaints/{case.public_id}/documents/new/",
        f"/complaints/{case.public_id}/close/",
        f"/complaints/{case.public_id}/messages/",
        f"/complaints/messages/{said.public_id}/",
        f"/complaints/messages/{said.public_id}/check/",
        f"/complaints/messages/{said.public_id}/reason/",
        f"/complaints/follow-ups/{asked.public_id}/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/sessions/",
        *(
            f"/complaints/drafts/{draft.public_id}/{stage}/"
            for stage in (
                "change",
                "respondent",
                "facts",
                "demands",
                "evidence",
                "contact",
                "check",
            )
        ),
    ]
    found = [row for address in addresses for row in check(page, address, seen)]
    for address, button in (
        ("/changes/new/", "记入台账"),
        (f"/complaints/drafts/{draft.public_id}/check/", "立档，生成文书"),
        ("/plan/", "加入计划"),
    ):
        page.goto(address)
        page.get_by_role("button", name=button).click()
        found += [(f"error state of {address}", *row) for row in problems(page)]
        found += sideways(page)
    for stage, mistake in (
        ("respondent", lambda: page.get_by_label("合同上是别的名称").check()),
        ("facts", lambda: page.get_by_label("问过客服的日期").fill("2099-01-01")),
        ("demands", lambda: uncheck_all(page)),
        ("contact", lambda: page.get_by_label("姓名").fill("长" * 60)),
    ):
        page.goto(f"/complaints/drafts/{draft.public_id}/{stage}/")
        mistake()
        page.get_by_role("button", name="保存并继续").click()
        page.get_by_role("alert").first.wait_for()
        found += [(f"error state of {stage}", *row) for row in problems(page)]
        found += sideways(page)
    record_property("axe_pages", len(seen) + 7)
    assert found == []
    assert page.trouble == []


def test_the_office_is_accessible_and_runs_under_the_policy(
    open_page, client, settings, live_server
):
    settings.STAFF_SECOND_FACTOR = False
    person = UserFactory()
    file(person)
    client.force_login(UserFactory(operator=True))
    page = open_page("desk")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    for address in ("/office/", "/office/complaints/complaint/", "/office/guidance/record/"):
        page.goto(address)
        assert page.locator("#content").count() == 1
    assert page.trouble == []
