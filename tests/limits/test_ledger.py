"""The ledger: readings, kinds of change, the view of any day, one timeline."""

import base64
import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inputs.clock import SHANGHAI
from limits.domain.states import (
    ChangeSeen,
    Difference,
    ReadingSeen,
    Seen,
    change_between,
    line_state,
    newest_seen,
)
from limits.models import CreditLine, LimitChange, Reading
from limits.services import (
    correct_change,
    log_change,
    log_reading,
    retract_change,
    retract_reading,
)
from limits.views.ledger import lines_then, timeline
from tests.factories import log

TODAY = dt.date(2026, 11, 22)
pytestmark = pytest.mark.django_db


def day(number, month=10):
    return dt.date(2026, month, number)


def read(person, on, limit, **more):
    given = {"product": "jiebei", "observed_on": on, "limit": limit, "today": TODAY}
    return log_reading(owner=person, **{**given, **more})


class TestPure:
    def test_the_later_sighting_wins_and_on_one_day_the_last_named(self):
        assert newest_seen([Seen(day(2), 5), Seen(day(1), 9)]) == Seen(day(2), 5)
        assert newest_seen([Seen(day(1), 5), Seen(day(1), 9)]) == Seen(day(1), 9)
        assert newest_seen([]) is None

    def test_two_sightings_bound_the_change_and_never_guess_its_day(self):
        found = change_between(Seen(day(1), 500), Seen(day(9), 0))
        assert found == Difference(500, 0, unchanged_until=day(1), effective_on=day(9))
        assert change_between(Seen(day(1), 5), Seen(day(9), 5)) is None
        assert change_between(None, Seen(day(9), 5)) is None

    @pytest.mark.parametrize(
        ("change", "reading", "limit", "status", "used"),
        [
            (ChangeSeen(day(5), "limit", 700), None, 700, "open", None),
            (None, ReadingSeen(day(5), 300, 100), 300, "open", 100),
            (ChangeSeen(day(5), "limit", 0), ReadingSeen(day(4), 300, 100), 0, "open", 100),
            (ChangeSeen(day(4), "limit", 0), ReadingSeen(day(5), 300), 300, "open", None),
            (ChangeSeen(day(5), "limit", 0), ReadingSeen(day(5), 300), 0, "open", None),
            (ChangeSeen(day(5), "freeze", 300), None, 300, "frozen", None),
            (ChangeSeen(day(5), "close", 0), ReadingSeen(day(1), 300), 0, "closed", None),
            (ChangeSeen(day(5), "reopen", 300), None, 300, "open", None),
        ],
        ids=[
            "change",
            "reading",
            "change later",
            "reading later",
            "same day",
            "frozen",
            "closed",
            "reopened",
        ],
    )
    def test_the_state_of_a_line(self, change, reading, limit, status, used):
        state = line_state(change, reading)
        assert (state.limit_fen, state.status, state.used_fen) == (limit, status, used)

    def test_a_line_without_entries_has_no_state(self):
        assert line_state(None, None) is None


class TestReadings:
    def test_the_first_reading_tells_of_no_change(self, person, known):
        read(person, day(1), 5_000_000, used=100, available=4_999_900, rate_bp=1540)
        assert not LimitChange.objects.exists()

    def test_a_different_reading_logs_the_change_between(self, person, known):
        read(person, day(1), 5_000_000)
        read(person, day(9), 0, screen="zero")
        change = LimitChange.objects.get()
        assert (change.before_fen, change.after_fen) == (5_000_000, 0)
        assert (change.unchanged_until, change.effective_on) == (day(1), day(9))
        assert change.source == "reading"
        assert change.assessments.exists()

    def test_a_reading_after_a_typed_change_knows_its_limit(self, person, known):
        log(person, effective_on=day(5), before=5_000_000, after=2_000_000)
        read(person, day(9), 2_000_000)
        assert LimitChange.objects.count() == 1

    def test_a_reading_of_the_past_with_later_entries_logs_no_change(self, person, known):
        read(person, day(1), 5_000_000)
        read(person, day(20), 0)
        read(person, day(10), 3_000_000)
        assert LimitChange.objects.count() == 1

    def test_readings_of_two_lenders_are_two_lines(self, person, known):
        read(person, day(1), 5_000_000, lender_name="甲银行股份有限公司")
        read(person, day(9), 0, lender_name="乙银行股份有限公司")
        assert CreditLine.objects.count() == 2
        assert not LimitChange.objects.exists()

    @pytest.mark.parametrize(
        ("again", "code"),
        [
            ({"on": day(1), "limit": 5}, "same_reading"),
            ({"on": dt.date(2026, 11, 23), "limit": 5}, "future"),
        ],
        ids=["twice", "tomorrow"],
    )
    def test_a_refused_reading_says_why_and_leaves_nothing(self, person, known, again, code):
        read(person, day(1), 5)
        with pytest.raises(ValidationError) as refused:
            read(person, again["on"], again["limit"])
        (errors,) = refused.value.error_dict.values()
        assert [error.code for error in errors] == [code]
        assert Reading.objects.count() == 1

    def test_a_withdrawn_reading_is_gone_from_today_and_kept_in_history(self, person, known):
        reading = read(person, day(1), 5)
        retract_reading(reading=reading)
        assert Reading.objects.count() == 2
        assert not Reading.objects.current().exists()
        with pytest.raises(ValidationError):
            retract_reading(reading=reading)


