"""Reading a pasted notice: a table of notices, and promises that hold for any text."""

import csv
import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from limits.domain.notice_words import lender_names
from limits.domain.notices import FIELDS, LONGEST, read_notice

TODAY = dt.date(2026, 11, 22)
PRODUCTS = {
    "借呗": "jiebei",
    "蚂蚁借呗": "jiebei",
    "信用贷": "xinyongdai",
    "网商贷": "wangshangdai",
    "花呗": "huabei",
    "微粒贷": "weilidai",
    "微业贷": "weiyedai",
    "京东金条": "jintiao",
    "金条": "jintiao",
    "京东白条": "baitiao",
    "白条": "baitiao",
    "有钱花": "youqianhua",
    "美团借钱": "meituan-jieqian",
    "放心借": "fangxinjie",
    "招联好期贷": "haoqidai",
    "好期贷": "haoqidai",
    "安逸花": "anyihua",
    "分期乐": "fenqile",
    "360借条": "qifujietiao",
}
LEGAL_NAMES = {
    "重庆蚂蚁消费金融有限公司": "ant-cf",
    "浙江网商银行股份有限公司": "mybank",
    "深圳前海微众银行股份有限公司": "webank",
    "马上消费金融股份有限公司": "msxf",
}
LENDERS = {name: slug for legal, slug in LEGAL_NAMES.items() for name in lender_names(legal)}

