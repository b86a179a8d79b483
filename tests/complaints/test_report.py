"""The report: every part there, honest where nothing is known, nothing forbidden."""

import dataclasses
import datetime as dt
import json

import pytest

from complaints.domain.clocks import compute_clock
from complaints.domain.document import DocumentModel, chart, paragraph, plain_text
from complaints.domain.lint import lint
from complaints.domain.report import compose_report, report_model
from complaints.domain.report.facts import (
    AskedFact,
    CauseFact,
    ClockFact,
    Course,
    EvidenceFact,
    LetterFact,
    MessageFact,
    MoveFact,
    PictureFact,
    ReportFacts,
    StepFact,
    Verify,
)
from complaints.domain.report.matter import BANDS
from complaints.domain.report.proof import WHY_MISSING, with_missing
from guidance.domain.records import Text
from tests.complaints.test_letter import FACTS as CASE
from tests.complaints.test_letter import KNOWN, LICENCES

SHA = "0123456789abcdef" * 4
EVIDENCE = (
    EvidenceFact("证据 1", "变动前的额度页面", "截图", "2026-10-12", "2026-11-22", 1, SHA),
    EvidenceFact("证据 2", "借款合同", "合同或协议", "", "2026-11-22", 9, SHA, "还在处理"),
)
PICTURE = PictureFact("ab12", "证据 1", "变动前的额度页面", "2026-10-12", SHA, "masked", SHA)


def cause(slug, band="possible"):
    return CauseFact(
        slug,
        KNOWN.causes[slug].title,
        band,
        (KNOWN.signals["EV_ZERO"].text,),
        (Text("没有晚还过", "Never late"),),
    )


def clock(code="D01", assumed=True):
    rule = KNOWN.rules[code]
    found = compute_clock(rule, dt.date(2026, 11, 2), KNOWN.holidays)
    return ClockFact(
        rule.title, rule.instrument, found.due_on, found.certainty, found.steps, assumed
    )


def filed(**changes):
    """A filing to the institution, received, not answered."""
    rule, told = KNOWN.rules["D01"], clock(assumed=False)
    step = StepFact(
        channel=KNOWN.channels["C01"].title,
        recipient="某某银行",
        sent_on=dt.date(2026, 10, 30),
        sent_how="EMS 100",
        received_on=dt.date(2026, 11, 2),
        reference_no="KF-1",
        due_on=told.due_on,
        last_due_on=told.due_on,
        certainty="firm",
        arithmetic=told.steps,
        source=rule.instrument,
        rule=f"D01，第 {rule.version} 版",
    )
    return dataclasses.replace(step, **changes)


def message(number, on, text="请说明原因", **changes):
    return MessageFact(
        f"来往 {number}", dt.date(2026, 11, on), "电话，我发出", "客服 8123", "", text, **changes
    )


def course(**parts):
    return Course(**parts)


FACTS = ReportFacts(
    case=CASE,
    series=((dt.date(2024, 1, 1), 0, 2_000_000), (dt.date(2026, 10, 12), 2_000_000, 0)),
    causes=(cause("segment-fit", "likely"), cause("other-unknown")),
    clock=clock(),
    evidence=EVIDENCE,
    facts_sha256=SHA,
    content_version="abc123",
)


def report(**changes):
    return compose_report(dataclasses.replace(FACTS, **changes), KNOWN)


def text(**changes):
    return plain_text(report(**changes))


def test_every_part_stands_in_order():
    parts = [block["text"] for block in report().blocks if block["kind"] == "heading"]
    assert parts == [
        "一页摘要",
        "一、当事人",
        "二、经过",
        "三、额度变化",
        "四、可能的原因",
        "五、放款方之外没有人能知道的",
        "六、请求和结果",
        "七、法律依据",
        "八、办理步骤和期限",
        "九、问了什么，答了什么",
        "十、来往记录",
        "十一、证据目录",
        "十二、怎样核对这份报告",
    ]
    shown = [block.get("text") for block in report(pictures=(PICTURE,)).blocks]
    assert shown.index("十一、证据目录") < shown.index("十二、证据图片")


