"""The copy of everything: complete, one's own, readable, behind a fresh sign-in."""

import datetime as dt
import hashlib
import io
import json
import re
import zipfile

import jsonschema
import pytest
from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from accounts.data_map import data_map
from accounts.enums import ExportState
from accounts.models import Export
from accounts.services import request_export
from complaints.documents import sealed
from complaints.models import Evidence
from jobs.models import Job
from limits.models import LimitChange
from portal import exporting
from portal.exporting import naming, pages, reading
from portal.exporting.schema import export_schema
from portal.exporting.values import OPENED
from records.models import Debt
from tests.api_client import with_token
from tests.factories import UserFactory, log
from tests.own_data import everything, exported, personal_models, rows_of

MINE, THEIRS = "cnrymine7f3", "cnrytheirs9b1"
PASSWORD = "a long enough one"


@pytest.fixture
def world(person, other, known, run_jobs):
    staff = UserFactory(staff=True, display_name="Staff Name")
    case = everything(person, MINE, staff=staff)
    everything(other, THEIRS, staff=staff)
    Export.objects.all().delete()
    person.refresh_from_db()
    other.refresh_from_db()
    return case


def made(person, run_jobs, language="zh-hans"):
    export, _new = request_export(owner=person, language=language)
    run_jobs()
    export.refresh_from_db()
    return export


def opened(export):
    return zipfile.ZipFile(io.BytesIO(b"".join(sealed.pieces(export))))


def texts(archive):
    return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def sign_in_anew(client, person):
    Authenticator.objects.filter(user=person).delete()
    person.set_password(PASSWORD)
    person.save()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/me/export/"})


def test_the_world_of_this_test_has_one_of_every_model(world, person):
    exported(person)
    assert [label for label, count in rows_of(person.pk).items() if not count] == []


def test_it_holds_every_word_of_the_person_and_none_of_another(world, person, run_jobs):
    export = made(person, run_jobs)
    assert export.state == ExportState.READY
    assert export.missing == 0
    all_texts = texts(opened(export))
    for label in personal_models():
        entry = data_map().models[label]
        if entry.is_exported and any(field.kind == "words" for field in entry.fields):
            assert MINE in all_texts[f"data/{label}.json"], label
    assert not [name for name, text in all_texts.items() if THEIRS in text or "Staff" in text]
    assert not [name for name, text in all_texts.items() if "staff only" in text]


def test_sealed_values_are_opened(world, person, run_jobs):
    data = {
        name: json.loads(text)
        for name, text in texts(opened(made(person, run_jobs))).items()
        if name.startswith("data/")
    }
    words = [row["sealed"] for row in data["data/limits.SealedAnswer.json"]]
    assert f"sealed {MINE}" in words
    assert data["data/records.Circumstances.json"][0]["sealed_income"] == 123456789
    assert {"cause": "some-cause", "words": f"sealed quote {MINE}"} in [
        row["sealed"] for row in data["data/limits.Confirmation.json"]
    ]
    assert {"sealed": MINE} in [row["sealed_result"] for row in data["data/limits.Assessment.json"]]
    assert data["data/limits.Bill.json"][0]["sealed_accepted"] == [f"code {MINE}"]


def test_every_sealed_field_has_a_way_to_be_opened():
    wanted = {
        f"{entry.label}.{field.name}"
        for entry in data_map().models.values()
        if entry.is_exported
        for field in entry.exported
        if field.kind == "sealed"
    }
    assert wanted == set(OPENED)


