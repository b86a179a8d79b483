"""A limit over time as steps: pure geometry, drawn by a template and by the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from inputs.money import format_yuan

WIDTH, HEIGHT = 480, 280
LEFT, RIGHT, TOP, BOTTOM = 72, 464, 28, 240  # edges of the plot
NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Reading:
    """From this civil day on the limit is `after_fen` (分)."""

    on: date
    before_fen: int
    after_fen: int
    label: str = ""


def step_chart(readings: Sequence[Reading], today: date) -> dict[str, object] | None:
    """Everything a template needs to draw: path, points, ticks, rows. None without readings.

    Coordinates are whole units of a 480 × 280 drawing. The line runs on to today.
    """
    if not readings:
        return None
    rows = sorted(readings, key=lambda row: row.on)
    first = rows[0].on - timedelta(days=max(10, (today - rows[0].on).days // 10))
    last = max(today, rows[-1].on) + timedelta(days=3)
    top = _nice_top(max(max(row.before_fen, row.after_fen) for row in rows))
    span = max((last - first).days, 1)

    def x(day: date) -> int:
        return LEFT + round((day - first).days / span * (RIGHT - LEFT))

    def y(fen: int) -> int:
        return BOTTOM - round(fen / top * (BOTTOM - TOP))

    path = [f"M{x(first)} {y(rows[0].before_fen)}"]
    level = rows[0].before_fen
    for row in rows:
        if row.before_fen != level:
            path.append(f"H{x(row.on)}V{y(row.before_fen)}")
        path.append(f"H{x(row.on)}V{y(row.after_fen)}")
        level = row.after_fen
    path.append(f"H{x(last)}")
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "plot": {"left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
        "path": "".join(path),
        "points": [
            {
                "x": x(row.on),
                "y": y(row.after_fen),
                "label": f"{row.on.isoformat()} {format_yuan(row.after_fen)}",
            }
            for row in rows
        ],
        "y_ticks": [
            {"y": y(top * part // 2), "label": _short(top * part // 2)} for part in range(3)
        ],
        "x_ticks": _x_ticks(first, last, x),
        "marks": [{"x": x(row.on), "label": row.label} for row in rows if row.label],
        "rows": [
            {
                "date": row.on.isoformat(),
                "amount": f"{format_yuan(row.before_fen)} → {format_yuan(row.after_fen)}",
                "note": row.label,
            }
            for row in reversed(rows)
        ],
    }


def _nice_top(fen: int) -> int:
    """The next round number above, in 分, divisible by four."""
    if fen <= 0:
        return 400
    unit = 10 ** (len(str(fen)) - 1)
    return next(int(unit * step * 4) // 4 for step in NICE if unit * step >= fen)


def _short(fen: int) -> str:
    yuan = fen // 100
    if yuan >= 10000:
        return f"{yuan / 10000:g}万"
    return str(yuan)


def _x_ticks(first: date, last: date, x: object) -> list[dict[str, object]]:
    """Three days: start, middle, end."""
    assert callable(x)
    middle = first + (last - first) / 2
    return [
        {"x": min(x(day), RIGHT - 24), "label": f"{day:%y-%m-%d}"} for day in (first, middle, last)
    ]
