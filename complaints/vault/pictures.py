"""Pictures made anew from their pixels: what else the file held stays behind.

Runs in the parsing process: no Django. Memory, measured at 40 megapixels: PNG 200 to 350 MB, JPEG
270 MB, HEIC 360 MB; WebP takes 16 bytes a pixel and fits up to 28 megapixels.
"""

import io
import warnings
from collections.abc import Sequence

import pillow_heif
from PIL import Image, ImageDraw, ImageFile, ImageOps

from complaints.domain.evidence import MAX_BYTES, MAX_PIXELS, MAX_SIDE
from complaints.domain.masks import Rectangle
from complaints.vault.answers import Clean, Refused

FORMATS = {
    "image/jpeg": ["JPEG", "MPO"],
    "image/png": ["PNG"],
    "image/webp": ["WEBP"],
    "image/heic": ["HEIF"],
}
# Above this a turned photograph is halved: two full copies would not fit into 300 MB.
TURNED_PIXELS = 20_000_000
QUALITIES = (90, 75)
BLACK = 0
_ORIENTATION = 0x0112
_PLAIN_MODES = ("1", "L", "LA", "P", "RGB", "RGBA")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
pillow_heif.register_heif_opener(thumbnails=False)
pillow_heif.options.DECODE_THREADS = 1


def preload() -> None:
    """Load the decoders while files may still be opened."""
    Image.preinit()
    Image.init()


def clean_picture(data: bytes, media_type: str) -> Clean:
    """The first frame, upright, without EXIF, GPS, text, profile or anything behind the picture."""
    picture = _opened(data, media_type)
    notes = ("first-frame",) if getattr(picture, "n_frames", 1) > 1 else ()
    picture = _upright(picture)
    lossless = media_type == "image/png" or data[12:16] == b"VP8L"
    return _encoded(picture, lossless, notes)


def masked_picture(data: bytes, media_type: str, rectangles: Sequence[Rectangle]) -> Clean:
    """The picture with rectangles painted black before it is encoded: what was there is gone."""
    picture = _opened(data, media_type)
    picture.load()
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
    draw = ImageDraw.Draw(picture)
    ink = (0, 0, 0, 255) if picture.mode == "RGBA" else BLACK
    for rectangle in rectangles:
        draw.rectangle(rectangle.pixels(*picture.size), fill=ink)
    return _encoded(picture, media_type == "image/png", ())


def _opened(data: bytes, media_type: str) -> Image.Image:
    """Size is judged by the header, before a single pixel is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS[media_type])
    except Image.DecompressionBombError as bomb:
        raise Refused("too_many_pixels") from bomb
    if max(picture.size) > MAX_SIDE:
        raise Refused("too_long_side")
    if picture.width * picture.height > MAX_PIXELS:
        raise Refused("too_many_pixels")
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    turned = picture.getexif().get(_ORIENTATION, 1) != 1
    if turned and picture.width * picture.height > TURNED_PIXELS:
        picture.draft("RGB", (picture.width // 2, picture.height // 2))
        if picture.width * picture.height > TURNED_PIXELS:
            picture = picture.reduce(2)
    picture.load()
    return ImageOps.exif_transpose(picture) if turned else picture


def _encoded(picture: Image.Image, lossless: bool, notes: tuple[str, ...]) -> Clean:
    picture = _plain(picture)
    if lossless or "A" in picture.getbands() or "transparency" in picture.info:
        data = _saved(picture, "PNG", compress_level=6)
        # A photograph saved as PNG may be larger than anyone wants to send on.
        if len(data) <= MAX_BYTES:
            return Clean(data, "image/png", 1, *picture.size, notes)
    flat = picture if picture.mode in ("L", "RGB") else _on_white(picture)
    for quality in QUALITIES:
        data = _saved(flat, "JPEG", quality=quality)
        if len(data) <= MAX_BYTES:
            break
    return Clean(data, "image/jpeg", 1, *picture.size, notes)


def _plain(picture: Image.Image) -> Image.Image:
    """Eight bits a channel, and nothing in `info` that an encoder would write out."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * (1 / 257)).convert("L")
    elif picture.mode not in _PLAIN_MODES:
        picture = picture.convert("RGB")
    kept = picture.info.get("transparency")
    picture.info = {} if kept is None else {"transparency": kept}
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    clear = picture.convert("RGBA")
    white = Image.new("RGB", clear.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
