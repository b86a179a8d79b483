"""Steps of the plan that the notebook shows to be done, or no longer needed."""

from datetime import date

from accounts.models import User
from records.domain.plan import Situation, reasons_gone
from records.domain.reports import FAULTY, EntryNow, InquiryNow, Report, standing
from records.domain.ticking import TICKED, InNotebook, OpenStep, done_by
from records.enums import PlanAction, PlanState
from records.models import PlanItem
from records.reported import newest_report, report_of
from records.services.events import write_event
from records.services.moves import move_item


def tick_off(*, owner: User, today: date) -> int:
    """In the caller's transaction: finish what the newest report has done; how many. Twice: none
    left. The person can put a step back as with any other."""
    rows = PlanItem.objects.for_user(owner).open().filter(tip_code__in=TICKED)
    open_rows = {row.pk: row for row in rows}
    newest = newest_report(owner, today) if open_rows else None
    if newest is None:
        return 0
    steps = [
        OpenStep(row.pk, row.tip_code, row.occurrence, row.anchor_on, row.due_on)
        for row in open_rows.values()
    ]
    done = done_by(steps, _in_notebook(report_of(newest)))
    for key in done:
        move_item(item=open_rows[key], action="finish", today=today)
    return len(done)


def _in_notebook(report: Report) -> InNotebook:
    now = standing(report.entries, report.inquiries, report.reported_on)
    rows: list[EntryNow | InquiryNow] = [*report.entries, *report.inquiries]
    faulty = [row.disputed_on for row in rows if row.verdict in FAULTY]
    return InNotebook(
        reported_on=report.reported_on,
        rows=len(rows),
        inquiries=len(report.inquiries),
        unchecked_entries=now.unchecked_entries,
        unchecked_inquiries=now.unchecked_inquiries,
        objected=sum(day is not None for day in faulty),
        not_objected=sum(day is None for day in faulty),
    )


def end_what_is_over(*, owner: User, situation: Situation, today: date) -> int:
    """In the caller's transaction: end the steps not begun whose reason the newest report no longer
    gives; how many. They stay to be seen among what is over."""
    rows = PlanItem.objects.for_user(owner).filter(state=PlanState.TODO)
    over = list(rows.filter(reason_zh__in=reasons_gone(situation, today)))
    for row in over:
        row.state, row.version = PlanState.EXPIRED, row.version + 1
        row.save(update_fields=["state", "version"])
        write_event(row, PlanAction.EXPIRE, PlanState.TODO, row.due_on)
    return len(over)
