"""Reviewed content in the back office: read-only where files rule, staff records can be added."""

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from guidance import content
from guidance.domain.loading import BY_FILE, ContentError, build_knowledge, parse_record
from guidance.enums import Origin
from guidance.models import ContentRelease, Record
from inputs.clock import today


class RecordForm(forms.ModelForm):
    """A staff record: the whole record as JSON, checked like a file before it is saved."""

    class Meta:
        model = Record
        fields = ("kind", "data")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, record = data.get("kind"), data.get("data")
        if not kind or not isinstance(record, dict):
            return data
        try:
            parse_record(BY_FILE[kind], record)
            files = content.stored_files()
            others = [row for row in files.get(kind, []) if row.get("slug") != record.get("slug")]
            build_knowledge({**files, kind: [*others, record]}, "check")
        except (ValueError, TypeError, ContentError) as error:
            raise ValidationError({"data": str(error)}) from error
        clash = Record.objects.filter(kind=kind, slug=record["slug"]).exclude(pk=self.instance.pk)
        if clash.exists():
            raise ValidationError({"data": _("这个标识已经存在")})
        return data


class ReviewDue(admin.SimpleListFilter):
    title = _("审校")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", _("已到期")), ("soon", _("30 天内到期"))]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[Record]
    ) -> models.QuerySet[Record]:
        days = {"due": 0, "soon": 30}.get(self.value() or "")
        if days is None:
            return queryset
        return queryset.filter(review_due_on__lte=today() + timedelta(days=days))


@admin.register(Record)
class RecordAdmin(admin.ModelAdmin):
    form = RecordForm
    list_display = (
        "title_zh",
        "kind",
        "code",
        "strength",
        "reviewed_on",
        "review_due_on",
        "origin",
        "is_active",
    )
    list_filter = (ReviewDue, "kind", "origin", "strength")
    search_fields = ("slug", "code", "title_zh", "title_en")
    show_full_result_count = False

    @admin.display(boolean=True, description=_("在用"))
    def is_active(self, record: Record) -> bool:
        return record.retired_at is None

    @admin.display(description=_("内容"))
    def readable(self, record: Record) -> str:
        text = json.dumps(record.data, ensure_ascii=False, indent=2)
        return format_html("<pre>{}</pre>", text)

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        if obj is not None and obj.origin == Origin.FILE:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Record | None = None) -> tuple[str, ...]:
        if obj is not None and obj.origin == Origin.FILE:
            return ("kind", "slug", "code", "origin", "retired_at", "readable")
        return ("kind", "data")

    readonly_fields = ("readable",)

    def save_model(self, request: HttpRequest, obj: Record, form: Any, change: bool) -> None:
        content.save_staff_record(obj)


@admin.register(ContentRelease)
class ContentReleaseAdmin(admin.ModelAdmin):
    list_display = ("version", "loaded_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
