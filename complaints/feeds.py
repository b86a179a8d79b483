"""A person's deadlines, follow-ups, plan and repayment days as an iCalendar file.

Reads only; the same rows give the same bytes, until the next repayment day has passed.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from accounts.models import User
from complaints.domain.calendar import (
    LAST_DAY,
    MONTHS,
    Entry,
    OpenFollowUp,
    OpenItem,
    OpenStep,
    Owing,
    entries,
)
from complaints.enums import Outcome
from complaints.models import CalendarFeed, FollowUp, Step
from guidance import content
from records.domain.debt import due_days
from records.models import PlanItem
from records.owing import debts_of

MOST_ITEMS = 300
ALARM_AT = timedelta(hours=9)  # an all-day entry begins at midnight, when nobody wants to hear it
PRODUCT = "-//Limit Ledger//Deadlines//ZH"


def feed(address: CalendarFeed, language: str, today: date) -> bytes:
    """The calendar of one feed: what is open of a person, or of one case of his.

    What was answered, given up, done, repaid, closed or withdrawn is gone with the next reading; an
    extension, a restart and a clock counted again move their entry. The plan and repayments are in
    that of the whole person only.
    """
    steps = Step.objects.for_user(address.owner).awaited().select_related("complaint")
    asked = FollowUp.objects.for_user(address.owner).filter(answered_at=None)
    asked = asked.exclude(complaint__outcome=Outcome.WITHDRAWN).select_related("complaint")
    if address.complaint_id:
        steps = steps.filter(complaint_id=address.complaint_id)
        asked = asked.filter(complaint_id=address.complaint_id)
        return calendar(entries(_open(steps), _asked(asked)), language)
    items, debts = _items(address.owner), _debts(address.owner, today)
    return calendar(entries(_open(steps), _asked(asked), items, debts), language)


def _items(owner: User) -> Iterable[OpenItem]:
    """Open items with a day; a tip that has been withdrawn is left out. Only a step that everyone
    gets is named: the others would tell of the person's situation ("已经逾期的…")."""
    tips = content.current().tips
    for item in PlanItem.objects.for_user(owner).open().by_urgency()[:MOST_ITEMS]:
        on = item.remind_on or item.due_on
        if on and (not item.tip_code or item.tip_code in tips):
            tip = tips.get(item.tip_code)
            title = tip.title if tip and tip.default else None
            chosen = item.remind_on is not None
            yield OpenItem(str(item.public_id), on, title, chosen)


def _debts(owner: User, today: date) -> Iterable[Owing]:
    """Debts with a repayment day, from the next one on, no more often than there is to repay."""
    for debt in debts_of(owner):
        if debt.due_day is not None and debt.owed_fen > 0:
            following = due_days(debt, today, today + timedelta(days=LAST_DAY))[0]
            left = -(-debt.owed_fen // debt.monthly_fen) if debt.monthly_fen else MONTHS
            yield Owing(debt.key, debt.due_day, following, left)


def _asked(rows: Iterable[FollowUp]) -> Iterable[OpenFollowUp]:
    return (OpenFollowUp(str(row.public_id), row.complaint.receipt_no, row.due_on) for row in rows)


def _open(steps: Iterable[Step]) -> Iterable[OpenStep]:
    return (
        OpenStep(
            key=str(step.public_id),
            receipt_no=step.complaint.receipt_no,
            due_on=step.due_on,
            certainty=step.clock.get("certainty", ""),
            extended_on=step.extended_on,  # type: ignore[attr-defined]  # by awaited()
        )
        for step in steps
        if step.due_on
    )


def calendar(rows: Iterable[Entry], language: str) -> bytes:
    """RFC 5545 text. The stamp is the day of the entry: no clock, so that unchanged rows compare
    equal and a reader is told “not modified”."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "额度明白账" if language.startswith("zh") else "Limit Ledger")
    for row in rows:
        made.add_component(_event(row, language))
    return bytes(made.to_ical())


def _event(row: Entry, language: str) -> Event:
    event = Event()
    event.add("uid", f"{row.key}@limit-ledger")
    event.add("dtstamp", datetime(row.on.year, row.on.month, row.on.day, tzinfo=UTC))
    event.add("dtstart", row.on)
    event.add("dtend", row.on + timedelta(days=1))
    event.add("summary", row.title.in_language(language))
    event.add("description", row.detail.in_language(language))
    if row.repeats:
        event.add("rrule", row.repeats)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", row.title.in_language(language))
    reminder.add("trigger", ALARM_AT - timedelta(days=row.remind_days_before))
    event.add_component(reminder)
    return event
