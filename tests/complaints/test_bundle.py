"""The bundle of a case: what is inside, that it is told truly, and what is never inside."""

import datetime as dt
import io
import re
import stat
import subprocess
import unicodedata
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from complaints import services
from complaints.documents import DocumentLost, as_attachment, bundles, purge_bundles, whole
from complaints.domain.hiding import hidden_text, secrets
from complaints.domain.masks import Rectangle
from complaints.enums import FileRole
from complaints.models import ComplaintEvent, Document, Evidence
from complaints.vault import files
from jobs.models import Job
from tests.complaints import hostile
from tests.complaints.bundles import (
    CARD,
    NAME,
    PHONE,
    ask,
    evidence_of,
    manifest,
    opened,
    sha256,
    whole_case,
)
from tests.complaints.vault import keep
from tests.factories import file

pytestmark = pytest.mark.django_db
SECRETS = [NAME, PHONE, CARD]


@pytest.fixture
def case(person, known, run_jobs):
    return whole_case(person, run_jobs)


def text_of_pdf(data):
    from pypdf import PdfReader

    return re.sub(r"\s", "", "".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages))


def words_of(inside):
    """Everything a person could read in a bundle, without the breaks of lines."""
    import docx

    parts = []
    for path, data in inside.items():
        if path.endswith(".pdf"):
            parts.append(text_of_pdf(data))
        elif path.endswith(".docx"):
            document = docx.Document(io.BytesIO(data))
            cells = [
                cell.text for table in document.tables for row in table.rows for cell in row.cells
            ]
            parts += [*(row.text for row in document.paragraphs), *cells]
        elif path.rpartition(".")[2] in ("txt", "csv", "json", "html") or path == "SHA256SUMS":
            parts.append(data.decode())
        parts.append(path)
    return re.sub(r"\s", "", "\n".join(parts))


class TestContent:
    def test_everything_of_the_case_is_inside(self, case, run_jobs):
        inside = opened(ask(case, run_jobs))
        assert sorted(inside) == [
            "README.txt",
            "SHA256SUMS",
            "correspondence.csv",
            "correspondence.txt",
            "evidence/01_归零后的页面.jpg",
            "evidence/02_通话录音.wav",
            "letters/00_filed_v1.pdf",
            "letters/00_filed_v1.txt",
            "letters/01_complaint_v1.pdf",
            "letters/01_complaint_v1.txt",
            "manifest.json",
            "report.docx",
            "report.pdf",
            "verify.html",
        ]

    @pytest.mark.parametrize("masked", [True, False], ids=["masked", "full"])
    def test_manifest_sums_and_page_tell_the_truth_of_every_file(self, case, run_jobs, masked):
        document = ask(case, run_jobs, masked=masked)
        inside = opened(document)
        told = {row["path"]: row for row in manifest(inside)["files"]}
        untold = {"manifest.json", "verify.html", "SHA256SUMS"}
        assert set(told) == set(inside) - untold
        for path, row in told.items():
            assert (row["sha256"], row["size"]) == (sha256(inside[path]), len(inside[path]))
        sums = dict(line.split("  ")[::-1] for line in inside["SHA256SUMS"].decode().splitlines())
        assert sums == {p: sha256(inside[p]) for p in inside if p != "SHA256SUMS"}
        page = inside["verify.html"].decode()
        assert all(sha256(inside[path]) in page for path in set(told) | {"manifest.json"})

    def test_the_manifest_says_of_whom_when_and_under_which_code(self, case, run_jobs):
        document = ask(case, run_jobs)
        told = manifest(opened(document))
        assert told["schema"] == "limit-ledger-bundle/1"
        assert told["receipt_no"] == case.receipt_no
        assert told["verify"]["code"] == document.verify_code
        assert told["verify"]["url"].endswith(f"/verify/{document.verify_code}/")
        assert told["made_on"] == document.model["made_on"]
        first = next(row for row in told["files"] if row["path"].startswith("evidence/01"))
        row = evidence_of(case)[0]
        assert first["taken_on"] == "2026-10-12"
        assert first["received_on"] == row.item.received_on.isoformat()
        assert first["original_sha256"] == row.sha256
        assert told["problems"] == []

    def test_sha256sum_agrees(self, case, run_jobs, tmp_path):
        for path, data in opened(ask(case, run_jobs)).items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_bytes(data)
        command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
        assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
        (tmp_path / "report.pdf").write_bytes(b"x")
        assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 1

    def test_letters_of_the_full_bundle_are_the_frozen_files(self, case, run_jobs):
        inside = opened(ask(case, run_jobs, masked=False))
        for row in Document.objects.filter(complaint=case, kind="letter").exclude(letter=None):
            if row.file_format != "docx":
                assert inside[f"letters/01_complaint_v1.{row.file_format}"] == whole(row)

    def test_the_letter_the_case_was_filed_with_is_inside_as_it_was_made(self, case, run_jobs):
        made = Document.objects.get(complaint=case, kind="letter", letter=None)
        full = opened(ask(case, run_jobs, masked=False))
        assert full["letters/00_filed_v1.pdf"] == whole(made)
        assert NAME in full["letters/00_filed_v1.txt"].decode()
        shared = opened(ask(case, run_jobs))["letters/00_filed_v1.txt"].decode()
        assert made.model_sha256 in shared
        assert NAME not in shared

    def test_an_empty_case_has_its_report_and_proof(self, person, known, run_jobs):
        inside = opened(ask(file(person), run_jobs))
        assert set(inside) == {
            *("README.txt", "SHA256SUMS", "manifest.json", "report.docx", "report.pdf"),
            *("letters/00_filed_v1.pdf", "letters/00_filed_v1.txt", "verify.html"),
        }

    def test_only_the_chosen_evidence_goes_in(self, case, run_jobs):
        second = evidence_of(case)[1]
        inside = opened(ask(case, run_jobs, evidence=[second.public_id]))
        assert [p for p in inside if p.startswith("evidence/")] == ["evidence/01_通话录音.wav"]
        none = opened(ask(case, run_jobs, evidence=[]))
        assert not [p for p in none if p.startswith("evidence/")]

    def test_no_cell_of_the_correspondence_is_a_formula(self, case, run_jobs):
        inside = opened(ask(case, run_jobs, masked=False))
        assert ",'=HYPERLINK(1)" in inside["correspondence.csv"].decode()


