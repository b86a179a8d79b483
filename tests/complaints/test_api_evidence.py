"""Evidence over the API: sealed on its way in, refused in the words of the pages, fetched by role."""

import hashlib
import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import IdempotentRequest
from complaints import http as sealing
from complaints.domain import evidence as rules
from complaints.domain.evidence import MAX_BYTES, REFUSALS
from complaints.models import Evidence
from complaints.vault import files
from tests.api_client import ApiClient, with_token
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
    return f"/api/v1/complaints/{case.public_id}/evidence/"


def named(data, name="IMG_1.jpg"):
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def send(client, address, data=None, name="IMG_1.jpg", headers=None, **fields):
    file = named(hostile.png() if data is None else data, name)
    return client.post(address, {"file": file, **fields}, headers=headers or {})


def stored():
    return [default_storage.open(row.original.name).read() for row in Evidence.objects.all()]


class TestSending:
    def test_a_file_is_accepted_and_its_address_tells_how_far_it_is(self, api, address, run_jobs):
        data = hostile.jpeg(exif=hostile.exif())
        made = send(api, address, data, taken_on="2026-10-12", kind="notice")
        assert made.status_code == 202, made.content.decode()
        row = made.json()
        assert made["Location"] == f"/api/v1/evidence/{row['id']}/"
        assert (row["state"], row["progress"], row["files"]) == ("queued", 0, ["original"])
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert (row["taken_on"], row["kind"], row["file_name"]) == (
            "2026-10-12",
            "notice",
            "IMG_1.jpg",
        )
        run_jobs()
        ready = api.get(made["Location"]).json()
        assert (ready["state"], ready["progress"]) == ("ready", 100)
        assert ready["files"] == ["original", "rendition"]
        assert api.get(address).json() == {"results": [ready], "next": None}

    @pytest.mark.parametrize("signs_in", ["token", "session"])
    def test_no_byte_of_it_reaches_a_disk_plain(
        self, person, address, signs_in, tmp_path, monkeypatch
    ):
        """With a session, the check of the CSRF token reads the body before the endpoint does."""
        seen, take = [], sealing.SealedUpload.take
        monkeypatch.setattr(
            sealing.SealedUpload,
            "take",
            lambda upload, data: (seen.append(len(data)), take(upload, data))[1],
        )
        monkeypatch.setattr(
            "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", _never
        )
        monkeypatch.setattr(
            "django.core.files.uploadhandler.MemoryFileUploadHandler.new_file", _never
        )
        data = hostile.png() + hostile.MARK + b"\0" * 3_000_000
        if signs_in == "token":
            client = with_token(person)
            headers = {}
        else:
            client = ApiClient()
            client.force_login(person)
            client.get("/me/account/")
            headers = {"x-csrftoken": client.cookies["csrftoken"].value}
        made = send(client, address, data, headers=headers)
        assert made.status_code == 202, made.content.decode()
        assert sum(seen) == len(data)
        assert hostile.MARK not in b"".join(stored())

    def test_without_a_csrf_token_a_session_sends_nothing(self, person, address):
        browser = ApiClient()
        browser.force_login(person)
        assert send(browser, address).status_code == 403
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize(
        ("data", "status", "code", "reason"),
        [
            (b"", 422, "file_refused", "empty"),
            (hostile.HTML, 415, "file_type_refused", "web_page"),
            (b"PK\x03\x04" + b"\0" * 60, 415, "file_type_refused", "archive"),
            (b"GIF89a" + b"\0" * 60, 415, "file_type_refused", "animation"),
            (b"nothing of the kind", 415, "file_type_refused", "unknown_type"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_BYTES, 413, "file_too_large", "too_big"),
        ],
        ids=["empty", "web page", "archive", "animation", "text", "20 MB and a little"],
    )
    def test_a_refused_file_is_refused_in_the_words_of_the_page(
        self, api, address, data, status, code, reason
    ):
        refused = send(api, address, data)
        problem = refused.json()
        assert (refused.status_code, problem["code"], problem["reason"]) == (status, code, reason)
        assert problem["detail"] == REFUSALS[reason]
        assert not Evidence.objects.exists()

    def test_a_body_beyond_one_file_is_413_before_it_is_read(self, api, address, monkeypatch):
        monkeypatch.setattr(sealing.SealedUpload, "take", _never)
        refused = send(api, address, b"\0" * (MAX_BYTES + 2**17))
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")

    @pytest.mark.parametrize(
        ("limit", "reason"), [("MAX_FILES", "too_many_files"), ("MAX_TOTAL", "too_much")]
    )
    def test_a_full_vault_says_so(self, api, person, address, monkeypatch, limit, reason):
        keep(person, hostile.png(40))
        monkeypatch.setattr(f"complaints.services.evidence.{limit}", 1)
        refused = send(api, address)
        assert (refused.status_code, refused.json()["code"]) == (413, "quota_reached")
        assert refused.json()["detail"] == rules.REFUSALS[reason]
        assert Evidence.objects.count() == 1

    def test_a_file_spoilt_on_the_way_is_not_kept(self, api, address):
        refused = send(api, address, sha256="0" * 64)
        assert (refused.status_code, refused.json()["reason"]) == (422, "changed_on_the_way")
        right = hashlib.sha256(hostile.png()).hexdigest().upper()
        assert send(api, address, sha256=right).status_code == 202

    def test_the_same_file_in_the_same_case_is_the_same_evidence(self, api, address):
        first, again = (send(api, address) for _index in range(2))
        assert (first.status_code, again.status_code) == (202, 202)
        assert first.json()["id"] == again.json()["id"]
        assert Evidence.objects.count() == 1

    def test_the_same_file_elsewhere_is_409_and_named(self, api, person, address):
        kept = keep(person, hostile.png())
        refused = send(api, address)
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (409, "already_kept")
        assert problem["evidence"] == str(kept.public_id)
        assert Evidence.objects.count() == 1

    def test_twenty_repeats_of_a_key_keep_one_file_and_one_answer(self, api, address):
        """The sealed bytes differ every time; what was sent does not."""
        answers = [send(api, address, headers={"idempotency-key": "k"}) for _index in range(20)]
        assert {answer.status_code for answer in answers} == {202}
        assert all(answer.json() == answers[0].json() for answer in answers)
        assert len({answer["Location"] for answer in answers}) == 1
        assert Evidence.objects.count() == IdempotentRequest.objects.count() == 1

    def test_another_file_under_the_same_key_is_422(self, api, address):
        send(api, address, headers={"idempotency-key": "k"})
        other = send(api, address, hostile.png(40), headers={"idempotency-key": "k"})
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert Evidence.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({}, "file"),
            ({"file": "text"}, "file"),
            ({"file": named(hostile.png()), "kind": "nothing"}, "kind"),
            ({"file": named(hostile.png()), "taken_on": "2025-02-30"}, "taken_on"),
            ({"file": named(hostile.png()), "owner": "1"}, "owner"),
            ({"file": [named(hostile.png()), named(hostile.png(40))]}, "file"),
        ],
        ids=["none", "text", "kind", "day", "unknown field", "two files"],
    )
    def test_what_is_no_upload_is_refused_and_nothing_is_kept(self, api, address, fields, where):
        refused = api.post(address, fields)
        assert refused.status_code == 400, refused.content.decode()
        assert where in refused.json()["errors"]
        assert not Evidence.objects.exists()

    def test_json_is_no_upload(self, api, address):
        assert api.send("post", address, {"file": "x"}).status_code == 415

    def test_a_broken_form_is_refused_and_not_repeated(self, api, address):
        broken = api.generic("POST", address, b"--CNRY", content_type="multipart/form-data")
        assert broken.status_code == 400
        assert "CNRY" not in broken.content.decode()

    def test_nobody_puts_files_into_the_case_of_another(self, other, address):
        assert send(with_token(other), address).status_code == 404
        assert send(ApiClient(), address).status_code == 401
        assert send(with_token(other, "complaints:read"), address).status_code == 403
        assert not Evidence.objects.exists()


