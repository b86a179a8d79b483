"""Bill exports of Alipay and WeChat Pay: a table with a preamble → payments. Pure.

Layouts as the apps make them: Alipay with 16 columns (the website) and with 12 (the app), WeChat
Pay with 11. Columns go by name, their order is free. Cells are padded, ids end in a tab, a trailing
comma adds an empty column; above the header stand about twenty lines, below the rows some more.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

from inputs.dates import parse_day
from inputs.errors import InputError, gettext_noop
from inputs.money import parse_fen

MOST_PREAMBLE = 60  # lines looked at for a header
MOST_NOTES = 200  # lines beside the table that are looked at
UNKNOWN_LAYOUT = gettext_noop(
    "这份文件的列我们不认识。请用支付宝或微信导出的原始账单（CSV 或 XLSX），不要改动表头。"
)
NO_PAYMENTS = gettext_noop("账单里没有一笔交易。请在 App 里选更长的时间，再导出一次。")
NOTHING_READ = gettext_noop("账单里没有一行能读懂。请重新导出，不要用表格软件另存。")

IN, OUT, NEUTRAL = "in", "out", "neutral"
DIRECTIONS = {
    "收入": IN,
    "支出": OUT,
    **dict.fromkeys(("不计收支", "中性交易", "其他", "/", ""), NEUTRAL),
}
# Never paid, or paid back: counts as nothing.
VOID = re.compile("关闭|失败|撤销|退款|退回|退还|等待付款|待付款|已取消")
DAY, DIRECTION, AMOUNT = "day", "direction", "amount"  # what could not be read of a row

# Column of the layout → what it is to us. The names together tell the layout.
COLUMNS: dict[str, dict[str, str]] = {
    "alipay-12": {
        "交易时间": "on",
        "交易对方": "who",
        "商品说明": "what",
        "收/支": "direction",
        "金额": "amount",
        "交易状态": "status",
    },
    "alipay-16": {
        "交易创建时间": "on",
        "类型": "kind",
        "交易对方": "who",
        "商品名称": "what",
        "收/支": "direction",
        "金额": "amount",
        "交易状态": "status",
    },
    "wechat": {
        "交易时间": "on",
        "交易类型": "kind",
        "交易对方": "who",
        "商品": "what",
        "收/支": "direction",
        "金额": "amount",
        "当前状态": "status",
    },
}
# The website's layout does not say what was paid with; no layout but that one says what came back.
MAY_MISS = {
    "交易分类": "kind",
    "收/付款方式": "method",
    "支付方式": "method",
    "成功退款": "refund",
}
_UNIT = re.compile(r"[（(]元[)）]$")
_HOLDER = re.compile(r"(?:姓名|用户)[:：]\s*\[?([^\s\]]+)")  # a nickname is no name
MASKS = "*＊xX"
_STATED = re.compile(r"共\s*([0-9]{1,7})\s*笔记录")


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment that took place; `direction` is in, out or neutral, amounts in 分."""

    on: date
    kind: str
    who: str
    what: str
    direction: str
    amount_fen: int
    method: str

    @property
    def words(self) -> str:
        """Where a keyword may stand. The name of a private person is looked at, never kept."""
        return f"{self.kind} {self.who} {self.what}"