def test_the_cover_names_receipt_days_and_both_sides():
    rows = dict(report().blocks[0]["rows"])
    assert rows["受理编号"] == "LL20261122-ABCDEF"
    assert rows["立档日期"] == "2026 年 11 月 22 日"
    assert rows["变动日期"] == "2026 年 10 月 12 日"
    assert rows["投诉人"] == CASE.name
    assert CASE.respondent in rows["被投诉机构"]
    assert {"核验码", "截至日期"}.isdisjoint(rows)


def test_the_code_and_its_page_stand_on_the_cover_and_at_the_end():
    link, made_on = Verify("ABCDE-FGHJ-KLMN", "https://s.example/verify/x/"), dt.date(2026, 12, 1)
    model = report_model(dataclasses.replace(FACTS, verify=link, made_on=made_on), KNOWN)
    rows = dict(model["blocks"][0]["rows"])
    assert (rows["核验码"], rows["核验网址"]) == (link.code, link.url)
    assert rows["截至日期"] == "2026 年 12 月 1 日"
    assert model["verify"] == {"code": link.code, "url": link.url}
    assert model["made_on"] == "2026-12-01"
    assert f"打开 {link.url}" in text(verify=link)


def test_the_cover_says_for_whom_the_copy_is():
    assert report(is_masked=True).blocks[0]["version"].startswith("分享版")
    assert report().blocks[0]["version"].startswith("完整版")


@pytest.mark.parametrize(
    ("topic", "title"), [("limit", "信贷额度变动投诉报告"), ("record", "征信记录异议报告")]
)
def test_it_is_called_after_what_it_is_about(topic, title):
    assert report(case=dataclasses.replace(CASE, topic=topic)).title == title


def test_the_summary_begins_with_numbers_and_days():
    waits = filed(is_overdue=True)
    asked = (AskedFact("为什么", "答了", True), AskedFact("哪一条", "没有回答", False))
    blocks = report(course=course(steps=(waits,), asked=asked)).blocks
    (numbers,) = [block["items"] for block in blocks if block["kind"] == "figures"]
    assert blocks.index({"kind": "figures", "items": numbers}) == 2
    assert ["2026-11-17", "应答复日，已过"] in numbers
    assert ["1 / 2", "已答 / 共问的问题"] in numbers
    assert ["2 份", "证据"] in numbers
    page = plain_text(report(course=course(asked=asked))).split("一、当事人")[0]
    assert "还没有得到回答的问题（1 个）" in page
    assert "哪一条" in page


def test_everything_that_happened_stands_in_one_order_of_days():
    steps = (
        filed(
            extensions=((dt.date(2026, 11, 10), dt.date(2026, 12, 2), "需要核实"),),
            answered_on=dt.date(2026, 11, 20),
            reply_kind="说明了具体原因",
            answer="因为合同到期",
        ),
    )
    told = course(
        steps=steps,
        messages=(
            message(1, 5),
            message(2, 20, "因为合同到期", of_reply=True),
            message(3, 6, evidence=("证据 2",)),
        ),
        letters=(LetterFact(dt.date(2026, 10, 29), "投诉信，第 1 版", SHA),),
        moves=(MoveFact(dt.date(2026, 10, 29), "立档"), MoveFact(dt.date(2026, 11, 30), "结束")),
    )
    (rows,) = [
        block["rows"]
        for block in report(course=told).blocks
        if "什么事" in block.get("columns", ())
    ]
    days = [row[0] for row in rows]
    assert days == sorted(days)
    assert [row[1] for row in rows if row[0] > "2026-10-20"] == [
        "立档",
        "信函定稿",
        "第 1 步：寄出",
        "第 1 步：对方收到",
        "来往 1：电话，我发出",
        "来往 3：电话，我发出",
        "第 1 步：对方告知延期",
        "第 1 步：收到答复",
        "结束",
    ]
    assert ["2024-01-01", f"{CASE.product.zh}额度变动", "0.00 元 → 20,000.00 元"] in rows


