"""Which clues a change gives by itself, by its notice, and by the person's answers."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance import content
from guidance.domain.loading import build_knowledge
from limits.domain.signals import Change, known_questions, signals_of

KNOWN = build_knowledge(content.read_files(), "test")
DAY = dt.date(2026, 10, 12)
WAN = 1_000_000  # ten thousand yuan in 分


def change(product="jiebei", before=5 * WAN, after=0, days=0, **details):
    on = details.pop("on", DAY) + dt.timedelta(days=days)
    return Change(product, before, after, on, **{"key": f"{product}{before}{after}{on}", **details})


def found(subject, *others, answers=None, **extras):
    return {
        row.code: row.origin
        for row in signals_of(subject, [subject, *others], answers or {}, KNOWN, **extras)
    }


FALL = change()
AMOUNTS = [
    ("to zero", change(), {"EV_ZERO", "EV_DEEP"}, {"EV_PARTIAL"}),
    ("in part", change(after=3 * WAN), {"EV_PARTIAL"}, {"EV_ZERO", "EV_DEEP"}),
    ("by four fifths", change(after=WAN), {"EV_PARTIAL", "EV_DEEP"}, set()),
    ("by one fen less", change(after=WAN + 1), {"EV_PARTIAL"}, {"EV_DEEP"}),
    ("to the cap", change(before=30 * WAN, after=20 * WAN), {"EV_CAP20"}, set()),
    ("beside the cap", change(before=30 * WAN, after=20 * WAN - 1), set(), {"EV_CAP20"}),
    ("already at the cap", change(before=20 * WAN, after=10 * WAN), set(), {"EV_CAP20"}),
    ("a rise", change(before=0, after=WAN), set(), {"EV_ZERO", "EV_PARTIAL", "EV_DEEP"}),
    ("no movement", change(before=WAN, after=WAN), set(), {"EV_ZERO", "EV_PARTIAL"}),
    ("frozen", change(after=5 * WAN, kind="freeze"), {"EV_ZERO", "EV_DEEP"}, {"EV_PARTIAL"}),
    ("closed", change(after=5 * WAN, kind="close"), {"EV_ZERO", "EV_DEEP"}, {"EV_PARTIAL"}),
    ("frozen when nothing was left", change(before=0, after=0, kind="freeze"), set(), {"EV_ZERO"}),
    ("unfrozen", change(after=5 * WAN, kind="unfreeze"), set(), {"EV_ZERO", "EV_PARTIAL"}),
    ("renamed", change(after=5 * WAN, kind="brand"), {"EV_RENAMED"}, {"EV_ZERO", "EV_PARTIAL"}),
    ("renamed and cut", change(after=WAN, kind="brand"), {"EV_RENAMED", "EV_PARTIAL"}, set()),
]


@pytest.mark.parametrize(
    ("subject", "there", "absent"), [row[1:] for row in AMOUNTS], ids=[row[0] for row in AMOUNTS]
)
def test_the_amounts(subject, there, absent):
    codes = set(found(subject))
    assert there <= codes
    assert not absent & codes


def mybank(days=0, after=5 * WAN, before=0):
    return change("wangshangdai", before, after, days)


PAIRED = {"EV_OTHER_UP", "EV_MYBANK_UP", "EV_SIMILAR_AMT"}
NEIGHBOURS = [
    ("appears on the same day", [mybank()], PAIRED),
    ("30 days later", [mybank(30)], PAIRED),
    ("30 days earlier", [mybank(-30)], PAIRED),
    ("31 days later", [mybank(31)], set()),
    ("a quarter more", [mybank(after=5 * WAN * 5 // 4)], PAIRED),
    (
        "a quarter and one fen more",
        [mybank(after=5 * WAN * 5 // 4 + 1)],
        PAIRED - {"EV_SIMILAR_AMT"},
    ),
    ("another product rises", [change("huabei", WAN, 2 * WAN)], {"EV_OTHER_UP"}),
    ("its own line rises", [change("jiebei", 0, 2 * WAN, 13)], set()),
    ("another lender cuts", [change("weilidai", 8 * WAN, WAN, 30)], {"EV_MULTI_LENDER_CUT"}),
    ("another lender cuts too late", [change("weilidai", 8 * WAN, WAN, 31)], set()),
    ("the same lender cuts", [change("huabei", WAN, 0)], set()),
    ("a company of the group cuts", [change("wangshangdai", WAN, 0)], set()),
    ("cut again", [change("jiebei", 9 * WAN, 5 * WAN, -180)], {"EV_REPEAT"}),
    ("cut again after 181 days", [change("jiebei", 9 * WAN, 5 * WAN, -181)], set()),
    ("back after 14 days", [change("jiebei", 0, 5 * WAN, 14)], {"EV_BACK"}),
    ("back in two steps", [change("jiebei", WAN, 6 * WAN, 3)], {"EV_BACK"}),
    ("back in part", [change("jiebei", 0, 4 * WAN, 5)], set()),
    ("back after 15 days", [change("jiebei", 0, 5 * WAN, 15)], {"EV_LASTS_14D"}),
    ("unchanged for 40 days", [change("jiebei", 0, WAN, 40)], {"EV_LASTS_14D"}),
    ("a rise earlier that day is no return", [change("jiebei", 4 * WAN, 5 * WAN)], set()),
    ("reopened by the person", [change("jiebei", 0, 5 * WAN, 3, by_me=True)], set()),
    ("not reopened by the person", [change("jiebei", 0, 5 * WAN, 3, by_me=False)], {"EV_BACK"}),
    ("unfrozen", [change("jiebei", 5 * WAN, 5 * WAN, 3, kind="unfreeze")], {"EV_BACK"}),
    ("still frozen after 14 days", [change("jiebei", 0, WAN, 14)], {"EV_LASTS_14D"}),
    ("seen after 13 days", [change("jiebei", 0, WAN, 13)], set()),
    ("another starting point after 14 days", [change("jiebei", WAN, 2 * WAN, 20)], set()),
    (
        "two entries of the same day, one fits",
        [change("jiebei", WAN, 2 * WAN, 20), change("jiebei", 0, WAN, 20)],
        {"EV_LASTS_14D"},
    ),
    (
        "another lender froze",
        [change("weilidai", WAN, WAN, kind="freeze")],
        {"EV_MULTI_LENDER_CUT"},
    ),
    ("the person closed another", [change("weilidai", WAN, 0, by_me=True)], set()),
    ("the person had lowered it", [change("jiebei", 9 * WAN, 5 * WAN, -90, by_me=True)], set()),
    ("another product reopens", [change("huabei", WAN, WAN, 2, kind="reopen")], {"EV_OTHER_UP"}),
]
FROM_NEIGHBOURS = {
    "EV_OTHER_UP",
    "EV_MYBANK_UP",
    "EV_SIMILAR_AMT",
    "EV_REVERSE",
    "EV_MULTI_LENDER_CUT",
    "EV_REPEAT",
    "EV_BACK",
    "EV_LASTS_14D",
}


@pytest.mark.parametrize(
    ("others", "there"), [row[1:] for row in NEIGHBOURS], ids=[row[0] for row in NEIGHBOURS]
)
def test_the_neighbours(others, there):
    assert set(found(FALL, *others)) & FROM_NEIGHBOURS == there


SPLIT = [
    ("jiebei", "wangshangdai", "EV_MYBANK_UP"),
    ("xinyongdai", "wangshangdai", "EV_MYBANK_UP"),
    ("huabei", "wangshangdai", ""),
    ("weilidai", "wangshangdai", ""),
    ("wangshangdai", "jiebei", "EV_REVERSE"),
    ("wangshangdai", "xinyongdai", "EV_REVERSE"),
    ("wangshangdai", "huabei", ""),
    ("jiebei", "weiyedai", ""),
]


@pytest.mark.parametrize(("falls", "rises", "code"), SPLIT)
def test_only_these_two_lines_tell_of_a_split_seen_from_either_side(falls, rises, code):
    fall, rise = change(falls, 6 * WAN, 0), change(rises, 0, 6 * WAN, 30)
    split = {"EV_MYBANK_UP", "EV_REVERSE"}
    assert set(found(fall, rise)) & split == ({code} if code else set())
    assert set(found(rise, fall)) & split == ({code} if code else set())
    assert {"EV_OTHER_UP", "EV_SIMILAR_AMT"} <= set(found(fall, rise))
    assert "EV_OTHER_UP" not in found(rise, fall)
    assert "EV_SIMILAR_AMT" in found(rise, fall)


def test_a_partial_fall_is_compared_by_what_was_lost():
    fall = change(before=5 * WAN, after=35_000 * 100)
    assert "EV_SIMILAR_AMT" in found(fall, mybank(after=15_000 * 100))
    assert "EV_SIMILAR_AMT" not in found(fall, mybank(after=5 * WAN))
    half = change(before=5 * WAN, after=25_000 * 100)
    assert "EV_SIMILAR_AMT" in found(half, mybank(after=5 * WAN))
    raised = mybank(before=8 * WAN, after=95_000 * 100)
    assert "EV_SIMILAR_AMT" in found(fall, raised)


def test_a_pair_the_person_rejected_gives_no_clue_on_either_side():
    fall, rise = replace(FALL, key="a"), replace(mybank(), key="b")
    for subject, other in ((fall, rise), (rise, fall)):
        assert set(found(subject, other)) & PAIRED
        assert not set(found(subject, other, rejected=[("a", "b")])) & PAIRED
        assert set(found(subject, other, rejected=[("b", "a")])) & PAIRED
    third = replace(mybank(3), key="c")
    assert set(found(fall, rise, third, rejected=[("a", "b")])) & PAIRED == PAIRED


@pytest.mark.parametrize(
    ("by_me", "kind", "code"),
    [
        (True, "limit", "AN_SELF_LIMIT"),
        (True, "close", "AN_SELF_LIMIT"),
        (False, "limit", "AN_NOT_SELF"),
        (False, "freeze", "AN_NOT_SELF"),
        (None, "limit", ""),
        (True, "brand", ""),
        (False, "lender", ""),
    ],
)
def test_who_lowered_it_is_known_from_the_entry(by_me, kind, code):
    subject = change(after=0 if kind == "limit" else 5 * WAN, kind=kind, by_me=by_me)
    told = {"AN_SELF_LIMIT", "AN_NOT_SELF"} & set(found(subject))
    assert told == ({code} if code else set())
    assert ("self-limit" in known_questions(subject, [], KNOWN)) is bool(code)
    assert all(found(subject)[code] == "ledger" for code in told)


def test_a_frozen_line_is_grey_on_the_screen():
    subject = change(after=5 * WAN, kind="freeze")
    assert found(subject)["DS_GREY"] == "ledger"
    assert "screen" in known_questions(subject, [], KNOWN)
    assert "DS_GREY" not in found(change(after=5 * WAN, kind="close"))


def labelled(kind, days=0, product="jiebei", **details):
    return change(product, 5 * WAN, 5 * WAN, days, kind=kind, **details)


LABELS = [
    ("a new name itself", labelled("brand"), [], {"EV_RENAMED"}),
    ("a new lender itself", labelled("lender"), [], {"EV_LENDER_CHANGED"}),
    ("a new name near", FALL, [labelled("brand", 30)], {"EV_RENAMED"}),
    ("a new name before", FALL, [labelled("brand", -30)], {"EV_RENAMED"}),
    ("a new name too late", FALL, [labelled("brand", 31)], set()),
    ("a new lender near", FALL, [labelled("lender", -2)], {"EV_LENDER_CHANGED"}),
    ("of another product", FALL, [labelled("brand", 1, "huabei")], set()),
    (
        "names tell that nothing changed",
        labelled("lender", lender="ant-cf", lender_before="蚂蚁消金"),
        [],
        {"EV_LENDER_OWN"},
    ),
    (
        "the fall of a line whose lender changed near to it",
        FALL,
        [labelled("limit", 3, lender="甲银行", lender_before="ant-cf")],
        {"EV_LENDER_CHANGED"},
    ),
    (
        "a product of the person's own naming",
        change("other"),
        [labelled("brand", 1, "other")],
        set(),
    ),
    ("its own new name", labelled("brand", product="other"), [], {"EV_RENAMED"}),
]


@pytest.mark.parametrize(
    ("subject", "others", "there"), [row[1:] for row in LABELS], ids=[row[0] for row in LABELS]
)
def test_new_names_and_new_lenders(subject, others, there):
    codes = found(subject, *others)
    about = {"EV_RENAMED", "EV_LENDER_CHANGED", "EV_LENDER_OWN", "EV_LENDER_PARTNER"}
    assert set(codes) & about == there
    if subject.kind == "lender":
        assert "lender-changed" in known_questions(subject, [], KNOWN)


def test_neighbours_without_a_key_count_and_the_subject_is_never_its_own_neighbour():
    fall, rise = replace(FALL, key=""), replace(mybank(), key="")
    assert "EV_MYBANK_UP" in found(fall, rise)
    assert "EV_REPEAT" not in found(fall, fall)


def test_two_products_named_by_the_person_are_not_taken_for_one():
    one, two = change("other", 3 * WAN, 0), change("other", 2 * WAN, 0, -20)
    assert "EV_REPEAT" not in found(one, two)
    named = [replace(row, lender="某某小额贷款公司") for row in (one, two)]
    assert "EV_REPEAT" in found(*named)


def test_two_banks_on_one_page_are_two_lines():
    one = change("xinyongdai", 3 * WAN, 0, lender="甲银行")
    two = change("xinyongdai", 2 * WAN, 0, -20, lender="乙银行")
    assert "EV_REPEAT" not in found(one, two)
    assert "EV_MULTI_LENDER_CUT" in found(one, two)
    assert "EV_REPEAT" in found(one, replace(two, lender="甲银行"))
    assert "EV_REPEAT" in found(one, replace(two, lender=""))
    up = change("xinyongdai", 0, 3 * WAN, 5, lender="乙银行")
    assert "EV_OTHER_UP" in found(one, up)
    assert "EV_BACK" not in found(one, up)
    assert "EV_BACK" in found(one, replace(up, lender="甲银行"))


LENDERS = [
    ("nobody named", "jiebei", "", "", set()),
    ("slug of its own", "jiebei", "ant-cf", "", {"EV_LENDER_OWN"}),
    ("full name", "jiebei", "重庆蚂蚁消费金融有限公司", "", {"EV_LENDER_OWN"}),
    ("short name", "jiebei", "蚂蚁消金", "", {"EV_LENDER_OWN"}),
    ("name inside a sentence", "jiebei", "放款：重庆蚂蚁消费金融有限公司", "", {"EV_LENDER_OWN"}),
    ("unknown bank", "jiebei", "某银行", "", {"EV_LENDER_PARTNER"}),
    ("a bank of a similar name", "wangshangdai", "浙商银行", "", {"EV_LENDER_PARTNER"}),
    ("known bank", "jiebei", "webank", "", {"EV_LENDER_PARTNER"}),
    ("a page without a lender of its own", "xinyongdai", "某银行", "", {"EV_LENDER_PARTNER"}),
    ("the same, by the group", "xinyongdai", "蚂蚁消金", "", {"EV_LENDER_OWN"}),
    ("one of two own lenders", "jintiao", "京东", "", {"EV_LENDER_OWN"}),
    ("the brand is no lender", "jiebei", "借呗", "", set()),
    ("a platform is no lender", "jiebei", "支付宝", "", set()),
    ("an authority is no lender", "jiebei", "中国人民银行", "", set()),
    ("a name too short to tell", "jiebei", "消费金融", "", set()),
    ("not a name", "jiebei", "不知道", "", set()),
    ("brand unknown to us", "fenqile", "某银行", "", set()),
    ("product unknown to us", "other", "某银行", "", set()),
    ("not even a product", "nonsense", "某银行", "", set()),
    ("changed", "jiebei", "ant-cf", "某银行", {"EV_LENDER_OWN", "EV_LENDER_CHANGED"}),
    ("written differently", "jiebei", "蚂蚁消金", "ant-cf", {"EV_LENDER_OWN"}),
]


@pytest.mark.parametrize(
    ("product", "lender", "before", "there"),
    [row[1:] for row in LENDERS],
    ids=[row[0] for row in LENDERS],
)
def test_the_lender(product, lender, before, there):
    codes = found(change(product, lender=lender, lender_before=before))
    assert {code for code in codes if code.startswith("EV_LENDER")} == there


@pytest.mark.parametrize(
    ("one", "two", "unrelated"),
    [
        (("xinyongdai", "甲银行"), ("xinyongdai", "乙银行"), True),
        (("xinyongdai", "甲银行"), ("jiebei", "ant-cf"), True),
        (("xinyongdai", ""), ("jiebei", ""), False),
        (("jiebei", "ant-cf"), ("wangshangdai", "mybank"), False),
        (("jintiao", "jd-cf"), ("baitiao", "jd-micro"), False),
        (("haoqidai", ""), ("anyihua", ""), True),
        (("fenqile", ""), ("qifujietiao", ""), True),
        (("other", ""), ("other", ""), False),
    ],
)
def test_unrelated_lenders_have_no_company_and_no_group_in_common(one, two, unrelated):
    rows = [
        change(product, (2 + number) * WAN, WAN, number, lender=lender)
        for number, (product, lender) in enumerate((one, two))
    ]
    assert ("EV_MULTI_LENDER_CUT" in found(*rows)) is unrelated


@pytest.mark.parametrize("window", sorted(KNOWN.policy_windows))
def test_a_window_is_a_clue_on_its_first_and_last_day_and_says_that_it_is_context(window):
    record = KNOWN.policy_windows[window]
    code, one_day = f"EV_{window}", dt.timedelta(days=1)
    for day in (record.from_, record.to):
        assert found(change(on=day))[code] == "window"
    for day in (record.from_ - one_day, record.to + one_day):
        assert code not in found(change(on=day))


@pytest.mark.parametrize(
    ("on", "there"), [(dt.date(2022, 12, 31), False), (dt.date(2023, 1, 1), True)]
)
def test_after_2022(on, there):
    assert ("EV_AFTER_2022" in found(change(on=on))) is there


@pytest.mark.parametrize(
    ("on", "there"), [(dt.date(2021, 6, 2), True), (dt.date(2021, 6, 3), False)]
)
def test_before_the_split(on, there):
    assert ("EV_BEFORE_SPLIT" in found(change(on=on))) is there
    assert KNOWN.policy_windows["W06"].from_ == dt.date(2021, 6, 3)


@pytest.mark.parametrize(
    ("days", "there"), [(-4, False), (-3, True), (0, True), (7, True), (8, False)]
)
def test_near_the_end_of_the_term(days, there):
    subject = change(expires_on=DAY - dt.timedelta(days=days))
    assert ("EV_NEAR_EXPIRY" in found(subject)) is there


NOTICES = [
    ("综合评估未通过，暂不支持使用", {"TX_GENERIC"}),
    ("您的账户存在异常，安全保护中", {"TX_SECURITY"}),
    ("身份证已过有效期，请完善身份信息", {"TX_IDENTITY"}),
    ("您有逾期欠款未还", {"TX_OVERDUE"}),
    ("额度已失效", {"TX_EXPIRE"}),
    ("检测到您是商家", {"TX_MERCHANT"}),
    ("合作机构停止合作", {"TX_PARTNER"}),
    ("借呗已升级为网商贷", {"TX_UPGRADE"}),
    ("请提供借款用途凭证", {"TX_PURPOSE"}),
    ("授权失效，请重新授权", {"TX_CONSENT"}),
    ("系统升级中，请稍后再试", {"TX_SYSTEM"}),
    ("系统维护，稍后切换", {"TX_SYSTEM"}),
    ("按监管要求调整", {"TX_REGULATION"}),
    ("您已关闭借呗", {"TX_SELF"}),
    ("不向学生提供", {"TX_STUDENT"}),
    ("该服务更名", {"TX_BRAND"}),
    ("因品牌升级", {"TX_BRAND"}),
    ("产品名称将调整", {"TX_BRAND"}),
    ("借呗成为专属品牌", {"TX_BRAND"}),
    ("将分开展示", {"TX_BRAND"}),
    ("蚂" * 500 + "逾期", set()),
    ("蚂" * 498 + "逾期", {"TX_OVERDUE"}),
    ("", set()),
    ("感谢使用", set()),
]


@pytest.mark.parametrize(
    ("text", "there"), NOTICES, ids=[row[0][-20:] or "empty" for row in NOTICES]
)
def test_the_words_of_the_notice(text, there):
    codes = found(change(stated_reason=text))
    assert {code for code in codes if code.startswith("TX_")} == there
    assert all(codes[code] == "notice" for code in there)


def test_only_confirmed_words_count_once_the_person_was_asked():
    subject = change(stated_reason="账户异常，请提供用途凭证")
    assert {"TX_SECURITY", "TX_PURPOSE"} <= set(found(subject))
    assert "TX_SECURITY" not in found(subject, notice_codes=["TX_PURPOSE"])
    assert not {"TX_SECURITY", "TX_PURPOSE"} & set(found(subject, notice_codes=[]))


def test_maintenance_beats_upgrade_among_confirmed_words_too():
    codes = found(FALL, notice_codes=["TX_UPGRADE", "TX_SYSTEM"])
    assert "TX_SYSTEM" in codes
    assert "TX_UPGRADE" not in codes


def test_nothing_from_outside_passes_for_another_kind_of_clue():
    codes = found(
        FALL,
        notice_codes=["AN_SELF_LIMIT", "X"],
        report_codes=["RP_CLEAN", "AN_LEGAL"],
        bill_codes=["BL_REPAY_LATE", "RP_STOP", "AN_NO_OVERDUE", "BL_NO_SUCH"],
    )
    assert codes["RP_CLEAN"] == "report"
    assert codes["BL_REPAY_LATE"] == "bill"
    outside = {"AN_SELF_LIMIT", "AN_LEGAL", "X", "RP_STOP", "AN_NO_OVERDUE", "BL_NO_SUCH"}
    assert not outside & set(codes)


def test_every_clue_of_a_bill_is_heard():
    bill = [code for code, kind in KNOWN.signals.items() if kind.kind == "BL"]
    assert len(bill) == 7
    codes = found(FALL, bill_codes=bill)
    assert all(codes[code] == "bill" for code in bill)


def test_a_clue_found_twice_keeps_its_first_origin():
    subject = change(temporary=True, screen="grey", kind="freeze", after=5 * WAN, by_me=True)
    codes = found(
        subject,
        labelled("lender", 1),
        answers={"self-limit": "yes", "screen": "grey", "lender-changed": "yes"},
    )
    about = ("AN_SELF_LIMIT", "AN_TEMP_LIMIT", "DS_GREY", "EV_LENDER_CHANGED")
    assert {codes[code] for code in about} == {"ledger"}
    assert found(change(screen="grey"), answers={"screen": "grey"})["DS_GREY"] == "screen"


def test_every_facet_of_one_thing_belongs_to_one_fact():
    """One answer, one notice, one screen, one pair, one period is one clue."""
    facts = {code: kind.fact for code, kind in KNOWN.signals.items()}
    for question in KNOWN.questions.values():
        codes = [code for choice in question.answers for code in choice.signal]
        named = {facts[code] for code in codes if code.startswith("AN_")}
        assert named <= {question.slug}, question.slug
    assert {facts[code] for code in facts if code.startswith("TX_")} == {"notice"}
    assert {facts[code] for code in facts if code.startswith("DS_")} == {"screen"}
    assert {facts[code] for code in facts if code.startswith("EV_W")} == {"window"}
    assert {facts[code] for code in ("EV_ZERO", "EV_PARTIAL", "EV_DEEP")} == {"amount"}
    assert {facts[code] for code in (*PAIRED, "EV_REVERSE")} == {"pair"}
    bill = {facts[code] for code in facts if code.startswith("BL_")}
    asked = {"merchant-code", "late", "cash-out-like", "lenders"}
    assert bill == asked | {"business-spend"}
    assert asked <= set(KNOWN.questions)


@pytest.mark.parametrize(
    ("screen", "code"),
    [
        ("no-entry", "DS_NO_ENTRY"),
        ("zero", "DS_ZERO"),
        ("grey", "DS_GREY"),
        ("normal", "DS_NORMAL"),
    ],
)
def test_the_screen(screen, code):
    assert found(change(screen=screen))[code] == "screen"
    assert not {row for row in found(change(screen="?")) if row.startswith("DS_")}


ANSWERS = [
    (question.slug, choice.slug, choice.signal)
    for question in KNOWN.questions.values()
    for choice in question.answers
]


@pytest.mark.parametrize(("question", "answer", "there"), ANSWERS)
def test_every_answer_gives_its_clues_and_no_others(question, answer, there):
    before, after = found(FALL), found(FALL, answers={question: answer})
    assert set(after) - set(before) == set(there)
    assert all(after[code] == "answer" for code in there)


@pytest.mark.parametrize("answer", ["unknown", "skip", "nonsense", ""])
def test_not_knowing_gives_no_clue(answer):
    given_all = dict.fromkeys([*KNOWN.questions, "no-such-question"], answer)
    assert found(FALL, answers=given_all) == found(FALL)


def test_the_crowd_is_a_clue_only_when_there_is_a_wave():
    assert found(FALL, crowd_wave=True)["CR_WAVE"] == "crowd"
    assert "CR_WAVE" not in found(FALL)


@pytest.mark.parametrize(
    ("temporary", "code"), [(True, "AN_TEMP_LIMIT"), (False, "AN_NO_TEMP_LIMIT")]
)
def test_a_temporary_raise_in_the_ledger_is_no_question_any_more(temporary, code):
    subject = change(temporary=temporary)
    assert found(subject)[code] == "ledger"
    assert "temporary-limit" in known_questions(subject, [], KNOWN)


def test_what_the_ledger_answers_with_yes_or_with_no():
    assert known_questions(FALL, [FALL], KNOWN) == frozenset()
    told = change(screen="zero", lender="ant-cf", lender_before="ant-cf")
    assert known_questions(told, [], KNOWN) == {"screen", "lender-changed"}
    for later in (change("jiebei", 0, 5 * WAN, 5), change("jiebei", 0, WAN, 60)):
        assert known_questions(FALL, [later], KNOWN) == {"came-back"}


@pytest.mark.parametrize("codes", [["EV_W11"], ["EV_ZERO", "EV_BACK"]])
def test_every_clue_carries_the_reviewed_sentence_in_both_languages(codes):
    later = change("jiebei", 0, 5 * WAN, 5)
    for row in signals_of(FALL, [later], {}, KNOWN):
        assert row.text == KNOWN.signals[row.code].text
        assert row.text.zh
        assert row.text.en
    assert set(codes) <= set(found(FALL, later))


PRODUCTS = st.sampled_from(["jiebei", "wangshangdai", "huabei", "weilidai", "xinyongdai", "other"])
CHANGES = st.builds(
    Change,
    product=PRODUCTS,
    before_fen=st.integers(0, 30 * WAN),
    after_fen=st.integers(0, 30 * WAN),
    effective_on=st.dates(dt.date(2026, 8, 1), dt.date(2026, 11, 1)),
    stated_reason=st.sampled_from(["", "账户异常", "升级为网商贷，系统维护"]),
    screen=st.sampled_from(["", "zero", "grey"]),
    lender=st.sampled_from(["", "ant-cf", "蚂蚁消金", "某银行"]),
    kind=st.sampled_from(
        ["limit", "limit", "freeze", "unfreeze", "close", "reopen", "brand", "lender"]
    ),
    by_me=st.sampled_from([None, None, True, False]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=8), st.randoms(), st.booleans())
def test_the_order_of_neighbours_and_answers_does_not_matter(rows, random, keyed):
    if keyed:
        rows = [replace(row, key=str(number)) for number, row in enumerate(rows)]
    answers = {"late": "none", "merchant-code": "yes", "screen": "grey"}
    mixed, turned = list(rows), dict(reversed(answers.items()))
    random.shuffle(mixed)
    assert signals_of(rows[0], rows, answers, KNOWN) == signals_of(rows[0], mixed, turned, KNOWN)


@settings(max_examples=100, deadline=None)
@given(CHANGES, st.lists(CHANGES, max_size=6))
def test_whatever_is_logged_the_clues_are_reviewed_ones_and_do_not_contradict(subject, others):
    codes = found(subject, *others)
    assert set(codes) <= set(KNOWN.signals)
    assert not {"EV_ZERO", "EV_PARTIAL"} <= set(codes)
    assert not {"EV_LENDER_OWN", "EV_LENDER_PARTNER"} <= set(codes)
    assert not {"EV_BACK", "EV_LASTS_14D"} <= set(codes)
