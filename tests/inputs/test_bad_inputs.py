"""The bad-input table: one row per input, the same answer from form and API.

`expected` is the value, or the Chinese sentence (its start) that refuses it.
"""

import datetime as dt

import pytest
from django import forms

from inputs.forms import ConsentField, DayField, LineField, MomentField, MoneyField, TextField
from inputs.serializers import ConsentField as ApiConsent
from inputs.serializers import DayField as ApiDay
from inputs.serializers import LineField as ApiLine
from inputs.serializers import MomentField as ApiMoment
from inputs.serializers import MoneyField as ApiMoney
from inputs.serializers import StrictSerializer
from inputs.serializers import TextField as ApiText


class Form(forms.Form):
    money = MoneyField(required=False)
    day = DayField(required=False)
    past = DayField(required=False, not_after_today=True)
    moment = MomentField(required=False)
    line = LineField(required=False, max_length=20)
    text = TextField(max_length=20)


class Api(StrictSerializer):
    money = ApiMoney(required=False)
    day = ApiDay(required=False)
    past = ApiDay(required=False, not_after_today=True)
    moment = ApiMoment(required=False)
    line = ApiLine(required=False, max_length=20)
    text = ApiText(required=False, max_length=20)


TODAY = dt.date(2026, 11, 22)
TOMORROW = "2026-11-23"

ROWS = [
    ("01 full-width digits", "money", "１２３４５", 1234500),
    ("02 Arabic digits", "money", "٣٤٥", "请用阿拉伯数字 0-9 填写金额"),
    ("03 scientific", "money", "1e5", "不支持科学计数法，请写 100000"),
    ("04 underscore", "money", "1_000", "金额格式不对，例：12345.60"),
    ("05 minus zero", "money", "-0", 0),
    ("05 minus zero with cents", "money", "-0.00", 0),
    ("06 negative", "money", "-500", "金额不能为负数"),
    ("07 thousands", "money", "1,000.00", 100000),
    ("08 full-width thousands", "money", "１，０００", 100000),
    ("09 comma misplaced", "money", "1,00", "千位逗号位置不对"),
    ("09 commas misplaced", "money", "12,34,5", "千位逗号位置不对"),
    ("10 万", "money", "5万", 5000000),
    ("10 万 with decimals and 元", "money", "5.5 万元", 5500000),
    ("11 yuan sign", "money", "¥100", 10000),
    ("11 full-width yuan sign", "money", "￥100", 10000),
    ("11 元", "money", "100元", 10000),
    ("12 NaN", "money", "NaN", "请输入数字"),
    ("12 Infinity", "money", "Infinity", "请输入数字"),
    ("13 three decimals", "money", "0.001", "最多两位小数"),
    ("13 tiny part of 万", "money", "0.0000001万", "最多两位小数"),
    ("14 over the limit", "money", "9999999999999.99", "金额超出上限"),
    ("14 forty ones", "money", "1" * 40, "金额超出上限"),
    ("14 huge exponent", "money", "1e400", "不支持科学计数法"),
    ("14 six thousand digits", "money", "9" * 6000, "金额超出上限"),
    ("a words", "money", "五万", "请输入数字"),
    ("a colloquial", "money", "100块", "金额格式不对"),
    ("19 no 30 February", "day", "2025-02-30", "没有 2 月 30 日"),
    ("20 no leap day", "day", "2023-02-29", "没有 2 月 29 日"),
    ("20 leap day", "day", "2024-02-29", dt.date(2024, 2, 29)),
    ("21 full-width", "day", "２０２５-０１-０１", dt.date(2025, 1, 1)),
    ("22 week date", "day", "2025-W01-1", "请用 年-月-日"),
    ("23 eight digits", "day", "20250105", dt.date(2025, 1, 5)),
    ("24 slashes", "day", "2025/1/5", dt.date(2025, 1, 5)),
    ("24 Chinese", "day", "2025年1月5日", dt.date(2025, 1, 5)),
    ("24 dots", "day", "2025.1.5", dt.date(2025, 1, 5)),
    ("24 mixed separators", "day", "2025-1/5", "请用 年-月-日"),
    ("25 two-digit year", "day", "05/01/25", "请用 年-月-日"),
    ("26 year one", "day", "0001-01-01", "日期过早"),
    ("26 before 1990", "day", "1899-12-31", "日期过早"),
    ("27 year 9999", "day", "9999-12-31", "日期过晚"),
    ("28 tomorrow", "past", TOMORROW, "不能晚于今天（北京时间）"),
    ("28 today", "past", "2026-11-22", TODAY),
    ("b month 13", "day", "2025-13-01", "没有 13 月"),
    ("30 year one", "moment", "0001-01-01 00:00", "日期过早"),
    ("31 skipped hour", "moment", "1991-04-14 02:30", "该时间不存在"),
    ("31 before our time", "moment", "1988-04-17 02:30", "日期过早"),
    ("33 24:00", "moment", "2025-01-01 24:00", "该时间不存在"),
    ("33 25 o'clock with offset", "moment", "2025-01-01T12:00:00+99:00", "该时间不存在"),
    ("37 empty", "text", "", "请填写内容"),
    ("37 ideographic space", "text", "　", "请填写内容"),
    ("37 zero width", "text", "\u200b\u200b", "请填写内容"),
    ("38 one over", "text", "字" * 21, "最多 20 字，已输入 21 字"),
    ("38 at the limit", "text", "字" * 20, "字" * 20),
    ("38 far over", "text", "字" * 100000, "最多 20 字"),
    ("39 NUL", "text", "a\0b", "含有不可见字符，请删去第 2 个字"),
    ("40 lone surrogate", "text", "a\ud800", "含有不可见字符"),
    ("42 bidi override", "text", "\u202egnp.exe", "含有不可见字符"),
    ("42 bidi isolate", "text", "a\u2066b", "含有不可见字符"),
    ("43 combining flood", "text", "e" + "\u0301" * 19, "含有不可见字符"),
    ("44 ligature that NFKC would grow", "text", "\ufdfa" * 20, "\ufdfa" * 20),
    ("45 rare Han and emoji", "text", "𠮷㐂👨\u200d👩\u200d👧", "𠮷㐂👨\u200d👩\u200d👧"),
    ("46 NFC", "text", "e\u0301", "é"),
    ("47 script", "text", "<script>alert", "<script>alert"),
    ("47 template", "text", "{{7*7}} =1+1", "{{7*7}} =1+1"),
    ("48 newline in a line", "line", "a\r\nBcc: b", "这里只能写一行"),
    ("48 newline in a text", "text", "a\r\nb", "a\nb"),
]
IDS = [row[0] for row in ROWS]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("inputs.clock.today", lambda now=None: TODAY)


