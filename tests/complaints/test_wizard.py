"""The wizard from the first page to the filed case, per topic, without JavaScript."""

import datetime as dt
import json
import re
from urllib.parse import quote

import pytest

from complaints import services
from complaints.documents import compose_report_model
from complaints.domain.document import DocumentModel, plain_text
from complaints.domain.lint import lint
from complaints.models import AskedQuestion, Complaint, ComplaintDraft, Evidence
from complaints.services import file_complaint, save_stage, start_draft
from inputs.clock import today
from inputs.dates import day_zh
from tests.complaints import hostile
from tests.complaints.vault import keep
from tests.factories import log

pytestmark = pytest.mark.django_db

PAGES = ("change", "respondent", "facts", "demands", "evidence", "contact", "check")
LENDER = "浙江网商银行股份有限公司"
RECORD = {
    "report_on": "2026-11-03",
    "reporter": LENDER,
    "entry": "2025-05-01 开立的个人经营性贷款",
    "wrong": "显示逾期 1 期，当月已按时还款。",
    "right": "正常",
}
# topic: pages without the last; (kind of letter, channel, rule, words of the letter)
TOPICS = {
    "limit": (
        {
            "change": {"topic": "limit", "change": "CHANGE"},
            "respondent": {"institution": "ant-cf"},
            "facts": {"story": "入口不见了。", "effect": "周转中断。"},
            "demands": {"demands": ["explain-reason", "human-review", "restore-wish"]},
        },
        ("C01", "D01", ["关于信贷额度变动的投诉信", "50,000.00 元变为 0.00 元", "入口不见了"]),
    ),
    "line": (
        {
            "change": {"topic": "line", "change": "RISE"},
            "respondent": {"institution": "mybank"},
            "facts": {"items": "网商贷，10 月 13 日看到，从没点过申请。"},
            "demands": {"demands": ["close-business-line", "stop-marketing"]},
        },
        (
            "C01",
            "D01",
            ["关于关闭未申请的额度的请求", "从没点过申请", "网商贷的额度由 0.00 元变为"],
        ),
    ),
    "record": (
        {
            "change": {"topic": "record", "change": "none"},
            "respondent": {"institution": "other", "other_name": LENDER},
            "facts": RECORD,
            "demands": {"demands": ["dispute-entry", "mark-disputed"]},
        },
        (
            "C09",
            "D14",
            ["个人征信异议申请", "2025-05-01 开立", "二十日", "以贵方留存的实名信息为准"],
        ),
    ),
    "data": (
        {
            "change": {"topic": "data", "change": "none", "product": "jiebei"},
            "respondent": {"institution": "alipay", "other_name": "支付宝（中国）网络技术有限公司"},
            "facts": {"items": "影响额度的用户标签"},
            "demands": {"demands": ["personal-data-copy"]},
        },
        (
            "C01",
            "D27",
            [
                "关于查阅、复制个人信息的请求",
                "影响额度的用户标签",
                "支付宝（中国）网络技术有限公司",
            ],
        ),
    ),
    "other": (
        {
            "change": {"topic": "other", "change": "none", "product_name": "某某分期"},
            "respondent": {"institution": "other", "other_name": "某某消费金融有限公司"},
            "facts": {"story": "多收了一笔手续费 35 元。"},
            "demands": {"demands": ["written-answer", "refund-charges"]},
        },
        ("C01", "D01", ["关于信贷业务的投诉信", "多收了一笔手续费 35 元", "某某分期"]),
    ),
}


@pytest.fixture
def change(person, known):
    return log(person)


@pytest.fixture
def rise(person, known):
    return log(
        person,
        product="wangshangdai",
        before=0,
        after=5_000_000,
        effective_on=dt.date(2026, 10, 13),
    )


def begin(client, **typed):
    started = client.post("/complaints/start/", typed)
    assert started.status_code == 302
    return ComplaintDraft.objects.latest("pk")


def send(client, draft, stage, version=None, **typed):
    draft.refresh_from_db()
    version = draft.version if version is None else version
    return client.post(
        f"/complaints/drafts/{draft.public_id}/{stage}/", {"version": version, **typed}
    )


