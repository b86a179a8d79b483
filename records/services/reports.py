"""The only writers of credit reports. A confirmed report chooses the plan anew."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.crypto import keyed_fingerprint
from accounts.models import User
from inputs.clock import today as civil_day
from inputs.words import field_refusal
from jobs.services import enqueue
from records import remembered
from records.domain.report_text import ReportRead
from records.domain.reports import is_one_too_many
from records.enums import ReportCost, ReportOrigin
from records.models import CreditReport, Inquiry, ReportEntry
from records.models.reports import MOST_REPORTS
from records.reported import free_days, newest_report, situation_of
from records.services.events import held_person, refuse_stale
from records.services.plan import refresh_plan
from records.services.ticking import end_what_is_over, tick_off

FIELDS = ("reported_on", "kind", "cost", "number_tail", "note")
# What a person may enter of an entry as well as a reader.
FIGURES = (
    *("kind", "lender", "business", "opened_on", "ends_on", "is_permanent", "limit_fen"),
    *("balance_fen", "state", "five_class", "monthly_fen", "as_of", "closed_on"),
    *("overdue_fen", "overdue_months", "over_90"),
)
OF_AN_ENTRY = (*FIGURES, "codes", "printed")


@transaction.atomic
def add_report(*, owner: User, values: Mapping[str, Any], now: datetime) -> CreditReport:
    """Note a report by hand; `values` by the names of FIELDS. The same again is the row it has.

    Raises ValidationError: a day in the future, a third free report of its year, too many.
    """
    held_person(owner)
    given = {name: values[name] for name in FIELDS}
    mine = CreditReport.objects.for_user(owner)
    twin = mine.filter(**given).first()
    if twin is not None:
        return twin  # type: ignore[no-any-return]
    _refuse(owner, given, civil_day(now), None)
    return settle(report=CreditReport.objects.create(owner=owner, **given), now=now)


@transaction.atomic
def import_report(
    *, owner: User, read: ReportRead, values: Mapping[str, Any], origin: str, now: datetime
) -> CreditReport:
    """Keep what was read from a text as a draft, each row to be confirmed by the person.

    The same paper that is still an untouched draft is read anew in its place. Raises
    ValidationError as `add_report`; with code "known" or "known_draft" where rows of it were
    confirmed already, and with "somebody_else" where an earlier report was of another person.
    """
    held_person(owner)
    given = {name: values[name] for name in FIELDS}
    mark = holder_mark(read)
    _refuse_somebody_else(owner, mark)
    _make_room(owner, given)
    _refuse(owner, given, civil_day(now), None)
    report = CreditReport.objects.create(
        owner=owner, origin=origin, holder_mark=mark, unread=list(read.unread), **given
    )
    _add_rows(report, read)
    return report  # type: ignore[no-any-return]


def _make_room(owner: User, given: Mapping[str, Any]) -> None:
    """The same paper read again takes the place of a draft nobody has touched."""
    same = {name: given[name] for name in ("reported_on", "kind", "number_tail")}
    rows = CreditReport.objects.for_user(owner).filter(**same)
    read = rows.filter(origin__in=[ReportOrigin.PASTED, ReportOrigin.FILE])
    words = {"on": given["reported_on"].isoformat()}
    if read.confirmed().exists():
        message = _("%(on)s 的这份报告已经记过了。要重新读，先删掉那一份。") % words
        raise ValidationError(message, code="known")
    if read.filter(Q(entries__confirmed=True) | Q(inquiries__confirmed=True)).exists():
        message = _("%(on)s 的这份报告核对到一半。接着核对，或者先删掉它再读。") % words
        raise ValidationError(message, code="known_draft")
    read.delete()


def holder_mark(read: ReportRead) -> str:
    """A fingerprint of the holder; empty unless both name and end of the number were printed."""
    if not read.holder or not read.id_tail:
        return ""
    return keyed_fingerprint("report-holder", read.holder, read.id_tail)


def _refuse_somebody_else(owner: User, mark: str) -> None:
    marked = CreditReport.objects.for_user(owner).exclude(holder_mark="")
    known = marked.newest_first().values_list("holder_mark", flat=True).first()
    if mark and known and mark != known:
        raise ValidationError(
            _(
                "这份报告上的姓名或证件号，和你以前读入的报告不一致。"
                "这里只能记自己的报告；以前那份如果读错了，先把它删掉。"
            ),
            code="somebody_else",
        )


def _add_rows(report: CreditReport, read: ReportRead) -> None:
    """In the order of the report, with what was said of the same rows of the report before."""
    before = newest_report(report.owner, report.reported_on)
    entries = zip(read.entries, remembered.of_entries(before, read.entries), strict=True)
    inquiries = zip(read.inquiries, remembered.of_inquiries(before, read.inquiries), strict=True)
    ReportEntry.objects.bulk_create(
        ReportEntry(
            owner_id=report.owner_id,
            report=report,
            position=place,
            confirmed=False,
            **{name: getattr(row, name) for name in OF_AN_ENTRY},
            **said,
        )
        for place, (row, said) in enumerate(entries)
    )
    Inquiry.objects.bulk_create(
        Inquiry(
            owner_id=report.owner_id,
            report=report,
            position=place,
            on=row.on,
            who=row.who,
            reason=row.reason,
            confirmed=False,
            **said,
        )
        for place, (row, said) in enumerate(inquiries)
    )


def _refuse(
    owner: User, given: Mapping[str, Any], today: date, report: CreditReport | None
) -> None:
    if given["reported_on"] > today:
        raise field_refusal("reported_on", _("不能晚于今天（北京时间）"), "after_today")
    others = free_days(owner, report)
    if given["cost"] == ReportCost.FREE and is_one_too_many(others, given["reported_on"]):
        raise field_refusal(
            "cost",
            _("%(year)s 年已经记了两次免费的。第三次通常要收费，请选“收费的”，或先改前面那份。")
            % {"year": given["reported_on"].year},
            "third_free",
        )
    if report is None and CreditReport.objects.for_user(owner).count() >= MOST_REPORTS:
        raise ValidationError(_("最多记 100 份报告，先删掉不用的"), code="too_many")


@transaction.atomic
def edit_report(
    *, report: CreditReport, values: Mapping[str, Any], now: datetime, seen: int | None = None
) -> CreditReport:
    """Correct what stands at its head; the same again writes nothing. `seen`: see refuse_stale."""
    owner = held_person(report.owner)
    report = held_report(report)
    given = {name: values[name] for name in FIELDS}
    if all(getattr(report, name) == value for name, value in given.items()):
        return report
    refuse_stale(report, seen)
    _refuse(owner, given, civil_day(now), report)
    _refuse_day_before_rows(report, given["reported_on"])
    if given["reported_on"] != report.reported_on:
        # It is no evidence any more for what lies near its old day.
        _explain_again(report, f"{report.version}:moved")
    for name, value in given.items():
        setattr(report, name, value)
    report.save(update_fields=FIELDS)
    return settle(report=report, now=now)


def _refuse_day_before_rows(report: CreditReport, reported_on: date) -> None:
    """A report cannot tell what came after it."""
    days = ("opened_on", "as_of", "closed_on", "bad_until")
    latest = report.entries.aggregate(**{f"last_{name}": Max(name) for name in days})
    asked = report.inquiries.aggregate(last_on=Max("on"))
    found = [day for day in (*latest.values(), *asked.values()) if day]
    if found and max(found) > reported_on:
        raise field_refusal(
            "reported_on",
            _("这份报告里有 %(on)s 的记录，报告日期不能比它早") % {"on": max(found).isoformat()},
            "before_rows",
        )


@transaction.atomic
def forget_unread(*, report: CreditReport) -> CreditReport:
    """The person has entered what was not understood, or it is nothing. Twice: nothing happens."""
    report = held_report(report)
    if report.unread:
        report.unread = []
        report.save(update_fields=["unread"])
    return report


@transaction.atomic
def remove_report(*, report: CreditReport) -> None:
    """Delete a report with all its rows; it is evidence no more. Deleted already: nothing."""
    if CreditReport.objects.filter(pk=report.pk).delete()[0]:
        _explain_again(report, "gone")


@transaction.atomic
def confirm_report(
    *, report: CreditReport, rows: frozenset[uuid.UUID] | None, now: datetime
) -> CreditReport:
    """Take rows that were compared with the paper, by public id; None takes all of them.

    The report stops being a draft once no row waits. Confirmed already: nothing happens.
    """
    report = held_report(report)
    taken = 0
    for waiting in (
        report.entries.filter(confirmed=False),
        report.inquiries.filter(confirmed=False),
    ):
        chosen = waiting if rows is None else waiting.filter(public_id__in=rows)
        extra = {"printed": ""} if waiting.model is ReportEntry else {}
        taken += chosen.update(confirmed=True, **extra)
    return settle(report=report, now=now) if taken or report.confirmed_at is None else report


def settle(*, report: CreditReport, now: datetime, explain: bool = True) -> CreditReport:
    """In the caller's transaction, the report locked, after any change of rows: the end of the
    draft once no row waits, the plan chosen anew, and the changes near its day explained again
    where `explain` says that a clue may differ."""
    waits = (
        report.entries.filter(confirmed=False).exists()
        or report.inquiries.filter(confirmed=False).exists()
    )
    if report.confirmed_at is None and waits:
        return report
    explain = explain or report.confirmed_at is None
    report.confirmed_at = report.confirmed_at or now
    report.version += 1
    report.save(update_fields=["confirmed_at", "version"])
    if explain:
        _explain_again(report, str(report.version))
    choose_plan_by_report(owner=report.owner, today=civil_day(now))
    return report


def _explain_again(report: CreditReport, state: str) -> None:
    """What a report says is evidence for changes near its day (limits.tasks)."""
    enqueue(
        kind="limits.assess_near",
        key=f"limits.assess_near:{report.public_id}:{state}",
        args={"owner": report.owner_id, "on": report.reported_on.isoformat()},
    )


def choose_plan_by_report(*, owner: User, today: date) -> None:
    """In the caller's transaction: the plan of the newest report, and what is done by now."""
    situation = situation_of(owner, today)
    if situation.report_on is None:
        return
    refresh_plan(owner=owner, situation=situation, today=today)
    tick_off(owner=owner, today=today)
    end_what_is_over(owner=owner, situation=situation, today=today)


def held_report(report: CreditReport) -> CreditReport:
    """The row as it now is, locked. Raises CreditReport.DoesNotExist when it has been removed."""
    rows = CreditReport.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=report.pk)  # type: ignore[no-any-return]
