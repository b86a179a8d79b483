"""How a document looks from outside, and how far it is."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as lazy
from rest_framework import serializers
from rest_framework.request import Request

from accounts.ownership import get_owned_or_404
from complaints.enums import DocumentKind, DocumentState, FileFormat
from complaints.models import Document
from jobs.enums import JobState
from jobs.models import Job
from limits.api.shown import iso

STATES = [
    ("queued", lazy("排队中")),
    ("running", lazy("正在生成")),
    ("ready", lazy("已生成")),
    ("expired", lazy("已过期，文件已删除；再要一次就有")),
    ("failed", lazy("没有生成；我们会再试")),
]


class DocumentOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    complaint = serializers.UUIDField()
    letter = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(DocumentKind.choices)
    format = serializers.ChoiceField(FileFormat.choices)
    language = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    progress = serializers.IntegerField(help_text=lazy("百分之几"))
    requested_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField(help_text=lazy("文件的；没生成为空"))
    size = serializers.IntegerField()
    pages = serializers.IntegerField()
    verify_code = serializers.CharField(help_text=lazy("核验码；没有为空"))


class DocumentPage(serializers.Serializer[Any]):
    results = DocumentOutput(many=True)
    next = serializers.CharField(allow_null=True)


def own_document(request: Request, public_id: str) -> Document:
    rows = Document.objects.select_related("complaint", "letter")
    return get_owned_or_404(Document, request.user, public_id, rows)


def documents_json(rows: Sequence[Document]) -> list[dict[str, Any]]:
    """Two queries at most, however many there are."""
    keys = [row.job_key for row in rows if row.state == DocumentState.QUEUED]
    jobs = {job.key: job for job in Job.objects.filter(key__in=keys)} if keys else {}
    return [_document_json(row, jobs.get(row.job_key)) for row in rows]


def _document_json(row: Document, job: Job | None) -> dict[str, Any]:
    state, progress = _how_far(row, job)
    return {
        "id": str(row.public_id),
        "complaint": str(row.complaint.public_id),
        "letter": str(row.letter.public_id) if row.letter else None,
        "kind": row.kind,
        "format": row.file_format,
        "language": row.language,
        "state": state,
        "progress": progress,
        "requested_at": iso(row.created_at),
        "ready_at": iso(row.ready_at),
        "sha256": row.sha256,
        "size": row.size,
        "pages": row.pages,
        "verify_code": row.verify_code or "",
    }


def _how_far(row: Document, job: Job | None) -> tuple[str, int]:
    if row.state != DocumentState.QUEUED:
        return row.state, 100
    if job is None or job.state == JobState.QUEUED:
        return "queued", 0
    if job.state == JobState.DEAD:
        return "failed", 0
    return "running", min(99, job.progress)