def shown(client, draft, stage):
    return client.get(f"/complaints/drafts/{draft.public_id}/{stage}/").content.decode()


def pages_of(topic, change, rise):
    text = json.dumps(TOPICS[topic][0])
    text = text.replace('"CHANGE"', f'"{change.public_id}"').replace(
        '"RISE"', f'"{rise.public_id}"'
    )
    return json.loads(text)


def walk(client, draft, pages, **check):
    for stage in PAGES[:-1]:
        answer = send(client, draft, stage, **pages.get(stage, {}))
        assert answer.status_code == 302, (
            stage,
            re.findall(r"errorlist.*?</ul>", answer.content.decode()),
        )
    return send(client, draft, "check", **{"truth": "on", "key": "k1", **check})


def letter_of(case):
    model = case.documents.get(kind="letter").model
    return plain_text(
        DocumentModel(
            *(model[name] for name in ("title", "subtitle", "reference", "made_on", "language")),
            tuple(model["blocks"]),
        )
    )


@pytest.mark.parametrize("topic", list(TOPICS))
def test_each_topic_is_filed_with_its_own_letter(signed_in, change, rise, known, run_jobs, topic):
    draft = begin(signed_in)
    filed = walk(signed_in, draft, pages_of(topic, change, rise))
    case = Complaint.objects.get()
    assert filed["Location"] == f"/complaints/{case.public_id}/"
    channel, rule, words = TOPICS[topic][1]
    step = case.steps.get()
    assert (case.topic, step.channel_code, step.rule_code) == (topic, channel, rule)
    text = letter_of(case)
    for word in words:
        assert word in text
    assert lint(text, known) == ()
    assert run_jobs() >= 2
    assert {row.state for row in case.documents.all()} == {"ready"}
    for path in ("", "letters/", "evidence/"):
        assert signed_in.get(f"/complaints/{case.public_id}/{path}").status_code == 200
    assert not ComplaintDraft.objects.exists()


def test_a_dispute_to_the_bureau_leaves_a_line_for_the_identity_number(signed_in, change, rise):
    pages = pages_of("record", change, rise) | {"respondent": {"institution": "pbccrc"}}
    walk(signed_in, begin(signed_in), pages)
    case = Complaint.objects.get()
    assert (case.respondent_licence, case.respondent_slug) == ("credit_bureau", "pbccrc")
    assert "身份证件号码：________" in letter_of(case)
    assert case.steps.get().channel_code == "C09"


def test_after_the_bureau_let_the_days_pass_12363_is_told_of_the_entry_and_the_dispute(
    signed_in, change, rise
):
    pages = pages_of("record", change, rise)
    pages["respondent"] = {"institution": "pbccrc"}
    walk(signed_in, begin(signed_in), pages)
    case = Complaint.objects.get()
    on = dt.date(2026, 9, 1)
    step = services.record_sent(
        step=case.steps.get(), actor=case.owner, sent_on=on, received_on=on, reference_no="YY-1"
    )
    letter = services.draft_letter(complaint=case, kind="pboc", today=today())
    assert pages["facts"]["entry"] in letter.typed["story"]
    assert pages["facts"]["wrong"] in letter.typed["story"]
    said = signed_in.get(f"/complaints/letters/{letter.public_id}/").content.decode()
    assert pages["facts"]["wrong"] in said
    assert "我向中国人民银行征信中心提出异议（受理号或单号：YY-1）" in said
    assert f"答复期限到 {day_zh(step.due_on)}" in said
    assert "到期没有答复" in said


def test_the_first_step_is_not_named_again_among_those_after_it(signed_in, change, rise):
    draft = begin(signed_in)
    for stage, typed in pages_of("limit", change, rise).items():
        send(signed_in, draft, stage, **typed)
    after = shown(signed_in, draft, "check").split("没有结果再找谁")[1].split("</ol>")[0]
    assert "12378" in after
    assert "App 投诉入口" not in after


def test_data_about_a_change_asks_for_an_explanation(signed_in, change, rise):
    pages = pages_of("data", change, rise)
    pages["change"] = {"topic": "data", "change": str(change.public_id)}
    pages["demands"] = {"demands": ["explain-reason", "personal-data-copy"]}
    walk(signed_in, begin(signed_in), pages)
    assert "关于说明自动化决策并进行人工复核的请求" in letter_of(Complaint.objects.get())


