"""The worker that packs everything of a case into one ZIP.

The same frozen model and the same files give the same bytes. Memory stays flat: files are opened
and packed piece by piece, and what is written is sealed before it reaches any disk. Run twice it
packs twice, under another name; nothing is left half done but noise without a key.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any, cast

from complaints.documents import annex, sealed
from complaints.documents.offline import offline_page
from complaints.documents.rendering import rendered
from complaints.documents.sealed import Made
from complaints.domain import bundle as names
from complaints.domain.bundle import LETTER_CHANGED, PROBLEMS, Packed, Problem
from complaints.domain.evidence import SOUNDS, Item
from complaints.domain.hiding import hidden_text, secrets
from complaints.enums import DocumentKind, DocumentState, EvidenceState, FileRole
from complaints.models import Complaint, Document, Evidence, Letter
from complaints.vault import files, upkeep
from inputs.exports import csv_lines

# Not the day it was made: a file made again must be the same to the byte.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# Pictures, sound and PDF are packed already: another pass costs time and saves nothing. Level 0 of
# DEFLATE and not STORED, which readers that do not seek (Java's) refuse in a streamed archive.
PACKED_ALREADY = ("pdf", "docx", "jpg", "png", "webp", "heic", "mp3", "m4a", "aac", "wav", "amr")

# Not a kind of letter: the one a case is filed with is a document of the case itself.
FILED_WITH = "filed"

Progress = Callable[[int, str], None]


@dataclass
class _Writing:
    """A ZIP being written, what is inside so far, and what could not be put in."""

    archive: zipfile.ZipFile
    model: dict[str, Any]
    instead: dict[str, str]
    packed: list[Packed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    holds: list[list[str]] = field(default_factory=list)

    def put(self, path: str, pieces: Iterable[bytes], what: str, **told: str) -> None:
        """Raises what `pieces` raises; the whole bundle is then made again."""
        digest, size = hashlib.sha256(), 0
        with self.archive.open(_entry(path), "w") as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        self.packed.append(Packed(path, size, digest.hexdigest(), what, **told))

    def put_text(self, path: str, text: str, what: str) -> None:
        self.put(path, [text.encode()], what)

    def miss(self, title: str, why: str) -> None:
        self.problems.append(Problem(title, PROBLEMS[why]))

    @property
    def masked(self) -> bool:
        return bool(self.model["masked"])


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    if path.rpartition(".")[2].lower() in PACKED_ALREADY:
        entry._compresslevel = 0  # type: ignore[attr-defined]
    return entry


def make(document: Document, progress: Progress) -> Made:
    """Pack the bundle of a frozen model into sealed storage."""
    model = document.model
    with sealed.Sealing(document) as out:
        with zipfile.ZipFile(cast("IO[bytes]", out), "w", allowZip64=True) as archive:
            writing = _Writing(archive, model, instead_of(document.complaint))
            _put_report(writing, document)
            progress(15, "")
            _put_letters(writing, document)
            progress(30, "")
            _put_evidence(writing, document, progress)
            _put_messages(writing)
            _put_proof(writing)
        progress(95, "")
        notes = {
            "problems": [[row.title, row.why] for row in writing.problems],
            "holds": writing.holds,
        }
        return out.store(pages=0, notes=notes)


def instead_of(complaint: Complaint, *, is_new: bool = False) -> dict[str, str]:
    """What to hide in copies for others: what the person gave of himself when the case was filed
    and in any letter since; a case filed this moment has none."""
    letters = Letter.objects.filter(complaint=complaint).order_by("pk")
    rows = [] if is_new else letters.values_list("typed", flat=True)
    found: dict[str, str] = {}
    for given in (complaint.facts, *rows):
        texts = [str(given.get(name) or "") for name in ("name", "contact", "contract_no")]
        found |= secrets(*texts)
    return found


def _put_report(writing: _Writing, document: Document) -> None:
    model, pictures = annex.read_for(document, writing.model["report"])
    for file_format, path in names.REPORT_PATHS:
        data = rendered(model, file_format, pictures.pictures).data
        writing.put(path, [data], "完整报告")


def _put_letters(writing: _Writing, document: Document) -> None:
    """Frozen letters as they were sent; in a copy for others, masked ones made for it. The letter
    the case was filed with has the number 00, so that the others keep theirs."""
    letters = writing.model["letters"]
    first = 0 if letters and letters[0]["kind"] == FILED_WITH else 1
    for number, letter in enumerate(letters, start=first):
        for ending in names.LETTER_FORMATS:
            path = names.letter_path(number, letter["kind"], letter["version"], ending)
            data = _letter(writing, document, letter, ending)
            form = "masked" if writing.masked else "frozen"
            told = {"title": letter["title"], "form": form, "original_sha256": letter["sha256"]}
            writing.put(path, [data], "信函", **told)


def _letter(writing: _Writing, document: Document, letter: dict[str, Any], ending: str) -> bytes:
    """The stored file; where that is lost, one made anew from what was frozen, and it is said."""
    made = None if writing.masked else _stored(document, letter, ending)
    if made is not None and (data := _unchanged(made)) is not None:
        return data
    again = rendered(letter["model"], ending)
    if made is not None and again.sha256 != made.sha256:
        writing.problems.append(Problem(f"{letter['title']}（{ending}）", LETTER_CHANGED))
    return again.data


def _stored(document: Document, letter: dict[str, Any], ending: str) -> Document | None:
    rows = Document.objects.filter(complaint=document.complaint_id)
    if letter["kind"] == FILED_WITH:
        rows = rows.filter(public_id=letter["id"])
    else:
        rows = rows.filter(letter__public_id=letter["id"])
    ready = rows.filter(kind=DocumentKind.LETTER, state=DocumentState.READY)
    return ready.filter(file_format=ending).first()  # type: ignore[no-any-return]


def _unchanged(made: Document) -> bytes | None:
    try:
        data = sealed.whole(made)
    except sealed.LOST:
        return None
    return data if hashlib.sha256(data).hexdigest() == made.sha256 else None


def _put_evidence(writing: _Writing, document: Document, progress: Progress) -> None:
    wanted = document.model["evidence"]
    by_id = {str(row.public_id): row for row in _rows(document)}
    for number, asked in enumerate(wanted, start=1):
        row = by_id.get(asked["id"])
        if row is None:
            writing.miss(f"证据 {number}", "removed")
        else:
            _put_one(writing, number, row)
        progress(30 + 60 * number // len(wanted), "")


def _rows(document: Document) -> Iterable[Evidence]:
    """Asked for at the moment of packing: what was taken out since stays out."""
    ids = [row["id"] for row in document.model["evidence"]]
    mine = Evidence.objects.filter(owner=document.owner_id, complaint=document.complaint_id)
    return mine.filter(public_id__in=ids).listed()


def _put_one(writing: _Writing, number: int, row: Evidence) -> None:
    """A file is proved from end to end before a byte of it is packed: a broken one is named as
    missing, and never half inside."""
    item = names.shared_item(row.item, writing.instead) if writing.masked else row.item
    title = f"证据 {number}：{item.title or item.kind}"
    role = leaving_role(row, masked=writing.masked)
    if role is None:
        writing.miss(title, "masking" if row.is_being_masked else "reading")
        return
    try:
        files.proved_size(row, role)
    except files.FileDamaged as damaged:
        upkeep.report(row, role, damaged)
        writing.miss(title, damaged.damage.value)
        return
    _pack(writing, number, row, role, item, title)


def _pack(
    writing: _Writing, number: int, row: Evidence, role: FileRole, item: Item, title: str
) -> None:
    kind = row.media_type if role == FileRole.ORIGINAL else row.rendition_type
    writing.put(
        names.evidence_path(number, item, kind),
        files.pieces(row, role),
        "证据",
        title=title,
        form=role.value,
        taken_on=item.taken_on.isoformat() if item.taken_on else "",
        received_on=item.received_on.isoformat(),
        original_sha256=row.sha256,
    )
    writing.holds.append([str(row.public_id), role.value, writing.packed[-1].sha256])


def leaving_role(row: Evidence, *, masked: bool) -> FileRole | None:
    """Which file of a row goes into a bundle; None while there is none that may.

    For others never an original with whatever a camera wrote into it, but for sound, which has
    nothing else. A file not looked into yet has no clean copy either.
    """
    if not masked:
        return FileRole.ORIGINAL if row.state == EvidenceState.READY else None
    if row.state != EvidenceState.READY:
        return None
    role = files.shared_role(row)
    return None if role == FileRole.ORIGINAL and row.media_type not in SOUNDS else role


def may_leave(document: Document) -> bool:
    """Whether every file inside may still be given out: asked again at each download, because the
    person may have taken one out of the case or masked it since."""
    holds = document.notes.get("holds", [])
    if not holds:
        return True
    rows = Evidence.objects.filter(complaint=document.complaint_id).listed()
    found = rows.filter(public_id__in=[public_id for public_id, _role, _hash in holds])
    by_id = {str(row.public_id): row for row in found}
    return all(_is_current(by_id.get(key), role, sha256, document) for key, role, sha256 in holds)


def _is_current(row: Evidence | None, role: str, sha256: str, document: Document) -> bool:
    if row is None:
        return False
    now = leaving_role(row, masked=document.is_masked)
    return now == role and files.sha256_of(row, FileRole(role)) == sha256


def _put_messages(writing: _Writing) -> None:
    rows = writing.model["messages"]
    if rows:
        lines = csv_lines([names.MESSAGE_COLUMNS, *rows])
        writing.put(names.MESSAGES_CSV, (line.encode() for line in lines), "来往记录")
        writing.put_text(names.MESSAGES_TXT, names.messages_text(rows), "来往记录")


def _put_proof(writing: _Writing) -> None:
    """Last, in this order: each tells of all before it."""
    model, problems = writing.model, writing.problems
    writing.put_text(names.README, names.readme_text(model, problems), "说明")
    manifest = names.manifest_json(model, writing.packed, problems)
    writing.put_text(names.MANIFEST, manifest, "清单")
    page = offline_page(names.page_data(model, writing.packed, problems))
    writing.put_text(names.PAGE, page, "核对用的网页")
    writing.put_text(names.SUMS, names.sums_text(writing.packed), "给 sha256sum 用的清单")


def filed_with(complaint: Complaint, masked: bool) -> list[dict[str, Any]]:
    """The letter made when the case was filed, as the model of a bundle keeps it: what was frozen
    then, not what the reviewed sentences of today would make of the facts. None yet: nothing."""
    rows = Document.objects.filter(complaint=complaint, kind=DocumentKind.LETTER, letter=None)
    row = rows.order_by("pk").first()
    if row is None:
        return []
    instead = instead_of(complaint) if masked else {}
    shown = names.masked_letter(row.model, instead, row.model_sha256) if masked else row.model
    return [
        {
            "id": str(row.public_id),
            "kind": FILED_WITH,
            "version": 1,
            "title": f"{row.model['title']}（立档时的信）",
            "sha256": row.model_sha256,
            "model": shown,
        }
    ]


def described(
    complaint: Complaint, letters: Iterable[Letter], masked: bool
) -> list[dict[str, Any]]:
    """Frozen letters as the model of a bundle keeps them."""
    instead = instead_of(complaint) if masked else {}
    return [
        {
            "id": str(row.public_id),
            "kind": row.kind,
            "version": row.version,
            "title": f"{row.get_kind_display()}（第 {row.version} 版）",
            "sha256": row.model_sha256,
            "model": names.masked_letter(row.model, instead, row.model_sha256)
            if masked
            else row.model,
        }
        for row in letters
    ]


def planned(rows: Iterable[Evidence], *, masked: bool) -> list[dict[str, str]]:
    """The evidence asked for, with the copy that would leave now: new masks are a new bundle."""
    found = []
    for row in rows:
        role = leaving_role(row, masked=masked)
        sha256 = files.sha256_of(row, role) if role else ""
        found.append(
            {"id": str(row.public_id), "form": role.value if role else "", "sha256": sha256}
        )
    return found


def told(rows: Iterable[Any], complaint: Complaint, *, masked: bool) -> list[list[str]]:
    """The correspondence, oldest first; in a copy for others without names and numbers."""
    instead = instead_of(complaint) if masked else {}
    found = []
    for row in rows:
        cells = [row.happened_on.isoformat(), row.get_direction_display(), row.get_medium_display()]
        texts = [row.with_whom, row.reference_no, row.text]
        shown = [hidden_text(text, instead) for text in texts] if masked else texts
        found.append([*map(str, cells), *shown])
    return found
