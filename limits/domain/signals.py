"""Clues about one change: what the ledger shows, what was answered, what the notice said.

A signal is a code of the reviewed records with the sentence shown for it. Nothing here weighs.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guidance.domain.records import Knowledge, Text
from limits.domain.changes import (
    NEAR,
    REPEAT,
    Change,
    is_other_line,
    is_reverse_pair,
    is_same_change,
    is_same_line,
    is_similar,
    is_sorted_pair,
)
from limits.domain.lenders import UNNAMED, lender_groups, named_lenders, own_lenders

__all__ = ["Change", "Signal", "known_questions", "signals_of"]

BACK = timedelta(days=14)
EXPIRY_BEFORE, EXPIRY_AFTER = timedelta(days=-3), timedelta(days=7)
DEEP_SHARE = (8, 10)  # a fall of 80 % or more
CAP_FEN = 20_000_000  # 200,000 yuan, the single-borrower cap of several rules
FIRST_DAY_OF_SPLIT, FIRST_DAY_AFTER_SPLIT = date(2021, 6, 3), date(2023, 1, 1)
MOST_NOTICE = 500  # characters of a notice that are searched

SCREEN_CODES = {
    "no-entry": "DS_NO_ENTRY",
    "zero": "DS_ZERO",
    "grey": "DS_GREY",
    "normal": "DS_NORMAL",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One clue: code of the reviewed record, its sentence, and where it comes from.

    `origin` is ledger, window, screen, notice, answer, bill, report or crowd.
    """

    code: str
    text: Text
    origin: str


def signals_of(
    subject: Change,
    neighbours: Iterable[Change],
    answers: Mapping[str, str],
    knowledge: Knowledge,
    *,
    report_codes: Iterable[str] = (),
    crowd_wave: bool = False,
    notice_codes: Iterable[str] | None = None,
    bill_codes: Iterable[str] = (),
    rejected: Collection[tuple[str, str]] = (),
) -> tuple[Signal, ...]:
    """All clues about `subject`, in the order of the records.

    `neighbours` are the changes of the same person, in any order, `subject` among them or not.
    `notice_codes` are the keyword hits the person confirmed; None counts every hit. `rejected`
    are (fall key, rise key) of pairs the person said do not belong together: no clue comes from
    them. `unknown` and `skip` give no clue. A clue found twice keeps the first of these origins:
    ledger, window, screen, notice, answer, bill, report, crowd.
    """
    others = [row for row in neighbours if not is_same_change(row, subject)]
    found = (
        ("ledger", _ledger_codes(subject, others, knowledge, rejected)),
        ("window", _window_codes(subject, knowledge)),
        ("screen", filter(None, [SCREEN_CODES.get(subject.screen)])),
        ("notice", _notice_codes(subject, knowledge, notice_codes)),
        ("answer", _answer_codes(answers, knowledge)),
        ("bill", _of_kind("BL", bill_codes, knowledge)),
        ("report", _of_kind("RP", report_codes, knowledge)),
        ("crowd", ["CR_WAVE"] if crowd_wave else []),
    )
    origins: dict[str, str] = {}
    for origin, codes in found:
        for code in codes:
            origins.setdefault(code, origin)
    return tuple(
        Signal(code, kind.text, origins[code])
        for code, kind in knowledge.signals.items()
        if code in origins
    )


def known_questions(
    subject: Change, neighbours: Iterable[Change], knowledge: Knowledge
) -> frozenset[str]:
    """Slugs of the questions the ledger answers by itself, with yes or with no."""
    others = [row for row in neighbours if not is_same_change(row, subject)]
    known = {
        "screen": subject.screen in SCREEN_CODES or subject.kind == "freeze",
        "lender-changed": bool(subject.lender and subject.lender_before)
        or subject.kind == "lender",
        "temporary-limit": subject.temporary is not None,
        "self-limit": subject.is_fall and subject.by_me is not None,
        "came-back": subject.is_fall and any(_later_codes(subject, others, knowledge)),
    }
    return frozenset(slug for slug, told in known.items() if told and slug in knowledge.questions)


def _of_kind(kind: str, codes: Iterable[str], knowledge: Knowledge) -> Iterator[str]:
    """Codes from outside may only be of the kind they are given as."""
    signals = knowledge.signals
    return (code for code in codes if code in signals and signals[code].kind == kind)


def _answer_codes(answers: Mapping[str, str], knowledge: Knowledge) -> Iterator[str]:
    for slug, answer in answers.items():
        if question := knowledge.questions.get(slug):
            yield from question.signals_for(answer)


def _notice_codes(
    subject: Change, knowledge: Knowledge, confirmed: Iterable[str] | None
) -> set[str]:
    """Keywords in the stated reason. Maintenance wording beats the word “upgrade” in it."""
    text = subject.stated_reason[:MOST_NOTICE]
    hits = (
        kind.code
        for kind in knowledge.signals.values()
        if any(re.search(pattern, text) for pattern in kind.keywords)
    )
    codes = set(_of_kind("TX", hits if confirmed is None else confirmed, knowledge))
    if "TX_SYSTEM" in codes:
        codes.discard("TX_UPGRADE")
    return codes


def _window_codes(subject: Change, knowledge: Knowledge) -> Iterator[str]:
    for window in knowledge.policy_windows.values():
        if window.contains(subject.effective_on):
            yield f"EV_{window.code}"


