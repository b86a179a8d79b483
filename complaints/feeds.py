"""A person's deadlines and follow-ups as an iCalendar file.

Reads only; the same rows give the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from complaints.domain.calendar import Entry, OpenFollowUp, OpenStep, entries
from complaints.enums import Outcome
from complaints.models import CalendarFeed, FollowUp, Step

PRODUCT = "-//Limit Ledger//Deadlines//ZH"


def feed(address: CalendarFeed, language: str) -> bytes:
    """The calendar of one feed: what is open of a person, or of one case of his.

    What was answered, given up, closed or withdrawn is gone with the next reading; an extension,
    a restart and a clock counted again move their entry.
    """
    steps = Step.objects.for_user(address.owner).awaited().select_related("complaint")
    asked = FollowUp.objects.for_user(address.owner).filter(answered_at=None)
    asked = asked.exclude(complaint__outcome=Outcome.WITHDRAWN).select_related("complaint")
    if address.complaint_id:
        steps = steps.filter(complaint_id=address.complaint_id)
        asked = asked.filter(complaint_id=address.complaint_id)
    return calendar(entries(_open(steps), _asked(asked)), language)


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
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", row.title.in_language(language))
    reminder.add("trigger", timedelta(days=-row.remind_days_before))
    event.add_component(reminder)
    return event
