"""Reading pasted reports against golden files, and what must hold for any text at all."""

import datetime as dt
import json
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.domain.report_text import MOST_CHARACTERS, MOST_UNREAD, read_report
from tests.records.reading import as_json

REPORTS = sorted((Path(__file__).parent / "reports").glob("*.txt"))
SIX = (Path(__file__).parent / "reports" / "brief-six-accounts.txt").read_text("utf-8")
HEAD = "个人信用报告\n报告时间：2026-07-03 15:19:01\n"
LINE = (
    "1. 2021年3月9日演示消费金融有限公司为其他个人消费贷款授信，额度长期有效，可循环使用。"
    "截至2026年06月，信用额度{limit}元（人民币），余额为{balance}，当前无逾期。"
)


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_is_read_as_the_file_beside_it_says(path):
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert as_json(read_report(path.read_text("utf-8"))) == expected


def test_there_are_as_many_expected_files_as_reports():
    assert len(REPORTS) == len(list(REPORTS[0].parent.glob("*.json"))) >= 10


@pytest.mark.parametrize(
    "path", [path for path in REPORTS if path.stem.startswith("brief")], ids=lambda path: path.stem
)
def test_the_golden_people_fail_the_check_digit(path):
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    for number in [word for word in path.read_text("utf-8").split() if "证件号码：" in word]:
        digits = number.partition("：")[2]
        if len(digits) == 18 and digits[:17].isdigit():
            total = sum(int(d) * w for d, w in zip(digits, weights, strict=False))
            assert "10X98765432"[total % 11] != digits[17]


def one(sentence, **said):
    return read_report(HEAD + sentence, **said)


@pytest.mark.parametrize(
    "sentence",
    [
        LINE.format(limit="80,00", balance="3,210"),
        LINE.format(limit="8万", balance="3,210"),
        LINE.format(limit="80,000", balance="-3,210"),
        LINE.format(limit="80,000", balance="3,210.123"),
        LINE.format(limit="80,000", balance="很多"),
        LINE.format(limit="80,000", balance="3,210").replace("2021年3月9日", "2021年2月30日"),
        LINE.format(limit="80,000", balance="3,210").replace("2021年3月9日", "2027年3月9日"),
        LINE.format(limit="80,000", balance="3,210").replace("2021年3月9日", "1979年3月9日"),
        LINE.format(limit="80,000", balance="3,210").replace("2026年06月", "2026年08月"),
        LINE.format(limit="80,000", balance="3,210").replace("当前无逾期", "第99期核销"),
        LINE.format(limit="80,000", balance="3,210").replace("当前无逾期", "余额为3,211"),
        LINE.format(limit="80,000", balance="3,210").replace("当前无逾期", "账户状态为冻结，呆账"),
        LINE.format(limit="80,000", balance="3,210").replace("信用额度80,000元（人民币），", ""),
        LINE.format(limit="80,000", balance="3,210") + "最近5年内有61个月处于逾期状态。",
        LINE.format(limit="80,000", balance="3,210") + "最近5年内有很多个月9次逾期。",
        "从未发生过逾期的账户明细如下："
        + LINE.format(limit="80,000", balance="3,210")
        + "最近5年内有3个月处于逾期状态。",
        "1. 2015年10月10日演示资产管理有限公司接收演示银行的债权，金额为40,000。",
    ],
)
def test_what_is_not_certain_is_handed_back_and_not_guessed(sentence):
    read = one(sentence)
    assert not read.entries
    assert len(read.unread) >= 1


def test_a_day_after_today_is_not_accepted_where_the_report_prints_none():
    sentence = LINE.format(limit="80,000", balance="3,210")
    assert read_report(sentence).entries
    assert not read_report(sentence, today=dt.date(2026, 5, 1)).entries
    odd = read_report(HEAD + sentence, today=dt.date(2026, 5, 1))
    assert odd.reported_on is None
    assert {"no-date", "odd-date"} <= set(odd.doubts)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (HEAD.replace("2026-07-03", "2019-07-03"), "first-generation"),
        ("（授信机构版）" + HEAD, "institution-version"),
        (HEAD, "no-entries"),
        (HEAD + "系统中没有您的信贷记录。", "empty-history"),
        (HEAD + "账户数 1 -- 2 --\n" + LINE.format(limit="1", balance="1"), "counts-differ"),
        ("x" * (MOST_CHARACTERS + 1), "too-long"),
        ("你好", "not-a-report"),
    ],
    ids=lambda value: value if len(value) < 25 else "",
)
def test_doubts_are_named(text, doubt):
    assert doubt in read_report(text).doubts


