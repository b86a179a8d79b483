"""Amounts of a limit in a notice: which number is before, which is after, which is neither.

A number counts only where the words beside it say what it is. Prices, rates, instalments,
telephone numbers and “up to” offers have no such words, or words that rule them out.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import zip_longest

from inputs.errors import InputError
from inputs.money import parse_fen
from limits.domain.notice_text import Body, Place

NEAR = 120  # characters around an amount in which a limit must be spoken of

# A digit, letter or mask beside it makes a number something else: a card, a time, a code, a count.
_AMOUNT = re.compile(
    r"(?<![0-9A-Za-z.*＊/\-])(?<![0-9*][,，:])"
    r"(?:(?:人民币|RMB|CNY|¥)\s?)?"
    r"(?P<number>[0-9]{1,3}(?:[,，][0-9]{3}){1,4}|[0-9]{1,13}|零(?=元|[，。；！\s]|$))"
    r"(?P<part>\.[0-9]{1,6})?(?P<unit>\s?(?:万元?|元))?"
    r"(?(unit)|(?![0-9]|[,，][0-9]{3}(?![0-9])|[.:][0-9]))"
    r"(?![A-Za-z%‰*＊/]|\s?[万元千百亿个天日期次笔张倍折月年号时点秒位人岁级分成])"
)
_VERB = (
    r"(?:调整|调低|调减|调高|调降|下调|上调|降低|下降|降额|降|减少|缩减|压降|压缩|提升|提高|提额|"
    r"增加|上升|升|恢复|变更|变动|变化|更新|核定|修改|设定|改|变|调)"
)
_AFTER = re.compile(
    rf"{_VERB}(?:后|了)?(?:[^0-9，,]{{0,6}}额度)?(?:约?[0-9.]{{1,5}}%)?(?:(?:为|至|到|成|回):?|:)$"
    rf"|{_VERB}后的?[^0-9，,]{{0,6}}(?:额度)?(?:为|是)?:?$"
    r"|(?:→|->|=>|➔)$"
)
_BEFORE = re.compile(
    r"(?:由|从|自)(?:原来?|此前|之前|当前|现有?)?的?(?:[^0-9，,]{0,6}额度)?的?(?:为|:)?$"
    rf"|(?:原(?!因)|此前|之前|{_VERB}前)[^0-9，,]{{0,8}}额度(?:为|是|:)?$"
)
_AVAILABLE = re.compile(
    r"(?:可用|剩余|可借|可支用)(?:的)?(?:额度)?(?:现|已|当前|目前|仅|只)?(?:为|是|有|剩|:)?$"
)
_STATE = re.compile(r"(?:额度|授信金额|授信)(?:现|已|当前|目前|仅|只|现已|值)?(?:为|是|有|剩|:)?$")
_DIFFERENCE = re.compile(rf"{_VERB}(?:了|额度){{0,2}}$|[降提调]幅(?:为|达|:)?$")
_GRANTED = re.compile(r"(?:开通|获得|授予|给予|核定|新增)[^0-9，,]{0,8}$")
_ITS_LIMIT = re.compile(r"的?[^0-9，,]{0,8}?(?:额度|授信)(?P<lost>已|被|将|现|不再)?")
_LOST = re.compile(
    r"[^0-9，,]{0,4}?(?:已|被|将|现|暂|不再)[^0-9，,]{0,6}?"
    r"(?:冻结|关闭|暂停|失效|取消|终止|收回|停用|到期)"
)
_LINK = re.compile(r"[^0-9，,]{0,10}(?:为|至|到|成|变)")
_ONE_STEP = re.compile(r"[^0-9，,]{0,16}")
_ABOUT_A_LIMIT = re.compile(r"额度|授信|提额|降额")
_ZEROED = re.compile(r"额度[^0-9，,。；！？\n]{0,6}(归零|清零)")

_OTHER_MONEY = re.compile(
    r"利率|年化|利息|手续费|服务费|年费|会员|售价|价格|原价|优惠|红包|立减|券|月供|应还|还款额|账单|"
    r"欠款|本金|余额|已用|已借|借款金额|到账|放款金额|消费金额|单笔|单日|日累计|支付限额|转账限额|"
    r"交易限额|免密|保费|工资"
)
_NOT_YET = re.compile(
    r"最高|高至|至高|可达|高达|预计|预估|有望|有机会|可能|或将|不超过|可以?(?:提升|提额|提至|获)|"
    r"申请.{0,4}(?:提升|提额)|领取"
)


class Role(Enum):
    """What the words beside an amount say it is."""

    BEFORE = "before"
    AFTER = "after"
    STATE = "state"  # the limit is so much; nobody says that it changed
    AVAILABLE = "available"  # what may be drawn now, which need not be the limit
    DIFFERENCE = "difference"  # by how much, not to what
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in 分 and its place."""

    fen: int
    start: int
    end: int
    role: Role

    @property
    def place(self) -> Place:
        return self.start, self.end


