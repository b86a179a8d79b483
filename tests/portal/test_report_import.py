"""Reading a report in: text and file to a draft, refusals with what was typed, the vault by wish."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from complaints.models import Evidence
from records.models import CreditReport
from tests.records.notebook import paper

URL = "/plan/reports/import/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel("2026-11-22T12:00:00+08:00", tick=False):
        yield


def text(response):
    return response.content.decode()


def sent(client, **fields):
    return client.post(URL, {"cost": "free", "own": "on", **fields}, follow=True)


def a_file(data, name="报告.pdf"):
    return SimpleUploadedFile(name, data, "application/pdf")


@pytest.fixture
def readable(monkeypatch):
    """The child that reads a PDF is tested by itself (records.importers)."""
    monkeypatch.setattr("portal.report_import.text_of_report", lambda data, password="": paper())


def test_pasted_text_becomes_a_draft_to_confirm(signed_in, person, known):
    answer = sent(signed_in, text=paper())
    assert answer.status_code == 200
    report = CreditReport.objects.get(owner=person)
    assert (report.origin, report.cost, report.kind) == ("pasted", "free", "brief")
    assert "对着报告核对" in text(answer)
    assert not Evidence.objects.exists()


def test_a_file_is_read_and_thrown_away(signed_in, person, known, readable):
    sent(signed_in, paper=a_file(b"%PDF-1.7 demo"))
    assert CreditReport.objects.get(owner=person).origin == "file"
    assert not Evidence.objects.exists()


def test_a_file_is_kept_sealed_where_the_person_wants_it(signed_in, person, known, readable):
    sent(signed_in, paper=a_file(b"%PDF-1.7 demo"), keep="on")
    row = Evidence.objects.get(owner=person)
    assert row.kind == "report"
    assert row.taken_on == CreditReport.objects.get(owner=person).reported_on
    with row.original.open() as stored:
        assert b"%PDF" not in stored.read()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "请选一个 PDF，或者粘贴文字"),
        ({"text": "今天天气很好。"}, "是信用报告吗"),
        ({"text": paper(), "own": ""}, "请先勾选确认"),
        ({"text": paper(), "cost": "x"}, "选项无效"),
    ],
    ids=["nothing", "no-report", "not-own", "cost"],
)
def test_what_can_not_be_read_is_refused_and_stays(signed_in, known, fields, words):
    answer = sent(signed_in, **fields)
    assert answer.status_code == 422
    assert words in text(answer)
    assert fields.get("text", "")[:8] in text(answer)
    assert not CreditReport.objects.exists()


def test_a_third_free_report_says_so_and_reads_as_paid(signed_in, known):
    first, second = paper(), paper().replace("2026-07-03 15:19:01", "2026-08-03 15:19:01")
    sent(signed_in, text=first)
    sent(signed_in, text=second)
    third = paper().replace("2026-07-03 15:19:01", "2026-09-03 15:19:01")
    refused = sent(signed_in, text=third)
    assert refused.status_code == 422
    assert "已经记了两次免费的" in text(refused)
    assert sent(signed_in, text=third, cost="paid").status_code == 200
    assert CreditReport.objects.count() == 3


def test_somebody_elses_report_is_refused(signed_in, known):
    sent(signed_in, text=paper())
    foreign = paper().replace("张三", "李四").replace("110101199001011235", "110101198502025678")
    answer = sent(signed_in, text=foreign, cost="paid")
    assert answer.status_code == 422
    assert "和你以前读入的报告不一致" in text(answer)


def test_a_body_that_is_too_large_is_not_read(signed_in, known):
    answer = signed_in.post(URL, {"paper": a_file(b"%PDF" + b"0" * (11 * 2**20))})
    assert answer.status_code == 413
    assert "10 MB" in text(answer)


def test_nothing_of_the_text_reaches_the_log(signed_in, known, caplog):
    with caplog.at_level("DEBUG"):
        sent(signed_in, text=paper())
    assert "张三" not in caplog.text
    assert "110101199001011235" not in caplog.text
