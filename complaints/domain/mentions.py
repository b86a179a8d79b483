"""Names in a text with the part the words around them give: 贷款人：…, 出资方：…, 由…提供. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from complaints.domain.names import (
    HAN,
    Found,
    key,
    legal_names,
    plain,
    printed,
    short_names,
    tight,
)
from guidance.domain.records import Institution, Knowledge

BORROWER, LENDER, GUARANTOR, PLATFORM, PAYMENT, BUREAU = (
    "borrower",
    "lender",
    "guarantor",
    "platform",
    "payment",
    "bureau",
)
BEFORE_NAME, AFTER_NAME = 40, 60

# What may stand right before a name, up to its colon.
_TAIL = (
    r"\)?(?:\((?:[甲乙丙丁]方|[^()\n]{0,10})\))?(?:全称|名称|一|二|三|[0-9])?(?:\([^()\n]{0,12}\))?"
    r"[为是系]?[:;\s\"“”「『|,]*$"
)
_BEFORE: tuple[tuple[str, str], ...] = (
    (BORROWER, r"(?:借款人|借款方|被授信人|申请人|借款企业|用款人|债务人)"),
    (
        GUARANTOR,
        r"(?:担保人|担保方|担保机构|担保公司|保证人|增信(?:服务)?(?:机构|方|人)|融资担保|保险人|承保(?:机构|公司|人))",
    ),
    (
        PAYMENT,
        r"(?:支付(?:服务)?(?:机构|方|公司)|代扣(?:机构|方)|收款(?:人|方|机构)|扣款(?:机构|方)|资金划转(?:机构|方))",
    ),
    (BUREAU, r"(?:征信(?:机构|中心))"),
    (
        PLATFORM,
        r"(?:平台(?:方|运营方|运营者|运营机构|服务方|提供方)?|服务(?:方|商|机构|提供方|提供者|平台)|技术(?:服务|支持)方?"
        r"|助贷(?:方|机构|平台)|运营(?:方|主体|商)|开发者|推荐方|合作平台|居间(?:方|人)|(?:信息)?处理者|催收机构|受托(?:方|人))",
    ),
    (
        LENDER,
        r"(?:(?:联合|合作|共同)?(?:贷款人|出借人|放款人|放款方|放款机构|放款银行|出资方|出资机构|出资人|出资银行)"
        r"|资金(?:提供)?方|资金来源方?|授信(?:人|方|机构)|贷款(?:机构|方|银行|公司|发放方|提供方)|(?:信用|消费)贷款?提供方"
        r"|管理机构|业务(?:发生|管理)机构|数据(?:发生|提供)机构|报送机构|发卡机构|债权人|合作(?:银行|金融机构|资金方))",
    ),
)
_SAID_BEFORE = tuple((role, re.compile(label + _TAIL)) for role, label in _BEFORE)
# What may stand right after a name or a list of names, in 「由…提供…」.
_CLOSING = rf"^(?:\([^()\n]{{0,24}}\)|[”\"」』])*(?:[{HAN}]{{0,14}}?(?:分行|支行|信用卡中心))?"
_GAP = _CLOSING + (
    r"(?:等(?:金融|持牌)?机构)?(?:共同|联合|独立|负责|直接|合作|分别|向(?:您|你|用户|借款人))*"
)
_AFTER: tuple[tuple[str, str], ...] = (
    (GUARANTOR, r"(?:提供|承担)(?:连带责任|不可撤销)?[^。，,;\n]{0,6}(?:担保|保证|增信|保险)|承保"),
    (
        PLATFORM,
        r"提供[^。，,;\n]{0,10}(?:技术|信息|平台|撮合|导流|营销|推荐|居间|咨询|客服|引流|催收)|(?:运营|开发)",
    ),
    (PAYMENT, r"提供[^。，,;\n]{0,6}(?:支付|代扣|收款|结算)"),
    (
        LENDER,
        r"(?:提供|发放|审批)[^。，,;\n]{0,10}(?:贷款|借款|信贷|资金|授信|额度|消费贷|信用贷)|放款|出资|发放|审批|授信"
        r"|提供(?:$|[。，,;\n])|(?:作为|系|为|是)(?:本(?:次|合同|笔)?)?(?:贷款人|出借人|放款方|出资方|放款机构)",
    ),
)
_SAID_AFTER = tuple((role, re.compile(_GAP + f"(?:{verb})")) for role, verb in _AFTER)
_LIST = re.compile(_CLOSING + r"(?:[、,;/\s]|和|与|及|以及|或)*$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text with the part the words around it give it."""

    found: Found
    role: str
    institution: Institution | None


