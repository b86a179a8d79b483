"""Pages of the vault: many files at once, one bad one among them, and nobody else's."""

import datetime as dt
import re
from email.message import Message

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.domain.evidence import MAX_BYTES, MOST_AT_ONCE
from complaints.models import Evidence
from complaints.services import remove_complaint
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import UserFactory, file

ADD = "/evidence/add/"
PARTS = ("original", "file", "masked")


def named(data, name="IMG_1.jpg"):
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def send(client, *uploads, **typed):
    return client.post(ADD, {"uploads": list(uploads), **typed})


@pytest.fixture
def row(person, run_jobs):
    """A picture with all three files."""
    kept = keep(person, hostile.jpeg(exif=hostile.exif()), "IMG_1.jpg")
    run_jobs()
    from complaints.domain.masks import Rectangle
    from complaints.services import mask_evidence

    kept.refresh_from_db()
    mask_evidence(evidence=kept, rectangles=[Rectangle(0, 0, 500, 500)])
    run_jobs()
    kept.refresh_from_db()
    return kept


def page(row, part=""):
    return f"/evidence/{row.public_id}/{part and part + '/'}"


class TestSending:
    def test_many_at_once_each_with_its_own_result(self, signed_in, person):
        answer = send(
            signed_in,
            named(hostile.png(10), "a.png"),
            named(hostile.HTML, "b.png"),
            named(hostile.plain_pdf(), "c.pdf"),
            named(b"", "d.jpg"),
        )
        assert answer.status_code == 200
        results = {result.name: result.state for result in answer.context["results"]}
        assert results == {"a.png": "kept", "b.png": "refused", "c.pdf": "kept", "d.jpg": "refused"}
        assert Evidence.objects.for_user(person).count() == 2
        assert "这是网页或矢量图" in answer.content.decode()

    def test_from_the_camera_too(self, signed_in):
        signed_in.post(ADD, {"camera": named(hostile.jpeg())})
        assert Evidence.objects.get().kind == "screenshot"

    @pytest.mark.parametrize("more", [0, 1])
    def test_twenty_megabytes_are_the_limit(self, signed_in, more):
        data = hostile.png() + b"\0" * (MAX_BYTES - len(hostile.png()) + more)
        answer = send(signed_in, named(data), named(hostile.png(10), "small.png"))
        states = [result.state for result in answer.context["results"]]
        assert states == ["refused" if more else "kept", "kept"]

    def test_the_limit_is_said_before(self, signed_in):
        assert "每个最大 20 MB" in signed_in.get(ADD).content.decode()

    def test_the_twenty_first_file_is_refused_and_the_others_stay(self, signed_in):
        uploads = [named(hostile.png(width), f"{width}.png") for width in range(10, 31)]
        answer = send(signed_in, *uploads)
        states = [result.state for result in answer.context["results"]]
        assert states == ["kept"] * MOST_AT_ONCE + ["refused"]

    def test_a_bad_date_does_not_lose_the_file(self, signed_in):
        answer = send(signed_in, named(hostile.png()), taken_on="2025-02-30")
        assert answer.status_code == 422
        assert Evidence.objects.get().taken_on is None
        text = answer.content.decode()
        assert "没有 2 月 30 日" in text
        assert "已收到，正在检查" in text

    def test_what_is_said_holds_for_every_file(self, signed_in):
        send(signed_in, named(hostile.png(10)), named(hostile.png(20)), taken_on="2026-10-12")
        assert {row.taken_on for row in Evidence.objects.all()} == {dt.date(2026, 10, 12)}

    def test_without_a_file_it_says_so(self, signed_in):
        answer = signed_in.post(ADD, {"taken_on": "2026-10-12"})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "还没有选文件" in text
        assert 'value="2026-10-12"' in text

    def test_the_same_file_again_is_known_not_kept_twice(self, signed_in):
        send(signed_in, named(hostile.png()))
        answer = send(signed_in, named(hostile.png(), "again.png"))
        assert [result.state for result in answer.context["results"]] == ["known"]
        assert Evidence.objects.count() == 1

    def test_one_in_a_removed_case_leads_to_where_it_lies(self, signed_in, known, person):
        case = file(person)
        send(signed_in, named(hostile.png()))
        Evidence.objects.update(complaint=case)
        remove_complaint(complaint=case, actor=person, now=timezone.now())
        (result,) = send(signed_in, named(hostile.png(), "again.png")).context["results"]
        assert "最近删除" in result.text
        assert case.receipt_no in signed_in.get(result.url).content.decode()

    def test_programs_of_the_page_get_json(self, signed_in):
        answer = signed_in.post(
            ADD, {"uploads": named(hostile.png())}, headers={"Accept": "application/json"}
        )
        result = answer.json()["results"][0]
        assert (result["state"], result["name"]) == ("kept", "IMG_1.jpg")
        assert signed_in.get(result["url"]).status_code == 200

    def test_a_file_spoilt_on_the_way_is_not_kept(self, signed_in):
        answer = send(signed_in, named(hostile.png()), sha256="0" * 64)
        assert "途中损坏" in answer.content.decode()
        assert not Evidence.objects.exists()

    def test_into_a_case_of_ones_own(self, signed_in, known, person):
        case = file(person)
        send(signed_in, named(hostile.png()), case=str(case.public_id))
        assert Evidence.objects.get().complaint == case
        text = signed_in.get(f"/complaints/{case.public_id}/").content.decode()
        assert "证据（1 个文件）" in text

    def test_never_into_a_case_of_another(self, signed_in, known, other):
        case = file(other)
        answer = send(signed_in, named(hostile.png()), case=str(case.public_id))
        assert answer.status_code == 422
        assert not case.evidence.exists()

    def test_a_body_beyond_all_files_is_refused_unread(self, signed_in, monkeypatch):
        # The test client cannot send 420 MB; what its body claims is believed the same way.
        monkeypatch.setattr("inputs.uploads._read_off", lambda request: None)
        claimed = {"CONTENT_LENGTH": str((MOST_AT_ONCE + 1) * MAX_BYTES)}
        kind = "multipart/form-data; boundary=x"
        answer = signed_in.generic("POST", ADD, b"x", content_type=kind, **claimed)
        assert answer.status_code == 413
        assert "一个文件也没有保存" in answer.content.decode()

    def test_without_a_token_nothing_is_kept(self, person):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        assert client.post(ADD, {"uploads": named(hostile.png())}).status_code == 403
        assert not Evidence.objects.exists()

    def test_names_are_shown_harmless(self, signed_in):
        send(signed_in, named(hostile.png(), "<b>\u202egpj.exe"))
        text = signed_in.get("/evidence/").content.decode()
        assert "\u202e" not in text
        assert "<b>gpj" not in text