def test_names_and_long_numbers_are_masked():
    sentence = (
        "1. 2021年3月9日演示银行为张三发放的贷款9000元，卡号6222000000000000，"
        "尾号138-0000-0000，余额1,000。"
    )
    read = read_report(HEAD + "姓名：张三 证件号码：110101199001011235\n" + sentence)
    assert not read.entries
    said = " ".join(read.unread)
    assert said
    assert not any(word in said for word in ("张三", "6222", "0000-0000", "110101"))
    assert read.holder == "张三"
    assert read.id_tail == "1235"


def test_lines_about_the_person_are_never_handed_back():
    read = one("手机号码13800000000，工作单位2020年1月1日演示公司，余额1,000，居住地址示范路1号。")
    assert read.unread == ()


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.booleans())
def test_every_digit_of_an_amount_survives(limit, balance, with_commas):
    form = "{:,}" if with_commas else "{}"
    read = one(LINE.format(limit=form.format(limit), balance=form.format(balance)))
    assert [(row.limit_fen, row.balance_fen) for row in read.entries] == [
        (limit * 100, balance * 100)
    ]


@given(st.integers(0, 2**32))
def test_wrapping_anywhere_gives_the_same_rows(seed):
    chance = random.Random(seed)
    start = SIX.index("信用卡\n从未")
    end = SIX.index("第 1 页")
    part = SIX[start:end]
    wrapped = "".join(
        char + (chance.choice(["\n", " ", "\u3000", "\n\n"]) if chance.random() < 0.1 else "")
        for char in part
    )
    assert read_report(wrapped).entries == read_report(part).entries


@given(st.text(max_size=400))
@settings(max_examples=300)
def test_any_text_is_read_without_an_error(text):
    read_report(text)
    read_report(HEAD + "账户标识\n账户1\n" + text)


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "2021年3月9日",
                "2026年06月",
                "演示银行",
                "为",
                "授信",
                "，",
                "。",
                "：",
                "\n",
                " ",
                "\f",
            ),
            *(
                "发放的",
                "80,000",
                "元",
                "贷记卡",
                "余额",
                "信用额度",
                "截至",
                "贷款审批",
                "查询记录",
            ),
            *(
                "账户1",
                "管理机构",
                "账户状态",
                "正常",
                "2025 N N N",
                "（",
                "）",
                "立案法院：",
                "案号：",
            ),
            *(
                "非循环贷账户",
                "信贷交易信息明细",
                "账户明细如下：",
                "从未",
                "1.",
                "逾期",
                "个月",
                "呆账",
            ),
        ]
    ),
    max_size=60,
)


@given(PIECES)
@settings(max_examples=400)
def test_pieces_of_reports_in_any_order_are_read_without_an_error(pieces):
    read = read_report("".join(pieces))
    assert all(len(row) <= 400 for row in read.unread)
    assert len(read.unread) <= MOST_UNREAD


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        ",",
        "（",
        "2021年3月9日",
        "2021年3月9日演示银行为",
        "2021年3月9日演示银行发放的80,000元",
        "2021年3月9日，为",
        "截至2026年06月，",
        "立案法院：案号：",
        "立案法院：",
        "账户明细如下",
        "从未",
        "贷款审批",
        "2021年3月9日贷款审批",
        "1 ",
        "1\n",
        "\n",
        "账户数 ",
        "账户标识\n账户1\n",
        "账户标识\n账户1\n管理机构 ",
        "账户标识\n2025 N N\n",
        "姓名：",
        "报告编号：1",
        LINE.format(limit="80,000", balance="3,210") + "\n",
    ],
)
def test_twice_the_text_takes_about_twice_the_time(piece):
    def seconds(characters):
        text = (piece * (characters // len(piece) + 1))[:characters]
        began = time.process_time()
        read_report(text)
        return time.process_time() - began

    half, whole = seconds(MOST_CHARACTERS // 2), seconds(MOST_CHARACTERS)
    assert whole < 6 * half + 0.5
    assert whole < 8
