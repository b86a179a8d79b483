"""Files go in sealed, come out clean, are noticed when damaged, and are gone when destroyed."""

import datetime as dt
import io
import subprocess
import sys
import threading
from pathlib import Path

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from accounts.crypto import CHUNK_BYTES, FileSealer, SealBroken, new_file_key, open_file
from complaints import services
from complaints.domain.evidence import (
    ENDINGS,
    MAX_BYTES,
    MAX_FILES,
    REFUSALS,
    Item,
    bundle_name,
    display_name,
    index_lines,
    letter_lines,
    media_type,
    moved,
    saved_name,
    sensitive_numbers,
)
from complaints.domain.masks import Rectangle, merged, read_rectangle
from complaints.enums import Damage, EvidenceState, FileRole
from complaints.models import Evidence
from complaints.vault import child, files, pdfs, sandbox, upkeep
from complaints.vault.answers import Refused
from inputs.child import ENVIRONMENT, ChildDied
from inputs.errors import InputError
from jobs.models import Job, JobAlert
from jobs.services import enqueue
from tests.complaints import hostile
from tests.complaints.vault import keep, sealed
from tests.factories import file
from tests.jobs_runner import run_claimable

ROOT = Path(__file__).resolve().parents[2]
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]
BLOCK = CHUNK_BYTES + 16
HEAD = 33


def sealed_bytes(data, key, place="a"):
    out = io.BytesIO()
    sealing = FileSealer(out, key, place)
    sealing.write(data)
    sealing.finish()
    return out.getvalue()


def opened(data, key, place="a"):
    return b"".join(open_file(io.BytesIO(data), key, place))


class TestSealing:
    @pytest.mark.parametrize("size", SIZES)
    def test_a_file_opens_as_it_was(self, size):
        key, data = new_file_key(), bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        assert opened(sealed_bytes(data, key), key) == data

    def test_it_is_the_same_file_however_the_pieces_came(self):
        key, out, data = new_file_key(), io.BytesIO(), b"0123456789" * 20_000
        sealing = FileSealer(out, key, "a")
        for start in range(0, len(data), 777):
            sealing.write(data[start : start + 777])
        sealing.finish()
        assert opened(out.getvalue(), key) == data

    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda d: d[:-1], id="a byte short"),
            pytest.param(lambda d: d[: HEAD + BLOCK], id="cut between two chunks"),
            pytest.param(lambda d: d[: HEAD + 2 * BLOCK], id="last chunk missing"),
            pytest.param(lambda d: d[:HEAD], id="only the head"),
            pytest.param(lambda d: b"", id="empty"),
            pytest.param(lambda d: d + b"x", id="a byte more"),
            pytest.param(lambda d: d + d[HEAD : HEAD + BLOCK], id="a chunk more"),
            pytest.param(
                lambda d: (
                    d[:HEAD]
                    + d[HEAD + BLOCK : HEAD + 2 * BLOCK]
                    + d[HEAD : HEAD + BLOCK]
                    + d[HEAD + 2 * BLOCK :]
                ),
                id="chunks in another order",
            ),
            pytest.param(lambda d: d[:100] + bytes([d[100] ^ 1]) + d[101:], id="one bit"),
            pytest.param(lambda d: d[:5] + bytes([d[5] ^ 1]) + d[6:], id="one bit of the salt"),
            pytest.param(lambda d: b"\2" + d[1:], id="another version"),
        ],
    )
    def test_any_change_is_noticed(self, spoil):
        key = new_file_key()
        whole = sealed_bytes(b"z" * (2 * CHUNK_BYTES + 500), key)
        with pytest.raises(SealBroken):
            opened(spoil(whole), key)

    def test_it_opens_only_in_its_place_and_with_its_key(self):
        key = new_file_key()
        whole = sealed_bytes(b"abc", key)
        for other_key, place in ((key, "b"), (new_file_key(), "a")):
            with pytest.raises(SealBroken):
                opened(whole, other_key, place)

    def test_the_same_bytes_never_look_the_same(self):
        key = new_file_key()
        assert sealed_bytes(b"abc", key) != sealed_bytes(b"abc", key)