with Path(__file__).with_name("notices_expected.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def read(text, today=TODAY):
    return read_notice(text, products=PRODUCTS, lenders=LENDERS, today=today)


def written(found):
    if found is None:
        return ""
    return found.value.isoformat() if isinstance(found.value, dt.date) else str(found.value)


COLUMNS = {
    "product": "product",
    "lender": "lender",
    "before_fen": "before",
    "after_fen": "after",
    "kind": "kind",
    "effective_on": "effective_on",
    "expires_on": "expires_on",
    "reason": "reason",
}


def test_the_table_is_long_enough_and_names_each_row_once():
    assert len(ROWS) >= 60
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_notice_reads_as_in_the_table(row):
    notice = read(row["text"].replace("\\n", "\n"), dt.date.fromisoformat(row["received"]))
    found = {column: written(getattr(notice, field)) for column, field in COLUMNS.items()}
    found["doubts"] = " ".join(doubt.code for doubt in notice.doubts)
    found["warnings"] = " ".join(one.value for one in notice.warnings)
    assert found == {column: row[column] for column in found}


PLACES = {
    "product": "借呗",
    "lender": "蚂蚁消金",
    "before": "8万元",
    "after": "20,000 元",
    "kind": "下调",
    "effective_on": "昨日",
    "expires_on": "2027年10月12日",
    "temporary": "临时额度",
    "reason": "因系统综合评估未通过",
}


def test_everything_found_is_where_it_says():
    text = (
        "因系统综合评估未通过，蚂蚁消金提醒您：借呗额度昨日由8万元下调至20,000 元，"
        "有效期至2027年10月12日，不含临时额度。"
    )
    found = {name: text[one.start : one.end] for name, one in read(text).found.items()}
    assert found == PLACES


def test_a_doubt_shows_every_amount_that_competes():
    text = "您的借呗额度调整为20000元，花呗额度调整为3000元。"
    doubt = next(one for one in read(text).doubts if one.code == "two-after")
    assert [text[start:end] for start, end in doubt.places] == ["20000元", "3000元"]


RECEIVED = {
    "the same day": ("10月12日", dt.date(2026, 10, 12), dt.date(2026, 10, 12)),
    "the day before receipt": ("10月12日", dt.date(2026, 10, 13), dt.date(2026, 10, 12)),
    "a day that is still to come this year": (
        "12月30日",
        dt.date(2026, 1, 3),
        dt.date(2025, 12, 30),
    ),
    "a year that is written": ("2024年3月1日", TODAY, dt.date(2024, 3, 1)),
    "今日": ("今日", dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
    "昨日 over the new year": ("昨日", dt.date(2026, 1, 1), dt.date(2025, 12, 31)),
    "to come, over the new year": ("将于1月5日", dt.date(2026, 12, 30), dt.date(2027, 1, 5)),
}


@pytest.mark.parametrize(("words", "received", "expected"), RECEIVED.values(), ids=RECEIVED)
def test_a_day_is_read_from_the_day_of_receipt(words, received, expected):
    assert read(f"您的借呗额度{words}调整为0元。", received).effective_on.value == expected


NAMES = {
    "重庆蚂蚁消费金融有限公司": {"蚂蚁消费金融", "蚂蚁消金", "重庆蚂蚁消费金融"},
    "浙江网商银行股份有限公司": {"网商银行", "浙江网商银行"},
    "深圳前海微众银行股份有限公司": {"微众银行"},
    "深圳市中融小额贷款有限公司": {"中融小额贷款", "中融小贷"},
}


@pytest.mark.parametrize(("legal", "short"), NAMES.items(), ids=NAMES)
def test_a_company_is_known_by_its_short_names(legal, short):
    assert short | {legal} <= set(lender_names(legal))


def test_nothing_is_read_beyond_the_longest_text():
    assert read("好" * LONGEST + "您的借呗额度调整为0元").found == {}


# Promises that hold for any text

PIECES = st.sampled_from(
    [
        "借呗",
        "网商贷",
        "额度",
        "由",
        "从",
        "调整为",
        "降至",
        "提升至",
        "5万元",
        "20,000元",
        "50,000.00",
        "0",
        "零",
        "元",
        "万",
        "，",
        "。",
        "\n",
        "【",
        "】",
        "自",
        "10月12日",
        "2026-02-30",
        "2月29日",
        "昨日",
        "即日起",
        "有效期至",
        "因",
        "由于",
        "原因：",
        "经综合评估",
        "暂停",
        "冻结",
        "关闭",
        "恢复",
        "重新开通",
        "可用额度为",
        "原",
        "如",
        "请",
        "未",
        "http://a.cn/b",
        "验证码",
        "123456",
        "转账",
        "13800138000",
        "尾号1234",
        "14:30",
        "：",
        ":",
        "５",
        "、",
        "→",
        "%",
        "可",
        "将",
        "已",
        "的",
        "您的",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))


@settings(deadline=None)
@given(text=TEXTS, today=DAYS)
@example(text="", today=TODAY)
@example(text="２月２９日额度调整为0", today=dt.date(1992, 1, 1))
@example(text="额度9999年12月31日调整为0", today=dt.date(2100, 12, 31))
def test_any_text_can_be_read_and_places_lie_within_it(text, today):
    notice = read(text, today)
    places = [one.place for one in notice.found.values()]
    places += [one.place for one in notice.warnings]
    places += [place for doubt in notice.doubts for place in doubt.places]
    for start, end in places:
        assert 0 <= start < end <= len(text)


@settings(deadline=None)
@given(text=TEXTS, today=DAYS)
def test_what_is_found_stands_in_the_text(text, today):
    notice = read(text, today)
    for field in ("product", "lender"):
        one = getattr(notice, field)
        if one:
            names = PRODUCTS if field == "product" else LENDERS
            assert names[text[one.start : one.end]] == one.value
    if notice.reason:
        assert text[notice.reason.start : notice.reason.end] == notice.reason.value
    for amount in (notice.before, notice.after):
        assert amount is None or 0 <= amount.value <= 10**13


@settings(deadline=None)
@given(text=TEXTS)
def test_a_day_without_a_year_never_lies_ahead_unless_it_is_announced(text):
    notice = read(text)
    if notice.effective_on and notice.effective_on.value > TODAY:
        assert "day-ahead" in {doubt.code for doubt in notice.doubts}


@settings(deadline=None)
@given(text=TEXTS)
def test_reading_twice_gives_the_same(text):
    assert read(text) == read(text)


@settings(deadline=None)
@given(amount=st.integers(0, 10**9), name=st.sampled_from(sorted(PRODUCTS)))
def test_a_plain_sentence_is_always_read(amount, name):
    notice = read(f"您的{name}额度由10,000,001元调整为{amount:,}元。")
    assert (notice.product.value, notice.before.value) == (PRODUCTS[name], 1_000_000_100)
    assert notice.after.value == amount * 100


HOSTILE = {
    "digits": "1",
    "grouped digits": "1,000",
    "amounts": "额度由5万元调整为",
    "openings": "因",
    "reasons": "经综合评估，且",
    "dates": "2026年10月",
    "signatures": "【",
    "dots": "a.",
    "addresses": "http://",
    "labels": "原因：",
    "lines": "额度\n",
    "spaces": " ",
    "kinds": "暂停关闭恢复",
    "nouns": "可用额度",
    "verbs": "调整",
    "dashes": "-",
    "phones": "致电",
    "percents": "降5%",
    "names": "京东",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_of_ten_thousand_characters_takes_linear_time(piece):
    def seconds(length):
        text = (piece * length)[:length]
        return min(_timed(text) for _ in range(3))

    assert seconds(LONGEST) < 0.5
    # Four times the text: quadratic would be sixteen times the time.
    assert seconds(LONGEST) < 10 * max(seconds(LONGEST // 4), 0.005)


def _timed(text):
    start = time.process_time()
    read(text)
    return time.process_time() - start


def test_every_field_of_the_table_is_a_field_of_the_notice():
    assert set(COLUMNS.values()) | {"temporary"} == set(FIELDS)