class TestChanges:
    def test_the_same_change_twice_is_refused_until_the_person_insists(self, person, known):
        log(person)
        with pytest.raises(ValidationError) as refused:
            log(person, again=False)
        assert "again" in refused.value.error_dict
        log(person, again=True)
        assert LimitChange.objects.count() == 2

    def test_a_withdrawn_change_may_be_logged_again(self, person, known):
        retract_change(change=log(person))
        assert log(person, again=False).pk

    @pytest.mark.parametrize("kind", ["freeze", "close", "reopen", "unfreeze", "brand", "lender"])
    def test_every_kind_but_a_limit_may_leave_the_amount_as_it_was(self, person, known, kind):
        change = log(person, kind=kind, before=5_000_000, after=5_000_000)
        assert change.assessments.newest().first().result["causes"]

    def test_a_limit_that_did_not_change_is_refused(self, person, known):
        with pytest.raises(ValidationError):
            log(person, before=5, after=5)

    def test_a_correction_keeps_what_was_decided_of_a_pair(self, person, known):
        from limits.services import decide_migration

        fall = log(person)
        rise = log(person, product="wangshangdai", before=0, after=5_000_000)
        pair = fall.migrations_out.get()
        decide_migration(migration=pair, confirmed=False, today=TODAY)
        corrected = correct_change(
            change=rise,
            today=TODAY,
            product="wangshangdai",
            before=0,
            after=4_900_000,
            effective_on=rise.effective_on,
        )
        assert [row.state for row in corrected.migrations_in.all()] == ["rejected"]


class TestAsOf:
    def test_the_limit_of_any_day(self, person, known):
        log(person, effective_on=day(1), before=0, after=5_000_000)
        log(person, effective_on=day(10), before=5_000_000, after=0)
        limits = {number: lines_then(person, day(number))[0].state for number in (1, 9, 10, 20)}
        assert [state.limit_fen for state in limits.values()] == [5_000_000, 5_000_000, 0, 0]
        assert lines_then(person, dt.date(2026, 9, 30))[0].state is None

    def test_the_ledger_as_it_was_known(self, person, known):
        wrong = log(person, effective_on=day(1), before=0, after=5_000_000)
        before = dt.datetime.now(SHANGHAI)
        LimitChange.objects.filter(pk=wrong.pk).update(created_at=before - dt.timedelta(days=3))
        correct_change(
            change=wrong,
            today=TODAY,
            product="jiebei",
            before=0,
            after=3_000_000,
            effective_on=day(1),
        )
        now, then = (
            lines_then(person, TODAY),
            CreditLine.objects.for_user(person).as_of(TODAY, before - dt.timedelta(days=1)),
        )
        assert now[0].state.limit_fen == 3_000_000
        assert then.get().change_public_id == wrong.public_id


