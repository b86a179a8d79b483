"""What a person will be reminded of in the next 60 days, by day: the page and what it reads.

Seven queries whatever the number: the plan, the debts, the days of cases, the reports, the notices.
"""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import CharField, F, Q, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import NoticeKind
from accounts.http import person
from accounts.models import Notice, User
from complaints.domain.calendar import OWN_ITEM, REPAYMENT
from complaints.domain.reminders import DAYS_BEFORE as DEADLINE_BEFORE
from complaints.enums import Outcome
from complaints.models import FollowUp, Step
from guidance import content
from guidance.domain.records import Text
from inputs.clock import SHANGHAI, today
from jobs.registry import periodic_work, slot_start
from records import reminders
from records.domain.debt import CALENDAR_DAYS, repayments
from records.domain.reminders import DAYS_BEFORE
from records.domain.report_days import free_stage
from records.domain.reports import Report, bad_records
from records.domain.states import LATER, NEVER, PAST
from records.models import CreditReport, PlanItem
from records.models.reports import MOST_REPORTS
from records.owing import debts_of
from records.reported import report_of
from records.showing import item_row

MOST_ITEMS = 300
OF_CASES = "complaints.remind"
TOLD_BY = {NoticeKind.DEADLINE: OF_CASES, NoticeKind.FOLLOW_UP: OF_CASES}


@dataclass(frozen=True, slots=True)
class Day:
    """Something that falls on a day, and on which day a reminder of it comes first: None where it
    was written down too late for one. `told`: that reminder stands in the inbox.

    `plain` is its title without a lender's name and without the person's words: a program with
    the right to see reminders has no right to those.
    """

    on: date
    kind: NoticeKind
    title: Text | str
    path: str
    remind_on: date | None
    plain: Text | str
    told: bool = False


def _plan_days(owner: User, first: date, last: date) -> Iterable[Day]:
    near = Q(due_on__range=(first, last)) | Q(remind_on__range=(first, last))
    known = content.current()
    for item in PlanItem.objects.for_user(owner).open().filter(near).by_urgency()[:MOST_ITEMS]:
        put_off = item.state == LATER and item.remind_on >= first
        on = item.remind_on if put_off else item.due_on
        row = item_row(item, known, first)
        if on and first <= on <= last and row["group"] not in (PAST, NEVER):
            before = timedelta(days=0 if put_off else DAYS_BEFORE)
            path = reverse("plan_item", args=[item.public_id])
            plain = OWN_ITEM if isinstance(row["title"], str) else row["title"]
            yield Day(on, NoticeKind.PLAN, row["title"], path, on - before, plain)


def _repayment_days(owner: User, first: date, last: date) -> Iterable[Day]:
    before, path = timedelta(days=DAYS_BEFORE), reverse("debt")
    for row in repayments(debts_of(owner), first, (last - first).days):
        yield Day(row.on, NoticeKind.PAYMENT, row.name, path, row.on - before, REPAYMENT)


def _case_days(owner: User, first: date, last: date) -> Iterable[Day]:
    steps = Step.objects.for_user(owner).awaited().filter(awaited_on__range=(first, last))
    asked = FollowUp.objects.for_user(owner).filter(answered_at=None, due_on__range=(first, last))
    asked = asked.exclude(complaint__outcome=Outcome.WITHDRAWN)
    rows = _of_cases(steps, NoticeKind.DEADLINE, "awaited_on").union(
        _of_cases(asked, NoticeKind.FOLLOW_UP, "due_on"), all=True
    )
    for kind, on, case, receipt_no in rows:
        is_deadline = kind == NoticeKind.DEADLINE
        words = _("对方答复的期限（%(no)s）") if is_deadline else _("后来怎么样了（%(no)s）")
        before = timedelta(days=DEADLINE_BEFORE if is_deadline else 0)
        path = reverse("complaint", args=[case])
        title = words % {"no": receipt_no}
        yield Day(on, NoticeKind(kind), title, path, on - before, title)


