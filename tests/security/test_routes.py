"""Every route stands in the policy, and the policy holds for anonymous, owner, other and staff."""

import datetime as dt
import re
import uuid
from pathlib import Path

import pytest
import yaml

from accounts.models import Notice
from complaints.models import AskedQuestion, Complaint, Document, FollowUp, Message, Step
from complaints.services import draft_letter, open_feed, start_draft
from limits.models import Assessment, Bill, CreditLine, ImportBatch, LimitChange, Migration
from limits.services import log_reading
from records.models import Debt, PlanItem
from tests.api_client import make_token
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import UserFactory, file, log
from tests.own_data import exported
from tests.records.notebook import entry_of, inquiry_of, noted
from tests.security.routes import OFFICE, PACKAGES, every_route

POLICY = yaml.safe_load(Path(__file__).with_name("policy.yaml").read_text())
CANARY = "CNRY-4f1c"
TODAY = dt.date(2026, 11, 22)


def test_every_route_is_in_the_policy_and_the_policy_names_no_other():
    ours = {route for route in every_route() if not route.startswith((*PACKAGES, OFFICE))}
    assert ours == {*POLICY["everyone"], *POLICY["person"], *POLICY["secret"]}


def test_routes_of_packages_and_the_office_are_counted():
    """A new route of a package is seen here before it is open to anyone."""
    counted = {
        prefix: len([route for route in every_route() if route.startswith(prefix)])
        for prefix in (*PACKAGES, OFFICE)
    }
    assert counted == POLICY["counted"]


def read(person, limit=1):
    """A reading, in the words of the person."""
    return log_reading(
        owner=person,
        today=dt.date(2026, 11, 22),
        product="huabei",
        observed_on=dt.date(2026, 11, 1),
        limit=limit,
        note=CANARY,
    )


def told(person, key="x"):
    return Notice.objects.create(
        owner=person,
        kind="deadline",
        about=f"complaints.step:{key}",
        stage="on:2026-11-17",
        path="/complaints/",
        data={"receipt_no": CANARY, "on": "2026-11-17"},
    )


@pytest.fixture
def world(person, known, run_jobs):
    """One person with one of everything; his own words carry a canary."""
    change = log(person, stated_reason=CANARY, note=CANARY)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    case = file(person, change, facts={"story": CANARY})
    run_jobs()
    draft = start_draft(owner=person, change=change)
    return {
        "changes": LimitChange.objects.filter(owner=person).first(),
        "lines": CreditLine.objects.filter(owner=person).first(),
        "assessments": Assessment.objects.filter(owner=person).first(),
        "migrations": Migration.objects.filter(owner=person).first(),
        "plan": PlanItem.objects.create(owner=person, own_title=CANARY, note=CANARY),
        "api/v1/plan": PlanItem.objects.create(owner=person, own_title=f"{CANARY} 2"),
        "plan/debt": Debt.objects.create(owner=person, name=CANARY, owed_fen=1, as_of=TODAY),
        "complaints/drafts": draft,
        "complaints/letters": draft_letter(
            complaint=case, kind="complaint", today=dt.date(2026, 11, 22)
        ),
        "complaints/steps": Step.objects.filter(owner=person).first(),
        "complaints": case,
        "evidence": keep(person, hostile.png(), f"{CANARY}.png", complaint=case),
        "documents": Document.objects.filter(owner=person).first(),
        "me/tokens": make_token(person)[0],
        "me/notices": told(person),
        "me/export": exported(person, "ready"),
        "api/v1/exports": exported(person),
        "api/v1/notices": told(person, "y"),
        "api/v1/lines": CreditLine.objects.filter(owner=person).first(),
        "api/v1/readings": read(person),
        "api/v1/changes": LimitChange.objects.filter(owner=person).first(),
        "api/v1/assessments": Assessment.objects.filter(owner=person).first(),
        "api/v1/migrations": Migration.objects.filter(owner=person).first(),
        "readings": read(person, 2),
        "bills": Bill.objects.create(owner=person, state="saved"),
        "complaints/calendar": open_feed(owner=person)[0],
        "imports": ImportBatch.objects.create(owner=person, file_name=CANARY),
        "api/v1/imports": ImportBatch.objects.create(owner=person, file_name=CANARY),
        "api/v1/complaints": Complaint.objects.filter(owner=person).first(),
        **of_reports(person),
        **of_the_api(person, case, run_jobs),
        **of_the_talk(person, case),
    }


def of_reports(person):
    """Credit reports with their rows, for the pages and for the API."""
    found = {}
    for place, row_place in (("plan", "entries"), ("api/v1", "report-entries")):
        report = noted(person, note=f"{CANARY} {place}")
        found |= {
            f"{place}/reports": report,
            f"{place}/{row_place}": entry_of(report, lender=CANARY, what_wrong=CANARY),
            f"{place}/inquiries": inquiry_of(report, TODAY, who=CANARY),
        }
    return found


