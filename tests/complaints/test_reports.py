"""PDF: the text that went in comes out, the same bytes every time, fonts inside."""

import io
import json
import re
import subprocess
import sys

import pytest
from pypdf import PdfReader

from complaints.domain.document import (
    DocumentModel,
    chart,
    heading,
    note,
    numbered,
    pairs,
    paragraph,
    signature,
    table,
)
from complaints.reports import TEMPLATE, RenderError, render_pdf

WORDS = [
    "龘小明𬱖𠮷㐂",
    '#read("/etc/passwd") #eval("1")',
    "{{7*7}} {% debug %}",
    "=1+1 @SUM(A1) *粗体* _斜体_ `code` $x^2$",
    "<script>alert(1)</script>",
    "\\input{x} <label> @ref",
]


def model(*blocks, text="内容"):
    return DocumentModel(
        title="关于信贷额度变动的投诉信",
        subtitle="某某银行股份有限公司",
        reference="LL20261122-ABCDEF",
        made_on="2026-11-22",
        language="zh",
        blocks=blocks or (paragraph(text),),
    ).to_json()


def read(data):
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


@pytest.mark.parametrize("words", WORDS)
def test_text_comes_back_as_it_went_in(words):
    rendered = render_pdf(
        model(
            paragraph(words),
            pairs([("姓名", words)]),
            table(["一", "二"], [[words, "x"]], []),
            numbered([words]),
        )
    )
    assert read(rendered.data).count(re.sub(r"\s", "", words)) == 4


def test_the_same_model_gives_the_same_bytes():
    one, two = render_pdf(model(text="甲")), render_pdf(model(text="甲"))
    assert one.data == two.data
    assert one.sha256 == two.sha256
    assert render_pdf(model(text="乙")).sha256 != one.sha256


def test_every_font_is_embedded_and_the_file_is_tagged():
    reader = PdfReader(io.BytesIO(render_pdf(model()).data))
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        descendant = font["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("zh")
    assert reader.metadata.title == "关于信贷额度变动的投诉信"


def test_pages_are_counted_and_numbered():
    rendered = render_pdf(model(*(paragraph("很长的段落。" * 60) for _index in range(20))))
    pages = PdfReader(io.BytesIO(rendered.data)).pages
    assert rendered.pages == len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页/共{len(pages)}页" in re.sub(r"\s", "", page.extract_text())


def test_headings_become_bookmarks():
    reader = PdfReader(io.BytesIO(render_pdf(model(heading("一、事实"), paragraph("x"))).data))
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    nested = [item.title for rows in reader.outline if isinstance(rows, list) for item in rows]
    assert "一、事实" in titles + nested


def test_a_chart_and_every_kind_of_block_render():
    rendered = render_pdf(
        model(
            chart([("2024-01-01", 0, 2_000_000), ("2026-10-12", 2_000_000, 0)], "额度"),
            chart([("2026-10-12", 0, 100)], "一次"),
            note("注"),
            signature("签字", "日期"),
        )
    )
    text = read(rendered.data)
    assert "20,000" in text
    assert "2026-10-12" in text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("😀", "[U+1F600]"),
        ("👨\u200d👩", "[U+1F468][U+1F469]"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
        ("a\x00b\x07c", "a[U+0000]b[U+0007]c"),
        ("שלום", "[U+05E9][U+05DC][U+05D5][U+05DD]"),
        ("\ud800", "[U+D800]"),
        ("\ue000\uffff", "[U+E000][U+FFFF]"),
        ("葛\U000e0101城\ufe0f", "葛城"),
        ("ze\u200bro\ufeff", "zero"),
        ("a\tb\r\nc\u2028d", "abcd"),
        ("각 かな 國 ก", "각かな國[U+0E01]"),
    ],
    ids=ascii,
)
def test_what_no_font_can_draw_is_written_out(typed, printed):
    data = render_pdf(
        model(heading(typed), paragraph(typed), pairs([("名", typed)]), numbered([typed]))
    ).data
    assert read(data).count(printed) == 4


