"""Home, the explanation without an account, keeping it, the dashboard, and the plain pages."""

import base64
import json
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.crypto import SealBroken, open_sealed, seal
from accounts.domain.consents import FINANCIAL_TEXT
from accounts.enums import ConsentKind, Scope
from accounts.http import person, wants_fragment
from accounts.models import Consent
from accounts.services import give_consent, revoke_tokens, withdraw_consent
from guidance import content
from guidance.domain.records import Knowledge
from guidance.views import public
from inputs.clock import today
from limits.calibrating import public_calibration
from limits.domain.explanation import Explanation, explain
from limits.domain.signals import Change
from limits.explaining import result_json
from limits.forms.ledger import TryForm
from limits.models import LimitChange
from limits.services import answer_question, log_change
from limits.views.explanation import causes_context
from portal.forms import KeepForm

KEPT_PLACE = "portal.kept"
MAX_ANSWERS = 40


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"form": TryForm()})


@require_http_methods(["GET", "POST"])
def explain_page(request: HttpRequest) -> HttpResponse:
    """A first explanation at once. Everything stays in the form: nothing is stored."""
    if request.method == "GET":
        return render(request, "portal/explain.html", {"form": TryForm()})
    form = TryForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/explain.html", {"form": form}, status=422)
    known = content.current()
    context = explanation_context(form, _answers(request, known), known)
    template = "portal/_explained.html" if wants_fragment(request) else "portal/explained.html"
    return render(request, template, context)


def _answers(request: HttpRequest, known: Knowledge) -> dict[str, str]:
    """Answers carried in the form as `answer-<slug>`, the newest as `question` and `answer`."""
    given = {
        name.removeprefix("answer-"): value
        for name, value in list(request.POST.items())[:MAX_ANSWERS]
        if name.startswith("answer-")
    }
    if request.POST.get("answer"):
        given[request.POST.get("question", "")] = request.POST["answer"]
    if removed := request.POST.get("ask-again"):
        given.pop(removed, None)
    return {
        slug: answer
        for slug, answer in given.items()
        if slug in known.questions
        and answer
        in {"unknown", "skip", *(choice.slug for choice in known.questions[slug].answers)}
    }


def _changes(data: dict[str, Any]) -> list[Change]:
    changes = [
        Change(
            product=data["product"],
            before_fen=data["before"],
            after_fen=data["after"],
            effective_on=data["effective_on"],
            stated_reason=data.get("stated_reason") or "",
            key="0",
        )
    ]
    if data.get("other_product"):
        changes.append(
            Change(
                product=data["other_product"],
                before_fen=0,
                after_fen=data["other_amount"],
                effective_on=data["effective_on"],
                key="1",
            )
        )
    return changes


