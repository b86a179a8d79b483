"""Asking for a copy of everything a person has here."""

from django.db import transaction

from accounts.enums import ExportState
from accounts.models import Export, User
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import enqueue_new

KIND = "portal.export"


@transaction.atomic
def request_export(*, owner: User, language: str) -> tuple[Export, bool]:
    """A new one, or the one in work; whether it is new. One whose job gave up counts as failed,
    and a new one is begun."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    running = Export.objects.filter(owner=owner).in_work().first()
    if running is not None:
        if not Job.objects.filter(pk=running.job_id, state=JobState.DEAD).exists():
            return running, False
        Export.objects.filter(pk=running.pk).update(state=ExportState.FAILED)
    export = Export(owner=owner, language=language)
    key = f"{KIND}:{export.public_id}"
    export.job_id = enqueue_new(kind=KIND, key=key, args={"export": str(export.public_id)}).pk
    export.save(force_insert=True)
    return export, True