class TestMasked:
    def test_nothing_that_names_the_person_is_in_a_masked_bundle(self, case, run_jobs):
        masked = words_of(opened(ask(case, run_jobs)))
        assert [secret for secret in SECRETS if secret in masked] == []
        full = words_of(opened(ask(case, run_jobs, masked=False)))
        assert [secret for secret in SECRETS if secret in full] == SECRETS

    def test_a_masked_letter_says_that_it_is_a_copy_and_of_which_letter(self, case, run_jobs):
        letter = case.letters.get()
        said = opened(ask(case, run_jobs))["letters/01_complaint_v1.txt"].decode()
        assert "遮盖副本" in said
        assert letter.model_sha256 in said

    def test_originals_leave_only_in_full(self, case, run_jobs):
        path = "evidence/01_归零后的页面.jpg"
        masked, full = ask(case, run_jobs), ask(case, run_jobs, masked=False)
        assert sha256(opened(full)[path]) == evidence_of(case)[0].sha256
        assert hostile.GPS.encode() in opened(full)[path]
        assert sha256(opened(masked)[path]) == evidence_of(case)[0].rendition_sha256
        assert hostile.GPS.encode() not in opened(masked)[path]

    def test_a_picture_with_masks_leaves_only_painted_over(self, case, run_jobs):
        row = evidence_of(case)[0]
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 500, 500)])
        run_jobs()
        row.refresh_from_db()
        inside = opened(ask(case, run_jobs))
        (path,) = (name for name in inside if name.startswith("evidence/01"))
        assert sha256(inside[path]) == row.masked_sha256
        everything = {sha256(data) for data in inside.values()}
        assert not {row.rendition_sha256, row.sha256} & everything

    def test_while_the_masked_copy_is_being_made_nothing_of_the_picture_leaves(
        self, case, run_jobs
    ):
        row = evidence_of(case)[0]
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 500, 500)])
        Job.objects.filter(kind="complaints.mask_evidence").update(state="dead")
        document = ask(case, run_jobs)
        inside = opened(document)
        assert not [name for name in inside if name.startswith("evidence/01")]
        assert "涂黑的副本还没有做好" in manifest(inside)["problems"][0]["why"]
        assert document.notes["problems"] == [
            [row["title"], row["why"]] for row in manifest(inside)["problems"]
        ]

    def test_a_file_not_looked_into_yet_does_not_leave(self, person, known, run_jobs):
        case = file(person)
        keep(person, hostile.jpeg(exif=hostile.exif()), "x.jpg", complaint=case)
        Job.objects.filter(kind="complaints.read_evidence").update(state="dead")
        inside = opened(ask(case, run_jobs))
        assert not [name for name in inside if name.startswith("evidence/")]
        assert "还没有处理完" in inside["README.txt"].decode()

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("龘小明来电", "龘＊＊来电"),
            ("电话13800138000。", "电话＊＊＊＊＊＊＊＊＊00。"),
            ("１３８００１３８０００", "＊＊＊＊＊＊＊＊＊00"),
            ("138 0013 8000", "＊" * 11 + "00"),
            ("6222 0202 0011 2233 446", "＊" * 21 + "46"),
            ("LL20261122-ABCDEF", "LL20261122-ABCDEF"),
            ("a13800138000b", "a13800138000b"),
            ("2026-11-22 和 50000.00 元", "2026-11-22 和 50000.00 元"),
            ("", ""),
        ],
    )
    def test_what_is_hidden_in_a_text(self, text, shown):
        assert hidden_text(text, secrets(NAME, "微信号abc123", "")) == shown


