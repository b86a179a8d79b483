"""DOCX: the same text as the PDF, inert, the same bytes every time."""

import datetime as dt
import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from docx import Document
from pypdf import PdfReader

from complaints.domain.document import (
    DocumentModel,
    chart,
    heading,
    note,
    numbered,
    page_break,
    pairs,
    paragraph,
    signature,
    table,
)
from complaints.domain.letters.composing import compose
from complaints.reports import TEMPLATE, render_docx, render_pdf, render_text
from tests.complaints.letter_orders import KINDS, KNOWN, order

HOSTILE = [
    "{{7*7}} {% debug %} ${7*7}",
    "{ MERGEFIELD x } { DDEAUTO c:\\\\windows\\\\system32 cmd }",
    "<w:r><w:t>x</w:t></w:r><w:instrText>DATE</w:instrText>",
    "]]> &amp; <!-- x -->",
    '=cmd|"/c calc"!A1',
    '#read("/etc/passwd")',
]


def model(*blocks):
    return DocumentModel(
        title="关于信贷额度变动的投诉信",
        subtitle="某某银行股份有限公司",
        reference="LL20261122-ABCDEF",
        made_on="2026-11-22",
        language="zh",
        blocks=blocks,
    ).to_json()


def words(data):
    """All text of the body, in order, tables included."""
    body = Document(io.BytesIO(data)).element.body
    return re.sub(r"\s", "", "".join(node.text or "" for node in body.iter() if is_text(node)))


def is_text(node):
    return str(node.tag).endswith("}t")


def xml(data):
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return parts.read("word/document.xml").decode()


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_a_person_typed_is_text_and_nothing_else(typed):
    made = render_docx(
        model(
            paragraph(typed),
            pairs([("名", typed)]),
            numbered([typed]),
            table(["一"], [[typed]], []),
            heading(typed),
        )
    ).data
    assert words(made).count(re.sub(r"\s", "", typed)) == 5
    assert "instrText" not in re.sub(r"<w:t[ >].*?</w:t>", "", xml(made))


def test_the_only_fields_are_page_numbers_in_the_footer():
    data = render_docx(model(paragraph("{ PAGE }"))).data
    assert "fldSimple" not in xml(data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        footers = [name for name in parts.namelist() if "footer" in name]
        fields = re.findall('w:instr="([^"]*)"', parts.read(footers[0]).decode())
    assert fields == ["PAGE", "NUMPAGES"]


def test_no_link_leads_out_of_the_file():
    with zipfile.ZipFile(io.BytesIO(render_docx(model(paragraph("http://a.b"))).data)) as parts:
        for name in parts.namelist():
            if name.endswith(".rels"):
                assert b"External" not in parts.read(name)
        assert not [name for name in parts.namelist() if "vba" in name.lower()]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("𬱖𠮷㐂龘𪚥", "𬱖𠮷㐂龘𪚥"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
        ("\u2066a\u2069", "[U+2066]a[U+2069]"),
        ("a\x00b\x0bc\x07", "a[U+0000]bc[U+0007]"),
        ("\ud800", "[U+D800]"),
        ("שלום سلام", "שלוםسلام"),
        ("😀", "😀"),
        ("葛\U000e0101城\ufe0f", "葛城"),
        ("\ufffe\uffff", "[U+FFFE][U+FFFF]"),
    ],
    ids=ascii,
)
def test_rare_letters_stay_and_what_cannot_be_seen_is_written_out(typed, written):
    data = render_docx(model(paragraph(typed), pairs([("名", typed)]), numbered([typed]))).data
    assert words(data).count(written) == 3
    assert written in re.sub(r"\s", "", render_text(model(paragraph(typed))).data.decode())


def test_the_same_model_gives_the_same_bytes_in_another_process_and_second():
    given = model(paragraph("甲"), chart([("2026-10-12", 0, 100)], "额度"))
    here = render_docx(given).sha256
    script = (
        "import json, sys, time; time.sleep(2.1); from complaints.reports import render_docx;"
        "print(render_docx(json.load(sys.stdin)).sha256)"
    )
    out = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=TEMPLATE.parents[2],
    )
    assert out.stdout.strip() == here
    assert render_docx(model(paragraph("乙"))).sha256 != here


def test_its_dates_and_author_are_those_of_the_document():
    told = Document(io.BytesIO(render_docx(model(paragraph("x"))).data)).core_properties
    assert told.created.date() == told.modified.date() == dt.date(2026, 11, 22)
    assert (told.author, told.comments) == ("额度明白账", "")
    assert told.title == "关于信贷额度变动的投诉信"


def test_every_kind_of_block_is_written():
    data = render_docx(
        model(
            heading("一、事实"),
            paragraph("段"),
            note("注"),
            numbered(["甲", "乙"]),
            pairs([("姓名", "")]),
            table(["日期", "金额"], [["2026-10-12", "1.00"]], [1]),
            chart([("2026-10-12", 0, 2_000_000)], "曲线"),
            page_break(),
            signature("签字", "日期"),
        )
    ).data
    said = words(data)
    for part in ("一、事实", "1.甲", "2.乙", "姓名________", "曲线", "签字：________"):
        assert part in said
    styles = [row.style.name for row in Document(io.BytesIO(data)).paragraphs]
    assert {"Heading 1", "Heading 2"} <= set(styles)


@pytest.mark.parametrize("kind", KINDS)
def test_word_file_and_pdf_say_the_same(kind):
    """Compared letter by letter, without white space, rules for handwriting and page numbers."""
    letter = order(kind, stage="generic", story="我叫龘小明，𠮷日。", contact="13800000000")
    given = compose(letter, KNOWN).to_json()
    assert without_lines(words(render_docx(given).data)) == without_lines(pdf(given))


def without_lines(said):
    return re.sub(r"[_·：]", "", said)


def pdf(given):
    pages = PdfReader(io.BytesIO(render_pdf(given).data)).pages
    said = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    said = re.sub(r"第\d+页/共\d+页", "", said)
    return said.replace(f"{given['title']}{given['reference']}", "")


def test_text_is_the_one_made_for_the_box():
    given = model(paragraph("整封")) | {"paste": {"text": "短的\u202e"}}
    assert render_text(given).data.decode() == "短的[U+202E]\n"
    assert "整封" in render_text(model(paragraph("整封"))).data.decode()
