"""The worker that finds who is to be told today. Safe to run twice: each stage has one row.

Set-based: the database finds the rows and makes the notices of a batch in one statement; nothing of
it is read here. A batch ends at a key, so that a writer of SQLite is not kept waiting long. The
stages are those of records.domain.reminders; tests compare the two.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, JSONObject
from django.urls import reverse

from accounts.enums import NoticeKind
from accounts.models import DashedUUID, Notice
from accounts.services import tell_found
from guidance import content
from inputs.clock import today as civil_day
from jobs.registry import Effect
from jobs.services import enqueue
from records import report_reminders
from records.domain.reminders import (
    CATCH_UP,
    DAYS_BEFORE,
    ITEM,
    PAYMENTS,
    Planned,
    item_stage,
    last_replaced_on,
    payment_days,
    payment_stage,
)
from records.domain.states import LATER
from records.enums import Repeat
from records.models import Debt, PlanItem
from records.telling import NO_ID, text
from records.turns import item_now

BATCH = 20_000
KIND, BATCH_KIND = "records.remind", "records.remind_batch"


def _later_items(on: date) -> QuerySet[Any]:
    """Put off until a day that has come."""
    window = (on - timedelta(days=CATCH_UP), on)
    rows = _standing(on).filter(state=LATER, remind_on__range=window)
    return _told_of_item(rows, Value("later:"), "remind_on")


def _due_items(on: date) -> QuerySet[Any]:
    """Near their day or just past it, and not put off."""
    window = (on - timedelta(days=CATCH_UP), on + timedelta(days=DAYS_BEFORE))
    put_off = Q(state=LATER, remind_on__gte=on - timedelta(days=CATCH_UP))
    rows = _standing(on).filter(due_on__range=window).exclude(put_off)
    name = Case(When(due_on__gte=on, then=Value("soon:")), default=Value("over:"))
    return _told_of_item(rows, name, "due_on")


def _standing(on: date) -> QuerySet[Any]:
    """Open items whose tip holds and whose next turn has not come."""
    tips = content.current().tips
    holding = [code for code, tip in tips.items() if tip.is_valid_on(on)]
    rows = PlanItem.objects.open().filter(tip_code__in=["", *holding])
    return rows.exclude(_replaced(on, {code: tips[code].rrule for code in holding}))


def _replaced(on: date, rules: Mapping[str, str]) -> Q:
    """Missed turns that another one has followed, of tips by their rule and of own items."""
    found = Q(pk__in=[])
    for rule in {*rules.values(), *Repeat.values} - {""}:
        codes = [code for code, its_rule in rules.items() if its_rule == rule]
        whose = Q(tip_code__in=codes) | Q(tip_code="", repeats=rule)
        found |= whose & Q(due_on__lte=last_replaced_on(rule, on))
    return found


def _told_of_item(rows: QuerySet[Any], stage: Any, day: str) -> QuerySet[Any]:
    on = Cast(F(day), CharField())
    start, end = reverse("plan_item", args=[NO_ID]).split(NO_ID)
    return rows.annotate(
        told_kind=text(NoticeKind.PLAN.value),
        told_about=Concat(text(f"{ITEM}:"), DashedUUID("public_id")),
        told_stage=Concat(stage, on, output_field=CharField()),
        told_data=JSONObject(on=on),
        told_path=Concat(text(start), DashedUUID("public_id"), text(end)),
    )


def _payments(on: date) -> QuerySet[Any]:
    """Repayment days that are near: one notice for each person and day, with how many are due."""
    days = payment_days(on)
    dates = sorted(set(days.values()))
    near = [
        When(due_day__in=[day for day in days if days[day] == each], then=text(each.isoformat()))
        for each in dates
    ]
    rows = Debt.objects.filter(owed_fen__gt=0, due_day__in=list(days))
    by_day = rows.annotate(told_on=Case(*near)).values("owner_id", "owner__public_id", "told_on")
    return by_day.annotate(
        told_kind=text(NoticeKind.PAYMENT.value),
        told_about=Concat(text(f"{PAYMENTS}:"), DashedUUID("owner__public_id")),
        told_stage=Concat(text("before:"), F("told_on"), output_field=CharField()),
        told_data=JSONObject(on=F("told_on"), count=Count("pk")),
        told_path=text(reverse("debt")),
    )


@dataclass(frozen=True, slots=True)
class Scan:
    """Where it is found, and the key its batches are cut by."""

    find: Callable[[date], QuerySet[Any]]
    key: str = "pk"


# What is looked at. One more thing to be told of: one more line.
SCANS: dict[str, Scan] = {
    "later": Scan(_later_items),
    "due": Scan(_due_items),
    "payments": Scan(_payments, key="owner_id"),
    "free-reports": Scan(report_reminders.free_reports, key="owner_id"),
    "five-years": Scan(report_reminders.over_five_years),
}


def ask_for_scans(slot: str) -> None:
    """One chain of batches for each kind of thing; the same slot asks once."""
    for scan in SCANS:
        _ask(slot, scan, 0)


def _ask(slot: str, scan: str, after: int) -> None:
    enqueue(
        kind=BATCH_KIND,
        key=f"{BATCH_KIND}:{slot}:{scan}:{after}",
        args={"slot": slot, "scan": scan, "after": after},
    )


def remind(slot: str, scan: str, after: int, now: datetime) -> Effect:
    """Tell the next batch beyond the key `after`; the effect asks for the one that follows."""
    looked = SCANS[scan]
    rows = looked.find(civil_day(now)).filter(**{f"{looked.key}__gt": after})
    keys = rows.order_by(looked.key).values_list(looked.key, flat=True)[BATCH - 1 : BATCH]
    last = next(iter(keys), None)
    if last is not None:
        rows = rows.filter(**{f"{looked.key}__lte": last})
    return partial(_tell, rows, slot, scan, last, now)


def _tell(rows: QuerySet[Any], slot: str, scan: str, last: int | None, now: datetime) -> None:
    tell_found(found=rows, now=now)
    if last is not None:
        _ask(slot, scan, last)


def needed_of_items(notices: Sequence[Notice], now: datetime) -> set[int]:
    """Those whose item is still at that stage: asked before an e-mail goes out."""
    on, known = civil_day(now), content.current()
    rows = PlanItem.objects.filter(public_id__in=[notice.thing for notice in notices])
    stages = {}
    for row in rows:
        as_is = item_now(row, known, on)
        planned = Planned(row.state, row.due_on, row.remind_on, as_is.rule, as_is.valid)
        stages[str(row.public_id)] = item_stage(planned, on)
    return {notice.pk for notice in notices if stages.get(notice.thing) == notice.stage}


def needed_of_payments(notices: Sequence[Notice], now: datetime) -> set[int]:
    """Those on whose day something is still to be repaid."""
    on = civil_day(now)
    days = payment_days(on)
    rows = Debt.objects.filter(
        owner__public_id__in=[notice.thing for notice in notices],
        owed_fen__gt=0,
        due_day__in=list(days),
    )
    due = {
        (str(owner), payment_stage(days[day], on))
        for owner, day in rows.values_list("owner__public_id", "due_day")
    }
    return {notice.pk for notice in notices if (notice.thing, notice.stage) in due}