class TestFiles:
    @pytest.mark.parametrize("part", PARTS)
    def test_nobody_else_gets_any_form_of_it(self, client, row, other, part):
        for user in (other, UserFactory(operator=True)):
            client.force_login(user)
            assert client.get(page(row, part)).status_code == 404

    @pytest.mark.parametrize("part", PARTS)
    def test_without_sign_in_there_is_nothing(self, client, row, part):
        assert client.get(page(row, part))["Location"].startswith("/accounts/login/")

    @pytest.mark.parametrize("part", ["", "state", "mask", "move", "remove", "restore"])
    def test_nor_can_anybody_else_touch_it(self, client, row, other, part):
        client.force_login(other)
        assert client.post(page(row, part)).status_code in (404, 405)
        row.refresh_from_db()
        assert row.removed_at is None

    @pytest.mark.parametrize(
        ("part", "inline"), [("original", False), ("file", True), ("masked", True)]
    )
    def test_only_our_own_pictures_open_in_the_page(self, signed_in, row, part, inline):
        answer = signed_in.get(page(row, part))
        assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_the_original_comes_back_byte_for_byte_under_its_name(self, signed_in, row):
        answer = signed_in.get(page(row, "original"))
        assert answer.content == hostile.jpeg(exif=hostile.exif())
        assert 'filename="IMG_1.jpg"' in answer["Content-Disposition"]

    @pytest.mark.parametrize("part", ["file", "masked"])
    def test_copies_can_be_saved_and_tell_nothing(self, signed_in, row, part):
        answer = signed_in.get(page(row, part) + "?save")
        assert answer["Content-Disposition"].startswith("attachment")
        assert "IMG_1" not in answer["Content-Disposition"]
        assert hostile.GPS.encode() not in answer.content

    def test_a_pdf_is_never_shown_inline(self, signed_in, person, run_jobs):
        kept = keep(person, hostile.active_pdf(), "contract.pdf")
        run_jobs()
        answer = signed_in.get(page(kept, "file"))
        assert answer["Content-Disposition"].startswith("attachment")
        assert b"JavaScript" not in answer.content
        text = signed_in.get(page(kept)).content.decode()
        assert "脚本没有放进副本" in text
        assert "PDF 现在不能在这里涂黑" in text

    @pytest.mark.parametrize(
        "name", ["a\r\nSet-Cookie: x=1.jpg", 'a"; filename="b.exe', "长" * 200 + ".jpg"]
    )
    def test_a_name_cannot_leave_its_header(self, signed_in, person, run_jobs, name):
        kept = keep(person, hostile.jpeg(), name)
        answer = signed_in.get(page(kept, "original"))
        assert "Set-Cookie" not in answer.headers
        parsed = Message()
        parsed["Content-Disposition"] = answer["Content-Disposition"]
        assert parsed.get_filename().endswith(".jpg")
        assert answer["Content-Disposition"].isascii()

    def test_a_damaged_file_is_said_to_be_damaged(self, signed_in, row):
        default_storage.delete(row.original.name)
        answer = signed_in.get(page(row, "original"))
        assert answer.status_code == 410
        assert "文件找不到了" in answer.content.decode()

    def test_a_removed_file_is_not_given_out(self, signed_in, row):
        signed_in.post(page(row, "remove"))
        assert signed_in.get(page(row, "file")).status_code == 302