def of_the_talk(person, case):
    """What went to and fro, what was asked, and the question of four weeks later."""
    rows = {"owner": person, "complaint": case}
    said = {"direction": "in", "medium": "call", "happened_on": TODAY, "text": CANARY}
    return {
        "complaints/messages": Message.objects.create(**rows, **said, with_whom=CANARY),
        "complaints/questions": AskedQuestion.objects.create(text=CANARY, position=9, **rows),
        "complaints/follow-ups": FollowUp.objects.create(due_on=dt.date(2026, 11, 1), **rows),
    }


def of_the_api(person, case, run_jobs):
    """What the addresses of the API begin with; files are there to be fetched."""
    shown = keep(person, hostile.png(40), f"{CANARY}-2.png", complaint=case)
    run_jobs()
    rows = {"owner": person, "complaint": case}
    return {
        "api/v1/steps": Step.objects.filter(owner=person).first(),
        "api/v1/evidence": shown,
        "api/v1/questions": AskedQuestion.objects.create(text=CANARY, **rows),
        "api/v1/letters": draft_letter(complaint=case, kind="explain", today=TODAY),
        "api/v1/documents": Document.objects.filter(owner=person).first(),
        "api/v1/follow-ups": FollowUp.objects.create(due_on=TODAY, **rows),
        "api/v1/feeds": open_feed(owner=person, complaint=case)[0],
    }


def url(route, world=None):
    """A real address of a route; objects come from the world, else they do not exist."""

    def fill(match):
        kind, name = match[1].split(":")
        if kind == "slug":
            return {"slug": "segment-fit", "page": "why", "stage": "change", "kind": "csv"}[name]
        prefix = route.split("/<uuid")[0]
        return str(world[prefix].public_id if world else uuid.uuid4())

    if route.startswith("tips/"):
        from guidance import content

        return "/tips/" + next(iter(content.current().tips.values())).slug + "/"
    return "/" + re.sub(r"<([^>]+)>", fill, route)


def attempt(client, address):
    """GET and POST; CSRF is checked elsewhere."""
    return [client.get(address), client.post(address, {}, content_type="application/json")]


@pytest.mark.parametrize("route", POLICY["everyone"])
def test_public_route_answers_without_sign_in(client, known, route):
    response = client.get(url(route))
    assert response.status_code in (200, 302, 405)
    if response.status_code == 302:
        assert "/accounts/login" not in response["Location"]


@pytest.mark.parametrize("route", POLICY["secret"])
def test_a_wrong_secret_opens_nothing_whoever_asks(client, person, known, route):
    address = "/" + re.sub(r"<[^>]+>", "a-guess", route)
    assert client.get(address).status_code == 404
    client.force_login(person)
    assert client.get(address).status_code == 404


# The world costs a second to make, so each of these makes one and walks through all routes.


def wrong(routes, judge):
    """The routes with a wrong answer, each with what was answered."""
    return [f"{route}: {found}" for route in routes if (found := judge(route))]


def is_refused(response):
    if response.status_code == 302:
        return response["Location"].startswith("/accounts/login/")
    return response.status_code in (401, 403, 405)


def says_nothing(response):
    return response.streaming or CANARY not in response.content.decode()


OBJECTS = [row for row in POLICY["person"] if "<uuid" in row]
LISTS = [row for row in POLICY["person"] if "<uuid" not in row]


def test_personal_routes_refuse_the_anonymous(client, world):
    def judge(route):
        answers = attempt(client, url(route, world))
        return [row.status_code for row in answers if not (is_refused(row) and says_nothing(row))]

    assert wrong(POLICY["person"], judge) == []


def test_a_foreign_object_is_404_whatever_the_method(client, world, other):
    client.force_login(other)

    def judge(route):
        answers = attempt(client, url(route, world))
        return [
            row.status_code
            for row in answers
            if row.status_code not in (404, 405) or not says_nothing(row)
        ]

    assert wrong(OBJECTS, judge) == []
    assert client.get("/me/").status_code == 200, "still signed in"


def test_a_foreign_object_is_404_for_staff_too(client, world):
    """The back office has its own pages; being staff opens nobody's account."""
    client.force_login(UserFactory(operator=True))

    def judge(route):
        answers = attempt(client, url(route, world))
        return [row.status_code for row in answers if row.status_code not in (404, 405)]

    assert wrong(OBJECTS, judge) == []
    assert client.get("/me/").status_code == 200, "still signed in"


def test_lists_of_another_show_nothing_of_this_person(client, world, other):
    client.force_login(other)

    def judge(route):
        answers = attempt(client, url(route))
        return [
            row.status_code for row in answers if row.status_code >= 500 or not says_nothing(row)
        ]

    assert wrong(LISTS, judge) == []
    assert client.get("/me/").status_code == 200, "still signed in"


def test_the_owner_gets_his_own(client, world, person):
    client.force_login(person)

    def judge(route):
        answer = client.get(url(route, world))
        return answer.status_code if answer.status_code not in (200, 302, 405) else None

    assert wrong(POLICY["person"], judge) == []
    assert client.get("/me/").status_code == 200, "still signed in"
