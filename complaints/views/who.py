"""Who stands behind a credit product, and where to complain: for everyone, nothing is stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.http import limited_by_address
from complaints.domain.entities import find_entities
from complaints.domain.routes import SAMR, ladder
from complaints.forms.who import WhoForm
from guidance import content


@require_http_methods(["GET", "HEAD", "POST"])
@limited_by_address
def who(request: HttpRequest) -> HttpResponse:
    """By product with GET, so that the page can be linked to; pasted text only ever with POST, so
    that it stands in no address, log or history."""
    if request.method == "POST":
        form = WhoForm(request.POST)
    else:
        form = WhoForm({"product": request.GET.get("product", "")})
    asked = request.method == "POST" or "product" in request.GET
    if not form.is_valid():
        return render(request, "complaints/who.html", {"form": form}, status=422)
    return render(request, "complaints/who.html", {"form": form} | _found(form, asked))


def _found(form: WhoForm, asked: bool) -> dict[str, Any]:
    known, data = content.current(), form.cleaned_data
    asked = asked and bool(data["product"] or data["text"])
    if not asked:
        return {}
    return {
        "asked": True,
        "found": find_entities(data["text"], data["product"], known),
        "product": known.products.get(data["product"]),
        "samr": known.channels[SAMR],
        "for_data": ladder("", known, "data"),
        "for_record": ladder("", known, "record"),
    }