def test_a_clock_stands_with_its_arithmetic_its_rule_and_its_extension():
    until = dt.date(2026, 12, 2)
    extended = filed(
        extensions=((dt.date(2026, 11, 10), until, "需要核实"),), last_due_on=until, is_overdue=True
    )
    said = text(course=course(steps=(extended,)), made_on=dt.date(2026, 12, 5))
    part = said.split("八、办理步骤和期限")[1].split("九、问了什么")[0]
    assert "第 15 天是 2026 年 11 月 17 日（星期二）" in part
    assert "应答复日：2026 年 12 月 2 日（对方告知延长后的日期）" in part
    assert "原来是 2026 年 11 月 17 日（确定）" in part
    assert f"规则 D01，第 {KNOWN.rules['D01'].version} 版" in part
    assert "理由：需要核实" in part
    assert "到 2026 年 12 月 5 日还没有收到，应答复日已过" in part


def test_a_question_names_the_message_that_answered_it():
    asked = (AskedFact("哪一条？", "答了", True, "来往 7"), AskedFact("谁？", "没有回答", False))
    rows = [
        row for block in report(course=course(asked=asked)).blocks for row in block.get("rows", ())
    ]
    assert ["1", "哪一条？", "答了", "来往 7"] in rows
    assert ["2", "谁？", "没有回答", "—"] in rows


def test_a_long_message_stands_in_full_below_the_table():
    long = "很长的答复。" * 200
    blocks = report(course=course(messages=(message(1, 5, long), message(2, 6)))).blocks
    assert {"kind": "paragraph", "text": long} in blocks
    assert any(block.get("text") == "来往 1，2026-11-05，全文" for block in blocks)


def test_results_stand_beside_what_was_asked():
    said = text(course=course(demands=(("说明原因", "没有办到"),)))
    assert "说明原因 | 没有办到" in said.split("六、请求和结果")[1].split("七、")[0]


def test_a_case_without_a_change_speaks_of_no_causes_and_no_curve():
    case = dataclasses.replace(CASE, topic="record", changes=(), matter="错在哪里：不是我借的")
    said = text(case=case, series=(), causes=())
    assert "可能的原因" not in said
    assert "额度变化" not in said
    assert "要更正或请求的内容：错在哪里：不是我借的" in said


def test_pictures_are_kept_by_reference_never_by_bytes():
    cut = dataclasses.replace(PICTURE, parts=2)
    gone = dataclasses.replace(PICTURE, key="cd", missing="masking")
    model = report_model(dataclasses.replace(FACTS, pictures=(cut, gone)), KNOWN)
    assert model["pictures"] == [{"id": "ab12", "role": "masked", "sha256": SHA, "parts": 2}]
    (shown,) = [block["items"] for block in model["blocks"] if block["kind"] == "pictures"]
    assert [(row["name"], bool(row["missing"])) for row in shown] == [
        ("ab12-1", False),
        ("ab12-2", False),
        ("", True),
    ]
    assert shown[1]["caption"] == "证据 1：变动前的额度页面（2026-10-12），第 2 段，共 2 段"


def test_a_picture_that_cannot_be_read_is_told_in_its_place():
    model = report_model(dataclasses.replace(FACTS, pictures=(PICTURE,)), KNOWN)
    told = with_missing(model, {"ab12-1": "altered"})
    assert WHY_MISSING["altered"] in json.dumps(told, ensure_ascii=False)
    assert WHY_MISSING["altered"] not in json.dumps(model, ensure_ascii=False)


def test_a_hash_is_said_to_prove_no_more_than_it_does():
    assert "不能证明内容属实，也不能证明更早的时间" in text()


def test_causes_stand_with_what_speaks_for_and_against():
    said = text()
    assert "客群切分" in said
    assert "较可能" in said
    assert KNOWN.signals["EV_ZERO"].text.zh in said
    assert "没有晚还过" in said
    assert "不能代替放款方的书面说明" in said


def test_without_an_assessment_the_report_says_so():
    assert "还没有做过原因评估" in text(causes=())


@pytest.mark.parametrize("word", ["模型分数", "哪一条规则", "权重", "人工参与", "客群标签"])
def test_what_only_the_lender_knows(word):
    unknown = text().split("五、放款方之外")[1].split("六、请求")[0]
    assert word in unknown


@pytest.mark.parametrize("band", BANDS)
def test_every_band_has_a_name(band):
    assert BANDS[band] in text(causes=(cause("segment-fit", band),))


