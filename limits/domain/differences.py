"""What moved between two explanations of the same change and why, one sentence a cause. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guidance.domain.records import Knowledge, Text
from limits.domain.judging import RANK, RESIDUAL

BAND_WORDS = {
    "stated": Text("放款方已说明", "stated by the lender"),
    "documented": Text("有文件可核", "documented"),
    "likely": Text("较可能", "more likely"),
    "possible": Text("有可能", "possible"),
    "weak": Text("线索太少", "too few clues"),
    "unsupported": Text("不支持", "not supported"),
    "ruled-out": Text("与记录矛盾", "contradicted by the record"),
}
PAPERS = {
    "stated": Text("放款方有书面说明", "the lender said so in writing"),
    "documented": Text("你有文件可以核对", "you have a document to check it"),
}
RULES_CHANGED = Text("本站更新了排序规则", "our rules for the order were updated")


@dataclass(frozen=True, slots=True)
class Told:
    """One cause as it was told: its clues by code with sentence and weight."""

    slug: str
    title: Text
    band: str
    clues: Mapping[str, tuple[Text, int]]


def moves(old: Iterable[Told], new: Iterable[Told]) -> tuple[Text, ...]:
    """A sentence for every cause whose band moved, in the new order, the lost ones last."""
    before = {cause.slug: cause for cause in old if cause.slug != RESIDUAL}
    after = {cause.slug: cause for cause in new if cause.slug != RESIDUAL}
    slugs = [*after, *(slug for slug in before if slug not in after)]
    return tuple(
        _sentence(before.get(slug), after.get(slug))
        for slug in slugs
        if _band(before.get(slug)) != _band(after.get(slug))
    )


def difference_of(
    old_result: Mapping[str, Any], new_result: Mapping[str, Any], knowledge: Knowledge
) -> tuple[Text, ...]:
    """What moved between two stored results, as sentences; nothing of theirs is computed again.

    The results are mappings with `causes`, each with slug, band, and `supporting` and `opposing`
    clues (signal, zh, en, weight). Titles are today's; a cause that no longer exists keeps its
    slug. May quote sensitive answers: for the person's own eyes, never to be stored or sent.
    """
    return moves(_stored(old_result, knowledge), _stored(new_result, knowledge))


def _stored(result: Mapping[str, Any], knowledge: Knowledge) -> list[Told]:
    return [
        Told(
            slug=row["slug"],
            title=_title(row["slug"], knowledge),
            band=row["band"],
            clues={
                item["signal"]: (Text(item["zh"], item["en"]), item["weight"])
                for item in (*row["supporting"], *row["opposing"])
            },
        )
        for row in result["causes"]
    ]


def _title(slug: str, knowledge: Knowledge) -> Text:
    cause = knowledge.causes.get(slug)
    return cause.title if cause else Text(slug, slug)


def _band(cause: Told | None) -> str:
    return cause.band if cause else ""


def _sentence(was: Told | None, now: Told | None) -> Text:
    cause = now or was
    assert cause is not None
    moved, why = _movement(_band(was), _band(now)), tuple(_reasons(was, now)) or (RULES_CHANGED,)
    return Text(
        f"「{cause.title.zh}」{moved.zh}，因为{'；'.join(text.zh for text in why)}。",
        f"“{cause.title.en}” {moved.en}, because: {'; '.join(text.en for text in why)}.",
    )


def _movement(was: str, now: str) -> Text:
    if not now:
        return Text("不再列出", "is no longer listed")
    new = BAND_WORDS[now]
    if not was:
        return Text(f"现在列为「{new.zh}」", f"is now listed as “{new.en}”")
    old, up = BAND_WORDS[was], RANK[now] < RANK[was]
    return Text(
        f"从「{old.zh}」{'升到' if up else '降到'}「{new.zh}」",
        f"went {'up' if up else 'down'} from “{old.en}” to “{new.en}”",
    )


def _reasons(was: Told | None, now: Told | None) -> Iterator[Text]:
    """The paper that counts now or no more, the clues that came, went or weigh differently."""
    if paper := PAPERS.get(_band(now)):
        yield paper
    elif paper := PAPERS.get(_band(was)):
        yield Text(f"不再算作：{paper.zh}", f"this no longer counts: {paper.en}")
    had, has = was.clues if was else {}, now.clues if now else {}
    for code, (text, weight) in has.items():
        if code not in had:
            yield text
        elif had[code][1] != weight:
            yield _reweighed(text, had[code][1], weight)
    for code, (text, _weight) in had.items():
        if code not in has:
            yield Text(f"不再有这条线索：{text.zh}", f"this clue is gone: {text.en}")


def _reweighed(text: Text, was: int, now: int) -> Text:
    return Text(
        f"本站把这条线索的分值从 {was:+} 改为 {now:+}：{text.zh}",
        f"we changed the points of this clue from {was:+} to {now:+}: {text.en}",
    )