NAMES = [
    "../../etc/passwd",
    "..\\..\\windows",
    "CON",
    "nul.txt",
    "😀😀",
    "长" * 120,
    "\u202egpj.exe",
    'a/b:c*d?e"f<g>h|i',
    ".htaccess",
    " ",
    "-rf",
    "=1+1",
]


class TestNames:
    def test_hostile_titles_make_safe_and_different_names(self, person, known, run_jobs):
        case = file(person)
        for number, name in enumerate(NAMES):
            row = keep(person, hostile.png(40 + number), f"{number}.png", complaint=case)
            Evidence.objects.filter(pk=row.pk).update(title=name, file_name=name)
        run_jobs()
        for masked in (True, False):
            found = [p for p in opened(ask(case, run_jobs, masked=masked)) if "evidence/" in p]
            assert len(found) == len(NAMES)
            assert len({unicodedata.normalize("NFC", path).casefold() for path in found}) == len(
                NAMES
            )
            for path in found:
                assert re.fullmatch(r"evidence/[0-9]{2}_[\w-]{1,40}\.png", path), path
                assert len(path.encode()) < 200

    def test_the_same_title_twice_is_two_files(self, person, known, run_jobs):
        case = file(person)
        for number in range(2):
            row = keep(person, hostile.png(50 + number), "x.png", complaint=case)
            Evidence.objects.filter(pk=row.pk).update(title="同名")
        run_jobs()
        found = [p for p in opened(ask(case, run_jobs)) if "evidence/" in p]
        assert sorted(found) == ["evidence/01_同名.png", "evidence/02_同名.png"]

    def test_no_file_of_the_zip_is_a_link_or_leaves_its_folder(self, case, run_jobs):
        archive = zipfile.ZipFile(io.BytesIO(whole(ask(case, run_jobs))))
        for row in archive.infolist():
            assert stat.S_IFMT(row.external_attr >> 16) in (0, stat.S_IFREG)
            assert not row.filename.startswith("/")
            assert ".." not in row.filename.split("/")
            assert row.date_time == (1980, 1, 1, 0, 0, 0)


def lose(row, role=FileRole.ORIGINAL):
    default_storage.delete(getattr(row, role.value).name)


