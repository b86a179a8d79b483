"""The address of the verify page as a QR code: rows of modules for a drawing, or a picture."""

import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 0  # the documents leave the quiet zone themselves


def modules(url: str) -> list[str]:
    """Rows of 0 and 1, from the top; the same for the same address."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(url)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]


def picture(url: str) -> io.BytesIO:
    """A PNG of the code, for formats that take pictures only."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2, box_size=8)
    code.add_data(url)
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image().save(out)
    out.seek(0)
    return out
