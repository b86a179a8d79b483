"""Every kind of letter: right grounds, right words, firmer by stage, nothing forbidden."""

import csv
import dataclasses
import itertools
import re
from pathlib import Path

import pytest

from complaints.documents.facts import institution_path
from complaints.domain.bases import READ_IN_FULL
from complaints.domain.document import plain_text
from complaints.domain.letters.choosing import addressee, demands_of, kinds_for, route, suits
from complaints.domain.letters.composing import compose, hints
from complaints.domain.letters.parts import bases_for, cited_grounds
from complaints.domain.letters.script import compose_script, three_questions
from complaints.domain.letters.short import box_length, pasted
from complaints.domain.lint import LintError, lint
from complaints.enums import LetterKind
from guidance.domain.records import Text
from tests.complaints.letter_orders import KINDS, KNOWN, LICENCES, STAGES, VAGUE, order

EXPECTED = list(
    csv.DictReader(Path(__file__).with_name("letters_expected.csv").open(encoding="utf-8"))
)
EVERYTHING = list(itertools.product(KINDS, LICENCES, STAGES))
PROMISES = ("一定能", "保证", "承诺恢复", "必将", "恢复额度", "转移", "责令", "否则")
BRANDS = ("蚂蚁", "支付宝", "京东", "美团")


def text(*args, **changes):
    return plain_text(compose(order(*args, **changes), KNOWN))


def test_every_kind_of_the_database_has_a_reviewed_letter_and_no_other():
    assert set(KINDS) == set(LetterKind.values)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: f"{row['信']}-{row['机构类型']}")
def test_grounds_of_a_letter_are_those_a_lawyer_read(row):
    letter = order(row["信"], row["机构类型"])
    channel, rule = route(letter.template, row["机构类型"], institution_path(row["机构类型"])[1])
    grounds = cited_grounds(letter, KNOWN)
    assert ("是" if suits(letter.template, row["机构类型"]) else "否") == row["适合"]
    assert (channel, rule) == (row["渠道"], row["期限"])
    assert " ".join(ground.code for ground in grounds) == row["依据"]
    printed = [
        f"{basis.law.zh}{basis.articles}"
        for ground in grounds
        for basis in bases_for(letter, ground)
    ]
    assert "；".join(printed) == row["条文"]


def test_the_table_holds_every_kind_with_every_licence():
    assert {(row["信"], row["机构类型"]) for row in EXPECTED} == set(
        itertools.product(KINDS, LICENCES)
    )


@pytest.mark.parametrize(("kind", "licence", "stage"), EVERYTHING)
def test_no_letter_and_no_script_is_wrong_in_law(kind, licence, stage):
    """Nothing of a person is in these, so the lint may find nothing at all."""
    letter = order(kind, licence, stage)
    script = compose_script(letter, KNOWN.channels[letter.template.channel].contact.zh, KNOWN)
    short = pasted(letter, KNOWN, 300)
    for said in (plain_text(compose(letter, KNOWN)), plain_text(script), short.text):
        assert lint(said, KNOWN) == ()
        assert not [word for word in PROMISES if word in said]


@pytest.mark.parametrize(("kind", "licence", "stage"), EVERYTHING)
def test_every_article_in_a_letter_was_read_in_full(kind, licence, stage):
    said = text(kind, licence, stage)
    verified = {
        f"{basis.law.zh}{basis.articles}"
        for ground in KNOWN.grounds.values()
        for basis in ground.bases
        if basis.strength == READ_IN_FULL
    }
    for known in sorted(verified, key=len, reverse=True):
        said = said.replace(known, "")
    assert not re.search(r"第[一二三四五六七八九十百千零\d]+条(?!：)", said), said


@pytest.mark.parametrize(("kind", "licence", "stage"), EVERYTHING)
def test_letters_name_the_legal_person_and_no_brand(kind, licence, stage):
    said = text(kind, licence, stage, respondent="某某消费金融有限公司")
    assert not [brand for brand in BRANDS if brand in said.replace(VAGUE.recipient, "")]


