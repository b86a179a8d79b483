"""The parts letters share. Own words stand as they were written; ours pass the lint."""

from collections.abc import Iterable, Sequence

from complaints.domain.bases import binding, book_title, cited, grounds_for
from complaints.domain.document import Block, bullets, heading, numbered, pairs, paragraph
from complaints.domain.letters.facts import CaseFacts, ChangeFact, Earlier, LetterOrder
from guidance.domain.records import Basis, Ground, Knowledge
from inputs.dates import day_zh
from inputs.money import format_yuan

REPLY_RULE = "D01"
# 令2020第3号 binds banks and consumer finance companies, not micro-loan companies.
BOUND_BY_REPLY_PERIOD = frozenset({"bank", "consumer_finance"})
SUPERVISED_BY = {
    "bank": "国家金融监督管理总局",
    "consumer_finance": "国家金融监督管理总局",
    "micro_loan": "地方金融管理部门",
    "payment_institution": "中国人民银行分支机构",
    "credit_bureau": "中国人民银行派出机构",
}
NUMERALS = (*"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五六七八九"))


def sections(*parts: tuple[str, Sequence[Block]]) -> Iterable[Block]:
    """Numbered headings with their blocks; a part without content takes no number."""
    kept = [(title, blocks) for title, blocks in parts if any(map(_has_content, blocks))]
    for number, (title, blocks) in enumerate(kept):
        yield heading(f"{NUMERALS[number]}、{title}")  # one too many is an error, never left out
        yield from filter(_has_content, blocks)


def _has_content(block: Block) -> bool:
    return block.get("items") != [] and block.get("rows") != [] and block.get("text") != ""


def parties(order: LetterOrder) -> Block:
    """Who and against whom. What the institution already holds it may not ask for again
    (银行业保险业消费投诉处理管理办法第十三条), so no identity number is written; where an authority
    asks for one, a line is left to fill in by hand."""
    case, template = order.case, order.template
    rows = [("致", order.addressee)]
    if template.against is not None:
        rows.append((template.against.zh, case.respondent))
    rows.append((template.signer.zh, case.name))
    if template.to == "institution":
        rows.append(("身份信息", "以贵方留存的实名信息为准"))
    rows += [(label.zh, "") for label in template.hand_lines]
    rows += [("联系方式", case.contact), ("涉及产品", case.product.zh)]
    return pairs([*rows, ("合同编号", case.contract_no)])


def earlier(order: LetterOrder, opening: str) -> list[Block]:
    """What was sent before and what came back, in dates and in the other side's words."""
    if order.earlier is None or order.stage == "first":
        return []
    told = [
        _sent_sentence(order, order.earlier),
        *_due_sentences(order.earlier),
        *_answer_sentences(order.earlier),
    ]
    return [paragraph(text) for text in [*told, opening] if text]


def _sent_sentence(order: LetterOrder, before: Earlier) -> str:
    whom = f"向{before.recipient}" if order.template.to_authority else ""
    what = before.what if order.template.follows == "case" else "同样的请求"
    number = f"（受理号或单号：{before.reference_no}）" if before.reference_no else ""
    received = f"，对方于 {day_zh(before.received_on)}收到" if before.received_on else ""
    return f"{day_zh(before.sent_on)}，我{whom}提出{what}{number}{received}。"


def _due_sentences(before: Earlier) -> list[str]:
    if before.due_on is None or before.answered_on is not None:
        return []
    told = "这是对方告知延长后的日期" if before.extended else "我没有收到延长的告知"
    return [
        f"按照{book_title(before.instrument)}计算，答复期限到 {day_zh(before.due_on)}，{told}。"
    ]


def _answer_sentences(before: Earlier) -> list[str]:
    if before.answered_on is None:
        return ["到本信写成之日，我没有收到答复。"]
    said = f"答复是：{quoted(before.answer)}。" if before.answer else "答复没有说明原因。"
    return [f"{day_zh(before.answered_on)}，我收到答复。{said}"]


def facts(order: LetterOrder) -> list[Block]:
    """What happened, from the ledger; then the person's own words."""
    case = order.case
    blocks = [paragraph(change_sentence(row)) for row in case.changes if _told(order)]
    if case.rise is not None and _told(order):
        blocks.append(paragraph(_rise_sentence(case.rise, order.template.to_authority)))
    if case.asked_on is not None and _told(order):
        blocks.append(paragraph(_asked_sentence(case)))
    if case.story:
        blocks.append(paragraph(case.story))
    if case.effect:
        what = "上述变动" if _told(order) else "上述情况"
        blocks.append(paragraph(f"{what}对我的影响：{case.effect}"))
    return blocks


