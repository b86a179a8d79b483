"""Deleting one case with all that belongs to it alone."""

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from accounts.data_map import data_map
from complaints.models import Complaint, Document, Evidence, Message, Step
from complaints.services.removing import notices_about
from complaints.vault.files import names_of
from portal.erasing.gone import Gone
from summaries.enums import SummaryKind
from summaries.models import Summary


def erase_case(case: Complaint) -> Gone:
    """In the caller's transaction. Evidence a change or another case uses stays, in no case."""
    mine = Evidence.objects.filter(complaint=case)
    kept = list(mine.filter(_used_elsewhere(case)).values_list("pk", flat=True))
    Evidence.objects.filter(pk__in=kept).update(complaint=None, position=0)
    made = Document.objects.filter(complaint=case).exclude(file="")
    evidence = names_of(Evidence.objects.filter(complaint=case))
    gone = Gone(rows=_counts(case), files=[*evidence, *made.values_list("file", flat=True)])
    _forget_mentions(case)
    case.delete()
    return gone


def _used_elsewhere(case: Complaint) -> Q:
    told = Message.objects.exclude(complaint=case).filter(evidence=OuterRef("pk"))
    proves = Step.objects.exclude(complaint=case).filter(proof=OuterRef("pk"))
    return Q(change__isnull=False) | Q(Exists(told)) | Q(Exists(proves))


def _counts(case: Complaint) -> dict[str, int]:
    found = {Complaint._meta.label: 1}
    for entry in data_map().models.values():
        if any(field.name == "complaint" for field in entry.fields):
            rows = apps.get_model(entry.label)._base_manager.filter(complaint=case)
            found[entry.label] = rows.count()
    return found


def _forget_mentions(case: Complaint) -> None:
    """What names the case without a key to it: notices, summaries, the log of the office."""
    notices_about(case).delete()
    subject = str(case.public_id)
    Summary.objects.filter(owner=case.owner_id, kind=SummaryKind.CASE, subject=subject).delete()
    kind = ContentType.objects.get_for_model(Complaint)
    LogEntry.objects.filter(content_type=kind, object_id=str(case.pk)).delete()