def test_somebody_without_any_change_files_a_dispute(signed_in, known):
    draft = begin(signed_in)
    assert "不是某一次额度变动" in shown(signed_in, draft, "change")
    walk(signed_in, draft, TOPICS["record"][0])
    case = Complaint.objects.get()
    assert case.change is None
    assert case.facts["changes"] == []
    assert case.facts["entry"]["report_on"] == "2026-11-03"


def test_the_name_in_the_own_contract_is_printed(signed_in, change, rise):
    pages = pages_of("limit", change, rise)
    pages["respondent"]["other_name"] = "蚂蚁消费金融有限公司"
    walk(signed_in, begin(signed_in), pages)
    case = Complaint.objects.get()
    assert (case.respondent_name, case.respondent_slug) == ("蚂蚁消费金融有限公司", "ant-cf")


def test_pasted_text_gives_names_to_choose_from(signed_in, change, known):
    draft = begin(signed_in, change=str(change.public_id))
    text = (
        "出资方：南京银行股份有限公司、重庆蚂蚁消费金融有限公司\n担保人：重庆某某融资担保有限公司"
    )
    page = send(signed_in, draft, "respondent", text=text, find="1")
    html = page.content.decode()
    assert page.status_code == 200
    assert 'value="name:南京银行股份有限公司"' in html
    assert "担保、增信方，不是放款方" in html
    assert 'value="name:重庆某某融资担保有限公司"' not in html
    kept = send(signed_in, draft, "respondent", text=text, institution="name:南京银行股份有限公司")
    assert kept["Location"].endswith("/facts/")
    draft.refresh_from_db()
    assert draft.typed["respondent"]["text"] == text


@pytest.mark.parametrize(
    ("stage", "typed", "words"),
    [
        ("change", {"topic": "limit", "change": "none"}, "请选是哪一次额度变动"),
        ("change", {"topic": "nonsense"}, "选项无效"),
        ("change", {"topic": "line", "change": "none"}, "请选一个产品"),
        (
            "change",
            {"topic": "limit", "change": "6f9a1c1e-3d0b-4a57-9d0b-0f3c2b7a9e11"},
            "选项无效",
        ),
        ("respondent", {"institution": "other"}, "请照合同填写机构全称"),
        ("respondent", {"institution": "other", "other_name": "某某实业公司"}, "请选一类"),
        ("respondent", {"institution": "name:不在文字里的公司"}, "选项无效"),
        ("respondent", {"institution": "ant-cf", "text": "贷" * 4001}, "最多 4000 字"),
        ("respondent", {}, "请选择一项"),
        ("facts", {"story": "长" * 2001}, "最多 2000 字"),
        ("facts", {"asked_on": "2099-01-01"}, "不能晚于今天"),
        ("facts", {"story": "\u202e反着写"}, "不可见字符"),
        ("demands", {}, "请至少选一项"),
        ("demands", {"demands": ["dispute-entry"]}, "dispute-entry"),
        ("demands", {"demands": ["explain-reason"], "wish": "长" * 501}, "最多 500 字"),
        ("evidence", {"evidence": ["nobody"]}, ""),
        ("contact", {"name": "长" * 60}, "最多 40 字"),
        ("check", {"key": "k"}, "立档前请确认内容属实"),
        ("check", {"truth": "0", "key": "k"}, "立档前请确认内容属实"),
    ],
)
def test_a_refused_page_says_why_and_keeps_what_was_typed(signed_in, change, stage, typed, words):
    draft = begin(signed_in, change=str(change.public_id))
    answer = send(signed_in, draft, stage, **typed)
    html = answer.content.decode()
    if stage == "evidence":
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert words in html
    draft.refresh_from_db()
    assert draft.stage == stage
    for name, value in typed.items():
        assert draft.typed[stage][name] == value
        if (
            isinstance(value, str)
            and len(value) > 4
            and name not in ("institution", "change", "topic")
        ):
            assert value in html


