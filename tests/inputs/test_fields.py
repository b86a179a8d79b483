"""Form, API and model wrap one parser: same value, same code, same sentence."""

import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.db import models as django_models
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from inputs import forms, models, serializers
from inputs.money import MAX_FEN
from inputs.texts import TOO_LONG

KINDS = {
    "money": ({}, "MoneyField"),
    "day": ({}, "DayField"),
    "past": ({"not_after_today": True}, "DayField"),
    "moment": ({}, "MomentField"),
    "line": ({"max_length": 20}, "LineField"),
    "text": ({"max_length": 20}, "TextField"),
    "count": ({"highest": 100, "lowest": 1}, "CountField"),
    "choice": ({"choices": [("a", "甲")]}, "ChoiceField"),
}


def form_answer(kind, typed):
    options, name = KINDS[kind]
    form = type("Form", (django_forms.Form,), {"x": getattr(forms, name)(**options)})({"x": typed})
    if form.is_valid():
        return form.cleaned_data["x"], None, None
    assert form["x"].value() == typed, "what was typed is kept"
    error = form.errors.as_data()["x"][0]
    return None, error.code, error.messages[0]


def api_answer(kind, typed):
    options, name = KINDS[kind]
    fields = {"x": getattr(serializers, name)(**options)}
    given = type("Api", (serializers.StrictSerializer,), fields)(data={"x": typed})
    if given.is_valid():
        return given.validated_data["x"], None, None
    JSONRenderer().render(given.errors)
    error = given.errors["x"][0]
    return None, error.code, str(error)


# Row numbers are those of the bad-input table; the last column is the value or the code.
TABLE = [
    ("01", "money", "１２３４５", 1234500),
    ("02", "money", "٣٤٥", "digits"),
    ("03", "money", "1e5", "scientific"),
    ("04", "money", "1_000", "format"),
    ("05", "money", "-0.00", 0),
    ("06", "money", "-500", "negative"),
    ("07", "money", "1,000.00", 100000),
    ("08", "money", "１，０００", 100000),
    ("09", "money", "12,34,5", "commas"),
    ("10", "money", "5万", 5000000),
    ("11", "money", "￥100元", 10000),
    ("12", "money", "Infinity", "not_a_number"),
    ("13", "money", "0.001", "decimals"),
    ("14", "money", "1" * 40, "too_large"),
    ("19", "day", "2025-02-30", "impossible"),
    ("20", "day", "2023-02-29", "impossible"),
    ("21", "day", "２０２５-０１-０１", date(2025, 1, 1)),
    ("22", "day", "2025-W01-1", "format"),
    ("23", "day", "20250105", date(2025, 1, 5)),
    ("24", "day", "2025年1月5日", date(2025, 1, 5)),
    ("25", "day", "05/01/25", "format"),
    ("26", "day", "0001-01-01", "too_early"),
    ("27", "day", "9999-12-31", "too_late"),
    ("28-tomorrow", "past", "2025-06-02", "after_today"),
    ("28-today", "past", "2025-06-01", date(2025, 6, 1)),
    ("30", "moment", "0001-01-01 00:00", "too_early"),
    ("31", "moment", "1988-04-17 02:30", "too_early"),
    ("31-after-1990", "moment", "1991-04-14 02:30", "nonexistent"),
    ("32", "moment", "2025-01-01T00:00:00+14:00", datetime(2024, 12, 31, 10, tzinfo=UTC)),
    ("33", "moment", "2025-01-01 24:00", "hour_24"),
    ("37-none", "text", "", "required"),
    ("37-wide", "text", "\u3000", "required"),
    ("37-zero", "line", "\u200b\u200b", "required"),
    ("37-money", "money", "\u200b", "required"),
    ("37-day", "day", "\u3000", "required"),
    ("37-moment", "moment", "", "required"),
    ("38", "text", "字" * 21, "max_length"),
    ("38-10MB", "text", "字" * 3_500_000, "max_length"),
    ("39", "text", "a\0b", "invisible"),
    ("40", "text", "\ud800", "unstorable"),
    ("42", "line", "\u202egnp.exe", "invisible"),
    ("43", "text", "e" + "\u0301" * 200, "marks"),
    ("44", "text", "\ufdfa" * 20, "\ufdfa" * 20),
    ("45", "text", "𠮷㐂👨\u200d👩\u200d👧", "𠮷㐂👨\u200d👩\u200d👧"),
    ("46", "line", "e\u0301", "é"),
    ("47", "text", "<script>{{7*7}}", "<script>{{7*7}}"),
    ("48", "line", "X\r\nBcc: y", "newline"),
    ("57", "choice", "zzz", "invalid_choice"),
    ("57-surrogate", "choice", "\ud800", "invalid_choice"),
    ("57-known", "choice", "a", "a"),
    ("59-wide", "count", "９９", "whole"),
    ("59-long", "count", "9" * 6000, "whole"),
    ("59-point", "count", "1.0", "whole"),
    ("59-sign", "count", "-1", "whole"),
    ("59-over", "count", "101", "whole"),
    ("59-fine", "count", "99", 99),
]
CODES = {row[3] for row in TABLE if row[1] not in ("text", "line", "choice")} | {
    "required", "max_length", "invisible", "unstorable", "marks", "newline", "invalid_choice",
}  # fmt: skip


