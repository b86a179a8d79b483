"""The public page: yes or no to a hash, and nothing about anybody."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.documents import whole
from complaints.domain.verify import GROUPS, LETTERS, normal, spelled
from complaints.models import Document
from tests.complaints.bundles import ask, freeze, sha256
from tests.factories import file

pytestmark = pytest.mark.django_db
UNKNOWN = "ABCDE-FGHJ-KLMN"


@pytest.fixture
def case(person, known, run_jobs):
    made = file(person, contact={"name": "龘小明", "contact": "13800138000"})
    freeze(made, person, run_jobs)
    return made


@pytest.fixture
def documents(case, run_jobs):
    ask(case, run_jobs)
    return list(Document.objects.filter(complaint=case))


def address(code):
    return f"/verify/{code}/"


def check(client, code, data):
    given = data if isinstance(data, str) else sha256(data)
    return client.post(address(code), {"sha256": given}).content.decode()


def test_every_document_is_genuine_and_one_byte_more_is_not(documents, client):
    assert {(row.kind, row.file_format) for row in documents} >= {
        *[("report", "pdf"), ("bundle", "zip"), ("letter", "pdf"), ("letter", "docx")],
        *[("letter", "txt"), ("script", "pdf")],
    }
    for row in documents:
        data = whole(row)
        assert "一致：" in check(client, row.verify_code, data)
        changed = bytearray(data)
        changed[len(data) // 2] ^= 1
        for other in (bytes(changed), data + b" ", data[:-1], b""):
            said = check(client, row.verify_code, other)
            assert "不一致：" in said
            assert row.get_kind_display() not in said.split("<main")[1]


def test_a_file_under_the_code_of_another_is_not_genuine(documents, client):
    one, two = documents[:2]
    assert "不一致：" in check(client, one.verify_code, whole(two))


def test_it_says_kind_day_and_pages_and_nothing_else(documents, client, case, person):
    row = next(row for row in documents if row.kind == "report")
    said = check(client, row.verify_code, whole(row)).split("<main")[1]
    assert f"{row.pages} 页" in said
    assert "完整报告" in said
    for secret in (
        *(case.receipt_no, case.respondent_name, "龘", "13800138000", person.email),
        *(str(case.public_id), str(row.public_id), row.sha256[:12], "借呗"),
    ):
        if secret == row.sha256[:12]:
            continue  # the field keeps what was typed
        assert secret not in said


def test_a_stranger_learns_nothing_from_the_page_of_a_code(documents, client):
    """Known or not, the page before a hash is the same, and no query tells them apart."""

    def page(code):
        with CaptureQueriesContext(connection) as seen:
            said = client.get(address(code)).content.decode().replace(code, "CODE")
        return re.sub(r'(nonce|csrf\w*|value)="[^"]*"', "", said), len(seen)

    page(UNKNOWN)
    assert page(documents[0].verify_code) == page(UNKNOWN)


def test_known_and_unknown_cost_the_same(documents, client):
    def queries(code):
        with CaptureQueriesContext(connection) as seen:
            client.post(address(code), {"sha256": "0" * 64})
        return len(seen)

    assert queries(documents[0].verify_code) == queries(UNKNOWN)


@pytest.mark.parametrize(
    "code", [UNKNOWN, "x", "%F0%9F%98%80", "A" * 300, "..%2F..", "'--", "1234"]
)
def test_a_code_that_is_none_is_unknown(known, client, code):
    answer = client.post(address(code), {"sha256": "0" * 64})
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert "没有这个核验码" in answer.content.decode()


def test_the_code_of_a_deleted_case_is_unknown(documents, client, case):
    row, data = documents[0], whole(documents[0])
    case.delete()
    assert "没有这个核验码" in check(client, row.verify_code, data)


def test_a_code_is_read_as_people_write_it(documents, client):
    row = documents[0]
    data = whole(row)
    for typed in (
        row.verify_code.lower(),
        row.verify_code.replace("-", ""),
        f" {row.verify_code} ",
    ):
        answer = client.post("/verify/", {"code": typed})
        assert answer["Location"] == address(row.verify_code)
        assert "一致：" in check(client, typed.strip(), data)


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDE-FGHJ-KLM0", "😀" * 13, "A" * 41])
def test_what_is_no_code_is_refused_and_kept(known, client, typed):
    answer = client.post("/verify/", {"code": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode() or not typed


@pytest.mark.parametrize("typed", ["", "abc", "g" * 64, "0" * 63, "0" * 65, "０" * 64, "\x00" * 64])
def test_what_is_no_hash_is_refused(documents, client, typed):
    answer = client.post(address(documents[0].verify_code), {"sha256": typed})
    assert answer.status_code == 422
    assert "一致：" not in answer.content.decode()


def test_a_hash_may_be_in_capitals_and_in_groups(documents, client):
    row = documents[0]
    typed = " ".join(re.findall("....", row.sha256.upper()))
    assert "一致：" in check(client, row.verify_code, typed)


def test_it_needs_no_cookie_and_is_not_indexed_or_kept(documents):
    client = Client(enforce_csrf_checks=True)
    row = documents[0]
    answer = client.post(address(row.verify_code), {"sha256": row.sha256})
    assert "一致：" in answer.content.decode()
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    for got in (answer, client.get("/verify/")):
        assert got["X-Robots-Tag"] == "noindex"
        assert "no-store" in got["Cache-Control"]


def test_posts_are_counted_by_address(documents, client, settings):
    settings.API_RATE = "3/min"
    codes = [client.post(address(UNKNOWN), {"sha256": "0" * 64}).status_code for _n in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert client.get(address(UNKNOWN)).status_code == 200


def test_a_copy_from_before_the_file_was_made_again_is_genuine(documents, client):
    row = next(row for row in documents if row.kind == "bundle")
    old = row.sha256
    row.notes = {**row.notes, "earlier": [old]}
    row.sha256 = "1" * 64
    row.save()
    assert "一致：" in check(client, row.verify_code, old)
    assert "一致：" in check(client, row.verify_code, "1" * 64)
    assert "不一致：" in check(client, row.verify_code, "2" * 64)


def test_codes_are_long_plain_and_different(documents):
    codes = [row.verify_code for row in documents]
    assert len(set(codes)) == len(codes)
    assert len(LETTERS) ** sum(GROUPS) >= 2**60
    for code in codes:
        assert set(code) <= set(LETTERS + "-")
        assert normal(code) == code
    assert not set(LETTERS) & set("IO01")


def test_a_code_cannot_be_computed_without_the_key(case, settings):
    row = Document.objects.filter(complaint=case, kind="report").first()
    settings.DATA_KEY = "another"
    from complaints.services.documents import new_code

    parts = (case.public_id, row.kind, row.file_format, row.language, row.model_sha256)
    assert new_code(*parts) != row.verify_code
    assert spelled("f" * 64) == spelled("f" * 64)
