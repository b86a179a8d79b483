"""The letter: right grounds for the respondent, right words, nothing forbidden."""

import dataclasses
import datetime as dt
import itertools

import pytest

from complaints.domain.bases import book_title
from complaints.domain.document import plain_text
from complaints.domain.letter import (
    CaseFacts,
    ChangeFact,
    compose_letter,
    hints,
    own_words,
    unsuited,
)
from complaints.domain.lint import LintError, lint
from guidance import content
from guidance.domain.loading import build_knowledge
from guidance.domain.records import Text

KNOWN = build_knowledge(content.read_files(), "test")
JIEBEI, OTHER = Text("借呗", "Jiebei"), Text("网商贷", "Wangshangdai")
FALL = ChangeFact(dt.date(2026, 10, 12), JIEBEI, 5_000_000, 0, "综合评估未通过", "not")
RISE = ChangeFact(dt.date(2026, 10, 12), OTHER, 0, 5_000_000, "", "in-app")
FACTS = CaseFacts(
    receipt_no="LL20261122-ABCDEF",
    written_on=dt.date(2026, 11, 22),
    name="龘小明",
    contact="",
    contract_no="",
    respondent="重庆蚂蚁消费金融有限公司",
    licence="consumer_finance",
    product=JIEBEI,
    changes=(FALL,),
    rise=RISE,
    story="",
    effect="",
    asked_on=None,
    asked_answer="",
    demands=("explain-reason", "human-review"),
    wish="",
    questions=(Text("请说明条款编号。", "Which clause?"),),
)
LICENCES = [
    "bank",
    "consumer_finance",
    "micro_loan",
    "payment_institution",
    "platform_assist",
    "unknown",
]


def letter(**changes):
    return plain_text(
        compose_letter(dataclasses.replace(FACTS, **changes), KNOWN, KNOWN.rules["D01"])
    )


def test_what_a_complaint_must_contain():
    text = letter()
    for part in (
        "致：重庆蚂蚁消费金融有限公司",
        "投诉人：龘小明",
        "联系方式：________",
        "2026 年 10 月 12 日，借呗的额度由 50,000.00 元变为 0.00 元",
        "综合评估未通过",
        "网商贷显示额度 50,000.00 元",
        "请书面说明本次额度调整的具体原因",
        "《中华人民共和国个人信息保护法》第二十四条",
        "应当自收到之日起 15 日内",
        "投诉人（签字）：________",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("licence", "demand"),
    list(itertools.product(LICENCES, KNOWN.demands)),
)
def test_no_letter_holds_a_forbidden_phrase(licence, demand):
    text = letter(licence=licence, demands=(demand,))
    assert lint(text.replace("综合评估未通过", ""), KNOWN) == ()


@pytest.mark.parametrize("licence", LICENCES)
def test_only_bases_that_bind_this_respondent_and_were_read(licence):
    text = letter(licence=licence, demands=tuple(KNOWN.demands))
    for ground in KNOWN.grounds.values():
        for basis in ground.bases:
            cited = basis.law.zh + basis.articles
            binds = {licence, "any"} & set(basis.respondents)
            if basis.articles and not (binds and basis.strength == "V"):
                assert cited not in text, cited


def test_the_reply_period_is_named_only_to_those_it_binds():
    assert "15 日内" in letter(licence="bank")
    for licence in ("micro_loan", "payment_institution", "platform_assist", "unknown"):
        assert "15 日内" not in letter(licence=licence)


def test_the_article_of_an_unverified_rule_is_not_printed():
    assert (
        "第十八条" not in letter(licence="bank", demands=("explain-reason",)).split("五、答复")[1]
    )


def test_the_persons_own_words_stand_as_written_and_are_not_blocked():
    story = '他们说“额度被转移到网商银行”。{{7*7}} #read("/etc/passwd")'
    assert story in letter(story=story)


def test_a_forbidden_phrase_of_ours_stops_the_letter():
    bad = dataclasses.replace(
        KNOWN.demands["explain-reason"],
        letter=Text("请在15个工作日内答复。", "Answer within 15 working days."),
    )
    known = dataclasses.replace(KNOWN, demands={**KNOWN.demands, "explain-reason": bad})
    with pytest.raises(LintError, match="fifteen-working-days"):
        compose_letter(FACTS, known, None)


@pytest.mark.parametrize(
    "field", ["name", "contact", "contract_no", "respondent", "story", "effect", "wish"]
)
def test_no_field_a_person_types_can_stop_the_letter(field):
    words = "依法必须提前通知，请在15个工作日内答复，否则曝光"
    assert words in letter(**{field: words})


