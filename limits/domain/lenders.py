"""Who lends on a line: what the reviewed records know, and what a written name may mean.

A brand is not a lender. Where nobody named one, nothing is claimed about who it was.
"""

import re

from guidance.domain.records import Knowledge

UNNAMED = "other"  # product and family of everything the content does not know
LENDING_LICENCES = frozenset({"bank", "consumer_finance", "micro_loan"})
SHORT_NAMES = {"消金": "消费金融", "小贷": "小额贷款"}
# A name the content does not know is believed to be a lender only when it says so itself.
LENDER_WORDS = re.compile("银行|信托|消费金融|小额贷款|公司|bank|finance|trust", re.IGNORECASE)


def named_lenders(name: str, product: str, knowledge: Knowledge) -> frozenset[str]:
    """Institutions a name may mean (slugs); the name itself when none is known.

    More than one where the name is too short to tell (“京东”); empty where it names no lender: a
    brand, a platform, an authority, or nothing.
    """
    name = name.strip()
    record = knowledge.products.get(product)
    if not name or (record and name in {record.slug, record.title.zh, *record.aliases}):
        return frozenset()
    for short, long in SHORT_NAMES.items():
        name = name.replace(short, long)
    meant = [
        row
        for row in knowledge.institutions.values()
        if name == row.slug
        or _either_in(name, row.legal_name.zh)
        or _either_in(name, row.legal_name.en)
    ]
    if meant:
        return frozenset(row.slug for row in meant if row.licence in LENDING_LICENCES)
    return frozenset({name} if LENDER_WORDS.search(name) else ())


def own_lenders(product: str, knowledge: Knowledge) -> frozenset[str]:
    """The brand's own lenders; for a page without one (信用贷), those of its group."""
    lenders = _lenders_of(product, knowledge)
    record = knowledge.products.get(product)
    if lenders or record is None or record.family == UNNAMED:
        return lenders
    family = (row for row in knowledge.products.values() if row.family == record.family)
    return frozenset(row.own_lender for row in family if row.own_lender)


def lender_groups(name: str, product: str, knowledge: Knowledge) -> frozenset[str]:
    """Who lends, companies of one group counted as one. Two lines without a common group are
    unrelated."""
    lenders = named_lenders(name, product, knowledge) or _lenders_of(product, knowledge)
    if lenders:
        return frozenset(_group_of(lender, knowledge) for lender in lenders)
    record = knowledge.products.get(product)
    return frozenset({record.family if record and record.family != UNNAMED else product})


def _lenders_of(product: str, knowledge: Knowledge) -> frozenset[str]:
    record = knowledge.products.get(product)
    if record is None:
        return frozenset()
    return frozenset([record.own_lender] if record.own_lender else record.institutions)


def _group_of(lender: str, knowledge: Knowledge) -> str:
    for row in knowledge.products.values():
        if row.family != UNNAMED and lender in {row.own_lender, *row.institutions}:
            return row.family
    return lender


def _either_in(one: str, two: str) -> bool:
    one, two = one.casefold(), two.casefold()
    return one in two or two in one
