"""One row of a table of changes: what it says, and everything that is wrong with it. Pure.

Amounts in 分, days as civil days in China. A problem names the column, the sentence is made later.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from inputs.dates import parse_day
from inputs.errors import InputError, gettext_noop
from inputs.money import parse_fen
from inputs.texts import clean_line, clean_text
from limits.domain.import_columns import Header, storable
from limits.domain.import_words import (
    CHINESE_MONEY,
    FOREIGN_MONEY,
    HOW_OF,
    KIND_OF,
    folded,
    plain_name,
)

FORMULA = gettext_noop("这一格是公式，读不到结果。请复制这一列，选择性粘贴为“值”，再上传一次。")
CURRENCY = gettext_noop("这不是人民币金额。本站只记人民币额度，请换算成元，或删去这一行。")
BEFORE_PRODUCT = gettext_noop("这个产品 %(since)s 才有。请核对日期，或者换一个产品。")
UNCHANGED = gettext_noop("调整前后额度相同，请核对")
SAME_ROW = gettext_noop(
    "和第 %(row)s 行一样，删去其中一行就行。当天确实发生了两次的，导入后在网页上再记一笔。"
)
UNKNOWN_KIND = gettext_noop("看不懂“发生了什么”。请写：额度变了、冻结、恢复使用、关闭、重新开通。")
UNKNOWN_HOW = gettext_noop(
    "看不懂“怎么知道的”。请写：短信、App 消息、电话、邮件、没有通知，或留空。"
)
NEEDS_LENDER = gettext_noop("换了放款机构的，请在“现在的放款机构”一列写出新机构的全称。")
NEEDS_NAME = gettext_noop("产品改了名字的，请在“现在叫什么”一列写出新名字。")

WITHOUT_AMOUNTS = frozenset({"brand", "lender"})
TEXT_LIMITS = {"note": 1000, "reason": 500}
LINE_LIMITS = {"lender": 120, "new_lender": 120, "new_name": 60}
MAX_SHOWN = 200
MAX_SHOWN_CELLS = 30

_MONEY_NAME = re.compile(r"^\s*(?:人民币|CNY|RMB)\s*", re.IGNORECASE)
_CLOCK = re.compile(r"(?<=[0-9日号])[T\s]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*$")


@dataclass(frozen=True)
class Catalogue:
    """Products by every name they go by (`plain_name`), and from when they exist, if known."""

    slugs: Mapping[str, str]
    since: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    column: str
    code: str
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedRow:
    """`values` are JSON; `row_key` is the fingerprint of what makes two rows the same change."""

    number: int
    cells: tuple[str, ...]
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    row_key: str


def checked_rows(
    rows: Iterator[tuple[str, ...]], header: Header, catalogue: Catalogue, today: date
) -> Iterator[CheckedRow]:
    """Every row below the header that is not empty, with its number in the file."""
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows, start=header.row + 1):
        if not any(map(str.strip, cells)):
            continue
        row = check_row(number, cells, header, catalogue, today)
        first = seen.setdefault(row.row_key, number) if row.row_key else number
        yield row if first == number else _repeated(row, first)


def check_row(
    number: int, cells: tuple[str, ...], header: Header, catalogue: Catalogue, today: date
) -> CheckedRow:
    """One row. Without problems its values are complete and ready to be stored."""
    reader = _RowReader(cells, header)
    values = reader.values(catalogue, today)
    shown = tuple(storable(cell)[:MAX_SHOWN] for cell in cells[:MAX_SHOWN_CELLS])
    problems = tuple(sorted(reader.problems, key=lambda row: header.places.get(row.column, -1)))
    return CheckedRow(number, shown, values, problems, "" if problems else row_key(values))


def row_key(values: Mapping[str, Any]) -> str:
    """SHA-256 over product, lender, kind, amounts and day. Reasons and notes do not count."""
    parts = (
        values["product"],
        _folded(values["product_name"]),
        _folded(values["lender_name"]),
        values["kind"],
        str(values["before_fen"]),
        str(values["after_fen"]),
        values["effective_on"],
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _repeated(row: CheckedRow, first: int) -> CheckedRow:
    problem = Problem("", "same_row", SAME_ROW, {"row": first})
    return CheckedRow(row.number, row.cells, row.values, (problem,), "")


class _RowReader:
    """Reads the cells of one row and collects what cannot be read."""

    def __init__(self, cells: tuple[str, ...], header: Header) -> None:
        self.typed = {
            key: cells[place].strip() if place < len(cells) else ""
            for key, place in header.places.items()
        }
        self.problems: list[Problem] = []

    def values(self, catalogue: Catalogue, today: date) -> dict[str, Any]:
        self._refuse_formulas()
        self._refuse_currency()
        product, product_name = self._product(catalogue)
        kind = self._word("kind", KIND_OF, "limit", UNKNOWN_KIND)
        on = self._day("on", today, required=True)
        before, after = self._amounts(kind)
        self._refuse_too_early(on, catalogue.since.get(product))
        values = {
            "product": product,
            "product_name": product_name,
            "lender_name": self._line("lender"),
            "kind": kind,
            "before_fen": before,
            "after_fen": after,
            "effective_on": on and on.isoformat(),
            "noticed_on": self._iso(self._day("noticed", today)),
            "notified_how": self._word("how", HOW_OF, "unknown", UNKNOWN_HOW),
            "stated_reason": self._text("reason"),
            "lender_after": self._line("new_lender"),
            "name_after": self._line("new_name"),
            "note": self._text("note"),
        }
        self._refuse_nameless(values)
        return values

    def cell(self, key: str) -> str:
        return self.typed.get(key, "")

    def add(self, column: str, code: str, template: str, **params: Any) -> None:
        """At most one problem a cell: the first says what to do, the next would repeat it."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(Problem(column, code, template, params))

    def read(self, key: str, parse: Callable[[str], Any]) -> Any:
        """The parsed cell, or None and a problem."""
        try:
            return parse(self.cell(key))
        except InputError as error:
            self.add(key, error.code, error.template, **error.params)
            return None

    def _refuse_formulas(self) -> None:
        for key, text in self.typed.items():
            if text.startswith("="):
                self.add(key, "formula", FORMULA)

    def _refuse_currency(self) -> None:
        if _plain_name(self.cell("currency")) not in CHINESE_MONEY:
            self.add("currency", "currency", CURRENCY)

    def _product(self, catalogue: Catalogue) -> tuple[str, str]:
        """Slug and name; a product that is not listed keeps the name it was given."""
        name = self.read("product", lambda text: _clean_line(text, 60, True)) or ""
        slug = catalogue.slugs.get(_plain_name(name), "other")
        return slug, name if slug == "other" else ""

    def _word(self, key: str, words: Mapping[str, str], usual: str, refusal: str) -> str:
        text = _plain_name(self.cell(key))
        if text and text not in words:
            self.add(key, f"unknown_{key}", refusal)
        return words.get(text, usual)

    def _day(self, key: str, today: date, *, required: bool = False) -> date | None:
        if not required and not self.cell(key):
            return None
        found: date | None = self.read(key, lambda text: _day_in(text, today))
        return found

    def _iso(self, day: date | None) -> str | None:
        return day.isoformat() if day else None

    def _amounts(self, kind: str) -> tuple[int, int]:
        """Before and after in 分; what may stay empty is filled in as the form does."""
        before = self._amount("before", required=kind not in WITHOUT_AMOUNTS) or 0
        after = self._amount("after", required=kind == "limit")
        if after is None:
            after = 0 if kind == "close" else before
        if kind == "limit" and before == after:
            self._refuse_unchanged()
        return before, after

    def _refuse_unchanged(self) -> None:
        if not {"before", "after"} & {problem.column for problem in self.problems}:
            self.add("after", "unchanged", UNCHANGED)

    def _amount(self, key: str, *, required: bool) -> int | None:
        if not required and not self.cell(key):
            return None
        fen: int | None = self.read(key, _fen_in)
        return fen

    def _refuse_too_early(self, on: date | None, since: date | None) -> None:
        if on and since and on < since:
            self.add("on", "before_product", BEFORE_PRODUCT, since=since.isoformat())

    def _refuse_nameless(self, values: Mapping[str, Any]) -> None:
        if values["kind"] == "lender" and not values["lender_after"]:
            self.add("new_lender", "required", NEEDS_LENDER)
        if values["kind"] == "brand" and not values["name_after"]:
            self.add("new_name", "required", NEEDS_NAME)

    def _line(self, key: str) -> str:
        if not self.cell(key):
            return ""
        return self.read(key, lambda text: _clean_line(text, LINE_LIMITS[key], False)) or ""

    def _text(self, key: str) -> str:
        if not self.cell(key):
            return ""
        return self.read(key, lambda text: clean_text(text, TEXT_LIMITS[key])) or ""


# A table of thousands of rows says the same few hundred things again and again.
@lru_cache(4096)
def _day_in(text: str, today: date) -> date:
    """The day of a cell, also where a spreadsheet added a time of day."""
    return parse_day(_CLOCK.sub("", text), not_after=today)


@lru_cache(4096)
def _fen_in(text: str) -> int:
    if FOREIGN_MONEY.search(text):
        raise InputError("currency", CURRENCY)
    return parse_fen(_MONEY_NAME.sub("", text))


_plain_name = lru_cache(1024)(plain_name)
_folded = lru_cache(1024)(folded)
_clean_line = lru_cache(1024)(clean_line)
