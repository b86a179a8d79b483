"""Tables of changes: what is read, what is refused row by row, what is saved and what is not."""

import datetime as dt
import io
import json

import pytest
from openpyxl import Workbook

from accounts import keyring
from accounts.crypto import open_sealed_bytes, seal_bytes
from guidance import content
from inputs.errors import InputError
from jobs.models import Job
from limits import importers
from limits.domain.import_columns import NAMES, read_header
from limits.domain.import_words import HOW, KINDS, plain_name
from limits.domain.imports import Catalogue, check_row, checked_rows, row_key
from limits.enums import ChangeKind, ImportState, Notified, Source
from limits.importers import saving
from limits.models import (
    Assessment,
    CreditLine,
    ImportBatch,
    ImportRow,
    LimitChange,
    Migration,
    Upload,
)
from limits.services import (
    confirm_import,
    correct_change,
    discard_import,
    retract_change,
    start_import,
)
from tests.factories import log

TODAY = dt.date(2026, 11, 22)
HEADER = (
    "产品",
    "变动前额度",
    "变动后额度",
    "变动日期",
    "发生了什么",
    "放款机构",
    "怎么知道的",
    "对方给出的说法",
    "备注",
    "币种",
    "发现日期",
    "现在的放款机构",
    "现在叫什么",
)
CATALOGUE = Catalogue(
    {"借呗": "jiebei", "信用贷": "xinyongdai"}, {"xinyongdai": dt.date(2021, 11, 1)}
)
GOOD = {"产品": "借呗", "变动前额度": "5万", "变动后额度": "0", "变动日期": "2026-10-12"}


def header_of(*names):
    return read_header(iter([names]))


def checked(**cells):
    row = tuple({**GOOD, **cells}.get(name, "") for name in HEADER)
    return check_row(2, row, header_of(*HEADER), CATALOGUE, TODAY)


def found(row):
    return [(problem.column, problem.code) for problem in row.problems]


class TestHeader:
    @pytest.mark.parametrize(
        "names",
        [
            ("产品", "变动前", "变动后", "日期"),
            ("日期", "变动后 额度（元）", " 变动前额度", "产品名称"),
            ("Product", "Old limit", "New_Limit", "Effective date"),
        ],
        ids=["chinese", "any order, units and spaces", "english"],
    )
    def test_columns_are_found_by_name(self, names):
        assert {"product", "before", "after", "on"} <= header_of(*names).places.keys()

    def test_every_name_means_one_column_only(self):
        words = [plain_name(name) for names in NAMES.values() for name in names]
        assert len(words) == len(set(words))

    def test_titles_above_the_header_are_passed_over(self):
        rows = iter(
            [
                ("我的额度",),
                (),
                ("产品", "变动前", "变动后", "日期"),
                ("借呗", "5万", "0", "2026-10-12"),
            ]
        )
        header = read_header(rows)
        assert header.row == 3
        assert [row.number for row in checked_rows(rows, header, CATALOGUE, TODAY)] == [4]

    def test_missing_columns_are_named(self):
        with pytest.raises(InputError) as refused:
            header_of("产品", "变动后", "备注")
        assert refused.value.code == "missing_columns"
        assert "变动前额度 (before)、变动日期 (date)" in str(refused.value)

    def test_a_table_of_something_else_is_refused(self):
        with pytest.raises(InputError) as refused:
            header_of("姓名", "电话")
        assert refused.value.code == "missing_columns"

    def test_unknown_columns_are_reported_and_ignored(self):
        assert header_of("产品", "心情", "变动前", "变动后", "日期").unknown == ("心情",)

    def test_a_column_that_comes_twice_is_refused(self):
        with pytest.raises(InputError) as refused:
            header_of("产品", "变动前", "原额度", "变动后", "日期")
        assert refused.value.code == "column_twice"

    def test_a_header_in_another_currency_is_refused(self):
        with pytest.raises(InputError) as refused:
            header_of("产品", "变动前(USD)", "变动后", "日期")
        assert refused.value.code == "currency"


