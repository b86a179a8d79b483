"""Four weeks later: asked once, answered once, and added up without names."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints import services
from complaints.domain.follow_up import COUNTED, Told, follow_up_due, steadied, tally, total
from complaints.models import FollowUp, OutcomeTally
from complaints.tallies import public_outcomes, tally_outcomes
from jobs.registry import periodic_kinds
from limits.domain.crowd import SMALLEST_GROUP
from tests.factories import UserFactory, file, log

pytestmark = pytest.mark.django_db
ANSWERED_ON = dt.date(2026, 10, 25)
DUE = dt.date(2026, 11, 22)
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)  # 12:00 in Beijing
SAID = {"limit_back": "no", "reason_given": "specific", "useful": True}


@pytest.fixture
def case(person, known):
    return file(person, log(person))


@pytest.fixture
def step(case, person):
    step = case.steps.first()
    services.record_sent(
        step=step, actor=person, sent_on=dt.date(2026, 10, 20), received_on=dt.date(2026, 10, 21)
    )
    services.record_reply(
        step=step,
        actor=person,
        answered_on=ANSWERED_ON,
        answer_text="经综合评估。",
        reply_kind="generic",
    )
    step.refresh_from_db()
    return step


@pytest.fixture
def row(step):
    return FollowUp.objects.get(complaint=step.complaint_id)


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr("complaints.views.follow_ups.today", lambda *args: DUE)
    monkeypatch.setattr("complaints.services.follow_ups.timezone.now", lambda: NOON)


@pytest.mark.parametrize(
    ("answered_on", "due_on"),
    [
        (dt.date(2026, 10, 25), dt.date(2026, 11, 22)),
        (dt.date(2026, 12, 31), dt.date(2027, 1, 28)),
        (dt.date(2028, 2, 1), dt.date(2028, 2, 29)),
    ],
    ids=["plain", "over the year", "leap day"],
)
def test_it_is_due_four_weeks_after_the_answer(answered_on, due_on):
    assert follow_up_due(answered_on) == due_on


class TestPlanning:
    def test_an_answer_plans_one_whatever_runs_twice(self, step, person):
        services.after_reply(step=step, actor=person)
        assert list(FollowUp.objects.values_list("due_on", flat=True)) == [DUE]

    def test_a_further_answer_plans_a_further_one_and_only_the_newest_is_asked(self, step, person):
        services.record_reply(
            step=step,
            actor=person,
            answered_on=dt.date(2026, 11, 5),
            answer_text="补充答复。",
            reply_kind="specific",
        )
        assert FollowUp.objects.count() == 2
        assert FollowUp.objects.due(DUE).count() == 1
        later = FollowUp.objects.due(dt.date(2026, 12, 31))
        assert [row.due_on for row in later] == [dt.date(2026, 12, 3)]

    @pytest.mark.parametrize(
        ("today", "count"),
        [(DUE - dt.timedelta(days=1), 0), (DUE, 1), (DUE + dt.timedelta(days=300), 1)],
        ids=["the day before", "the day", "long after"],
    )
    def test_due_from_its_day_on(self, row, today, count):
        assert FollowUp.objects.due(today).count() == count

    def test_a_withdrawn_case_is_not_asked_and_a_closed_one_is(self, row, case, person):
        services.act(complaint=case, action="close", actor=person, outcome="generic")
        assert FollowUp.objects.due(DUE).count() == 1
        services.act(complaint=case, action="reopen", actor=person)
        services.act(complaint=case, action="withdraw", actor=person)
        assert FollowUp.objects.due(DUE).count() == 0
        with pytest.raises(ValidationError):
            services.answer_follow_up(follow_up=row, actor=person, now=NOON, **SAID)

    def test_an_answered_one_is_not_asked_again(self, row, person):
        services.answer_follow_up(follow_up=row, actor=person, now=NOON, **SAID)
        assert FollowUp.objects.due(DUE + dt.timedelta(days=9)).count() == 0


class TestAnswering:
    def test_answered_once_one_event_without_words(self, row, case, person):
        for _time in range(2):
            services.answer_follow_up(follow_up=row, actor=person, now=NOON, **SAID)
        events = case.events.filter(action="follow-up")
        assert events.count() == 1
        row.refresh_from_db()
        assert (row.limit_back, row.reason_given, row.useful) == ("no", "specific", True)
        assert row.answered_at == NOON

    def test_changeable_the_same_day_in_beijing_only(self, row, person):
        services.answer_follow_up(follow_up=row, actor=person, now=NOON, **SAID)
        late = dt.datetime(2026, 11, 22, 15, 59, tzinfo=dt.UTC)  # 23:59
        changed = {**SAID, "limit_back": "yes"}
        services.answer_follow_up(follow_up=row, actor=person, now=late, **changed)
        with pytest.raises(ValidationError):
            services.answer_follow_up(
                follow_up=row, actor=person, now=late + dt.timedelta(minutes=2), **SAID
            )
        row.refresh_from_db()
        assert (row.limit_back, row.answered_at) == ("yes", NOON)

    def test_not_before_its_day(self, row, person):
        early = NOON - dt.timedelta(days=1)
        with pytest.raises(ValidationError):
            services.answer_follow_up(follow_up=row, actor=person, now=early, **SAID)

    @pytest.mark.parametrize(
        "bad", [{"limit_back": "maybe"}, {"limit_back": ""}, {"reason_given": "x"}]
    )
    def test_unknown_values_are_refused(self, row, person, bad):
        with pytest.raises(ValidationError):
            services.answer_follow_up(follow_up=row, actor=person, now=NOON, **SAID | bad)
        row.refresh_from_db()
        assert row.answered_at is None


class TestPage:
    def place(self, row):
        return f"/complaints/follow-ups/{row.public_id}/"

    def test_three_taps_and_a_specific_reason_leads_to_the_change(self, signed_in, row, case, noon):
        page = signed_in.get(self.place(row)).content.decode()
        assert page.count('type="radio"') == 8
        answer = signed_in.post(
            self.place(row), {"limit_back": "partly", "reason_given": "specific", "useful": "yes"}
        )
        assert answer["Location"] == f"/changes/{case.change.public_id}/reason/?kind=specific"
        row.refresh_from_db()
        assert (row.limit_back, row.useful) == ("partly", True)
        assert "改成这样" in signed_in.get(self.place(row)).content.decode()

    def test_without_a_reason_it_leads_back_to_the_case(self, signed_in, row, case, noon):
        answer = signed_in.post(
            self.place(row), {"limit_back": "no", "reason_given": "none", "useful": "no"}
        )
        assert answer["Location"] == f"/complaints/{case.public_id}/"

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"limit_back": "no", "reason_given": "none"},
            {"limit_back": "x", "reason_given": "none", "useful": "yes"},
            {"limit_back": "no", "reason_given": "none", "useful": "0"},
        ],
        ids=["empty", "one missing", "unknown", "neither yes nor no"],
    )
    def test_a_missing_or_unknown_answer_is_told_and_the_others_stay(
        self, signed_in, row, noon, data
    ):
        answer = signed_in.post(self.place(row), data)
        assert answer.status_code == 422
        assert answer.content.decode().count(" checked") >= len(set(data) - {"useful"}) - 1
        row.refresh_from_db()
        assert row.answered_at is None

    def test_before_its_day_it_says_when(self, signed_in, row, monkeypatch):
        monkeypatch.setattr("complaints.views.follow_ups.today", lambda *args: ANSWERED_ON)
        said = signed_in.get(self.place(row)).content.decode()
        assert "2026-11-22" in said
        assert 'type="radio"' not in said

    def test_others_get_404_and_the_anonymous_sign_in(self, client, row):
        assert client.get(self.place(row))["Location"].startswith("/accounts/login/")
        client.force_login(UserFactory())
        assert client.get(self.place(row)).status_code == 404
        assert client.post(self.place(row), SAID).status_code == 404

    def test_case_and_dashboard_show_it_while_it_is_due(
        self, signed_in, row, case, person, monkeypatch
    ):
        for module in ("complaints.views.case_page", "portal.dashboard"):
            monkeypatch.setattr(f"{module}.today", lambda *args: DUE)
        for page in (f"/complaints/{case.public_id}/", "/me/"):
            assert self.place(row) in signed_in.get(page).content.decode(), page
        services.answer_follow_up(follow_up=row, actor=person, now=NOON, **SAID)
        for page in (f"/complaints/{case.public_id}/", "/me/"):
            assert self.place(row) not in signed_in.get(page).content.decode(), page


def told(owner, institution="ant-cf", product="jiebei", back="no", reason="none", useful=True):
    return Told(owner, institution, product, back, reason, useful)


class TestTally:
    def test_fewer_than_ten_people_are_no_group(self):
        assert tally(told(owner) for owner in range(SMALLEST_GROUP - 1)) == []
        assert len(tally(told(owner) for owner in range(SMALLEST_GROUP))) == 1

    def test_a_person_counts_once_with_his_newest_answer(self):
        rows = [told(0, back="no"), told(0, back="yes"), *map(told, range(1, 10))]
        (group,) = tally(rows)
        assert (group["people"], group["back"]) == (10, 1)
        assert tally([told(0)] * 50) == []

    def test_the_total_is_the_sum_of_what_is_shown(self):
        """A small group cannot be had by subtracting the shown ones from the total."""
        rows = [
            *(told(owner, back="yes") for owner in range(12)),
            *(told(owner, product="huabei", back="yes") for owner in range(9)),
            *(told(owner, institution="", back="yes") for owner in range(30)),
        ]
        groups = tally(rows)
        assert total(groups)["people"] == 12
        assert total([]) == dict.fromkeys(("people", *COUNTED), 0)

    def test_a_group_moves_only_with_ten_people(self):
        before = tally(map(told, range(12)))
        one_more = tally(told(owner, back="yes") for owner in range(13))
        assert steadied(one_more, before) == before
        many = tally(told(owner, back="yes") for owner in range(22))
        assert steadied(many, before) == many

    def test_groups_count_what_was_said(self):
        rows = [
            *(told(owner, back="yes", reason="specific") for owner in range(4)),
            *(told(owner, back="partly", useful=False) for owner in range(4, 11)),
        ]
        (group,) = tally(rows)
        assert {name: group[name] for name in ("people", *COUNTED)} == {
            "people": 11,
            "back": 4,
            "partly": 7,
            "specific": 4,
            "useful": 4,
        }


def answered_by(count, back="yes", name=""):
    """One case a person, each with an answered follow-up."""
    for number in range(count):
        person = UserFactory(display_name=name)
        case = file(person, log(person), key=f"{name}{number}")
        FollowUp.objects.create(
            owner=person,
            complaint=case,
            due_on=DUE,
            limit_back=back,
            reason_given="none",
            useful=True,
            answered_at=timezone.now(),
        )


class TestWorkerAndPage:
    def test_before_the_first_run_and_with_few_people_it_says_not_enough_yet(self, client, known):
        assert "人数还不够" in client.get("/outcomes/").content.decode()
        answered_by(2)
        tally_outcomes(DUE)()
        assert public_outcomes()["groups"] == []

    def test_ten_people_are_shown_and_the_demonstration_is_not(self, client, known):
        from guidance.http import shelf
        from limits.crowd import DEMO

        answered_by(10)
        answered_by(3, name=DEMO)
        for _time in range(2):
            tally_outcomes(DUE)()
        assert OutcomeTally.objects.count() == 1
        (group,) = public_outcomes()["groups"]
        assert (group["people"], group["back"]) == (10, 10)
        shelf.label = None
        said = client.get("/outcomes/").content.decode()
        assert "人数还不够" not in said
        assert "借呗" in said

    def test_one_more_person_the_next_day_changes_nothing(self, known):
        answered_by(10)
        tally_outcomes(DUE)()
        answered_by(1, back="no", name="x")
        tally_outcomes(DUE + dt.timedelta(days=1))()
        newest = OutcomeTally.objects.order_by("-made_on").first()
        assert newest.result["groups"][0]["people"] == 10

    def test_the_worker_takes_two_queries_whatever_the_number(self, known):
        answered_by(3)
        with CaptureQueriesContext(connection) as found:
            tally_outcomes(DUE)
        assert len(found) == 2

    def test_it_runs_once_a_day(self):
        (work,) = [row for row in periodic_kinds() if row.kind == "complaints.tally"]
        assert work.every == dt.timedelta(days=1)