def alter(row, role=FileRole.ORIGINAL):
    """One byte of the sealed file."""
    name = getattr(row, role.value).name
    data = bytearray(default_storage.open(name).read())
    data[len(data) // 2] ^= 1
    with open(default_storage.path(name), "wb") as out:
        out.write(data)


class TestDamage:
    @pytest.mark.parametrize(
        ("harm", "why"), [(lose, "找不到"), (alter, "不一样")], ids=["missing", "altered"]
    )
    def test_a_damaged_file_is_named_and_never_half_inside(
        self, case, run_jobs, harm, why, signed_in
    ):
        harm(evidence_of(case)[0], FileRole.RENDITION)
        document = ask(case, run_jobs)
        inside = opened(document)
        assert not [name for name in inside if name.startswith("evidence/01")]
        assert [name for name in inside if name.startswith("evidence/02")]
        (problem,) = manifest(inside)["problems"]
        assert problem["title"] == "证据 1：归零后的页面"
        assert why in problem["why"]
        assert why in inside["README.txt"].decode()
        assert why in inside["verify.html"].decode()
        page = signed_in.get(f"/complaints/{case.public_id}/documents/new/").content.decode()
        assert "证据 1：归零后的页面" in page
        assert why in page

    def test_a_lost_letter_is_made_again_from_what_was_frozen(self, case, run_jobs):
        row = Document.objects.get(complaint=case, file_format="txt")
        before = whole(row)
        default_storage.delete(row.file.name)
        document = ask(case, run_jobs, masked=False)
        assert opened(document)["letters/01_complaint_v1.txt"] == before
        assert document.notes["problems"] == []

    def test_a_file_taken_out_since_it_was_asked_for_stays_out(self, case, run_jobs):
        services.request_document(complaint=case, kind="bundle")
        services.remove_evidence(evidence=evidence_of(case)[0], now=timezone.now())
        run_jobs()
        inside = opened(Document.objects.get(kind="bundle"))
        assert not [name for name in inside if name.startswith("evidence/01")]
        assert "拿走" in manifest(inside)["problems"][0]["why"]


class TestBytes:
    def test_the_same_case_gives_the_same_bytes(self, case, run_jobs):
        document = ask(case, run_jobs)
        first = whole(document)
        Document.objects.filter(pk=document.pk).update(state="queued", ready_at=None)
        with transaction.atomic():
            effect = bundles.make(Document.objects.get(pk=document.pk), lambda *_args: None)
        assert effect.sha256 == sha256(first) == document.sha256

    def test_the_row_tells_size_and_hash_of_the_file(self, case, run_jobs):
        document = ask(case, run_jobs)
        data = whole(document)
        assert (document.size, document.sha256) == (len(data), sha256(data))

    def test_nothing_of_it_is_readable_in_storage(self, case, run_jobs):
        document = ask(case, run_jobs, masked=False)
        stored = default_storage.open(document.file.name).read()
        assert b"report.pdf" not in stored
        assert b"PK\x03\x04" not in stored
        assert case.receipt_no.encode() not in stored

    def test_asked_twice_it_is_made_once(self, case, run_jobs):
        one, two = ask(case, run_jobs), ask(case, run_jobs)
        assert one.pk == two.pk
        assert Document.objects.filter(complaint=case, kind="bundle").count() == 1
        assert ComplaintEvent.objects.filter(complaint=case, action="request-document").count() == 1

    @pytest.mark.parametrize("what", ["mask", "describe", "remove", "message", "letter", "option"])
    def test_a_case_that_changed_is_another_bundle(self, case, run_jobs, person, what):
        before = ask(case, run_jobs)
        row = evidence_of(case)[0]
        options = {}
        if what == "mask":
            services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 500, 500)])
        elif what == "describe":
            Evidence.objects.filter(pk=row.pk).update(title="另一个说明")
        elif what == "remove":
            services.remove_evidence(evidence=row, now=timezone.now())
        elif what == "message":
            case.messages.all().delete()
        elif what == "letter":
            services.amend_letter(letter=case.letters.get())
            letter = case.letters.get(state="draft")
            services.freeze_letter(
                letter=letter,
                actor=person,
                values=letter.typed | {"limit": None},
                today=dt.date(2026, 11, 23),
            )
        else:
            options = {"masked": False}
        run_jobs()
        after = ask(case, run_jobs, **options)
        assert after.pk != before.pk
        assert after.model_sha256 != before.model_sha256
        assert after.verify_code != before.verify_code


