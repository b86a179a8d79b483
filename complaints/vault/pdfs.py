"""PDF files written anew: pages and what they show, and nothing that acts, hides or tells.

Runs in the parsing process: no Django. Pages are not drawn (no renderer is shipped); so instead of
a list of what is forbidden, only what a page needs is taken over, and the result is read again.
"""

import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf

from complaints.domain.evidence import MAX_PAGES, PDF
from complaints.vault.answers import Clean, Refused

# ISO 32000-1, 7.7.3.3: what a page needs to look as it did. No /Annots, /AA, /Metadata, /AF …
PAGE_KEYS = frozenset(
    [
        *("/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox"),
        *("/ArtBox", "/Rotate", "/Contents", "/UserUnit", "/Group"),
    ]
)
# 7.7.2: the tree, and which layers are shown. No /OpenAction, /AA, /Names, /AcroForm, /Metadata …
ROOT_KEYS = frozenset(["/Type", "/Pages", "/OCProperties", "/Version"])
# Keys of streams with one meaning wherever they stand: data or files from elsewhere, and telltales.
STREAM_KEYS = (
    *("/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/AF"),
    *("/Metadata", "/PieceInfo", "/LastModified", "/Alternates"),
)
# 12.6.4: kinds of action.
ACTIVE_KINDS = frozenset(
    [
        *("/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/URI"),
        *("/Movie", "/Sound", "/Rendition", "/RichMediaExecute", "/Trans", "/GoTo3DView"),
        *("/Named", "/ResetForm", "/Hide", "/Thread", "/SetOCGState"),
    ]
)
FORBIDDEN_TYPES = frozenset(["/EmbeddedFile", "/Filespec", "/Action", "/Annot"])
MOST_OBJECTS = 300_000
MOST_PICTURE = 64 * 2**20


def preload() -> None:
    """Have the ciphers of locked files loaded while files may still be opened."""
    new = pikepdf.Encryption(owner="o", user="", R=6)
    old = pikepdf.Encryption(owner="o", user="", R=3, aes=False, metadata=False)
    for lock in (new, old):
        out = io.BytesIO()
        with pikepdf.new() as pdf:
            pdf.save(out, encryption=lock)
        pikepdf.open(out).close()


def clean_pdf(data: bytes) -> Clean:
    """The pages without scripts, attachments, forms, links, comments and metadata.

    What annotations show (stamps, signatures, filled-in fields) is drawn into the page first.
    """
    with _opened(data) as pdf:
        pages = len(pdf.pages)
        if not pages:
            raise Refused("broken")
        if pages > MAX_PAGES:
            raise Refused("too_many_pages")
        notes = _notes(pdf)
        _flatten(pdf)
        _strip(pdf)
        clean = _written(pdf)
    _refuse_remains(clean)
    return Clean(clean, PDF, pages, notes=notes)


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data), access_mode=pikepdf.AccessMode.stream)
    except pikepdf.PasswordError as locked:
        raise Refused("locked") from locked
    except pikepdf.PdfError as broken:
        raise Refused("broken") from broken


def _notes(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Codes of what will be missing, for the person to know."""
    if len(pdf.objects) > MOST_OBJECTS:
        raise Refused("too_heavy")
    found = set()
    for holder in _dictionaries(pdf):
        kind = _name(holder.get("/S"))
        if kind == "/JavaScript" or "/JS" in holder:
            found.add("pdf-scripts")
        elif kind in ("/URI", "/Launch", "/GoToR"):
            found.add("pdf-links")
        if _has_file(holder) or _name(holder.get("/Type")) == "/EmbeddedFile":
            found.add("pdf-attachments")
        if "/XFA" in holder or "/Fields" in holder:
            found.add("pdf-forms")
    return tuple(sorted(found))


def _flatten(pdf: pikepdf.Pdf) -> None:
    """Damaged forms are left out rather than refused."""
    with suppress(pikepdf.PdfError, ValueError, TypeError, KeyError):
        pdf.generate_appearance_streams()
    with suppress(pikepdf.PdfError, ValueError, TypeError, KeyError):
        pdf.flatten_annotations("all")


def _strip(pdf: pikepdf.Pdf) -> None:
    _keep(pdf.Root, ROOT_KEYS)
    for page in pdf.pages:
        _keep(page.obj, PAGE_KEYS)
    for key in list(pdf.trailer.keys()):
        if key in ("/Info", "/Encrypt", "/ID"):
            del pdf.trailer[key]
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            _strip_stream(item)
        elif isinstance(item, pikepdf.Dictionary) and _name(item.get("/Type")) == "/Pages":
            _keep(item, PAGE_KEYS | {"/Kids", "/Count"})


def _keep(holder: Any, keys: frozenset[str]) -> None:
    for key in list(holder.keys()):
        if key not in keys:
            del holder[key]


def _strip_stream(stream: pikepdf.Stream) -> None:
    for key in STREAM_KEYS:
        if key in stream:
            del stream[key]
    _strip_photograph(stream)


def _strip_photograph(stream: pikepdf.Stream) -> None:
    """A photograph in a PDF brings its EXIF along, place and all."""
    filters = stream.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    if names[-1:] != [pikepdf.Name.DCTDecode]:
        return
    raw = stream.read_raw_bytes()
    if names[:-1] == [pikepdf.Name.FlateDecode]:
        raw = zlib.decompressobj().decompress(raw, MOST_PICTURE)
    elif len(names) > 1:
        return
    parms: Any = None if len(names) > 1 else stream.get("/DecodeParms")
    stream.write(without_app_segments(raw), filter=pikepdf.Name.DCTDecode, decode_parms=parms)


def without_app_segments(jpeg: bytes) -> bytes:
    """A JPEG without EXIF, XMP, comments and what follows its end; the pixels are not touched.

    Markers (ITU-T T.81, B.1.1.3): APP0 and APP14 say how colours are meant and stay.
    """
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    kept, place = [b"\xff\xd8"], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xDA:  # the scan: from here on only pixels
            end = jpeg.rfind(b"\xff\xd9")
            kept.append(jpeg[place : end + 2] if end > place else jpeg[place:])
            return b"".join(kept)
        size = 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept.append(jpeg[place : place + size])
        place += size
    return jpeg


def _written(pdf: pikepdf.Pdf) -> bytes:
    """Only what is reachable is written; the same pages give the same bytes."""
    out = io.BytesIO()
    pdf.remove_unreferenced_resources()
    pdf.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        encryption=False,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    return out.getvalue()


def _refuse_remains(clean: bytes) -> None:
    """Read what was written: a place nobody thought of must not let anything through."""
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        for holder in _dictionaries(pdf):
            is_action = _name(holder.get("/S")) in ACTIVE_KINDS
            if is_action or _name(holder.get("/Type")) in FORBIDDEN_TYPES or _has_file(holder):
                raise Refused("broken")


def _has_file(holder: Any) -> bool:
    """/EF of a file specification; a font may bear that name too, but holds no /F."""
    inside = holder.get("/EF")
    return isinstance(inside, pikepdf.Dictionary) and ("/F" in inside or "/UF" in inside)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary, also those inside others; each object is visited once."""
    for item in pdf.objects:
        waiting = [item]
        while waiting:
            found = waiting.pop()
            if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
                yield found
                waiting += [value for _key, value in _direct(found.items())]
            elif isinstance(found, pikepdf.Array):
                waiting += [value for value in found if _is_holder(value)]


def _direct(pairs: Any) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in pairs if _is_holder(value))


def _is_holder(value: Any) -> bool:
    """Indirect objects come in their own turn."""
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _name(value: Any) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""
