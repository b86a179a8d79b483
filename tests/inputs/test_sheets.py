"""Tables people send: recognised by content, bounded, or refused with a sentence."""

import datetime as dt
import io
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from inputs.errors import InputError
from inputs.sheets import SheetLimits, open_sheet

TABLE = "产品,变动前\n借呗,5万\n"


def rows(data, **limits):
    return list(open_sheet(data, limits=SheetLimits(**limits)).rows)


def refusal(data, **limits):
    with pytest.raises(InputError) as refused:
        rows(data, **limits)
    assert str(refused.value)
    return refused.value


def xlsx(*content, **parts):
    book = Workbook()
    for row in content:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return with_parts(file.getvalue(), **parts) if parts else file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_parts(data, replace, **_):
    """The same workbook with the bytes of some parts replaced; None leaves a part out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            body = replace.get(name, old.read(name))
            if body is not None:
                new.writestr(name, body)
        for name in replace.keys() - set(old.namelist()):
            new.writestr(name, replace[name])
    return out.getvalue()


def sheet(inner):
    return xlsx(
        ("a",),
        replace={SHEET: f"<worksheet {MAIN}><sheetData>{inner}</sheetData></worksheet>".encode()},
    )


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
    def test_the_usual_encodings_are_read(self, encoding):
        assert rows(TABLE.encode(encoding)) == [("产品", "变动前"), ("借呗", "5万")]

    def test_utf16_of_the_other_byte_order_is_read(self):
        assert rows(b"\xfe\xff" + TABLE.encode("utf-16-be"))[1] == ("借呗", "5万")

    def test_a_rare_character_of_gb18030_is_read(self):
        assert rows("产品,变动前\n𠮷贷,1\n".encode("gb18030"))[1] == ("𠮷贷", "1")

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            ("产品,变动前\n借呗,".encode() + b"\xff\xff" + "万,,,,\n".encode(), 2),
            ("产品,变动前\n".encode("gb18030") + b"\n\xff\xff,1,,,,\n", 3),
            (TABLE.encode("utf-16-le"), 1),
            (b"\xff\xfe\x00\x00" + TABLE.encode("utf-32-le"), 1),
        ],
        ids=["bad byte in UTF-8", "bad byte in GB18030", "UTF-16 without mark", "UTF-32"],
    )
    def test_what_cannot_be_decoded_names_its_line(self, data, line):
        error = refusal(data)
        assert (error.code, error.params) == ("encoding", {"line": line})

    def test_a_bad_byte_after_a_megabyte_still_names_its_line(self):
        data = ("借呗,5万\n" * 200_000).encode()
        assert refusal(data + b"\xff,1,,\n").params == {"line": 200_001}

    @pytest.mark.parametrize("cut", [1, 2])
    def test_a_file_cut_inside_a_character_is_broken(self, cut):
        assert refusal("产品,变动前\n借呗".encode()[:-cut]).code == "broken"

    def test_a_cut_utf16_file_is_broken(self):
        assert refusal(TABLE.encode("utf-16")[:-1]).code == "broken"


class TestDelimiters:
    @pytest.mark.parametrize("mark", [",", "\t", ";"])
    def test_the_delimiter_is_found_out(self, mark):
        assert rows(TABLE.replace(",", mark).encode())[1] == ("借呗", "5万")

    def test_thousands_commas_do_not_hide_tabs(self):
        assert rows(b"a\tb\n1,000\t2,000\n3,000\t4\n")[1] == ("1,000", "2,000")

    def test_tabs_after_ids_do_not_hide_commas_where_some_cells_hold_commas(self):
        bill = "交易时间,商品,金额,交易订单号,\n" + "1,苹果,2,3\t,\n" * 5 + "1,苹果,梨,2,3\t,\n" * 3
        assert {len(row) for row in rows(bill.encode())} == {5, 6}

    def test_a_tab_after_every_value_does_not_hide_commas(self):
        assert rows(b"a\t,b\t\n1\t,2\t\n")[1] == ("1\t", "2\t")

    def test_remarks_above_the_table_do_not_mislead(self):
        assert rows("导出说明：一；二；三\n----\na,b,c\n1,2,3\n4,5,6\n".encode())[3] == (
            "1",
            "2",
            "3",
        )

    def test_quotes_may_hold_commas_and_line_breaks(self):
        assert rows(b'a,b\n"1,2","x\ny"\n')[1] == ("1,2", "x\ny")

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_every_line_end_counts_and_empty_lines_keep_their_number(self, end):
        assert rows(end.join(("a,b", "", "1,2")).encode()) == [("a", "b"), (), ("1", "2")]

    def test_cells_are_not_stripped(self):
        assert rows(b"a,b\n 1 ,\n")[1] == (" 1 ", "")


class TestForeignFiles:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty"),
            (b"\xef\xbb\xbf\r\n , ,\r\n", "empty"),
            (b"\x89PNG\r\n\x1a\n....", "picture"),
            (b"\xff\xd8\xff\xe0....", "picture"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"),
            (b"\x00\x00\x00\x18ftypheic....", "picture"),
            (b"GIF89a....", "picture"),
            (b"%PDF-1.7\n", "pdf"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "locked",
            ),
            (b"\r\n <html><table><tr><td>1</td></tr></table>", "html"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "html"),
            ("<table>".encode("utf-16"), "html"),
            (b"Rar!\x1a\x07", "archive"),
            (b"\x1f\x8b\x08....", "archive"),
        ],
        ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
    )
    def test_each_has_its_own_sentence(self, data, code):
        assert refusal(data).code == code

    @pytest.mark.parametrize(
        ("names", "code"),
        [
            (["bill.csv"], "archive"),
            (["[Content_Types].xml", "word/document.xml"], "other_book"),
            (["mimetype", "content.xml"], "other_book"),
            (["Index/Document.iwa"], "other_book"),
            (["xl/workbook.bin", "[Content_Types].xml"], "other_book"),
        ],
        ids=["zip", "docx", "ods", "numbers", "xlsb"],
    )
    def test_archives_that_are_no_workbook(self, names, code):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        assert refusal(file.getvalue()).code == code

    def test_size_is_checked_before_anything_else(self):
        error = refusal(b"\x89PNG" + b"x" * 2**20, max_bytes=2**20)
        assert (error.code, error.params) == ("too_big", {"megabytes": 1})


class TestBounds:
    def test_a_million_columns_are_refused(self):
        assert refusal(b",".join([b"1"] * 1_000_000)).code == "too_many_columns"

    def test_too_many_rows_are_refused_empty_ones_not_counted(self):
        data = b"a\n" + b"\n" * 500 + b"1\n" * 9
        assert len(rows(data, max_rows=10)) == 510
        assert refusal(data + b"1\n", max_rows=10).params == {"rows": 9}

    def test_a_long_cell_is_refused_with_its_place(self):
        assert refusal(b"a,b\n1," + b"x" * 40_000 + b"\n").params == {
            "row": 2,
            "column": 2,
            "chars": 32_767,
        }

    @pytest.mark.parametrize(
        "data", [b'a,b\n1,"2\n3,4\n', b'a,b\n1,"2"3\n', b'a,b\n1,"' + b"x" * 200_000]
    )
    def test_a_quote_that_never_closes_is_a_cut_file(self, data):
        assert refusal(data).code == "broken"

    def test_memory_stays_flat_with_many_rows(self):
        data = b"a,b,c\n" + b"1,2,3\n" * 99_000
        tracemalloc.start()
        assert sum(1 for _row in open_sheet(data).rows) == 99_001
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
        tracemalloc.stop()


class TestWorkbooks:
    def test_values_come_as_people_type_them(self):
        when = dt.datetime(2026, 10, 12, 9, 30)
        data = xlsx(
            (
                "文字",
                50000.0,
                0.1 + 0.2,
                12345678901,
                True,
                None,
                dt.date(2026, 10, 12),
                when,
                1e15,
                -2.5,
            )
        )
        assert rows(data) == [
            (
                "文字",
                "50000",
                "0.3",
                "12345678901",
                "TRUE",
                "",
                "2026-10-12",
                "2026-10-12 09:30:00",
                "1000000000000000",
                "-2.5",
            )
        ]

    def test_formulas_come_as_their_text(self):
        data = xlsx(("=A2*2", "'=1", ArrayFormula("C1", "=SUM(A1:A2)")))
        assert rows(data) == [("=A2*2", "'=1", "=SUM(A1:A2)")]

    def test_a_formula_hides_behind_no_stored_result(self):
        data = sheet(
            '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="shared" si="0"/><v>3</v></c></row>'
        )
        assert rows(data) == [("=1+1", "=")]

    def test_empty_rows_and_cells_keep_their_places(self):
        data = sheet(
            '<row r="2"><c r="C2"><v>1</v></c><c r="F2" s="1"/></row><row r="4"><c><v>2</v></c></row>'
        )
        assert rows(data) == [(), ("", "", "1"), (), ("2",)]

    def test_shared_and_inline_strings_lose_their_formats_and_readings(self):
        strings = (
            f"<sst {MAIN}><si><r><t>借</t></r><r><t>呗</t></r><rPh><t>jiè</t></rPh></si></sst>"
        )
        inline = '<c t="inlineStr"><is><t>网商</t><rPh><t>wǎng</t></rPh></is></c>'
        data = sheet(f'<row><c t="s"><v>0</v></c>{inline}</row>')
        rels = "xl/_rels/workbook.xml.rels"
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            old = archive.read(rels).decode()
        part = '<Relationship Id="x" Type="a/sharedStrings" Target="/xl/sharedStrings.xml"/></Rel'
        new = old.replace("</Rel", part).encode()
        data = with_parts(data, {rels: new, "xl/sharedStrings.xml": strings.encode()})
        assert rows(data) == [("借呗", "网商")]

    def test_days_of_the_old_mac_epoch_are_right(self):
        book = Workbook()
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
        book.active.append((dt.date(2026, 10, 12),))
        file = io.BytesIO()
        book.save(file)
        assert rows(file.getvalue()) == [("2026-10-12",)]

    def test_the_first_visible_sheet_is_read(self):
        book = Workbook()
        book.active.append(("hidden",))
        book.active.sheet_state = "hidden"
        book.create_sheet().append(("shown",))
        book.create_sheet().append(("later",))
        book.active = 1
        file = io.BytesIO()
        book.save(file)
        assert rows(file.getvalue()) == [("shown",)]

    def test_a_workbook_without_content_is_empty(self):
        assert refusal(xlsx()).code == "empty"

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
    def test_a_truncated_workbook_is_broken(self, share):
        data = xlsx(*[("借呗", number) for number in range(2000)])
        assert refusal(data[: int(len(data) * share)]).code == "broken"

    def test_a_damaged_part_is_broken(self):
        data = bytearray(xlsx(*[("借呗", number) for number in range(2000)]))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            start = archive.getinfo(SHEET).header_offset + 200
        data[start : start + 40] = b"\xaa" * 40
        assert refusal(bytes(data)).code == "broken"

    @pytest.mark.parametrize(
        "name", ["xl/_rels/workbook.xml.rels", SHEET], ids=["relations", "sheet"]
    )
    def test_a_missing_part_is_broken(self, name):
        assert refusal(xlsx(("a",), replace={name: None})).code == "broken"

    def test_a_string_that_is_not_there_is_broken(self):
        assert refusal(sheet('<row><c t="s"><v>99</v></c></row>')).code == "broken"

    def test_a_locked_member_asks_for_the_password_to_be_removed(self):
        data = xlsx(("a",))
        place = data.index(b"PK\x01\x02")
        locked = data[: place + 8] + b"\x01" + data[place + 9 :]
        assert refusal(locked).code == "locked"


class TestHostileWorkbooks:
    def test_a_bomb_is_refused_by_what_it_declares(self):
        assert (
            refusal(xlsx(("a",), replace={"xl/media/a.bin": b"\0" * 3 * 2**20})).code == "unusual"
        )

    def test_too_much_content_is_refused_before_unpacking(self):
        assert refusal(xlsx(*[("x" * 50,)] * 100), max_unzipped_bytes=2**12).code == "unusual"

    def test_thousands_of_members_are_refused(self):
        assert (
            refusal(xlsx(("a",), replace={f"xl/media/{n}": b"" for n in range(1001)})).code
            == "unusual"
        )

    def test_a_size_that_lies_unpacks_no_further(self):
        data = sheet("<row><c><v>1</v></c></row>" * 2000)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            true = archive.getinfo(SHEET).file_size
        lying = data.replace(true.to_bytes(4, "little"), (300).to_bytes(4, "little"))
        assert lying != data
        assert refusal(lying).code == "broken"

    def test_entities_are_refused(self):
        bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>'
        assert refusal(xlsx(("a",), replace={SHEET: bomb})).code == "unusual"

    @pytest.mark.parametrize(
        "inner",
        [
            '<row r="999999999999"/>',
            '<row r="1048577"/>',
            '<row r="2"/><row r="2"/>',
            '<row r="-1"/>',
            '<row r="x"/>',
        ],
    )
    def test_rows_no_sheet_has_are_refused(self, inner):
        assert refusal(sheet(inner)).code == "unusual"

    def test_an_endless_row_takes_no_memory(self):
        data = sheet("<row>" + "<c/>" * 500_000 + "</row>")
        tracemalloc.start()
        assert refusal(data).code == "unusual"
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
        tracemalloc.stop()

    def test_endless_styles_are_refused(self):
        styles = f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 60_000}</cellXfs></styleSheet>".encode()
        assert refusal(xlsx(("a",), replace={"xl/styles.xml": styles})).code == "unusual"

    def test_deep_nesting_is_refused(self):
        assert refusal(sheet("<row>" * 100)).code == "unusual"

    def test_a_wide_row_is_refused_and_formatted_empty_cells_are_not(self):
        assert rows(sheet('<row><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>')) == [("1",)]
        assert refusal(sheet('<row><c r="XFD1"><v>1</v></c></row>')).code == "too_many_columns"
        assert refusal(sheet('<row><c r="ZZZ1"><v>1</v></c></row>')).code == "unusual"

    def test_a_million_empty_rows_do_not_take_long(self):
        data = sheet('<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>')
        assert sum(1 for _row in open_sheet(data).rows) == 1_048_576

    def test_a_number_of_countless_digits_is_no_crash(self):
        assert rows(sheet(f"<row><c><v>{'9' * 100_000}</v></c></row>")) == [("Infinity",)]

    @pytest.mark.parametrize(
        "value", ["NaN", "inf", "1E400", "-1E400", "1e-400", "abc", "99999999999"]
    )
    @pytest.mark.parametrize("style", ["0", "1"])
    def test_odd_numbers_and_days_never_crash(self, value, style):
        styles = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
        data = with_parts(
            sheet(f'<row><c s="{style}"><v>{value}</v></c></row>'),
            {"xl/styles.xml": styles.encode()},
        )
        assert len(rows(data)) == 1
