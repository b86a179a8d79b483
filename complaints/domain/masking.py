"""What of a person is left out of a copy that others may see. Pure."""

from dataclasses import replace

from complaints.domain.letters.facts import CaseFacts

KEPT = 2
LONG_ENOUGH = 8
HIDDEN = "＊"


def masked(case: CaseFacts) -> CaseFacts:
    """The same facts with name, contact and contract number hidden but for their edges."""
    return replace(
        case,
        name=masked_name(case.name),
        contact=masked_number(case.contact),
        contract_no=masked_middle(case.contract_no),
    )


def masked_name(name: str) -> str:
    """The family name and as many marks as letters follow; nothing stays nothing."""
    return name[:1] + HIDDEN * max(len(name) - 1, 1) if name else ""


def masked_number(text: str) -> str:
    """The last two signs stay, so that the person knows which it was; short ones vanish whole."""
    if len(text) <= 2 * KEPT:
        return HIDDEN * len(text)
    return HIDDEN * (len(text) - KEPT) + text[-KEPT:]


def masked_middle(text: str) -> str:
    """Both edges of a long number stay: on paper a lender finds its own contract by them."""
    if len(text) < LONG_ENOUGH:
        return masked_number(text)
    return text[:KEPT] + HIDDEN * (len(text) - 2 * KEPT) + text[-KEPT:]
