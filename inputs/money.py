"""Amounts as people write them, in integer 分. No float and no rounding anywhere."""

import re
import unicodedata
from decimal import Decimal

from inputs.errors import InputError, gettext_noop
from inputs.texts import is_blank, visible

MAX_FEN = 10**13
"""One hundred thousand million yuan; a thousand such amounts still add up in 64 bits."""

EMPTY = gettext_noop("请填写金额")
FORMAT = gettext_noop("金额格式不对，例：12345.60")
ASCII_DIGITS = gettext_noop("请用阿拉伯数字 0-9 填写金额")
NOT_A_NUMBER = gettext_noop("请输入数字")
SCIENTIFIC = gettext_noop("不支持科学计数法，请写完整数字")
SCIENTIFIC_PLAIN = gettext_noop("不支持科学计数法，请写 %(plain)s")
COMMAS = gettext_noop("千位逗号位置不对")
DECIMALS = gettext_noop("最多两位小数")
DECIMALS_OF_UNIT = gettext_noop("最多两位小数（换算成元后）")
NEGATIVE = gettext_noop("金额不能为负数")
TOO_LARGE = gettext_noop("金额超出上限")

PLACES = {"": 2, "千": 5, "万": 6}
"""Decimals down to 分, by the unit."""

# Only these: NFKC would also turn "1²" into "12".
_HALF_WIDTH = str.maketrans("０１２３４５６７８９，．－−￥", "0123456789,.--¥")
_AMOUNT = re.compile(r"(-?)(?:¥\s?)?([0-9][0-9,]*)(?:\.([0-9]+))?\s?([万千]?)\s?元?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_SCIENTIFIC = re.compile(r"-?[0-9]+(?:\.[0-9]+)?[eE][+-]?0*([0-9]+)")


def parse_fen(text: str) -> int:
    """分 in an amount such as 50000, 50,000.00, ５００００, 5万, 5.5 万元, 8千, ¥100.

    Raises InputError.

    A comma must stand where thousands end, because "1,00" and "0,100" mean something else
    to people who write a decimal comma.
    """
    if is_blank(text):
        raise InputError("required", EMPTY)
    typed = visible(text).translate(_HALF_WIDTH)
    found = _AMOUNT.fullmatch(typed)
    if not found:
        raise _refusal(typed)
    sign, whole, fraction, unit = found.groups(default="")
    fen = _fen(_ungrouped(whole), fraction, unit)
    if sign and fen:
        raise InputError("negative", NEGATIVE)
    return refuse_out_of_range(fen)


def refuse_out_of_range(fen: int) -> int:
    """The same amount, if it may be stored."""
    if fen < 0:
        raise InputError("negative", NEGATIVE)
    if fen > MAX_FEN:
        raise InputError("too_large", TOO_LARGE)
    return fen


def format_yuan(fen: int) -> str:
    """5000000 → "50,000.00". Readable by parse_fen."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02}"


def short_yuan(fen: int) -> str:
    """5000000 → "50,000 元", 5000050 → "50,000.50 元"."""
    return f"{format_yuan(fen).removesuffix('.00')} 元"


def _ungrouped(whole: str) -> str:
    if "," in whole and not _GROUPED.fullmatch(whole):
        raise InputError("commas", COMMAS)
    return whole.replace(",", "").lstrip("0")


def _fen(whole: str, fraction: str, unit: str) -> int:
    places = PLACES[unit]
    if unit:
        fraction = fraction.rstrip("0")
    if len(fraction) > places:
        raise InputError("decimals", DECIMALS_OF_UNIT if unit else DECIMALS)
    # Before int(): Python itself refuses to read more than 4300 digits.
    if len(whole) > len(str(MAX_FEN)):
        raise InputError("too_large", TOO_LARGE)
    return int(whole + fraction.ljust(places, "0"))


def _refusal(typed: str) -> InputError:
    """Why a text is no amount, in the words that help most."""
    power = _SCIENTIFIC.fullmatch(typed)
    if power:
        return _scientific(typed, power[1])
    if any(_is_other_digit(char) for char in typed):
        return InputError("digits", ASCII_DIGITS)
    if not re.search("[0-9]", typed):
        return InputError("not_a_number", NOT_A_NUMBER)
    return InputError("format", FORMAT)


def _is_other_digit(char: str) -> bool:
    """٣, ½, ④ and the like, but not 五: words are no digits at all."""
    return not char.isascii() and unicodedata.category(char)[0] == "N"


def _scientific(typed: str, power: str) -> InputError:
    if len(power) > 2 or len(typed) > 30:
        return InputError("scientific", SCIENTIFIC)
    fen = Decimal(typed) * 100
    if fen < 0:
        return InputError("negative", NEGATIVE)
    if fen > MAX_FEN:
        return InputError("too_large", TOO_LARGE)
    if fen != int(fen):
        return InputError("scientific", SCIENTIFIC)
    return InputError("scientific", SCIENTIFIC_PLAIN, {"plain": f"{fen / 100:f}"})
