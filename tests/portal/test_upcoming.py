"""What will be reminded of in the next 60 days: all of it, by day, his own, at a fixed cost."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import FollowUp
from complaints.services import act, record_sent
from portal.upcoming import upcoming_days
from records.models import Debt, PlanItem
from records.reminders import remind
from tests.api_client import with_token
from tests.factories import file, log
from tests.records.notebook import entry_of, noted

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 10)
PAGE, API = "/me/notices/upcoming/", "/api/v1/reminders/"


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("portal.upcoming.today", lambda: TODAY)
    monkeypatch.setattr("portal.reminders_api.today", lambda: TODAY)
    at(monkeypatch, has_run=False)


def at(monkeypatch, *, has_run):
    """Before or after the rounds of today, whatever the clock of the machine says."""
    ago = dt.timedelta(days=0 if has_run else 1)
    monkeypatch.setattr("portal.upcoming.slot_start", lambda work, now: now - ago)


@pytest.fixture
def signed_in(client, person, known):
    client.force_login(person)
    return client


def item(person, due, title="看余额", **more):
    due_on = due and dt.date.fromisoformat(due)
    return PlanItem.objects.create(owner=person, own_title=title, due_on=due_on, **more)


def debt(person, day, owed=100, name="贷款甲"):
    return Debt.objects.create(owner=person, name=name, owed_fen=owed, due_day=day, as_of=TODAY)


def case(person, key="key-1"):
    made = file(person, log(person), key=key)
    on = dt.date(2026, 11, 2)
    return record_sent(
        step=made.steps.get(), actor=person, sent_on=on, received_on=on, reference_no="1"
    )


def rows(person, key=None):
    answer = (key or with_token(person, "notices:read")).get(API).json()
    return [(row["on"], row["kind"], row["title"]) for row in answer["results"]]


def test_everything_that_has_a_day_by_day(person, known):
    step = case(person)
    PlanItem.objects.all().delete()
    FollowUp.objects.create(owner=person, complaint=step.complaint, due_on=dt.date(2026, 12, 1))
    item(person, "2026-11-20"), debt(person, 31)
    no = step.complaint.receipt_no
    assert rows(person) == [
        ("2026-11-17", "deadline", f"对方答复的期限（{no}）"),
        ("2026-11-20", "plan", "计划里的一件事"),
        ("2026-11-30", "payment", "还款日"),
        ("2026-12-01", "follow-up", f"后来怎么样了（{no}）"),
        ("2026-12-31", "payment", "还款日"),
    ]


IN_IT = [
    ("today", {"due": "2026-11-10"}, "2026-11-10"),
    ("yesterday", {"due": "2026-11-09"}, None),
    ("in 60 days", {"due": "2027-01-09"}, "2027-01-09"),
    ("in 61 days", {"due": "2027-01-10"}, None),
    ("without a day", {"due": None}, None),
    ("done", {"due": "2026-11-20", "state": "done", "done_on": TODAY}, None),
    ("dismissed", {"due": "2026-11-20", "state": "not-for-me"}, None),
    (
        "put off",
        {"due": "2026-11-20", "state": "later", "remind_on": dt.date(2026, 12, 24)},
        "2026-12-24",
    ),
    (
        "put off far",
        {"due": "2026-11-20", "state": "later", "remind_on": dt.date(2027, 12, 24)},
        None,
    ),
    (
        "put off until before",
        {"due": "2026-11-20", "state": "later", "remind_on": dt.date(2026, 11, 1)},
        "2026-11-20",
    ),
    ("of a retired tip", {"due": "2026-11-20", "tip_code": "T9999", "title": ""}, None),
]


@pytest.mark.parametrize(("given", "on"), [row[1:] for row in IN_IT], ids=[row[0] for row in IN_IT])
def test_which_items_of_the_plan_are_in_it(person, known, given, on):
    item(person, **given)
    assert [row[0] for row in rows(person)] == ([on] if on else [])


def test_what_is_over_or_anothers_is_not_in_it(person, other, known):
    step = case(person)
    PlanItem.objects.all().delete()
    debt(other, 20), item(other, "2026-11-20"), debt(person, 20, owed=0), debt(person, None)
    FollowUp.objects.create(owner=person, complaint=step.complaint, due_on=dt.date(2026, 12, 1))
    assert len(rows(person)) == 2
    act(complaint=step.complaint, action="withdraw", actor=person)
    assert rows(person) == []


def test_the_page_says_by_day_what_and_when(signed_in, person):
    row = item(person, "2026-11-20", title="看还款账户")
    item(person, "2026-11-12"), item(person, "2026-11-13"), debt(person, 20)
    page = signed_in.get(PAGE).content.decode()
    assert page.count("<h2><time") == 4
    assert f'<a href="/plan/{row.public_id}/">看还款账户</a>' in page
    assert page.count("2026-11-17 提醒") == 2
    assert page.count("今天提醒") == 2
    assert "提醒过了" not in page
    assert "还有 10 天" in page
    assert 'href="/plan/debt/"' in page


def marks(page):
    return re.findall(r'<span class="meta">(?:计划里的事|还款日快到了)(?: · )?([^<]*)</span>', page)


def test_it_says_told_only_of_what_stands_in_the_inbox(signed_in, person, known, monkeypatch):
    item(person, "2026-11-11"), debt(person, 12)
    assert marks(signed_in.get(PAGE).content.decode())[:2] == ["今天提醒", "今天提醒"]
    for scan in ("due", "payments"):
        remind("2026-11-10", scan, 0, dt.datetime(2026, 11, 10, tzinfo=dt.UTC))()
    item(person, "2026-11-12", title="后来加的")
    at(monkeypatch, has_run=True)
    page = signed_in.get(PAGE).content.decode()
    assert marks(page)[:3] == ["提醒过了", "2026-11-11 提醒", "提醒过了"]
    told = with_token(person, "notices:read").get(API).json()["results"]
    assert [row["told"] for row in told[:3]] == [True, False, True]


def test_a_repayment_of_today_written_down_after_the_round_promises_nothing(
    signed_in, person, known, monkeypatch
):
    debt(person, TODAY.day)
    assert marks(signed_in.get(PAGE).content.decode())[0] == "今天提醒"
    at(monkeypatch, has_run=True)
    assert marks(signed_in.get(PAGE).content.decode())[0] == ""
    told = with_token(person, "notices:read").get(API).json()["results"]
    assert told[0]["remind_on"] is None


def test_an_empty_one_says_what_to_do_next(signed_in):
    page = signed_in.get(PAGE).content.decode()
    assert "今后两个月没有要提醒的日子" in page
    assert 'href="/plan/debt/"' in page
    assert 'href="/plan/"' in page


def test_the_queries_do_not_grow(signed_in, person):
    counts = []
    item(person, "2026-11-11")
    for many in (1, 12):
        for number in range(many):
            item(person, "2026-11-20"), debt(person, 1 + number, name=f"{many} {number}")
        step = case(person, key=f"key-{many}")
        FollowUp.objects.create(owner=person, complaint=step.complaint, due_on=dt.date(2026, 12, 1))
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
    assert signed_in.get(PAGE).content.decode().count("<li><a") > 20


def test_in_english(signed_in, person):
    case(person), debt(person, 20, name="Loan")
    page = signed_in.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert "What you will be reminded of" in page
    body = page.partition("<h1>")[2].partition("</main>")[0]
    assert not [letter for letter in body if "\u4e00" <= letter <= "\u9fff"]


def test_the_api_says_from_when_until_when_and_asks_for_its_scope(person, known):
    answer = with_token(person, "notices:read").get(API).json()
    assert (answer["first"], answer["last"]) == ("2026-11-10", "2027-01-09")
    assert with_token(person, "plan:read").get(API).json()["scope"] == "notices:read"


def test_strangers_see_nothing(client, other, person, known):
    item(person, "2026-11-20")
    assert "/accounts/login/" in client.get(PAGE)["Location"]
    assert client.get(API).status_code == 401
    assert rows(other) == []


def test_a_program_reads_no_lender_and_no_own_words(person, known, monkeypatch):
    monkeypatch.setattr("portal.reminders_api.today", lambda: dt.date(2026, 11, 22))
    report = noted(person)
    entry_of(report, lender="某某催收银行", bad_until=dt.date(2021, 12, 20), overdue_months=1)
    item(person, "2026-11-25"), debt(person, 31)
    rows = with_token(person, "notices:read").get(API).json()["results"]
    words = " ".join(row["title"] for row in rows)
    assert len(rows) >= 2
    assert not any(secret in words for secret in ("某某催收银行", "看余额", "贷款甲"))
    assert "一条旧记录保存期满" in words


def test_free_reports_are_promised_to_whom_they_will_be_told(person, known):
    first = dt.date(2026, 12, 10)
    assert upcoming_days(person, first) == []
    noted(person)
    found = [day for day in upcoming_days(person, first) if day.kind == "record"]
    assert [(day.on, day.kind) for day in found] == [(dt.date(2027, 1, 1), "record")]
