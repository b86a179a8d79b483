"""Whatever JSON is sent, the API answers 200, 201 or 4xx with a sentence, never 500."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(["jiebei", "2026-10-12", "5万", "0", "late", "yes", "\ud800", "\0", "D01"])
)
KEYS = st.sampled_from(
    ["changes", "answers", "product", "before", "after", "effective_on", "stated_reason", "rule"]
    + ["start_on", "note", "screen", "notified_how", "owner", "lender_name", "product_name"]
    + ["kind", "by_me", "expires_on", "limit", "used", "observed_on", "annual_rate", "again"]
) | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)
CHANGE = st.fixed_dictionaries(
    {"product": SCALARS, "before": SCALARS, "after": SCALARS, "effective_on": SCALARS},
    optional={"stated_reason": SCALARS},
)
NEARLY = st.fixed_dictionaries(
    {"changes": st.lists(CHANGE, max_size=3)},
    optional={
        "answers": st.dictionaries(SCALARS.filter(lambda key: isinstance(key, str)), SCALARS)
    },
)
PATIENT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize(
    "address",
    ["/api/v1/explain/", "/api/v1/clock/", "/api/v1/changes/", "/api/v1/readings/"],
)
@PATIENT
@given(body=ANYTHING | NEARLY | CHANGE)
def test_any_json_gets_an_answer(signed_in, known, address, body):
    answer = signed_in.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 201, 400)
    if answer.status_code == 400:
        assert answer.json()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"\xef\xbb\xbf{}", "application/json", 400),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"<a/>", "text/xml", 415),
    ],
)
def test_what_is_no_json_is_refused(client, known, body, kind, status):
    assert client.post("/api/v1/explain/", body, content_type=kind).status_code == status


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused_with_allow(client, known, method):
    answer = getattr(client, method)("/api/v1/explain/")
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("address", ["/changes/%00/", "/changes/../../etc/passwd", "/lines/1/"])
def test_odd_addresses_are_404(signed_in, known, address):
    assert signed_in.get(address).status_code == 404