def amounts_in(body: Body, taken: Collection[int]) -> tuple[Amount, ...]:
    """Every amount whose words tell its part, in order of place. `taken` are positions of dates,
    links, telephone numbers and codes."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(body.flat):
        fen = _fen(match)
        if fen is None or match.start("number") in taken:
            continue
        role = _role(body, match.start(), match.end(), found[-1] if found else None)
        found.append(Amount(fen, match.start(), match.end(), role))
    told = [*_pairs(body, found), *_zeroed(body)]
    return tuple(sorted((one for one in told if one.role != Role.UNTOLD), key=_by_place))


def _by_place(amount: Amount) -> int:
    return amount.start


def _fen(match: re.Match[str]) -> int | None:
    if match["number"] == "零":
        return 0
    number = match["number"].replace("，", ",")
    try:
        return parse_fen(f"{number}{match['part'] or ''}{match['unit'] or ''}")
    except InputError:
        return None


def _role(body: Body, start: int, end: int, previous: Amount | None) -> Role:
    clause = body.clause_before(start)
    if not _ABOUT_A_LIMIT.search(body.flat, max(0, start - NEAR), end + NEAR):
        return Role.UNTOLD
    if _OTHER_MONEY.search(clause) or _NOT_YET.search(clause):
        return Role.UNTOLD
    if body.is_conditional(start):
        return Role.UNTOLD
    told = (_BEFORE, Role.BEFORE), (_AFTER, Role.AFTER), (_AVAILABLE, Role.AVAILABLE)
    for pattern, role in (*told, (_STATE, Role.STATE)):
        if pattern.search(clause):
            return _lost(role, body.after(end, 16))
    if (
        previous
        and previous.role in (Role.BEFORE, Role.DIFFERENCE)
        and _LINK.fullmatch(body.between(previous.end, start))
    ):
        return Role.AFTER
    if _DIFFERENCE.search(clause):
        return Role.DIFFERENCE
    return _role_by_what_follows(clause, body.after(end, 16))


def _lost(role: Role, after: str) -> Role:
    """“额度50000元已冻结” was the limit."""
    return Role.BEFORE if role == Role.STATE and _LOST.match(after) else role


def _role_by_what_follows(clause: str, after: str) -> Role:
    """“您的50000元额度已关闭” was the limit, “为您开通50000元额度” is it."""
    its_limit = _ITS_LIMIT.match(after)
    if not its_limit:
        return Role.UNTOLD
    if its_limit["lost"]:
        return Role.BEFORE
    return Role.STATE if _GRANTED.search(clause) else Role.UNTOLD


def _pairs(body: Body, amounts: list[Amount]) -> Iterator[Amount]:
    """“额度50000元降至20000元”: what stands right before an after is the before."""
    for one, following in zip_longest(amounts, amounts[1:]):
        leads = (
            following is not None
            and following.role == Role.AFTER
            and one.role in (Role.STATE, Role.AVAILABLE, Role.UNTOLD)
            and _ONE_STEP.fullmatch(body.between(one.end, following.start))
        )
        yield replace(one, role=Role.BEFORE) if leads else one


def _zeroed(body: Body) -> Iterator[Amount]:
    for match in _ZEROED.finditer(body.flat):
        if not body.is_conditional(match.start()):
            yield Amount(0, match.start(1), match.end(1), Role.AFTER)
