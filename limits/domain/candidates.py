"""A fall beside a rise, and what speaks for the two belonging together.

The sentences say what both pages showed and no more: two lenders, two contracts, two decisions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guidance.domain.records import Text
from limits.domain.changes import Change, is_reverse_pair, is_similar, is_sorted_pair

CLOSE_DAYS = 7
NO_FAMILY = "other"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A fall and a rise near each other; the amounts of `beside` add up with one of the two."""

    fall: Change
    rise: Change
    days: int
    is_reopening: bool
    beside: tuple[Change, ...] = ()

    @property
    def is_many_falls(self) -> bool:
        return bool(self.beside) and self.beside[0].is_fall

    @property
    def is_worth_asking(self) -> bool:
        """From one half of the limit on; a smaller fall only where the amounts fit."""
        return self.fall.is_deep or bool(self.beside) or is_similar(self.fall, self.rise)


def reasons_for(row: Candidate, families: Mapping[str, str]) -> Iterator[tuple[int, Text]]:
    """Points and sentence of everything that speaks for or against the two belonging together."""
    yield _what_was_seen(row)
    yield from _about_the_amounts(row)
    if row.days == 0:
        yield 2, Text("发生在同一天", "On the same day")
    elif row.days <= CLOSE_DAYS:
        yield 1, Text("相隔不超过一周", "No more than a week apart")
    if is_sorted_pair(row.fall, row.rise) or is_reverse_pair(row.fall, row.rise):
        yield 3, Text("借呗（信用贷）与网商贷之间", "Between Jiebei (Xinyongdai) and Wangshangdai")
    family = families.get(row.fall.product)
    if family and family != NO_FAMILY and family == families.get(row.rise.product):
        yield 1, Text("同一平台的两条额度", "Two lines on one platform")


FELL = {
    "freeze": Text("被停用", "was suspended"),
    "close": Text("关闭", "was closed"),
    "": Text("归零", "fell to zero"),
}
PARTLY = Text("下降", "fell")
APPEARED, ROSE = Text("出现", "appeared"), Text("提高", "rose")
CAME_BACK = Text("恢复", "came back")


def _what_was_seen(row: Candidate) -> tuple[int, Text]:
    """“一处归零、另一处出现”: only what both pages showed, with its points."""
    emptied = row.fall.usable_after_fen == 0
    fell = FELL.get(row.fall.kind, FELL[""]) if emptied else PARTLY
    points, rose = (2, ROSE) if row.rise.usable_before_fen else (3, APPEARED)
    if row.is_reopening:
        points, rose = 1, CAME_BACK
    text = Text(f"一处{fell.zh}、另一处{rose.zh}", f"One limit {fell.en}, another {rose.en}")
    return (points if emptied else max(points - 2, 0), text)


def _about_the_amounts(row: Candidate) -> Iterator[tuple[int, Text]]:
    lost, gained = row.fall.lost_fen, row.rise.gained_fen
    if is_similar(row.fall, row.rise):
        yield 2, Text("两边金额接近", "The amounts are close")
    elif row.is_many_falls:
        yield (
            2,
            Text(
                "几处下降合起来，和另一处的金额接近", "Several falls together are close to the rise"
            ),
        )
    elif row.beside:
        yield (
            2,
            Text(
                "几处上升合起来，和这一处的金额接近", "Several rises together are close to the fall"
            ),
        )
    elif min(lost, gained) * 2 < max(lost, gained):
        yield -1, Text("两边金额相差较大", "The amounts are far apart")
