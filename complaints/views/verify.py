"""Whether a file is one of ours, for anybody: yes or no, and nothing of whom it is about."""

import hmac
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.http import limited_by_address
from complaints.domain.verify import normal
from complaints.forms.documents import CodeForm, HashForm
from complaints.models import Document

NOTHING = "0" * 64


# Nobody is signed in here and nothing is changed: no cookie is asked for.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited_by_address
def start(request: HttpRequest) -> HttpResponse:
    """The code is asked for; the next page asks for the file."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("verify", form.cleaned_data["code"])
    status = 422 if form.errors else 200
    return render(request, "complaints/verify_start.html", {"form": form}, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited_by_address
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """A hash against the one kept under this code. What the code stands for is told only to who
    holds the very file; whether there is such a code is not looked up before a hash is given."""
    form = HashForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "code": normal(code), "verdict": ""}
    if request.method == "POST" and form.is_valid():
        context |= _judged(normal(code), form.cleaned_data["sha256"])
    status = 422 if form.errors else 200
    return render(request, "complaints/verify.html", context, status=status)


def _judged(code: str, sha256: str) -> dict[str, Any]:
    """The same query and the same comparison whether there is such a code or not."""
    found = (
        Document.objects.reachable()
        .filter(verify_code=code)
        .exclude(sha256="")
        .defer("model")
        .first()
    )
    genuine = [found.sha256, *found.notes.get("earlier", [])] if found else [NOTHING]
    same = [hmac.compare_digest(known, sha256) for known in genuine]
    if found is None:
        return {"verdict": "unknown"}
    return {"verdict": "same", "document": found} if any(same) else {"verdict": "other"}
