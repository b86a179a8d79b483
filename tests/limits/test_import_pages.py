"""Pages of imports: what a person sees from the first file to the last row. Nobody sees another's."""

import csv
import io
import tracemalloc
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inputs.exports import inert
from inputs.sheets import open_sheet
from limits.domain.import_columns import HELP, read_header
from limits.enums import ImportState
from limits.models import ImportBatch, ImportRow, LimitChange, Upload
from limits.services import start_import

pytestmark = pytest.mark.django_db
HEADER = "产品,变动前,变动后,日期,备注,心情\n"
MIXED = (
    HEADER + "借呗,5万,0,2026-10-12,,好\n借呗,$5,0,2026-10-13,=1+1,\n@网商贷,多少,0,2026-02-30,,\n"
)


def send(client, text=MIXED, name="变动.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("imports"), {"table": SimpleUploadedFile(name, data)})


@pytest.fixture
def batch(signed_in, person, run_jobs):
    """A table that was read and waits for a word."""
    response = send(signed_in)
    run_jobs()
    made = ImportBatch.objects.get()
    assert response["Location"] == reverse("import", args=[made.public_id])
    return made


def page(client, batch, **query):
    return client.get(reverse("import", args=[batch.public_id]), query).content.decode()


def post(client, name, batch, **data):
    return client.post(reverse(name, args=[batch.public_id]), data)


class TestSending:
    def test_the_page_explains_every_column_and_offers_both_templates(self, signed_in):
        text = signed_in.get(reverse("imports")).content.decode()
        for name in ("产品", "变动前额度", "变动日期", "还没有导入过"):
            assert name in text
        assert reverse("import_template", args=["csv"]) in text
        assert reverse("import_template", args=["xlsx"]) in text

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_a_template_is_a_table_this_site_reads(self, signed_in, kind, language):
        response = signed_in.get(
            reverse("import_template", args=[kind]), headers={"accept-language": language}
        )
        assert response["Content-Disposition"].startswith("attachment")
        header = read_header(open_sheet(response.content).rows)
        assert (set(header.places), header.unknown) == (set(HELP), ())

    def test_there_is_no_other_template(self, signed_in):
        assert signed_in.get(reverse("import_template", args=["exe"])).status_code == 404

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "文件是空的"),
            (b"\x89PNG\r\n\x1a\nxxxx", "这是图片"),
            (b"%PDF-1.4 xxxx", "这是 PDF"),
            (b"<html><table>", "网页"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", "旧版 Excel"),
        ],
        ids=["empty", "screenshot", "pdf", "html", "xls"],
    )
    def test_what_is_no_table_is_refused_at_once_and_not_kept(self, signed_in, data, words):
        response = send(signed_in, data, "表.csv")
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not ImportBatch.objects.exists()
        assert not Upload.objects.exists()

    def test_without_a_file_the_form_says_so(self, signed_in):
        response = signed_in.post(reverse("imports"))
        assert response.status_code == 422
        assert "请先选一个文件" in response.content.decode()

    @pytest.mark.parametrize(
        "name", ["a\u202ecsv.exe", "../../etc/passwd", "x" * 300 + ".csv", "<script>.csv"]
    )
    def test_a_file_name_decides_nothing(self, signed_in, name):
        assert send(signed_in, name=name).status_code == 302
        shown = ImportBatch.objects.get().file_name
        assert "/" not in shown
        assert "\u202e" not in shown
        assert "<script>" not in signed_in.get(reverse("imports")).content.decode()

    def test_the_sixth_open_import_is_refused_with_a_sentence(self, signed_in, person):
        for _ in range(5):
            start_import(owner=person, data=b"x")
        response = send(signed_in)
        assert response.status_code == 422
        assert "5 次导入还没处理完" in response.content.decode()


class Endless(io.RawIOBase):
    """A body that never ends; counts what was taken from it."""

    def __init__(self):
        self.taken = 0

    def read(self, size=-1):
        assert size >= 0, "the whole body was asked for at once"
        self.taken += size
        return b"x" * size


