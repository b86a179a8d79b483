"""Rectangles that hide a part of a picture, in thousandths of its width and height."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from inputs.errors import InputError, gettext_noop

WHOLE = 1000
MOST_MASKS = 60
BAD_RECTANGLE = gettext_noop("遮盖块要在图片里面，宽和高都要大于 0。")
TOO_MANY = gettext_noop("一张图最多 60 块。请把相邻的画成一块。")


@dataclass(frozen=True, slots=True, order=True)
class Rectangle:
    """Its corner and its sides: 0 ≤ x, y; 0 < w, h; x + w and y + h ≤ 1000."""

    x: int
    y: int
    w: int
    h: int

    def __post_init__(self) -> None:
        if min(self.x, self.y) < 0 or min(self.w, self.h) <= 0:
            raise InputError("bad_rectangle", BAD_RECTANGLE)
        if self.x + self.w > WHOLE or self.y + self.h > WHOLE:
            raise InputError("bad_rectangle", BAD_RECTANGLE)

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in pixels, the last two included; rounded outwards."""
        return (
            math.floor(self.x * width / WHOLE),
            math.floor(self.y * height / WHOLE),
            min(width, math.ceil((self.x + self.w) * width / WHOLE)) - 1,
            min(height, math.ceil((self.y + self.h) * height / WHOLE)) - 1,
        )

    def spelled(self) -> str:
        return f"{self.x},{self.y},{self.w},{self.h}"

    def to_json(self) -> dict[str, int]:
        return {"x": self.x, "y": self.y, "w": self.w, "h": self.h}


# Bands that often hold a name or a number. Nobody has read the picture: these are first guesses.
QUICK = {
    "status-bar": Rectangle(0, 0, WHOLE, 50),
    "top": Rectangle(0, 0, WHOLE, 150),
    "upper": Rectangle(0, 150, WHOLE, 250),
    "bottom": Rectangle(0, 850, WHOLE, 150),
}


def read_rectangle(text: str) -> Rectangle:
    """Four whole numbers with commas: x,y,w,h. Raises InputError."""
    parts = text.split(",")
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise InputError("bad_rectangle", BAD_RECTANGLE)
    if any(len(part) > 4 for part in parts):
        raise InputError("bad_rectangle", BAD_RECTANGLE)
    return Rectangle(*map(int, parts))


def merged(rectangles: Iterable[Rectangle]) -> tuple[Rectangle, ...]:
    """Each once, in the order they came. Raises InputError when there are too many."""
    once = tuple(dict.fromkeys(rectangles))
    if len(once) > MOST_MASKS:
        raise InputError("too_many_masks", TOO_MANY)
    return once
