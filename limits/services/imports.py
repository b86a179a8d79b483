"""The only writers of imports: a table is sent in, then confirmed or given up."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.keyring import seal_bytes
from accounts.models import User
from inputs.errors import InputError
from inputs.texts import clean_line
from jobs.services import enqueue, enqueue_new
from limits.enums import ImportState, UploadPurpose
from limits.models import ImportBatch, Upload

MOST_OPEN = 5
OPEN = (ImportState.QUEUED, ImportState.CHECKED, ImportState.SAVING)
CAN_BE_DISCARDED = (ImportState.QUEUED, ImportState.CHECKED, ImportState.REFUSED)
NAME_CHARS = 120


@transaction.atomic
def start_import(*, owner: User, data: bytes, file_name: str = "") -> ImportBatch:
    """Keep the file sealed and ask for it to be read. ValidationError when too many are open."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if ImportBatch.objects.filter(owner=owner, state__in=OPEN).count() >= MOST_OPEN:
        raise ValidationError(
            _("你有 %(most)s 次导入还没处理完。请先确认或放弃其中一次，再上传新的。"),
            code="too_many_open",
            params={"most": MOST_OPEN},
        )
    upload = Upload(owner=owner, purpose=UploadPurpose.CHANGES, size=len(data))
    upload.sealed = seal_bytes(data, upload.place, owner)
    upload.save(force_insert=True)
    batch = ImportBatch(owner=owner, upload=upload, file_name=_shown_name(file_name))
    batch.job_id = _ask("limits.read_import", batch.public_id)
    batch.save(force_insert=True)
    return batch


def _shown_name(name: str) -> str:
    """As lists show it. The name decides nothing: one with hidden characters is left out."""
    try:
        return clean_line(name[-NAME_CHARS:], NAME_CHARS, required=False)
    except InputError:
        return ""


def _ask(kind: str, batch_id: uuid.UUID) -> uuid.UUID:
    job = enqueue_new(kind=kind, key=f"{kind}:{batch_id}", args={"batch": str(batch_id)})
    return job.pk


@transaction.atomic
def confirm_import(*, batch: ImportBatch, mode: str) -> ImportBatch:
    """Ask for the good rows to be saved. `mode` "all" does so only where no row has a problem.

    Twice: the second call changes nothing. ValidationError when nothing can be saved.
    """
    batch = _locked(batch)
    if batch.state in (ImportState.SAVING, ImportState.SAVED):
        return batch
    if batch.state != ImportState.CHECKED:
        raise ValidationError(_("这次导入已经结束，请重新上传文件。"), code="not_checked")
    if mode == "all" and batch.rows_bad:
        raise ValidationError(
            _("还有 %(count)s 行有问题，一行也没有导入。请改好后重新上传，或只导入没问题的。"),
            code="rows_bad",
            params={"count": batch.rows_bad},
        )
    if not batch.rows_good:
        raise ValidationError(_("没有可以导入的新行。"), code="nothing_new")
    batch.state = ImportState.SAVING
    key = f"limits.save_import:{batch.public_id}"
    args = {"batch": str(batch.public_id)}
    batch.job_id = enqueue(kind="limits.save_import", key=key, args=args).pk
    batch.save(update_fields=["state", "job_id"])
    return batch


@transaction.atomic
def discard_import(*, batch: ImportBatch) -> ImportBatch:
    """Give an import up: what was read is deleted. Twice: the second call changes nothing."""
    batch = _locked(batch)
    if batch.state == ImportState.DISCARDED:
        return batch
    if batch.state not in CAN_BE_DISCARDED:
        raise ValidationError(_("这次导入正在进行或已经完成，不能放弃。"), code="not_checked")
    batch.rows.all().delete()
    Upload.objects.filter(batch=batch).delete()
    batch.state = ImportState.DISCARDED
    batch.save(update_fields=["state"])
    return batch


def _locked(batch: ImportBatch) -> ImportBatch:
    return ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
