"""A pasted notice: read, shown with what was found, and saved only as the person confirms it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import person
from accounts.models import User
from guidance import content
from guidance.domain.records import Knowledge
from inputs.clock import today
from inputs.forms import DayField, TextField, choice_field
from limits import services
from limits.domain import notices
from limits.domain.lenders import LENDING_LICENCES, UNNAMED
from limits.domain.notice_text import pieces
from limits.domain.notice_words import lender_names
from limits.domain.notices import Notice, read_notice
from limits.enums import Source
from limits.forms.ledger import LogForm, product_choices
from limits.models import CreditLine

LONGEST = 2_000

LABELS = {
    "product": _("产品"),
    "lender": _("机构"),
    "before": _("变动前额度"),
    "after": _("变动后额度"),
    "kind": _("发生了什么"),
    "effective_on": _("变动日期"),
    "expires_on": _("额度有效期"),
    "temporary": _("临时额度"),
    "reason": _("理由"),
}
NEEDED = ("product", "before", "after", "effective_on")
DOUBTS = {
    notices.TWO_PRODUCTS: _("说到不止一个产品，没有替你选。几个都变了，就一个一个记。"),
    notices.TWO_LENDERS: _("说到不止一家机构，没有替你填。以借款合同上的“贷款人”为准。"),
    notices.SENDER_ONLY: _("这是发通知的一方，不一定是合同上的放款机构，所以没有填。"),
    notices.TWO_BEFORE: _("不止一个数可能是变动前额度，没有替你选。"),
    notices.TWO_AFTER: _("不止一个数可能是变动后额度，没有替你选。"),
    notices.OTHER_AMOUNT: _("还写着别的额度，请核对变动后额度填得对不对。"),
    notices.AVAILABLE_ONLY: _("这是可用额度，不一定是总额度，请核对。"),
    notices.DIFFERENCE_ONLY: _("只说变了多少，没说变成多少，请自己填。"),
    notices.CLOSED_IS_ZERO: _("说关闭了但没写数，变动后额度先填了 0，请核对。"),
    notices.SAME_AMOUNT: _("前后两个数一样，请核对。"),
    notices.TWO_KINDS: _("说到不止一件事，请看“发生了什么”选得对不对。"),
    notices.TWO_DAYS: _("不止一个日子可能是变动日期，没有替你选。"),
    notices.DAY_AHEAD: _("这个日子还没到，现在还不能记；到了那天再来记。"),
}

SAID_BY_A_DOUBT = {
    notices.TWO_PRODUCTS: "product",
    notices.TWO_BEFORE: "before",
    notices.TWO_AFTER: "after",
    notices.DIFFERENCE_ONLY: "after",
    notices.TWO_DAYS: "effective_on",
}


class NoticeForm(forms.Form):
    """What was received, and when; nothing of it is stored."""

    text = TextField(
        label=_("通知原文"),
        max_length=LONGEST,
        help_text=_("短信、App 消息或邮件都可以，整段贴进来。不要写身份证号、银行卡号。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    received_on = DayField(
        label=_("哪天收到的"),
        not_after_today=True,
        help_text=_("通知里的“今日”“昨日”从这天算起。"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest) -> HttpResponse:
    """The box to paste into; posted, the ordinary form filled in from the notice."""
    pasted = NoticeForm(
        request.POST if request.method == "POST" else None, initial={"received_on": today()}
    )
    if not pasted.is_valid():
        return _paste_page(request, pasted)
    read = _read(pasted)
    form = _log_form(None, initial=_initial(person(request), read, pasted))
    return _confirm_page(request, pasted, read, form)


@login_required
@require_POST
def notice_save(request: HttpRequest) -> HttpResponse:
    """Save what the person confirmed. The notice itself comes along only to be shown again."""
    pasted = NoticeForm(request.POST)
    if not pasted.is_valid():
        return _paste_page(request, pasted)
    form = _log_form(request.POST)
    if form.is_valid():
        try:
            change = services.log_change(
                owner=person(request), today=today(), source=Source.NOTICE, **form.cleaned_data
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, gettext("已记入台账。"))
            return redirect("change", change.public_id)
    return _confirm_page(request, pasted, _read(pasted), form)


def _paste_page(request: HttpRequest, pasted: NoticeForm) -> HttpResponse:
    status = 422 if pasted.errors else 200
    return render(request, "limits/notice.html", {"form": pasted}, status=status)


def _confirm_page(
    request: HttpRequest, pasted: NoticeForm, read: Notice, form: LogForm
) -> HttpResponse:
    text = pasted.cleaned_data["text"]
    context = {
        "form": form,
        "pasted": pasted,
        "pieces": list(_labelled(text, read)),
        "doubts": [
            {"text": DOUBTS[doubt.code], "quotes": [text[start:end] for start, end in doubt.places]}
            for doubt in read.doubts
        ],
        "missing": _missing(read),
        "is_suspicious": bool(read.warnings),
    }
    return render(
        request, "limits/notice_confirm.html", context, status=422 if form.errors else 200
    )


def _missing(read: Notice) -> list[Any]:
    """What the form needs and the notice does not say, nor a doubt speaks of."""
    said = {SAID_BY_A_DOUBT.get(doubt.code) for doubt in read.doubts}
    return [LABELS[name] for name in NEEDED if name not in read.found and name not in said]


def _labelled(text: str, read: Notice) -> Iterator[dict[str, Any]]:
    for piece in pieces(text, {name: one.place for name, one in read.found.items()}):
        labels = [LABELS[name] for name in piece.names]
        yield {"text": piece.text, "is_found": piece.is_found, "labels": labels}


def _read(pasted: NoticeForm) -> Notice:
    known = content.current()
    return read_notice(
        pasted.cleaned_data["text"],
        products=_product_names(known),
        lenders=_lender_names(known),
        today=pasted.cleaned_data["received_on"],
    )


def _product_names(known: Knowledge) -> dict[str, str]:
    return {
        name: product.slug
        for product in known.products.values()
        if product.slug != UNNAMED
        for name in (product.title.zh.split("（")[0], *product.aliases)
    }


def _lender_names(known: Knowledge) -> dict[str, str]:
    return {
        name: row.slug
        for row in known.institutions.values()
        if row.licence in LENDING_LICENCES
        for name in lender_names(row.legal_name.zh)
    }


def _log_form(data: Mapping[str, Any] | None, **kwargs: Any) -> LogForm:
    """The ordinary form, except that no product is chosen before one is named."""
    form = LogForm(data, **kwargs)
    products = choice_field(form, "product")
    products.choices = [("", gettext("请选择")), *product_choices()]
    products.error_messages["required"] = gettext("请选是哪个产品")
    return form


def _initial(user: User, read: Notice, pasted: NoticeForm) -> dict[str, Any]:
    """What goes into the boxes; what was not found stays out."""
    found = {name: one.value for name, one in read.found.items()}
    initial: dict[str, Any] = {
        name: found[name]
        for name in ("product", "kind", "before", "after", "effective_on", "expires_on")
        if name in found
    }
    received: date = pasted.cleaned_data["received_on"]
    if initial.get("effective_on", received) != received:
        initial["noticed_on"] = received
    if read.temporary:
        initial["temporary"] = "yes"
    return initial | {
        "stated_reason": found.get("reason", ""),
        "lender_name": _lender_name(user, read),
    }


def _lender_name(user: User, read: Notice) -> str:
    """The lender of the person's own line of that product, so that the change lands there; else
    the legal name of the lender the notice names. A mere sender is no lender."""
    product = read.product.value if read.product else ""
    lines = CreditLine.objects.for_user(user).filter(product_slug=product).order_by("-pk")
    known = lines.values_list("lender_name", flat=True).first()
    if known is not None:
        return str(known)
    if read.lender is None or notices.SENDER_ONLY in {doubt.code for doubt in read.doubts}:
        return ""
    return content.current().institutions[read.lender.value].legal_name.zh
