"""The OpenAPI description: complete, true, and what it does not allow is refused, never a crash."""

import os

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from schemathesis import checks

from accounts.enums import Scope
from limits.models import Assessment, ImportBatch, Migration, Reading
from records.models import PlanItem
from tests.accounts.test_notices import told
from tests.api_client import make_token
from tests.complaints.api_cases import one_of_everything
from tests.factories import log
from tests.own_data import exported
from tests.records.notebook import entry_of, inquiry_of, noted

STATELESS = {"explain", "compute_clock"} | {
    f"list_{kind}"
    for kind in ("causes", "tips", "channels", "rules", "products", "institutions", "demands")
}
EXAMPLES = int(os.environ.get("API_EXAMPLES", "10"))
FILES = {"download_evidence", "download_document"}


def operations():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return [
        pytest.param(method, path, operation, id=operation["operationId"])
        for path, item in schema["paths"].items()
        for method, operation in item.items()
    ]


each_operation = pytest.mark.parametrize(("method", "path", "operation"), operations())


@each_operation
def test_every_operation_says_what_it_is_for_and_how_it_fails(method, path, operation):
    assert operation["summary"]
    answers = operation["responses"]
    assert {"429", "500"} <= set(answers)
    assert ("404" in answers) == ("{" in path)
    for status, answer in answers.items():
        kinds = set(answer["content"])
        if status < "400" and operation["operationId"] in FILES:
            assert "application/pdf" in kinds
            assert {"409", "410"} <= set(answers)
        else:
            assert kinds == {"application/json" if status < "400" else "application/problem+json"}
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= set(answers)


@each_operation
def test_who_may_ask_is_said(method, path, operation):
    name = operation["operationId"]
    if name in STATELESS:
        assert operation.get("security", [{}]) == [{}]
        return
    assert operation["security"] == [{"token": []}, {"cookieAuth": []}]
    assert {"401", "403"} <= set(operation["responses"])
    assert operation["x-required-scope"] in Scope.values


@each_operation
def test_every_post_of_a_person_may_be_repeated_and_says_so(method, path, operation):
    names = {row["name"] for row in operation.get("parameters", [])}
    repeats = method == "post" and operation["operationId"] not in STATELESS
    assert ("Idempotency-Key" in names) == repeats
    assert ("422" in operation["responses"]) == repeats
    assert "409" in operation["responses"] or not repeats


@each_operation
def test_every_json_body_has_an_example(method, path, operation):
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        assert kind == "multipart/form-data" or body.get("examples"), path


described = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
described.app = get_wsgi_application()


@pytest.fixture
def ids(person, known, settings):
    """One object of the person for each kind of address."""
    settings.ALLOWED_HOSTS = ["*"]
    fall = log(person)
    log(person, product="wangshangdai", before=0, after=5_000_000)
    reading = Reading.objects.create(
        owner=person, line=fall.line, observed_on=fall.effective_on, limit_fen=1
    )
    case = one_of_everything(person)
    return {
        "lines": fall.line.public_id,
        "readings": reading.public_id,
        "changes": fall.public_id,
        "assessments": Assessment.objects.filter(change=fall).first().public_id,
        "migrations": Migration.objects.get(fall=fall).public_id,
        "imports": ImportBatch.objects.create(owner=person, state="checked").public_id,
        "notices": told(person).public_id,
        "exports": exported(person).public_id,
        "plan": PlanItem.objects.create(owner=person, own_title="看余额").public_id,
        "reports": (report := noted(person)).public_id,
        "report-entries": entry_of(report).public_id,
        "inquiries": inquiry_of(report, report.reported_on).public_id,
        "complaints": case["complaint"],
        "steps": case["step"],
        "evidence": case["evidence"],
        "questions": case["question"],
        "letters": case["letter"],
        "documents": case["document"],
        "follow-ups": case["follow_up"],
        "feeds": case["feed"],
    }


@pytest.fixture
def key(person):
    return make_token(person)[1]


@pytest.fixture
def same_connection():
    """Django closes a connection inside a transaction at each request; its own client knows better."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("same_connection")
@described.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_whatever_is_sent_the_answer_is_one_of_those_described(case, ids, key, run_jobs):
    if case.operation.definition.raw.get("operationId") in FILES:
        run_jobs()
    if "public_id" in case.path_parameters:
        case.path_parameters["public_id"] = str(ids[case.path.split("/")[3]])
    case.call_and_validate(
        headers={"Authorization": f"Bearer {key}"},
        checks=[
            checks.not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
        ],
    )