def _ledger_codes(
    subject: Change,
    others: Sequence[Change],
    knowledge: Knowledge,
    rejected: Collection[tuple[str, str]],
) -> Iterator[str]:
    near = [row for row in others if abs(row.effective_on - subject.effective_on) <= NEAR]
    yield from _lender_codes(subject, knowledge)
    yield from _relabelling_codes(subject, near, knowledge)
    yield from _told_codes(subject)
    yield from _pair_codes(subject, near, knowledge, rejected)
    if not subject.is_fall:
        return
    yield from _amount_codes(subject)
    yield from _other_fall_codes(subject, others, near, knowledge)
    yield from _later_codes(subject, others, knowledge)
    if subject.expires_on and (
        EXPIRY_BEFORE <= subject.effective_on - subject.expires_on <= EXPIRY_AFTER
    ):
        yield "EV_NEAR_EXPIRY"


def _told_codes(subject: Change) -> Iterator[str]:
    """What stands in the row itself: its day, and what the person said about it when logging."""
    if subject.effective_on < FIRST_DAY_OF_SPLIT:
        yield "EV_BEFORE_SPLIT"
    if subject.effective_on >= FIRST_DAY_AFTER_SPLIT:
        yield "EV_AFTER_2022"
    if subject.temporary is not None:
        yield "AN_TEMP_LIMIT" if subject.temporary else "AN_NO_TEMP_LIMIT"
    if subject.is_fall and subject.by_me is not None:
        yield "AN_SELF_LIMIT" if subject.by_me else "AN_NOT_SELF"
    if subject.kind == "freeze":
        yield "DS_GREY"


def _amount_codes(subject: Change) -> Iterator[str]:
    before, after = subject.usable_before_fen, subject.usable_after_fen
    yield "EV_ZERO" if after == 0 else "EV_PARTIAL"
    if (before - after) * DEEP_SHARE[1] >= before * DEEP_SHARE[0]:
        yield "EV_DEEP"
    if before > CAP_FEN == after:
        yield "EV_CAP20"


def _pair_codes(
    subject: Change,
    near: Sequence[Change],
    knowledge: Knowledge,
    rejected: Collection[tuple[str, str]],
) -> Iterator[str]:
    """A fall here and a rise on another line, seen from either of the two."""
    pairs = [
        (fall, rise)
        for row in near
        for fall, rise in [(subject, row), (row, subject)]
        if fall.is_fall and rise.is_rise and is_other_line(fall, rise, knowledge)
        if (fall.key, rise.key) not in rejected
    ]
    if pairs and subject.is_fall:
        yield "EV_OTHER_UP"
    if any(is_similar(fall, rise) for fall, rise in pairs):
        yield "EV_SIMILAR_AMT"
    if any(is_sorted_pair(fall, rise) for fall, rise in pairs):
        yield "EV_MYBANK_UP"
    if any(is_reverse_pair(fall, rise) for fall, rise in pairs):
        yield "EV_REVERSE"


def _other_fall_codes(
    subject: Change, others: Sequence[Change], near: Sequence[Change], knowledge: Knowledge
) -> Iterator[str]:
    """Falls elsewhere and earlier ones here; what the person lowered himself is no cut."""
    own = lender_groups(subject.lender, subject.product, knowledge)
    if any(
        _is_cut(row) and own.isdisjoint(lender_groups(row.lender, row.product, knowledge))
        for row in near
    ):
        yield "EV_MULTI_LENDER_CUT"
    if any(
        _is_cut(row)
        and is_same_line(row, subject, knowledge)
        and abs(row.effective_on - subject.effective_on) <= REPEAT
        for row in others
    ):
        yield "EV_REPEAT"


def _is_cut(row: Change) -> bool:
    return row.is_fall and row.by_me is not True


def _later_codes(subject: Change, others: Sequence[Change], knowledge: Knowledge) -> Iterator[str]:
    """Back within 14 days, or seen unchanged after them: only a later entry can tell."""
    later = [
        row for row in others if is_same_line(row, subject, knowledge) and _follows(row, subject)
    ]
    if any(_is_return(row, subject) for row in later):
        yield "EV_BACK"
    elif later:
        following = min(row.effective_on for row in later)
        if following - subject.effective_on >= BACK and any(
            row.effective_on == following and row.usable_before_fen == subject.usable_after_fen
            for row in later
        ):
            yield "EV_LASTS_14D"


def _is_return(row: Change, subject: Change) -> bool:
    return (
        row.is_rise
        and row.by_me is not True
        and row.effective_on - subject.effective_on <= BACK
        and row.usable_after_fen >= subject.usable_before_fen
    )


def _follows(row: Change, subject: Change) -> bool:
    """After it, or on the same day from where it ended."""
    if row.effective_on == subject.effective_on:
        return row.usable_before_fen == subject.usable_after_fen
    return row.effective_on > subject.effective_on


def _lender_codes(subject: Change, knowledge: Knowledge) -> Iterator[str]:
    """Only from a lender the person named: the brand alone does not tell who lent."""
    named = named_lenders(subject.lender, subject.product, knowledge)
    own = own_lenders(subject.product, knowledge)
    if named and own and named <= own:
        yield "EV_LENDER_OWN"
    if named and own and named.isdisjoint(own):
        yield "EV_LENDER_PARTNER"


def _relabelling_codes(
    subject: Change, near: Sequence[Change], knowledge: Knowledge
) -> Iterator[str]:
    """A new name or a new lender of this line, logged with the change or near to it."""
    rows = [subject]
    if subject.product != UNNAMED:
        rows += [row for row in near if row.product == subject.product]
    if any(row.kind == "brand" for row in rows):
        yield "EV_RENAMED"
    if any(_lender_changed(row, knowledge) for row in rows):
        yield "EV_LENDER_CHANGED"


def _lender_changed(row: Change, knowledge: Knowledge) -> bool:
    """By the two names; where one of them tells nothing, by the kind of the entry."""
    now = named_lenders(row.lender, row.product, knowledge)
    before = named_lenders(row.lender_before, row.product, knowledge)
    return now.isdisjoint(before) if now and before else row.kind == "lender"