class TestLeaving:
    """The file is asked again at each download (reliability T2)."""

    def test_the_owner_gets_the_zip(self, case, run_jobs, signed_in):
        document = ask(case, run_jobs)
        answer = signed_in.get(f"/documents/{document.public_id}/")
        data = b"".join(answer.streaming_content)
        assert sha256(data) == document.sha256
        assert answer["Content-Type"] == "application/zip"
        assert answer["Content-Length"] == str(len(data))
        assert answer["Content-Disposition"].startswith("attachment")
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("what", ["removed", "masked", "other case"])
    def test_evidence_taken_out_or_masked_since_stops_the_download(
        self, case, run_jobs, signed_in, person, what
    ):
        document, row = ask(case, run_jobs), evidence_of(case)[0]
        if what == "removed":
            services.remove_evidence(evidence=row, now=timezone.now())
        elif what == "masked":
            services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 500, 500)])
        else:
            Evidence.objects.filter(pk=row.pk).update(complaint=file(person, key="other"))
        refused = signed_in.get(f"/documents/{document.public_id}/", follow=True)
        assert not refused.streaming
        assert "不能再下载" in refused.content.decode()

    @pytest.mark.parametrize("harm", ["missing", "altered"])
    def test_a_lost_file_is_said_and_can_be_made_again(self, case, run_jobs, signed_in, harm):
        document = ask(case, run_jobs)
        first = document.sha256
        if harm == "missing":
            default_storage.delete(document.file.name)
        else:
            with open(default_storage.path(document.file.name), "r+b") as stored:
                stored.seek(100)
                stored.write(b"\0\0\0\0")
        with pytest.raises(DocumentLost):
            as_attachment(document, "x.zip")
        refused = signed_in.get(f"/documents/{document.public_id}/", follow=True)
        assert "不能再下载" in refused.content.decode()
        signed_in.post(f"/documents/{document.public_id}/again/")
        run_jobs()
        document.refresh_from_db()
        assert (document.state, document.sha256) == ("ready", first)
        assert sha256(whole(document)) == first

    def test_a_file_cut_short_never_passes_for_whole(self, case, run_jobs, signed_in):
        """Beyond the first piece the answer has begun: it ends before the length it gave."""
        document = ask(case, run_jobs)
        path = default_storage.path(document.file.name)
        size = len(default_storage.open(document.file.name).read())
        assert size > 2**17
        with open(path, "r+b") as stored:
            stored.truncate(size - 10)
        answer = signed_in.get(f"/documents/{document.public_id}/")
        with pytest.raises(Exception, match=r"complaints\.document"):
            b"".join(answer.streaming_content)

    def test_another_person_finds_nothing(self, case, run_jobs, client, other):
        document = ask(case, run_jobs)
        client.force_login(other)
        for address in (
            f"/documents/{document.public_id}/",
            f"/complaints/{case.public_id}/documents/",
            f"/complaints/{case.public_id}/documents/new/",
        ):
            assert client.get(address).status_code == 404
        assert client.post(f"/documents/{document.public_id}/again/").status_code == 404
        page = f"/complaints/{case.public_id}/documents/new/"
        assert client.post(page, {"what": "bundle", "version": "full"}).status_code == 404
        assert Document.objects.filter(kind="bundle").count() == 1

    def test_evidence_of_another_case_is_never_packed(self, case, run_jobs, other):
        foreign = keep(other, hostile.png(77), "geheim.png", complaint=file(other, key="o"))
        run_jobs()
        inside = opened(ask(case, run_jobs, evidence=[foreign.public_id]))
        assert not [name for name in inside if name.startswith("evidence/")]


class TestTime:
    def test_after_a_week_the_file_is_gone_and_the_hash_stays(
        self, case, run_jobs, django_capture_on_commit_callbacks, signed_in
    ):
        document = ask(case, run_jobs)
        name, first, code = document.file.name, document.sha256, document.verify_code
        now = timezone.now()
        purge_bundles(now + dt.timedelta(days=6, hours=23))
        document.refresh_from_db()
        assert document.state == "ready"
        with django_capture_on_commit_callbacks(execute=True):
            purge_bundles(now + dt.timedelta(days=7, minutes=1))
            purge_bundles(now + dt.timedelta(days=7, minutes=1))
        document.refresh_from_db()
        assert (document.state, document.file, document.sha256) == ("expired", "", first)
        assert bytes(document.sealed_key) == b""
        assert not default_storage.exists(name)
        page = signed_in.get(f"/complaints/{case.public_id}/documents/new/").content.decode()
        assert "已过期" in page
        again = ask(case, run_jobs)
        assert (again.pk, again.state, again.verify_code) == (document.pk, "ready", code)
        assert again.sha256 == first

    def test_other_documents_do_not_expire(self, case, run_jobs):
        purge_bundles(timezone.now() + dt.timedelta(days=400))
        assert set(case.documents.values_list("state", flat=True)) == {"ready"}

    def test_work_that_gave_up_is_started_again_by_asking_again(self, case, run_jobs, signed_in):
        made = services.request_document(complaint=case, kind="bundle")
        Job.objects.filter(key=made.job_key).update(state="dead", last_error="OSError", tries=5)
        page = signed_in.get(f"/complaints/{case.public_id}/documents/new/").content.decode()
        assert "没有做成" in page
        assert f"/documents/{made.public_id}/again/" in page
        again = ask(case, run_jobs)
        assert (again.pk, again.state) == (made.pk, "ready")

    def test_a_run_that_died_leaves_no_half_file_to_be_found(self, case, run_jobs, monkeypatch):
        made = services.request_document(complaint=case, kind="bundle")

        def die(*_args, **_kwargs):
            raise MemoryError

        with monkeypatch.context() as broken:
            broken.setattr(files, "pieces", die)
            run_jobs()
        made.refresh_from_db()
        assert (made.state, made.file, made.sha256) == ("queued", "", "")
        Job.objects.filter(key=made.job_key).update(run_after=timezone.now())
        assert sha256(whole(ask(case, run_jobs))) == Document.objects.get(pk=made.pk).sha256