class TestTimeline:
    def test_pages_hold_every_entry_once_in_order(self, person, known):
        line = CreditLine.objects.create(owner=person, product_slug="jiebei")
        for number in range(35):
            on = day(1 + number % 3)
            LimitChange.objects.create(
                owner=person, line=line, before_fen=number, after_fen=number + 1, effective_on=on
            )
            Reading.objects.create(owner=person, line=line, limit_fen=number, observed_on=on)
        seen, after = [], ""
        for _page in range(9):
            page = timeline(person, after)
            seen += page.rows
            after = page.next
            if not after:
                break
        assert len(seen) == 70
        assert len({(type(row), row.pk) for row in seen}) == 70
        days = [getattr(row, "effective_on", None) or row.observed_on for row in seen]
        assert days == sorted(days, reverse=True)

    @pytest.mark.parametrize(
        "place",
        ["x", [], ["0001-01-01", 0, 1], ["9999-12-31", 0, 1], ["2026-01-01", 0, 10**30], [1, 2, 3]],
        ids=str,
    )
    def test_a_cursor_nobody_wrote_shows_the_first_page(self, person, known, place):
        log(person)
        cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
        assert timeline(person, cursor).rows

    @pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
    def test_a_cursor_at_the_end_of_time_shows_the_first_page(self, client, person, known, text):
        client.force_login(person)
        cursor = base64.urlsafe_b64encode(json.dumps([text, 1]).encode()).decode()
        assert client.get("/imports/", {"after": cursor}).status_code == 200

    @pytest.mark.parametrize("readings", [5, 5000])
    def test_the_ledger_page_takes_the_same_queries_for_any_history(
        self, client, person, known, readings
    ):
        lines = CreditLine.objects.bulk_create(
            CreditLine(owner=person, product_slug="other", product_name=f"产品{number}")
            for number in range(40)
        )
        Reading.objects.bulk_create(
            Reading(
                owner=person,
                line=lines[number % 40],
                limit_fen=number,
                observed_on=day(1) - dt.timedelta(days=number % 900),
            )
            for number in range(readings)
        )
        LimitChange.objects.bulk_create(
            LimitChange(
                owner=person, line=lines[number], before_fen=1, after_fen=2, effective_on=day(1)
            )
            for number in range(40)
        )
        client.force_login(person)
        client.get("/changes/")
        with CaptureQueriesContext(connection) as taken:
            response = client.get("/changes/")
        assert response.status_code == 200
        assert len(taken) <= 8, [query["sql"][:120] for query in taken]


class TestPages:
    def test_a_reading_is_typed_and_seen(self, client, person, known):
        client.force_login(person)
        typed = {
            "product": "jiebei",
            "limit": "5万",
            "used": "1,200.50",
            "observed_on": "2026年10月1日",
            "rate_bp": "１５．４％",
        }
        response = client.post("/readings/new/", typed, follow=True)
        text = response.content.decode()
        assert "50,000 元" in text
        assert "1,200.50 元" in text
        assert "15.4%" in text

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("rate_bp", "万分之四", "日利率"),
            ("rate_bp", "abc", "年利率格式不对"),
            ("used", "9万", "超过了总额度"),
            ("limit", "很多", "请输入数字"),
        ],
    )
    def test_a_refused_reading_keeps_what_was_typed(
        self, client, person, known, field, typed, said
    ):
        client.force_login(person)
        given = {"product": "jiebei", "limit": "5万", "available": "1", "observed_on": "2026-10-01"}
        response = client.post("/readings/new/", {**given, field: typed})
        text = response.content.decode()
        assert response.status_code == 422
        assert said in text
        assert typed in text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"kind": "lender"}, "请写出现在的放款机构"),
            ({"kind": "brand"}, "请写出产品现在的名字"),
            ({"kind": "freeze"}, "请填写金额"),
            ({"before": "5"}, "请填写金额"),
        ],
        ids=["lender", "brand", "freeze", "no after"],
    )
    def test_each_kind_asks_for_what_it_needs(self, client, person, known, typed, said):
        client.force_login(person)
        given = {"product": "jiebei", "effective_on": "2026-10-01", "kind": "limit"}
        response = client.post("/changes/new/", {**given, **typed})
        assert response.status_code == 422
        assert said in response.content.decode()

    def test_the_same_change_twice_offers_a_box_to_insist(self, client, person, known):
        client.force_login(person)
        typed = {"product": "jiebei", "before": "5万", "after": "0", "effective_on": "2026-10-01"}
        assert client.post("/changes/new/", typed).status_code == 302
        refused = client.post("/changes/new/", typed)
        assert refused.status_code == 422
        assert "确实又发生了一次" in refused.content.decode()
        assert client.post("/changes/new/", {**typed, "again": "on"}).status_code == 302

    def test_the_past_is_shown_for_a_day(self, client, person, known):
        log(person, effective_on=day(10), before=5_000_000, after=0)
        log(person, effective_on=day(1), before=0, after=5_000_000)
        client.force_login(person)
        text = client.get("/changes/?on=2026-10-05").content.decode()
        assert "50,000 元" in text
        assert client.get("/changes/?on=bad").status_code == 422


def test_logging_a_change_takes_at_most_fifteen_queries(person, known):
    for number in range(3):
        log(person, effective_on=day(1 + number), before=5_000_000 - number, after=100)
    with CaptureQueriesContext(connection) as taken:
        log_change(
            owner=person,
            today=TODAY,
            product="jiebei",
            before=7_000_000,
            after=100,
            effective_on=day(20),
        )
    assert len(taken) <= 15, [query["sql"][:100] for query in taken]