def _never(*args, **kwargs):
    raise AssertionError("nothing plain may be kept")


@pytest.fixture
def row(person, case, run_jobs):
    kept = keep(person, hostile.jpeg(exif=hostile.exif()), "IMG_1.jpg", complaint=case)
    run_jobs()
    kept.refresh_from_db()
    return kept


def part(row, name=""):
    return f"/api/v1/evidence/{row.public_id}/{name}"


class TestFiles:
    def test_the_clean_copy_is_given_and_the_original_only_by_name(self, api, row):
        clean = api.get(part(row, "file/"))
        original = api.get(part(row, "file/?role=original"))
        assert hostile.GPS.encode() not in clean.content
        assert hostile.GPS.encode() in original.content
        assert hashlib.sha256(original.content).hexdigest() == row.sha256
        assert "IMG_1.jpg" in original["Content-Disposition"]
        assert "IMG_1" not in clean["Content-Disposition"]
        for answer in (clean, original):
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_painted_picture_is_given_painted_and_not_before_it_is(self, api, row, run_jobs):
        given = {"rectangles": [{"x": 0, "y": 0, "w": 1000, "h": 500}]}
        masked = api.send("post", part(row, "mask/"), given)
        assert masked.status_code == 200
        assert "masked" not in masked.json()["files"]
        early = api.get(part(row, "file/"))
        assert (early.status_code, early.json()["code"]) == (409, "not_ready")
        run_jobs()
        painted = api.get(part(row, "file/"))
        assert painted.status_code == 200
        assert painted.content != api.get(part(row, "file/?role=rendition")).content

    @pytest.mark.parametrize(
        "sides",
        [
            {"x": 900, "y": 0, "w": 200, "h": 10},
            {"x": -1, "y": 0, "w": 20, "h": 10},
            {"x": 0, "y": 0, "w": 0, "h": 10},
            {"x": 0.5, "y": 0, "w": 20, "h": 10},
            {"x": True, "y": 0, "w": 20, "h": 10},
            {"x": 0, "y": 0, "w": 20},
        ],
    )
    def test_a_rectangle_outside_the_picture_is_refused(self, api, row, sides):
        assert api.send("post", part(row, "mask/"), {"rectangles": [sides]}).status_code == 400
        row.refresh_from_db()
        assert row.masks == []

    def test_a_role_there_is_not_is_refused(self, api, row):
        assert api.get(part(row, "file/?role=secret")).status_code == 400
        assert api.get(part(row, "file/?role=masked")).status_code == 409

    @pytest.mark.parametrize("loss", ["gone", "altered"])
    def test_a_damaged_file_is_410_and_no_byte_of_it_is_given(self, api, row, loss):
        name = row.rendition.name
        sealed = default_storage.open(name).read()
        default_storage.delete(name)
        if loss == "altered":
            from io import BytesIO

            files.store(BytesIO(sealed[:-1] + bytes([sealed[-1] ^ 1])), name)
        lost = api.get(part(row, "file/"))
        assert (lost.status_code, lost.json()["code"]) == (410, "file_damaged")

    def test_a_removed_file_is_given_no_more_and_can_be_put_back(self, api, row, address):
        removed = api.delete(part(row)).json()
        assert removed["removed_at"]
        assert removed["destroyed_on"] > removed["removed_at"][:10]
        assert removed["files"] == []
        assert api.get(part(row, "file/?role=original")).status_code == 409
        assert api.get(address).json()["results"] == []
        back = api.send("post", part(row, "restore/")).json()
        assert back["removed_at"] is None
        assert api.get(part(row, "file/")).status_code == 200

    def test_what_was_sent_again_meanwhile_is_not_put_back(self, api, person, row, case):
        api.delete(part(row))
        again = keep(person, hostile.jpeg(exif=hostile.exif()), complaint=case)
        refused = api.send("post", part(row, "restore/"))
        assert refused.status_code == 409
        assert refused.json()["evidence"] == str(again.public_id)


