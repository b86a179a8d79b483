"""Which questions a reply may have answered, and where to go from it. Pure; only suggestions.

A question is about a few things (a clause, a breach, a day, a person who reviewed it). It may have
been answered where the reply names each of them; what follows “如有” is left to the person.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from complaints.domain.replies import Mark, Reading, fold
from complaints.domain.reply_facts import DAY

OPEN, ANSWERED, MISSED, GENERIC, REFUSED = "open", "answered", "missed", "generic", "refused"
UNANSWERED = frozenset({MISSED, GENERIC, REFUSED})
NextKind = Literal["tick", "remind", "escalate", "confirm", "close"]

# What a question is about, and the facts that speak to it; the first part of the question counts.
TOPICS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(words), frozenset(kinds))
    for words, kinds in (
        (r"条款|哪一条|第几条|哪一项规定|合同依据", {"clause"}),
        (r"违约|逾期", {"overdue", "no-breach"}),
        (r"人工|复核", {"review"}),
        (r"自动化决策", {"automated", "review"}),
        (r"分群|标签|经营者|客群|商户", {"segment"}),
        (r"针对我个人|一类客户|统一调整", {"group"}),
        (r"放款机构|合作平台|资金方|出资方|合作银行|机构全称", {"lender", "partner-left"}),
        (r"查询", {"inquiries", "no-breach"}),
        (r"身份资料|证件|实名", {"identity"}),
        (r"授权|同意的协议", {"consent", "attached"}),
        (r"哪(?:些|几类|几项|一类|一些)信息|信息的?来源|数据来源|用了.{0,6}信息", {"data"}),
        (r"有效期|起止日期|是否到期", {"expiry", "date"}),
        (r"用途", {"purpose"}),
        (r"安全限制", {"security"}),
        (r"司法|公共信息", {"legal"}),
        (r"学生|年龄", {"age"}),
        (r"未支用|未使用|多久没用", {"inactive"}),
        (r"副本|复印件|附上原文", {"attached"}),
        (r"文号|文件名称", {"document"}),
        (r"合同编号|受理编号|工单号", {"number"}),
        (r"哪一?天|何时|什么时候|日期|几号", {"date"}),
        (r"多久|多长时间|期限是", {"period", "date"}),
        (r"多少钱|金额", {"amount"}),
    )
)
WHY = re.compile(r"为什么|原因|理由|依据|因何|主要根据")
KEPT_SECRET = frozenset({"data", "segment", "automated", "group"})
RESTORE = re.compile(r"恢复|重新评估|复评|解除|关闭|更正|删除")
CONDITION = re.compile(r"如有|如果有|若有|如系|如果是|如果使用|如果没有|如果有误|[;。]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A state a person may agree to, empty where the reply does not tell; `seen` are the kinds of
    facts that speak to the question."""

    state: str
    seen: tuple[str, ...] = ()


def suggested(question: str, reading: Reading) -> Suggestion:
    """What the reply seems to say to one question."""
    found = [kind for mark in reading.facts for kind in _kinds(mark)]
    text = fold(question).text
    core = CONDITION.split(text, maxsplit=1)[0] or text
    topics = _topics(core, frozenset(mark.fact for mark in reading.reasons))
    seen = tuple(dict.fromkeys(kind for kind in found if any(kind in one for one in topics)))
    if topics and all(one & set(found) for one in topics):
        return Suggestion(ANSWERED, seen)
    if reading.refuses and _is_about_the_decision(core, topics):
        return Suggestion(REFUSED, seen)
    if reading.phrases and not seen:
        return Suggestion(GENERIC, seen)
    return Suggestion(MISSED if reading.verdict != "empty" and topics else "", seen)


def _kinds(mark: Mark) -> tuple[str, ...]:
    """“身份证于 2026年9月3日 到期” names an identity paper and a day."""
    return (mark.fact, "date") if DAY.search(fold(mark.text).text) else (mark.fact,)


def _is_about_the_decision(core: str, topics: list[frozenset[str]]) -> bool:
    """What is kept secret is how it was decided; a clause or a breach is no secret."""
    kept = any(one & KEPT_SECRET for one in topics)
    return kept or not topics or WHY.search(core) is not None


def _topics(core: str, reasons: frozenset[str]) -> list[frozenset[str]]:
    named = [kinds for words, kinds in TOPICS if words.search(core)]
    if not named and WHY.search(core):
        named.append(reasons or frozenset({"clause"}))
    if not named and RESTORE.search(core):
        named.append(frozenset({"restored", "date", "period"}))
    return named


@dataclass(frozen=True, slots=True)
class Result:
    """“8 个问题里答了 2 个；3 处是套话”."""

    asked: int
    answered: int
    unticked: int
    phrases: int

    @property
    def unanswered(self) -> int:
        return self.asked - self.answered - self.unticked


def result_of(states: Iterable[str], reading: Reading) -> Result:
    counts = Counter(states)
    return Result(counts.total(), counts[ANSWERED], counts[OPEN], len(reading.phrases))


def next_steps(states: Sequence[str], reading: Reading, *, to_institution: bool) -> list[NextKind]:
    """What to do with this reply, the most useful first.

    A reminder asks the institution again; to others the next channel. A reason can be noted
    whether or not every question was answered. Closing is offered once nothing is left to ask.
    """
    found: list[NextKind] = []
    unanswered = any(state in UNANSWERED for state in states)
    if OPEN in states:
        found.append("tick")
    if unanswered and to_institution:
        found.append("remind")
    if reading.reasons or ANSWERED in states:
        found.append("confirm")
    if unanswered or reading.verdict in ("generic", "not-accepted"):
        found.append("escalate")
    if not unanswered and OPEN not in states:
        found.append("close")
    return found
