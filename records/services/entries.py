"""The only writers of the rows of a report: entries and inquiries, by hand and judged."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from inputs.ids import uuids
from inputs.words import field_refusal
from records import remembered
from records.domain.report_shapes import InquiryRead
from records.domain.reports import is_off_list
from records.enums import EntryState, InquiryVerdict, Verdict
from records.models import CreditReport, Inquiry, ReportEntry
from records.reported import newest_report
from records.services.events import refuse_stale
from records.services.reports import FIGURES, choose_plan_by_report, held_report, settle

MOST_ENTRIES = 500
MOST_INQUIRIES = 2_000
FIELDS = (*FIGURES, "bad_until")
STILL_RUNNING = (EntryState.NORMAL, EntryState.OVERDUE)
OF_AN_INQUIRY = ("on", "who", "reason")


@transaction.atomic
def add_entry(*, report: CreditReport, values: Mapping[str, Any], now: datetime) -> ReportEntry:
    """Enter one row by hand; `values` by the names of FIELDS. The same again is the row it
    has, and one that waits to be confirmed is confirmed by it."""
    report = held_report(report)
    given = {name: values.get(name) for name in FIELDS}
    twin = report.entries.filter(**given).first()
    if twin is not None and twin.confirmed:
        return twin  # type: ignore[no-any-return]
    if twin is not None:
        return edit_entry(entry=twin, values=given, now=now)
    refuse_entry(given, report.reported_on)
    if report.entries.count() >= MOST_ENTRIES:
        raise ValidationError(_("一份报告最多记 500 条"), code="too_many")
    made = ReportEntry.objects.create(
        owner_id=report.owner_id, report=report, position=MOST_ENTRIES, **given
    )
    settle(report=report, now=now)
    return made  # type: ignore[no-any-return]


@transaction.atomic
def edit_entry(
    *, entry: ReportEntry, values: Mapping[str, Any], now: datetime, seen: int | None = None
) -> ReportEntry:
    """Correct one row, which counts as compared with the paper; the same again changes nothing."""
    entry = _held(entry)
    given = {name: values.get(name) for name in FIELDS}
    if entry.confirmed and all(getattr(entry, name) == value for name, value in given.items()):
        return entry
    refuse_stale(entry, seen)
    refuse_entry(given, entry.report.reported_on)
    for name, value in given.items():
        setattr(entry, name, value)
    entry.confirmed, entry.printed, entry.version = True, "", entry.version + 1
    entry.save()
    settle(report=entry.report, now=now)
    return entry


def refuse_entry(given: Mapping[str, Any], reported_on: date) -> None:
    """Days in an order that cannot be. Raises ValidationError naming the field."""
    opened, bad_until = given["opened_on"], given["bad_until"]
    if opened and opened > reported_on:
        raise field_refusal("opened_on", _("开立日期不能晚于报告日期"), "after_report")
    if given["ends_on"] and opened and given["ends_on"] < opened:
        raise field_refusal("ends_on", _("到期日期早于开立日期，请核对"), "before_start")
    if bad_until and opened and bad_until < opened:
        raise field_refusal("bad_until", _("还清的日子早于开立日期，请核对"), "before_start")
    if bad_until and bad_until > reported_on:
        raise field_refusal("bad_until", _("还清的日子不能晚于报告日期"), "after_report")
    if given["closed_on"] and opened and given["closed_on"] < opened.replace(day=1):
        raise field_refusal("closed_on", _("结清的月份早于开立日期，请核对"), "before_start")
    if given["closed_on"] and given["state"] in STILL_RUNNING:
        raise field_refusal("state", _("填了结清的月份，状态请选“结清”或“销户”"), "not_closed")
    for name in ("as_of", "closed_on"):
        if given[name] and given[name] > reported_on:
            raise field_refusal(name, _("不能晚于报告日期"), "after_report")


@transaction.atomic
def remove_entry(*, entry: ReportEntry, now: datetime) -> None:
    """Delete one row. Deleted already: nothing happens."""
    _remove(entry, now)


@transaction.atomic
def judge_entry(
    *, entry: ReportEntry, verdict: str, what_wrong: str = "", now: datetime
) -> ReportEntry:
    """What the person found when he compared it; `what_wrong` in his words where it is not right.

    Once he says that it is right, or not checked, no words stay.
    """
    entry = _held(entry)
    before = entry.verdict
    keeps = verdict in (Verdict.WRONG, Verdict.DOUBTFUL, Verdict.STRANGE)
    entry.verdict, entry.what_wrong = verdict, what_wrong if keeps else ""
    entry.version += 1
    entry.save(update_fields=["verdict", "what_wrong", "version"])
    # Of what was found only a strange account is a clue (limits.domain.record_clues).
    is_clue = Verdict.STRANGE in (before, verdict) and before != verdict
    settle(report=entry.report, now=now, explain=is_clue)
    return entry


@transaction.atomic
def judge_rest_right(*, report: CreditReport, now: datetime) -> int:
    """Confirmed entries nobody judged are right; how many. Twice: none left."""
    report = held_report(report)
    rows = report.entries.confirmed().filter(verdict=Verdict.UNCHECKED)
    changed = rows.update(verdict=Verdict.RIGHT, version=F("version") + 1)
    if changed:
        settle(report=report, now=now, explain=False)
    return changed


@transaction.atomic
def add_inquiry(*, report: CreditReport, values: Mapping[str, Any], now: datetime) -> Inquiry:
    """Enter one inquiry; two alike may stand on one report, so the same again is another one."""
    report = held_report(report)
    given = {name: values[name] for name in OF_AN_INQUIRY}
    if given["on"] > report.reported_on:
        raise field_refusal("on", _("不能晚于报告日期"), "after_report")
    if is_off_list(given["on"], report.reported_on):
        said = _("报告只列最近两年的查询，这一天太早了。请对一对年份")
        raise field_refusal("on", said, "off_list")
    if report.inquiries.count() >= MOST_INQUIRIES:
        raise ValidationError(_("一份报告最多记 2000 条查询"), code="too_many")
    before = newest_report(report.owner, report.reported_on - timedelta(days=1))
    (known,) = remembered.of_inquiries(before, [InquiryRead(**given)])
    made = Inquiry.objects.create(owner_id=report.owner_id, report=report, **given, **known)
    settle(report=report, now=now)
    return made  # type: ignore[no-any-return]


@transaction.atomic
def judge_inquiries(*, report: CreditReport, verdicts: Mapping[str, str], now: datetime) -> int:
    """What the person said of each, by public id; how many changed. Unknown ids change nothing."""
    report = held_report(report)
    changed = 0
    for verdict in InquiryVerdict.values:
        named = uuids(key for key, said in verdicts.items() if said == verdict)
        rows = report.inquiries.filter(public_id__in=named).exclude(verdict=verdict)
        changed += rows.update(verdict=verdict)
    if changed:
        settle(report=report, now=now, explain=False)
    return changed


@transaction.atomic
def remove_inquiry(*, inquiry: Inquiry, now: datetime) -> None:
    """Delete one. Deleted already: nothing happens."""
    _remove(inquiry, now)


@transaction.atomic
def note_dispute(*, owner: User, public_id: uuid.UUID, on: date, today: date) -> bool:
    """The day an objection about this row reached the other side; a later one is the day that
    counts. False where the row is gone. Twice: the same."""
    for model in (ReportEntry, Inquiry):
        rows = model.objects.for_user(owner).filter(public_id=public_id)
        if rows.update(disputed_on=on):
            choose_plan_by_report(owner=owner, today=today)
            return True
    return False


def _remove(row: ReportEntry | Inquiry, now: datetime) -> None:
    report = held_report(row.report)
    type(row).objects.filter(pk=row.pk).delete()
    settle(report=report, now=now)


def _held(entry: ReportEntry) -> ReportEntry:
    """The row with its report, both locked, the report first as everywhere: two tabs that correct
    the last two rows of a draft come one after the other, and one of them ends it."""
    report = held_report(entry.report)
    row = ReportEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    row.report = report
    return row  # type: ignore[no-any-return]