def test_the_consumer_rules_of_2022_are_cited_by_their_own_year():
    said = text("complaint", "bank")
    assert "银保监会令2022年第9号" in said
    assert "2023年第9号" not in said


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "report"])
def test_a_letter_gets_firmer_by_stage(kind):
    first, overdue, generic = (text(kind, stage=stage) for stage in STAGES)
    assert "此前的办理情况" not in first
    assert "到本信写成之日，我没有收到答复" in overdue
    assert "答复期限到 2026 年 11 月 5 日" in overdue
    assert "经综合评估，暂不符合要求" in generic
    assert "没有收到延长的告知" not in generic


@pytest.mark.parametrize("stage", ["overdue", "generic"])
def test_a_reminder_lists_what_was_not_answered_and_says_where_it_goes_next(stage):
    said = text("remind", stage=stage)
    assert "没有得到答复的问题" in said
    assert "1. 请说明条款编号。\n2. 是否由系统自动作出？" in said
    assert "我将依法向国家金融监督管理总局反映" in said
    assert "我将依法" not in text("complaint")


@pytest.mark.parametrize(
    ("licence", "authority"),
    [
        ("bank", "国家金融监督管理总局"),
        ("micro_loan", "地方金融管理部门"),
        ("payment_institution", "中国人民银行分支机构"),
        ("platform_assist", "有关主管部门"),
        ("unknown", "有关主管部门"),
    ],
)
def test_the_next_rung_is_the_competent_one(licence, authority):
    assert f"依法向{authority}反映" in text("remind", licence, "overdue")


def test_an_extension_that_was_announced_is_not_denied():
    later = dataclasses.replace(order("remind", stage="overdue").earlier, extended=True)
    said = text("remind", stage="overdue", earlier=later)
    assert "这是对方告知延长后的日期" in said
    assert "没有收到延长的告知" not in said


def test_a_report_holds_no_claim_and_a_complaint_no_report():
    said = text("report", "bank", story="", wish="恢复我的额度", questions=("为什么？",))
    for word in ("人工复核", "重新评估", "恢复我的额度", "为什么", "投诉人"):
        assert word not in said
    for kind in KINDS:
        if kind != "report":
            assert "举报" not in text(kind, "bank")


def test_withdrawing_asks_first_what_the_service_needs():
    said = text("withdraw")
    assert "请先告知哪些处理是提供现有服务所必需" in said
    template = KNOWN.letters["withdraw"]
    assert "可能让服务停止" in template.warnings[0].zh


@pytest.mark.parametrize(
    ("kind", "licence"),
    [
        ("pboc", "bank"),
        ("pboc", "consumer_finance"),
        ("nfra", "payment_institution"),
        ("nfra", "micro_loan"),
        ("local", "bank"),
        ("report", "platform_assist"),
        ("close-line", "micro_loan"),
    ],
)
def test_a_kind_that_does_not_suit_says_where_to_go(kind, licence):
    fitting, unfitting = kinds_for(licence, KNOWN)
    assert kind in [row.slug for row in unfitting]
    assert kind not in [row.slug for row in fitting]
    told = KNOWN.letters[kind].unsuited
    assert len(told.zh) > 20
    assert lint(told.zh, KNOWN) == ()


def test_12363_is_said_not_to_take_bank_complaints_since_the_day_it_stopped():
    told = KNOWN.letters["pboc"].cannot.zh
    assert "2024 年 6 月 28 日" in told
    assert "银行和消费金融公司的投诉不走这里，走 12378" in told


@pytest.mark.parametrize("template", KNOWN.letters.values(), ids=KINDS)
def test_what_is_said_about_a_letter_passes_the_lint_and_promises_nothing(template):
    told = [template.purpose, template.cannot, *template.warnings, template.phone_want]
    told += [*template.phone_questions, *filter(None, [template.unsuited, template.items_help])]
    for said in told:
        assert lint(said.zh, KNOWN) == ()
        assert not [word for word in ("一定能", "保证", "转移") if word in said.zh]


def test_a_loan_for_business_is_not_argued_with_consumer_law():
    assert "消费者权益保护法" in text("complaint", "bank")
    said = text("complaint", "bank", purpose="business")
    assert "《中华人民共和国消费者权益保护法》" not in said
    assert "《中华人民共和国民法典》第四百九十六条" in said


def test_own_words_stand_as_written_and_hints_are_shown():
    words = "先撤回全部授权 {{7*7}} <b>\u202eabc"
    letter = order("withdraw", items=words, questions=("必须恢复额度吗？",))
    assert words in plain_text(compose(letter, KNOWN))
    assert {finding.slug for finding in hints(letter, KNOWN)} == {
        "withdraw-all",
        "restore-as-right",
    }