def judge(value, errors, expected):
    if errors:
        assert isinstance(expected, str), f"refused: {errors}"
        assert str(errors[0]).startswith(expected), errors
    else:
        assert value == expected


@pytest.mark.parametrize(("row", "field", "typed", "expected"), ROWS, ids=IDS)
def test_form(row, field, typed, expected):
    form = Form({"text": "x", field: typed})
    form.is_valid()
    assert form[field].value() == typed, "what was typed is kept"
    judge(form.cleaned_data.get(field), form.errors.get(field), expected)


@pytest.mark.parametrize(("row", "field", "typed", "expected"), ROWS, ids=IDS)
def test_api(row, field, typed, expected):
    given = Api(data={field: typed})
    valid = given.is_valid()
    value = given.validated_data.get(field) if valid else None
    judge(value, given.errors.get(field) if not valid else None, expected)


@pytest.mark.parametrize("value", [1.1, 1, True, None, [1], {}, {"a": 1}])
@pytest.mark.parametrize("field", ["money", "day", "moment", "line", "text"])
def test_api_refuses_other_json_types(field, value):
    given = Api(data={field: value})
    assert not given.is_valid()
    assert given.errors[field]


def test_api_refuses_unknown_keys():
    given = Api(data={"money": "1", "is_staff": True})
    assert not given.is_valid()
    assert given.errors["is_staff"][0].code == "unknown_field"


@pytest.mark.parametrize("value", ["yes", "on", 1, "true", None, False])
def test_api_consent_is_json_true_exactly(value):
    class Consent(StrictSerializer):
        agree = ApiConsent()

    assert not Consent(data={"agree": value}).is_valid()
    assert Consent(data={"agree": True}).is_valid()


def test_form_consent_needs_a_tick():
    class Consent(forms.Form):
        agree = ConsentField()

    assert not Consent({}).is_valid()
    assert not Consent({"agree": "0"}).is_valid()
    assert Consent({"agree": "on"}).is_valid()


def test_offsets_are_shown_in_beijing_time():
    given = Api(data={"moment": "2025-01-01T00:00:00+14:00"})
    assert given.is_valid()
    assert given.validated_data["moment"].isoformat() == "2024-12-31T18:00:00+08:00"
