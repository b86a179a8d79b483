"""What the clauses after the head of a sentence say: limit, balance, month, overdue, closed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from records.domain.report_shapes import State
from records.domain.report_words import (
    AMOUNT,
    DAY,
    MONTH,
    NotUnderstood,
    Span,
    day_of,
    fen_of,
    month_of,
)

STATES: dict[str, State] = {
    "正常": "normal",
    "逾期": "overdue",
    "结清": "settled",
    "销户": "closed",
    "呆账": "bad",
    "止付": "stopped",
    "银行止付": "stopped",
    "冻结": "stopped",
    "转出": "transferred",
    "未激活": "normal",
}
_YUAN = rf"(?:为|是)?(?:折合)?(?:人民币)?(?P<amount>{AMOUNT})元?(?:（人民币）)?"
_IGNORED_BRACKET = re.compile(r"（含[^（）]{1,40}）")
_NOT_HARMLESS = re.compile(
    r"\d|额度|余额|金额|截至|到期|循环|逾期|呆账|冻结|止付|转出|转让|结清|销户|代偿|追偿|核销|透支|债权|仲裁|诉讼|异议"
)


@dataclass
class Told:
    """What the clauses of one sentence told so far. `facts` are fields of an EntryRead."""

    span: Span
    facts: dict[str, Any] = field(default_factory=dict)

    def note(self, name: str, value: Any) -> None:
        """Raises NotUnderstood where the sentence says two different things."""
        if self.facts.get(name, value) != value:
            raise NotUnderstood
        self.facts[name] = value


Reader = Callable[[Told, re.Match[str]], None]


def _amount(name: str) -> Reader:
    return lambda told, found: told.note(name, fen_of(found["amount"]))


def _fact(name: str, value: Any) -> Reader:
    return lambda told, _found: told.note(name, value)


def _as_of(told: Told, found: re.Match[str]) -> None:
    told.note("as_of", told.span.past(month_of(found["month"])))


def _ended(state: State) -> Reader:
    def read(told: Told, found: re.Match[str]) -> None:
        told.note("state", state)
        if found["month"]:
            told.note("closed_on", told.span.past(month_of(found["month"])))

    return read


def _ends(told: Told, found: re.Match[str]) -> None:
    ends_on = day_of(found["day"])
    if ends_on is None:
        raise NotUnderstood
    told.note("ends_on", ends_on)
    told.note("is_permanent", False)


def _not_overdue(told: Told, _found: re.Match[str]) -> None:
    told.note("state", "normal")
    told.note("overdue_fen", 0)


def _overdue(told: Told, found: re.Match[str]) -> None:
    fen = fen_of(found["amount"])
    told.note("overdue_fen", fen)
    if fen:
        told.note("state", "overdue")


def _months(told: Told, found: re.Match[str]) -> None:
    months = int(found["months"])
    if months > 60:
        raise NotUnderstood
    told.note("overdue_months", months)


def _over_90_months(told: Told, found: re.Match[str]) -> None:
    told.note("over_90", int(found["months"]) > 0)


def _bad(told: Told, found: re.Match[str]) -> None:
    told.note("state", "bad")
    if found["amount"]:
        told.note("balance_fen", fen_of(found["amount"]))


def _named_state(told: Told, found: re.Match[str]) -> None:
    told.note("state", STATES[found["state"]])


def _ignored(_told: Told, _found: re.Match[str]) -> None:
    pass


_MONTHS = r"(?P<months>\d{1,2})个月"
_CLAUSES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (rf"截至(?P<month>{MONTH})(?:\d{{1,2}}日)?(?:末|底)?", _as_of),
        (rf"(?:信用|授信|账户授信)额度{_YUAN}", _amount("limit_fen")),
        (rf"(?:已使用额度|已用额度|(?:透支|贷款)?余额){_YUAN}", _amount("balance_fen")),
        (rf"(?:担保|被担保)贷款余额{_YUAN}", _amount("balance_fen")),
        (rf"额度有效期至(?P<day>{DAY})", _ends),
        (rf"(?P<day>{DAY})到期", _ends),
        (r"额度长期有效", _fact("is_permanent", True)),
        (r"可循环使用", _fact("revolves", True)),
        (r"不可循环使用", _fact("revolves", False)),
        (rf"(?:已于|于)?(?P<month>{MONTH})?(?:\d{{1,2}}日)?已?(?:提前)?结清", _ended("settled")),
        (rf"(?:已于|于)?(?P<month>{MONTH})?(?:\d{{1,2}}日)?已?销户", _ended("closed")),
        (rf"(?:已于|于)?(?P<month>{MONTH})?(?:\d{{1,2}}日)?已?转出", _ended("transferred")),
        (r"当前(?:无|没有)逾期", _not_overdue),
        (r"当前有逾期", _fact("state", "overdue")),
        (rf"(?:当前)?逾期(?:总额|金额){_YUAN}", _overdue),
        (rf"最近5年内有{_MONTHS}处于逾期状态", _months),
        (rf"最近5年内有{_MONTHS}透支超过60天", _months),
        (rf"其中(?:有)?{_MONTHS}透支超过90天", _over_90_months),
        (r"(?:且|但)?(?:没有|未|从未)发生过90天以上(?:的)?逾期", _fact("over_90", False)),
        (r"(?:且|但)?(?:有)?发生过90天以上(?:的)?逾期", _fact("over_90", True)),
        (rf"其中(?:有)?{_MONTHS}逾期超过90天", _over_90_months),
        (r"(?:且)?没有逾期超过90天", _fact("over_90", False)),
        (r"(?:该账户)?(?:目前|当前|尚)?(?:尚)?未激活", _fact("inactive", True)),
        (
            rf"(?:{MONTH})?(?:账户)?(?:已|已经)?(?:变成|成为|转为|形成)?呆账"
            rf"(?:余额{_YUAN})?",
            _bad,
        ),
        (rf"账户状态(?:为|是|：)?“?(?P<state>{'|'.join(STATES)})”?", _named_state),
        (r"(?:账户)?(?:已)?(?:被)?(?P<state>银行止付|止付|冻结)", _named_state),
        (rf"相关还款责任金额{_YUAN}", _amount("limit_fen")),
        (rf"担保金额{_YUAN}", _amount("limit_fen")),
        (rf"担保贷款(?:合同)?金额{_YUAN}", _ignored),
        (r"责任人类型(?:为|：)?[\u4e00-\u9fff（）]{2,20}", _ignored),
        (r"（?卡片?尾号：?\d{4}）?", _ignored),
    )
)


def read_clause(told: Told, clause: str) -> None:
    """Note what one clause says. Words without a number and without weight are passed over.

    Raises NotUnderstood: a wrong row is worse than a row to be typed in.
    """
    plain = _IGNORED_BRACKET.sub("", clause)
    for pattern, reader in _CLAUSES:
        if found := pattern.fullmatch(plain):
            reader(told, found)
            return
    if _NOT_HARMLESS.search(plain) or len(plain) > 40:
        raise NotUnderstood


_GOES_ON = ("截至", "最近", "当前", "其中", "逾期", "信用额度", "余额", "已使用", "透支余额")


def goes_on(sentence: str) -> bool:
    """Whether a sentence is about the account before it."""
    if sentence.startswith(_GOES_ON):
        return True
    first = _IGNORED_BRACKET.sub("", re.split("[，；。]", sentence[:200], maxsplit=1)[0])
    return any(pattern.fullmatch(first) for pattern, _reader in _CLAUSES)