def test_what_another_topic_offered_is_no_answer_any_more(signed_in, change, rise):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "demands", demands=["explain-reason"])
    send(signed_in, draft, "change", topic="record", change="none")
    html = shown(signed_in, draft, "demands")
    assert "explain-reason" not in html
    assert "dispute-entry" in html
    check = send(signed_in, draft, "check", truth="on", key="k")
    assert check.status_code == 422
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("topic", "institution", "has", "has_not"),
    [
        ("limit", "ant-cf", "refund-charges", "lift-restriction"),
        ("limit", "mybank", "lift-restriction", "dispute-entry"),
        ("record", "mybank", "dispute-entry", "explain-reason"),
        ("data", "alipay", "personal-data-copy", "refund-charges"),
        ("line", "mybank", "close-business-line", "restore-wish"),
        ("other", "ant-cf", "written-answer", "human-review"),
    ],
)
def test_requests_suit_topic_and_institution(signed_in, change, topic, institution, has, has_not):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "change", topic=topic, change="none", product="jiebei")
    if topic == "limit":
        send(signed_in, draft, "change", topic=topic, change=str(change.public_id))
    answer = {"institution": institution}
    if institution == "mybank":
        answer["text"] = f"贷款人：{LENDER}"
    send(signed_in, draft, "respondent", **answer)
    html = shown(signed_in, draft, "demands")
    assert f'value="{has}"' in html
    assert f'value="{has_not}"' not in html
    assert "现实" in html or "常见" in html or "一般" in html or "要写清" in html