class TestPages:
    def test_the_list_says_what_to_do_first(self, signed_in):
        assert "还没有证据" in signed_in.get("/evidence/").content.decode()

    def test_queries_do_not_grow_with_files(self, signed_in, person, known):
        case, counts = file(person), []
        for start in (0, 10):
            for width in range(10 + start, 12 + start):
                keep(person, hostile.png(width), complaint=case)
            for address in ("/evidence/", f"/complaints/{case.public_id}/evidence/"):
                with CaptureQueriesContext(connection) as seen:
                    assert signed_in.get(address).status_code == 200
                counts.append(len(seen))
        assert counts[:2] == counts[2:]

    def test_a_page_shows_progress_and_then_the_picture(self, signed_in, person, run_jobs):
        kept = keep(person, hostile.png())
        assert "<progress" in signed_in.get(page(kept)).content.decode()
        run_jobs()
        assert f'src="{page(kept, "file")}"' in signed_in.get(page(kept)).content.decode()
        done = signed_in.get(page(kept, "state"), headers={"HX-Request": "true"})
        assert done["HX-Refresh"] == "true"

    def test_a_refused_file_says_why_and_can_be_dismissed(self, signed_in, person, run_jobs):
        kept = keep(person, hostile.jpeg()[:400])
        run_jobs()
        assert "文件打不开" in signed_in.get(page(kept)).content.decode()
        signed_in.post(page(kept, "remove"))
        assert not Evidence.objects.exists()

    def test_what_is_said_of_a_file_is_kept_and_a_bad_date_keeps_the_rest(self, signed_in, row):
        typed = {"kind": "notice", "title": "短信通知", "taken_on": "2026-13-01", "case": ""}
        refused = signed_in.post(page(row), typed)
        assert refused.status_code == 422
        assert "短信通知" in refused.content.decode()
        signed_in.post(page(row), typed | {"taken_on": "2026年10月12日"})
        row.refresh_from_db()
        assert (row.kind, row.title) == ("notice", "短信通知")
        assert row.taken_on == dt.date(2026, 10, 12)

    def test_a_number_in_the_words_is_warned_of(self, signed_in, row):
        signed_in.post(page(row), {"kind": "other", "title": "尾号 4111111111111111", "case": ""})
        assert "像是有银行卡号" in signed_in.get(page(row)).content.decode()

    def test_it_says_honestly_that_pictures_are_not_read(self, signed_in, row):
        assert "本站不识别图片里的字" in signed_in.get(page(row)).content.decode()

    def test_order_is_changed_by_buttons(self, signed_in, known, person):
        case = file(person)
        rows = [keep(person, hostile.png(width), complaint=case) for width in (10, 20)]
        signed_in.post(page(rows[1], "move"), {"way": "up"})
        assert list(case.evidence.in_order()) == rows[::-1]

    def test_removed_files_can_be_put_back(self, signed_in, row):
        signed_in.post(page(row, "remove"))
        text = signed_in.get("/evidence/").content.decode()
        assert "还能放回来" in text
        signed_in.post(page(row, "restore"))
        row.refresh_from_db()
        assert row.removed_at is None

    @pytest.mark.parametrize("address", ["/evidence/", ADD])
    def test_no_page_carries_inline_code(self, signed_in, row, address):
        for text in (signed_in.get(address), signed_in.get(page(row, "mask"))):
            assert not re.search(r" style=| on[a-z]+=\"|javascript:", text.content.decode())