class TestTooBig:
    SIZE = 200 * 2**20

    def huge(self, client):
        body = Endless()
        tracemalloc.start()
        response = client.generic(
            "POST",
            reverse("imports"),
            b"",
            content_type="multipart/form-data; boundary=x",
            **{"CONTENT_LENGTH": str(self.SIZE), "wsgi.input": body},
        )
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return response, body.taken, peak

    def test_two_hundred_megabytes_are_refused_without_being_kept(self, signed_in):
        response, taken, peak = self.huge(signed_in)
        assert response.status_code == 413
        assert "超过 10 MB" in response.content.decode()
        assert taken <= self.SIZE
        assert peak < 20 * 2**20

    def test_the_anonymous_are_sent_to_sign_in_before_a_byte_is_read(self, client):
        response, taken, _peak = self.huge(client)
        assert (response.status_code, taken) == (302, 0)

    def test_a_file_just_over_the_limit_is_refused_in_the_form(self, signed_in):
        response = send(signed_in, b"1" * (10 * 2**20 + 1))
        assert response.status_code == 422
        assert "超过 10 MB" in response.content.decode()

    def test_a_large_file_is_never_written_to_a_temporary_file(self, signed_in, monkeypatch):
        import tempfile

        monkeypatch.setattr(tempfile, "NamedTemporaryFile", None)
        assert send(signed_in, HEADER + "借呗,5万,0,2026-10-12,,\n" * 200_000).status_code == 302

    def test_the_csrf_check_still_runs(self, person):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        assert send(client).status_code == 403
        client.get(reverse("imports"))
        token = client.cookies["csrftoken"].value
        data = {"table": SimpleUploadedFile("a.csv", MIXED.encode()), "csrfmiddlewaretoken": token}
        assert client.post(reverse("imports"), data).status_code == 302


class TestProgress:
    def test_a_waiting_import_polls_and_can_be_refreshed_without_javascript(
        self, signed_in, person
    ):
        batch = start_import(owner=person, data=MIXED.encode())
        text = page(signed_in, batch)
        address = reverse("import_progress", args=[batch.public_id])
        assert f'hx-get="{address}"' in text
        assert f'href="{reverse("import", args=[batch.public_id])}"' in text

    def test_the_fragment_has_the_page_loaded_anew_when_the_work_is_done(
        self, signed_in, person, run_jobs
    ):
        batch = start_import(owner=person, data=MIXED.encode())
        address = reverse("import_progress", args=[batch.public_id])
        working = signed_in.get(address, headers={"HX-Request": "true"})
        assert "progress" in working.content.decode()
        assert "HX-Refresh" not in working
        run_jobs()
        assert signed_in.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
        assert signed_in.get(address).status_code == 302

    def test_the_rows_done_are_shown(self, signed_in, person):
        from jobs.models import Job

        batch = start_import(owner=person, data=MIXED.encode())
        Job.objects.filter(pk=batch.job_id).update(progress=40, progress_note="8,000")
        assert "已处理 8,000 行" in page(signed_in, batch)

    def test_a_file_the_worker_refuses_says_what_to_do(self, signed_in, run_jobs):
        send(signed_in, "姓名,电话\n张三,1\n")
        run_jobs()
        text = page(signed_in, ImportBatch.objects.get())
        assert "没有找到这些列：产品 (product)、变动前额度 (before)" in text
        assert "台账没有任何变化" in text


