"""A letter for a box that takes only so many characters: the least first, then what still fits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from complaints.domain.document import DocumentModel, plain_text
from complaints.domain.letters import parts
from complaints.domain.letters.composing import compose
from complaints.domain.letters.facts import LetterOrder
from guidance.domain.records import Knowledge
from inputs.dates import day_zh


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text for a box. `left_out` are titles of parts it has no room for; `over` is by how many
    characters even the least is too long, 0 where it fits."""

    text: str
    length: int
    is_short: bool = False
    left_out: tuple[str, ...] = ()
    over: int = 0


def box_length(text: str) -> int:
    """Characters as web forms count them: UTF-16 units, so a rare Han character counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pasted(order: LetterOrder, knowledge: Knowledge, limit: int | None) -> Pasted:
    """The whole letter where it fits or no limit is known, else a short one. Never cut mid-way."""
    whole = text_of(compose(order, knowledge))
    if limit is None or box_length(whole) <= limit:
        return Pasted(whole, box_length(whole))
    least = [part for _title, part in _least(order, knowledge)]
    left_out, chosen = [], least
    for title, part in _more(order, knowledge):
        if box_length(_joined([*chosen, part])) <= limit:
            chosen = [*chosen, part]
        else:
            left_out.append(title)
    text = _joined(chosen)
    over = max(box_length(text) - limit, 0)
    return Pasted(text, box_length(text), True, tuple(left_out), over)


def text_of(model: DocumentModel) -> str:
    return plain_text(model).strip("\n")


def _joined(chosen: Sequence[str]) -> str:
    return "\n".join(chosen)


def _least(order: LetterOrder, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Without these a complaint cannot be handled: to whom, about whom, what, and the requests."""
    template, case = order.template, order.case
    yield "致", f"{order.subject}（{case.receipt_no}）"
    if template.against is not None:
        yield template.against.zh, f"{template.against.zh}：{case.respondent}"
    if template.tells_changes:
        for row in case.changes:
            yield "事实", f"{parts.change_in_short(row)}。"
    asks = [*(row.zh for row in template.asks), *parts.demands(order, knowledge)]
    yield "请求", _numbered(asks)
    if template.items is not None and order.items:
        yield template.items.zh, f"{template.items.zh}：{order.items}"


def _more(order: LetterOrder, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """In the order of what is missed most."""
    case = order.case
    if order.earlier is not None and order.stage != "first":
        yield "此前的办理情况", _before(order)
    if questions := _questions(order):
        yield "问题", "请逐项答复：\n" + _numbered(questions)
    if names := _laws(order, knowledge):
        yield "依据", "依据：" + "；".join(names)
    if case.story:
        yield "补充说明", case.story
    if case.effect:
        yield "影响", f"对我的影响：{case.effect}"
    if case.name or case.contact:
        yield "联系方式", "，".join(filter(None, [case.name, case.contact]))


def _before(order: LetterOrder) -> str:
    before = order.earlier
    assert before is not None
    number = f"（{before.reference_no}）" if before.reference_no else ""
    came = "没有具体答复" if before.answered_on else "至今没有答复"
    return f"{day_zh(before.sent_on)}已提出{number}，{came}。"


def _questions(order: LetterOrder) -> list[str]:
    _title, blocks = parts.questions(order)
    return [text for block in blocks for text in block["items"]]


def _laws(order: LetterOrder, knowledge: Knowledge) -> list[str]:
    """Each basis once, with its articles."""
    named = [
        f"{basis.law.zh}{basis.articles}"
        for ground in parts.cited_grounds(order, knowledge)
        for basis in parts.bases_for(order, ground)
    ]
    return list(dict.fromkeys(named))


def _numbered(texts: Iterable[str]) -> str:
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))