class TestMasking:
    def test_bands_numbers_and_drawn_blocks_add_up(self, signed_in, row):
        typed = {
            "rect": ["0,0,500,500", "10,20,30,40"],
            "quick": ["status-bar"],
            "left": "10",
            "top": "20",
            "width": "30",
            "height": "5",
        }
        assert signed_in.post(page(row, "mask"), typed).status_code == 302
        row.refresh_from_db()
        assert [[mask[side] for side in "xywh"] for mask in row.masks] == [
            [0, 0, 500, 500],
            [10, 20, 30, 40],
            [0, 0, 1000, 50],
            [100, 200, 300, 50],
        ]
        assert row.is_being_masked

    def test_until_the_new_copy_is_there_the_old_one_is_not_given_out(self, signed_in, row):
        signed_in.post(page(row, "mask"), {"quick": ["bottom"]})
        assert signed_in.get(page(row, "masked")).status_code == 302

    def test_an_unticked_block_goes(self, signed_in, row):
        signed_in.post(page(row, "mask"), {})
        row.refresh_from_db()
        assert row.masks == []

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"rect": ["0,0,2000,5"]}, "遮盖块要在图片里面"),
            ({"left": "90", "top": "0", "width": "20", "height": "5"}, "遮盖块要在图片里面"),
            ({"left": "10"}, "四个数字要一起填"),
            ({"left": "x", "top": "0", "width": "20", "height": "5"}, "离左边"),
        ],
    )
    def test_a_block_that_cannot_be_is_refused_and_the_others_stay_drawn(
        self, signed_in, row, typed, said
    ):
        before = row.masks
        answer = signed_in.post(page(row, "mask"), {"quick": ["top"], **typed})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        row.refresh_from_db()
        assert row.masks == before

    def test_only_pictures_can_be_painted_over(self, signed_in, person, run_jobs):
        kept = keep(person, hostile.plain_pdf())
        run_jobs()
        assert signed_in.get(page(kept, "mask"))["Location"] == page(kept)