ALLOWED = {
    "jpeg": (hostile.jpeg(), "image/jpeg"),
    "png": (hostile.png(), "image/png"),
    "animated png": (hostile.animated("PNG"), "image/png"),
    "webp": (hostile.webp(), "image/webp"),
    "heic": (hostile.heic(), "image/heic"),
    "pdf": (hostile.plain_pdf(), "application/pdf"),
    "mp3": (hostile.MP3, "audio/mpeg"),
    "m4a": (hostile.M4A, "audio/mp4"),
    "sound in an mp4": (hostile.MP4_SOUND, "audio/mp4"),
    "wav": (hostile.wav(), "audio/x-wav"),
    "amr": (hostile.AMR, "audio/amr"),
    "amr wide": (hostile.AMR_WB, "audio/amr"),
    "aac": (hostile.AAC, "audio/aac"),
}
FOREIGN = {
    "gif and script": (hostile.GIF_JS, "animation"),
    "svg": (hostile.SVG, "web_page"),
    "html": (hostile.HTML, "web_page"),
    "html in utf-16": (hostile.HTML_UTF16, "web_page"),
    "pdf mark after 900 bytes": (hostile.LATE_PDF, "web_page"),
    "zip": (b"PK\3\4" + b"\0" * 60, "archive"),
    "rar": (b"Rar!\x1a\x07\x00" + b"\0" * 60, "archive"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unknown_type"),
    "bmp": (hostile.encoded(hostile.screen(), "BMP"), "other_picture"),
    "tiff": (hostile.encoded(hostile.screen(), "TIFF"), "other_picture"),
    "quicktime": (b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + b"\0" * 60, "video"),
    "program": (b"MZ" + b"\0" * 600, "unknown_type"),
    "text": ("额度变为 0".encode(), "unknown_type"),
    "one byte": (b"x", "unknown_type"),
}


class TestWhatAFileIs:
    @pytest.mark.parametrize(("data", "expected"), ALLOWED.values(), ids=ALLOWED)
    def test_allowed_types_are_known_by_their_bytes(self, data, expected):
        assert media_type(data[:4096]) == expected
        assert expected in ENDINGS

    @pytest.mark.parametrize(("data", "code"), FOREIGN.values(), ids=FOREIGN)
    def test_everything_else_is_refused_with_what_to_do(self, data, code):
        with pytest.raises(InputError) as refused:
            media_type(data[:4096])
        assert refused.value.code == code
        assert "请" in str(refused.value)


def perform(data, **task):
    return sandbox.perform({"media_type": media_type(data[:4096]), **task}, data)


def picture(made):
    return Image.open(io.BytesIO(made.data))


class TestPictures:
    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(hostile.jpeg(exif=hostile.exif()), id="jpeg exif"),
            pytest.param(hostile.jpeg(comment=hostile.GPS.encode()), id="jpeg comment"),
            pytest.param(hostile.jpeg(xmp=hostile.GPS.encode()), id="jpeg xmp"),
            pytest.param(hostile.jpeg(icc_profile=hostile.GPS.encode() * 10), id="jpeg profile"),
            pytest.param(hostile.noted_png(), id="png text and exif"),
            pytest.param(hostile.webp(exif=hostile.exif()), id="webp exif"),
            pytest.param(hostile.webp(xmp=hostile.GPS.encode()), id="webp xmp"),
            pytest.param(hostile.heic(exif=hostile.exif()), id="heic exif"),
            pytest.param(hostile.heic(xmp=hostile.GPS.encode()), id="heic xmp"),
            pytest.param(hostile.png() + hostile.GPS.encode() + hostile.HTML, id="png and a page"),
            pytest.param(hostile.jpeg() + hostile.GPS.encode(), id="jpeg and a tail"),
        ],
    )
    def test_the_copy_tells_nothing_of_place_or_device(self, data):
        assert hostile.GPS.encode() in data
        made = perform(data)
        assert hostile.GPS.encode() not in made.data
        assert b"script" not in made.data
        assert not picture(made).getexif()

    def test_a_turned_photograph_stands_upright(self):
        made = perform(hostile.jpeg(exif=hostile.exif(6)))
        assert (made.width, made.height) == picture(made).size == (600, 300)

    def test_of_a_moving_picture_the_first_frame_stays_and_it_is_said(self):
        made = perform(hostile.animated("WEBP"))
        assert made.notes == ("first-frame",)
        assert getattr(picture(made), "n_frames", 1) == 1

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
    def test_every_kind_of_png_comes_out(self, mode):
        made = perform(hostile.encoded(hostile.screen().convert("L").convert(mode), "PNG"))
        assert picture(made).convert("L").getpixel((5, 5)) > 200

    def test_sixteen_bits_become_eight(self):
        made = perform(hostile.encoded(Image.new("I;16", (9, 9), 60_000), "PNG"))
        assert picture(made).getpixel((4, 4)) == 60_000 // 257

    def test_a_cmyk_photograph_comes_out(self):
        made = perform(hostile.encoded(hostile.screen().convert("CMYK"), "JPEG"))
        assert picture(made).mode == "RGB"

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            pytest.param(hostile.png_claiming(65_000, 65_000), "too_many_pixels", id="65k"),
            pytest.param(
                hostile.png_claiming(9_000, 9_000, rows=9_000), "too_many_pixels", id="bomb"
            ),
            pytest.param(
                hostile.png_claiming(8_000, 5_001, rows=5_001), "too_many_pixels", id="just over"
            ),
            pytest.param(hostile.png_claiming(1, 30_001, rows=9), "too_long_side", id="thread"),
        ],
    )
    def test_size_is_judged_by_the_header(self, data, code):
        with pytest.raises(Refused) as refused:
            perform(data)
        assert refused.value.code == code

    def test_a_long_screenshot_of_a_phone_is_taken(self):
        made = perform(hostile.encoded(Image.new("L", (1_080, 27_000), 255), "PNG"))
        assert (made.width, made.height) == (1_080, 27_000)

    @pytest.mark.parametrize("data", [hostile.jpeg()[:400], hostile.png()[:200]])
    def test_half_a_picture_is_broken(self, data):
        out = io.BytesIO()
        sandbox.answer({"media_type": media_type(data)}, data, out)
        assert out.getvalue() == b'{"refused": "broken"}\n'

    def test_what_is_painted_over_is_gone(self):
        clean = perform(hostile.png())
        mask = Rectangle(200, 80, 350, 150)
        made = perform(clean.data, masks=[mask.to_json()])
        left, top, right, bottom = mask.pixels(300, 600)
        inside = picture(made).convert("RGB").crop((left, top, right + 1, bottom + 1))
        assert inside.getcolors() == [(inside.width * inside.height, (0, 0, 0))]
        assert picture(made).convert("RGB").getpixel((5, 590)) == (240, 240, 240)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
    def test_every_kind_of_picture_can_be_painted_over(self, mode):
        clean = perform(hostile.encoded(hostile.screen().convert("L").convert(mode), "PNG"))
        made = perform(clean.data, masks=[Rectangle(0, 0, 1000, 1000).to_json()])
        assert picture(made).convert("L").getextrema() == (0, 0)


