"""From the rows of a case to the order of a letter, and the frozen form of one.

Reads only. What is frozen keeps the inputs it was made from, so that it can be checked later.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from complaints.documents.facts import case_facts, institution_path
from complaints.domain.document import TEMPLATE_VERSION
from complaints.domain.letters.choosing import addressee, route, suits
from complaints.domain.letters.composing import compose
from complaints.domain.letters.facts import CaseFacts, Earlier, LetterOrder, Stage
from complaints.domain.letters.parts import questions as questions_of
from complaints.domain.letters.script import compose_script
from complaints.domain.letters.short import Pasted, pasted
from complaints.enums import AskedState, CaseTopic, LetterKind, LetterState, ReplyKind
from complaints.models import AskedQuestion, Complaint, Letter, Step
from guidance import content
from guidance.domain.records import VERIFIED, Institution, Knowledge, LetterTemplate

# Letters on how the first complaint was handled go to whom the case is against.
KINDS_OF_THE_CASE = (LetterKind.COMPLAINT, LetterKind.REMIND)
# What the person wrote of the entry, line or data when the case was filed goes on in these.
OF_THE_MATTER = (LetterKind.DISPUTE, LetterKind.CLOSE_LINE, LetterKind.COPY)
INSTITUTION_CHANNELS = ("C01", "C02")
DISPUTE_CHANNEL = "C09"
THE_CASE = "case"
PLATFORMS = ("alipay", "ant-group")
WITHOUT_REASONS = (ReplyKind.GENERIC, ReplyKind.REFUSED)
EVADED = (AskedState.MISSED, AskedState.GENERIC, AskedState.REFUSED)


@dataclass(frozen=True, slots=True)
class Before:
    """Where a letter stands: its stage, and the filing it takes up."""

    stage: Stage
    earlier: Earlier | None


FRESH = Before("first", None)


def template_of(kind: str) -> LetterTemplate:
    return content.current().letters[kind]


def first_values(complaint: Complaint, kind: str) -> dict[str, Any]:
    """What the form of a new letter starts with: the case, and the points of its kind.

    Nobody's wishes are carried into a letter that is about something else (a report, a dispute).
    """
    known, facts = content.current(), complaint.facts
    template = known.letters[kind]
    own = ("story", "effect", "wish") if _takes_up_the_case(template) else ()
    chosen = _default_institution(complaint, template, known)
    return {
        **{name: facts[name] for name in ("name", "contact", "contract_no")},
        **{name: facts[name] for name in own},
        **({"story": _account(facts)} if template.to_authority and own else {}),
        "items": facts.get("matter", "") if kind in OF_THE_MATTER else "",
        "institution": chosen,
        "recipient": _default_recipient(complaint, template, known),
        "points": [] if template.to == "supervisor" else list(template.demands[:2]),
        "limit": known.channels[template.channel].text_limit or "",
    }


def _takes_up_the_case(template: LetterTemplate) -> bool:
    """What was told when the case was filed goes on in letters about the same matter."""
    return template.tells_changes or (template.to_authority and template.follows == "case")


def _account(facts: dict[str, Any]) -> str:
    """For an authority that knows nothing of it yet: the entry, line or data, then the story."""
    return "\n".join(filter(None, [facts.get("matter", ""), facts["story"]]))


def institutions_for(complaint: Complaint, kind: str, known: Knowledge) -> list[Institution]:
    """Legal persons a letter of this kind may go to besides the one of the case."""
    if kind in KINDS_OF_THE_CASE or known.letters[kind].to != "institution":
        return []
    slugs = [slug for product in _products(complaint, known) for slug in _lenders(product, known)]
    others = dict.fromkeys([*slugs, *PLATFORMS])
    rows = [known.institutions[slug] for slug in others if slug != complaint.respondent_slug]
    return [row for row in rows if suits(known.letters[kind], row.licence)]


def _products(complaint: Complaint, known: Knowledge) -> list[str]:
    """The product that fell, then the one that rose: titles are what the frozen facts have."""
    rise = complaint.facts["rise"]
    risen = rise["product"]["zh"] if rise else ""
    named = [slug for slug, row in known.products.items() if row.title.zh == risen]
    return [slug for slug in [complaint.product_slug, *named] if slug in known.products]


def _lenders(product: str, known: Knowledge) -> Sequence[str]:
    row = known.products[product]
    return [slug for slug in (row.own_lender, *row.institutions) if slug]


def _default_institution(complaint: Complaint, template: LetterTemplate, known: Knowledge) -> str:
    """An unrequested line is closed by its own lender, which is that of the product that rose."""
    if template.slug != LetterKind.CLOSE_LINE or not complaint.facts["rise"]:
        return THE_CASE
    own = [known.products[slug].own_lender for slug in _products(complaint, known)[1:]]
    return next((slug for slug in own if slug and slug != complaint.respondent_slug), THE_CASE)


def _default_recipient(complaint: Complaint, template: LetterTemplate, known: Knowledge) -> str:
    institution = known.institutions.get(complaint.respondent_slug)
    regulator = institution.regulator if institution else ""
    return addressee(template, "", regulator, known)


def order_of(letter: Letter, values: dict[str, Any], today: date) -> LetterOrder:
    """The order of a letter from cleaned `values`; missing ones count as empty."""
    known = content.current()
    template = known.letters[letter.kind]
    case = _case(letter.complaint, template, values, today)
    chosen = known.institutions.get(values.get("institution") or "")
    if chosen is not None:
        case = replace(case, licence=chosen.licence)
    before = what_came_before(letter.complaint, template, today)
    rule = route(template, case.licence, institution_path(case.licence)[1])[1]
    return LetterOrder(
        template=template,
        case=case,
        addressee=_addressee(template, chosen, values, case.respondent),
        stage=before.stage,
        earlier=before.earlier,
        points=tuple(values.get("points") or ()),
        items=values.get("items") or "",
        questions=tuple(filter(None, map(str.strip, (values.get("questions") or "").split("\n")))),
        rule=known.rules.get(rule),
    )


def _addressee(
    template: LetterTemplate, chosen: Institution | None, values: dict[str, Any], respondent: str
) -> str:
    if template.to != "institution":
        return values.get("recipient") or ""
    return chosen.legal_name.zh if chosen else respondent


def _case(
    complaint: Complaint, template: LetterTemplate, values: dict[str, Any], today: date
) -> CaseFacts:
    """The frozen facts with what was changed for this letter, dated on the day it is written."""
    return replace(
        case_facts(complaint),
        name=values.get("name") or "",
        contact=values.get("contact") or "",
        contract_no=values.get("contract_no") or "",
        story=values.get("story") or "",
        effect=values.get("effect") or "",
        wish=values.get("wish") or "",
        written_on=today,
        evidence=_evidence(complaint),
    )


def _evidence(complaint: Complaint) -> tuple[str, ...]:
    rows = complaint.evidence.kept().in_order()
    return tuple(f"证据 {n:02d}：{row.shown_name}" for n, row in enumerate(rows, start=1))


def what_came_before(complaint: Complaint, template: LetterTemplate, today: date) -> Before:
    """The stage: first, no answer in time, or an answer without reasons."""
    step = step_before(complaint, template)
    if step is None:
        return FRESH
    asked = [] if template.follows == "itself" else _unanswered(complaint)
    if step.answered_on is not None:
        return Before("generic", _earlier(step, asked)) if _without_reasons(step) else FRESH
    due = _due_on(step)
    pending = due is not None and due >= today
    return FRESH if pending else Before("overdue", _earlier(step, asked))


def _without_reasons(step: Step) -> bool:
    """The person called the answer one without reasons, or ticked a question as not answered."""
    evaded = AskedQuestion.objects.filter(complaint=step.complaint_id, state__in=EVADED)
    return step.reply_kind in WITHOUT_REASONS or evaded.exists()


def step_before(complaint: Complaint, template: LetterTemplate) -> Step | None:
    """The newest sent step this kind of letter takes up."""
    sent = complaint.steps.filter(sent_on__isnull=False).order_by("-sent_on", "-pk")
    if template.follows == "itself":
        return sent.filter(letters__kind=template.slug, letters__state=LetterState.FROZEN).first()
    kinds, channels = list(KINDS_OF_THE_CASE), list(INSTITUTION_CHANNELS)
    if complaint.topic == CaseTopic.RECORD:
        # 征信业管理条例第二十五条: a case about an entry begins with the dispute.
        kinds.append(LetterKind.DISPUTE)
        channels.append(DISPUTE_CHANNEL)
    of_case = Q(letters=None) | Q(letters__kind__in=kinds)
    return sent.filter(of_case, channel_code__in=channels).first()


def _due_on(step: Step) -> date | None:
    return step.last_due_on


def _unanswered(complaint: Complaint) -> list[str]:
    """Questions without an answer; where none were ticked off yet, those of the first letter."""
    rows = list(AskedQuestion.objects.filter(complaint=complaint))
    if not rows:
        return [row["zh"] for row in complaint.facts["questions"]]
    return [row.text for row in rows if row.state != AskedState.ANSWERED]


def _earlier(step: Step, unanswered: Sequence[str]) -> Earlier:
    assert step.sent_on
    rule = content.current().rules.get(step.rule_code)
    binds = rule is not None and rule.amount and not rule.soft and rule.strength in VERIFIED
    due = _due_on(step)
    return Earlier(
        recipient=step.recipient,
        sent_on=step.sent_on,
        received_on=step.received_on,
        reference_no=step.reference_no,
        due_on=due if binds else None,
        instrument=rule.instrument.zh if rule and binds else "",
        extended=due != step.due_on,
        answered_on=step.answered_on,
        answer=step.answer_text,
        unanswered=tuple(unanswered),
        what="异议" if step.complaint.topic == CaseTopic.RECORD else "投诉",
    )


def pasted_text(order: LetterOrder, limit: int | None) -> Pasted:
    return pasted(order, content.current(), limit)


def script_model(order: LetterOrder) -> dict[str, Any]:
    """The phone script; which number to call is told by the channel, never printed as a fact."""
    known = content.current()
    channel, _rule = route(order.template, order.case.licence, "")
    return compose_script(order, known.channels[channel].contact.zh, known).to_json()


def frozen_model(letter: Letter, values: dict[str, Any], today: date) -> dict[str, Any]:
    """The document, with the inputs it was made from and the text for the chosen box."""
    order, known = order_of(letter, values, today), content.current()
    return {
        **compose(order, known).to_json(),
        "paste": asdict(pasted_text(order, values.get("limit"))) | {"limit": values.get("limit")},
        "inputs": {
            "letter": str(letter.public_id),
            "version": letter.version,
            "kind": letter.kind,
            "stage": order.stage,
            "licence": order.case.licence,
            "values": values,
            "earlier": _plain(order.earlier),
            "facts_sha256": letter.complaint.facts_sha256,
            "content_version": known.version,
            "template_version": TEMPLATE_VERSION,
        },
    }


def asked_in(letter: Letter, values: dict[str, Any], today: date) -> list[str]:
    """The questions the letter puts to its reader, as they are numbered in it."""
    _title, blocks = questions_of(order_of(letter, values, today))
    return [text for block in blocks for text in block["items"]]


def _plain(before: Earlier | None) -> dict[str, Any] | None:
    if before is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(before).items()
    }


def may_suit(complaint: Complaint, kind: str) -> bool:
    """It suits the institution of the case, or another one it may be sent to."""
    known = content.current()
    suited = suits(known.letters[kind], complaint.respondent_licence)
    return suited or bool(institutions_for(complaint, kind, known))


def may_write(complaint: Complaint, kind: str, today: date) -> bool:
    """A reminder needs something to remind of; other kinds can be written at any time."""
    template = template_of(kind)
    return what_came_before(complaint, template, today).stage in template.stages
