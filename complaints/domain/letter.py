"""The letter a case is filed with, to the institution or the credit bureau.

The parts follow what a complaint must contain (银行业保险业消费投诉处理管理办法: name and contact,
respondent, request, facts and grounds, signature). Only grounds whose text was read in full and
that bind this kind of respondent are printed. Every sentence of ours passes the lint. The other
kinds of letters are made from the same parts (complaints.domain.letters).
"""

from dataclasses import replace

from complaints.domain.bases import concerns
from complaints.domain.document import Block, DocumentModel, note
from complaints.domain.letters import composing
from complaints.domain.letters.choosing import first_letter
from complaints.domain.letters.facts import CaseFacts, ChangeFact, LetterOrder
from complaints.domain.letters.parts import sections
from complaints.domain.lint import Finding
from guidance.domain.records import Demand, Knowledge, Rule

__all__ = [
    "CaseFacts",
    "ChangeFact",
    "compose_letter",
    "disclaimer",
    "hints",
    "own_words",
    "sections",
    "unsuited",
]


def compose_letter(facts: CaseFacts, knowledge: Knowledge, rule: Rule | None) -> DocumentModel:
    """The letter to the institution.

    Raises LintError when a sentence of ours (not of the person) holds a forbidden phrase.
    """
    return composing.compose(_order(facts, knowledge, rule), knowledge)


def _order(facts: CaseFacts, knowledge: Knowledge, rule: Rule | None) -> LetterOrder:
    """One letter a topic: what is filed first, to the institution or bureau of the case."""
    template = first_letter(
        facts.topic, facts.licence, facts.demands, bool(facts.changes), knowledge
    )
    return LetterOrder(
        template=template,
        case=facts if template.items else _told_as_story(facts),
        addressee=facts.respondent,
        items=facts.matter if template.items else "",
        rule=rule,
    )


def _told_as_story(facts: CaseFacts) -> CaseFacts:
    """A letter without a part of its own for the entry or data tells it among the facts."""
    told = "\n".join(filter(None, [facts.matter, facts.story]))
    return replace(facts, matter="", story=told)


def own_words(facts: CaseFacts, knowledge: Knowledge) -> tuple[str, ...]:
    """What the person wrote himself: checked for hints, never blocked or changed."""
    return composing.own_words(_order(facts, knowledge, None))


def hints(facts: CaseFacts, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Phrases in the person's own words that would weaken the letter: to show, never to block."""
    return composing.hints(_order(facts, knowledge, None), knowledge)


def unsuited(facts: CaseFacts, knowledge: Knowledge) -> tuple[Demand, ...]:
    """Chosen demands this kind of respondent can hardly meet: to warn of, never to drop."""
    return tuple(
        demand
        for slug in facts.demands
        if (demand := knowledge.demands.get(slug)) is not None
        and not concerns(demand.respondents, facts.licence)
    )


def disclaimer() -> Block:
    """Stands at the end of every report."""
    return note("本文书由本人借助“额度明白账”自助生成，不是法律意见，也不代表任何机构的立场。")
