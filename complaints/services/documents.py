"""Asking for documents of a case: the row with its frozen model, and its job."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.crypto import keyed_fingerprint
from complaints import documents
from complaints.documents import bundles
from complaints.documents.addresses import absolute
from complaints.domain import verify
from complaints.domain.bundle import SCHEMA
from complaints.domain.document import TEMPLATE_VERSION
from complaints.domain.hiding import hidden
from complaints.enums import DocumentKind, DocumentState, FileFormat, LetterState
from complaints.models import Complaint, Document, Evidence
from complaints.services.events import write_event
from inputs.clock import today
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import enqueue, enqueue_new, retry
from limits.explaining import fingerprint

Link = tuple[str, str]  # code, address of the page that checks it


def new_document(
    complaint: Complaint,
    kind: str,
    *,
    language: str = "zh",
    file_format: str = FileFormat.PDF,
    masked: bool = True,
    evidence: Sequence[str] | None = None,
    fresh: Sequence[Evidence] | None = None,
) -> Document:
    """The unsaved row of a document. Its code follows from its content: the same content has the
    same code, and without the key nobody can guess one."""
    file_format = FileFormat.ZIP if kind == DocumentKind.BUNDLE else FileFormat(file_format)
    masked = masked and kind != DocumentKind.LETTER
    model = _model(complaint, kind, language, masked, evidence, None, fresh)
    digest = fingerprint([model, masked])
    code = new_code(complaint.public_id, kind, file_format, language, digest)
    link = (code, absolute(reverse("verify", args=[code])))
    return Document(
        owner_id=complaint.owner_id,
        complaint=complaint,
        kind=kind,
        file_format=file_format,
        language=language,
        is_masked=masked,
        model=_model(complaint, kind, language, masked, evidence, link, fresh),
        model_sha256=digest,
        verify_code=code,
        template_version=TEMPLATE_VERSION,
        job_key=f"complaints.document:{complaint.public_id}:{kind}:{file_format}:{digest[:24]}",
    )


def new_code(*parts: object) -> str:
    """The code of a document from what makes it the one it is; unguessable without the key."""
    return verify.spelled(keyed_fingerprint("verify", *map(str, parts)))


def _model(
    complaint: Complaint,
    kind: str,
    language: str,
    masked: bool,
    evidence: Sequence[str] | None,
    link: Link | None,
    fresh: Sequence[Evidence] | None = None,
) -> dict[str, Any]:
    """What the document is made from. Without a `link` it names neither code nor day, so that the
    same content is known again."""
    if kind == DocumentKind.LETTER:
        return documents.compose(complaint, language)[0]
    report = documents.compose_report_model(
        complaint,
        language=language,
        masked=masked,
        evidence_ids=evidence,
        verify=link,
        fresh=fresh,
    )
    if masked:
        report = hidden(report, bundles.instead_of(complaint, is_new=fresh is not None))
    if kind == DocumentKind.REPORT:
        return report
    return {
        "kind": "bundle",
        "schema": SCHEMA,
        "template_version": TEMPLATE_VERSION,
        "receipt_no": complaint.receipt_no,
        "masked": masked,
        "report": report,
        **_parts(complaint, masked, evidence),
        **(
            {"made_on": today().isoformat(), "verify": {"code": link[0], "url": link[1]}}
            if link
            else {}
        ),
    }


def _parts(complaint: Complaint, masked: bool, evidence: Sequence[str] | None) -> dict[str, Any]:
    letters = complaint.letters.filter(state=LetterState.FROZEN).order_by("frozen_at", "pk")
    files = documents.chosen_evidence(complaint, evidence)
    return {
        "letters": [
            *bundles.filed_with(complaint, masked),
            *bundles.described(complaint, letters, masked),
        ],
        "evidence": bundles.planned(files, masked=masked),
        "messages": bundles.told(complaint.messages.in_order(), complaint, masked=masked),
    }


@transaction.atomic
def request_document(
    *,
    complaint: Complaint,
    kind: str,
    language: str = "zh",
    file_format: str = FileFormat.PDF,
    masked: bool = True,
    evidence: Sequence[str] | None = None,
) -> Document:
    """A document of the case as it stands, made by a job; the same content is made once.

    `evidence` are public ids, None for all; ids of other cases count for nothing. A bundle that
    expired is made again under its code, and so is a file that cannot be given out any more; work
    that gave up is started again.
    """
    # Locked: two requests at once find each other's row. Nothing of the case is written.
    Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    chosen = None if evidence is None else [str(public_id) for public_id in evidence]
    new = new_document(
        complaint,
        kind,
        language=language,
        file_format=file_format,
        masked=masked,
        evidence=chosen,
    )
    known = _same(new)
    if known is None:
        return _asked(new)
    return retry_document(document=known) if known.state != DocumentState.READY else known


def _same(new: Document) -> Document | None:
    rows = Document.objects.select_for_update(of=("self",)).filter(
        complaint=new.complaint,
        kind=new.kind,
        file_format=new.file_format,
        language=new.language,
        model_sha256=new.model_sha256,
    )
    return rows.first()  # type: ignore[no-any-return]


def _asked(new: Document) -> Document:
    new.save(force_insert=True)
    enqueue(kind="complaints.document", key=new.job_key, args={"document": str(new.public_id)})
    case = new.complaint
    told = {"document": str(new.public_id), "kind": new.kind}
    write_event(case, "request-document", case.state, actor=case.owner, **told)
    return new


@transaction.atomic
def retry_document(*, document: Document) -> Document:
    """Make a file again that expired, was lost, or whose job gave up. One under way stays.

    The code stays, and so does every hash it ever had: copies given out before are still genuine.
    """
    row: Document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.state == DocumentState.QUEUED:
        job = Job.objects.filter(key=row.job_key).first()
        if job is not None and job.state == JobState.DEAD:
            retry(job)
        return row
    return _made_again(row)


def _made_again(row: Document) -> Document:
    row.job_key = f"{row.job_key.partition('@')[0]}@{timezone.now():%Y%m%d%H%M%S%f}"
    row.state, row.ready_at = DocumentState.QUEUED, None
    row.save(update_fields=["job_key", "state", "ready_at"])
    args = {"document": str(row.public_id)}
    enqueue_new(kind="complaints.document", key=row.job_key, args=args)
    return row
