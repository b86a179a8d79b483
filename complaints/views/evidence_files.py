"""The files themselves, and painting parts of a picture over."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import services
from complaints.domain.evidence import saved_name
from complaints.domain.masks import Rectangle, read_rectangle
from complaints.enums import FileRole
from complaints.forms.evidence import MaskForm
from complaints.models import Evidence
from complaints.vault import files, upkeep
from complaints.views.evidence import item_page, own_evidence
from inputs.errors import InputError
from inputs.words import sentence

# Whatever a browser makes of these bytes, it happens in an empty room without doors.
SHUT = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
}


@login_required
@require_safe
def download(request: HttpRequest, public_id: str, role: FileRole) -> HttpResponse:
    """One form of one file. Only our own copies of pictures open in the page; all else is saved."""
    row = own_evidence(request, public_id)
    if row.removed_at is not None or not getattr(row, role.value):
        messages.info(request, _("现在没有这个文件。"))
        return redirect("evidence_item", row.public_id)
    try:
        data = files.read(row, role)
    except files.FileDamaged as damaged:
        upkeep.report(row, role, damaged)
        return item_page(request, row, status=410, damage=damaged.damage.label)
    return _response(row, role, data, saving=role == FileRole.ORIGINAL or "save" in request.GET)


def _response(row: Evidence, role: FileRole, data: bytes, *, saving: bool) -> HttpResponse:
    media_type = row.media_type if role == FileRole.ORIGINAL else row.rendition_type
    shown = not saving and media_type.startswith("image/")
    name = saved_name(_stem(row, role), media_type)
    disposition = content_disposition_header(not shown, name) or "attachment"
    headers = {**SHUT, "Content-Disposition": disposition}
    return HttpResponse(data, content_type=media_type, headers=headers)


def _stem(row: Evidence, role: FileRole) -> str:
    """The name the person knows for the original; for copies one that gives nothing away."""
    if role == FileRole.ORIGINAL:
        return row.file_name or row.sha256[:12]
    return f"{_('证据')}-{row.sha256[:12]}"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Draw on the picture, tick bands, or give one rectangle in per cent; all three add up."""
    row = own_evidence(request, public_id)
    if not row.is_picture or row.removed_at is not None:
        messages.info(request, _("现在没有可以涂黑的图片。"))
        return redirect("evidence_item", row.public_id)
    if request.method != "POST":
        shown = [Rectangle(**found) for found in row.masks]
        return _mask_page(request, row, MaskForm(), shown)
    form, drawn = MaskForm(request.POST), []
    try:
        drawn = [read_rectangle(text) for text in request.POST.getlist("rect")]
        if form.is_valid():
            services.mask_evidence(evidence=row, rectangles=[*drawn, *form.rectangles()])
            messages.success(request, _("已记下。涂黑的副本几秒钟后就好。"))
            return redirect("evidence_item", row.public_id)
    except InputError as refused:
        # A rectangle that cannot be read is never left out: what it hides would show.
        form.add_error(None, sentence(refused))
    return _mask_page(request, row, form, drawn, status=422)


def _mask_page(
    request: HttpRequest, row: Evidence, form: MaskForm, drawn: list[Rectangle], status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "drawn": [_drawing(row, found) for found in drawn],
    }
    return render(request, "complaints/evidence_mask.html", context, status=status)


def _drawing(row: Evidence, found: Rectangle) -> dict[str, Any]:
    """A rectangle in the pixels of the picture, for the page to draw, and as the form sends it."""
    left, top, right, bottom = found.pixels(row.width, row.height)
    return {
        "value": found.spelled(),
        "x": left,
        "y": top,
        "w": right - left + 1,
        "h": bottom - top + 1,
    }
