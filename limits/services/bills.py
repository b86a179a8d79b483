"""The only writers of bills: sent in, judged by the person, forgotten."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.keyring import seal_bytes
from accounts.models import User
from jobs.services import enqueue_new
from limits.bills import findings_of
from limits.enums import ImportState, UploadPurpose
from limits.models import BILL_DAYS, Bill, LimitChange, Upload

MOST_OPEN = 3
MOST_REASSESSED = 20


@transaction.atomic
def start_bill(*, owner: User, data: bytes) -> Bill:
    """Keep the file sealed and ask for it to be read. ValidationError when too many wait."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if Bill.objects.filter(owner=owner, state=ImportState.QUEUED).count() >= MOST_OPEN:
        raise ValidationError(_("还有账单没有读完，请等一会儿再上传。"), code="too_many_open")
    upload = Upload(owner=owner, purpose=UploadPurpose.BILL, size=len(data))
    upload.sealed = seal_bytes(data, upload.place, owner)
    upload.save(force_insert=True)
    bill = Bill(owner=owner, upload=upload)
    kind = "limits.read_bill"
    args = {"bill": str(bill.public_id)}
    bill.job_id = enqueue_new(kind=kind, key=f"{kind}:{bill.public_id}", args=args).pk
    bill.save(force_insert=True)
    return bill


@transaction.atomic
def accept_findings(*, bill: Bill, codes: Collection[str]) -> Bill:
    """Let these findings count as clues, the others not. Changes near the bill are assessed again.

    Codes the bill does not hold are refused.
    """
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    held = {row["code"] for row in findings_of(bill)}
    if bill.state not in (ImportState.CHECKED, ImportState.SAVED) or set(codes) - held:
        raise ValidationError(_("选项无效"), code="invalid_choice")
    bill.accept(set(codes))
    bill.state, bill.version = ImportState.SAVED, bill.version + 1
    bill.save(update_fields=["sealed_accepted", "state", "version"])
    _assess_near(bill)
    return bill


@transaction.atomic
def forget_bill(*, bill: Bill) -> None:
    """Delete the bill with everything it told; its clues count no more."""
    bill = Bill.objects.select_for_update(of=("self",)).get(pk=bill.pk)
    if bill.accepted:
        bill.version += 1
        _assess_near(bill)
    Upload.objects.filter(bill=bill).delete()
    bill.delete()


def _assess_near(bill: Bill) -> None:
    """The newest changes of the time for which the bill says something."""
    if bill.first_on is None or bill.last_on is None:
        return
    near = LimitChange.objects.filter(
        owner_id=bill.owner_id,
        effective_on__gte=bill.first_on,
        effective_on__lte=bill.last_on + BILL_DAYS,
    )
    ids = near.current().newest_first().values_list("public_id", flat=True)[:MOST_REASSESSED]
    if ids:
        enqueue_new(
            kind="limits.assess",
            key=f"limits.assess:bill:{bill.public_id}:{bill.version}",
            args={"changes": [str(public_id) for public_id in ids]},
        )
