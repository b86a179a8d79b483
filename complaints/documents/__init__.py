"""Workers around a case: freezing its facts, composing its documents, making their files.

Everything here can run twice: facts are frozen once by the service, a document's file is named
after its content, and storing the same bytes again changes nothing.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpResponseBase
from django.utils import timezone

from complaints.documents import annex, bundles, sealed
from complaints.documents.facts import (
    case_facts,
    first_path,
    freeze_facts,
    institution_path,
    path_of,
    product_slug,
    respondent,
    topic_of,
)
from complaints.documents.rendering import rendered as _rendered
from complaints.documents.report import chosen_evidence, compose_report_model
from complaints.documents.sealed import MEDIA_TYPES, DocumentLost, Made, whole
from complaints.domain.clocks import Clock, compute_clock
from complaints.domain.document import TEMPLATE_VERSION
from complaints.domain.letter import compose_letter
from complaints.enums import DocumentKind, DocumentState
from complaints.models import Complaint, Document, Step
from complaints.models.documents import BUNDLES_KEPT
from guidance import content
from jobs.registry import Effect

__all__ = [
    "MEDIA_TYPES",
    "DocumentLost",
    "as_attachment",
    "case_facts",
    "chosen_evidence",
    "clock_json",
    "compose",
    "compose_report_model",
    "file_name",
    "first_path",
    "freeze_facts",
    "institution_path",
    "make_document",
    "may_leave",
    "path_of",
    "product_slug",
    "projected_clock",
    "purge_bundles",
    "respondent",
    "topic_of",
    "whole",
]


def compose(complaint: Complaint, language: str) -> tuple[dict[str, Any], str]:
    """The letter of a case's frozen facts, and the version of the template."""
    known = content.current()
    facts = case_facts(complaint)
    rule = known.rules.get(path_of(facts, known)[1])
    return compose_letter(facts, known, rule).to_json(), TEMPLATE_VERSION


def clock_json(clock: Clock) -> dict[str, Any]:
    """A computed clock as it is pinned on a step."""
    return clock.to_json()


def projected_clock(step: Step, today: date) -> dict[str, Any]:
    """What the clock would be if the letter arrived today; shown, never stored."""
    known = content.current()
    rule = known.rules[step.rule_code]
    return clock_json(compute_clock(rule, today, known.holidays))


def make_document(public_id: str, progress: Callable[[int, str], None]) -> Effect:
    """Make one document: the sealed file first, then the row with "done".

    Run twice it makes the same bytes under another name; what an overtaken run leaves behind is
    noise without its key.
    """
    document = Document.objects.filter(public_id=public_id, state=DocumentState.QUEUED).first()
    if document is None:
        return None
    progress(5, "")
    if document.kind == DocumentKind.BUNDLE:
        return partial(_mark_ready, document.pk, bundles.make(document, progress))
    model, pictures = annex.read(document)
    progress(40, "")
    rendered = _rendered(model, document.file_format, pictures.pictures)
    progress(80, "")
    made = sealed.store(document, rendered.data, pages=rendered.pages, notes=pictures.notes)
    return partial(_mark_ready, document.pk, made)


def _mark_ready(pk: int, made: Made) -> None:
    """A hash under which the file was known before is kept: copies of it are genuine."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=pk)
    if document.state != DocumentState.QUEUED:
        return
    before = [*document.notes.get("earlier", []), document.sha256]
    earlier = sorted({sha256 for sha256 in before if sha256 not in ("", made.sha256)})
    document.state, document.ready_at = DocumentState.READY, timezone.now()
    document.file, document.sealed_key = made.name, made.sealed_key
    document.sha256, document.size, document.pages = made.sha256, made.size, made.pages
    document.notes = made.notes | ({"earlier": earlier} if earlier else {})
    document.save(
        update_fields=[
            *("state", "ready_at", "file", "sealed_key", "sha256", "size", "pages", "notes")
        ]
    )


def file_name(document: Document) -> str:
    """What the file is called on the person's device."""
    kind = document.letter.get_kind_display() if document.letter else ""
    parts = [kind, document.get_kind_display(), document.complaint.receipt_no]
    if document.kind == DocumentKind.LETTER:
        letter = document.letter
        parts[1] = f"第{letter.version}版" if letter else document.model["title"]
    return "-".join(filter(None, parts)) + f".{document.file_format}"


def may_leave(document: Document) -> bool:
    """Whether all evidence inside may still be given out; asked again at each download."""
    is_bundle = document.kind == DocumentKind.BUNDLE
    return bundles.may_leave(document) if is_bundle else annex.may_leave(document)


def as_attachment(document: Document, name: str) -> HttpResponseBase:
    """The stored file, streamed to its owner.

    Raises DocumentLost: thrown away, lost or altered; or it holds evidence that was taken out of
    the case, or masked, since it was made.
    """
    if not may_leave(document):
        raise DocumentLost(str(document.public_id))
    return sealed.as_attachment(document, name)


def purge_bundles(now: datetime) -> None:
    """Throw away the files of bundles older than a week, keys first; their hashes stay, so that a
    copy can still be checked. Run twice: nothing is left to do."""
    old = Document.objects.filter(kind=DocumentKind.BUNDLE, ready_at__lt=now - BUNDLES_KEPT)
    old = old.filter(state=DocumentState.READY).exclude(file="")
    names = list(old.values_list("file", flat=True))
    old.filter(file__in=names).update(file="", sealed_key=b"", state=DocumentState.EXPIRED)
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