@dataclass(frozen=True, slots=True)
class BillTable:
    """A recognised export. `notes` are the lines beside the table; below it they grow as it is
    read."""

    layout: str
    rows: Iterator[Sequence[str]]
    places: Mapping[str, int]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that counts for nothing: never paid or paid back (no problem), or not to be read."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a bill. `unreadable` counts rows by what could not be read of them; `stated` is
    how many rows the bill itself says it has, 0 when it does not say; `holder` is the name on it
    as printed, often masked."""

    layout: str
    holder: str
    stated: int
    payments: tuple[Payment, ...]
    void: int
    unreadable: Mapping[str, int]


def read_bill(rows: Iterable[Sequence[str]]) -> Read:
    """All of it, in memory. InputError for an unknown layout, no rows, or none that can be read."""
    table = open_bill(rows)
    found: list[Payment] = []
    skipped: Counter[str] = Counter()
    for row in payments(table):
        if isinstance(row, Payment):
            found.append(row)
        else:
            skipped[row.problem] += 1
    void = skipped.pop("", 0)
    if not found:
        raise InputError(*(("unreadable", NOTHING_READ) if skipped else ("empty", NO_PAYMENTS)))
    notes = "\n".join(table.notes)
    stated = int(_first(_STATED, notes) or 0)
    return Read(table.layout, _first(_HOLDER, notes), stated, tuple(found), void, dict(skipped))


def open_bill(rows: Iterable[Sequence[str]]) -> BillTable:
    """Find the header below the preamble. InputError `unknown_layout` when there is none."""
    lines = iter(rows)
    notes: list[str] = []
    for line in islice(lines, MOST_PREAMBLE):
        for layout, columns in COLUMNS.items():
            places = _places(line, columns)
            if places is not None:
                return BillTable(layout, lines, places, notes)
        notes.append(" ".join(line))
    raise InputError("unknown_layout", UNKNOWN_LAYOUT)


def _places(line: Sequence[str], columns: Mapping[str, str]) -> dict[str, int] | None:
    """Where each column stands; None when one is missing."""
    names = [_UNIT.sub("", cell.strip()) for cell in line]
    if not all(name in names for name in columns):
        return None
    wanted = {**columns, **MAY_MISS}
    return {ours: names.index(theirs) for theirs, ours in wanted.items() if theirs in names}


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def payments(table: BillTable) -> Iterator[Payment | Skipped]:
    """Each row below the header, as a payment or as skipped; empty lines are no rows."""
    for row in table.rows:
        if _is_note(row):
            if len(table.notes) < MOST_NOTES:
                table.notes.append(" ".join(row))
        elif any(cell.strip() for cell in row):
            yield _payment(row, table.places)


def _is_note(row: Sequence[str]) -> bool:
    """Below the rows the older export sums up, in one cell or two. A row cut short begins with a
    day or a number."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and len(filled) <= 2 and not filled[0][0].isdecimal()


def _payment(row: Sequence[str], places: Mapping[str, int]) -> Payment | Skipped:
    """The cells by name. A comma in an unquoted cell moves all that follow: 收/支 gives it away."""
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
    kind, status = cells.get("kind", ""), cells["status"]
    if VOID.search(f"{status} {kind}"):
        return Skipped()
    on, paid = _day(re.split("[ T]", cells["on"])[0]), _fen(cells["amount"])
    back = _fen(cells.get("refund") or "0")
    if cells["direction"] not in DIRECTIONS or not status:
        return Skipped(DIRECTION)
    if on is None:
        return Skipped(DAY)
    if paid is None or back is None:
        return Skipped(AMOUNT)
    if paid <= back:
        return Skipped()
    who, what, method = cells["who"], cells["what"], cells.get("method", "")
    return Payment(on, kind, who, what, DIRECTIONS[cells["direction"]], paid - back, method)


# A bill of thousands of rows says the same few hundred days and amounts again and again.
@lru_cache(4096)
def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except InputError:
        return None


@lru_cache(4096)
def _fen(text: str) -> int | None:
    try:
        return parse_fen(text)
    except InputError:
        return None


def name_differs(holder: str, own_name: str) -> bool:
    """Whether the bill seems to be somebody else's. Masked letters (*) match any; an empty name,
    or one masked whole, says nothing."""
    holder, own_name = holder.strip(), own_name.strip()
    known = [char for char in holder if char not in MASKS]
    if not own_name or not known:
        return False
    if len(holder) != len(own_name):
        return True
    pairs = zip(holder, own_name, strict=True)
    return any(one != two and one not in MASKS for one, two in pairs)
