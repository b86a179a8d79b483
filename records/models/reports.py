"""Credit reports a person pulled: what each said, on its day.

No name, no ID number, no address is kept; of the number of the report only its last four digits.
A report that was read from text is a draft until its rows have been compared with the paper: only
confirmed rows count anywhere.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.ownership import OwnedModel, OwnedQuerySet
from inputs.models import BodyField, FenField, LineField, fen_between_bounds
from records.domain.reports import BAD_CODES
from records.enums import (
    EntryKind,
    EntryState,
    FiveClass,
    InquiryVerdict,
    ReportCost,
    ReportKind,
    ReportOrigin,
    Verdict,
)

MOST_REPORTS = 100
LATE = (EntryState.OVERDUE, EntryState.BAD)
DONE_WITH = (EntryState.SETTLED, EntryState.CLOSED, EntryState.TRANSFERRED)


def _count(model: type[models.Model]) -> Coalesce:
    """How many rows of a report; a subquery, because two joins would multiply each other."""
    rows = model._default_manager.filter(report=OuterRef("pk")).order_by().values("report")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


class CreditReportQuerySet(OwnedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-reported_on", "-pk")

    def confirmed(self) -> Self:
        return self.exclude(confirmed_at=None)

    def drafts(self) -> Self:
        return self.filter(confirmed_at=None)

    def with_counts(self) -> Self:
        """With `entry_count` and `inquiry_count`; each is one look into an index."""
        return self.annotate(entry_count=_count(ReportEntry), inquiry_count=_count(Inquiry))


class CreditReport(OwnedModel):
    """One report. `confirmed_at` is null while rows that were read wait to be compared.

    `holder_mark` is a keyed fingerprint of the name and the end of the ID number as printed: it
    shows that two reports are of one person and tells nobody who that is. `unread` are sentences
    that were not understood, with long numbers masked; kept until the person says that he has
    entered them himself: without them the sums of the report are not whole.
    """

    reported_on = models.DateField("报告日期")
    kind = models.CharField("版本", max_length=10, choices=ReportKind.choices)
    cost = models.CharField(
        "是否免费", max_length=8, choices=ReportCost.choices, default=ReportCost.UNKNOWN
    )
    origin = models.CharField(max_length=8, choices=ReportOrigin.choices, default="typed")
    number_tail = models.CharField("报告编号后四位", max_length=4, blank=True)
    note = BodyField("备注", max_length=1000, blank=True)
    holder_mark = models.CharField(max_length=64, blank=True)
    unread: Any = models.JSONField(default=list, blank=True)
    confirmed_at = models.DateTimeField("核对完的时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = CreditReportQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "信用报告"
        verbose_name_plural = "信用报告"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-reported_on", "-id"], name="report_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind"),
            models.CheckConstraint(condition=Q(cost__in=ReportCost.values), name="report_cost"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class RowQuerySet(OwnedQuerySet):
    def confirmed(self) -> Self:
        return self.filter(confirmed=True)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class ReportEntryQuerySet(RowQuerySet):
    def running(self) -> Self:
        """Not settled, closed or transferred, as the report said."""
        return self.exclude(state__in=DONE_WITH)

    def not_late_now(self) -> Self:
        """As records.domain.reports.is_overdue_now says of one row."""
        return self.exclude(state__in=LATE).exclude(overdue_fen__gt=0)


class ReportEntry(OwnedModel):
    """One account, guarantee or public record as one report printed it. Unknown figures are null.

    `limit_fen` is the credit limit, of a loan the amount lent; `as_of` and `closed_on` are the
    first day of the month printed. `bad_until` is the day what was bad ended (paid off, settled):
    five years after it the record must be gone (征信业管理条例 art 16). `codes` are the marks of
    repayment, oldest first. `printed` is the sentence it was read from, masked, kept while it
    waits to be confirmed.
    """

    report = models.ForeignKey(CreditReport, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField("种类", max_length=10, choices=EntryKind.choices)
    lender = LineField("机构", max_length=120)
    business = LineField("业务种类", max_length=60, blank=True)
    opened_on = models.DateField("开立日期", null=True, blank=True)
    ends_on = models.DateField("到期日期", null=True, blank=True)
    is_permanent = models.BooleanField("长期有效", null=True, blank=True)
    limit_fen = FenField("额度或借款金额（分）", null=True, blank=True)
    balance_fen = FenField("余额或已用（分）", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=EntryState.choices, blank=True)
    five_class = models.CharField(
        "五级分类", max_length=12, choices=FiveClass.choices, blank=True, default=""
    )
    monthly_fen = FenField("本月应还款（分）", null=True, blank=True)
    as_of = models.DateField("截至哪个月", null=True, blank=True)
    closed_on = models.DateField("哪个月结清或销户", null=True, blank=True)
    overdue_fen = FenField("当前逾期金额（分）", null=True, blank=True)
    overdue_months = models.PositiveSmallIntegerField("逾期过几个月", null=True, blank=True)
    over_90 = models.BooleanField("有过 90 天以上逾期", null=True, blank=True)
    codes = models.CharField("还款记录", max_length=60, blank=True)
    bad_until = models.DateField("不良哪天终止", null=True, blank=True)
    verdict = models.CharField(
        "核对结果", max_length=10, choices=Verdict.choices, default=Verdict.UNCHECKED
    )
    what_wrong = BodyField("哪里不对", max_length=500, blank=True)
    disputed_on = models.DateField("哪天提的异议", null=True, blank=True)
    confirmed = models.BooleanField("和报告对过", default=True)
    printed = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=0)

    @property
    def shows_late(self) -> bool:
        """Whether its marks of repayment hold a bad one, whatever its state says."""
        return bool(BAD_CODES & set(self.codes))

    objects = ReportEntryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "报告里的一条"
        verbose_name_plural = "报告里的各条"
        indexes: ClassVar = [
            models.Index(fields=["report", "position", "id"], name="entry_of_report"),
            models.Index(
                fields=["bad_until", "id"],
                condition=Q(bad_until__isnull=False),
                name="entry_bad_until",
            ),
        ]
        constraints: ClassVar = [
            fen_between_bounds(
                "limit_fen", "balance_fen", "monthly_fen", "overdue_fen", name="entry_in_bounds"
            ),
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="entry_verdict"),
            models.CheckConstraint(
                condition=Q(bad_until__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(bad_until__gte=models.F("opened_on")),
                name="bad_ends_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | Q(printed=""), name="printed_only_in_drafts"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class InquiryQuerySet(RowQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-on", "-pk")


class Inquiry(OwnedModel):
    """Who looked at the report, when, and the reason printed."""

    report = models.ForeignKey(CreditReport, on_delete=models.CASCADE, related_name="inquiries")
    position = models.PositiveIntegerField(default=0)
    on = models.DateField("查询日期")
    who = LineField("查询机构", max_length=120)
    reason = LineField("查询原因", max_length=60)
    verdict = models.CharField(
        "核对结果", max_length=10, choices=InquiryVerdict.choices, default="unchecked"
    )
    disputed_on = models.DateField("哪天提的异议", null=True, blank=True)
    confirmed = models.BooleanField("和报告对过", default=True)

    objects = InquiryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "查询记录"
        verbose_name_plural = "查询记录"
        indexes: ClassVar = [
            models.Index(fields=["report", "-on", "-id"], name="inquiry_of_report"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict__in=InquiryVerdict.values), name="inquiry_verdict"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
