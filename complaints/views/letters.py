"""Letters of a case: choosing a kind, reading, editing, freezing, pasting, phoning, sending."""

from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person
from accounts.ownership import get_owned_or_404
from complaints import services
from complaints.documents import letters as documents
from complaints.domain.bases import concerns
from complaints.domain.letters.choosing import kinds_for
from complaints.domain.letters.composing import compose, hints
from complaints.domain.letters.facts import LetterOrder
from complaints.domain.lint import LintError
from complaints.enums import LetterKind, LetterState
from complaints.forms.letters import LetterForm, letter_form
from complaints.forms.steps import SentForm
from complaints.models import Complaint, Document, Letter
from guidance import content
from guidance.domain.records import Demand
from inputs.clock import today
from jobs.models import Job
from limits.explaining import fingerprint

log = structlog.get_logger("complaints")
MOST_LETTERS = 50


@login_required
@require_safe
def letters(request: HttpRequest, public_id: str) -> HttpResponse:
    """The letters of a case, and the kinds that can be written."""
    case = get_owned_or_404(Complaint, request.user, public_id)
    known = content.current()
    fitting, unfitting = kinds_for(case.respondent_licence, known)
    others = [row for row in unfitting if documents.may_suit(case, row.slug)]
    context = {
        "case": case,
        "letters": case.letters.newest_first()[:MOST_LETTERS],
        "fitting": [*fitting, *others],
        "unfitting": [row for row in unfitting if row not in others],
        "samr": next(row for row in known.channels.values() if row.slug == "samr-12315"),
    }
    return render(request, "complaints/letters.html", context)


