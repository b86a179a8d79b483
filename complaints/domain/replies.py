"""What a reply says: phrases that explain nothing, and what it names. Pure.

A reply is read as written and judged by both: a general phrase beside a clause, a date or a fact
is a mixed reply, not a general one. Nothing is decided here: a person ticks, this only suggests.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from complaints.domain.reply_facts import DENIED, FACTS, HEDGE_AFTER, HEDGE_BEFORE, REASONS, Fact
from guidance.domain.records import ReplyPattern

Verdict = Literal["empty", "generic", "mixed", "specific", "not-accepted", "unclear"]
MOST_CHARS = 5_000
MOST_MARKS = 60
REFUSALS = frozenset({"secret", "refusal"})
NOT_ACCEPTED = "not-accepted"
SENTENCE_ENDS = "。;!?\n"
CLAUSE_ENDS = f"{SENTENCE_ENDS},"
# Zero width, joiners and direction marks: pasted from apps, seen by nobody.
UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e")
# Those that such replies use; others stand as they are.
TRADITIONAL = dict(
    zip(
        "綜評審額險統無業機協議條約後試請繫係聯諒給帶來貴顯現沒規則內資質與風報訴讓斷環導調變動權準備註遞轉達關處門專員團隊將會對"
        "這個們時間裡為從應當並針經歷歸屬實際說問題開發決執訊誤復覆術啟暫該務謝認識據繼續運營價標費證號碼電話銀違債錄戶異賬帳滿歲"
        "負貸還習慣維護類線遺產戰絡網確難擔換補齊單簽簡稱撥爲於過裏詢訪諮",
        "综评审额险统无业机协议条约后试请系系联谅给带来贵显现没规则内资质与风报诉让断环导调变动权准备注递转达关处门专员团队将会对"
        "这个们时间里为从应当并针经历归属实际说问题开发决执讯误复复术启暂该务谢认识据继续运营价标费证号码电话银违债录户异账账满岁"
        "负贷还习惯维护类线遗产战络网确难担换补齐单签简称拨为于过里询访咨",
        strict=True,
    )
)
FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
SAME = {
    "—": "-",
    "–": "-",
    "−": "-",
    "．": ".",
    "﹒": ".",
    "﹐": ",",
    "､": ",",
    "｡": "。",
    "￥": "¥",
}
FOLDED = {**TRADITIONAL, **FULL_WIDTH, **SAME}


@dataclass(frozen=True, slots=True)
class Folded:
    """Text for patterns, and for each of its characters the place in the text as written."""

    text: str
    places: tuple[int, ...]

    def written(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the reply as written: a phrase by its pattern, or a fact by its kind."""

    start: int
    end: int
    text: str
    pattern: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """`phrases` and `facts` in the order of the reply; `shown` is the whole reply in pieces.

    `refuses`: it says that it will not tell. `reasons`: the facts that name a reason.
    """

    verdict: Verdict
    phrases: tuple[Mark, ...]
    facts: tuple[Mark, ...]
    shown: tuple[Mark, ...]
    kinds: frozenset[str]
    reasons: tuple[Mark, ...]

    @property
    def refuses(self) -> bool:
        return bool(self.kinds & REFUSALS)


def fold(text: str) -> Folded:
    """Half-width signs, small Latin letters, simplified characters; no blanks, no unseen signs.

    A line break inside a phrase is dropped with the blanks; an empty line still parts sentences.
    """
    chars, places, breaks = [], [], 0
    for place, char in enumerate(text):
        if char.isspace() or char in UNSEEN:
            breaks += char == "\n"
            continue
        if breaks > 1:
            chars.append("\n")
            places.append(place)
        breaks = 0
        half = FOLDED.get(char, char)
        chars.append(half.lower() if half.isascii() else half)
        places.append(place)
    return Folded("".join(chars), tuple(places))


