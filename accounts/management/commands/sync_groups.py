"""Staff groups with least rights. Rights are changed here, with a review."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction

# Who may look at (view) and change what. Nobody but a superuser holds two tiers by default.
TIERS: dict[str, tuple[str, ...]] = {
    "内容编辑": (
        "guidance.view_record",
        "guidance.add_record",
        "guidance.change_record",
        "guidance.view_contentrelease",
        "limits.view_calibration",
        "limits.view_crowdwindow",
    ),
    "受理": (
        "complaints.view_complaint",
        "complaints.change_complaint",
        "complaints.view_step",
        "complaints.view_demandresult",
        "complaints.view_complaintevent",
        "complaints.view_document",
        "complaints.view_internalnote",
        "complaints.add_internalnote",
    ),
    "审计": (
        "complaints.view_complaintevent",
        "accounts.view_consent",
        "jobs.view_job",
        "jobs.view_jobalert",
    ),
    "运维": (
        "accounts.view_user",
        "accounts.change_user",
        "jobs.view_job",
        "jobs.change_job",
        "jobs.view_jobalert",
        "jobs.change_jobalert",
    ),
}


class Command(BaseCommand):
    help = "Make the staff groups hold exactly the rights named in this file."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = {
            f"{row.content_type.app_label}.{row.codename}": row
            for row in Permission.objects.select_related("content_type")
        }
        for name, rights in TIERS.items():
            group, _created = Group.objects.get_or_create(name=name)
            group.permissions.set([known[right] for right in rights])
        self.stdout.write(f"{len(TIERS)} groups")
