"""Files on their way into the ledger, and what was read from them.

The bytes of a file live sealed in `Upload` until a job has read them, then the row is deleted.
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.keyring import open_sealed, seal
from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.models import LineField
from limits.enums import ImportState, Layout, UploadPurpose
from limits.models.ledger import LimitChange

BILL_DAYS = timedelta(days=190)  # how far back a bill still says something about a change


class Upload(OwnedModel):
    """One file, sealed (accounts.keyring) until it has been read; deleted in the same transaction
    that stores what was read, or after a day."""

    purpose = models.CharField(max_length=10, choices=UploadPurpose.choices)
    sealed = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        verbose_name = "待读取的文件"
        verbose_name_plural = "待读取的文件"

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        return f"limits.upload:{self.public_id}"


class ImportBatch(OwnedModel):
    """One table of changes: read, shown with every problem, then saved or given up.

    `refusal` is a code and numbers when the file cannot be read at all (inputs.errors). `report`
    is what to say about the whole table: its header, columns not understood, products not listed.
    """

    file_name = LineField("文件名", max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.QUEUED)
    upload = models.OneToOneField(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="batch"
    )
    job_id = models.UUIDField(null=True, blank=True)
    refusal: Any = models.JSONField(default=dict, blank=True)
    report: Any = models.JSONField(default=dict, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_good = models.PositiveIntegerField(default=0)
    rows_known = models.PositiveIntegerField("已在台账里的", default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    rows_saved = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="import_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ImportRow(models.Model):
    """One line of the table: as understood (`values`), or as typed (`cells`) and what is wrong.

    Each problem is {"column", "code", "template", "params"}: the sentence is made when shown.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    cells: Any = models.JSONField(default=list)
    values: Any = models.JSONField(default=dict)
    problems: Any = models.JSONField(default=list)
    has_problems = models.BooleanField(default=False)
    row_key = models.CharField(max_length=64, blank=True)
    is_known = models.BooleanField(default=False)
    change = models.ForeignKey(
        LimitChange, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "导入行"
        verbose_name_plural = "导入行"
        indexes: ClassVar = [
            models.Index(
                fields=["batch", "number"],
                condition=Q(has_problems=True),
                name="import_row_problems",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_row_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class BillQuerySet(OwnedQuerySet):
    def accepted_codes(self, owner_id: int, on: date) -> frozenset[str]:
        """Clues the person let count, from bills of the half year before `on`."""
        near = self.filter(owner_id=owner_id, first_on__lte=on, last_on__gte=on - BILL_DAYS)
        told = near.exclude(sealed_accepted=b"").only("public_id", "owner", "sealed_accepted")
        return frozenset(code for bill in told for code in bill.accepted)


class Bill(OwnedModel):
    """What a platform's bill export told. Its raw rows are never stored.

    What was found (limits.bills.report_of) has lines of a day, an amount and why it counts; sealed,
    because together they show how a person lives. The codes the person let count are sealed too:
    one of them is sensitive.
    """

    layout = models.CharField(max_length=10, choices=Layout.choices, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.QUEUED)
    upload = models.OneToOneField(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="bill"
    )
    job_id = models.UUIDField(null=True, blank=True)
    refusal: Any = models.JSONField(default=dict, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_skipped = models.PositiveIntegerField(default=0)
    name_differs = models.BooleanField("姓名对不上", default=False)
    sealed_findings = models.BinaryField(blank=True, default=bytes)
    sealed_accepted = models.BinaryField(blank=True, default=bytes)
    version = models.PositiveIntegerField(default=1)

    objects = BillQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "账单"
        verbose_name_plural = "账单"
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="bill_newest")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> str:
        return f"limits.bill:{self.public_id}"

    @property
    def accepted(self) -> list[str]:
        """Codes the person let count as clues. Never log, never store in the clear."""
        if not self.sealed_accepted:
            return []
        text = open_sealed(bytes(self.sealed_accepted), self._accepted_place, self.owner_id)
        return list(json.loads(text))

    def accept(self, codes: Iterable[str]) -> None:
        """Take these codes, not yet saved."""
        text = json.dumps(sorted(codes))
        self.sealed_accepted = seal(text, self._accepted_place, self.owner_id)

    @property
    def _accepted_place(self) -> str:
        return f"limits.bill.accepted:{self.public_id}"
