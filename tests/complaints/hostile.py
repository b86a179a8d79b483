"""Files that people send by mistake or on purpose, made here: nothing of it lies in the tree."""

import io
import struct
import wave
import zlib

import pikepdf
import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()

GPS = "CNRY-GPS-31.2304N"
MARK = b"CNRY-TAIL-7f"


def encoded(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def screen(width=300, height=600, color=(240, 240, 240)):
    """A light picture with a dark block in its upper half."""
    made = Image.new("RGB", (width, height), color)
    made.paste((180, 30, 30), (width // 4, height // 10, width // 2, height // 5))
    return made


def png(width=300, height=600, **options):
    return encoded(screen(width, height), "PNG", **options)


def jpeg(**options):
    return encoded(screen(), "JPEG", **options)


def webp(**options):
    return encoded(screen(), "WEBP", **options)


def heic(**options):
    return encoded(screen(), "HEIF", **options)


def exif(orientation=1):
    """EXIF with a place and the serial number of a camera."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = GPS
    data.get_ifd(0x8825)[29] = GPS
    return data


def noted_png():
    """A PNG with text chunks and EXIF."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", GPS)
    info.add_itxt("XML:com.adobe.xmp", GPS)
    return encoded(screen(), "PNG", pnginfo=info, exif=exif())


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width, height, bits=1, rows=0):
    """A few kilobytes that say they are huge; `rows` of them are really there."""
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    line = b"\0" * (1 + (width * bits + 7) // 8)
    body = zlib.compress(line * (rows or 1), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def animated(kind, frames=8):
    pictures = [screen(40, 40, (step * 20, 0, 0)) for step in range(frames)]
    return encoded(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=40)


GIF_JS = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert('" + MARK + b"')//"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
HTML_UTF16 = "<html><script>alert(1)</script>".encode("utf-16")
LATE_PDF = b"<html>" + b"x" * 900 + b"%PDF-1.4\n<script>alert(1)</script>"
MP4_FILM = (
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
    + struct.pack(">I4s", 8 + 8 + 8 + 32, b"moov")
    + struct.pack(">I4s", 8 + 8 + 32, b"trak")
    + struct.pack(">I4s", 8 + 32, b"mdia")
    + struct.pack(">I4s8x4s12x", 32, b"hdlr", b"vide")
)
M4A = (
    MP4_FILM.replace(b"vide", b"soun")
    .replace(b"mp42isom", b"M4A mp42")
    .replace(b"ftypmp42", b"ftypM4A ")
)
MP4_SOUND = MP4_FILM.replace(b"vide", b"soun")
MP3 = b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10 + (b"\xff\xfb\x90\0" + b"\0" * 413) * 4
AAC = (b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\0" * 10) * 8
AMR = b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * 8
AMR_WB = b"#!AMR-WB\n" + (b"\x44" + b"\0" * 60) * 8


def wav(seconds=1):
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * seconds)
    return out.getvalue()


def written(pdf, **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def blank_pdf(pages=1):
    pdf = pikepdf.new()
    for _number in range(pages):
        pdf.add_blank_page(page_size=(200, 300))
    return pdf


def plain_pdf(pages=2):
    return written(blank_pdf(pages))


def locked_pdf():
    return written(blank_pdf(), encryption=pikepdf.Encryption(owner="owner", user="user"))


def unprintable_pdf(**options):
    """No password to open it, only one to print it, as bank statements have."""
    return written(blank_pdf(), encryption=pikepdf.Encryption(owner="owner", user="", **options))


def script():
    code = pikepdf.String("app.alert('CNRY-TAIL-7f')")
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=code)


def active_pdf():
    """Scripts in eight places, a launch action, an attachment, a form, metadata."""
    pdf = blank_pdf(2)
    page = pdf.pages[0]
    box = pikepdf.Array([0, 0, 100, 20])
    page.obj.AA = pikepdf.Dictionary(O=script())
    page.obj.Metadata = pdf.make_stream(MARK)
    page.obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=pikepdf.String(MARK)))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("CNRY-TAIL-7f.exe"))
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=box,
        A=launch,
        AA=pikepdf.Dictionary(E=script()),
    )
    web = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://evil/CNRY-TAIL-7f"))
    uri = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=box, A=web)
    stamp = pdf.make_stream(b"0 0 100 20 re f")
    stamp.Type, stamp.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    stamp.BBox = box
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        T=pikepdf.String("name"),
        V=pikepdf.String("filled in"),
        DA=pikepdf.String("/Helv 12 Tf 0 g"),
        F=4,
        AP=pikepdf.Dictionary(N=stamp),
        Rect=box,
        AA=pikepdf.Dictionary(K=script()),
    )
    page.obj.Annots = pikepdf.Array([pdf.make_indirect(one) for one in (link, uri, field)])
    pdf.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([page.obj.Annots[2]]),
        XFA=pdf.make_stream(b"<xdp>CNRY-TAIL-7f</xdp>"),
        DR=pikepdf.Dictionary(),
    )
    pdf.Root.OpenAction = script()
    pdf.Root.AA = pikepdf.Dictionary(WC=script())
    pdf.Root.Outlines = pikepdf.Dictionary(
        First=pdf.make_indirect(pikepdf.Dictionary(Title=pikepdf.String("x"), A=script()))
    )
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script()]))
    )
    pdf.attachments["CNRY-TAIL-7f.exe"] = b"MZ" + MARK
    pdf.docinfo["/Author"] = "CNRY-TAIL-7f"
    with pdf.open_metadata() as meta:
        meta["dc:creator"] = ["CNRY-TAIL-7f"]
    return written(pdf)


def photograph_pdf(flate=False):
    """One page that is a photograph, EXIF and all."""
    pdf = blank_pdf()
    raw = jpeg(exif=exif())
    stream = pdf.make_stream(raw)
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = 300, 600, 8
    stream.ColorSpace = pikepdf.Name.DeviceRGB
    stream.write(raw, filter=pikepdf.Name.DCTDecode)
    if flate:
        names = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode])
        stream.write(zlib.compress(raw), filter=names)
    page = pdf.pages[0]
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
    page.obj.Contents = pdf.make_stream(b"q 200 0 0 300 0 0 cm /Im0 Do Q")
    return written(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def swollen_pdf(count=310_000):
    """So many objects, all in one compressed stream: 2 MB that unpack to hundreds."""
    first = 5
    spots = b" ".join(b"%d %d" % (first + index, index * 2) for index in range(count))
    body = spots + b" " + b"0 " * count
    bundle = zlib.compress(body, 1)
    pdf = b"%PDF-1.5\n"
    places = []
    for one in (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[4 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n"
        % (count, len(spots) + 1, len(bundle))
        + bundle
        + b"\nendstream endobj\n",
        b"4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n",
    ):
        places.append(len(pdf))
        pdf += one
    rows = [struct.pack(">BII", 0, 0, 0)]
    rows += [struct.pack(">BII", 1, place, 0) for place in places]
    rows += [struct.pack(">BII", 2, 3, index) for index in range(count)]
    rows.append(struct.pack(">BII", 1, len(pdf), 0))
    table = zlib.compress(b"".join(rows), 1)
    head = b"<</Type/XRef/Size %d/W[1 4 4]/Root 1 0 R/Filter/FlateDecode/Length %d>>"
    end = b"%d 0 obj" % (first + count) + head % (len(rows), len(table)) + b"stream\n" + table
    return pdf + end + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(pdf)