def _of_cases(rows: Any, kind: NoticeKind, day: str) -> Any:
    named = rows.annotate(what=Value(kind.value, output_field=CharField()), day=F(day)).order_by()
    return named.values_list("what", "day", "complaint__public_id", "complaint__receipt_no")


def _report_days(owner: User, first: date, last: date) -> Iterable[Day]:
    """When two reports are free again, and when a bad record of the newest report must be gone."""
    rows = list(CreditReport.objects.for_user(owner).newest_first()[:MOST_REPORTS])
    next_year = date(first.year + 1, 1, 1)
    if next_year <= last and free_stage([row.reported_on for row in rows], next_year):
        title, path = _("又可以免费取两次信用报告"), reverse("reports")
        yield Day(next_year, NoticeKind.RECORD, title, path, next_year, title)
    newest = next((row for row in rows if row.confirmed_at), None)
    report = report_of(newest) if newest else Report(first)
    for row in bad_records(report.entries, report.reported_on, first):
        if row.kept_until and first <= row.kept_until <= last:
            path = reverse("report_entry", args=[row.entry.key])
            plain = _("一条旧记录保存期满")
            title = f"{plain}：{row.entry.lender}"
            after = row.kept_until + timedelta(days=1)
            yield Day(row.kept_until, NoticeKind.RECORD, title, path, after, plain)


# Where days come from. One more thing to be reminded of: one more line.
SOURCES: tuple[Callable[[User, date, date], Iterable[Day]], ...] = (
    _plan_days,
    _repayment_days,
    _case_days,
    _report_days,
)


def upcoming_days(owner: User, first: date) -> list[Day]:
    """Everything from `first` on for 60 days, the nearest first."""
    last = first + timedelta(days=CALENDAR_DAYS)
    found = [day for source in SOURCES for day in source(owner, first, last)]
    told = _told(owner, found, first)
    rounds = {kind: _next_round(kind, first) for kind in {day.kind for day in found}}
    found = [_as_told(day, told, rounds[day.kind]) for day in found]
    return sorted(found, key=lambda day: (day.on, NoticeKind.values.index(day.kind), day.path))


def _told(owner: User, days: Iterable[Day], first: date) -> set[tuple[str, str, str]]:
    """The kind, page and day of the notices that stand in the inbox about days whose turn came."""
    paths = {day.path for day in days if day.remind_on and day.remind_on <= first}
    rows = Notice.objects.for_user(owner).shown().filter(path__in=paths)
    return set(rows.values_list("kind", "path", "data__on")) if paths else set()


def _as_told(day: Day, told: Container[tuple[str, str, str]], coming: date) -> Day:
    """With the truth about its reminder: told already, or at the coming round of its job."""
    if (day.kind.value, day.path, day.on.isoformat()) in told:
        return replace(day, told=True)
    if day.remind_on is None or day.remind_on >= coming:
        return day
    is_too_late = day.kind == NoticeKind.PAYMENT and coming > day.on
    return replace(day, remind_on=None if is_too_late else coming)


def _next_round(kind: NoticeKind, first: date) -> date:
    """The day on which the job that tells of this kind runs next: today or tomorrow."""
    work, now = periodic_work(TOLD_BY.get(kind, reminders.KIND)), datetime.now(SHANGHAI)
    has_run = slot_start(work, now).astimezone(SHANGHAI).date() == now.date()
    return first + timedelta(days=has_run)


@login_required
@require_safe
def upcoming(request: HttpRequest) -> HttpResponse:
    now = today()
    days = groupby(upcoming_days(person(request), now), key=lambda day: day.on)
    groups = [{"on": on, "left": (on - now).days, "rows": list(rows)} for on, rows in days]
    context = {"groups": groups, "today": now, "length": CALENDAR_DAYS}
    return render(request, "portal/upcoming.html", context)
