"""Filing a case: once, in one transaction."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import documents
from complaints.enums import CaseTopic, DocumentKind
from complaints.models import (
    Complaint,
    ComplaintDraft,
    Document,
    Evidence,
    FilingKey,
    Step,
)
from complaints.services.documents import new_document
from complaints.services.events import ask_for_summary, write_event
from complaints.services.questions import ask_questions
from guidance import content
from guidance.domain.records import Knowledge
from jobs.services import enqueue_new
from limits.explaining import fingerprint
from records.domain.plan import Situation
from records.services import refresh_plan

# No I, O, 0, 1: a receipt number is read over the telephone.
RECEIPT_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class KeyReused(Exception):
    """The same idempotency key came with other facts."""


@transaction.atomic
def file_complaint(
    *, draft: ComplaintDraft, answers: dict[str, dict[str, Any]], key: str, today: date
) -> Complaint:
    """File once: case, first step, event, receipt, documents and their jobs in one transaction.

    `answers` are the cleaned values by stage. The same key files once and gives the same case
    again; with other facts it raises KeyReused. Rendering is left to jobs; no broker is waited for.
    """
    owner, known = draft.owner, content.current()
    digest = fingerprint(answers)
    existing = FilingKey.objects.for_user(owner).filter(key=key).select_related("complaint").first()
    if existing is not None:
        if existing.request_sha256 != digest:
            raise KeyReused
        return existing.complaint  # type: ignore[no-any-return]
    change, topic = draft.change, documents.topic_of(answers)
    if change is None and topic == CaseTopic.LIMIT:
        raise ValidationError(_("请先选一次变动"), code="required")
    respondent = documents.respondent(answers["respondent"], known)
    facts = documents.freeze_facts(change, respondent, answers, known, today)
    complaint = Complaint.objects.create(
        owner=owner,
        receipt_no=_receipt_no(today),
        topic=topic,
        change=change,
        respondent_name=respondent["name"],
        respondent_slug=respondent["slug"],
        respondent_licence=respondent["licence"],
        product_slug=documents.product_slug(change, answers),
        product_name=facts["product"]["zh"],
        facts=facts,
        facts_sha256=fingerprint(facts),
        content_version=known.version,
        filed_at=timezone.now(),
    )
    FilingKey.objects.create(owner=owner, key=key, request_sha256=digest, complaint=complaint)
    write_event(complaint, "file", "", actor=owner, **draft.typed.get("from", {}))
    _first_step(complaint, known)
    attached = _attach_evidence(complaint, answers.get("evidence", {}).get("evidence") or ())
    ask_questions(complaint=complaint, texts=[row["zh"] for row in facts["questions"]])
    _first_documents(complaint, attached)
    ask_for_summary(complaint, is_new=True)
    refresh_plan(
        owner=owner,
        today=today,
        situation=Situation(
            event_on=change.effective_on if change else None,
            complaint_on=None if topic == CaseTopic.RECORD else today,
        ),
    )
    draft.delete()
    return complaint


def file_once(**kwargs: Any) -> Complaint:
    """`file_complaint`, and when a twin request won the race, its case."""
    try:
        return file_complaint(**kwargs)
    except IntegrityError:
        return file_complaint(**kwargs)


def _receipt_no(today: date) -> str:
    tail = "".join(secrets.choice(RECEIPT_LETTERS) for _index in range(6))
    return f"LL{today:%Y%m%d}-{tail}"


def _first_step(complaint: Complaint, known: Knowledge) -> Step:
    channel, rule = documents.path_of(documents.case_facts(complaint), known)
    return Step.objects.create(
        owner_id=complaint.owner_id,
        complaint=complaint,
        channel_code=channel,
        recipient=complaint.respondent_name,
        rule_code=rule,
    )


def _attach_evidence(complaint: Complaint, chosen: Sequence[str]) -> Sequence[Evidence]:
    """Files the person ticked, in the order of the list; one put into a case meanwhile stays there.

    Locked: two cases filed at once get each file once.
    """
    if not chosen:
        return ()
    free = Evidence.objects.for_user(complaint.owner).listed().filter(complaint=None)
    rows = list(free.filter(public_id__in=chosen).select_for_update(of=("self",)).in_order())
    for position, row in enumerate(rows, start=1):
        row.complaint, row.position = complaint, position
    Evidence.objects.bulk_update(rows, ["complaint", "position"])
    return rows


def _first_documents(complaint: Complaint, attached: Sequence[Evidence]) -> None:
    """Letter and report of a new case: rows that cannot exist yet, each with its job."""
    kinds = (DocumentKind.LETTER, DocumentKind.REPORT)
    rows = [new_document(complaint, kind, fresh=attached) for kind in kinds]
    for row in Document.objects.bulk_create(rows):
        args = {"document": str(row.public_id)}
        enqueue_new(kind="complaints.document", key=row.job_key, args=args)