class TestPdfs:
    def test_pages_stay_and_whatever_acts_goes(self):
        made = pdfs.clean_pdf(hostile.active_pdf())
        assert made.pages == 2
        assert made.notes == ("pdf-attachments", "pdf-forms", "pdf-links", "pdf-scripts")
        for mark in (hostile.MARK, b"JavaScript", b"/JS", b"Launch", b"Embedded", b"/AA", b"/URI"):
            assert mark not in made.data, mark
        for gone in (b"/XFA", b"/AcroForm", b"/Metadata", b"/OpenAction", b"/Names", b"/Annot"):
            assert gone not in made.data, gone

    def test_what_was_stamped_or_filled_in_is_still_seen(self):
        with pikepdf.open(io.BytesIO(pdfs.clean_pdf(hostile.active_pdf()).data)) as pdf:
            drawn = [form.read_bytes() for form in pdf.pages[0].obj.Resources.XObject.values()]
            assert drawn == [b"0 0 100 20 re f"]
            assert b" Do" in b"".join(part.read_bytes() for part in pdf.pages[0].obj.Contents)

    @pytest.mark.parametrize("flate", [False, True])
    def test_a_photograph_in_it_loses_its_exif_and_keeps_its_pixels(self, flate):
        made = pdfs.clean_pdf(hostile.photograph_pdf(flate))
        assert hostile.GPS.encode() not in made.data
        with pikepdf.open(io.BytesIO(made.data)) as pdf:
            shown = pikepdf.PdfImage(pdf.pages[0].obj.Resources.XObject.Im0).as_pil_image()
            before = Image.open(io.BytesIO(hostile.jpeg(exif=hostile.exif())))
            assert shown.tobytes() == before.tobytes()

    def test_the_same_file_gives_the_same_copy(self):
        data = hostile.active_pdf()
        assert pdfs.clean_pdf(data).data == pdfs.clean_pdf(data).data

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            pytest.param(hostile.locked_pdf(), "locked", id="locked"),
            pytest.param(hostile.plain_pdf(501), "too_many_pages", id="501 pages"),
            pytest.param(hostile.plain_pdf()[:200], "broken", id="cut"),
            pytest.param(b"%PDF-1.7\n%%EOF", "broken", id="hollow"),
        ],
    )
    def test_what_cannot_be_read_is_refused_by_name(self, data, code):
        with pytest.raises(Refused) as refused:
            pdfs.clean_pdf(data)
        assert refused.value.code == code

    def test_a_damaged_table_of_contents_is_mended(self):
        assert pdfs.clean_pdf(hostile.plain_pdf().replace(b"xref", b"xrfe")).pages == 2


