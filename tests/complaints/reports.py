"""A case with something of everything, for reports; and reading a finished report back."""

import datetime as dt
import io
import re

from docx import Document as WordFile
from PIL import Image, ImageDraw
from pypdf import PdfReader

from complaints import services
from complaints.documents import whole
from complaints.domain.masks import Rectangle
from complaints.models import AskedQuestion, Document
from limits.services import answer_question
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import file, log

TODAY = dt.date(2026, 11, 22)
NAME, PHONE, CONTRACT = "龘小明", "13800138000", "ANT2024-0099-7781"
GENERIC = "您好，经综合评估，您的账户暂不符合开通条件，具体以页面显示为准，感谢理解。"


def screen(width=1080, height=2200, seed=1):
    """A picture like the page of an app: bars and blocks of its own."""
    made = Image.new("RGB", (width, height), (245, 247, 248))
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 0, width, height // 18), fill=(20, 90, 100))
    for row in range(1, 14):
        top = row * height // 15
        length = width * (3 + (row * seed) % 5) // 9
        draw.rectangle((width // 12, top, length, top + height // 40), fill=(200 - 7 * row,) * 3)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=85)
    return out.getvalue()


def rich_case(person, run_jobs):
    """Filed, three files, a frozen letter, a step with extension and reply, a second one open."""
    log(person, before=2_000_000, after=3_500_000, effective_on=dt.date(2025, 3, 8))
    change = log(
        person,
        before=3_500_000,
        after=0,
        effective_on=dt.date(2026, 10, 12),
        stated_reason="综合评估未通过",
        notified_how="in-app",
    )
    log(
        person,
        product="wangshangdai",
        before=0,
        after=3_000_000,
        effective_on=dt.date(2026, 10, 12),
    )
    for question, answer in (("merchant-code", "yes"), ("late", "none")):
        answer_question(change=change, question=question, answer=answer, today=TODAY)
    case = file(
        person,
        change,
        contact={"name": NAME, "contact": PHONE, "contract_no": CONTRACT},
        facts={
            "story": "我从 2019 年开始用借呗，一直按时还款。\n变动当天没有任何操作，电话里也没有得到解释。",
            "effect": "原来打算用来给孩子交学费，只好向亲戚借。",
            "asked_on": "2026-10-13",
            "asked_answer": "系统综合评估，客服看不到原因",
        },
        demands={"demands": ["explain-reason", "human-review"], "wish": "请书面答复。"},
    )
    put_in(case, person, run_jobs)
    go_on(case, person, run_jobs)
    return case


def put_in(case, person, run_jobs):
    """A screenshot with something painted over, a long one, a PDF."""
    files = (
        (screen(), "变动前.jpg", "screenshot", "变动前的额度页面", dt.date(2026, 10, 1)),
        (screen(1080, 7800, 2), "长图.jpg", "notice", "客服聊天长截图", dt.date(2026, 10, 13)),
        (screen(1600, 900, 3), "横图.jpg", "other", "电脑上的还款记录", None),
        (hostile.plain_pdf(), "合同.pdf", "contract", "借款合同", dt.date(2024, 1, 5)),
    )
    rows = [keep(person, data, name, complaint=case) for data, name, *_rest in files]
    run_jobs()
    for row, (_data, _name, kind, title, on) in zip(rows, files, strict=True):
        services.describe_evidence(
            evidence=row, kind=kind, title=title, taken_on=on, complaint=case
        )
    services.mask_evidence(evidence=rows[0], rectangles=[Rectangle(50, 60, 500, 80)])
    run_jobs()
    return rows


def go_on(case, person, run_jobs):
    """Sent, received, extended, answered in general words; then on to the regulator."""
    letter = services.draft_letter(complaint=case, kind="complaint", today=TODAY)
    values = {**letter.typed, "limit": None}
    services.freeze_letter(letter=letter, actor=person, values=values, today=TODAY)
    run_jobs()
    step = case.steps.get()
    said = {"step": step, "actor": person}
    proof = case.evidence.in_order().first()
    services.record_sent(
        **said,
        sent_on=dt.date(2026, 10, 14),
        received_on=dt.date(2026, 10, 16),
        reference_no="KF20261016-0042",
        sent_how="EMS 1234567890",
        proof=proof,
    )
    services.extend_step(
        **said,
        announced_on=dt.date(2026, 10, 28),
        due_on=dt.date(2026, 11, 15),
        reason="情况复杂，需要向合作机构核实",
    )
    step.refresh_from_db()
    message = services.log_message(
        complaint=case,
        actor=person,
        direction="in",
        medium="call",
        happened_on=dt.date(2026, 10, 20),
        text=f"客服 8123 来电，对{NAME}说会尽快处理，让我等。我的电话 {PHONE}。",
        with_whom="客服 8123",
        reference_no="T-778",
        step=step,
        evidence=[case.evidence.in_order()[1]],
    )
    services.record_reply(
        **said, answered_on=dt.date(2026, 11, 10), answer_text=GENERIC, reply_kind="generic"
    )
    for number, question in enumerate(AskedQuestion.objects.filter(complaint=case)):
        state = ("generic", "answered", "missed")[number % 3]
        services.mark_question(
            question=question,
            actor=person,
            state=state,
            answered_by=None if state == "missed" else message,
        )
    case.refresh_from_db()
    further = services.open_step(
        complaint=case,
        channel_code="C05",
        recipient="国家金融监督管理总局重庆监管局",
        rule_code="D04",
        actor=person,
    )
    services.record_sent(
        step=further,
        actor=person,
        sent_on=dt.date(2026, 11, 12),
        received_on=dt.date(2026, 11, 13),
        sent_how="12378 网站",
    )
    services.mark_demands(
        complaint=case, actor=person, results={"explain-reason": "no", "human-review": "partly"}
    )
    case.refresh_from_db()


def ask(case, run_jobs, file_format="pdf", **options):
    """A report, made."""
    made = services.request_document(
        complaint=case, kind="report", file_format=file_format, **options
    )
    run_jobs()
    return Document.objects.get(pk=made.pk)


def squeezed(text):
    return re.sub(r"\s", "", text)


def pdf_text(data):
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def docx_text(data):
    body = WordFile(io.BytesIO(data)).element.body
    return squeezed(
        "".join(node.text or "" for node in body.iter() if str(node.tag).endswith("}t"))
    )


def data_of(document):
    assert document.state == "ready"
    return whole(document)
