"""Who is to be told of credit reports today: scans of the worker in records.reminders, and whether
a notice still matters."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Concat, JSONObject
from django.urls import reverse

from accounts.enums import NoticeKind
from accounts.models import DashedUUID, Notice
from inputs.clock import today as civil_day
from records.domain.report_days import (
    ENTRY,
    FREE,
    ends_told,
    free_stage,
    gone_stage,
    is_new_year,
)
from records.enums import EntryKind
from records.models import CreditReport, ReportEntry
from records.telling import NO_ID, text


def free_reports(on: date) -> QuerySet[Any]:
    """In the first days of a year: one notice for whoever noted a report in the year before."""
    rows = CreditReport.objects.filter(reported_on__year=on.year - 1)
    rows = rows if is_new_year(on) else rows.none()
    since = CreditReport.objects.filter(owner=OuterRef("owner"), reported_on__year=on.year)
    people = rows.exclude(Exists(since)).values("owner_id", "owner__public_id").distinct()
    first = date(on.year, 1, 1).isoformat()
    return people.annotate(
        told_kind=text(NoticeKind.RECORD.value),
        told_about=Concat(text(f"{FREE}:"), DashedUUID("owner__public_id")),
        told_stage=text(f"free:{first}"),
        told_data=JSONObject(on=text(first)),
        told_path=text(reverse("reports")),
    )


def over_five_years(on: date) -> QuerySet[Any]:
    """Bad records of the newest report of a person whose five years are just over."""
    ends = ends_told(on)
    # A report of a later day shows by itself whether it is gone.
    due = [Q(bad_until=ended, report__reported_on__lte=until) for ended, until in ends.items()]
    rows = _of_newest().filter(reduce(or_, due))
    near = [When(bad_until=ended, then=text(until.isoformat())) for ended, until in ends.items()]
    start, end = reverse("report_entry", args=[NO_ID]).split(NO_ID)
    return rows.annotate(told_on=Case(*near)).annotate(
        told_kind=text(NoticeKind.RECORD.value),
        told_about=Concat(text(f"{ENTRY}:"), DashedUUID("public_id")),
        told_stage=Concat(text("gone:"), F("told_on")),
        told_data=JSONObject(on=F("told_on")),
        told_path=Concat(text(start), DashedUUID("public_id"), text(end)),
    )


def _of_newest() -> QuerySet[Any]:
    """Entries of the newest report of each person; what still runs late has no end, and public
    records have periods of their own."""
    newer = CreditReport.objects.confirmed().filter(
        owner=OuterRef("owner"), reported_on__gt=OuterRef("report__reported_on")
    )
    rows = ReportEntry.objects.confirmed().exclude(report__confirmed_at=None)
    return rows.exclude(kind=EntryKind.PUBLIC).not_late_now().exclude(Exists(newer))


def needed_of_free(notices: Sequence[Notice], now: datetime) -> set[int]:
    """Those of people who have noted no report this year."""
    on = civil_day(now)
    rows = CreditReport.objects.filter(owner__in=[notice.owner_id for notice in notices])
    days: dict[int, list[date]] = {}
    for owner, day in rows.values_list("owner", "reported_on"):
        days.setdefault(owner, []).append(day)
    return {
        notice.pk
        for notice in notices
        if free_stage(days.get(notice.owner_id, []), on) == notice.stage
    }


def needed_of_entries(notices: Sequence[Notice], now: datetime) -> set[int]:
    """Those whose entry is still that of the newest report."""
    on = civil_day(now)
    rows = _of_newest().filter(public_id__in=[notice.thing for notice in notices])
    found = rows.exclude(bad_until=None).select_related("report")
    stages = {
        str(row.public_id): gone_stage(row.bad_until, row.report.reported_on, on) for row in found
    }
    return {notice.pk for notice in notices if stages.get(notice.thing) == notice.stage}