class TestSounds:
    @pytest.mark.parametrize("name", [name for name, (_d, t) in ALLOWED.items() if "audio" in t])
    def test_recordings_are_taken_without_a_copy(self, name):
        data, kind = ALLOWED[name]
        made = perform(data)
        assert (made.data, made.media_type) == (b"", kind)

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            pytest.param(hostile.MP4_FILM, "video", id="film"),
            pytest.param(hostile.MP4_FILM[:28], "broken", id="no track"),
            pytest.param(b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 90, "broken", id="a tag alone"),
            pytest.param(hostile.wav()[:20], "broken", id="a head alone"),
            pytest.param(b"#!AMR\n" + b"\0" * 8, "broken", id="fourteen bytes"),
        ],
    )
    def test_film_and_empty_shells_are_not(self, data, code):
        with pytest.raises(Refused) as refused:
            perform(data)
        assert refused.value.code == code


def probe(code):
    """Run lines in a process that has the limits of the parsing process."""
    lines = f"from complaints.vault import sandbox\nsandbox.limit_process()\n{code}"
    return subprocess.run(
        [sys.executable, "-c", lines], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


class TestTheParsingProcess:
    @pytest.mark.parametrize("name", ["png", "heic", "pdf"])
    def test_it_reads_what_it_should_within_its_limits(self, name):
        data, kind = ALLOWED[name]
        made = child.clean(data, kind)
        assert made.data

    def test_it_opens_a_pdf_that_only_may_not_be_printed(self):
        assert child.clean(hostile.unprintable_pdf(), "application/pdf").pages == 1

    def test_it_paints_over(self):
        clean = child.clean(hostile.webp(), "image/webp")
        made = child.mask(clean.data, clean.media_type, [Rectangle(0, 0, 1000, 1000)])
        assert picture(made).convert("L").getextrema() == (0, 0)

    @pytest.mark.parametrize(
        ("data", "kind", "code"),
        [
            pytest.param(hostile.png_claiming(65_000, 65_000), "image/png", "too_many_pixels"),
            pytest.param(hostile.jpeg()[:400], "image/jpeg", "broken"),
            pytest.param(hostile.swollen_pdf(), "application/pdf", "too_heavy"),
        ],
        ids=["65k", "cut", "300,000 objects"],
    )
    def test_a_bomb_is_refused_and_nobody_dies(self, data, kind, code):
        with pytest.raises(InputError) as refused:
            child.clean(data, kind)
        assert refused.value.code == code

    def test_it_has_neither_django_nor_keys(self, monkeypatch):
        monkeypatch.setenv("DATA_KEY", "CNRY-KEY")
        assert not {"DATA_KEY", "SECRET_KEY", "DATABASE_URL"} & set(ENVIRONMENT)
        code = (
            "import sys; print([m for m in sys.modules if m.split('.')[0] in ('django','celery')])"
        )
        assert probe(code).stdout == "[]\n"

    @pytest.mark.parametrize(
        "act", ["open('/etc/hostname')", "__import__('socket').socket()", "open('x','w')"]
    )
    def test_it_can_open_nothing(self, act):
        ended = probe(act)
        assert ended.returncode == 1
        assert "Too many open files" in ended.stderr

    @pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit memory")
    def test_its_memory_is_limited(self):
        assert "MemoryError" in probe("bytearray(600 * 2**20)").stderr

    def test_one_that_hangs_is_ended(self, monkeypatch):
        monkeypatch.setattr(child, "WALL_SECONDS", 0.5)
        monkeypatch.setattr(child, "_COMMAND", [sys.executable, "-c", "import time;time.sleep(60)"])
        with pytest.raises(InputError) as refused:
            child.clean(b"x", "image/png")
        assert refused.value.code == "too_heavy"

    @pytest.mark.parametrize(
        ("says", "expected"),
        [
            ("print('{}')", KeyError),
            ("print('nonsense')", ChildDied),
            ("raise SystemExit(3)", ChildDied),
            ("import os;os.kill(os.getpid(),9)", ChildDied),
            ("import os;os.kill(os.getpid(),11)", InputError),
            ("import sys;[sys.stdout.write('x'*2**20) for _ in range(60)]", InputError),
            (
                'print(\'{"media_type":"image/png","pages":1,"width":1,"height":1,'
                '"notes":[]}\\n<html>\')',
                ChildDied,
            ),
        ],
        ids=["nothing", "nonsense", "error", "killed", "fell over", "flood", "a page as picture"],
    )
    def test_its_word_is_not_taken(self, monkeypatch, says, expected):
        monkeypatch.setattr(child, "_COMMAND", [sys.executable, "-c", says])
        with pytest.raises(expected):
            child.clean(b"x" * 1000, "image/png")


@pytest.fixture
def row(person, run_jobs):
    kept = keep(person, hostile.jpeg(exif=hostile.exif()), "IMG_1.jpg")
    run_jobs()
    kept.refresh_from_db()
    return kept


def stored(evidence, role):
    with default_storage.open(getattr(evidence, role.value).name, "rb") as found:
        return found.read()


def rewrite(name, data):
    default_storage.delete(name)
    assert default_storage.save(name, ContentFile(data)) == name


def commit(call, *args, **kwargs):
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        return call(*args, **kwargs)


class TestTakingIn:
    def test_the_original_is_kept_as_it_came_and_the_copy_is_clean(self, row):
        data = hostile.jpeg(exif=hostile.exif())
        assert row.state == EvidenceState.READY
        assert files.read(row, FileRole.ORIGINAL) == data
        copy = files.read(row, FileRole.RENDITION)
        assert hostile.GPS.encode() not in copy
        assert (row.width, row.height) == Image.open(io.BytesIO(copy)).size

    def test_nothing_on_the_disk_can_be_read(self, row):
        for role in (FileRole.ORIGINAL, FileRole.RENDITION):
            assert b"JFIF" not in stored(row, role)
            assert hostile.GPS.encode() not in stored(row, role)
            assert "IMG" not in getattr(row, role.value).name

    def test_a_recording_becomes_a_call_without_a_copy(self, person, run_jobs):
        kept = keep(person, hostile.MP3, "call.mp3", kind="other")
        run_jobs()
        kept.refresh_from_db()
        assert (kept.kind, kept.state, kept.rendition.name) == ("call", "ready", "")

    def test_a_file_that_cannot_be_read_leaves_its_reason_and_nothing_else(self, person, run_jobs):
        kept = keep(person, hostile.jpeg()[:400])
        name = kept.original.name
        commit(run_jobs)
        kept.refresh_from_db()
        assert (kept.state, kept.refusal["code"]) == ("refused", "broken")
        assert (bytes(kept.sealed_key), kept.original.name) == (b"", "")
        assert not default_storage.exists(name)

    def test_the_worker_may_run_twice(self, row):
        from complaints.vault import intake
        from jobs.registry import JobView

        job = JobView(
            row.job_id, "complaints.read_evidence", "k", {"evidence": str(row.public_id)}, 2, print
        )
        assert intake.read_evidence(job) is None

    def test_the_same_file_is_kept_once(self, row, person):
        with pytest.raises(services.AlreadyKept) as known:
            keep(person, hostile.jpeg(exif=hostile.exif()), "copy.jpg")
        assert known.value.evidence == row

    def test_the_same_file_of_another_person_is_another_file(self, row, other):
        theirs = keep(other, hostile.jpeg(exif=hostile.exif()))
        assert theirs.sha256 == row.sha256
        assert stored(theirs, FileRole.ORIGINAL) != stored(row, FileRole.ORIGINAL)

    def test_a_person_has_room_for_so_many_files(self, person):
        Evidence.objects.bulk_create(
            Evidence(
                owner=person, kind="other", size=1, sha256=str(n), sealed_key=b"", original="x"
            )
            for n in range(MAX_FILES)
        )
        with pytest.raises(InputError) as refused:
            keep(person, hostile.png())
        assert refused.value.code == "too_many_files"

    def test_a_person_has_room_for_so_many_bytes(self, person, row, monkeypatch):
        monkeypatch.setattr(services.evidence, "MAX_TOTAL", row.size + 10)
        with pytest.raises(InputError) as refused:
            keep(person, hostile.png())
        assert refused.value.code == "too_much"

    def test_what_is_not_kept_leaves_no_file(self, person, row, monkeypatch):
        monkeypatch.setattr(services.evidence, "MAX_TOTAL", 0)
        upload = sealed(hostile.png())
        with pytest.raises(InputError):
            services.add_evidence(owner=person, upload=upload)
        assert not default_storage.exists(files.file_name(upload.public_id, FileRole.ORIGINAL))

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
    def test_two_tabs_with_the_same_file_keep_it_once(self, known, person):
        met, ends = threading.Barrier(2), []

        def send():
            upload = sealed(hostile.png())
            met.wait()
            try:
                services.add_evidence(owner=person, upload=upload)
                ends.append("kept")
            except services.AlreadyKept:
                ends.append("known")
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ends) == ["kept", "known"]
        assert Evidence.objects.count() == 1


