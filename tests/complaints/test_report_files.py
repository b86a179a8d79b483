"""The finished report: the same words in every format, pictures from the vault, nothing leaks."""

import datetime as dt
import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from pypdf import PdfReader

from complaints import services
from complaints.documents import DocumentLost, annex, as_attachment, compose_report_model
from complaints.documents.annex import parts_of
from complaints.domain.document import DocumentModel, plain_text
from complaints.domain.masks import Rectangle
from complaints.enums import FileRole
from complaints.models import Document, Evidence
from complaints.reports import render_pdf
from complaints.reports.folder import PREFIX, private_folder
from complaints.services import documents as asking
from complaints.services.documents import request_document
from complaints.vault import files
from tests.complaints.reports import (
    CONTRACT,
    GENERIC,
    NAME,
    PHONE,
    ask,
    data_of,
    docx_text,
    pdf_text,
    rich_case,
    screen,
    squeezed,
)
from tests.complaints.vault import keep
from tests.factories import file

pytestmark = pytest.mark.django_db
MARKS = str.maketrans("", "", "：·_|-")


@pytest.fixture
def case(person, known, run_jobs):
    return rich_case(person, run_jobs)


def leaves(value):
    """Every text of the blocks that is printed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, dict):
        unseen = ("kind", "name", "widths", "numeric", "series", "is_wide", "level", "sha256")
        for key, item in value.items():
            if key not in unseen:
                yield from leaves(item)


def text_of(model):
    names = ("title", "subtitle", "reference", "made_on", "language")
    return plain_text(
        DocumentModel(**{name: model[name] for name in names}, blocks=tuple(model["blocks"]))
    )


def pictures_in(data):
    return [image for page in PdfReader(io.BytesIO(data)).pages for image in page.images]


def test_pdf_word_file_and_text_say_the_same(case, run_jobs):
    made = {kind: ask(case, run_jobs, kind) for kind in ("pdf", "docx", "txt")}
    pdf, word = pdf_text(data_of(made["pdf"])), docx_text(data_of(made["docx"]))
    head = squeezed(made["pdf"].model["title"] + made["pdf"].model["reference"])
    for leaf in leaves(made["pdf"].model["blocks"]):
        parts = [part for line in leaf.split("\n") for part in [squeezed(line)] if part]
        assert all(part in pdf.replace(head, "") for part in parts), leaf
    said = squeezed(text_of(made["docx"].model)).translate(MARKS)
    assert word.translate(MARKS) == said
    plain = squeezed(data_of(made["txt"]).decode())
    assert plain.translate(MARKS) == squeezed(text_of(made["txt"].model)).translate(MARKS)


def test_every_part_is_a_bookmark_and_every_page_is_numbered(case, run_jobs):
    reader = PdfReader(io.BytesIO(data_of(ask(case, run_jobs))))
    titles = []

    def walk(rows):
        for row in rows:
            walk(row) if isinstance(row, list) else titles.append(row.title)

    walk(reader.outline)
    model = Document.objects.filter(kind="report").latest("pk").model
    headings = [block["text"] for block in model["blocks"] if block["kind"] == "heading"]
    assert titles == [model["title"], *headings]
    assert any(title.startswith("第 2 步：12378") for title in titles)
    for number, page in enumerate(reader.pages, start=1):
        assert f"第{number}页/共{len(reader.pages)}页" in squeezed(page.extract_text())


def test_the_same_case_gives_the_same_bytes(case, run_jobs):
    made = ask(case, run_jobs)
    model, pictures = annex.read(made)
    again = render_pdf(model, pictures.pictures)
    assert again.sha256 == made.sha256 == hashlib.sha256(data_of(made)).hexdigest()


def test_a_copy_for_others_holds_neither_name_nor_numbers(case, run_jobs):
    for kind, read in (("pdf", pdf_text), ("docx", docx_text), ("txt", bytes.decode)):
        said = read(data_of(ask(case, run_jobs, kind)))
        for secret in (NAME, PHONE, CONTRACT):
            assert secret not in said
        assert "龘＊＊" in said
        assert "AN＊＊" in said


def test_a_full_copy_holds_them(case, run_jobs):
    said = pdf_text(data_of(ask(case, run_jobs, masked=False)))
    assert NAME in said
    assert CONTRACT in said
    assert GENERIC.replace("，", "，") in said


def test_pictures_are_printed_small_and_long_ones_in_pieces(case, run_jobs):
    made = ask(case, run_jobs)
    shown = pictures_in(data_of(made))
    assert len(shown) == 1 + 3 + 1
    assert all(max(picture.image.size) <= annex.LONGEST_SIDE for picture in shown)
    assert [row["parts"] for row in made.model["pictures"]] == [1, 3, 1]


def test_what_was_painted_over_is_black_in_a_copy_for_others_only(case, run_jobs):
    inside = (300, 220)  # of 1080 x 2200, in the middle of what is painted over

    def seen(made):
        picture = pictures_in(data_of(made))[0].image.convert("L")
        return picture.getpixel(tuple(at * picture.height // 2200 for at in inside))

    assert seen(ask(case, run_jobs)) < 12
    assert seen(ask(case, run_jobs, masked=False)) > 100


def test_a_full_copy_never_shows_an_original(case, run_jobs):
    made = ask(case, run_jobs, masked=False)
    assert {row["role"] for row in made.model["pictures"]} == {"rendition"}


@pytest.mark.parametrize(
    ("break_it", "said"),
    [("lose", "文件在服务器上找不到了"), ("alter", "文件和收到时不一样")],
)
def test_a_lost_or_altered_picture_is_told_in_its_place(case, run_jobs, break_it, said):
    row = case.evidence.in_order().last()
    row = case.evidence.filter(kind="other").get()
    name = row.rendition.name
    stored = default_storage.open(name).read()
    default_storage.delete(name)
    if break_it == "alter":
        default_storage.save(name, io.BytesIO(stored[:-3] + b"abc"))
    for kind, read in (("pdf", pdf_text), ("docx", docx_text), ("txt", bytes.decode)):
        made = ask(case, run_jobs, kind)
        assert said in read(data_of(made))
        assert str(row.public_id) not in str(made.notes)


def test_a_picture_taken_out_or_painted_over_since_stays_out(case, run_jobs):
    made = request_document(complaint=case, kind="report")
    painted, taken = (
        case.evidence.filter(kind="other").get(),
        case.evidence.filter(kind="notice").get(),
    )
    services.mask_evidence(evidence=painted, rectangles=[Rectangle(0, 0, 500, 500)])
    services.remove_evidence(evidence=taken, now=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    run_jobs()
    made.refresh_from_db()
    said = pdf_text(data_of(made))
    assert "涂黑的地方改过" in said
    assert "被本人拿走了" in said
    assert len(pictures_in(data_of(made))) == 1


def test_a_report_with_a_picture_taken_out_since_is_not_given_out(case, run_jobs):
    made = ask(case, run_jobs)
    assert as_attachment(made, "x.pdf").status_code == 200
    row = case.evidence.filter(kind="notice").get()
    services.remove_evidence(evidence=row, now=dt.datetime(2026, 11, 23, tzinfo=dt.UTC))
    with pytest.raises(DocumentLost):
        as_attachment(made, "x.pdf")


def test_a_report_whose_picture_was_painted_over_since_is_not_given_out(case, run_jobs):
    made, full = ask(case, run_jobs), ask(case, run_jobs, masked=False)
    row = case.evidence.filter(kind="other").get()
    services.mask_evidence(evidence=row, rectangles=[Rectangle(0, 0, 500, 500)])
    with pytest.raises(DocumentLost):
        as_attachment(made, "x.pdf")
    assert as_attachment(full, "x.pdf").status_code == 200


def test_pictures_of_another_person_are_never_read(case, other, run_jobs):
    theirs = keep(other, screen(seed=4), "别人.jpg")
    run_jobs()
    theirs.refresh_from_db()
    made = request_document(complaint=case, kind="report")
    made.model["pictures"] = [
        {
            "id": theirs.public_id.hex,
            "role": "rendition",
            "sha256": theirs.rendition_sha256,
            "parts": 1,
        }
    ]
    _model, found = annex.read(made)
    assert (found.pictures, found.holds) == ({}, [])


def test_a_file_still_in_the_queue_is_named_and_not_shown(person, known):
    case = file(person)
    keep(person, screen(), "新.jpg", complaint=case)
    model = compose_report_model(case, language="zh", masked=True)
    assert model["pictures"] == []
    assert "文件还没有处理完，没有印出来" in text_of(model)
    assert "还在处理" in text_of(model)


def test_only_chosen_evidence_is_told_and_shown(case):
    row = case.evidence.filter(kind="other").get()
    model = compose_report_model(
        case, language="zh", masked=True, evidence_ids=[str(row.public_id)]
    )
    assert [each["id"] for each in model["pictures"]] == [row.public_id.hex]
    assert "客服聊天长截图" not in text_of(model)


def test_what_was_said_of_sensitive_causes_is_nowhere(case):
    said = str(compose_report_model(case, language="zh", masked=False))
    assert "sensitive" not in said
    for row in case.facts["causes"]:
        assert all(item["zh"] in said for item in row["supporting"])


def test_the_words_are_chinese_whatever_the_reader_speaks(case):
    from django.utils import translation

    plain = compose_report_model(case, language="zh", masked=True)
    with translation.override("en"):
        assert compose_report_model(case, language="en", masked=True) == plain


def test_asking_takes_few_queries_however_long_the_case(
    case, person, django_assert_max_num_queries
):
    for number in range(30):
        services.log_message(
            complaint=case,
            actor=person,
            direction="out",
            medium="email",
            happened_on=dt.date(2026, 11, 1) + dt.timedelta(days=number % 20),
            text=f"第 {number} 封",
        )
    with django_assert_max_num_queries(14):
        compose_report_model(case, language="zh", masked=True)


def test_a_report_of_a_case_just_filed_is_the_one_asked_for_then(person, known, run_jobs):
    import time_machine

    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC)):
        case = file(person)
        first = case.documents.get(kind="report")
        again = asking.request_document(
            complaint=case,
            kind="report",
            file_format=first.file_format,
            masked=first.is_masked,
            language=first.language,
        )
    assert again.pk == first.pk


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        ((1080, 2200), 1),
        ((1080, 2640), 1),
        ((1080, 7800), 3),
        ((100, 30_000), 12),
        ((0, 0), 1),
        ((3000, 10), 1),
    ],
)
def test_into_how_many_pieces(size, parts):
    assert parts_of(*size) == parts


def test_see_through_places_come_out_white(person, known, run_jobs):
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    case = file(person)
    row = keep(person, out.getvalue(), "透明.png", complaint=case)
    run_jobs()
    row.refresh_from_db()
    made = annex.read(
        Document(complaint=case, owner=person, is_masked=True, model=compose_report_model(case))
    )[1]
    (data,) = made.pictures.values()
    assert Image.open(io.BytesIO(data)).convert("L").getpixel((20, 20)) > 250


def test_only_so_many_pictures_are_printed(case, monkeypatch):
    monkeypatch.setattr(annex, "MOST_PICTURES", 1)
    model = compose_report_model(case, language="zh", masked=True)
    assert len(model["pictures"]) == 1
    assert "图片太多" in text_of(model)


def test_the_folder_of_a_rendering_is_private_and_goes_away(tmp_path):
    with private_folder({"ab-1": b"x"}) as root:
        assert root.stat().st_mode & 0o777 == 0o700
        assert [path.name for path in root.iterdir()] == ["ab-1.jpg"]
    assert not root.exists()


def test_what_a_killed_rendering_left_is_swept_away(monkeypatch, tmp_path):
    import os

    from complaints.reports import folder

    monkeypatch.setattr(folder, "_parent", lambda size: tmp_path)
    old, young = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}young"
    for each in (old, young):
        each.mkdir()
        (each / "x.jpg").write_bytes(b"x")
    os.utime(old, (0, 0))
    with private_folder({}):
        assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x.jpg", "图"])
def test_no_name_leads_out_of_the_folder(name):
    with pytest.raises(ValueError, match="name"), private_folder({name: b"x"}):
        pass


def test_the_roles_a_report_may_show_are_copies(case):
    for row in Evidence.objects.filter(complaint=case):
        for masked in (True, False):
            assert annex._role(row, masked) != FileRole.ORIGINAL or files.shared_role(row) is None
