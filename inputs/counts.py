"""Small whole numbers such as a page or a limit."""

import re

from inputs.errors import InputError, gettext_noop

WHOLE = gettext_noop("请填写 %(lowest)s 到 %(highest)s 的整数")

_DIGITS = re.compile("[0-9]{1,18}")


def parse_count(text: str, lowest: int, highest: int) -> int:
    """Plain digits 0-9 between two bounds; no sign, point, space or other script."""
    if _DIGITS.fullmatch(text) and lowest <= int(text) <= highest:
        return int(text)
    raise InputError("whole", WHOLE, {"lowest": lowest, "highest": highest})