class TestMasks:
    def test_the_masked_copy_is_made_from_the_clean_one(self, row, run_jobs):
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 1000, 500)])
        run_jobs()
        row.refresh_from_db()
        made = Image.open(io.BytesIO(files.read(row, FileRole.MASKED)))
        assert max(made.convert("L").crop((0, 0, 300, 290)).getextrema()) < 8
        assert files.read(row, FileRole.ORIGINAL) == hostile.jpeg(exif=hostile.exif())

    def test_other_masks_destroy_the_old_copy_at_once(self, row, run_jobs):
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 10, 10)])
        run_jobs()
        row.refresh_from_db()
        before = row.masked.name
        row = commit(services.mask_evidence, evidence=row, rectangles=[Rectangle(0, 0, 900, 900)])
        assert row.is_being_masked
        assert not row.masked
        assert not default_storage.exists(before)
        run_jobs()
        row.refresh_from_db()
        assert row.masked_sha256

    def test_of_two_wishes_the_later_counts(self, row, run_jobs):
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 10, 10)])
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 1000, 1000)])
        run_jobs()
        row.refresh_from_db()
        made = Image.open(io.BytesIO(files.read(row, FileRole.MASKED)))
        assert made.convert("L").getextrema()[1] < 8

    def test_without_rectangles_there_is_no_masked_copy(self, row, run_jobs):
        services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 10, 10)])
        run_jobs()
        row = commit(services.mask_evidence, evidence=row, rectangles=[])
        assert (row.masks, row.masked_sha256, row.is_being_masked) == ([], "", False)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "1,2,3",
            "-1,0,5,5",
            "0,0,0,5",
            "0,0,1001,5",
            "500,0,501,5",
            "a,b,c,d",
            "1,1,1,1e3",
            "٣,1,1,1",
            "0,0,10,10,10",
            "0,0,99999,1",
        ],
    )
    def test_rectangles_outside_the_picture_are_refused(self, text):
        with pytest.raises(InputError):
            read_rectangle(text)

    def test_rectangles_cover_whole_pixels(self):
        assert Rectangle(1, 1, 1, 1).pixels(300, 600) == (0, 0, 0, 1)
        assert Rectangle(0, 0, 1000, 1000).pixels(7, 3) == (0, 0, 6, 2)

    def test_what_leaves_the_house_is_the_painted_copy_or_nothing(self, row, person, run_jobs):
        assert files.shared_role(row) == FileRole.RENDITION
        assert not row.item.masked
        row = services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 10, 10)])
        assert files.shared_role(row) is None
        run_jobs()
        row.refresh_from_db()
        assert files.shared_role(row) == FileRole.MASKED
        assert row.item.masked
        sound = keep(person, hostile.MP3)
        assert files.shared_role(sound) == FileRole.ORIGINAL

    def test_too_many_are_refused_and_twins_count_once(self):
        assert len(merged([Rectangle(0, 0, 1, 1)] * 100)) == 1
        with pytest.raises(InputError):
            merged(Rectangle(n, 0, 1, 1) for n in range(61))


