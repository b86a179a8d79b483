"""Rollups for the back office, to look at. No page here opens a person's own ledger."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jobs.admin import ReadOnlyAdmin
from limits.domain.crowd import at_least
from limits.models import Calibration, CrowdWindow


@admin.register(CrowdWindow)
class CrowdWindowAdmin(admin.ModelAdmin):
    """Rounded numbers only: exact ones of neighbouring days would show single persons."""

    list_display = ("product_slug", "direction", "centre_on", "rounded_people", "is_wave")
    list_display_links = None
    list_filter = ("is_wave", "direction", "product_slug")
    date_hierarchy = "centre_on"
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-centre_on", "product_slug", "direction")
    fields = list_display
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CrowdWindow]:
        """Without windows below the smallest group: their days alone would tell of one person."""
        return super().get_queryset(request).filter(people__isnull=False)

    @admin.display(description=_("至少多少人"))
    def rounded_people(self, window: CrowdWindow) -> int | None:
        return at_least(window.people)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Calibration)
class CalibrationAdmin(ReadOnlyAdmin):
    """How the ranking did: the numbers of the public page, one row a day. No person's words."""

    list_display = ("made_on", "confirmed", "counted", "first", "first_three", "brier")
    date_hierarchy = "made_on"
    list_per_page = 31
    show_full_result_count = False
    ordering = ("-made_on",)
    fields = ("made_on", "content_version", "confirmed", "result")
    readonly_fields = fields

    @admin.display(description=_("细目所用例数"))
    def counted(self, row: Calibration) -> int | None:
        return _number(row, "counted")

    @admin.display(description=_("排在第一"))
    def first(self, row: Calibration) -> int | None:
        return _number(row, "first")

    @admin.display(description=_("排在前三"))
    def first_three(self, row: Calibration) -> int | None:
        return _number(row, "first_three")

    @admin.display(description=_("Brier 分"))
    def brier(self, row: Calibration) -> float | None:
        return _number(row, "brier")


def _number(row: Calibration, name: str) -> Any:
    """None: fewer people than the smallest group."""
    return row.result.get(name)
