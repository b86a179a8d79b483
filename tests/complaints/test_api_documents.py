"""Documents over the API: 202, then a status, then the file; made once whatever is repeated."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Document
from jobs.models import Job
from tests.api_client import with_token
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(person, known):
    return with_token(person)


@pytest.fixture
def case(person, known):
    return file(person)


@pytest.fixture
def address(case):
    return f"/api/v1/complaints/{case.public_id}/documents/"


def request(api, address, **fields):
    return api.send("post", address, {"kind": "report", **fields})


def test_a_report_is_asked_for_watched_and_fetched(api, address, run_jobs):
    made = request(api, address)
    assert made.status_code == 202, made.content.decode()
    where = made["Location"]
    assert where == f"/api/v1/documents/{made.json()['id']}/"
    assert (made.json()["state"], made.json()["progress"]) == ("queued", 0)
    early = api.get(f"{where}file/")
    assert (early.status_code, early.json()["code"]) == (409, "not_ready")
    run_jobs()
    ready = api.get(where).json()
    assert (ready["state"], ready["progress"]) == ("ready", 100)
    got = api.get(f"{where}file/", headers={"accept": "application/pdf"})
    data = got.getvalue()
    assert got["Content-Type"] == "application/pdf"
    assert data.startswith(b"%PDF")
    assert (len(data), hashlib.sha256(data).hexdigest()) == (ready["size"], ready["sha256"])
    assert got["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("key", ["k", None], ids=["with a key", "without"])
def test_twenty_repeats_ask_once(api, address, key):
    headers = {"idempotency_key": key} if key else {}
    body = {"kind": "report"}
    answers = [api.send("post", address, body, **headers) for _index in range(20)]
    assert {answer.status_code for answer in answers} == {202}
    (made,) = {answer.json()["id"] for answer in answers}
    assert Document.objects.filter(public_id=made).count() == 1
    key = Document.objects.get(public_id=made).job_key
    assert Job.objects.filter(key=key).count() == 1


def test_progress_and_failure_are_told(api, address):
    where = request(api, address).json()["id"]
    job = Job.objects.filter(key=Document.objects.get(public_id=where).job_key)
    job.update(state="running", progress=40, lease_until="2026-11-22T00:00:00Z")
    running = api.get(f"/api/v1/documents/{where}/").json()
    assert (running["state"], running["progress"]) == ("running", 40)
    job.update(state="dead", lease_until=None)
    assert api.get(f"/api/v1/documents/{where}/").json()["state"] == "failed"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"kind": "script"}, "kind"),
        ({"language": "fr"}, "language"),
        ({"masked": "yes"}, "masked"),
        ({"model": {}}, "model"),
    ],
)
def test_what_cannot_be_made_is_refused(api, address, fields, where):
    before = Document.objects.count()
    refused = request(api, address, **fields)
    assert refused.status_code == 400
    assert where in refused.json()["errors"]
    assert Document.objects.count() == before


def test_a_lost_file_is_410(api, address, run_jobs):
    where = request(api, address)["Location"]
    run_jobs()
    default_storage.delete(Document.objects.get(public_id=where.split("/")[-2]).file.name)
    lost = api.get(f"{where}file/")
    assert (lost.status_code, lost.json()["code"]) == (410, "file_damaged")


def test_the_queries_of_the_list_do_not_grow(api, case, address, person):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            api.get(address)
        return len(seen)

    queries()
    few = queries()
    template = Document.objects.filter(complaint=case).first()
    for number in range(8):
        template.pk = None
        template.public_id = f"00000000-0000-4000-8000-00000000000{number}"
        template.model_sha256 = f"{number:064d}"
        template.verify_code = f"CODE-{number}"
        template.save(force_insert=True)
    assert queries() == few
    assert len(api.get(address).json()["results"]) == 10


def test_which_evidence_goes_in_is_chosen_as_on_the_page(api, case, address, person):
    first = keep(person, hostile.jpeg(), "a.jpg", complaint=case)
    second = keep(person, hostile.png(), "b.png", complaint=case)
    elsewhere = keep(person, hostile.webp(), "c.webp")

    def inside(**chosen):
        made = request(api, address, kind="bundle", **chosen)
        assert made.status_code == 202, made.content.decode()
        model = Document.objects.get(public_id=made.json()["id"]).model
        return {row["id"] for row in model["evidence"]}

    everything = {str(first.public_id), str(second.public_id)}
    assert inside() == inside(evidence=None) == everything
    assert inside(evidence=[str(second.public_id)]) == {str(second.public_id)}
    assert inside(evidence=[], masked=False) == set()
    refused = request(api, address, kind="bundle", evidence=[str(elsewhere.public_id)])
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["evidence"])
