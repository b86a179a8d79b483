"""Jobs for the people who run the site: see what waits or stopped, start it again, nothing else."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs import services
from jobs.models import Job, JobAlert


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows are looked at; only actions change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    # `args` stays out: ids of private records have no place on this page.
    fields = (
        "kind",
        "key",
        "state",
        "tries",
        "last_error",
        "progress",
        "run_after",
        "lease_until",
        "created_at",
        "done_at",
    )
    list_display = ("id", "kind", "state", "age", "tries", "last_error")
    list_filter = ("state", "kind")
    search_fields = ("=key",)
    actions = ("retry",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("存在时间"), ordering="-created_at")
    def age(self, job: Job) -> str:
        return timesince(job.created_at, timezone.now(), depth=1)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("jobs.change_job")

    @admin.action(description=gettext_lazy("重试"), permissions=["retry"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        started = sum(services.retry(job) for job in jobs)
        self.message_user(request, _("已重新开始 %(count)d 个任务。") % {"count": started})


@admin.register(JobAlert)
class JobAlertAdmin(ReadOnlyAdmin):
    fields = ("job", "error", "created_at", "closed_at")
    list_display = ("job", "error", "created_at", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("job",)