class TestDamage:
    def test_a_whole_vault_is_found_whole(self, row):
        assert check() == 0
        row.refresh_from_db()
        assert row.damage == ""
        assert row.checked_at is not None

    def test_a_missing_file_is_noticed(self, row):
        default_storage.delete(row.rendition.name)
        with pytest.raises(files.FileDamaged) as found:
            files.read(row, FileRole.RENDITION)
        assert found.value.damage == Damage.MISSING
        assert check() == 1
        row.refresh_from_db()
        assert row.damage == Damage.MISSING

    def test_damage_ends_in_an_alert_that_names_no_file(self, row, settings):
        settings.JOB_MAX_TRIES = 1
        default_storage.delete(row.rendition.name)
        with transaction.atomic():
            enqueue(
                kind="complaints.check_evidence", key="k", args={"slot": "2026-11-22T02:00+08:00"}
            )
        run_claimable()
        assert JobAlert.objects.get().error == "EvidenceDamaged"

    @pytest.mark.parametrize("place", [0, 40, -1])
    def test_one_altered_byte_is_noticed(self, row, place):
        data = bytearray(stored(row, FileRole.ORIGINAL))
        data[place] ^= 1
        rewrite(row.original.name, bytes(data))
        check()
        row.refresh_from_db()
        assert row.damage == Damage.ALTERED

    def test_two_files_of_one_row_cannot_take_each_others_place(self, row):
        rewrite(row.rendition.name, stored(row, FileRole.ORIGINAL))
        Evidence.objects.filter(pk=row.pk).update(rendition_sha256=row.sha256)
        row.refresh_from_db()
        with pytest.raises(files.FileDamaged):
            files.read(row, FileRole.RENDITION)

    def test_a_key_copied_to_another_row_opens_nothing(self, row, person):
        twin = keep(person, hostile.png())
        Evidence.objects.filter(pk=twin.pk).update(sealed_key=row.sealed_key)
        twin.refresh_from_db()
        with pytest.raises(files.FileDamaged):
            files.read(twin, FileRole.ORIGINAL)

    def test_a_file_put_back_from_a_backup_is_whole_again(self, row):
        data = stored(row, FileRole.ORIGINAL)
        default_storage.delete(row.original.name)
        assert check() == 1
        rewrite(row.original.name, data)
        assert check(days=1) == 0
        row.refresh_from_db()
        assert row.damage == ""

    def test_a_new_file_that_vanished_before_it_was_read_is_said_to_be_gone(self, person, run_jobs):
        kept = keep(person, hostile.png())
        default_storage.delete(kept.original.name)
        run_jobs()
        kept.refresh_from_db()
        assert kept.refusal["code"] == "gone"


