"""Two reports side by side: what appeared, what is gone, what changed, who looked. Pure."""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from records.domain.report_shapes import EntryPrinted, InquiryRead
from records.domain.reports import (
    APPROVAL,
    EntryNow,
    InquiryNow,
    Report,
    is_overdue_now,
    leaves_list_on,
)

# What is compared, in the order it is told. Business and lender say which entry it is.
COMPARED = (
    *("limit_fen", "balance_fen", "state", "five_class", "overdue_fen", "overdue_months"),
    "ends_on",
)
NO_NEWS = frozenset({"overdue_fen", "overdue_months"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one entry; a value that one of the reports did not print is None or ""."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Changed:
    before: EntryNow
    after: EntryNow
    differences: tuple[Difference, ...]

    @property
    def limit_fell(self) -> bool:
        """What the person came for: the limit of this line is lower now."""
        before, after = self.before.limit_fen, self.after.limit_fen
        return before is not None and after is not None and after < before

    @property
    def got_overdue(self) -> bool:
        return is_overdue_now(self.after) and not is_overdue_now(self.before)


@dataclass(frozen=True)
class Comparison:
    """`aged_out` are inquiries that the later report lists no more because two years are over;
    `lost` those that are gone earlier than that."""

    appeared: tuple[EntryNow, ...]
    gone: tuple[EntryNow, ...]
    changed: tuple[Changed, ...]
    same: int
    new_inquiries: tuple[InquiryNow, ...]
    aged_out: int
    lost: tuple[InquiryNow, ...]

    @property
    def to_ask_about(self) -> tuple[InquiryNow, ...]:
        """New inquiries for an approval that the person has not said he applied for."""
        return tuple(
            row
            for row in self.new_inquiries
            if row.verdict == "strange" or (row.category == APPROVAL and row.verdict == "unchecked")
        )

    @property
    def nothing(self) -> bool:
        return not (self.appeared or self.gone or self.changed or self.new_inquiries or self.lost)


def compare(older: Report, newer: Report) -> Comparison:
    """Entries are the same when lender, kind, business and opening day are; of a loan the amount
    too. Several of the same are paired in the order they stand."""
    twins = twins_of(newer.entries, older.entries)
    pairs = [(a, b) for a, b in zip(twins, newer.entries, strict=True) if a]
    seen = {before.key for before, _after in pairs}
    changed = [Changed(a, b, found) for a, b in pairs if (found := _differences(a, b))]
    new, missing = _inquiries(older, newer)
    aged = [row for row in missing if leaves_list_on(row.on) <= newer.reported_on]
    return Comparison(
        appeared=tuple(b for a, b in zip(twins, newer.entries, strict=True) if not a),
        gone=tuple(row for row in older.entries if row.key not in seen),
        changed=tuple(changed),
        same=len(pairs) - len(changed),
        new_inquiries=tuple(new),
        aged_out=len(aged),
        lost=tuple(row for row in missing if row not in aged),
    )


def _identity(entry: EntryPrinted) -> Hashable:
    amount = entry.limit_fen if entry.kind in ("loan", "public") else None
    return (entry.kind, _plain(entry.lender), _plain(entry.business), entry.opened_on, amount)


def _plain(name: str) -> str:
    """Without what differs by the printer only: blanks and the width of brackets."""
    return "".join(name.split()).translate(str.maketrans("()", "（）"))


def twins_of(rows: Iterable[EntryPrinted], older: Iterable[EntryNow]) -> list[EntryNow | None]:
    """For each row the same entry of an older report, or None (see `compare`)."""
    waiting: dict[Hashable, deque[EntryNow]] = defaultdict(deque)
    for one in older:
        waiting[_identity(one)].append(one)
    found = (waiting[_identity(row)] for row in rows)
    return [twins.popleft() if twins else None for twins in found]


def _differences(before: EntryNow, after: EntryNow) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, getattr(before, name), getattr(after, name))
        for name in COMPARED
        if _said(before, name) != _said(after, name)
    )


def _said(entry: EntryNow, name: str) -> object:
    """A brief report does not print that nothing is overdue, a detailed one prints 0."""
    value = getattr(entry, name)
    return value or 0 if name in NO_NEWS else value


def _inquiries(older: Report, newer: Report) -> tuple[list[InquiryNow], list[InquiryNow]]:
    """New ones of the newer report, and those of the older that it lists no more."""
    new = _beyond(newer.inquiries, older.inquiries)
    return new, _beyond(older.inquiries, newer.inquiries)


def _beyond(rows: Sequence[InquiryNow], others: Sequence[InquiryNow]) -> list[InquiryNow]:
    """Those of `rows` that `others` lacks; of equal ones the surplus."""
    left = Counter(inquiry_identity(row) for row in others)
    found = []
    for row in rows:
        if left[inquiry_identity(row)] > 0:
            left[inquiry_identity(row)] -= 1
        else:
            found.append(row)
    return found


def inquiry_identity(row: InquiryNow | InquiryRead) -> Hashable:
    """Two inquiries that a person cannot tell apart have the same one."""
    return (row.on, _plain(row.who), _plain(row.reason))
