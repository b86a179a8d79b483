"""The back office's queue: filters, search, assignment, notes; facts stay frozen."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import ComplaintEvent, InternalNote
from complaints.services import record_sent
from guidance.models import Record
from jobs.models import Job
from tests.factories import UserFactory, file, log


@pytest.fixture
def officer(client, known, settings):
    settings.STAFF_SECOND_FACTOR = False
    user = UserFactory(staff=True)
    user.groups.set(Group.objects.filter(name__in=["受理", "内容编辑", "运维"]))
    client.force_login(user)
    return user


@pytest.fixture
def cases(person, known):
    first = file(person, key="1")
    second = file(
        person,
        log(person, product="weilidai"),
        key="2",
        respondent={"institution": "webank"},
    )
    day = dt.date(2026, 11, 2)
    record_sent(step=first.steps.get(), actor=person, sent_on=day, received_on=day, reference_no="")
    return first, second


def act(client, action, *cases):
    return client.post(
        "/office/complaints/complaint/",
        {"action": action, "_selected_action": [case.pk for case in cases]},
        follow=True,
    )


def test_the_queue_lists_filters_and_searches(client, officer, cases):
    first, second = cases

    def listed(query=""):
        html = client.get(f"/office/complaints/complaint/{query}").content.decode()
        return [case for case in cases if case.receipt_no in html]

    assert listed() == [first, second]
    assert listed("?due=waiting") + listed("?due=overdue") == [first]
    assert listed("?respondent_licence__exact=bank") == [second]
    assert listed("?q=" + second.receipt_no) == [second]
    assert listed("?q=微众") == [second]
    assert listed("?mine=me") == []


def test_cases_are_claimed_released_and_prioritised_with_an_event_each(client, officer, cases):
    first, second = cases
    act(client, "claim", first, second)
    act(client, "release", second)
    act(client, "prioritise", first)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.assigned_to == officer
    assert second.assigned_to is None
    assert first.priority == "high"
    events = ComplaintEvent.objects.exclude(action__in=["file", "record-received"])
    assert sorted(events.values_list("action", flat=True)) == [
        "assign",
        "assign",
        "assign",
        "priority",
    ]


def form(case, **extra):
    inlines = {}
    for prefix in ("steps", "demand_results", "notes", "documents", "events"):
        inlines |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {"priority": "normal", "assigned_to": "", **inlines, **extra}


def test_a_note_is_internal_and_signed(client, officer, cases, person):
    case = cases[0]
    address = f"/office/complaints/complaint/{case.pk}/change/"
    client.post(address, form(case, **{"notes-TOTAL_FORMS": 1, "notes-0-text": "内部判断"}))
    note = InternalNote.objects.get()
    assert (note.author, note.text) == (officer, "内部判断")
    client.force_login(person)
    assert "内部判断" not in client.get(f"/complaints/{case.public_id}/").content.decode()


def test_facts_and_state_cannot_be_changed_from_the_office(client, officer, cases):
    case = cases[0]
    client.post(
        f"/office/complaints/complaint/{case.pk}/change/",
        form(case, state="closed", respondent_name="别人", facts="{}", owner=officer.pk),
    )
    before = case.facts
    case.refresh_from_db()
    assert (case.state, case.facts) == ("awaiting", before)
    assert case.respondent_name != "别人"


@pytest.mark.parametrize("name", ["add/", "{pk}/delete/"])
def test_cases_are_neither_added_nor_deleted(client, officer, cases, name):
    address = "/office/complaints/complaint/" + name.format(pk=cases[0].pk)
    assert client.get(address).status_code == 403


def test_content_of_files_is_read_only_and_staff_content_is_checked(client, officer):
    record = Record.objects.filter(kind="facts").first()
    address = f"/office/guidance/record/{record.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"kind": "facts", "data": "{}"}).status_code == 403
    add = "/office/guidance/record/add/"
    bad = client.post(add, {"kind": "facts", "data": '{"slug": "x"}'})
    assert bad.status_code == 200
    assert not Record.objects.filter(slug="x").exists()
    import json

    good = json.dumps({**record.data, "slug": "from-the-office"})
    assert client.post(add, {"kind": "facts", "data": good}).status_code == 302
    assert Record.objects.get(slug="from-the-office").origin == "staff"


def test_the_queue_takes_the_same_queries_for_any_length(client, officer, person, known):
    counts = []
    for number in range(2):
        for index in range(1 + 11 * number):
            file(person, key=f"{number}-{index}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/office/complaints/complaint/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_jobs_are_shown_without_their_arguments(client, officer, cases):
    job = Job.objects.first()
    html = client.get("/office/jobs/job/").content.decode()
    assert job.kind in html
    detail = client.get(f"/office/jobs/job/{job.pk}/change/").content.decode()
    assert next(iter(job.args.values())) not in detail.replace(job.key, "")


def test_the_office_sees_each_step_with_its_clock_and_cannot_write_it(client, officer, cases):
    from complaints.services import extend_step, mark_demands

    case = cases[0]
    step = case.steps.get()
    extend_step(
        step=step,
        actor=case.owner,
        announced_on=dt.date(2026, 11, 16),
        due_on=dt.date(2026, 12, 2),
        reason="情况复杂",
    )
    mark_demands(complaint=case, actor=case.owner, results={"human-review": "no"})
    html = client.get(f"/office/complaints/complaint/{case.pk}/change/").content.decode()
    for said in ("对方已收到，等答复", "D01", "确定", "对方告知延期", "没有办到"):
        assert said in html
    assert 'name="steps-0-due_on"' not in html
    rows = client.get("/office/complaints/complaint/?due=waiting").content.decode()
    assert case.receipt_no in rows


def test_a_step_given_up_is_not_overdue_in_the_queue(client, officer, cases):
    from complaints.services import give_up_step

    case = cases[0]
    give_up_step(
        step=case.steps.get(), actor=case.owner, ended_on=dt.date(2026, 11, 20), why="不再等"
    )
    for due in ("overdue", "waiting"):
        html = client.get(f"/office/complaints/complaint/?due={due}").content.decode()
        assert case.receipt_no not in html


def test_many_steps_of_a_case_take_the_same_queries(client, officer, cases):
    from complaints.services import open_step

    case, counts = cases[0], []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/office/complaints/complaint/{case.pk}/change/")
        counts.append(len(queries))
        for number in range(5):
            open_step(
                complaint=case,
                channel_code="C14",
                recipient=f"第{number}处",
                rule_code="D27",
                actor=case.owner,
            )
    assert counts[0] == counts[1]
