"""From a piece of contract or screen text to the legal persons in it. Pure.

A brand is not a lender. What stands beside a name (complaints.domain.mentions) says its part; its
form says what kind of company it may be, which is said to be a guess. Nothing here is proof: the
name in the person's own contract decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from complaints.domain.mentions import (
    BORROWER,
    BUREAU,
    GUARANTOR,
    LENDER,
    PAYMENT,
    PLATFORM,
    Mention,
    by_spelling,
    mentions,
)
from complaints.domain.names import Found, key, licence_of, plain, printed, tight
from complaints.domain.routes import TITLES, Rung, ladder, supervisor
from guidance.domain.records import Institution, Knowledge, Product, Text

OTHER_PARTY = "other"
STATED, NAMED, SHORT, PRODUCT = "stated", "named", "short", "product"

ROLE_TITLES = {
    LENDER: Text("放款方", "Lender"),
    GUARANTOR: Text("担保、增信方，不是放款方", "Guarantor, not the lender"),
    PLATFORM: Text("平台、服务方，不是放款方", "Platform or service, not the lender"),
    PAYMENT: Text("支付机构，不是放款方", "Payment institution, not the lender"),
    BUREAU: Text("征信机构，不是放款方", "Credit bureau, not the lender"),
    OTHER_PARTY: Text("看不出是哪一方", "Part in the contract unclear"),
}
SURE = {
    STATED: Text("文字写明", "Stated in the text"),
    NAMED: Text("文字里有全称，没有写明是哪一方", "Full name in the text, its part not stated"),
    SHORT: Text("只看到简称，全称请看合同", "Only a short name: the contract has the full one"),
    PRODUCT: Text(
        "按产品推测，合同可能写的是别家", "Guessed from the product; your contract may name another"
    ),
}

_BY_FORM = {
    "guarantee": GUARANTOR,
    "insurer": GUARANTOR,
    "platform_assist": PLATFORM,
    "payment_institution": PAYMENT,
    "credit_bureau": BUREAU,
}
_LENDS = frozenset({"bank", "consumer_finance", "micro_loan", "trust", "auto_finance", "leasing"})
_RANK = {LENDER: 0, OTHER_PARTY: 1, GUARANTOR: 2, PLATFORM: 3, PAYMENT: 4, BUREAU: 5}
_SURENESS = {STATED: 0, NAMED: 1, SHORT: 2, PRODUCT: 3}
MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Entity:
    """One legal person. `name` as to print it; `is_guess`: licence from the form of the name only.

    `source` and `strength` are of the record, or of the reading itself where none is on record.
    """

    name: str
    slug: str
    licence: str
    is_guess: bool
    role: str
    sureness: str
    why: tuple[Text, ...]
    supervisor: Text
    channels: tuple[Rung, ...]
    source: tuple[str, ...]
    strength: str
    branch: str = ""

    @property
    def role_title(self) -> Text:
        return ROLE_TITLES[self.role]

    @property
    def licence_title(self) -> Text:
        return TITLES.get(self.licence, TITLES["unknown"])

    @property
    def sure(self) -> Text:
        return SURE[self.sureness]

    @property
    def lends(self) -> bool:
        return self.role == LENDER


def find_entities(text: str, product_slug: str, known: Knowledge) -> tuple[Entity, ...]:
    """Legal persons of a text, lenders first, the surest first; joint lenders are all named.

    Without any in the text, those the product is known to have, said to be a guess. `text` of any
    length up to 4,000 signs; empty text and an unknown product give an empty answer.
    """
    told = [row for row in mentions(text, known) if row.role != BORROWER]
    found = _merged(_entity(row, known) for row in told)
    product = known.products.get(product_slug) or _product_in(text, known)
    if product is not None:
        found = _with_product(found, product, known)
    return tuple(sorted(found, key=lambda row: (_RANK[row.role], _SURENESS[row.sureness])))[
        :MOST_FOUND
    ]


def lenders(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(row for row in entities if row.role == LENDER)


def entity_named(name: str, known: Knowledge) -> Entity:
    """The legal person of a name alone, as the person copied it from the contract."""
    institution = by_spelling(known).get(key(name))
    found = Found(printed(plain(name)), 0, len(name))
    mention = Mention(found, "", institution)
    entity = _entity(mention, known)
    return replace(entity, name=name.strip()) if institution is None else entity


# --- from a mention to an entity ----------------------------------------------------------------


def _entity(mention: Mention, known: Knowledge) -> Entity:
    institution, found = mention.institution, mention.found
    licence = institution.licence if institution else licence_of(found.name)
    role, stated = _part(mention.role, licence)
    complete = found.is_whole or institution is not None
    sureness = STATED if stated else (NAMED if found.is_whole else SHORT)
    return Entity(
        name=_name_to_print(found, institution),
        slug=institution.slug if institution else "",
        licence=licence,
        is_guess=institution is None,
        role=role,
        sureness=sureness if complete else SHORT,
        why=tuple(_reasons(mention, licence, role)),
        supervisor=supervisor(
            licence, found.name, known, institution.regulator if institution else ""
        ),
        channels=ladder(licence, known),
        source=institution.source if institution else (),
        strength=(institution.name_strength or institution.strength) if institution else "",
        branch=found.branch,
    )


def _name_to_print(found: Found, institution: Institution | None) -> str:
    """A whole name as the contract writes it; for a short one that of the record."""
    return found.name if found.is_whole or institution is None else institution.legal_name.zh


def _part(said: str, licence: str) -> tuple[str, bool]:
    """Role, and whether the text says so. A name that speaks of a guarantee or of technology is
    not taken for a lender, whatever it stands beside: neither may lend without a licence."""
    if said in ("", BORROWER):
        return _BY_FORM.get(licence, LENDER if licence in _LENDS else OTHER_PARTY), False
    if said == LENDER and licence in _BY_FORM:
        return _BY_FORM[licence], False
    return said, True


def _reasons(mention: Mention, licence: str, role: str) -> Iterable[Text]:
    said, institution = mention.role, mention.institution
    if said == LENDER and role != LENDER:
        yield Text(
            "它写在放款方一栏，但从名称看不是放款机构，请再看一遍合同",
            "It stands where the lender should, but its name is not that of one: look again",
        )
    elif said:
        yield _STATED_REASONS[said]
    else:
        yield Text("文字里出现了这个名称", "The name stands in the text")
    if institution is None:
        yield _GUESS.get(licence, _GUESS_UNKNOWN)
    else:
        yield Text(
            "本站有这家机构的记录，机构类型取自记录",
            "On record here; its licence is that of the record",
        )
    if mention.found.branch:
        yield Text(
            f"写的是{mention.found.branch}。分行、支行属于同一个法人；它作的决定可以向上级机构申请核查",
            "A branch of the same legal person; what it decides can be reviewed above it",
        )


_STATED_REASONS = {
    LENDER: Text("写在贷款人、出资方一类的位置", "Stands where the lender is named"),
    GUARANTOR: Text("写在担保、增信一类的位置", "Stands where the guarantor is named"),
    PLATFORM: Text("写在平台、服务方一类的位置", "Stands where the platform or service is named"),
    PAYMENT: Text("写在支付、收款一类的位置", "Stands where payment is named"),
    BUREAU: Text("写在征信机构一类的位置", "Stands where the credit bureau is named"),
}
_GUESS_UNKNOWN = Text("从名称看不出是哪类机构", "Its name does not tell its kind")
_GUESS = {
    licence: Text(f"机构类型是从名称猜的：{zh}", f"Its kind is a guess from the name: {en}")
    for licence, zh, en in (
        ("bank", "银行", "bank"),
        ("consumer_finance", "消费金融公司", "consumer finance company"),
        ("micro_loan", "小额贷款公司", "micro-loan company"),
        ("payment_institution", "支付机构", "payment institution"),
        ("credit_bureau", "征信机构", "credit bureau"),
        ("guarantee", "担保公司", "guarantee company"),
        ("insurer", "保险公司", "insurer"),
        ("trust", "信托公司", "trust company"),
        ("auto_finance", "汽车金融公司", "auto finance company"),
        ("leasing", "租赁或保理公司", "leasing or factoring company"),
        ("platform_assist", "科技、平台公司", "technology or platform company"),
    )
}


def _merged(entities: Iterable[Entity]) -> list[Entity]:
    """One entity a legal person: the surest mention, and a role that is stated before a guess."""
    best: dict[str, Entity] = {}
    for row in entities:
        if row.licence == "regulator":
            continue
        name = row.slug or key(row.name)
        kept = best.get(name)
        if kept is None or _SURENESS[row.sureness] < _SURENESS[kept.sureness]:
            best[name] = replace(row, name=_fuller(row, kept))
        elif row.branch and not kept.branch:
            best[name] = replace(kept, branch=row.branch)
    return _without_shorter(list(best.values()))


def _fuller(row: Entity, kept: Entity | None) -> str:
    return row.name if kept is None or len(row.name) >= len(kept.name) else kept.name


def _without_shorter(rows: list[Entity]) -> list[Entity]:
    """A short name that is part of a whole name in the same text is that company."""
    whole = [key(row.name) for row in rows if row.sureness != SHORT]
    return [
        row
        for row in rows
        if row.sureness != SHORT or not any(_core(row.name) in name for name in whole)
    ]


def _core(name: str) -> str:
    short = key(name)
    return short.replace("消金", "消费金融").replace("小贷", "小额贷款")


# --- from the product ---------------------------------------------------------------------------


def _product_in(text: str, known: Knowledge) -> Product | None:
    """A product named in the text; the longest name wins (京东金条 before 金条)."""
    flat = tight(text)
    named = [
        (len(name), row)
        for row in known.products.values()
        if row.slug != "other"
        for name in (row.title.zh, *row.aliases)
        if name in flat
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def _with_product(found: list[Entity], product: Product, known: Knowledge) -> list[Entity]:
    """The product's usual lenders, where the text names no lender by its full name."""
    if any(row.role == LENDER and row.sureness in (STATED, NAMED) for row in found):
        return found
    have = {row.slug for row in found}
    usual = dict.fromkeys(filter(None, [product.own_lender, *product.institutions]))
    return [
        *found,
        *(_usual(known.institutions[slug], product, known) for slug in usual if slug not in have),
    ]


def _usual(institution: Institution, product: Product, known: Knowledge) -> Entity:
    row = _entity(Mention(Found(institution.legal_name.zh, 0, 0), "", institution), known)
    own = product.own_lender == institution.slug
    why = (
        Text(f"{product.title.zh}通常由它放款", f"Usually lends for {product.title.en}")
        if own
        else Text(
            f"{product.title.zh}的放款方可能是它，也可能是别家",
            f"May lend for {product.title.en}; others may too",
        )
    )
    return replace(row, role=LENDER, sureness=PRODUCT, why=(why,))