def test_back_and_later_keep_what_is_not_valid_yet(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    back = send(signed_in, draft, "facts", asked_on="昨天吧", back="1")
    assert back["Location"].endswith("/respondent/")
    assert "昨天吧" in shown(signed_in, draft, "facts")
    later = send(signed_in, draft, "contact", name="长" * 60, later="1")
    assert later["Location"] == "/complaints/"
    first = send(signed_in, draft, "change", topic="limit", change="none", back="1")
    assert first["Location"].endswith("/change/")
    assert "长" * 60 in shown(signed_in, draft, "contact")


def test_a_page_is_seven_at_most_and_says_where_one_is(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    assert "第 1 步，共 7 步" in shown(signed_in, draft, "change")
    assert signed_in.get(f"/complaints/drafts/{draft.public_id}/nothing/").status_code == 404


# --- two tabs, autosave -----------------------------------------------------------------------------


def test_a_second_tab_is_shown_the_difference_and_chooses_field_by_field(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    assert send(signed_in, draft, "facts", 1, story="甲处", effect="同样").status_code == 302
    clash = send(signed_in, draft, "facts", 1, story="乙处", effect="同样", asked_answer="乙的回答")
    html = clash.content.decode()
    assert clash.status_code == 409
    for words in ("甲处", "乙处", "keep-story", "keep-asked_answer"):
        assert words in html
    assert "keep-effect" not in html
    draft.refresh_from_db()
    assert draft.typed["facts"]["story"] == "甲处"
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    chosen = {"keep-story": "theirs", "keep-asked_answer": "mine"}
    settled = send(
        signed_in,
        draft,
        "facts",
        version,
        story="乙处",
        effect="同样",
        asked_answer="乙的回答",
        **chosen,
    )
    assert settled.status_code == 302
    draft.refresh_from_db()
    assert draft.typed["facts"]["story"] == "甲处"
    assert draft.typed["facts"]["asked_answer"] == "乙的回答"


def test_tabs_on_different_pages_do_not_meet(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    assert send(signed_in, draft, "facts", 1, story="甲").status_code == 302
    assert send(signed_in, draft, "contact", 1, name="乙").status_code == 302
    draft.refresh_from_db()
    assert (draft.typed["facts"]["story"], draft.typed["contact"]["name"]) == ("甲", "乙")


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "999", "9" * 40, "１"])
def test_a_made_up_version_overwrites_nothing(signed_in, change, version):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "facts", 1, story="甲")
    assert send(signed_in, draft, "facts", version, story="乙").status_code == 409
    draft.refresh_from_db()
    assert draft.typed["facts"]["story"] == "甲"


def test_a_choice_in_conflict_is_shown_in_words(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "demands", 1, demands=["explain-reason"])
    clash = send(signed_in, draft, "demands", 1, demands=["human-review"])
    html = clash.content.decode()
    assert clash.status_code == 409
    assert "另一处：说明调整的原因" in html
    assert "这一页：人工复核、重新评估" in html


def test_autosave_keeps_an_invalid_page_and_stays(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    answer = send(signed_in, draft, "facts", asked_on="写到一半", autosave="1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert re.fullmatch(r"\d\d:\d\d", answer["Draft-Saved-At"])
    draft.refresh_from_db()
    assert answer["Draft-Version"] == str(draft.version)
    assert (draft.stage, draft.typed["facts"]["asked_on"]) == ("facts", "写到一半")
    again = send(signed_in, draft, "facts", asked_on="写到一半", autosave="1")
    assert again["Draft-Version"] == answer["Draft-Version"]


def test_autosave_of_a_stale_page_says_so_and_changes_nothing(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "facts", 1, story="甲")
    answer = send(signed_in, draft, "facts", 1, story="乙", autosave="1")
    assert (answer.status_code, answer.content) == (409, b"")
    draft.refresh_from_db()
    assert draft.typed["facts"]["story"] == "甲"


def test_autosave_needs_a_session_and_its_own_draft(client, signed_in, other, change):
    draft = begin(signed_in, change=str(change.public_id))
    client.logout()
    assert send(client, draft, "facts", story="x", autosave="1").status_code == 302
    client.force_login(other)
    assert send(client, draft, "facts", story="x", autosave="1").status_code == 404


def test_the_page_that_saves_itself_names_its_script_and_no_inline_one(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    html = shown(signed_in, draft, "facts")
    assert "js/draft.js" in html
    assert "data-autosave" in html
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", html)
    assert "data-autosave " not in shown(signed_in, draft, "check")


def test_text_a_database_cannot_store_loses_only_what_is_wrong(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "facts", story="前\x00后")
    draft.refresh_from_db()
    assert draft.typed["facts"]["story"] == "前后"


# --- evidence, filing ---------------------------------------------------------------------------------


def test_files_that_are_ticked_go_into_the_case_in_order(signed_in, person, change, rise, run_jobs):
    first = keep(person, hostile.png(), "one.png")
    taken = keep(person, hostile.png(width=40), "two.png")
    run_jobs()
    draft = begin(signed_in)
    assert "one.png" in shown(signed_in, draft, "evidence")
    pages = pages_of("limit", change, rise)
    pages["evidence"] = {"evidence": [str(first.public_id), str(taken.public_id)]}
    for stage in PAGES[:-1]:
        send(signed_in, draft, stage, **pages.get(stage, {}))
    Evidence.objects.filter(pk=taken.pk).update(removed_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    send(signed_in, draft, "check", truth="on", key="k1")
    case = Complaint.objects.get()
    assert list(case.evidence.values_list("file_name", "position")) == [("one.png", 1)]


def test_a_foreign_file_is_not_taken(signed_in, other, change, rise, run_jobs):
    theirs = keep(other, hostile.png(), "theirs.png")
    run_jobs()
    pages = pages_of("limit", change, rise)
    pages["evidence"] = {"evidence": [str(theirs.public_id)]}
    walk(signed_in, begin(signed_in), pages)
    theirs.refresh_from_db()
    assert theirs.complaint is None


def test_going_to_upload_saves_the_draft_first(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    answer = send(signed_in, draft, "evidence", upload="1")
    assert answer["Location"] == "/evidence/add/"


def answers_of(topic, change, rise):
    pages = pages_of(topic, change, rise)
    pages["facts"] = {
        "story": "",
        "effect": "",
        "asked_on": None,
        "asked_answer": "",
        **pages["facts"],
    }
    pages["respondent"] = {"other_name": "", "other_licence": "", **pages["respondent"]}
    pages["demands"] = {"wish": "", **pages["demands"]}
    return pages | {"contact": {"name": "", "contact": "", "contract_no": ""}}


@pytest.mark.parametrize(
    ("topic", "title", "hoped"),
    [
        ("limit", "关于信贷额度变动的投诉信", "restored"),
        ("line", "", "line-closed"),
        ("record", "", "corrected"),
    ],
)
def test_letter_and_end_are_named_after_the_matter(
    person, change, rise, known, run_jobs, signed_in, topic, title, hoped
):
    about = {"limit": change, "line": rise}.get(topic)
    draft = start_draft(owner=person, change=about)
    answers = answers_of(topic, change, rise)
    case = file_complaint(draft=draft, answers=answers, key="k", today=dt.date(2026, 11, 22))
    run_jobs()
    letter = case.documents.get(kind="letter")
    title = title or letter.model["title"]
    shown = signed_in.get(f"/complaints/{case.public_id}/").content.decode()
    assert f"<h3>{title}</h3>" in shown
    got = signed_in.get(f"/documents/{letter.public_id}/")
    assert quote(title) in got["Content-Disposition"]
    end = signed_in.get(f"/complaints/{case.public_id}/close/").content.decode()
    assert re.search(r'name="outcome" value="([^"]*)"', end)[1] == hoped
    assert topic == "limit" or "投诉信" not in title


def test_a_case_about_what_appeared_tells_what_fell(person, change, rise, known, run_jobs):
    run_jobs()
    answers = answers_of("line", change, rise)
    case = file_complaint(
        draft=start_draft(owner=person, change=rise),
        answers=answers,
        key="k",
        today=dt.date(2026, 11, 22),
    )
    assert (case.facts["rise"], case.facts["fall"]["product"]["zh"]) == (None, "借呗")
    report = str(compose_report_model(case))
    assert "借呗额度变动" in report
    assert "网商贷额度变动" in report


@pytest.mark.parametrize("topic", list(TOPICS))
def test_filing_takes_at_most_25_queries(
    person, change, rise, known, run_jobs, django_assert_max_num_queries, topic
):
    files = [keep(person, hostile.png(width=20 + n), f"{n}.png") for n in range(3)]
    run_jobs()
    answers = answers_of(topic, change, rise)
    answers["evidence"] = {"evidence": [str(row.public_id) for row in files]}
    about = {"limit": change, "line": rise}.get(topic)
    draft = start_draft(owner=person, change=about)
    with django_assert_max_num_queries(25):
        file_complaint(draft=draft, answers=answers, key="k", today=dt.date(2026, 11, 22))


def test_filing_works_while_the_broker_is_away(
    person, change, rise, known, monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args):
        raise ConnectionError("no broker")

    monkeypatch.setattr("jobs.services.wake", away)
    draft = start_draft(owner=person, change=change)
    with django_capture_on_commit_callbacks(execute=True):
        case = file_complaint(
            draft=draft,
            answers=answers_of("limit", change, rise),
            key="k",
            today=dt.date(2026, 11, 22),
        )
    assert {row.state for row in case.documents.all()} == {"queued"}


def test_the_questions_of_the_letter_are_noted_once(person, change, rise, known):
    draft = start_draft(owner=person, change=change)
    answers = answers_of("limit", change, rise)
    case = file_complaint(draft=draft, answers=answers, key="k", today=dt.date(2026, 11, 22))
    asked = list(AskedQuestion.objects.filter(complaint=case).values_list("text", flat=True))
    assert asked == [row["zh"] for row in case.facts["questions"]]
    assert asked


def test_a_case_about_a_limit_needs_a_change(person, change, rise, known):
    from django.core.exceptions import ValidationError

    draft = start_draft(owner=person, change=None)
    answers = answers_of("limit", change, rise)
    with pytest.raises(ValidationError):
        file_complaint(draft=draft, answers=answers, key="k", today=dt.date(2026, 11, 22))
    assert ComplaintDraft.objects.filter(pk=draft.pk).exists()


def test_the_check_page_says_what_will_be_made(signed_in, change, rise):
    draft = begin(signed_in)
    pages = pages_of("record", change, rise)
    for stage in PAGES[:-1]:
        send(signed_in, draft, stage, **pages.get(stage, {}))
    html = shown(signed_in, draft, "check")
    for words in ("会生成什么", "征信异议", LENDER, "显示逾期 1 期", "修改"):
        assert words in html


# --- notices ------------------------------------------------------------------------------------------


def test_a_fee_is_warned_of_where_it_was_written_and_at_the_end(signed_in, change, rise):
    draft = begin(signed_in)
    pages = pages_of("limit", change, rise)
    pages["facts"]["story"] = "对方要我先交服务费才能恢复额度。"
    for stage in PAGES[:3]:
        assert send(signed_in, draft, stage, **pages.get(stage, {})).status_code == 302
    for stage in ("facts", "demands", "check"):
        assert 'data-stop="fee"' in shown(signed_in, draft, stage)
    assert 'data-stop="fee"' not in shown(signed_in, draft, "contact")
    for stage in PAGES[3:-1]:
        send(signed_in, draft, stage, **pages.get(stage, {}))
    assert send(signed_in, draft, "check", truth="on", key="k").status_code == 302


def test_what_the_ledger_says_is_a_dead_end_too(signed_in, person, known):
    own = log(person, by_me=True)
    draft = begin(signed_in, change=str(own.public_id))
    send(signed_in, draft, "change", topic="limit", change=str(own.public_id))
    assert 'data-stop="changed-by-myself"' in shown(signed_in, draft, "change")
    assert 'data-stop="changed-by-myself"' in shown(signed_in, draft, "check")


def test_contract_text_is_not_taken_for_own_words(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    send(
        signed_in,
        draft,
        "respondent",
        institution="ant-cf",
        text="不得委托代理维权，征信修复是骗局，12315。",
    )
    assert "data-stop" not in shown(signed_in, draft, "respondent")


# --- drafts -------------------------------------------------------------------------------------------


def test_drafts_are_listed_with_their_day_and_can_be_deleted(signed_in, change):
    draft = begin(signed_in, change=str(change.public_id))
    send(signed_in, draft, "change", topic="record", change="none")
    html = signed_in.get("/complaints/").content.decode()
    assert "征信报告里有错误" in html
    assert "保留到" in html
    signed_in.post(f"/complaints/drafts/{draft.public_id}/delete/")
    assert not ComplaintDraft.objects.exists()


def test_somebody_without_changes_can_start(signed_in, known):
    assert "写一封新的投诉信" in signed_in.get("/complaints/").content.decode()
    assert begin(signed_in).change is None


def test_an_untouched_draft_is_taken_up_again_a_written_one_is_not(signed_in, change):
    one = begin(signed_in, change=str(change.public_id))
    assert begin(signed_in, change=str(change.public_id)).pk == one.pk
    send(signed_in, one, "facts", story="写了")
    assert begin(signed_in, change=str(change.public_id)).pk != one.pk


def test_a_name_found_in_public_starts_a_draft(signed_in, known):
    draft = begin(signed_in, name="南京银行股份有限公司", product="xinyongdai")
    html = shown(signed_in, draft, "respondent")
    assert 'value="南京银行股份有限公司"' in html


@pytest.mark.parametrize(("days", "stays"), [(0, True), (180, True), (181, True), (182, False)])
def test_old_drafts_go_after_180_days_and_twice_is_safe(person, change, known, days, stays):
    from django.utils import timezone

    from complaints.drafts import purge

    draft = start_draft(owner=person, change=change)
    now = timezone.now()
    ComplaintDraft.objects.filter(pk=draft.pk).update(
        updated_at=now - dt.timedelta(days=days) + dt.timedelta(minutes=1)
    )
    purge(now)
    purge(now)
    assert ComplaintDraft.objects.filter(pk=draft.pk).exists() == stays


def test_the_periodic_job_removes_old_drafts(person, change, known, run_jobs):
    from django.utils import timezone

    from jobs.services import enqueue_due

    draft = start_draft(owner=person, change=change)
    old = timezone.now() - dt.timedelta(days=200)
    ComplaintDraft.objects.filter(pk=draft.pk).update(updated_at=old)
    enqueue_due(timezone.now())
    run_jobs()
    assert not ComplaintDraft.objects.filter(pk=draft.pk).exists()


def test_saving_renews_the_day(person, change, known):
    draft = start_draft(owner=person, change=change)
    ComplaintDraft.objects.filter(pk=draft.pk).update(
        updated_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    saved = save_stage(
        draft=draft, stage="facts", typed={"story": "x"}, version=1, next_stage="facts"
    )
    assert saved.updated_at.year > 2025 and saved.updated_at.date() != dt.date(2026, 1, 1)
