"""Pages of the plan: groups, one next action, moves, notes, refusals that keep what was typed."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.domain.plan import Situation
from records.models import Circumstances, PlanItem
from records.services import add_own_item, move_item, refresh_plan

TODAY = dt.date(2026, 11, 22)
MOST_QUERIES = 8


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def plan(person, known):
    refresh_plan(
        owner=person, situation=Situation(event_on=TODAY, causes=("overdue",)), today=TODAY
    )
    return person


def text(response):
    return response.content.decode()


def post(client, item, **fields):
    return client.post(f"/plan/{item.public_id}/move/", fields)


def test_an_empty_plan_says_what_to_do(signed_in, known):
    page = text(signed_in.get("/plan/"))
    assert "计划还是空的" in page
    assert "/changes/new/" in page


def test_the_page_has_one_next_action_reasons_and_groups(signed_in, plan):
    page = text(signed_in.get("/plan/"))
    assert page.count("现在先做这一件") == 1
    assert "已经逾期的，尽快足额补上" in page.split("看怎么做")[0], "due today: first"
    assert "因为可能的原因里有「逾期或违约」" in page
    assert (
        page.index(">现在</h2>") < page.index(">一个月内</h2>") < page.index("以后再做，或者等到")
    )


def test_the_page_takes_few_queries_and_the_same_for_sixty_items(signed_in, plan):
    counts = []
    for more in (0, 60):
        for number in range(more):
            item = add_own_item(owner=plan, title=f"第 {number} 件", due_on=TODAY)
            if number % 2:
                move_item(item=item, action="finish", today=TODAY)
        with CaptureQueriesContext(connection) as queries:
            page = signed_in.get("/plan/")
        counts.append(len(queries))
    assert "第 58 件" in text(page)
    assert counts[0] == counts[1] <= MOST_QUERIES, counts


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("show=now", "先把证据留住", "每月记一次额度"),
        ("show=soon", "每月记一次额度", "先把证据留住"),
        ("show=later", "逐项核对信用报告", "先把证据留住</a>"),
        ("show=done", "还没有做完的", "每月记一次额度"),
        ("show=not-for-me", "没有移到这里的事", "每月记一次额度"),
        ("short=1", "记下放款机构的全称", "书面要一份说明"),
        ("own=1", "打给银行", "每月记一次额度"),
        ("show=nonsense", "每月记一次额度", "no such page"),
    ],
)
def test_filters(signed_in, plan, query, there, not_there):
    add_own_item(owner=plan, title="打给银行")
    page = text(signed_in.get(f"/plan/?{query}")).split('aria-label="筛选"')[1]
    assert there in page
    assert not_there not in page


def test_moving_undoing_and_counting(signed_in, plan):
    item = PlanItem.objects.get(tip_code="T01")
    assert post(signed_in, item, action="finish", seen=0, show="now").url == "/plan/?show=now"
    assert "这个月做完 1 件，今年一共 1 件" in text(signed_in.get("/plan/"))
    assert post(signed_in, item, action="reopen", back="item").url == f"/plan/{item.public_id}/"
    assert "这个月做完" not in text(signed_in.get("/plan/"))


def test_no_page_shames_anybody(signed_in, plan):
    PlanItem.objects.filter(tip_code="T01").update(due_on=dt.date(2026, 6, 1))
    page = text(signed_in.get("/plan/"))
    assert "日期已过" in page
    for word in ("失败", "连续", "落后", "拖延", "赶快", "打卡"):
        assert word not in page


def test_a_missed_turn_is_shown_as_over_before_the_night_has_ended_it(signed_in, plan):
    PlanItem.objects.filter(tip_code="T04").update(due_on=dt.date(2026, 9, 5))
    item = PlanItem.objects.get(tip_code="T04")
    page = text(signed_in.get(f"/plan/{item.public_id}/"))
    assert "已过期" in page
    assert "其实做了" in page
    assert 'value="start"' not in page
    assert post(signed_in, item, action="finish").status_code == 302


def test_a_page_out_of_date_shows_how_it_is_now(signed_in, plan):
    item = PlanItem.objects.get(tip_code="T01")
    move_item(item=item, action="start", today=TODAY)
    answer = post(signed_in, item, action="dismiss", seen=0)
    assert answer.status_code == 409
    assert "这一项在别处改过了" in text(answer)
    assert "进行中" in text(answer)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "explode"}, 409),
        ({}, 409),
        ({"action": "postpone", "remind_on": "2026-11-22"}, 422),
        ({"action": "postpone", "remind_on": "下个月"}, 422),
        ({"action": "finish", "done_on": "2026-11-23"}, 422),
        ({"action": "finish", "seen": "abc"}, 302),
        ({"action": "postpone", "remind_on": "2026年12月1日"}, 302),
    ],
)
def test_bad_moves_are_refused_in_words(signed_in, plan, fields, status):
    item = PlanItem.objects.get(tip_code="T01")
    answer = post(signed_in, item, **fields)
    assert answer.status_code == status
    if status == 422:
        assert next(value for name, value in fields.items() if name != "action") in text(answer)


def test_the_page_of_an_item_says_everything(signed_in, plan):
    item = PlanItem.objects.get(tip_code="T09")
    move_item(item=item, action="postpone", today=TODAY)
    page = text(signed_in.get(f"/plan/{item.public_id}/"))
    for words in ("怎样算完成", "留下什么", "可能的效果", "第17条", "法规、监管文件", "大约要多久"):
        assert words in page
    assert "做了以后暂时没有变化，是正常的" in page
    assert "提醒日 2026-11-29" in page


def test_a_note_is_kept_and_a_refused_one_stays_in_the_box(signed_in, plan):
    item = PlanItem.objects.get(tip_code="T01")
    address = f"/plan/{item.public_id}/note/"
    assert signed_in.post(address, {"note": "录屏在相册", "seen": 0}).status_code == 302
    long = signed_in.post(address, {"note": "长" * 1001, "seen": 1})
    assert (long.status_code, "长" * 1001 in text(long)) == (422, True)
    stale = signed_in.post(address, {"note": "另一页写的", "seen": 0})
    assert stale.status_code == 422
    assert "另一页写的" in text(stale)
    assert PlanItem.objects.get(pk=item.pk).note == "录屏在相册"


def test_a_monthly_item_with_a_past_day_begins_with_its_next_turn(signed_in, person, known):
    fields = {"title": "看余额", "due_on": "2020-01-31", "repeats": "FREQ=MONTHLY"}
    signed_in.post("/plan/", fields)
    item = PlanItem.objects.get()
    assert item.due_on == dt.date(2026, 11, 30)
    assert "每月" in text(signed_in.get(f"/plan/{item.public_id}/"))


def test_own_items_from_adding_to_removing(signed_in, person, known):
    bad = signed_in.post("/plan/", {"title": "还款", "repeats": "FREQ=MONTHLY"})
    assert bad.status_code == 422
    assert "要填第一次的日期" in text(bad)
    fields = {"title": "还款", "due_on": "2027-01-31", "repeats": "FREQ=MONTHLY"}
    for _index in range(2):
        assert signed_in.post("/plan/", fields).status_code == 302
    item = PlanItem.objects.get()
    address = f"/plan/{item.public_id}"
    assert "还款" in text(signed_in.get(f"{address}/edit/"))
    assert (
        signed_in.post(f"{address}/edit/", fields | {"title": "还信用卡", "seen": 0}).status_code
        == 302
    )
    stale = signed_in.post(f"{address}/edit/", fields | {"title": "另一页", "seen": 0})
    assert (stale.status_code, "另一页" in text(stale)) == (422, True)
    assert signed_in.post(f"{address}/remove/").status_code == 302
    assert signed_in.post(f"{address}/remove/").status_code == 404


def test_a_reviewed_tip_has_no_page_to_edit_it(signed_in, plan):
    item = PlanItem.objects.get(tip_code="T01")
    assert signed_in.get(f"/plan/{item.public_id}/edit/").status_code == 404
    assert signed_in.post(f"/plan/{item.public_id}/remove/").status_code == 404


def test_the_days_that_matter_are_kept_and_change_the_plan(signed_in, person, known):
    answer = signed_in.post("/plan/about/", {"mortgage_on": "2027-11-22", "loan_on": "2026-11-23"})
    assert answer.status_code == 422
    assert 'value="2027-11-22"' in text(answer)
    signed_in.post("/plan/about/", {"mortgage_on": "2027-11-22"})
    assert Circumstances.objects.get().mortgage_on == dt.date(2027, 11, 22)
    assert "打算办房贷" in text(signed_in.get("/plan/"))
    assert "2027-11-22" in text(signed_in.get("/plan/about/"))


def test_other_people_and_nobody(client, plan, other):
    item = PlanItem.objects.first()
    for name in ("", "move/", "note/", "edit/", "remove/"):
        assert client.post(f"/plan/{item.public_id}/{name}").status_code in (302, 405)
        assert "login" in client.get(f"/plan/{item.public_id}/")["Location"]
    client.force_login(other)
    for name in ("move/", "note/", "edit/", "remove/"):
        assert client.post(f"/plan/{item.public_id}/{name}", {"action": "start"}).status_code == 404
    assert client.get(f"/plan/{item.public_id}/").status_code == 404


def test_the_pages_speak_english(signed_in, plan):
    item = PlanItem.objects.get(tip_code="T01")
    page = text(signed_in.get(f"/plan/{item.public_id}/", headers={"accept-language": "en"}))
    assert "Recommended for everyone" in page
