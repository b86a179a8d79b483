"""Users and consent in the back office: least rights, nothing of a person's finances."""

from http import HTTPStatus
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.enums import AccessView, AccessWhat
from accounts.http import person
from accounts.models import Consent, User
from accounts.services import note_access


class ReadOnly(admin.ModelAdmin):
    """Looking only: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccessLogged(admin.ModelAdmin):
    """Whoever opens a row of a person here is written down where that person can see it.

    Lists are not: they show number, institution and state only. `looked_at` says what a row is.
    """

    looked_at: AccessWhat

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().change_view(request, object_id, *args, **kwargs)
        return self._noted(request, object_id, AccessView.CHANGE, answer)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().history_view(request, object_id, *args, **kwargs)
        return self._noted(request, object_id, AccessView.HISTORY, answer)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().delete_view(request, object_id, *args, **kwargs)
        return self._noted(request, object_id, AccessView.DELETE, answer)

    def _noted(self, request: HttpRequest, object_id: str, view: str, answer: Any) -> Any:
        """Only what was shown: a redirect or a refusal shows nothing."""
        row = self.get_object(request, object_id) if answer.status_code == HTTPStatus.OK else None
        if row is not None:
            note_access(actor=person(request), row=row, what=self.looked_at, view=view)
        return answer


@admin.register(User)
class UserAdmin(AccessLogged):
    """Staff rights are given by group; passwords are set by their owners only."""

    looked_at = AccessWhat.USER

    list_display = ("id", "email", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email",)
    ordering = ("-pk",)
    fields = ("email", "display_name", "is_active", "is_staff", "groups", "date_joined")
    readonly_fields = ("email", "display_name", "date_joined")
    filter_horizontal = ("groups",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes staff: whoever may edit users must not make himself more. Nobody
        makes staff of an account that waits to be deleted: its work would be deleted with it."""
        if request.user.is_superuser and not (obj and obj.leaving_at):
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "groups")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return allowed


@admin.register(Consent)
class ConsentAdmin(AccessLogged, ReadOnly):
    looked_at = AccessWhat.CONSENT
    list_display = ("id", "owner", "kind", "text_version", "given_at", "withdrawn_at")
    list_filter = ("kind", "text_version")
    list_select_related = ("owner",)


# Nobody in the office needs second factors, sessions or addresses of others at hand.
for hidden in (Group, Authenticator, EmailAddress, UserSession):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)


@admin.register(Group)
class GroupAdmin(ReadOnly):
    """Groups come from `manage.py sync_groups`; rights are changed in code, with a review."""

    list_display = ("name",)