class TestRow:
    def test_a_good_row_says_what_will_be_stored(self):
        row = checked(放款机构="重庆蚂蚁消费金融有限公司", 怎么知道的="短信")
        assert found(row) == []
        assert row.values | {"x": 1} == {
            "product": "jiebei",
            "product_name": "",
            "lender_name": "重庆蚂蚁消费金融有限公司",
            "kind": "limit",
            "before_fen": 5_000_000,
            "after_fen": 0,
            "effective_on": "2026-10-12",
            "noticed_on": None,
            "notified_how": "sms",
            "stated_reason": "",
            "lender_after": "",
            "name_after": "",
            "note": "",
            "x": 1,
        }

    @pytest.mark.parametrize(
        ("cells", "problems"),
        [
            ({"产品": ""}, [("product", "required")]),
            ({"变动前额度": "0"}, [("after", "unchanged")]),
            ({"变动日期": "2026-11-23"}, [("on", "after_today")]),
            ({"变动日期": "2026-02-30"}, [("on", "impossible")]),
            ({"变动日期": "45292"}, [("on", "format")]),
            ({"变动日期": ""}, [("on", "required")]),
            ({"产品": "信用贷", "变动日期": "2021-10-31"}, [("on", "before_product")]),
            ({"变动前额度": "$5000"}, [("before", "currency")]),
            ({"变动前额度": "5000USD"}, [("before", "currency")]),
            ({"变动后额度": "3万港币"}, [("after", "currency")]),
            ({"币种": "港币"}, [("currency", "currency")]),
            ({"变动前额度": "=B1*2"}, [("before", "formula")]),
            ({"备注": "=HYPERLINK(1)"}, [("note", "formula")]),
            ({"变动前额度": "五万"}, [("before", "not_a_number")]),
            ({"变动前额度": ""}, [("before", "required")]),
            ({"变动前额度": "-5"}, [("before", "negative")]),
            ({"对方给出的说法": "长" * 501}, [("reason", "max_length")]),
            ({"备注": "坏\u200b字"}, [("note", "invisible")]),
            ({"产品": "长" * 61}, [("product", "max_length")]),
            ({"发生了什么": "消失"}, [("kind", "unknown_kind")]),
            ({"怎么知道的": "托梦"}, [("how", "unknown_how")]),
            ({"发生了什么": "换机构"}, [("new_lender", "required")]),
            ({"发生了什么": "改名"}, [("new_name", "required")]),
            (
                {"变动前额度": "abc", "变动日期": "昨天"},
                [("before", "not_a_number"), ("on", "format")],
            ),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_every_problem_names_its_column(self, cells, problems):
        row = checked(**cells)
        assert found(row) == problems
        assert row.row_key == ""

    @pytest.mark.parametrize(
        ("cells", "name", "value"),
        [
            ({"变动前额度": "人民币 5.5 万"}, "before_fen", 5_500_000),
            ({"变动前额度": "CNY50,000.00"}, "before_fen", 5_000_000),
            ({"变动前额度": "¥100"}, "before_fen", 10_000),
            ({"币种": "RMB"}, "before_fen", 5_000_000),
            ({"变动日期": "2026-10-12 09:30:00"}, "effective_on", "2026-10-12"),
            ({"变动日期": "2026年10月12日"}, "effective_on", "2026-10-12"),
            ({"变动日期": "2026-11-22"}, "effective_on", "2026-11-22"),
            ({"产品": "信用贷（别家放款）", "变动日期": "2021-11-01"}, "product", "xinyongdai"),
            ({"产品": "某某贷"}, "product", "other"),
            ({"产品": "某某贷"}, "product_name", "某某贷"),
            ({"发生了什么": "冻结", "变动后额度": ""}, "after_fen", 5_000_000),
            ({"发生了什么": "关闭", "变动后额度": ""}, "after_fen", 0),
            (
                {"发生了什么": "改名", "现在叫什么": "信用购", "变动前额度": "", "变动后额度": ""},
                "before_fen",
                0,
            ),
            ({"发现日期": "2026/10/20"}, "noticed_on", "2026-10-20"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_cells_are_read_as_people_write_them(self, cells, name, value):
        row = checked(**cells)
        assert found(row) == []
        assert row.values[name] == value

    def test_every_choice_of_the_form_is_understood(self):
        assert {str(slug) for slug in ChangeKind.values} == KINDS.keys()
        assert {str(slug) for slug in Notified.values} == HOW.keys()
        for labels, words in ((ChangeKind.choices, KINDS), (Notified.choices, HOW)):
            for slug, label in labels:
                assert plain_name(str(label)) in {plain_name(word) for word in words[slug]}, label

    def test_a_cut_row_says_what_is_missing(self):
        row = check_row(2, ("借呗", "5万"), header_of(*HEADER), CATALOGUE, TODAY)
        assert found(row) == [("after", "required"), ("on", "required")]

    def test_the_same_change_twice_in_one_file_is_a_problem_of_the_second(self):
        rows = iter(
            [
                ("借呗", "5万", "0", "2026-10-12"),
                ("借 呗", "50000.00", "0", "2026/10/12"),
                ("借呗", "5万", "0", "2026-10-13"),
            ]
        )
        header = header_of("产品", "变动前", "变动后", "日期")
        first, second, third = checked_rows(rows, header, CATALOGUE, TODAY)
        assert found(first) == found(third) == []
        assert found(second) == [("", "same_row")]
        assert second.problems[0].params == {"row": 2}

    @pytest.mark.parametrize(
        "name",
        [
            "product",
            "product_name",
            "lender_name",
            "kind",
            "before_fen",
            "after_fen",
            "effective_on",
        ],
    )
    def test_the_fingerprint_differs_with_what_makes_a_change(self, name):
        values = dict(checked().values)
        assert row_key(values) != row_key(values | {name: "9"})

    @pytest.mark.parametrize(
        ("one", "two", "same"),
        [
            ("某贷（甲行）", "某贷（乙行）", False),
            ("某 贷(甲行)", "某贷（甲行）", True),
            ("ABC 贷", "ａｂｃ贷", True),
        ],
    )
    def test_names_in_brackets_tell_products_apart(self, one, two, same):
        keys = {checked(产品=name).row_key for name in (one, two)}
        assert (len(keys) == 1) is same

    def test_the_fingerprint_does_not_differ_with_remarks(self):
        assert (
            checked(备注="一").row_key
            == checked(备注="二", 对方给出的说法="综合评估").row_key
            != ""
        )

    def test_what_is_shown_of_a_row_is_short_and_storable(self):
        row = checked(备注="长" * 5000 + "\0")
        assert all(len(cell) <= 200 and "\0" not in cell for cell in row.cells)


def csv_of(*rows, header="产品,变动前,变动后,日期"):
    return "\n".join((header, *rows)).encode()


def imported(person, data, run_jobs, mode="good"):
    batch = start_import(owner=person, data=data)
    run_jobs()
    batch.refresh_from_db()
    if batch.state == ImportState.CHECKED and mode:
        confirm_import(batch=batch, mode=mode)
        run_jobs()
        batch.refresh_from_db()
    return batch


@pytest.mark.django_db
class TestReading:
    def test_a_table_is_read_counted_and_its_file_deleted(self, person, run_jobs):
        batch = imported(
            person,
            csv_of("借呗,5万,0,2026-10-12", "借呗,5万,5万,2026-10-13", ",,,", "花呗,1千,0,x"),
            run_jobs,
            mode="",
        )
        assert batch.state == ImportState.CHECKED
        assert (batch.rows_total, batch.rows_good, batch.rows_known, batch.rows_bad) == (3, 1, 0, 2)
        assert [row.number for row in batch.rows.filter(has_problems=True).order_by("number")] == [
            3,
            5,
        ]
        assert not Upload.objects.exists()
        assert not LimitChange.objects.exists()

    def test_a_bad_row_keeps_what_was_typed_and_a_good_one_what_was_read(self, person, run_jobs):
        batch = imported(
            person, csv_of("借呗,5万,0,2026-10-12", "借呗,多,0,2026-10-13"), run_jobs, mode=""
        )
        good, bad = batch.rows.order_by("number")
        assert (good.cells, good.values["before_fen"]) == ([], 5_000_000)
        assert (bad.cells, bad.values) == (["借呗", "多", "0", "2026-10-13"], {})

    def test_unlisted_products_are_a_note_and_no_error(self, person, run_jobs):
        batch = imported(
            person,
            csv_of("某某贷,5万,0,2026-10-12", header="产品,变动前,变动后,日期,心情"),
            run_jobs,
            mode="",
        )
        assert (batch.rows_good, batch.report["others"], batch.report["unknown"]) == (
            1,
            ["某某贷"],
            ["心情"],
        )

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "picture"),
            (csv_of('借呗,"5万,0,2026-10-12'), "broken"),
            (b"a,b\n1,2\n", "missing_columns"),
            (csv_of(), "no_rows"),
            (b"\xff" * 100, "encoding"),
            (csv_of(*["借呗,5万,0,2026-10-12"] * (importers.MAX_ROWS + 1)), "too_many_rows"),
            (csv_of("借呗" + "," * 100), "too_many_columns"),
        ],
        ids=[
            "screenshot",
            "cut",
            "other table",
            "no rows",
            "encoding",
            "too many rows",
            "too many columns",
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_whole(self, person, run_jobs, data, code):
        batch = imported(person, data, run_jobs)
        assert (batch.state, batch.refusal["code"]) == (ImportState.REFUSED, code)
        assert not ImportRow.objects.exists()
        assert not Upload.objects.exists()
        assert not LimitChange.objects.exists()

    def test_the_stored_file_cannot_be_read_without_the_key(self, person):
        data = csv_of("借呗,5万,0,2026-10-12")
        start_import(owner=person, data=data)
        upload = Upload.objects.get()
        assert data not in bytes(upload.sealed)
        assert keyring.open_sealed_bytes(bytes(upload.sealed), upload.place, person) == data

    def test_reading_twice_stores_once(self, person, run_jobs):
        batch = start_import(owner=person, data=csv_of("借呗,5万,0,2026-10-12"))
        effects = [
            importers.read_import(str(batch.public_id), TODAY, lambda *_: None) for _ in "12"
        ]
        for effect in effects:
            effect()
        assert batch.rows.count() == 1

    def test_no_text_of_the_person_reaches_a_job(self, person, run_jobs):
        imported(person, csv_of("秘密贷,5万,0,2026-10-12"), run_jobs)
        assert "秘密" not in json.dumps(
            list(Job.objects.values_list("args", "key", "progress_note")), ensure_ascii=False
        )


@pytest.mark.django_db
class TestSaving:
    TABLE = csv_of(
        "借呗,5万,0,2026-10-12,重庆蚂蚁消费金融有限公司",
        "借呗,多,0,2026-10-13,",
        "网商贷,0,48000,2026-10-15,",
        header="产品,变动前,变动后,日期,放款机构",
    )

    def test_the_good_rows_are_saved_with_their_lines_and_explained(self, person, run_jobs):
        batch = imported(person, self.TABLE, run_jobs)
        assert (batch.state, batch.rows_saved) == (ImportState.SAVED, 2)
        fall, rise = LimitChange.objects.order_by("effective_on").select_related("line")
        assert (fall.source, fall.before_fen, fall.after_fen) == (Source.IMPORT, 5_000_000, 0)
        assert (fall.line.product_slug, fall.line.lender_slug) == ("jiebei", "ant-cf")
        assert rise.line.product_slug == "wangshangdai"
        assert set(Assessment.objects.values_list("change", flat=True)) == {fall.pk, rise.pk}
        assert Migration.objects.filter(fall=fall, rise=rise).exists()
        assert not Job.objects.exclude(state="done").exists()

    def test_all_or_nothing_saves_nothing_while_a_row_has_a_problem(self, person, run_jobs):
        from django.core.exceptions import ValidationError

        batch = imported(person, self.TABLE, run_jobs, mode="")
        with pytest.raises(ValidationError) as refused:
            confirm_import(batch=batch, mode="all")
        assert refused.value.code == "rows_bad"
        run_jobs()
        assert not LimitChange.objects.exists()

    def test_an_existing_line_is_used_again(self, person, run_jobs):
        log(
            person,
            product="jiebei",
            lender_name="重庆蚂蚁消费金融有限公司",
            effective_on=dt.date(2025, 1, 1),
        )
        imported(person, self.TABLE, run_jobs)
        assert CreditLine.objects.filter(product_slug="jiebei").count() == 1

    def test_importing_the_same_file_again_adds_nothing(self, person, run_jobs):
        imported(person, self.TABLE, run_jobs)
        again = imported(person, self.TABLE, run_jobs, mode="")
        assert (again.rows_good, again.rows_known, again.rows_bad) == (0, 2, 1)
        assert LimitChange.objects.count() == 2

    def test_a_change_logged_by_hand_is_recognised(self, person, run_jobs):
        log(person, product="jiebei", lender_name="重庆蚂蚁消费金融有限公司")
        batch = imported(person, self.TABLE, run_jobs)
        assert (batch.rows_known, batch.rows_saved) == (1, 1)

    def test_somebody_elses_change_is_not_taken_for_mine(self, person, other, run_jobs):
        imported(other, self.TABLE, run_jobs)
        assert imported(person, self.TABLE, run_jobs).rows_saved == 2

    @pytest.mark.parametrize("act", ["correct", "retract"])
    def test_an_imported_change_that_was_mended_does_not_come_back(self, person, run_jobs, act):
        imported(person, self.TABLE, run_jobs)
        fall = LimitChange.objects.get(effective_on=dt.date(2026, 10, 12))
        if act == "retract":
            retract_change(change=fall)
        else:
            correct_change(
                change=fall,
                today=TODAY,
                product="jiebei",
                before=4_000_000,
                after=0,
                effective_on=dt.date(2026, 10, 11),
            )
        assert imported(person, self.TABLE, run_jobs, mode="").rows_good == 0

    def test_saving_twice_saves_once(self, person, run_jobs):
        batch = imported(person, self.TABLE, run_jobs, mode="")
        confirm_import(batch=batch, mode="good")
        effects = [importers.save_import(str(batch.public_id), lambda *_: None) for _ in "12"]
        for effect in effects:
            effect()
        assert LimitChange.objects.count() == 2

    def test_two_imports_of_one_table_confirmed_together_save_it_once(self, person, run_jobs):
        batches = [imported(person, self.TABLE, run_jobs, mode="") for _ in "12"]
        for batch in batches:
            confirm_import(batch=batch, mode="good")
        run_jobs()
        assert LimitChange.objects.count() == 2
        assert sorted(ImportBatch.objects.values_list("rows_saved", "rows_known")) == [
            (0, 2),
            (2, 0),
        ]

    def test_a_worker_that_dies_between_chunks_leaves_nothing_twice(
        self, person, run_jobs, monkeypatch
    ):
        monkeypatch.setattr(saving, "CHUNK", 1)
        batch = imported(person, self.TABLE, run_jobs, mode="")
        confirm_import(batch=batch, mode="good")

        def die(percent, note):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            importers.save_import(str(batch.public_id), die)
        assert LimitChange.objects.count() == 1
        run_jobs()
        batch.refresh_from_db()
        assert (LimitChange.objects.count(), batch.rows_saved) == (2, 2)

    def test_confirming_twice_is_once(self, person, run_jobs):
        batch = imported(person, self.TABLE, run_jobs, mode="")
        confirm_import(batch=batch, mode="good")
        confirm_import(batch=batch, mode="good")
        assert Job.objects.filter(kind="limits.save_import").count() == 1

    def test_many_rows_take_few_jobs_and_few_queries(
        self, person, run_jobs, django_assert_max_num_queries
    ):
        days = [dt.date(2020, 1, 1) + dt.timedelta(days=number) for number in range(450)]
        batch = imported(
            person,
            csv_of(*[f"借呗,5万,{day.year}{day.month:02},{day}" for day in days]),
            run_jobs,
            mode="",
        )
        assert batch.rows_good == 450
        confirm_import(batch=batch, mode="all")
        with django_assert_max_num_queries(30):
            effect = importers.save_import(str(batch.public_id), lambda *_: None)
        effect()
        assert LimitChange.objects.count() == 450
        assert Job.objects.filter(kind="limits.assess_import").count() == 3

    def test_imported_changes_ask_for_no_summaries(self, person, run_jobs):
        imported(person, self.TABLE, run_jobs)
        assert not Job.objects.filter(kind="summaries.change").exists()


@pytest.mark.django_db
class TestGivingUp:
    def test_what_was_read_is_deleted(self, person, run_jobs):
        batch = imported(person, csv_of("借呗,5万,0,2026-10-12"), run_jobs, mode="")
        discard_import(batch=batch)
        assert not ImportRow.objects.exists()
        assert ImportBatch.objects.get().state == ImportState.DISCARDED

    def test_before_it_was_read_the_file_goes_too(self, person, run_jobs):
        discard_import(batch=start_import(owner=person, data=csv_of("借呗,5万,0,2026-10-12")))
        run_jobs()
        assert not Upload.objects.exists()
        assert ImportBatch.objects.get().state == ImportState.DISCARDED

    def test_what_was_saved_cannot_be_given_up(self, person, run_jobs):
        from django.core.exceptions import ValidationError

        batch = imported(person, csv_of("借呗,5万,0,2026-10-12"), run_jobs)
        with pytest.raises(ValidationError):
            discard_import(batch=batch)

    def test_too_many_open_imports_are_refused(self, person):
        from django.core.exceptions import ValidationError

        for _ in range(5):
            start_import(owner=person, data=b"x")
        with pytest.raises(ValidationError) as refused:
            start_import(owner=person, data=b"x")
        assert refused.value.code == "too_many_open"


@pytest.mark.django_db
class TestPurge:
    def old(self, model, days):
        from django.utils import timezone

        model.objects.update(created_at=timezone.now() - dt.timedelta(days=days, minutes=1))

    def test_a_file_nobody_read_goes_after_a_day_and_says_so(self, person):
        start_import(owner=person, data=b"x")
        importers.purge()
        assert Upload.objects.exists()
        self.old(Upload, 1)
        self.old(ImportBatch, 1)
        importers.purge()
        assert not Upload.objects.exists()
        assert ImportBatch.objects.get().refusal["code"] == "expired"

    def test_an_import_never_confirmed_is_given_up_after_thirty_days(self, person, run_jobs):
        imported(person, csv_of("借呗,5万,0,2026-10-12"), run_jobs, mode="")
        self.old(ImportBatch, 29)
        importers.purge()
        assert ImportRow.objects.exists()
        self.old(ImportBatch, 30)
        importers.purge()
        assert not ImportRow.objects.exists()
        assert ImportBatch.objects.get().state == ImportState.DISCARDED

    def test_a_saved_import_keeps_its_counts_and_its_changes(self, person, run_jobs):
        imported(person, csv_of("借呗,5万,0,2026-10-12"), run_jobs)
        self.old(ImportBatch, 31)
        importers.purge()
        assert (ImportBatch.objects.get().rows_saved, LimitChange.objects.count()) == (1, 1)
        assert not ImportRow.objects.exists()


@pytest.mark.django_db
def test_every_listed_product_is_known_by_its_name(known):
    slugs = importers.catalogue_of(content.current()).slugs
    assert {slug: slugs[plain_name(row.title.zh)] for slug, row in known.products.items()} == {
        slug: slug for slug in known.products
    }


@pytest.mark.django_db
def test_a_workbook_is_read_like_a_csv_file(person, run_jobs):
    book = Workbook()
    sheet = book.active
    for row in [
        ("产品", "变动前", "变动后", "日期"),
        ("借呗", 50000, 0.5, dt.date(2026, 10, 12)),
        ("借呗", "=A1", 1, dt.datetime(2026, 10, 13)),
    ]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    batch = imported(person, file.getvalue(), run_jobs)
    change = LimitChange.objects.get()
    assert (change.before_fen, change.after_fen, change.effective_on) == (
        5_000_000,
        50,
        dt.date(2026, 10, 12),
    )
    assert batch.rows.get(has_problems=True).problems[0]["code"] == "formula"


def test_sealed_bytes_open_only_at_their_place():
    from accounts.crypto import SealBroken

    sealed = seal_bytes(b"\x00\xff", "here")
    assert open_sealed_bytes(sealed, "here") == b"\x00\xff"
    with pytest.raises(SealBroken):
        open_sealed_bytes(sealed, "there")