def test_a_forbidden_sentence_of_ours_stops_letter_script_and_short_text():
    bad = dataclasses.replace(
        KNOWN.letters["explain"],
        reply=Text("请在15个工作日内答复。", "-"),
        phone_want=Text("请在15个工作日内答复。", "-"),
    )
    letter = order("explain", template=bad)
    for make in (
        lambda: compose(letter, KNOWN),
        lambda: compose_script(letter, "", KNOWN),
        lambda: pasted(letter, KNOWN, None),
    ):
        with pytest.raises(LintError, match="fifteen-working-days"):
            make()


@pytest.mark.parametrize("kind", KINDS)
def test_a_script_says_who_what_three_questions_and_what_to_note(kind):
    letter = order(kind)
    said = plain_text(compose_script(letter, "合同公示的电话", KNOWN))
    for part in (
        "打给谁",
        "合同公示的电话",
        "我叫龘小明",
        "问三个问题",
        "受理号或工单号",
        "验证码",
    ):
        assert part in said
    assert len(three_questions(letter)) == 3


def test_the_phone_asks_first_what_was_not_answered():
    assert three_questions(order("remind", stage="generic"))[:2] == [
        "请说明条款编号。",
        "是否由系统自动作出？",
    ]


def test_characters_are_counted_as_web_forms_count_them():
    assert box_length("额度𠮷\n") == 5


def test_text_that_fits_is_the_whole_letter():
    letter = order("complaint")
    whole = plain_text(compose(letter, KNOWN)).strip("\n")
    for limit in (None, box_length(whole)):
        assert pasted(letter, KNOWN, limit).text == whole


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [350, 500, 800])
def test_a_short_text_fits_or_says_by_how_much_it_does_not(kind, limit):
    found = pasted(order(kind, stage="overdue"), KNOWN, limit)
    assert found.length == box_length(found.text)
    assert (found.length <= limit) is (found.over == 0)
    for demand in order(kind).demands:
        assert KNOWN.demands[demand].letter.zh in found.text


def test_what_had_no_room_is_named():
    letter = order("complaint", story="经过。" * 100, effect="影响。", contact="138")
    found = pasted(letter, KNOWN, 400)
    assert found.is_short
    assert "补充说明" in found.left_out
    assert "对我的影响：影响。" in found.text


def test_nothing_is_cut_mid_way_when_even_the_least_does_not_fit():
    letter = order("correct", items="职业写错了。" * 100)
    found = pasted(letter, KNOWN, 100)
    assert found.over == found.length - 100 > 0
    assert "职业写错了。" * 100 in found.text


@pytest.mark.parametrize(
    ("kind", "regulator", "name"),
    [
        ("complaint", "nfra", "某某银行"),
        ("dispute", "nfra", "中国人民银行征信中心"),
        ("nfra", "", "国家金融监督管理总局"),
        ("pboc", "", "中国人民银行"),
        ("local", "local-fin-chongqing", "重庆市地方金融管理局"),
        ("local", "", ""),
        ("report", "nfra", "国家金融监督管理总局"),
        ("report", "local-fin-shenzhen", "深圳市地方金融管理局"),
    ],
)
def test_the_addressee_is_a_full_name_or_left_to_the_person(kind, regulator, name):
    assert addressee(KNOWN.letters[kind], "某某银行", regulator, KNOWN) == name


def test_a_report_on_a_micro_loan_company_goes_to_its_own_authority():
    assert route(KNOWN.letters["report"], "micro_loan", "D28") == ("C11", "D28")
    assert demands_of(KNOWN.letters["report"], "micro_loan", KNOWN) == (
        "report-marketing",
        "report-data-sharing",
        "report-tied-sale",
        "report-complaint-duty",
    )


def test_an_authority_reads_what_the_rules_say_and_is_asked_nothing_meant_for_the_lender():
    said = text("nfra", "bank").split("、依据")[1].split("、材料目录")[0]
    assert "请" not in said.replace("请求", "")


def test_every_ground_that_an_authority_may_read_says_it_without_a_request():
    for ground in KNOWN.grounds.values():
        if ground.standalone:
            assert ground.duty is not None, ground.code
            assert not re.search("请(?!求)", ground.duty.zh.replace("申请", "")), ground.code
