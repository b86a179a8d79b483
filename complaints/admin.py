"""The back office's queue of cases: filters, search, assignment, notes, deadlines."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import AccessLogged
from accounts.enums import AccessWhat
from accounts.http import person
from accounts.models import User
from complaints import services
from complaints.enums import StepPhase
from complaints.models import (
    Complaint,
    ComplaintEvent,
    ComplaintQuerySet,
    DemandResult,
    Document,
    InternalNote,
    Step,
)
from inputs.clock import today


class Rows(admin.TabularInline):
    """Rows of a case, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepRows(Rows):
    """Each filing with its clock: the day of the rule, the day that counts now, how certain."""

    model = Step
    fields = (
        "recipient",
        "channel_code",
        "phase",
        "rule_code",
        "sent_on",
        "received_on",
        "due_on",
        "last_due_on",
        "certainty",
        "answered_on",
        "ended_on",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        rows = super().get_queryset(request).prefetch_related("extensions")
        return rows.defer("answer_text").order_by("pk")

    @admin.display(description=_("状态"))
    def phase(self, step: Step) -> str:
        return str(StepPhase(step.now.phase).label)

    @admin.display(description=_("现在的期限"))
    def last_due_on(self, step: Step) -> Any:
        return step.last_due_on

    @admin.display(description=_("确定程度"))
    def certainty(self, step: Step) -> str:
        known = {
            "firm": _("确定"),
            "provisional": _("暂定"),
            "soft": _("参考"),
            "none": _("没有法定天数"),
        }
        return str(known.get(step.now.certainty, "—")) if step.clock else "—"


class DemandRows(Rows):
    model = DemandResult
    fields = ("demand", "result")
    readonly_fields = fields


class EventRows(Rows):
    model = ComplaintEvent
    fields = ("created_at", "action", "state_from", "state_to", "actor")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ComplaintEvent]:
        return super().get_queryset(request).select_related("actor")


class DocumentRows(Rows):
    """Which documents exist; their text is the person's and is not opened from here."""

    model = Document
    fields = ("kind", "language", "state", "pages", "ready_at")
    readonly_fields = fields


class NoteRows(admin.TabularInline):
    model = InternalNote
    extra = 1
    fields = ("text", "author", "created_at")
    readonly_fields = ("author", "created_at")
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Due(admin.SimpleListFilter):
    title = _("期限")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("已过期")), ("waiting", _("等答复"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "overdue":
            return queryset.filter(next_due_on__lt=today())
        if self.value() == "waiting":
            return queryset.filter(next_due_on__gte=today())
        return queryset


class Mine(admin.SimpleListFilter):
    title = _("负责人")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("我的")), ("none", _("无人负责"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user)
        if self.value() == "none":
            return queryset.filter(assigned_to=None)
        return queryset


class CaseForm(forms.ModelForm):
    class Meta:
        model = Complaint
        fields = ("priority", "assigned_to", "held_until", "held_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "assigned_to" in self.fields:
            choices = self.fields["assigned_to"]
            assert isinstance(choices, forms.ModelChoiceField)
            choices.queryset = User.objects.filter(is_staff=True, is_active=True)

    def clean(self) -> dict[str, Any]:
        """A hold has a day to come and a reason, or neither."""
        given = super().clean() or {}
        until, reason = given.get("held_until"), given.get("held_reason")
        if until and until < today() and {"held_until", "held_reason"} & set(self.changed_data):
            self.add_error("held_until", _("留存到的日期不能早于今天"))
        if until and not reason:
            self.add_error("held_reason", _("请选留存的原因"))
        if reason and not until:
            self.add_error("held_until", _("请写留存到哪天"))
        return given


@admin.register(Complaint)
class ComplaintAdmin(AccessLogged):
    """Facts are frozen; staff change priority and who is responsible, and write notes."""

    looked_at = AccessWhat.COMPLAINT
    form = CaseForm
    list_display = (
        "receipt_no",
        "state",
        "respondent_name",
        "product_name",
        "priority",
        "assigned_to",
        "next_due_on",
        "filed_at",
    )
    list_filter = ("state", Due, Mine, "priority", "respondent_licence", "product_slug", "outcome")
    search_fields = ("receipt_no", "respondent_name", "product_name")
    search_help_text = _("受理编号、机构或产品")
    list_select_related = ("assigned_to",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-filed_at", "-pk")
    inlines = (StepRows, DemandRows, NoteRows, DocumentRows, EventRows)
    actions = ("claim", "release", "prioritise")
    fields = (
        "receipt_no",
        "state",
        "outcome",
        "respondent_name",
        "respondent_licence",
        "product_name",
        "filed_at",
        "facts_sha256",
        "priority",
        "assigned_to",
        "held_until",
        "held_reason",
    )
    readonly_fields = fields[:-4]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Complaint]:
        rows = super().get_queryset(request)
        assert isinstance(rows, ComplaintQuerySet)
        # What was removed is out of reach here too, but for cases the law asks to keep.
        shown = rows.filter(Q(removed_at=None) | Q(held_until__gte=today()))
        return shown.with_next_due().defer("facts")

    @admin.display(description=_("应答复日"), ordering="next_due_on")
    def next_due_on(self, case: Any) -> Any:
        return case.next_due_on

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Complaint, form: Any, change: bool) -> None:
        if "priority" in form.changed_data:
            services.set_priority(complaint=obj, priority=obj.priority, actor=person(request))
        if "assigned_to" in form.changed_data:
            services.assign(complaint=obj, to=obj.assigned_to, actor=person(request))
        if {"held_until", "held_reason"} & set(form.changed_data):
            self._hold(obj, person(request))

    def _hold(self, obj: Complaint, actor: User) -> None:
        if obj.held_until is None:
            services.release_complaint(complaint=obj, actor=actor)
        else:
            until, reason = obj.held_until, obj.held_reason
            services.hold_complaint(
                complaint=obj, until=until, reason=reason, actor=actor, today=today()
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for note in formset.save(commit=False):
            if isinstance(note, InternalNote):
                services.add_note(complaint=form.instance, author=person(request), text=note.text)

    @admin.action(description=_("由我负责"), permissions=["change"])
    def claim(self, request: HttpRequest, queryset: QuerySet[Complaint]) -> None:
        for case in queryset:
            services.assign(complaint=case, to=person(request), actor=person(request))
        self.message_user(request, _("已由你负责。"), messages.SUCCESS)

    @admin.action(description=_("放回队列"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Complaint]) -> None:
        for case in queryset:
            services.assign(complaint=case, to=None, actor=person(request))
        self.message_user(request, _("已放回队列。"), messages.SUCCESS)

    @admin.action(description=_("设为优先"), permissions=["change"])
    def prioritise(self, request: HttpRequest, queryset: QuerySet[Complaint]) -> None:
        for case in queryset:
            services.set_priority(complaint=case, priority="high", actor=person(request))
        self.message_user(request, _("已设为优先。"), messages.SUCCESS)
