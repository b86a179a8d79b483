"""A case with something of everything, and its bundle opened again."""

import datetime as dt
import hashlib
import io
import json
import zipfile

from complaints import services
from complaints.documents import whole
from complaints.models import Document, Evidence
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file, log

TODAY = dt.date(2026, 11, 22)
NAME, PHONE, CARD = "龘小明", "13800138000", "6222020200112233446"


def whole_case(person, run_jobs):
    """Name and telephone typed, a frozen letter, two messages, a picture and a recording."""
    change = log(person)
    case = file(
        person,
        change,
        contact={"name": NAME, "contact": PHONE},
        facts={"story": f"我的卡 {CARD} 的额度没了。"},
    )
    picture = keep(person, hostile.jpeg(exif=hostile.exif()), "屏幕.jpg", complaint=case)
    keep(person, hostile.wav(), "通话.wav", complaint=case)
    run_jobs()
    services.describe_evidence(
        evidence=picture,
        kind="screenshot",
        title="归零后的页面",
        taken_on=dt.date(2026, 10, 12),
        complaint=case,
    )
    freeze(case, person, run_jobs)
    for direction, text in (("out", f"我是{NAME}，电话 {PHONE}"), ("in", "=HYPERLINK(1)")):
        services.log_message(
            complaint=case,
            actor=person,
            direction=direction,
            medium="call",
            happened_on=dt.date(2026, 11, 3),
            text=text,
            with_whom="客服 8123",
        )
    return case


def freeze(case, person, run_jobs):
    letter = services.draft_letter(complaint=case, kind="complaint", today=TODAY)
    services.freeze_letter(
        letter=letter, actor=person, values=letter.typed | {"limit": None}, today=TODAY
    )
    run_jobs()
    return letter


def ask(case, run_jobs, **options):
    """A bundle, made."""
    made = services.request_document(complaint=case, kind="bundle", **options)
    run_jobs()
    return Document.objects.get(pk=made.pk)


def opened(document):
    """{path: bytes} of a bundle; the ZIP itself is proved sound first."""
    archive = zipfile.ZipFile(io.BytesIO(whole(document)))
    assert archive.testzip() is None
    return {row.filename: archive.read(row) for row in archive.infolist()}


def manifest(inside):
    return json.loads(inside["manifest.json"])


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def evidence_of(case):
    return list(Evidence.objects.filter(complaint=case).listed().in_order())
