"""The only writers of lines and changes."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.paging import Page, keyset_page
from guidance import content
from inputs.words import field_refusal
from limits.assessing import ask_to_assess_partners, follow_up
from limits.domain.lenders import named_lenders
from limits.enums import ChangeKind
from limits.models import CreditLine, LimitChange, LimitChangeQuerySet
from limits.services.confirmations import move_confirmations
from limits.services.explanation import move_answers, move_decisions

PAGE_ROWS = 30
SAME_CHANGE = gettext_noop(
    "台账里已有一笔一样的变动。如果当天确实发生了两次，请勾选“确实又发生了一次”。"
)


def timeline_page(rows: LimitChangeQuerySet, after: str) -> Page[LimitChange]:
    """Current changes, newest first, thirty a page, by keyset (never OFFSET)."""
    shown = rows.current().with_line().select_related("supersedes")
    return keyset_page(shown, order=("-effective_on", "-pk"), after=after, size=PAGE_ROWS)


@transaction.atomic
def log_change(
    *,
    owner: User,
    today: date,
    product: str,
    before: int,
    after: int,
    effective_on: date,
    product_name: str = "",
    lender_name: str = "",
    again: bool = False,
    reuse: bool = False,
    **details: Any,
) -> LimitChange:
    """One change on one line, with everything that follows from it, in one transaction.

    Amounts in 分. Where the same change is there already, `reuse` gives that one back and `again`
    logs a second; else ValidationError, as when nothing changed or the day lies ahead.
    """
    line = line_of(owner, product, product_name, lender_name)
    what = {"before_fen": before, "after_fen": after, "effective_on": effective_on, **details}
    _refuse_impossible(today, what)
    same = None if again else _same_change(line, what)
    if same is not None and reuse:
        return same
    if same is not None:
        raise field_refusal("again", _(SAME_CHANGE), "same_change")
    change = LimitChange.objects.create(owner=owner, line=line, **what)
    follow_up(change, today)
    return change


@transaction.atomic
def correct_change(*, change: LimitChange, today: date, **fields: Any) -> LimitChange:
    """A new row that supersedes `change`; the old one stays as it was."""
    change = LimitChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    _refuse_if_superseded(change)
    fields.pop("again", None)
    line = line_of(
        change.owner,
        fields.pop("product"),
        fields.pop("product_name", ""),
        fields.pop("lender_name", ""),
    )
    what = {"before_fen": fields.pop("before"), "after_fen": fields.pop("after"), **fields}
    _refuse_impossible(today, what)
    corrected = LimitChange.objects.create(
        owner=change.owner, line=line, supersedes=change, source=change.source, **what
    )
    move_answers(change, corrected)
    move_decisions(change, corrected)
    move_confirmations(change, corrected)
    ask_to_assess_partners(change, because=corrected)
    follow_up(corrected, today)
    return corrected


@transaction.atomic
def retract_change(*, change: LimitChange) -> LimitChange:
    """Mark a change as logged by mistake: a superseding row that says so."""
    change = LimitChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    _refuse_if_superseded(change)
    word = LimitChange.objects.create(
        owner_id=change.owner_id,
        line_id=change.line_id,
        kind=change.kind,
        before_fen=change.before_fen,
        after_fen=change.after_fen,
        effective_on=change.effective_on,
        source=change.source,
        supersedes=change,
        retracted=True,
    )
    ask_to_assess_partners(change, because=word)
    return word


def line_of(owner: User, product: str, product_name: str, lender_name: str) -> CreditLine:
    """The person's line of this product and lender, made when there is none yet."""
    if product == "other" and not product_name:
        raise field_refusal("product_name", _("请写出产品名称"), "required")
    line = CreditLine(
        owner=owner,
        product_slug=product,
        product_name=product_name if product == "other" else "",
        lender_name=lender_name,
        lender_slug=_institution_named(lender_name, product),
    )
    return _stored(line) or _made(line)


def _stored(line: CreditLine) -> CreditLine | None:
    return CreditLine.objects.filter(
        owner=line.owner,
        product_slug=line.product_slug,
        product_name=line.product_name,
        lender_name=line.lender_name,
    ).first()


def _made(line: CreditLine) -> CreditLine:
    """Two tabs may log at once: the constraint decides, both then read the same row."""
    CreditLine.objects.bulk_create([line], ignore_conflicts=True)
    return _stored(line) or line


def _institution_named(name: str, product: str) -> str:
    """The one known institution a name can only mean; a brand, or half a name, is none."""
    known = content.current()
    meant = named_lenders(name, product, known) & known.institutions.keys()
    return next(iter(meant)) if len(meant) == 1 else ""


def _refuse_if_superseded(change: LimitChange) -> None:
    if LimitChange.objects.filter(supersedes=change).exists():
        raise ValidationError(_("这条记录已经被更正过，请更正最新的一条"), code="superseded")


def _refuse_impossible(today: date, what: dict[str, Any]) -> None:
    kind = what.get("kind", ChangeKind.LIMIT)
    if kind == ChangeKind.LIMIT and what["before_fen"] == what["after_fen"]:
        raise field_refusal("after", _("调整前后额度相同，请核对"), "unchanged")
    if what["effective_on"] > today:
        raise field_refusal("effective_on", _("不能晚于今天（北京时间）"), "future")


def _same_change(line: CreditLine, what: dict[str, Any]) -> LimitChange | None:
    same = LimitChange.objects.filter(
        line=line,
        kind=what.get("kind", ChangeKind.LIMIT),
        before_fen=what["before_fen"],
        after_fen=what["after_fen"],
        effective_on=what["effective_on"],
    )
    return same.current().first()
