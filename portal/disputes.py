"""From a row of a credit report to the draft of an objection, its facts filled in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.ownership import get_owned_or_404
from complaints.domain.entry_facts import DisputedEntry, entry_draft, inquiry_draft
from complaints.enums import CaseAction
from complaints.models import Complaint, ComplaintDraft
from complaints.services import start_draft
from records.domain.reports import kept_until
from records.enums import InquiryVerdict, Verdict
from records.models import Inquiry, ReportEntry
from records.services import judge_inquiries

FIRST = "respondent"


@login_required
@require_POST
def dispute_entry(request: HttpRequest, public_id: str) -> HttpResponse:
    rows = ReportEntry.objects.confirmed().select_related("report", "owner")
    row = get_owned_or_404(ReportEntry, request.user, public_id, rows)
    return _to_draft(request, row, entry_draft(_disputed(row)))


@login_required
@require_POST
def dispute_inquiry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whoever objects to an inquiry has said that he does not know it."""
    rows = Inquiry.objects.confirmed().select_related("report", "owner")
    row = get_owned_or_404(Inquiry, request.user, public_id, rows)
    strange = {str(row.public_id): InquiryVerdict.STRANGE.value}
    judge_inquiries(report=row.report, verdicts=strange, now=timezone.now())
    typed = inquiry_draft(row.report.reported_on, row.on, row.who, row.reason)
    return _to_draft(request, row, typed)


def _to_draft(
    request: HttpRequest, row: ReportEntry | Inquiry, typed: dict[str, dict[str, str]]
) -> HttpResponse:
    """On to the draft; where a case began with the row before, it is named."""
    case = newest_case_of(row)
    if case is not None:
        said = _("这一条已经立过案：%(no)s。写完这一份，会另立一个案件。")
        messages.info(request, said % {"no": case.receipt_no})
    return redirect("draft", _begun(row, typed).public_id, FIRST)


@login_required
@require_safe
def case_of_inquiry(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the newest case that began with the inquiry; to all cases where none is there."""
    case = newest_case_of(get_owned_or_404(Inquiry, request.user, public_id))
    return redirect("complaint", case.public_id) if case else redirect("complaints")


def newest_case_of(row: ReportEntry | Inquiry) -> Complaint | None:
    """The case that began with the row, or None: one query."""
    began = {"events__action": CaseAction.FILE, "events__data__row": str(row.public_id)}
    cases = Complaint.objects.for_user(row.owner).filter(**began)
    return cases.newest_first().first()  # type: ignore[no-any-return]


@transaction.atomic
def _begun(row: ReportEntry | Inquiry, typed: dict[str, dict[str, str]]) -> ComplaintDraft:
    """One draft a row: tapped twice, also at once, the one that is there is gone on with."""
    User.objects.select_for_update(of=("self",)).get(pk=row.owner_id)
    source = {"row": str(row.public_id)}
    drafts = ComplaintDraft.objects.for_user(row.owner).filter(typed__from__row=source["row"])
    found = drafts.order_by("-pk").first()
    return found or start_draft(owner=row.owner, change=None, typed={**typed, "from": source})


def _disputed(row: ReportEntry) -> DisputedEntry:
    return DisputedEntry(
        reported_on=row.report.reported_on,
        lender=row.lender,
        business=row.business,
        opened_on=row.opened_on,
        limit_fen=row.limit_fen,
        what_wrong=row.what_wrong,
        is_strange=row.verdict == Verdict.STRANGE,
        bad_until=row.bad_until,
        kept_until=kept_until(row.bad_until) if row.bad_until else None,
    )
