"""What a file is, by its first bytes: never by its name or by what a browser declares."""

from inputs.errors import InputError, gettext_noop

PICTURE = gettext_noop(
    "这是图片或视频，读不出表格。请上传 CSV 或 XLSX 文件；截图请在记录变动时作为凭证保存。"
)
PDF = gettext_noop("这是 PDF，读不出表格。请从原来的页面导出 CSV 或 XLSX，或把内容抄进模板。")
OLD_EXCEL = gettext_noop(
    "这是旧版 Excel（.xls）文件。请用 Excel 或 WPS 打开，另存为 .xlsx 或 CSV 再上传。"
)
LOCKED = gettext_noop("文件加了密码。请打开后去掉密码，另存一份再上传。")
HTML = gettext_noop(
    "这其实是网页，只是改了名字。请用 Excel 或 WPS 打开，另存为 .xlsx 或 CSV 再上传。"
)
ARCHIVE = gettext_noop("这是压缩包。请先解压（账单的解压密码在对方发的通知里），再上传里面的表格。")
OTHER_BOOK = gettext_noop(
    "这不是 Excel 表格（可能是 Word、Numbers 或 ODS 文件）。请另存为 .xlsx 或 CSV 再上传。"
)

HEAD_BYTES = 2048
"""So much of a file is enough to tell what it is."""

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"\x1f\x8b", b"Rar!\x1a", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_SHEETS = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (
    b"<!doctype",
    b"<html",
    b"<head",
    b"<meta",
    b"<body",
    b"<table",
    b"<style",
    b"<script",
    b"<div",
    b"<!--",
    b"<?xml",
    b"<svg",
)


def refuse_foreign(data: bytes) -> None:
    """InputError when the first bytes are those of a picture, a PDF, an old Excel file, a web
    page or an archive. A ZIP passes: an XLSX is one."""
    head = data[:HEAD_BYTES]
    if _is_picture(head):
        raise InputError("picture", PICTURE)
    if b"%PDF-" in head[:1024]:
        raise InputError("pdf", PDF)
    if head.startswith(_OLE2):
        raise _old_book(data)
    if head.startswith(_OLD_SHEETS):
        raise InputError("old_excel", OLD_EXCEL)
    if head.startswith(_ARCHIVES):
        raise InputError("archive", ARCHIVE)
    if _is_markup(head):
        raise InputError("html", HTML)


def is_zip(data: bytes) -> bool:
    return data.startswith(ZIP_MAGIC)


def refuse_archive(names: frozenset[str]) -> None:
    """InputError when the members of a ZIP are not those of an XLSX workbook."""
    if any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names):
        return
    is_document = "[Content_Types].xml" in names or "mimetype" in names
    if is_document or any(name.startswith(("Index/", "xl/")) for name in names):
        raise InputError("other_book", OTHER_BOOK)
    raise InputError("archive", ARCHIVE)


def _is_picture(head: bytes) -> bool:
    """Also HEIC, AVIF and videos (an `ftyp` box) and Windows bitmaps (reserved bytes are zero)."""
    return (
        head.startswith(_PICTURES)
        or (head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"AVI "))
        or head[4:8] == b"ftyp"
        or (head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00")
    )


def _old_book(data: bytes) -> InputError:
    """The same container holds .xls files and locked .xlsx files; only the latter name this."""
    if _ENCRYPTED in data:
        return InputError("locked", LOCKED)
    return InputError("old_excel", OLD_EXCEL)


def _is_markup(head: bytes) -> bool:
    """Without byte order mark and the zero bytes of UTF-16."""
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return text.startswith(_MARKUP)
