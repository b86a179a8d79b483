"""Reports for tests: invented ones, read from text or entered by hand."""

import datetime as dt
from pathlib import Path

from records.domain.report_text import read_report
from records.models import CreditReport, Inquiry, ReportEntry
from records.services import add_report, confirm_report, import_report

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PAPERS = Path(__file__).parent / "reports"
HEAD = {
    "reported_on": dt.date(2026, 11, 20),
    "kind": "brief",
    "cost": "free",
    "number_tail": "9999",
    "note": "",
}


def paper(name="brief-six-accounts"):
    return (PAPERS / f"{name}.txt").read_text(encoding="utf-8")


def noted(owner, **fields):
    """A report entered by hand, without rows."""
    return add_report(owner=owner, values=HEAD | fields, now=NOON)


def imported(owner, name="brief-six-accounts", text="", now=NOON, **fields):
    """A draft read from text; its day is that of the paper unless another is given."""
    read = read_report(text or paper(name), now.date())
    values = HEAD | {"reported_on": read.reported_on, "number_tail": read.number_tail} | fields
    return import_report(owner=owner, read=read, values=values, origin="pasted", now=now)


def confirmed(owner, name="brief-six-accounts", **fields):
    return confirm_report(report=imported(owner, name, **fields), rows=None, now=NOON)


def entry_of(report: CreditReport, **fields) -> ReportEntry:
    given = {"kind": "revolving", "lender": "演示消费金融有限公司"} | fields
    return ReportEntry.objects.create(owner_id=report.owner_id, report=report, **given)


def inquiry_of(report: CreditReport, on, **fields) -> Inquiry:
    given = {"who": "示范银行股份有限公司", "reason": "贷款审批"} | fields
    return Inquiry.objects.create(owner_id=report.owner_id, report=report, on=on, **given)