def test_a_short_word_of_the_person_does_not_hide_a_phrase_of_ours():
    bad = dataclasses.replace(
        KNOWN.demands["explain-reason"], letter=Text("请在15个工作日内答复。", "-")
    )
    known = dataclasses.replace(KNOWN, demands={**KNOWN.demands, "explain-reason": bad})
    with pytest.raises(LintError):
        compose_letter(dataclasses.replace(FACTS, wish="15", story="工作日"), known, None)


def test_the_error_names_rules_and_no_text():
    bad = dataclasses.replace(
        KNOWN.demands["explain-reason"], letter=Text("退一赔三，否则曝光。", "-")
    )
    known = dataclasses.replace(KNOWN, demands={**KNOWN.demands, "explain-reason": bad})
    with pytest.raises(LintError) as caught:
        compose_letter(FACTS, known, None)
    assert str(caught.value) == "triple-damages, threats"


def test_own_words_are_hinted_at_separately():
    facts = dataclasses.replace(FACTS, story="他们把我的额度转给网商银行。", wish="退一赔三")
    assert {finding.slug for finding in hints(facts, KNOWN)} == {"moved-limit", "triple-damages"}
    assert hints(FACTS, KNOWN) == ()
    assert own_words(FACTS, KNOWN) == ("综合评估未通过",)


@pytest.mark.parametrize("phrase", KNOWN.forbidden.values(), ids=list(KNOWN.forbidden))
def test_every_forbidden_phrase_finds_its_examples_and_leaves_the_rest(phrase):
    for example in phrase.examples:
        assert phrase.slug in {finding.slug for finding in lint(example, KNOWN)}
    for allowed in phrase.allowed:
        assert phrase.slug not in {finding.slug for finding in lint(allowed, KNOWN)}


@pytest.mark.parametrize("cause", KNOWN.causes.values(), ids=list(KNOWN.causes))
def test_no_question_to_the_lender_stops_a_letter(cause):
    assert letter(questions=cause.ask_lender)


def test_parts_are_numbered_through_and_an_empty_part_takes_no_number():
    assert [part for part in letter().splitlines() if "、" in part[:2]] == [
        "一、请求",
        "二、事实",
        "三、请一并说明的问题",
        "四、依据",
        "五、答复",
        "六、材料目录",
    ]
    assert "三、依据" in letter(questions=())


def test_a_letter_asks_for_no_identity_number():
    assert "身份信息：以贵方留存的实名信息为准" in letter()
    assert "身份证" not in letter()


def test_a_ground_for_others_is_not_printed_though_one_basis_binds_anybody():
    assert "征信业管理条例》第二十五条" in letter(licence="bank", demands=("correct-record",))
    assert "征信业管理条例" not in letter(
        licence="payment_institution", demands=("correct-record",)
    )


def test_a_demand_is_never_dropped_but_may_be_called_unsuited():
    facts = dataclasses.replace(FACTS, licence="micro_loan", demands=("close-business-line",))
    assert [demand.slug for demand in unsuited(facts, KNOWN)] == ["close-business-line"]
    assert KNOWN.demands["close-business-line"].letter.zh in letter(
        licence="micro_loan", demands=("close-business-line",)
    )
    assert unsuited(FACTS, KNOWN) == ()


@pytest.mark.parametrize("code", ["D04", "D14", "D27", "D28", "D13"])
def test_no_other_period_than_that_of_complaints_stands_in_the_letter(code):
    text = plain_text(compose_letter(FACTS, KNOWN, KNOWN.rules[code]))
    assert "请及时处理并告知处理结果" in text
    assert "日内作出处理决定" not in text


def test_an_unverified_period_is_not_printed():
    rule = dataclasses.replace(KNOWN.rules["D01"], strength="M-high")
    assert "日内作出处理决定" not in plain_text(compose_letter(FACTS, KNOWN, rule))


def test_files_are_named_in_the_list_of_material():
    text = letter(evidence=("E01 变动前额度截图.png",))
    assert "- E01 变动前额度截图.png" in text
    assert "请贵方自行调取核对" in text


def test_what_customer_service_said_is_quoted_once_stopped():
    text = letter(asked_on=dt.date(2026, 10, 13), asked_answer="综合评估。")
    assert "得到的答复是：“综合评估”。" in text
    assert "没有得到说明" in letter(asked_on=dt.date(2026, 10, 13))


@pytest.mark.parametrize(
    ("instrument", "title"),
    [
        ("征信业管理条例（国务院令第631号）", "《征信业管理条例》（国务院令第631号）"),
        ("个人信息保护法、网络数据安全管理条例", "《个人信息保护法》、《网络数据安全管理条例》"),
        ("《民法典》", "《民法典》"),
    ],
)
def test_instruments_are_cited_in_title_marks(instrument, title):
    assert book_title(instrument) == title


def test_nothing_is_promised_and_nothing_is_said_to_have_moved():
    text = letter(demands=tuple(KNOWN.demands))
    for word in ("恢复额度", "转移", "赔偿三倍", "否则"):
        assert word not in text
