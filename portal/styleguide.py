"""Sample data for the style guide page, which shows every component once. Nothing here is real."""

from datetime import date
from typing import Any

from django import forms

_KINDS = (("jiebei", "借呗"), ("wangshangdai", "网商贷"), ("weilidai", "微粒贷"), ("other", "其他"))


class SampleForm(forms.Form):
    """One field of each kind of control."""

    product = forms.ChoiceField(label="哪个产品", choices=_KINDS, widget=forms.RadioSelect)
    before = forms.CharField(
        label="原来的额度",
        help_text="照你习惯的写法：5万、50,000 或 50000 元都可以。",
        widget=forms.TextInput(attrs={"class": "medium", "inputmode": "decimal"}),
    )
    changed_on = forms.DateField(
        label="哪一天变的",
        help_text="记不清就写看到的那天。",
        widget=forms.TextInput({"class": "short"}),
    )
    lender = forms.ChoiceField(label="合同上的放款方", choices=(("", "请选择"), *_KINDS))
    wanted = forms.MultipleChoiceField(
        label="你希望对方做什么",
        choices=(("explain", "说明原因"), ("review", "人工复核"), ("record", "更正征信记录")),
        widget=forms.CheckboxSelectMultiple,
    )
    notice = forms.CharField(label="通知原文", required=False, widget=forms.Textarea({"rows": 4}))
    screenshot = forms.FileField(label="截图", required=False)
    truth = forms.BooleanField(label="以上内容是我知道的真实情况")


def sample_context() -> dict[str, Any]:
    """All the names `styleguide.html` uses. The form is bound and wrong on purpose."""
    return {
        "form": SampleForm({"product": "jiebei", "before": "五万左右", "wanted": ["explain"]}),
        "bands": (
            "stated",
            "documented",
            "likely",
            "possible",
            "weak",
            "unsupported",
            "ruled-out",
        ),
        "chart": _chart(),
        "events": _events(),
        "clock": _clock(),
        "late_clock": {"due_on": date(2026, 11, 9)},
        "table": _table(),
        "steps": _steps(),
        "answers": _answers(),
        "supporting": [
            {"text": "调整后额度为 0。", "origin_label": "+2 分 · 台账 · 本站推断"},
            {
                "text": "同一周，许多借呗用户也记了额度下降。",
                "origin_label": "+2 分 · 同期其他用户 · 本站推断",
            },
        ],
        "opposing": [
            {"text": "你说近 24 个月没有晚还过。", "origin_label": "-3 分 · 你的回答 · 本站推断"}
        ],
        "unknown": ["你名下有没有营业执照。"],
        "letter": "××银行消费者权益保护部门：\n\n"
        "本人于 2024 年 3 月 8 日发现授信额度由 50,000 元降为 0 元，未收到说明。"
        "现请求书面说明作出这一决定所依据的信息。",
    }


def _chart() -> dict[str, Any]:
    return {
        "width": 480,
        "height": 280,
        "plot": {"left": 72, "right": 464, "top": 28, "bottom": 240},
        "path": "M72 88H176V126H320V240H464",
        "points": [
            {"x": 72, "y": 88, "label": "2023-06-01：40,000 元"},
            {"x": 176, "y": 126, "label": "2023-09-12：30,000 元"},
            {"x": 320, "y": 240, "label": "2024-03-08：0 元"},
        ],
        "y_ticks": [
            {"y": 50, "label": "5万"},
            {"y": 145, "label": "2.5万"},
            {"y": 240, "label": "0"},
        ],
        "x_ticks": [
            {"x": 96, "label": "23-06"},
            {"x": 202, "label": "23-10"},
            {"x": 308, "label": "24-02"},
            {"x": 414, "label": "24-06"},
        ],
        "marks": [
            {"x": 176, "label": "2023-09-12 应用内通知：额度调整"},
            {"x": 328, "label": "2024-03-11 网商贷出现 50,000 元"},
        ],
        "rows": [
            {"date": "2023-06-01", "amount": "40,000", "note": "开始记录"},
            {"date": "2023-09-12", "amount": "30,000", "note": "有通知，没有说明原因"},
            {"date": "2024-03-08", "amount": "0", "note": "没有通知"},
        ],
    }


def _events() -> list[dict[str, Any]]:
    return [
        {
            "date": date(2024, 3, 8),
            "title": "借呗额度 30,000 → 0",
            "kind": "fall",
            "kind_label": "下降",
            "url": "#timeline",
        },
        {
            "date": date(2024, 3, 11),
            "title": "网商贷出现 50,000 元",
            "kind": "rise",
            "kind_label": "上升",
            "text": "三天之内，一处归零、另一处出现。",
        },
        {
            "date": date(2024, 3, 15),
            "title": "向放款方客服投诉",
            "kind": "step",
            "kind_label": "已发出",
        },
        {
            "date": date(2024, 3, 20),
            "title": "收到回复：综合评估不通过",
            "kind": "reply",
            "kind_label": "回复",
            "text": "没有回答为什么。",
        },
        {
            "date": date(2024, 3, 30),
            "title": "对方应当答复的最后一天",
            "kind": "due",
            "kind_label": "期限",
        },
        {"date": "日期不清楚", "title": "自己记的一笔", "kind": "note"},
    ]


def _clock() -> dict[str, Any]:
    return {
        "due_on": date(2026, 12, 8),
        "extended_on": date(2027, 1, 22),
        "steps": (
            "2026-11-23（周一）收到投诉，当天不算。",
            "从 2026-11-24 起数 15 日。",
            "第 15 日是 2026-12-08（周二）。",
        ),
    }


def _table() -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"label": "日期"},
        {"label": "产品"},
        {"label": "之前", "numeric": True},
        {"label": "之后", "numeric": True},
    ]
    values = (("2023-09-12", "借呗", "40,000", "30,000"), ("2024-03-08", "借呗", "30,000", "0"))
    rows = [
        {"cells": [{**column, "text": text} for column, text in zip(columns, row, strict=True)]}
        for row in values
    ]
    return {"columns": columns, "rows": rows}


def _steps() -> list[dict[str, str]]:
    labels = ("向谁投诉", "发生了什么", "造成的影响", "希望怎样", "证据", "核对")
    states = ("done", "current", "todo", "todo", "todo", "todo")
    return [
        {"label": label, "state": state, "url": "#wizard"}
        for label, state in zip(labels, states, strict=True)
    ]


def _answers() -> list[dict[str, str]]:
    return [
        {"label": "产品", "value": "借呗", "change_url": "#answers"},
        {"label": "额度变动", "value": "30,000 元 → 0 元\n2024-03-08", "change_url": "#answers"},
        {"label": "造成的影响", "value": "", "change_url": "#answers"},
    ]
