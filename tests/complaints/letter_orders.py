"""Orders of letters for tests: one case, every kind, licence and stage."""

import dataclasses
import datetime as dt

from complaints.documents.facts import institution_path
from complaints.domain.letters.choosing import demands_of, route
from complaints.domain.letters.facts import CaseFacts, ChangeFact, Earlier, LetterOrder
from guidance import content
from guidance.domain.loading import build_knowledge
from guidance.domain.records import Text

KNOWN = build_knowledge(content.read_files(), "test")
KINDS = list(KNOWN.letters)
LICENCES = [
    "bank",
    "consumer_finance",
    "micro_loan",
    "payment_institution",
    "platform_assist",
    "credit_bureau",
    "unknown",
]
STAGES = ["first", "overdue", "generic"]
JIEBEI = Text("借呗", "Jiebei")
FALL = ChangeFact(dt.date(2026, 10, 12), JIEBEI, 5_000_000, 0, "综合评估未通过", "not")
RISE = ChangeFact(dt.date(2026, 10, 13), Text("网商贷", "Wangshangdai"), 0, 3_000_000, "", "in-app")
CASE = CaseFacts(
    receipt_no="LL20261122-ABCDEF",
    written_on=dt.date(2026, 11, 22),
    name="龘小明",
    contact="",
    contract_no="",
    respondent="重庆蚂蚁消费金融有限公司",
    licence="consumer_finance",
    product=JIEBEI,
    changes=(FALL,),
    rise=RISE,
    story="",
    effect="",
    asked_on=None,
    asked_answer="",
    demands=("explain-reason", "human-review"),
    wish="",
    questions=(Text("请说明条款编号。", "Which clause?"),),
)
SILENCE = Earlier(
    recipient="重庆蚂蚁消费金融有限公司",
    sent_on=dt.date(2026, 10, 20),
    received_on=dt.date(2026, 10, 21),
    reference_no="TS-1",
    due_on=dt.date(2026, 11, 5),
    instrument=KNOWN.rules["D01"].instrument.zh,
    extended=False,
    answered_on=None,
    answer="",
    unanswered=("请说明条款编号。", "是否由系统自动作出？"),
)
VAGUE = dataclasses.replace(
    SILENCE, answered_on=dt.date(2026, 11, 3), answer="经综合评估，暂不符合要求。"
)
BEFORE = {"first": None, "overdue": SILENCE, "generic": VAGUE}


def order(kind, licence="consumer_finance", stage="first", **changes):
    """An order as the pages make it, with every point of the kind ticked."""
    template = KNOWN.letters[kind]
    rule = route(template, licence, institution_path(licence)[1])[1]
    ours = [name for name in changes if hasattr(CASE, name) and name != "questions"]
    of_case = {name: changes.pop(name) for name in ours}
    given = {
        "template": template,
        "case": dataclasses.replace(CASE, licence=licence, **of_case),
        "addressee": "收件单位",
        "stage": stage,
        "earlier": BEFORE[stage],
        "points": demands_of(template, licence, KNOWN),
        "items": "第一条：职业写错了。" if template.items else "",
        "rule": KNOWN.rules[rule],
    }
    return LetterOrder(**{**given, **changes})
