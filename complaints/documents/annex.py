"""Pictures of the annex: which copies are shown, and reading them out of the vault.

One is open at a time and each is made small, so that memory is that of the largest picture and of
what is printed. What cannot be read is told in its place; it never stops a report.
"""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from complaints.domain.evidence import index_lines
from complaints.domain.report.facts import PictureFact
from complaints.domain.report.proof import MOST_PICTURES, piece_name, with_missing
from complaints.enums import EvidenceState, FileRole
from complaints.models import Document, Evidence
from complaints.vault import files, upkeep

LONGEST_SIDE = 1600
QUALITY = 82
# Of height to width: what is longer is cut into equal pieces of at most this form; two of them fit
# side by side on a page.
LONGEST_FORM = 2.45
MOST_PIECES = 12
WIDE_FORM = 1.2  # of width to height


@dataclass
class Annex:
    """Files by name for a rendering; `holds` as Document.notes; reasons for what is missing."""

    pictures: dict[str, bytes] = field(default_factory=dict)
    holds: list[list[str]] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> dict[str, Any]:
        return {"holds": self.holds} if self.holds else {}


def pictures_of(rows: Sequence[Evidence], *, masked: bool) -> tuple[PictureFact, ...]:
    """Every picture among these files, with the copy that would be shown now."""
    lines = index_lines(row.item for row in rows)
    found: list[PictureFact] = []
    for line, row in zip(lines, rows, strict=True):
        if row.state == EvidenceState.READY and not row.is_picture:
            continue
        if row.state != EvidenceState.READY and not row.media_type.startswith("image/"):
            continue
        role, missing = _role(row, masked), ""
        if role is None:
            missing = "masking" if row.is_being_masked else "reading"
        elif sum(not other.missing for other in found) >= MOST_PICTURES:
            missing = "too-many"
        found.append(
            PictureFact(
                key=row.public_id.hex,
                number=line.number,
                name=line.name,
                taken_on=line.taken_on,
                sha256=line.sha256,
                role=role.value if role else "",
                shown_sha256=files.sha256_of(row, role) if role else "",
                parts=parts_of(row.width, row.height),
                is_wide=row.width > WIDE_FORM * row.height,
                missing=missing,
            )
        )
    return tuple(found)


def _role(row: Evidence, masked: bool) -> FileRole | None:
    """Painted over in a copy for others, clean but whole in a full one; never an original."""
    if row.state != EvidenceState.READY:
        return None
    role = files.shared_role(row) if masked else FileRole.RENDITION
    return None if role == FileRole.ORIGINAL else role


def parts_of(width: int, height: int) -> int:
    """How many pieces a picture is cut into: a long screenshot would be a thin line on a page."""
    if not width or height <= LONGEST_FORM * width:
        return 1
    return min(MOST_PIECES, math.ceil(height / (LONGEST_FORM * width)))


def read(document: Document) -> tuple[dict[str, Any], Annex]:
    """The model of a report with its pictures, as stored now; rows of its own case only."""
    return read_for(document, document.model)


def read_for(document: Document, model: dict[str, Any]) -> tuple[dict[str, Any], Annex]:
    """The same for a report inside another document."""
    wanted, annex = model.get("pictures", []), Annex()
    if not wanted:
        return model, annex
    mine = Evidence.objects.filter(owner=document.owner_id, complaint=document.complaint_id)
    rows = mine.filter(public_id__in=[each["id"] for each in wanted]).listed()
    by_key = {row.public_id.hex: row for row in rows}
    for each in wanted:
        _read_one(annex, each, by_key.get(each["id"]), document.is_masked)
    return with_missing(model, annex.missing), annex


def _read_one(annex: Annex, wanted: dict[str, Any], row: Evidence | None, masked: bool) -> None:
    names = [piece_name(wanted["id"], part) for part in range(1, wanted["parts"] + 1)]
    role, reason = FileRole(wanted["role"]), ""
    if row is None:
        reason = "removed"
    elif not _may_still(row, role, wanted["sha256"], masked):
        reason = "changed"
    if row is not None and not reason:
        try:
            pieces = list(_pieces(files.read(row, role), wanted["parts"]))
        except files.FileDamaged as damaged:
            upkeep.report(row, role, damaged)
            reason = damaged.damage.value
        else:
            annex.pictures.update(zip(names, pieces, strict=True))
            annex.holds.append([str(row.public_id), role.value, wanted["sha256"]])
    if reason:
        annex.missing.update(dict.fromkeys(names, reason))


def _pieces(data: bytes, parts: int) -> Iterator[bytes]:
    """From top to bottom, each small enough to print, as JPEG without anything but pixels."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
        if parts == 1:
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        whole = _on_white(picture)
    for part in range(parts):
        top, bottom = (whole.height * edge // parts for edge in (part, part + 1))
        piece = whole.crop((0, top, whole.width, bottom)) if parts > 1 else whole
        piece.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        yield _jpeg(piece)


def _on_white(picture: Image.Image) -> Image.Image:
    """What is see-through would come out black."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def may_leave(document: Document) -> bool:
    """Whether every picture inside may still be given out: asked again at each download, because
    the person may have taken one out of the case, or painted over more of it, since."""
    holds = document.notes.get("holds", [])
    if not holds:
        return True
    rows = Evidence.objects.filter(complaint=document.complaint_id).listed()
    by_id = {str(row.public_id): row for row in rows}
    return all(
        key in by_id and _may_still(by_id[key], FileRole(role), sha256, document.is_masked)
        for key, role, sha256 in holds
    )


def _may_still(row: Evidence, role: FileRole, sha256: str, masked: bool) -> bool:
    return _role(row, masked) == role and files.sha256_of(row, role) == sha256