def mentions(text: str, known: Knowledge) -> list[Mention]:
    """Names in the text as it stands; wrapped ones from the text without its line breaks."""
    loose, joined = plain(text), tight(text)
    whole = _with_roles(loose, _names(loose, known), known)
    seen = {key(row.found.name) for row in whole if row.found.is_whole}
    wrapped = [
        row
        for row in _with_roles(joined, _names(joined, known), known)
        if row.found.is_whole
        and key(row.found.name) not in seen
        and not any(_contains(row.found.name, name) for name in seen)
        and (not seen or row.institution is not None or row.role)
    ]
    return [*whole, *wrapped]


def _contains(name: str, other: str) -> bool:
    """A joined line may glue words to a name that was found without them."""
    return other in key(name)


def _names(text: str, known: Knowledge) -> list[Found]:
    """Whole names, then names on record and short ones where no whole name stands."""
    whole = list(legal_names(text))
    taken = [(row.start, row.end) for row in whole]
    found = [*whole]
    for row in (*_on_record(text, known), *short_names(text)):
        if not any(start < row.end and row.start < end for start, end in taken):
            found.append(row)
            taken.append((row.start, row.end))
    return sorted(found, key=lambda row: row.start)


def _on_record(text: str, known: Knowledge) -> list[Found]:
    """Short and former names of institutions on record, the longest first."""
    spellings = sorted(_spellings(known), key=len, reverse=True)
    legal = {key(row.legal_name.zh) for row in known.institutions.values()}
    return [
        Found(printed(match[0]), match.start(), match.end(), is_whole=key(match[0]) in legal)
        for match in _alternatives(tuple(spellings)).finditer(text)
    ]


@lru_cache(maxsize=4)
def _alternatives(spellings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, spellings)) or "(?!)", re.IGNORECASE)


def _spellings(known: Knowledge) -> set[str]:
    return {
        plain(name)
        for row in known.institutions.values()
        for name in (row.legal_name.zh, *row.aliases, _without_end(row.legal_name.zh))
        if len(name) > 1
    }


def _without_end(name: str) -> str:
    return re.sub(r"(?:股份有限公司|有限责任公司|有限公司)$", "", name)


def by_spelling(known: Knowledge) -> dict[str, Institution]:
    """Institutions by every spelling of their names."""
    rows: dict[str, Institution] = {}
    for row in known.institutions.values():
        legal = row.legal_name.zh
        for name in (legal, *row.aliases, _without_end(legal)):
            rows.setdefault(key(name), row)
    return rows


def _with_roles(text: str, names: Sequence[Found], known: Knowledge) -> list[Mention]:
    """Each name with what the text says it is; names of one list share it."""
    index = by_spelling(known)
    said = [_said(text, row) for row in names]
    for group in _lists(text, names):
        shared = next((said[place] for place in group if said[place]), "")
        for place in group:
            said[place] = said[place] or shared
    return [
        Mention(row, role, index.get(key(row.name))) for row, role in zip(names, said, strict=True)
    ]


def _said(text: str, found: Found) -> str:
    before = text[max(0, found.start - BEFORE_NAME) : found.start]
    after = text[found.end : found.end + AFTER_NAME]
    for role, pattern in _SAID_BEFORE:
        if pattern.search(before):
            return role
    return next((role for role, pattern in _SAID_AFTER if pattern.match(after)), "")


def _lists(text: str, names: Sequence[Found]) -> list[list[int]]:
    """Places of names that stand in one list, with nothing but commas between them."""
    groups: list[list[int]] = []
    for place, row in enumerate(names):
        joined = place and _LIST.match(text[names[place - 1].end : row.start])
        if joined:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups
