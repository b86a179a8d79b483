"""One change of one line, and how two changes stand to each other. Amounts in 分."""

from dataclasses import dataclass
from datetime import date, timedelta

from guidance.domain.records import Knowledge
from limits.domain.lenders import UNNAMED, named_lenders

NEAR = timedelta(days=30)
REPEAT = timedelta(days=180)
SIMILAR_SHARE = (1, 4)  # within 25 %
BUSINESS_LINE = "wangshangdai"
CONSUMER_LINES = frozenset({"jiebei", "xinyongdai"})
SHUT = frozenset({"freeze", "close"})
LIFTED = frozenset({"unfreeze", "reopen"})
RELABELLED = frozenset({"brand", "lender"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one line; amounts in 分, `effective_on` a civil day. `key` names it.

    `lender` is an institution's slug or what the person read on the contract. `temporary` says
    whether a temporary raise was in force, `by_me` whether the person did it himself; None when
    nobody knows. `kind` is limit, freeze, unfreeze, close, reopen, brand or lender.
    """

    product: str
    before_fen: int
    after_fen: int
    effective_on: date
    stated_reason: str = ""
    screen: str = ""
    lender: str = ""
    lender_before: str = ""
    temporary: bool | None = None
    expires_on: date | None = None
    key: str = ""
    kind: str = "limit"
    by_me: bool | None = None

    @property
    def usable_before_fen(self) -> int:
        """A line that was frozen or closed until now could not be used, whatever its limit."""
        return 0 if self.kind in LIFTED else self.before_fen

    @property
    def usable_after_fen(self) -> int:
        """A line that is frozen or closed cannot be used, whatever limit it still shows."""
        return 0 if self.kind in SHUT else self.after_fen

    @property
    def lost_fen(self) -> int:
        return max(self.usable_before_fen - self.usable_after_fen, 0)

    @property
    def gained_fen(self) -> int:
        return max(self.usable_after_fen - self.usable_before_fen, 0)

    @property
    def is_fall(self) -> bool:
        return self.lost_fen > 0

    @property
    def is_deep(self) -> bool:
        """One half of what could be used, or more."""
        return self.lost_fen * 2 >= self.usable_before_fen

    @property
    def is_rise(self) -> bool:
        return self.gained_fen > 0


def days_between(one: Change, two: Change) -> int:
    return abs((one.effective_on - two.effective_on).days)


def is_same_change(one: Change, two: Change) -> bool:
    return one.key == two.key if one.key or two.key else one == two


def is_other_line(one: Change, two: Change, knowledge: Knowledge | None) -> bool:
    """Another product, or two named lenders on one page (信用贷 of two banks)."""
    if one.product != two.product:
        return True
    if knowledge is None or not one.lender or not two.lender:
        return False
    first = named_lenders(one.lender, one.product, knowledge)
    second = named_lenders(two.lender, two.product, knowledge)
    return bool(first and second and first.isdisjoint(second))


def is_same_line(one: Change, two: Change, knowledge: Knowledge | None) -> bool:
    """Products the person named himself share one slug: only the lender tells them apart."""
    if is_other_line(one, two, knowledge):
        return False
    return one.product != UNNAMED or bool(one.lender and one.lender == two.lender)


def is_similar(fall: Change, rise: Change) -> bool:
    """What was gained is near what was lost; after a deep fall also the new limit near the old."""
    if fall.is_deep and is_close(fall.usable_before_fen, rise.usable_after_fen):
        return True
    return is_close(fall.lost_fen, rise.gained_fen)


def is_close(lost_fen: int, gained_fen: int, share: tuple[int, int] = SIMILAR_SHARE) -> bool:
    """The gap is at most that share of what was lost."""
    return abs(gained_fen - lost_fen) * share[1] <= lost_fen * share[0]


def is_sorted_pair(fall: Change, rise: Change) -> bool:
    """借呗 or 信用贷 fell and 网商贷 rose: what a split of customers between the two would show."""
    return fall.product in CONSUMER_LINES and rise.product == BUSINESS_LINE


def is_reverse_pair(fall: Change, rise: Change) -> bool:
    return is_sorted_pair(rise, fall)
