"""Users and consent in the back office: least rights, nothing of a person's finances."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import Consent, User


class ReadOnly(admin.ModelAdmin):
    """Looking only: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Staff rights are given by group; passwords are set by their owners only."""

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
        """Only a superuser makes staff: whoever may edit users must not make himself more."""
        if request.user.is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "groups")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return allowed


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
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