class TestDescribing:
    def test_what_is_left_out_stays(self, api, row, case):
        said = api.send("post", part(row, "describe/"), {"title": "额度为 0"}).json()
        assert (said["title"], said["kind"]) == ("额度为 0", "screenshot")
        said = api.send("post", part(row, "describe/"), {"taken_on": "2026-10-12"}).json()
        assert (said["title"], said["taken_on"]) == ("额度为 0", "2026-10-12")
        assert said["complaint"] == str(case.public_id)

    def test_it_moves_to_another_case_of_his_own_only(self, api, person, other, row):
        mine, theirs = file(person, key="k2"), file(other)
        address = part(row, "describe/")
        foreign = api.send("post", address, {"complaint": str(theirs.public_id)})
        nowhere = api.send("post", address, {"complaint": str(uuid.uuid4())})
        assert foreign.status_code == nowhere.status_code == 400
        assert foreign.json() == nowhere.json()
        moved = api.send("post", address, {"complaint": str(mine.public_id)}).json()
        assert moved["complaint"] == str(mine.public_id)
        assert api.send("post", address, {"complaint": None}).json()["complaint"] is None


def test_the_queries_of_the_list_do_not_grow(api, person, case, address):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            api.get(address)
        return len(seen)

    keep(person, hostile.png(30), complaint=case)
    queries()
    few = queries()
    for width in range(31, 41):
        keep(person, hostile.png(width), complaint=case)
    assert queries() == few


def test_a_refused_file_says_why_when_it_is_read_later(api, address, run_jobs):
    made = send(api, address, hostile.png()[:60])
    assert made.status_code == 202
    run_jobs()
    row = api.get(made["Location"]).json()
    assert row["state"] == "refused"
    assert row["refused"]["code"] == "broken"
    assert row["refused"]["message"] == REFUSALS["broken"]
