"""Annual rates as people write them, in hundredths of a per cent (basis points). No float."""

import re

from inputs.errors import InputError, gettext_noop
from inputs.texts import is_blank, visible

MAX_BP = 100_000
"""One thousand per cent a year: more is a slip of the pen."""

EMPTY = gettext_noop("请填写年利率")
FORMAT = gettext_noop("年利率格式不对，例：15.4%")
DAILY = gettext_noop("这是日利率：请换算成年利率（日利率 × 365），例：万分之四 ≈ 14.6%")
DECIMALS = gettext_noop("年利率最多两位小数")
TOO_HIGH = gettext_noop("年利率超出上限，请核对")

_HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_RATE = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))?\s?%?")
_DAILY = re.compile("日|天|万分|‰|‱")


def parse_bp(text: str) -> int:
    """15.4%, 15.40, １５．４％ → 1540. A daily rate is refused with the way to convert it."""
    if is_blank(text):
        raise InputError("required", EMPTY)
    typed = visible(text).translate(_HALF_WIDTH)
    if _DAILY.search(typed):
        raise InputError("daily", DAILY)
    found = _RATE.fullmatch(typed)
    if not found:
        raise InputError("format", FORMAT)
    fraction = (found[2] or "").rstrip("0")
    if len(fraction) > 2:
        raise InputError("decimals", DECIMALS)
    rate = int(found[1] + fraction.ljust(2, "0"))
    if rate > MAX_BP:
        raise InputError("too_high", TOO_HIGH)
    return rate


def format_rate(bp: int) -> str:
    """1540 → "15.4%". Readable by parse_bp."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"