def test_the_arithmetic_of_the_period_is_spelled_out():
    said = text(clock=clock(assumed=False))
    assert "第 15 天是 2026 年 11 月 17 日（星期二）" in said
    assert "应答复日：2026 年 11 月 17 日" in said
    assert "把握：确定" in said


def test_an_assumed_start_is_never_called_certain():
    said = text()
    assert "按对方在立档当天收到来算" in said
    assert "把握：暂定，等收到日确定" in said


def test_no_number_of_days_is_said_plainly():
    assert "应答复日：没有法定天数" in text(clock=clock("D28"))
    assert "没有法定天数" in text(clock=None)


def test_evidence_is_listed_with_its_whole_hash():
    rows = [row for block in report().blocks for row in block.get("rows", ())]
    digest = f"{SHA[:32]}\n{SHA[32:]}"
    assert ["证据 1", "变动前的额度页面\n截图", "2026-10-12\n2026-11-22", digest] in rows
    assert ["证据 2", "借款合同\n合同或协议，9 页\n还在处理", "—\n2026-11-22", digest] in rows
    assert "没有上传文件" in text(evidence=())


def test_the_numbers_stand_behind_the_curve():
    rows = [tuple(row) for block in report().blocks for row in block.get("rows", ())]
    assert ("2024-01-01", "0.00", "20,000.00") in rows
    assert any(block["kind"] == "chart" for block in report().blocks)
    assert not any(block["kind"] == "chart" for block in report(series=()).blocks)


FULL = {
    "pictures": (PICTURE, *(dataclasses.replace(PICTURE, missing=why) for why in WHY_MISSING)),
    "course": Course(
        steps=(
            filed(is_overdue=True, extensions=((dt.date(2026, 11, 9), dt.date(2026, 12, 2), "x"),)),
            filed(answered_on=dt.date(2026, 11, 20), reply_kind="明确拒绝", is_final=True),
            filed(ended_on=dt.date(2026, 11, 20), ended_why="x", restarted_on=dt.date(2026, 11, 9)),
        ),
        asked=(AskedFact("x", "没有回答", False, "来往 1", "套话"),),
        messages=(message(1, 5), message(2, 6, "长" * 900)),
        demands=(("说明原因", "办到了"),),
        letters=(LetterFact(dt.date(2026, 11, 1), "投诉信，第 1 版", SHA),),
        moves=(MoveFact(dt.date(2026, 11, 1), "立档"),),
        state="已收到答复",
    ),
    "verify": Verify("ABCDE-FGHJ-KLMN", "https://s.example/verify/x/"),
    "made_on": dt.date(2026, 12, 1),
}


@pytest.mark.parametrize("topic", ["limit", "line", "record", "data", "other"])
@pytest.mark.parametrize("licence", LICENCES)
def test_no_report_holds_a_forbidden_phrase(licence, topic):
    case = dataclasses.replace(CASE, licence=licence, topic=topic, demands=tuple(KNOWN.demands))
    for start in range(0, len(KNOWN.causes), 8):
        causes = tuple(cause(slug) for slug in list(KNOWN.causes)[start : start + 8])
        said = text(case=case, causes=causes, **FULL)
        assert lint(said, KNOWN) == ()


def test_it_ends_as_self_help_and_no_legal_advice():
    assert "不是法律意见" in report().blocks[-1]["text"]


def test_the_model_is_plain_json_and_the_same_every_time():
    one, two = (
        json.dumps(report().to_json(), ensure_ascii=False, sort_keys=True) for _index in range(2)
    )
    assert one == two
    assert json.loads(one)["made_on"] == "2026-11-22"


def test_a_model_cannot_be_changed():
    model = DocumentModel("a", "b", "c", "2026-11-22", "zh", (paragraph("x"),))
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.title = "y"


def test_plain_text_leaves_a_line_to_write_on_and_no_curve():
    model = DocumentModel("题", "", "", "2026-11-22", "zh", (chart([("2026-01-01", 0, 1)], "c"),))
    assert plain_text(model) == "题\nc\n"
    assert "合同编号：________" in text()