def check(days=0):
    """How many damaged ones the daily check complains of."""
    try:
        upkeep.check(timezone.now() + dt.timedelta(days=days), lambda *_: None)
    except upkeep.EvidenceDamaged as found:
        return found.args[0]
    return 0


class TestDestroying:
    def test_a_week_passes_before_anything_is_destroyed(self, row):
        services.remove_evidence(evidence=row, now=timezone.now())
        purge(days=6.9)
        assert services.restore_evidence(evidence=row).removed_at is None
        assert files.read(row, FileRole.ORIGINAL)

    def test_after_it_no_copy_can_be_read_by_anyone(self, row, person):
        names = files.names_of([row])
        backup = {name: default_storage.open(name).read() for name in names}
        keep(person, hostile.png())
        services.remove_evidence(evidence=row, now=timezone.now())
        purge(days=7.1)
        assert len(names) == 2
        assert not any(default_storage.exists(name) for name in names)
        assert not Evidence.objects.filter(pk=row.pk).exists()
        for name, data in backup.items():
            rewrite(name, data)
            assert hostile.GPS.encode() not in data
            for left in Evidence.objects.all():
                left.original, left.public_id = name, row.public_id
                with pytest.raises((files.FileDamaged, SealBroken)):
                    files.read(left, FileRole.ORIGINAL)

    def test_purging_twice_does_nothing_more(self, row):
        services.remove_evidence(evidence=row, now=timezone.now())
        purge(days=8)
        purge(days=8)
        assert not Evidence.objects.exists()

    def test_what_was_not_removed_stays(self, row):
        purge(days=400)
        assert Evidence.objects.filter(pk=row.pk).exists()

    def test_a_reason_of_refusal_goes_after_a_month(self, person, run_jobs):
        keep(person, hostile.jpeg()[:400])
        run_jobs()
        purge(days=29)
        assert Evidence.objects.count() == 1
        purge(days=31)
        assert Evidence.objects.count() == 0

    def test_the_daily_jobs_are_registered(self, db):
        from jobs.registry import periodic_kinds

        kinds = {work.kind for work in periodic_kinds()}
        assert {"complaints.purge_evidence", "complaints.check_evidence"} <= kinds

    def test_put_back_after_it_was_sent_again_says_so(self, row, person):
        services.remove_evidence(evidence=row, now=timezone.now())
        again = keep(person, hostile.jpeg(exif=hostile.exif()))
        with pytest.raises(services.AlreadyKept) as known:
            services.restore_evidence(evidence=row)
        assert known.value.evidence == again


def purge(days):
    commit(upkeep.purge, timezone.now() + dt.timedelta(days=days))


class TestOrder:
    def test_files_of_a_case_are_numbered_as_they_come_and_move_one_by_one(
        self, known, person, run_jobs
    ):
        case = file(person)
        first, second, third = (
            keep(person, hostile.png(width), complaint=case) for width in (10, 20, 30)
        )
        services.move_evidence(evidence=third, step=-1)
        assert list(case.evidence.in_order()) == [first, third, second]
        services.move_evidence(evidence=first, step=-1)
        assert list(case.evidence.in_order()) == [first, third, second]

    def test_in_another_case_a_file_goes_last(self, known, person):
        case = file(person)
        keep(person, hostile.png(10), complaint=case)
        loose = keep(person, hostile.png(20))
        services.describe_evidence(
            evidence=loose, kind="notice", title="短信", taken_on=None, complaint=case
        )
        assert list(case.evidence.in_order().values_list("title", flat=True)) == ["", "短信"]

    def test_a_recording_stays_a_call_whatever_is_said(self, person, run_jobs):
        kept = keep(person, hostile.MP3)
        run_jobs()
        services.describe_evidence(
            evidence=kept, kind="other", title="", taken_on=None, complaint=None
        )
        kept.refresh_from_db()
        assert kept.kind == "call"

    def test_a_refused_file_has_no_number(self, known, person, run_jobs):
        case = file(person)
        rows = [
            keep(person, data, complaint=case)
            for data in (hostile.png(10), hostile.jpeg()[:400], hostile.png(20))
        ]
        run_jobs()
        assert list(case.evidence.listed().in_order()) == [rows[0], rows[2]]
        services.move_evidence(evidence=rows[2], step=-1)
        assert list(case.evidence.listed().in_order()) == [rows[2], rows[0]]

    def test_moved_keeps_every_key(self):
        assert moved("abc", "b", 1) == ["a", "c", "b"]
        assert moved("abc", "c", 1) == ["a", "b", "c"]


