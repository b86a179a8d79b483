"""How a piece of evidence looks from outside."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers
from rest_framework.request import Request

from accounts.ownership import get_owned_or_404
from complaints.enums import Damage, EvidenceKind, EvidenceState
from complaints.models import Evidence
from complaints.services import local_day
from complaints.vault import files
from complaints.vault.upkeep import GRACE
from inputs.errors import InputError
from inputs.words import sentence
from jobs.enums import JobState
from jobs.models import Job
from limits.api.shown import iso

ROLES = ("rendition", "masked", "original")


class FileRefusalOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class MaskOutput(serializers.Serializer[Any]):
    x = serializers.IntegerField()
    y = serializers.IntegerField()
    w = serializers.IntegerField()
    h = serializers.IntegerField()


class EvidenceOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField(allow_null=True)
    change = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(EvidenceKind.choices)
    title = serializers.CharField()
    file_name = serializers.CharField()
    taken_on = serializers.DateField(allow_null=True)
    received_at = serializers.DateTimeField()
    position = serializers.IntegerField()
    state = serializers.ChoiceField(EvidenceState.choices)
    progress = serializers.IntegerField(help_text=lazy("检查或涂黑到百分之几"))
    refused = FileRefusalOutput(allow_null=True, help_text=lazy("读不了的原因"))
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField(help_text=lazy("原件的"))
    pages = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    notes = serializers.ListField(child=serializers.CharField(), help_text=lazy("副本里去掉了什么"))
    masks = MaskOutput(many=True)
    files = serializers.ListField(
        child=serializers.ChoiceField(ROLES), help_text=lazy("现在可以下载的 role")
    )
    damage = serializers.ChoiceField(Damage.choices, allow_blank=True)
    removed_at = serializers.DateTimeField(allow_null=True)
    destroyed_on = serializers.DateField(allow_null=True)


class EvidencePage(serializers.Serializer[Any]):
    results = EvidenceOutput(many=True)
    next = serializers.CharField(allow_null=True)


def own_evidence(request: Request, public_id: str) -> Evidence:
    """The person's own row, or 404; one that was taken out can still be put back."""
    rows = Evidence.objects.select_related("complaint", "change", "owner")
    return get_owned_or_404(Evidence, request.user, public_id, rows)


def jobs_of(rows: Iterable[Evidence]) -> dict[Any, Job]:
    wanted = [row.job_id for row in rows if _is_busy(row)]
    return Job.objects.in_bulk(wanted) if wanted else {}


def job_of(row: Evidence) -> Job | None:
    return jobs_of([row]).get(row.job_id)


def _is_busy(row: Evidence) -> bool:
    return row.state == EvidenceState.QUEUED or row.is_being_masked


def evidence_json(row: Evidence, job: Job | None) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "complaint": str(row.complaint.public_id) if row.complaint else None,
        "change": str(row.change.public_id) if row.change else None,
        "kind": row.kind,
        "title": row.title,
        "file_name": row.file_name,
        "taken_on": iso(row.taken_on),
        "received_at": iso(row.created_at),
        "position": row.position,
        "state": row.state,
        "progress": _progress(row, job),
        "refused": _refused(row.refusal) if row.refusal else None,
        **{name: getattr(row, name) for name in ("media_type", "size", "sha256", "pages")},
        **{name: getattr(row, name) for name in ("width", "height", "notes", "masks", "damage")},
        "files": [role.value for role in files.roles_of(row)] if row.removed_at is None else [],
        "removed_at": iso(row.removed_at),
        "destroyed_on": _destroyed_on(row),
    }


def _progress(row: Evidence, job: Job | None) -> int:
    if not _is_busy(row):
        return 100
    return min(99, job.progress) if job and job.state != JobState.DEAD else 0


def _refused(stored: dict[str, Any]) -> dict[str, str]:
    error = InputError(stored["code"], stored["template"], stored["params"])
    return {"code": error.code, "message": sentence(error)}


def _destroyed_on(row: Evidence) -> str | None:
    if row.removed_at is None:
        return None
    return iso(local_day(row.removed_at + GRACE + timedelta(days=1)))
