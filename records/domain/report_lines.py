"""From pasted or extracted text to lines and to one line: digits, brackets, page edges, masks."""

import re

_WIDE = {0xFF10 + n: ord("0") + n for n in range(10)}  # ０ to ９
_WIDE |= {0xFF21 + n: ord("A") + n for n in range(26)}  # Ａ to Ｚ: codes and ID numbers
_SAME = {"(": "（", ")": "）", ":": "：", ";": "；", "．": ".", "／": "/", "＊": "*", "＃": "#"}
_SAME |= {"－": "-", "—": "-", "–": "-", "―": "-", "\u3000": " ", "\u00a0": " ", "｡": "。"}
_INVISIBLE = [0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]
_TABLE: dict[int, int | None] = {**_WIDE, **{ord(mark): ord(one) for mark, one in _SAME.items()}}
_TABLE |= dict.fromkeys(_INVISIBLE)

# What stands at the edge of a page. A lone number is one only where it is the number of its page.
_EDGE = re.compile(
    r"(?:个人信用报告)?[-\s]*第\s*\d{1,4}\s*页[\s，,/／]*(?:共\s*\d{1,4}\s*页)?[-\s]*"
    r"|-\s*\d{1,4}\s*-|\d{1,4}\s*/\s*\d{1,4}|(?:个人)?信用报告"
)
_HEAD = re.compile(r"\s*(?:报\s*告\s*编\s*号|报\s*告\s*时\s*间)\s*：")
_INLINE = re.compile(r"第\d{1,4}页[，,/]?(?:共\d{1,4}页)?")
_NUMBERED = re.compile(r"(?<![\d,.])(\d{1,4})\s{1,40}(?=(?:19|20)\d\d\s{0,40}[年.\-/])")
_SPACE = re.compile(r"\s+")
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?![\d年.\-/]))")
_CLAUSE_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")

_LONG = re.compile(r"[0-9A-Za-z*]{9,}|\d{3,4}(?:-\d{4}){2,}|\d{3,4}-\d{7,8}")
_PERSONAL = re.compile(
    r"姓名|证件|手机|电话|住址|地址|工作单位|配偶|出生|学历|学位|婚姻|邮箱|国籍|职业|户籍"
)
MASK = "****"
MOST_PRINTED = 400


def plain(text: str) -> str:
    """The same text with one form of digits, brackets, colons and blanks."""
    return text.translate(_TABLE)


def lines_of(text: str) -> list[str]:
    """The lines without what only stands at the edges of pages; pages are divided by form feeds."""
    lines: list[str] = []
    for number, page in enumerate(text.split("\f"), start=1):
        rows = [row for row in (line.strip() for line in page.splitlines()) if row]
        for place, row in enumerate(rows):
            at_edge = place in (0, len(rows) - 1)
            if not _EDGE.fullmatch(row) and not (at_edge and row == str(number) and len(rows) > 1):
                lines.append(row)
    return lines


def joined(lines: list[str]) -> str:
    """The lines as one, without blanks: "3  2026年" becomes "3.2026年" first.

    Commas between three digits belong to an amount, all others become ，.
    """
    kept = "\n".join(line for line in lines if not _HEAD.match(line))
    whole = _SPACE.sub("", _NUMBERED.sub(r"\1.", kept))
    whole = _WIDE_COMMA.sub(",", _INLINE.sub("", whole))
    return _CLAUSE_COMMA.sub("，", whole)


def masked(text: str, holder: str) -> str:
    """Without the name and without numbers long enough for a card, a telephone or a person."""
    plain = text.replace(holder, MASK) if len(holder) > 1 else text
    return _LONG.sub(MASK, plain)[:MOST_PRINTED]


def is_personal(text: str) -> bool:
    return _PERSONAL.search(text) is not None