@pytest.fixture
def midday():
    with time_machine.travel(datetime(2025, 6, 1, 4, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(("row", "kind", "typed", "expected"), TABLE, ids=[r[0] for r in TABLE])
def test_form_and_api_give_the_same_answer(row, kind, typed, expected, midday):
    answer = form_answer(kind, typed)
    assert answer == api_answer(kind, typed)
    value, code, message = answer
    if isinstance(expected, str) and expected in CODES:
        assert (value, code) == (None, expected)
        assert message
    else:
        assert (value, code) == (expected, None)


@given(st.sampled_from(sorted(set(KINDS) - {"choice"})), st.text(st.characters(), max_size=40))
def test_form_and_api_agree_on_any_text(kind, typed):
    assert form_answer(kind, typed) == api_answer(kind, typed)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("value", [1.5, True, False, [1], {}, {"a": 1}, None], ids=repr)
def test_the_api_takes_no_other_json_type(kind, value):
    assert api_answer(kind, value)[1]


@pytest.mark.parametrize("kind", ["money", "day", "moment", "line", "text"])
def test_the_api_takes_no_json_number_for_text(kind):
    assert api_answer(kind, 20250105)[1] == "not_text"


def test_a_page_may_be_a_json_number():
    assert api_answer("count", 99)[0] == 99


@pytest.mark.parametrize("value", ["yes", "on", "true", 1, 1.0, False, None, [True]], ids=repr)
def test_consent_in_the_api_is_true_and_nothing_else(value):
    field = {"agree": serializers.ConsentField()}
    given = type("Api", (serializers.StrictSerializer,), field)
    assert not given(data={"agree": value}).is_valid()
    assert not given(data={}).is_valid()
    accepted = given(data={"agree": True})
    assert accepted.is_valid()
    assert accepted.validated_data == {"agree": True}


@pytest.mark.parametrize("value", ["yes", "0", "false", "1", ""])
def test_consent_in_a_form_is_a_tick(value):
    form = type("Form", (django_forms.Form,), {"agree": forms.ConsentField()})
    assert form({"agree": value}).errors["agree"] == ["请先勾选确认"]
    assert form({"agree": "on"}).is_valid()


def test_optional_fields_may_stay_empty():
    options = {name: (dict(kw), cls) for name, (kw, cls) in KINDS.items()}
    fields = {n: getattr(forms, cls)(required=False, **kw) for n, (kw, cls) in options.items()}
    form = type("Form", (django_forms.Form,), fields)(dict.fromkeys(("money", "line"), " \u200b"))
    assert form.is_valid()
    assert form.cleaned_data == {
        "money": None, "day": None, "past": None, "moment": None, "line": "", "text": "",
        "count": None, "choice": "",
    }  # fmt: skip


def test_the_api_takes_empty_text_only_where_it_says_so():
    class Note(serializers.StrictSerializer):
        note = serializers.TextField(max_length=5, required=False, allow_blank=True, default="")
        amount = serializers.MoneyField(required=False, allow_null=True)

    given = Note(data={"note": "\u200b", "amount": " "})
    assert given.is_valid(), given.errors
    assert given.validated_data == {"note": "", "amount": None}
    assert Note(data={}).is_valid()


class Inner(serializers.StrictSerializer):
    amount = serializers.MoneyField()


class Outer(serializers.StrictSerializer):
    id = serializers.serializers.CharField(read_only=True)
    rows = Inner(many=True)
    extra = serializers.NestedField(required=False)


def test_unknown_and_read_only_keys_are_refused():
    given = Outer(data={"rows": [{"amount": "1"}], "is_staff": True, "id": "7"})
    assert not given.is_valid()
    assert {name: [e.code for e in found] for name, found in given.errors.items()} == {
        "is_staff": ["unknown_field"],
        "id": ["unknown_field"],
    }


def test_unknown_keys_come_together_with_other_errors():
    given = Outer(data={"rows": [{"amount": "1e5", "user": 1}], "status": "closed"})
    assert not given.is_valid()
    assert set(given.errors) == {"rows", "status"}
    assert set(given.errors["rows"][0]) == {"amount", "user"}


def test_an_unknown_key_that_cannot_be_encoded_is_still_answered():
    given = Outer(data={"rows": [], "\ud800": 1, **{f"k{n}": n for n in range(1000)}})
    assert not given.is_valid()
    assert len(given.errors) == serializers.MAX_UNKNOWN
    json.loads(JSONRenderer().render(given.errors))


@pytest.mark.parametrize("data", [[], "x", None, 1, [{"rows": []}]], ids=repr)
def test_anything_but_an_object_is_refused(data):
    assert not Outer(data=data).is_valid()


@pytest.mark.parametrize("extra", [{"a": ["\0"]}, {"\ud800": 1}, ["\udfff"]], ids=ascii)
def test_nested_json_is_refused_alike_for_both_databases(extra):
    given = Outer(data={"rows": [], "extra": extra})
    assert not given.is_valid()
    assert given.errors["extra"][0].code == "unstorable"


def test_amounts_days_and_moments_are_written_canonically():
    assert serializers.MoneyField().to_representation(5000050) == "50000.50"
    assert serializers.DayField().to_representation(date(2025, 1, 5)) == "2025-01-05"
    moment = datetime(2025, 1, 4, 16, 30, tzinfo=UTC)
    assert serializers.MomentField().to_representation(moment) == "2025-01-05T00:30:00+08:00"
    assert forms.MomentField().prepare_value(moment) == "2025-01-05 00:30"


def test_boxes_suit_a_phone_and_never_cut_what_is_pasted():
    fields = {n: getattr(forms, cls)(**kw) for n, (kw, cls) in KINDS.items()}
    form = type("Form", (django_forms.Form,), fields)(initial={"money": 5000000})
    assert 'inputmode="decimal"' in str(form["money"])
    assert 'value="50,000.00"' in str(form["money"])
    assert 'type="text"' in str(form["day"])
    assert 'inputmode="numeric"' in str(form["day"])
    assert 'placeholder="2026-10-12"' in str(form["day"])
    assert "<textarea" in str(form["text"])
    assert "maxlength" not in form.as_p()


def test_a_form_may_say_it_in_its_own_words():
    field = forms.MoneyField(error_messages={"negative": "不能欠着", "required": "写多少"})
    for typed, words in (("-5", "不能欠着"), ("", "写多少"), ("x", "请输入数字")):
        with pytest.raises(ValidationError, match=words):
            field.clean(typed)


def test_an_unchanged_amount_is_not_called_changed():
    assert not forms.MoneyField().has_changed(5000000, "5万")
    assert forms.MoneyField().has_changed(5000000, "6万")


def test_messages_follow_the_language_of_the_reader(monkeypatch):
    english = {TOO_LONG: "At most %(max_length)s characters; you wrote %(length)s"}
    monkeypatch.setattr("inputs.words.gettext", english.get)
    message = "At most 20 characters; you wrote 21"
    assert form_answer("text", "字" * 21)[2] == message
    assert api_answer("text", "字" * 21)[2] == message


class Row(django_models.Model):
    fen = models.FenField("金额")
    name = models.LineField("名称", max_length=5)
    note = models.BodyField("备注", max_length=5, blank=True)

    class Meta:
        app_label = "inputs_tests"
        constraints = [models.fen_between_bounds("fen", name="fen_in_bounds")]

    def __str__(self):
        return self.name


def model_errors(**values):
    row = Row(**{"fen": 1, "name": "甲", **values})
    try:
        row.clean_fields()
    except ValidationError as refused:
        return row, {name: found[0].code for name, found in refused.error_dict.items()}
    return row, {}


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"fen": 0}, {}),
        ({"fen": MAX_FEN}, {}),
        ({"fen": -1}, {"fen": "negative"}),
        ({"fen": MAX_FEN + 1}, {"fen": "too_large"}),
        ({"fen": 1.0}, {"fen": "not_fen"}),
        ({"fen": True}, {"fen": "not_fen"}),
        ({"fen": None}, {"fen": "null"}),
        ({"name": "\u200b"}, {"name": "required"}),
        ({"name": "甲\n乙"}, {"name": "newline"}),
        ({"name": "一二三四五六"}, {"name": "max_length"}),
        ({"note": "a\0b"}, {"note": "invisible"}),
        ({"note": "一二三四五六"}, {"note": "max_length"}),
    ],
    ids=repr,
)
def test_models_refuse_what_forms_refuse(values, codes):
    assert model_errors(**values)[1] == codes


def test_models_store_the_normal_form():
    row, codes = model_errors(name=" e\u0301 ", note="甲\r\n乙")
    assert (row.name, row.note, codes) == ("é", "甲\n乙", {})


def test_model_forms_get_the_same_fields():
    fields = {field.name: field.formfield() for field in Row._meta.fields if field.name != "id"}
    assert {name: type(field) for name, field in fields.items()} == {
        "fen": forms.MoneyField,
        "name": forms.LineField,
        "note": forms.TextField,
    }
    boxed = Row._meta.get_field("fen").formfield(widget=django_forms.NumberInput)
    assert isinstance(boxed.widget, django_forms.TextInput)
    assert not isinstance(boxed.widget, django_forms.NumberInput)


def test_the_database_constraint_names_both_bounds():
    condition = Row._meta.constraints[0].condition
    assert condition == django_models.Q(fen__range=(0, MAX_FEN))