class TestPreview:
    def test_counts_come_first_and_every_problem_names_row_column_and_typed_text(
        self, signed_in, batch
    ):
        text = page(signed_in, batch)
        assert (
            text.index("可以导入")
            < text.index("已在台账")
            < text.index("有问题")
            < text.index("要改的地方")
        )
        for words in (
            "$5",
            "这不是人民币金额",
            "=1+1",
            "这一格是公式",
            "多少",
            "请输入数字",
            "没有 2 月 30 日",
            "心情",
        ):
            assert words in text

    def test_the_good_ones_are_imported_on_a_press(self, signed_in, batch, run_jobs):
        assert "导入 1 笔没问题的" in page(signed_in, batch)
        assert post(signed_in, "confirm_import", batch, mode="good").status_code == 302
        run_jobs()
        text = page(signed_in, batch)
        assert LimitChange.objects.count() == 1
        assert "已记入台账" in text
        assert "这不是人民币金额" in text

    @pytest.mark.parametrize("mode", ["all", "", "x"])
    def test_all_or_nothing_is_refused_with_a_sentence(self, signed_in, batch, run_jobs, mode):
        response = signed_in.post(
            reverse("confirm_import", args=[batch.public_id]), {"mode": mode}, follow=True
        )
        run_jobs()
        assert "还有 2 行有问题，一行也没有导入" in response.content.decode()
        assert not LimitChange.objects.exists()

    def test_giving_up_deletes_what_was_read(self, signed_in, batch):
        assert post(signed_in, "discard_import", batch).status_code == 302
        assert not ImportRow.objects.exists()
        assert "已放弃" in page(signed_in, batch)

    def test_problems_come_in_pages_by_row_number(self, signed_in, run_jobs):
        send(signed_in, HEADER + "借呗,x,0,2026-10-12,,\n" * 120)
        run_jobs()
        made = ImportBatch.objects.get()
        first = page(signed_in, made)
        assert "?after=51" in first
        assert "?after=101" in page(signed_in, made, after="51")
        assert 'rel="next"' not in page(signed_in, made, after="101")
        assert page(signed_in, made, after="x").count("<tr>") == first.count("<tr>") == 51

    def test_a_preview_costs_the_same_whatever_the_rows(
        self, signed_in, run_jobs, django_assert_max_num_queries
    ):
        send(signed_in, HEADER + "借呗,x,0,2026-10-12,,\n" * 60)
        run_jobs()
        with django_assert_max_num_queries(6):  # one of them counts the unread notices
            page(signed_in, ImportBatch.objects.get())


class TestMendableRows:
    def table(self, client, batch):
        response = client.get(reverse("import_problems", args=[batch.public_id]))
        assert response["Content-Disposition"].startswith("attachment")
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_the_rows_come_back_with_their_number_and_a_reason(self, signed_in, batch):
        header, second, third = self.table(signed_in, batch)
        assert header == [
            "产品",
            "变动前",
            "变动后",
            "日期",
            "备注",
            "心情",
            "原来的行号",
            "怎么改",
        ]
        assert second[6] == "3"
        assert "人民币" in second[7]
        assert "2 月 30 日" in third[7]

    def test_no_cell_runs_in_a_spreadsheet(self, signed_in, batch):
        _header, second, third = self.table(signed_in, batch)
        assert second[4] == "'=1+1"
        assert third[0] == "'@网商贷"

    def test_mended_they_can_be_sent_in_again(self, signed_in, batch, run_jobs):
        header, second, _third = self.table(signed_in, batch)
        second[1], second[4] = "5", "好了"
        send(
            signed_in, "\n".join(",".join(f'"{cell}"' for cell in row) for row in (header, second))
        )
        run_jobs()
        again = ImportBatch.objects.latest("pk")
        assert (again.state, again.rows_good, again.rows_bad) == (ImportState.CHECKED, 1, 0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" \u200b=1", "' \u200b=1"),
        ("＝1", "'＝1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("+86 138", "'+86 138"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5+cmd", "'-5+cmd"),
        ("a=1", "a=1"),
        ("借呗", "借呗"),
        ("", ""),
    ],
)
def test_text_a_spreadsheet_would_run_is_made_inert(text, shown):
    assert inert(text) == shown


ROUTES = ("import", "import_progress", "confirm_import", "discard_import", "import_problems")


@pytest.mark.parametrize("name", ROUTES)
def test_nobody_reaches_the_import_of_another(client, other, batch, name):
    client.force_login(other)
    for address in (reverse(name, args=[batch.public_id]), reverse(name, args=[uuid.uuid4()])):
        allowed = (
            client.post(address)
            if name in ("confirm_import", "discard_import")
            else client.get(address)
        )
        assert allowed.status_code == 404
    batch.refresh_from_db()
    assert batch.state == ImportState.CHECKED


@pytest.mark.parametrize("name", ROUTES)
def test_the_anonymous_are_sent_to_sign_in(client, batch, name):
    client.logout()
    address = reverse(name, args=[batch.public_id])
    response = (
        client.post(address)
        if name in ("confirm_import", "discard_import")
        else client.get(address)
    )
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_the_list_shows_own_imports_only(client, other, batch):
    client.force_login(other)
    assert "变动.csv" not in client.get(reverse("imports")).content.decode()
