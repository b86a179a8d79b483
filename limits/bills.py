"""Worker of bills: read an export in memory, keep what it tells, forget the rest.

Safe to run twice: what was found is stored in the one transaction that deletes the file. No text
of the bill reaches a log, a job or a table; lines keep a day, an amount and why they count.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from accounts.keyring import open_sealed, open_sealed_bytes, seal
from guidance import content
from guidance.domain.records import Knowledge
from inputs.errors import InputError, gettext_noop
from inputs.filetypes import is_zip
from inputs.sheets import SheetLimits, open_sheet
from jobs.registry import Effect
from limits.domain.bill_clues import Finding, Lender, findings
from limits.domain.bills import Read, name_differs, read_bill
from limits.domain.lenders import LENDING_LICENCES
from limits.enums import ImportState
from limits.models import Bill, Upload

LIMITS = SheetLimits(max_bytes=20 * 2**20, max_rows=100_001, max_columns=40)
SHORTEST_NAME = 2
LOCKED_ARCHIVE = gettext_noop(
    "这是压缩包。支付宝和微信发来的账单是加密压缩包：先用它们给的密码解压，再上传里面的文件。"
)
OWN_WORDS = {
    "picture": gettext_noop(
        "这是图片或截图，读不出账单。请照页面上的步骤，从 App 里导出账单文件再上传。"
    ),
    "pdf": gettext_noop(
        "这是 PDF，读不出账单。请重新导出，用途选“用于个人对账”，收到的就是表格文件。"
    ),
}

Progress = Callable[[int, str], None]


def read_uploaded(bill_id: str, progress: Progress) -> Effect:
    """What a bill tells; the effect stores it sealed and deletes the file."""
    bill = (
        Bill.objects.select_related("upload", "owner")
        .filter(public_id=bill_id, state=ImportState.QUEUED)
        .first()
    )
    if bill is None or bill.upload is None:
        return None
    try:
        data = open_sealed_bytes(bytes(bill.upload.sealed), bill.upload.place, bill.owner_id)
        progress(10, "")
        read, found = told(data)
    except InputError as error:
        return partial(_refuse, bill.pk, error)
    return partial(_store, bill.pk, read, found)


def told(data: bytes) -> tuple[Read, tuple[Finding, ...]]:
    """What a file tells. InputError with a sentence that says what to do."""
    try:
        read = read_bill(open_sheet(data, limits=LIMITS).rows)
    except InputError as error:
        raise plainer(error, data) from error
    return read, findings(read.payments, lender_names(content.current()))


def plainer(error: InputError, data: bytes) -> InputError:
    """The same refusal in words about bills. The apps send them as locked archives; a locked
    workbook is no ZIP."""
    if error.code == "archive" or (error.code == "locked" and is_zip(data)):
        return InputError("archive", LOCKED_ARCHIVE)
    words = OWN_WORDS.get(error.code)
    return InputError(error.code, words) if words else error


def lender_names(known: Knowledge) -> Mapping[str, Lender]:
    """Names that may stand on a bill → who lends. Names of one letter are left out."""
    family = {
        slug: product.family
        for product in known.products.values()
        for slug in (product.own_lender, *product.institutions)
        if slug and product.family != "other"
    }
    names = {
        name: Lender(product.own_lender or product.slug, product.family)
        for product in known.products.values()
        if product.slug != "other"
        for name in (product.title.zh, *product.aliases)
    }
    names |= {
        row.legal_name.zh: Lender(row.slug, family.get(row.slug, row.slug))
        for row in known.institutions.values()
        if row.licence in LENDING_LICENCES
    }
    return {name: lender for name, lender in names.items() if len(name) >= SHORTEST_NAME}


def _refuse(pk: int, error: InputError) -> None:
    bill = _queued(pk)
    if bill is None:
        return
    bill.state = ImportState.REFUSED
    bill.refusal = {"code": error.code, "template": error.template, "params": error.params}
    _save_and_forget(bill)


def _store(pk: int, read: Read, found: tuple[Finding, ...]) -> None:
    bill = _queued(pk)
    if bill is None:
        return
    days = [row.on for row in read.payments]
    bill.state = ImportState.CHECKED
    bill.layout = read.layout
    bill.first_on, bill.last_on = min(days), max(days)
    bill.rows_skipped = sum(read.unreadable.values())
    bill.rows_read = len(read.payments) + read.void
    bill.name_differs = name_differs(read.holder, bill.owner.display_name)
    text = json.dumps(_report(read, found), ensure_ascii=False)
    bill.sealed_findings = seal(text, bill.place, bill.owner_id)
    _save_and_forget(bill)


def _queued(pk: int) -> Bill | None:
    rows = Bill.objects.select_for_update(of=("self",)).filter(pk=pk, state=ImportState.QUEUED)
    return rows.select_related("owner").first()


def _save_and_forget(bill: Bill) -> None:
    """The file goes in the transaction that keeps what it told."""
    bill.save()
    Upload.objects.filter(bill=bill).delete()


def _report(read: Read, found: tuple[Finding, ...]) -> dict[str, Any]:
    return {
        "stated": read.stated,
        "void": read.void,
        "unreadable": dict(read.unreadable),
        "findings": [_finding_json(row) for row in found],
    }


def _finding_json(row: Finding) -> dict[str, Any]:
    return {
        "code": row.code,
        "zh": row.summary.zh,
        "en": row.summary.en,
        "more": row.more,
        "sensitive": row.is_sensitive,
        "lines": [
            [line.on.isoformat(), line.amount_fen, line.why.zh, line.why.en] for line in row.lines
        ],
    }


def report_of(bill: Bill) -> dict[str, Any]:
    """What was read, opened for its owner's page: findings, and how many rows did not count."""
    if not bill.sealed_findings:
        return {"stated": 0, "void": 0, "unreadable": {}, "findings": []}
    return dict(json.loads(open_sealed(bytes(bill.sealed_findings), bill.place, bill.owner_id)))


def findings_of(bill: Bill) -> list[dict[str, Any]]:
    return list(report_of(bill)["findings"])