@login_required
@require_POST
def start(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    case = get_owned_or_404(Complaint, request.user, public_id)
    if kind not in content.current().letters:
        raise Http404
    try:
        letter = services.draft_letter(complaint=case, kind=kind, today=today())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("letters", case.public_id)
    return redirect("letter_edit", letter.public_id)


def own_letter(request: HttpRequest, public_id: str) -> Letter:
    rows = Letter.objects.select_related("complaint__owner", "step", "amends")
    return get_owned_or_404(Letter, request.user, public_id, rows)


@login_required
@require_safe
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """The letter as text, section by section; a draft as it stands, a frozen one for good."""
    shown = own_letter(request, public_id)
    if shown.state == LetterState.FROZEN:
        return render(request, "complaints/letter_frozen.html", frozen_context(shown))
    form = letter_form(shown, shown.typed)
    form.is_valid()
    return render(request, "complaints/letter.html", _draft_context(shown, form))


def _draft_context(shown: Letter, form: LetterForm) -> dict[str, Any]:
    order = documents.order_of(shown, form.cleaned_data, today())
    known = content.current()
    try:
        model = compose(order, known)
    except LintError as wrong:
        model = None
        log.error("letter refused by lint", rules=str(wrong))
    return {
        "letter": shown,
        "case": shown.complaint,
        "template": order.template,
        "model": model,
        "form": form,
        "hints": hints(order, known),
        "unsuited": _unsuited(order),
        "stage": order.stage,
    }


def _unsuited(order: LetterOrder) -> list[Demand]:
    """Chosen requests this kind of institution can hardly meet: to warn of, never to drop."""
    known = content.current()
    chosen = [known.demands[slug] for slug in order.demands if slug in known.demands]
    return [row for row in chosen if not concerns(row.respondents, order.licence)]


def frozen_context(shown: Letter, **extra: Any) -> dict[str, Any]:
    known = content.current()
    return {
        "letter": shown,
        "case": shown.complaint,
        "template": known.letters[shown.kind],
        "model": shown.model,
        "channel": known.channels.get(shown.step.channel_code) if shown.step else None,
        "files": files_of(shown),
        "is_reminder": shown.kind == LetterKind.REMIND,
        "can_send": shown.complaint.closed_at is None,
        "is_answered": shown.step is not None and shown.step.answered_on is not None,
        "sent_form": SentForm(initial=_sent_before(shown)),
    } | extra


def _sent_before(shown: Letter) -> dict[str, Any]:
    """What is recorded of the step already, so that adding the receipt keeps it."""
    step = shown.step
    if step is None or step.sent_on is None or shown.kind == LetterKind.REMIND:
        return {"sent_on": today().isoformat()}
    return {
        "sent_on": step.sent_on,
        "received_on": step.received_on,
        "reference_no": step.reference_no,
    }


def files_of(shown: Letter) -> list[dict[str, Any]]:
    rows = list(Document.objects.filter(letter=shown).order_by("pk"))
    jobs = {job.key: job for job in Job.objects.filter(key__in=[row.job_key for row in rows])}
    return [{"document": row, "job": jobs.get(row.job_key)} for row in rows]


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is typed is saved first, valid or not, and only then judged."""
    shown = own_letter(request, public_id)
    if shown.state == LetterState.FROZEN:
        messages.info(request, _("这封信已经定稿，不能再改。可以另写一个新版本。"))
        return redirect("letter", shown.public_id)
    if request.method == "POST":
        return _save(request, shown)
    return _edit_page(request, shown, letter_form(shown, None, initial=shown.typed))


def _save(request: HttpRequest, shown: Letter) -> HttpResponse:
    form = letter_form(shown, request.POST)
    valid = form.is_valid()
    try:
        seen = request.POST.get("seen", "")
        shown = services.edit_letter(letter=shown, typed=_typed(request, form), seen=seen)
    except services.StaleLetter as stale:
        return _edit_page(request, stale.current, form, status=409, conflict=True)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("letter", shown.public_id)
    if valid or "later" in request.POST:
        return redirect("letter", shown.public_id)
    return _edit_page(request, shown, form, status=422)


def _typed(request: HttpRequest, form: LetterForm) -> dict[str, Any]:
    """What was typed, as strings or lists of strings. PostgreSQL refuses NUL and lone surrogates
    in JSON: the rest of what was typed is kept."""

    def clean(text: str) -> str:
        return text.replace("\x00", "").encode("utf-8", "ignore").decode()[:20000]

    return {
        name: [clean(item) for item in request.POST.getlist(name)[:50]]
        if getattr(field.widget, "allow_multiple_selected", False)
        else clean(request.POST.get(name, ""))
        for name, field in form.fields.items()
    }


def _edit_page(
    request: HttpRequest, shown: Letter, form: LetterForm, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "letter": shown,
        "case": shown.complaint,
        "template": form.template,
        "form": form,
        "seen": fingerprint(shown.typed),
    }
    return render(request, "complaints/letter_edit.html", context | extra, status=status)


@login_required
@require_POST
def freeze(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = own_letter(request, public_id)
    form = letter_form(shown, shown.typed)
    if shown.state == LetterState.DRAFT and not form.is_valid():
        return _edit_page(request, shown, form, status=422)
    try:
        values = {} if shown.state == LetterState.FROZEN else form.cleaned_data
        services.freeze_letter(letter=shown, actor=person(request), values=values, today=today())
    except ValidationError as refused:
        form.add_error(None, refused)
        return _edit_page(request, shown, form, status=422)
    except services.StaleLetter:
        messages.error(request, _("这封信在另一个页面改过，请再看一遍。"))
    except LintError as wrong:
        return refused_by_lint(request, shown, wrong)
    return redirect("letter", shown.public_id)


def refused_by_lint(request: HttpRequest, shown: Letter, wrong: LintError) -> HttpResponse:
    """A reviewed sentence is wrong in law: nobody is given such a letter, the draft is kept."""
    log.error("letter refused by lint", rules=str(wrong))
    messages.error(request, _("信里有一句话要由编辑先核对，暂时不能定稿。草稿已保存。"))
    return redirect("letter", shown.public_id)


@login_required
@require_POST
def amend(request: HttpRequest, public_id: str) -> HttpResponse:
    version = services.amend_letter(letter=own_letter(request, public_id))
    return redirect("letter_edit", version.public_id)


@login_required
@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = own_letter(request, public_id)
    try:
        services.discard_letter(letter=shown)
        messages.success(request, _("草稿已删除。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("letters", shown.complaint.public_id)