def test_the_data_is_as_the_schema_says(world, person, run_jobs):
    archive = opened(made(person, run_jobs))
    schema = json.loads(archive.read("schema.json"))
    assert schema == json.loads(json.dumps(export_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    for path, told in schema["properties"].items():
        rows = json.loads(archive.read(path))
        jsonschema.Draft202012Validator({**told, "$defs": schema["$defs"]}).validate(rows)


def test_the_manifest_names_every_file_with_its_hash(world, person, run_jobs):
    archive = opened(made(person, run_jobs))
    lines = archive.read("manifest.txt").decode().splitlines()
    told = dict(reversed(line.split("  ")) for line in lines if not line.startswith("#"))
    assert set(told) == set(archive.namelist()) - {"manifest.txt"}
    for name, sha256 in told.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256


def test_files_are_inside_and_the_page_leads_to_them(world, person, run_jobs):
    all_texts = texts(opened(made(person, run_jobs)))
    (proof,) = [name for name in all_texts if name.startswith("files/evidence/")]
    assert all_texts[proof] == f"recording of {MINE}"
    assert f'href="{proof}"' in all_texts["index.html"]
    assert f"letter of {MINE}" in [
        text for name, text in all_texts.items() if name.startswith("files/documents/")
    ]


def test_names_inside_are_safe(world, person, run_jobs):
    Evidence.objects.filter(owner=person).update(title="../../etc/passwd\u202e", file_name="a/b")
    for name in opened(made(person, run_jobs)).namelist():
        assert not name.startswith("/")
        assert ".." not in name
        assert "\\" not in name
        assert name.isprintable()


@pytest.mark.parametrize(
    ("language", "word"), [("zh-hans", "额度变动"), ("en", "Changes of limits")]
)
def test_the_page_speaks_the_language_of_the_person(world, person, run_jobs, language, word):
    page = texts(opened(made(person, run_jobs, language)))["index.html"]
    assert f'<h3 id="limits.LimitChange">{word}</h3>' in page
    assert "<script" not in page


@pytest.fixture
def in_chinese():
    with translation.override("zh-hans"):
        yield


def page_of(person, run_jobs, language="zh-hans"):
    return texts(opened(made(person, run_jobs, language)))["index.html"]


def test_every_column_has_a_heading_in_both_languages(in_chinese):
    unnamed = [
        f"{entry.label}.{field.name} {'en' if english else 'zh'}"
        for entry in data_map().models.values()
        if entry.is_exported
        for english in (False, True)
        for field in pages.shown_fields(entry, english=english)
        if not naming.heading(entry, field, english=english)
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("place", "chinese", "english"),
    [
        ("limits.LimitChange.before_fen", "变动前", "Before"),
        ("limits.Reading.created_at", "记录时间", "Recorded at"),
        ("records.PlanEvent.state_from", "原来的状态", "State before"),
        ("complaints.AskedQuestion.state", "答复情况", "Answered or not"),
        ("limits.Bill.state", "状态", "State"),
    ],
)
def test_headings_are_words_without_units(in_chinese, place, chinese, english):
    label, _dot, name = place.rpartition(".")
    entry = data_map().models[label]
    (field,) = [field for field in entry.exported if field.name == name]
    assert naming.heading(entry, field, english=False) == chinese
    assert naming.heading(entry, field, english=True) == english


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_headings_of_the_page_are_in_the_language_of_the_person(world, person, run_jobs, language):
    page = page_of(person, run_jobs, language)
    heads = re.findall(r'<th scope="col">([^<]*)</th>', page)
    is_right = re.compile(
        r"[\u4e00-\u9fff]" if language == "zh-hans" else r"^[A-Z][^\u4e00-\u9fff]+$"
    )
    assert len(heads) > 150
    assert [head for head in heads if not is_right.search(head)] == []


def test_the_contents_lead_to_every_table_with_its_rows(world, person, run_jobs):
    Debt.objects.filter(owner=person).delete()
    page = page_of(person, run_jobs)
    changes = LimitChange.objects.filter(owner=person).count()
    assert f'<a href="#limits.LimitChange">额度变动 {changes}</a>' in page
    links = re.findall(r'href="#([^"]+)"', page)
    assert [link for link in links if f' id="{link}"' not in page] == []
    assert "<p>没有内容的：你填写的借款</p>" in page
    assert 'id="records.Debt"' not in page


def test_no_ids_and_no_instants_for_programs_are_shown(world, person, run_jobs):
    page = page_of(person, run_jobs)
    shown = re.sub(r"<[^>]*>", " ", page)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-", shown)
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d", shown)
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d（北京时间）", shown)


def test_values_are_said_as_people_say_them(world, person, run_jobs):
    log(person, product="jiebei", before=2_000_000, after=0, effective_on=dt.date(2026, 11, 1))
    page = page_of(person, run_jobs)
    assert '<td data-name="变动前">20,000.00 元</td>' in page
    assert '<td data-name="变动日期">2026-11-01</td>' in page
    assert '<td data-name="产品（按本站名单）">借呗</td>' in page
    assert '<td data-name="撤回">否</td>' in page
    assert '<td class="none" data-name="' in page
    assert ">jiebei<" not in page


def test_a_long_table_is_folded(world, person, run_jobs, monkeypatch):
    monkeypatch.setattr(pages, "LONG_ROWS", 1)
    page = page_of(person, run_jobs)
    count = LimitChange.objects.filter(owner=person).count()
    assert count > 1
    assert f"<details><summary>打开这 {count} 行</summary>" in page


NAMES = naming.Names(False, data_map(), {"cause": {"overdue": "逾期"}}, {})


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ({"cause": "overdue"}, "<ul><li>原因：逾期</li></ul>"),
        ({"days": 3, "on": "2026-11-01"}, "<ul><li>天数：3</li><li>日期：2026-11-01</li></ul>"),
        (["<b>"], "<ul><li>&lt;b&gt;</li></ul>"),
        ({"days": "4f3c2b1a-0000-4000-8000-000000000000"}, ""),
        ({"limit_fen": 2_000_000}, "<ul><li>总额度：20,000.00 元</li></ul>"),
        ({"cause": {"zh": "原因甲", "en": "Cause A"}}, "<ul><li>原因：原因甲</li></ul>"),
        ({}, ""),
    ],
    ids=["slug", "pairs", "escaped", "id", "money", "language", "empty"],
)
def test_a_short_json_value_is_a_list(in_chinese, value, html):
    assert reading.json_value("x", value, NAMES, "data/x.json") == html


