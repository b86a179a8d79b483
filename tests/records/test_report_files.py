"""Reports as files: read in a process of its own, in the right order, or refused in plain words."""

import json
import resource
import sys
import time
from pathlib import Path

import pytest

from inputs import pdf_text
from inputs.errors import InputError
from records import importers
from records.domain.report_text import read_report
from records.importers import REFUSALS, text_of_report
from tests.records import hostile_pdfs as hostile
from tests.records.reading import as_json

HERE = Path(__file__).parent
SIX = json.loads((HERE / "reports" / "brief-six-accounts.json").read_text("utf-8"))
FILES = sorted((HERE / "pdfs").glob("*.pdf"))
SCALE = 1 if sys.platform == "darwin" else 1024


def refused(data, password=""):
    with pytest.raises(InputError) as caught:
        text_of_report(data, password)
    assert str(caught.value) == REFUSALS[caught.value.code]
    return caught.value.code


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_same_report_is_read_from_every_kind_of_pdf(path):
    assert as_json(read_report(text_of_report(path.read_bytes()))) == SIX


def test_the_files_are_small_and_of_three_kinds():
    assert len(FILES) == 3
    assert all(path.stat().st_size <= 50_000 for path in FILES)


@pytest.mark.parametrize(
    "options",
    [{"R": 6}, {"R": 4, "aes": True}, {"R": 3, "aes": False, "metadata": False}],
    ids=["AES-256", "AES-128", "RC4"],
)
def test_a_locked_report_opens_with_its_password_only(options):
    data = hostile.locked(**options)
    assert refused(data) == "locked"
    assert refused(data, "011236") == "wrong_password"
    assert as_json(read_report(text_of_report(data, hostile.PASSWORD))) == SIX


@pytest.mark.parametrize("password", ["x" * 128, "\ud800", "\0", "密码"])
def test_an_odd_password_is_only_a_wrong_one(password):
    assert refused(hostile.locked(R=6), password) in ("wrong_password", "locked")


def test_a_password_too_many_does_no_harm():
    assert text_of_report(hostile.REPORT, "not needed")


def test_a_report_that_may_not_be_copied_is_read_for_its_owner():
    assert as_json(read_report(text_of_report(hostile.unprintable()))) == SIX


def test_scripts_attachments_and_forms_are_not_looked_at():
    text = text_of_report(hostile.scripted())
    assert as_json(read_report(text)) == SIX
    assert "CNRY" not in text


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: b"", {"not_pdf"}),
        (lambda: b"PK\x03\x04" + bytes(100), {"not_pdf"}),
        (lambda: b"%PDF-1.7\n" + bytes(1000), {"broken"}),
        (lambda: hostile.REPORT[:600], {"broken", "no_text"}),
        (lambda: hostile.many_pages(), {"too_many_pages"}),
        (lambda: hostile.many_pages(201), {"too_many_pages"}),
        (lambda: hostile.picture_only(), {"no_text"}),
        (lambda: hostile.recursive(), {"no_text", "too_heavy"}),
        (lambda: hostile.bomb(), {"no_text", "too_heavy", "broken"}),
        (lambda: hostile.endless_text(), {"too_heavy"}),
        (lambda: b"%PDF-" + bytes(importers.MOST_BYTES), {"too_large"}),
    ],
    ids=[
        *("empty", "zip", "head only", "truncated", "10,000 pages", "201 pages", "picture"),
        *("recursive", "bomb", "endless text", "too large"),
    ],
)
def test_a_hostile_file_is_refused_and_nobody_dies(make, codes):
    began, before = time.monotonic(), peak_of_children()
    assert refused(make()) in codes
    assert time.monotonic() - began < importers.WALL_SECONDS + 30
    # The largest child so far, of any test: this one may not be larger than its limit.
    assert peak_of_children() < max(560 * 2**20, before + 1)


def peak_of_children():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * SCALE


def test_a_broken_table_of_places_is_mended():
    assert as_json(read_report(text_of_report(hostile.broken_xref()))) == SIX


def test_too_large_a_file_starts_no_process(monkeypatch):
    monkeypatch.setattr(importers, "_COMMAND", ["/nonexistent"])
    assert refused(b"%PDF-" + bytes(importers.MOST_BYTES)) == "too_large"
    assert refused(b"GIF89a") == "not_pdf"


def test_one_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(importers, "WALL_SECONDS", 0.5)
    monkeypatch.setattr(importers, "_COMMAND", [sys.executable, "-c", "import time;time.sleep(60)"])
    assert refused(hostile.REPORT) == "too_heavy"


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("print('nonsense')", "try_again"),
        ("print('[]')", "broken"),
        ('print(\'{"refused": "<b>"}\')', "broken"),
        ("raise SystemExit(3)", "try_again"),
        ("import os;os.kill(os.getpid(),9)", "try_again"),
        ("import os;os.kill(os.getpid(),11)", "broken"),
        ("import os;os.abort()", "too_heavy"),
        ("import sys;[sys.stdout.write('x'*2**20) for _ in range(20)]", "too_heavy"),
    ],
    ids=["nonsense", "list", "unknown code", "error", "killed", "fell over", "abort", "flood"],
)
def test_its_word_is_not_taken(monkeypatch, says, code):
    monkeypatch.setattr(importers, "_COMMAND", [sys.executable, "-c", says])
    assert refused(hostile.REPORT) == code


def test_nothing_is_written_or_logged(caplog, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(0)
    text_of_report(hostile.locked(R=6), hostile.PASSWORD)
    assert refused(hostile.locked(R=6), "CNRY-PASSWORD") == "wrong_password"
    assert not list(tmp_path.iterdir())
    assert not caplog.records


def test_a_table_written_column_by_column_is_read_row_by_row():
    pieces = [
        pdf_text.Piece(f"{column}{row}", left, 700 - 20 * row + shift, 10)
        for column, left, shift in (("b", 100.0, 1.5), ("a", 50.0, 0.0), ("c", 200.0, -1.0))
        for row in range(3)
    ]
    rows = [[piece.text for piece in row] for row in pdf_text._rows(pieces)]
    assert rows == [[f"a{n}", f"b{n}", f"c{n}"] for n in range(3)]