def _told(order: LetterOrder) -> bool:
    return order.template.tells_changes


NOTIFIED = {
    "not": "变动前后我没有收到通知。",
    "sms": "我收到的是短信通知。",
    "in-app": "我是在 App 内看到通知的。",
    "phone": "我接到了电话通知。",
    "letter": "我收到了书面通知。",
}


def change_sentence(change: ChangeFact) -> str:
    reason = f"给出的说法是：{quoted(change.stated_reason)}。" if change.stated_reason else ""
    return f"{change_in_short(change)}。{NOTIFIED.get(change.notified, '')}{reason}"


def change_in_short(change: ChangeFact) -> str:
    return (
        f"{day_zh(change.on)}，{change.product.zh}的额度由 {format_yuan(change.before_fen)} 元变为 "
        f"{format_yuan(change.after_fen)} 元"
    )


def _rise_sentence(rise: ChangeFact, to_authority: bool) -> str:
    """Two lenders, two decisions: worded as what was seen, never as one limit that moved."""
    ask = "" if to_authority else "，请就贵方作出的决定予以说明"
    return (
        f"{day_zh(rise.on)}，{rise.product.zh}显示额度 {format_yuan(rise.after_fen)} 元。"
        f"我不清楚这两件事是否有关{ask}。"
    )


def _asked_sentence(case: CaseFacts) -> str:
    assert case.asked_on
    answer = (
        f"得到的答复是：{quoted(case.asked_answer)}。" if case.asked_answer else "没有得到说明。"
    )
    return f"{day_zh(case.asked_on)}，我向客服询问原因，{answer}"


def quoted(words: str) -> str:
    """Somebody's words in quotation marks, without a full stop doubled by ours."""
    return f"“{words.rstrip('。.')}”"


def demands(order: LetterOrder, knowledge: Knowledge) -> list[str]:
    asked = [
        knowledge.demands[slug].letter.zh for slug in order.demands if slug in knowledge.demands
    ]
    wish = [order.case.wish] if order.case.wish and not is_report(order) else []
    return [*asked, *wish]


def is_report(order: LetterOrder) -> bool:
    """A report of a violation carries no claim of the person (投诉 and 举报 are kept apart)."""
    return order.template.to == "supervisor"


def questions(order: LetterOrder) -> tuple[str, list[Block]]:
    """Title and numbered questions; once there was no answer, those left unanswered."""
    if is_report(order):
        return "", []
    if order.earlier is not None and order.earlier.unanswered and order.stage != "first":
        return "没有得到答复的问题", [numbered(list(order.own_questions))]
    reviewed = [row.zh for row in order.case.questions] if _told(order) else []
    return "请一并说明的问题", [numbered([*reviewed, *order.questions])]


def grounds(order: LetterOrder, knowledge: Knowledge) -> list[str]:
    """One paragraph a ground: its modest sentence, then the bases that bind this institution."""
    return [
        f"{_sentence(ground, order.template.to_authority)}（{cited(bases_for(order, ground))}）"
        for ground in cited_grounds(order, knowledge)
    ]


def cited_grounds(order: LetterOrder, knowledge: Knowledge) -> tuple[Ground, ...]:
    """Grounds of what is asked and those of this kind of letter, in the order of the records."""
    named = {*order.template.grounds, *(g.code for g in grounds_for(order.demands, knowledge))}
    return tuple(
        ground
        for ground in knowledge.grounds.values()
        if ground.code in named and bases_for(order, ground)
    )


def bases_for(order: LetterOrder, ground: Ground) -> tuple[Basis, ...]:
    """Bases that were read and bind here. 消费者权益保护法第二条: not where the product is for
    business."""
    business = order.case.purpose == "business"
    found = binding(ground, order.licence)
    return tuple(basis for basis in found if not (basis.living and business))


def _sentence(ground: Ground, to_authority: bool) -> str:
    return ground.duty.zh if to_authority and ground.duty else ground.letter.zh


def enclosures(order: LetterOrder) -> list[Block]:
    case = order.case
    rows = [
        f"{change.product.zh}额度变动记录（{change.on.isoformat()}，"
        f"{format_yuan(change.before_fen)} 元 → {format_yuan(change.after_fen)} 元）"
        for change in case.changes
        if _told(order)
    ]
    files = case.evidence or (order.template.enclosures.zh,)
    held = [paragraph("贵方已经掌握或内部可以查到的材料，请贵方自行调取核对。")]
    return [bullets([*rows, *files]), *(held if order.template.to == "institution" else [])]