@pytest.mark.parametrize(
    "value",
    [{"days": [[[1]]]}, ["a" * 500], {"weight_of": 1}],
    ids=["deep", "long", "name for programs"],
)
def test_any_other_json_value_is_folded(in_chinese, value):
    said = reading.json_value("x", value, NAMES, "data/x.json")
    folded = "<details><summary>程序用的内容，完整的在 data/x.json 里</summary><ul>"
    assert said.startswith(folded)


def test_an_assessment_says_its_causes_before_the_fold(in_chinese):
    names = naming.Names(False, data_map(), {"cause_slug": {"overdue": "逾期"}}, {})
    result = {"causes": [{"slug": "overdue", "points": 3}]}
    said = reading.json_value("limits.Assessment.result", result, names, "data/x.json")
    assert said.startswith("<ul><li>逾期</li></ul><details>")


def test_endless_nesting_ends(in_chinese):
    value = []
    for _level in range(900):
        value = [value, 1]
    assert "…" in reading.json_value("x", value, NAMES, "data/x.json")


def test_what_the_person_wrote_cannot_run_in_the_page(world, person, run_jobs):
    person.display_name = "<script>alert(1)</script>"
    person.save()
    assert "<script" not in texts(opened(made(person, run_jobs)))["index.html"]


def test_a_damaged_file_is_named_and_the_copy_is_made(world, person, run_jobs):
    row = Evidence.objects.get(owner=person)
    default_storage.delete(row.original.name)
    export = made(person, run_jobs)
    assert export.state == ExportState.READY
    assert export.missing == 1
    archive = opened(export)
    assert "# missing 缺少: files/evidence/01_" in archive.read("manifest.txt").decode()
    assert json.loads(archive.read("data/complaints.Evidence.json"))[0]["original"] is None


def test_who_acted_is_a_role_and_no_name(world, person, run_jobs):
    from complaints.services import assign

    staff = UserFactory(staff=True)
    assign(complaint=world, to=staff, actor=staff)
    rows = json.loads(opened(made(person, run_jobs)).read("data/complaints.ComplaintEvent.json"))
    assert {row["actor"] for row in rows} == {"you", "staff"}


def test_numbers_of_staff_and_their_notes_are_in_no_copy(world, person, run_jobs):
    from complaints.services import add_note, assign, set_priority

    staff = UserFactory(staff=True)
    assign(complaint=world, to=staff, actor=staff)
    add_note(complaint=world, author=staff, text="staff only")
    set_priority(complaint=world, priority="high", actor=staff)
    rows = json.loads(opened(made(person, run_jobs)).read("data/complaints.ComplaintEvent.json"))
    said = {row["action"]: row["data"] for row in rows}
    assert (said["assign"], said["note"], said["priority"]) == ({}, {}, {"to": "high"})


def test_asking_again_gives_the_same_one(person):
    first, is_new = request_export(owner=person, language="en")
    again, is_new_again = request_export(owner=person, language="en")
    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)


def test_one_whose_work_gave_up_is_begun_anew(person):
    first, _new = request_export(owner=person, language="en")
    Job.objects.filter(pk=first.job_id).update(state="dead")
    again, is_new = request_export(owner=person, language="en")
    first.refresh_from_db()
    assert is_new
    assert again.pk != first.pk
    assert first.state == ExportState.FAILED


def test_after_a_week_the_file_goes_and_the_row_stays(world, person, run_jobs):
    from django.test import TestCase

    export = made(person, run_jobs)
    assert export.expires_at - export.ready_at == dt.timedelta(days=7)
    name = export.file.name
    exporting.expire(export.expires_at - dt.timedelta(seconds=1))
    assert default_storage.exists(name)
    with TestCase.captureOnCommitCallbacks(execute=True):
        exporting.expire(timezone.now() + dt.timedelta(days=8))
    export.refresh_from_db()
    assert (export.state, bytes(export.sealed_key)) == (ExportState.EXPIRED, b"")
    assert not default_storage.exists(name)