def read_reply(text: str, patterns: Iterable[ReplyPattern]) -> Reading:
    """What the reply says. Time grows with its length; what is beyond MOST_CHARS is not read."""
    rows = tuple(patterns)
    folded = fold(text[:MOST_CHARS])
    phrases = tuple(_phrases(text, folded, rows))[:MOST_MARKS]
    facts = tuple(_facts(text, folded, phrases))[:MOST_MARKS]
    reasons = tuple(mark for mark in facts if mark.fact in REASONS)
    found = {mark.pattern for mark in phrases}
    kinds = frozenset(row.kind for row in rows if row.slug in found)
    return Reading(
        verdict=_verdict(folded.text, kinds, reasons),
        phrases=phrases,
        facts=facts,
        shown=tuple(_shown(text, [*phrases, *facts])),
        kinds=kinds,
        reasons=reasons,
    )


def _verdict(text: str, kinds: frozenset[str], reasons: Sequence[Mark]) -> Verdict:
    if not text:
        return "empty"
    if reasons:
        return "mixed" if kinds - {NOT_ACCEPTED} else "specific"
    if NOT_ACCEPTED in kinds:
        return "not-accepted"
    return "generic" if kinds else "unclear"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _phrases(text: str, folded: Folded, rows: Iterable[ReplyPattern]) -> Iterator[Mark]:
    """Phrases in their order, without overlaps: of two at one place the longer stands."""
    spans = [
        (*found.span(), row.slug)
        for row in rows
        for found in _compiled(row.pattern).finditer(folded.text)
        if found.group() and not _denied(folded.text, found.start())
    ]
    for start, end, slug in _apart(spans):
        yield _mark(text, folded, start, end, pattern=slug)


def _apart(spans: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    last = 0
    for start, end, slug in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end, slug
            last = end


def _denied(text: str, start: int) -> bool:
    """“不是综合评分不足，而是…” says the opposite of the phrase."""
    return DENIED.search(text, max(0, start - 6), start) is not None


def _facts(text: str, folded: Folded, phrases: Sequence[Mark]) -> Iterator[Mark]:
    """Facts outside the phrases. What is only supposed or listed as an example is none."""
    taken = [(mark.start, mark.end) for mark in phrases]
    spans = []
    for fact in FACTS:
        for found in fact.pattern.finditer(folded.text):
            start, end = folded.written(*found.span())
            inside = any(first < end and start < last for first, last in taken)
            if not inside and not _supposed(folded.text, *found.span(), fact):
                spans.append((*found.span(), fact.kind))
    for start, end, kind in _apart(spans):
        yield _mark(text, folded, start, end, fact=kind)


def _supposed(text: str, start: int, end: int, fact: Fact) -> bool:
    """“可能因逾期、负债等因素” names no fact; a figure in the same clause makes it one."""
    if not fact.may_be_supposed:
        return False
    first, last = _around(text, start, end, CLAUSE_ENDS)
    if any(char.isdigit() for char in text[first:last]):
        return False
    first, last = _around(text, start, end, SENTENCE_ENDS)
    before = HEDGE_BEFORE.search(text, first, start)
    return before is not None or HEDGE_AFTER.search(text, end, last) is not None


def _around(text: str, start: int, end: int, ends: str) -> tuple[int, int]:
    """The sentence or clause that holds a stretch, at most 120 characters to either side."""
    first, last = start, end
    while first > max(0, start - 120) and text[first - 1] not in ends:
        first -= 1
    while last < min(len(text), end + 120) and text[last] not in ends:
        last += 1
    return first, last


def _mark(
    text: str, folded: Folded, start: int, end: int, *, pattern: str = "", fact: str = ""
) -> Mark:
    first, last = folded.written(start, end)
    return Mark(first, last, text[first:last], pattern, fact)


def _shown(text: str, marks: Iterable[Mark]) -> Iterator[Mark]:
    """The whole reply in pieces: marked and plain, nothing left out."""
    last = 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        if mark.start > last:
            yield Mark(last, mark.start, text[last : mark.start])
        yield mark
        last = mark.end
    if last < len(text):
        yield Mark(last, len(text), text[last:])


def same_question(text: str) -> str:
    """What makes two questions the same: their words, whatever the blanks and full stops."""
    return fold(text).text.rstrip("。.?!;,")
