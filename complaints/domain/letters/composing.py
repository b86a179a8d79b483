"""From an order to the letter, in Chinese: it is the language the reader must read."""

from dataclasses import replace

from complaints.domain.bases import book_title
from complaints.domain.document import DocumentModel, numbered, paragraph, plain_text, signature
from complaints.domain.letters import parts
from complaints.domain.letters.facts import CaseFacts, ChangeFact, Earlier, LetterOrder
from complaints.domain.letters.parts import sections
from complaints.domain.lint import Finding, LintError, lint
from guidance.domain.records import VERIFIED, Knowledge, Rule, Text

TRUE_AND_MY_OWN = (
    "以上内容是我亲身经历的事实，没有编造。本信由我本人提出，没有委托任何机构或个人代理。"
)
HELD_OUT = "（略）"


def compose(order: LetterOrder, knowledge: Knowledge) -> DocumentModel:
    """The letter of an order.

    Raises LintError when a sentence of ours (not of the person) holds a forbidden phrase.
    """
    refuse_forbidden(_letter(without_own_words(order), knowledge), knowledge)
    return _letter(order, knowledge)


def _letter(order: LetterOrder, knowledge: Knowledge) -> DocumentModel:
    template, (asked, questions) = order.template, parts.questions(order)
    opening = template.openings.get(order.stage)
    return DocumentModel(
        title=order.subject,
        subtitle=order.addressee,
        reference=order.case.receipt_no,
        made_on=order.case.written_on.isoformat(),
        language="zh",
        blocks=(
            parts.parties(order),
            *sections(
                ("此前的办理情况", parts.earlier(order, opening.zh if opening else "")),
                ("请求", [numbered([row.zh for row in template.asks])]),
                (template.demands_title.zh, [numbered(parts.demands(order, knowledge))]),
                (template.items.zh if template.items else "", [paragraph(order.items)]),
                ("事实", parts.facts(order)),
                (asked, questions),
                ("依据", [numbered(parts.grounds(order, knowledge))]),
                ("答复", [paragraph(_reply(order))]),
                ("材料目录", parts.enclosures(order)),
            ),
            paragraph(TRUE_AND_MY_OWN),
            signature(f"{template.signer.zh}（签字）", "日期"),
        ),
    )


def _reply(order: LetterOrder) -> str:
    """How an answer is asked for; once there was none, where the person may turn next."""
    template = order.template
    if template.to_authority:
        return template.reply.zh if template.reply else ""
    asked = template.reply.zh if template.reply else _period(order.case.licence, order.rule)
    return asked + (_next_rung(order.case.licence) if order.stage != "first" else "")


def _period(licence: str, rule: Rule | None) -> str:
    """A period only where a rule that was checked binds this respondent.

    The article is left out: only the text of the rule was confirmed, not its number.
    """
    ask = "请书面答复，说明核实情况、决定的依据和理由，以及不服时的救济途径。"
    if rule is None or not binds_in_days(rule, licence):
        return ask + "请及时处理并告知处理结果。"
    return (
        f"按照{book_title(rule.instrument.zh)}，对事实清楚、争议情况简单的消费投诉，"
        f"应当自收到之日起 {rule.amount} 日内作出处理决定并告知；"
        f"需要延长的，请在期限内告知原因。{ask}"
    )


def binds_in_days(rule: Rule, licence: str) -> bool:
    """Whether the rule is the checked period of complaints and binds this licence."""
    return (
        rule.code == parts.REPLY_RULE
        and rule.amount is not None
        and rule.strength in VERIFIED
        and licence in parts.BOUND_BY_REPLY_PERIOD
    )


def _next_rung(licence: str) -> str:
    """Says what the law leaves open, and threatens nothing (实施条例第二十七条第二款)."""
    authority = parts.SUPERVISED_BY.get(licence, "有关主管部门")
    return f"如果仍然没有具体的书面答复，我将依法向{authority}反映。"


def own_words(order: LetterOrder) -> tuple[str, ...]:
    """What the person wrote himself: checked for hints, never blocked or changed."""
    case = order.case
    reasons = [change.stated_reason for change in case.changes]
    words = [case.story, case.effect, case.wish, case.asked_answer, *reasons]
    return tuple(word for word in [*words, order.items, *order.questions] if word)


def hints(order: LetterOrder, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Phrases in the person's own words that would weaken the letter: to show, never to block."""
    return tuple(finding for words in own_words(order) for finding in lint(words, knowledge))


def refuse_forbidden(model: DocumentModel, knowledge: Knowledge) -> None:
    """Raises LintError, naming rules and no text."""
    if findings := lint(plain_text(model), knowledge):
        raise LintError(", ".join(finding.slug for finding in findings))


def without_own_words(order: LetterOrder) -> LetterOrder:
    """The same order with everything a person typed held out, so that only ours is judged."""
    return replace(
        order,
        case=_plain_case(order.case),
        addressee=_held_out(order.addressee),
        earlier=_plain_earlier(order.earlier) if order.earlier else None,
        items=_held_out(order.items),
        questions=tuple(map(_held_out, order.questions)),
    )


def _plain_case(case: CaseFacts) -> CaseFacts:
    return replace(
        case,
        name=_held_out(case.name),
        contact=_held_out(case.contact),
        contract_no=_held_out(case.contract_no),
        respondent=HELD_OUT,
        product=Text(HELD_OUT, HELD_OUT),
        changes=tuple(map(_plain_change, case.changes)),
        rise=_plain_change(case.rise) if case.rise else None,
        fall=_plain_change(case.fall) if case.fall else None,
        story=_held_out(case.story),
        effect=_held_out(case.effect),
        asked_answer=_held_out(case.asked_answer),
        wish=_held_out(case.wish),
        evidence=tuple(map(_held_out, case.evidence)),
        matter=_held_out(case.matter),
    )


def _plain_earlier(before: Earlier) -> Earlier:
    return replace(
        before,
        recipient=HELD_OUT,
        reference_no=_held_out(before.reference_no),
        answer=_held_out(before.answer),
        unanswered=tuple(map(_held_out, before.unanswered)),
    )


def _plain_change(change: ChangeFact) -> ChangeFact:
    return replace(
        change,
        product=Text(HELD_OUT, HELD_OUT),
        stated_reason=_held_out(change.stated_reason),
    )


def _held_out(words: str) -> str:
    return HELD_OUT if words else ""
