"""From the ranked causes to one request, ready to paste into a lender's service window. Pure.

The request is in Chinese, because the lender reads Chinese. It asks and promises nothing: only
questions of the reviewed records, and only legal bases that somebody read in full.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from guidance.domain.records import Basis, Cause, Ground, Knowledge
from inputs.dates import day_zh
from inputs.money import short_yuan

MOST_CHARACTERS = 1500
MOST_CAUSES = 3
MOST_QUESTIONS = 9
MOST_GROUNDS = 2
MOST_REASON = 80  # characters of the lender's words that are quoted back
RESIDUAL = "other-unknown"
WORTH_ASKING = frozenset({"stated", "documented", "likely", "possible"})
READ_IN_FULL = "V"
ANYONE = "any"
UNREASONED = {
    "freeze": "被冻结或暂停使用",
    "unfreeze": "恢复使用",
    "close": "被关闭",
    "reopen": "重新开通",
    "brand": "改了名称",
    "lender": "换了放款机构",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What the request is about. Amounts in 分; `kind` is a value of limits.enums.ChangeKind.

    `lender` is the full name where the person knows it, `licence` its licence type where the
    records know it; both may be empty. `was_told` is None where nobody remembers.
    """

    product: str
    effective_on: date
    before_fen: int
    after_fen: int
    kind: str = "limit"
    lender: str = ""
    licence: str = ""
    stated_reason: str = ""
    was_told: bool | None = None


def ready_request(
    matter: Matter,
    ranked: Sequence[tuple[str, str]],
    knowledge: Knowledge,
    *,
    written_on: date,
    chosen: Collection[str] = (),
) -> str:
    """The request as plain text of at most MOST_CHARACTERS.

    `ranked` are (cause slug, band) as shown, best first. Questions of sensitive causes come only
    when the person named the cause in `chosen`. What does not fit is left out from the end:
    first legal sentences, then questions.
    """
    causes = causes_to_ask(ranked, knowledge, chosen)
    questions, legal = _questions(causes), _legal_sentences(causes, matter.licence, knowledge)
    text = _written(matter, questions, legal, written_on)
    while len(text) > MOST_CHARACTERS and (legal or questions):
        legal, questions = (legal[:-1], questions) if legal else (legal, questions[:-1])
        text = _written(matter, questions, legal, written_on)
    return text


def causes_to_ask(
    ranked: Iterable[tuple[str, str]], knowledge: Knowledge, chosen: Collection[str] = ()
) -> tuple[Cause, ...]:
    """The leading causes worth asking about, what the person chose, and what to ask anyway."""
    known = [(knowledge.causes[slug], band) for slug, band in ranked if slug in knowledge.causes]
    leading = (
        cause
        for cause, band in known
        if band in WORTH_ASKING and not cause.sensitive and cause.slug != RESIDUAL
    )
    picked = (cause for cause, _band in known if cause.sensitive and cause.slug in chosen)
    return (*islice(leading, MOST_CAUSES), *picked, knowledge.causes[RESIDUAL])


def _questions(causes: Iterable[Cause]) -> tuple[str, ...]:
    """Each question once; the general ones of the residual cause keep their place at the end."""
    asked = dict.fromkeys(text.zh for cause in causes for text in cause.ask_lender)
    return tuple(asked)[:MOST_QUESTIONS]


def _legal_sentences(
    causes: Iterable[Cause], licence: str, knowledge: Knowledge
) -> tuple[str, ...]:
    """Reviewed sentences with their articles, for grounds that bind this kind of lender."""
    codes = dict.fromkeys(code for cause in causes for code in cause.grounds)
    sentences = (_sentence(knowledge.grounds[code], licence) for code in codes)
    return tuple(islice(filter(None, sentences), MOST_GROUNDS))


def _sentence(ground: Ground, licence: str) -> str:
    bases = [basis for basis in ground.bases if _may_be_printed(basis, licence)]
    if not (ground.standalone and bases and _concerns(ground.respondents, licence)):
        return ""
    cited = "；".join(f"{basis.law.zh}{basis.articles}" for basis in bases)
    return f"{ground.letter.zh}（依据：{cited}）"


def _may_be_printed(basis: Basis, licence: str) -> bool:
    return basis.strength == READ_IN_FULL and _concerns(basis.respondents, licence)


def _concerns(respondents: Collection[str], licence: str) -> bool:
    """An unknown lender is bound only by what binds anyone."""
    return ANYONE in respondents or licence in respondents


def _written(
    matter: Matter, questions: Sequence[str], legal: Sequence[str], written_on: date
) -> str:
    numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(questions, 1))
    parts = [
        f"{matter.lender}：" if matter.lender else "客服，你好：",
        f"{_what_happened(matter)}现请说明以下各项：\n{numbered}",
        "\n".join(legal),
        "请逐项书面答复，并告知受理编号。短信、邮件或 App 消息都可以。",
        day_zh(written_on),
    ]
    return "\n\n".join(filter(None, parts))


def _what_happened(matter: Matter) -> str:
    return "".join(_sentences(matter))


def _sentences(matter: Matter) -> Iterator[str]:
    before, after = short_yuan(matter.before_fen), short_yuan(matter.after_fen)
    on, product = day_zh(matter.effective_on), matter.product
    yield f"我是「{product}」的用户。{on}，我的"
    if matter.kind in UNREASONED:
        yield f"「{product}」{UNREASONED[matter.kind]}"
        yield f"，额度由 {before}变为 {after}。" if before != after else f"，额度为 {after}。"
    else:
        yield f"额度由 {before}变为 {after}。"
    if matter.was_told is False:
        yield "我事先没有收到通知。"
    if reason := " ".join(matter.stated_reason.split()):
        yield f"贵方给出的说法是：“{_shortened(reason)}”。这没有写明具体事实。"


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_REASON else f"{text[:MOST_REASON]}…"