ID, CARD, PHONE = "11010519491231002X", "6222020200112233", "13800138000"


class TestWords:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("", ()),
            ("借呗额度 50,000 元，2026-10-12", ()),
            (f"身份证{ID}", ("id",)),
            (ID.lower(), ("id",)),
            ("１１０１０５１９４９１２３１００２Ｘ", ("id",)),
            ("110105194912310021", ()),
            ("110105199902310028", ()),
            (PHONE, ("phone",)),
            ("138-0013-8000", ("phone",)),
            ("+86 138 0013 8000", ("phone",)),
            ("12800138000", ()),
            ("4111111111111111", ("card",)),
            ("4111 1111 1111 1111", ("card",)),
            ("4111111111111112", ()),
            (f"{PHONE} 4111111111111111", ("phone", "card")),
            ("LL20261122-ABCDEF", ()),
            ("20261012143000", ()),
        ],
    )
    def test_numbers_of_a_person_are_found_in_what_was_typed(self, text, found):
        assert sensitive_numbers(text) == found

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("IMG_1.jpg", "IMG_1.jpg"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\x.png", "x.png"),
            ("a\r\nSet-Cookie:x", "aSet-Cookie:x"),
            ("\u202egpj.exe", "gpj.exe"),
            ("额\u200b度.png", "额度.png"),
            ("e\u0301.png", "é.png"),
            ("😀 截图.png", "😀 截图.png"),
            ("", ""),
            ("\u3164", ""),
        ],
    )
    def test_names_are_shown_without_what_nobody_sees(self, name, shown):
        assert display_name(name) == shown

    def test_a_long_name_keeps_its_ending(self):
        shown = display_name("长" * 300 + ".jpeg")
        assert len(shown) == 120
        assert shown.endswith("长.jpeg")

    @pytest.mark.parametrize(
        ("name", "kind", "saved"),
        [
            ("a.jpeg", "image/jpeg", "a.jpg"),
            ("invoice.exe", "application/pdf", "invoice.pdf"),
            ("截图", "image/png", "截图.png"),
            ("", "audio/mpeg", "evidence.mp3"),
        ],
    )
    def test_the_ending_of_a_saved_file_tells_the_truth(self, name, kind, saved):
        assert saved_name(name, kind) == saved

    def test_the_index_follows_the_order_of_the_case(self):
        item = Item(
            title="额度页面",
            file_name="IMG_1.jpg",
            kind="截图",
            media_type="image/jpeg",
            pages=1,
            sha256="ab" * 32,
            taken_on=dt.date(2026, 10, 12),
            received_on=dt.date(2026, 11, 22),
            masked=True,
        )
        line = index_lines([item, item])[1]
        assert (line.number, line.name, line.taken_on) == ("证据 2", "额度页面", "2026-10-12")
        assert letter_lines([item]) == ("证据 1：额度页面（2026 年 10 月 12 日）",)
        assert bundle_name(3, item, "image/png") == "03_额度页面.png"

    @pytest.mark.parametrize("title", ["../x", "a/b:c*?", "CON", "", "\u202e"])
    def test_names_in_a_bundle_are_safe_everywhere(self, title):
        item = Item(title, "", "截图", "image/png", 1, "", None, dt.date(2026, 1, 1), False)
        name = bundle_name(1, item, "image/png")
        assert name.startswith("01_")
        assert not set(name) & set('/\\:*?"<>|\u202e')

    def test_every_refusal_says_what_to_do(self):
        assert all("请" in text for text in REFUSALS.values())


class TestUploads:
    def test_a_file_of_just_20_mb_is_taken_and_one_byte_more_is_not(self, person):
        edge = hostile.png() + b"\0" * (MAX_BYTES - len(hostile.png()))
        assert sealed(edge, chunk=2**20).refused == ""
        assert sealed(edge + b"\0", chunk=2**20).refused == "too_big"

    def test_an_empty_one_is_not(self):
        assert sealed(b"").refused == "empty"

    def test_its_temporary_file_holds_nothing_readable(self):
        upload = sealed(hostile.png() + hostile.MARK * 10_000)
        upload.file.seek(0)
        assert hostile.MARK not in upload.file.read()

    def test_jobs_carry_ids_only(self, row):
        for job in Job.objects.filter(kind="complaints.read_evidence"):
            assert set(job.args) == {"evidence"}