def test_a_newer_copy_replaces_the_older(
    world, person, other, run_jobs, django_capture_on_commit_callbacks
):
    theirs, first = made(other, run_jobs), made(person, run_jobs)
    with django_capture_on_commit_callbacks(execute=True):
        second = made(person, run_jobs)
    first.refresh_from_db()
    theirs.refresh_from_db()
    assert (first.state, first.file.name) == (ExportState.EXPIRED, "")
    assert (second.state, theirs.state) == (ExportState.READY, ExportState.READY)
    _folders, left = default_storage.listdir(f"exports/{first.public_id.hex}")
    assert left == []
    assert default_storage.exists(second.file.name)


def test_a_copy_of_a_person_who_is_gone_is_thrown_away(world, person, run_jobs):
    from django.test import TestCase

    export, _new = request_export(owner=person, language="en")
    keep = exporting.make_export(str(export.public_id), lambda *_said: None)
    Export.objects.all().delete()
    with TestCase.captureOnCommitCallbacks(execute=True):
        keep()
    _folders, names = default_storage.listdir(f"exports/{export.public_id.hex}")
    assert names == []


class TestPages:
    def test_from_asking_to_fetching(self, client, world, person, run_jobs):
        sign_in_anew(client, person)
        assert "做一份副本" in client.get("/me/export/").content.decode()
        assert client.post("/me/export/").status_code == 302
        page = client.get("/me/export/").content.decode()
        assert "hx-get" in page
        export = Export.objects.get(owner=person)
        address = f"/me/export/{export.public_id}/"
        waiting = client.get(f"{address}progress/", headers={"HX-Request": "true"})
        assert "<progress" in waiting.content.decode()
        run_jobs()
        done = client.get(f"{address}progress/", headers={"HX-Request": "true"})
        assert done["HX-Refresh"] == "true"
        assert "下载" in client.get("/me/export/").content.decode()
        answer = client.get(f"{address}file/")
        body = b"".join(answer.streaming_content)
        export.refresh_from_db()
        assert hashlib.sha256(body).hexdigest() == export.sha256
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Content-Disposition"].startswith("attachment")
        assert int(answer["Content-Length"]) == len(body)

    def test_an_old_session_must_sign_in_again_first(self, client, world, person, run_jobs):
        export = made(person, run_jobs)
        client.force_login(person)
        for address in (f"/me/export/{export.public_id}/", f"/me/export/{export.public_id}/file/"):
            assert "/accounts/reauthenticate/" in client.get(address)["Location"]

    def test_signed_in_again_the_page_says_that_the_download_begins(
        self, client, world, person, run_jobs
    ):
        export = made(person, run_jobs)
        person.set_password(PASSWORD)
        person.save()
        client.force_login(person)
        page = f"/me/export/{export.public_id}/"
        again = {"password": PASSWORD, "next": page}
        answer = client.post("/accounts/reauthenticate/", again, follow=True)
        assert answer.redirect_chain[-1][0] == page
        assert answer["Refresh"] == f"1; url={page}file/"
        assert "下载马上开始" in answer.content.decode()
        Export.objects.filter(pk=export.pk).update(state="expired", file="", sealed_key=b"")
        answer = client.get(page)
        assert "Refresh" not in answer
        assert "重新做一份" in answer.content.decode()

    def test_another_person_gets_404(self, client, world, person, other, run_jobs):
        export = made(person, run_jobs)
        sign_in_anew(client, other)
        assert client.get(f"/me/export/{export.public_id}/").status_code == 404
        assert client.get(f"/me/export/{export.public_id}/file/").status_code == 404
        assert client.get(f"/me/export/{export.public_id}/progress/").status_code == 404

    def test_an_expired_one_says_so(self, client, world, person, run_jobs):
        export = made(person, run_jobs)
        Export.objects.filter(pk=export.pk).update(state="expired", file="", sealed_key=b"")
        sign_in_anew(client, person)
        answer = client.get(f"/me/export/{export.public_id}/file/", follow=True)
        assert "重新做一份" in answer.content.decode()


class TestApi:
    def test_asked_once_seen_and_without_the_file(self, person, other, known):
        api = with_token(person, "data:export")
        first = api.send("post", "/api/v1/exports/")
        assert first.status_code == 202
        assert api.send("post", "/api/v1/exports/").status_code == 200
        told = api.get(f"/api/v1/exports/{first.json()['id']}/").json()
        assert told["state"] == "queued"
        assert "file" not in told
        assert [row["id"] for row in api.get("/api/v1/exports/").json()["results"]] == [told["id"]]
        foreign = with_token(other, "data:export")
        assert foreign.get(f"/api/v1/exports/{told['id']}/").status_code == 404

    def test_another_scope_is_not_enough(self, person, known):
        api = with_token(person, "plan:read")
        assert api.get("/api/v1/exports/").status_code == 403
        assert api.send("post", "/api/v1/exports/").status_code == 403
        assert api.get("/api/v1/access/").status_code == 403