def explanation_context(form: TryForm, answers: dict[str, str], known: Knowledge) -> dict[str, Any]:
    changes = _changes(form.cleaned_data)
    found: Explanation = explain(changes, answers, known, subject="0")
    return {
        "form": form,
        "subject": changes[0],
        "product": known.products[changes[0].product],
        "found": found,
        "known": known,
        "pair": found.migration,
        "pair_product": found.migration and known.products[found.migration.to_product],
        "question": found.next_question,
        "answers": [(known.questions[slug], answer) for slug, answer in answers.items()],
        "typed": {name: form.data.get(name, "") for name in form.fields},
        **causes_context(result_json(found), answers, known),
    }


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Only now is anything kept: in the session of this browser, until it is saved or dropped."""
    form = TryForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/explain.html", {"form": form}, status=422)
    _put_by(
        request,
        {
            "typed": {name: form.data.get(name, "") for name in form.fields},
            "answers": _answers(request, content.current()),
        },
    )
    if request.user.is_authenticated:
        return redirect("kept")
    return redirect("account_signup")


@login_required
@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """After sign-up: show what will be saved, ask for consent, save once."""
    stored = _put_by_before(request)
    if not stored:
        return redirect("dashboard")
    form = TryForm(stored["typed"])
    if not form.is_valid():
        return render(request, "portal/explain.html", {"form": form}, status=422)
    if request.method == "POST" and "drop" in request.POST:
        del request.session["kept"]
        messages.info(request, _("没有保存，已经丢弃。"))
        return redirect("dashboard")
    agreed = _has_consent(request)
    consent = KeepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (agreed or consent.is_valid()):
        change = _save_kept(request, form.cleaned_data, stored["answers"])
        messages.success(request, _("已保存到你的台账。"))
        return redirect("change", change.public_id)
    context = {
        "form": form,
        "consent": None if agreed else consent,
        "changes": _changes(form.cleaned_data),
        "known": content.current(),
    }
    return render(request, "portal/kept.html", context, status=422 if consent.errors else 200)


def _put_by(request: HttpRequest, typed: dict[str, Any]) -> None:
    """Sealed: sessions lie in the database, and an answer may be a sensitive one."""
    sealed = seal(json.dumps(typed, ensure_ascii=False), KEPT_PLACE)
    request.session["kept"] = base64.b64encode(sealed).decode()


def _put_by_before(request: HttpRequest) -> dict[str, Any] | None:
    """What was put by, None without; what cannot be opened any more is dropped."""
    try:
        sealed = base64.b64decode(request.session.get("kept") or "")
        return dict(json.loads(open_sealed(sealed, KEPT_PLACE))) if sealed else None
    except (SealBroken, ValueError, TypeError):
        del request.session["kept"]
        return None


def _has_consent(request: HttpRequest) -> bool:
    return (
        Consent.objects.for_user(request.user)
        .filter(kind=ConsentKind.FINANCIAL_DATA, text_version=FINANCIAL_TEXT, withdrawn_at=None)
        .exists()
    )


@transaction.atomic
def _save_kept(request: HttpRequest, data: dict[str, Any], answers: dict[str, str]) -> LimitChange:
    give_consent(
        user=person(request),
        kind=ConsentKind.FINANCIAL_DATA,
        text_version=FINANCIAL_TEXT,
        now=timezone.now(),
    )
    now = today()
    first, *others = _changes(data)
    for other in others:
        log_change(
            owner=person(request),
            today=now,
            product=other.product,
            before=other.before_fen,
            after=other.after_fen,
            effective_on=other.effective_on,
            reuse=True,
        )
    change = log_change(
        owner=person(request),
        today=now,
        product=first.product,
        before=first.before_fen,
        after=first.after_fen,
        effective_on=first.effective_on,
        stated_reason=first.stated_reason,
        reuse=True,
    )
    for question, answer in answers.items():
        answer_question(change=change, question=question, answer=answer, today=now)
    del request.session["kept"]
    return change


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Doors to password, second factor, sessions and one's own data, and what was agreed to."""
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdraw(request)
    if request.method == "POST" and "log-out-everywhere" in request.POST:
        for session in UserSession.objects.filter(user=person(request)):
            session.end()
        revoke_tokens(owner=person(request), now=timezone.now())
        return redirect("home")
    consents = Consent.objects.for_user(request.user).order_by("-given_at")
    return render(request, "portal/account.html", {"consents": consents})


def _withdraw(request: HttpRequest) -> HttpResponse:
    """One kind of consent at a time (PIPL art. 15); what stops then stands beside the button."""
    kind = request.POST["withdraw"]
    if kind not in ConsentKind.values:
        raise Http404
    withdraw_consent(user=person(request), kind=kind, now=timezone.now())
    messages.success(request, _("已撤回。"))
    return redirect("account_security")


@require_safe
@public
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html", {"consent_text": FINANCIAL_TEXT})


@require_safe
@public
def method(request: HttpRequest) -> HttpResponse:
    known = content.current()
    context = {
        "known": known,
        "windows": known.policy_windows.values(),
        "sources": [source for source in known.sources.values() if source.quote_ok],
        "calibration": public_calibration(),
    }
    return render(request, "portal/method.html", context)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    from portal.styleguide import sample_context

    return render(request, "styleguide.html", sample_context())


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description as a plain page; the machine-readable one is /api/schema/."""
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        {"method": name.upper(), "path": path, "summary": operation.get("summary", "")}
        for path, item in schema["paths"].items()
        for name, operation in item.items()
    ]
    context = {"operations": operations, "scopes": Scope.choices}
    return render(request, "portal/api_docs.html", context)
