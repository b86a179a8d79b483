"""The same letter by telephone: who I am, what I want, three questions, what to write down."""

from complaints.domain.document import DocumentModel, bullets, heading, numbered, paragraph
from complaints.domain.letters.composing import refuse_forbidden, without_own_words
from complaints.domain.letters.facts import LetterOrder
from complaints.domain.letters.parts import change_in_short, is_report
from guidance.domain.records import Knowledge

QUESTIONS = 3
WRITE_DOWN = (
    "通话日期、几点几分开始和结束",
    "对方的姓名或工号",
    "受理号或工单号",
    "对方说哪一天答复、用什么方式答复",
    "对方的原话，尤其是说明原因的那一句",
)
GIVE_NOBODY = (
    "不说密码、短信验证码、银行卡号；客服和监管部门都不需要这些。",
    "不接受“先撤销投诉再处理”；可以说：请先给我书面答复。",
    "对方只说“综合评估”，就说：请登记我的问题，并告诉我受理号和答复日期。",
    "有人打来收费帮你办的，挂掉。",
)


def compose_script(order: LetterOrder, channel: str, knowledge: Knowledge) -> DocumentModel:
    """One page to hold while calling. `channel` says how the number is found.

    Raises LintError when a sentence of ours holds a forbidden phrase.
    """
    refuse_forbidden(_script(without_own_words(order), channel, knowledge), knowledge)
    return _script(order, channel, knowledge)


def _script(order: LetterOrder, channel: str, knowledge: Knowledge) -> DocumentModel:
    return DocumentModel(
        title=f"电话稿：{order.template.title.zh}",
        subtitle=order.addressee,
        reference=order.case.receipt_no,
        made_on=order.case.written_on.isoformat(),
        language="zh",
        blocks=(
            heading("打给谁"),
            paragraph(channel),
            heading("我是谁"),
            paragraph(_who(order)),
            heading("我要什么"),
            paragraph(order.template.phone_want.zh),
            *(paragraph(text) for text in _what_happened(order)),
            heading("问三个问题"),
            numbered(three_questions(order)),
            heading("边听边记"),
            bullets(WRITE_DOWN),
            heading("不说、不给"),
            bullets(GIVE_NOBODY),
        ),
    )


def _who(order: LetterOrder) -> str:
    case = order.case
    name = f"我叫{case.name}，" if case.name else "我叫________，"
    against = f"要说的机构是{case.respondent}。" if order.template.against else ""
    contract = f"合同编号是{case.contract_no}。" if case.contract_no else ""
    return f"您好，{name}是{case.product.zh}的用户。{against}{contract}"


def _what_happened(order: LetterOrder) -> list[str]:
    told = [f"{change_in_short(row)}。" for row in order.case.changes]
    sent = []
    if order.earlier is not None and order.stage != "first" and order.earlier.reference_no:
        sent = [f"我之前提出过，受理号是{order.earlier.reference_no}。"]
    return [*(told if order.template.tells_changes else []), *sent]


def three_questions(order: LetterOrder) -> list[str]:
    """Those left unanswered first, then the person's own, then the reviewed ones of this kind."""
    own = () if is_report(order) else order.own_questions
    asked = [*own, *(row.zh for row in order.template.phone_questions)]
    return list(dict.fromkeys(asked))[:QUESTIONS]