def test_a_long_word_stays_on_the_page_and_whole():
    word = "https://example.org/" + "a1" * 150
    rendered = render_pdf(
        model(
            paragraph(f"链接：{word}"),
            pairs([("名", word)]),
            table(["一", "二", "三"], [[word, "x", word]], []),
        )
    )
    reader = PdfReader(io.BytesIO(rendered.data))
    assert read(rendered.data).count(word) >= 2
    right_edge = float(reader.pages[0].mediabox.width) - 40
    places = []
    reader.pages[0].extract_text(
        visitor_text=lambda _text, matrix, place, _font, _size: places.append(place[4] + matrix[4])
    )
    assert max(places) < right_edge


def test_a_cell_longer_than_a_page_goes_on_over_the_break():
    long = "很长的答复。" * 700
    rendered = render_pdf(model(table(["一", "二"], [["x", long]], [])))
    assert rendered.pages > 1
    assert read(rendered.data).count("很长的答复。") == 700


def test_a_document_of_an_earlier_template_still_renders():
    old = table(["日期", "金额"], [["2026-10-12", "1.00"]], [1])
    del old["widths"]
    assert "1.00" in read(render_pdf(model(old)).data)


def test_the_same_bytes_come_from_another_process():
    script = (
        "import json, sys; from complaints.reports import render_pdf;"
        "print(render_pdf(json.load(sys.stdin)).sha256)"
    )
    given = model(paragraph("甲 😀"), chart([("2026-10-12", 0, 100)], "额度"))
    out = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=TEMPLATE.parents[2],
    )
    assert out.stdout.strip() == render_pdf(given).sha256


def test_nothing_outside_the_template_folder_can_be_read():
    data = render_pdf(model(paragraph('#read("/etc/passwd") #image("../reports.py")'))).data
    assert b"root:x:0" not in data
    assert "root:x" not in read(data)
    assert [path.name for path in TEMPLATE.parent.iterdir()] == ["document.typ"]


def test_it_claims_archive_and_accessibility_standards():
    data = render_pdf(model(chart([("2026-10-12", 0, 100)], "额度"))).data
    meta = PdfReader(io.BytesIO(data)).trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b"pdfaid:part>2" in meta
    assert b"pdfaid:conformance>A" in meta
    assert b"pdfuaid:part>1" in meta


def test_the_receipt_number_stands_on_every_page():
    rendered = render_pdf(model(*(paragraph("很长的段落。" * 60) for _index in range(20))))
    for page in PdfReader(io.BytesIO(rendered.data)).pages:
        assert "LL20261122-ABCDEF" in page.extract_text()


SERIES = [
    [("2026-10-12", 0, 0)],
    [("2026-10-12", 0, 10**13)],
    [("2026-10-12", 100, 200), ("2026-10-12", 200, 0)],
    [(f"{2000 + year}-02-28", year * 100, year * 100 + 100) for year in range(40)],
    [("1900-01-01", 0, 100), ("2200-12-31", 100, 0)],
]


@pytest.mark.parametrize("series", SERIES, ids=["zero", "huge", "one day", "forty", "300 years"])
def test_any_curve_can_be_drawn(series):
    assert render_pdf(model(chart(series, "额度"))).pages == 1


def test_an_empty_field_becomes_a_line_and_empty_texts_are_no_error():
    assert (
        render_pdf(
            model(pairs([("名", "")]), paragraph(""), note(""), numbered([""]), heading("x"))
        ).pages
        == 1
    )


def test_a_refusal_carries_none_of_the_words():
    with pytest.raises(RenderError) as caught:
        render_pdf(model({"kind": "秘密", "text": "很私密的话"}))
    assert "私密" not in str(caught.value)
    assert "秘密" not in str(caught.value)


def test_an_unknown_block_is_an_error_not_a_gap():
    with pytest.raises(RenderError):
        render_pdf(model({"kind": "surprise"}))
