"""Freezing the facts of a case, and reading them back as typed values."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from complaints.domain.entities import entity_named
from complaints.domain.letter import CaseFacts, ChangeFact
from complaints.domain.letters.choosing import first_letter, route
from complaints.enums import CaseTopic
from complaints.models import Complaint
from guidance import content
from guidance.domain.records import Knowledge, Text
from inputs.dates import day_zh
from limits.models import Assessment, LimitChange, Migration

# The channel is always the institution itself first: it is the party responsible (C01).
FIRST_CHANNEL = "C01"
RULE_BY_LICENCE = {
    "bank": "D01",
    "consumer_finance": "D01",
    "micro_loan": "D28",
}
RULE_OTHERWISE = "D27"
# Kinds of institution letters are written for; to any other it is a letter to an unknown kind.
WRITTEN_TO = frozenset(
    {
        "bank",
        "consumer_finance",
        "micro_loan",
        "payment_institution",
        "platform_assist",
        "credit_bureau",
    }
)
UNKNOWN = "unknown"
BY_NAME = "name:"
QUESTIONS_IN_LETTER = 5
SHOWN_BANDS = ("stated", "documented", "likely", "possible")
SERIES_ROWS = 12


def institution_path(licence: str) -> tuple[str, str]:
    """Channel and deadline rule of a first complaint to this kind of institution."""
    return FIRST_CHANNEL, RULE_BY_LICENCE.get(licence, RULE_OTHERWISE)


def first_path(
    topic: str, licence: str, demands: Iterable[str], has_change: bool, known: Knowledge
) -> tuple[str, str]:
    """Channel and deadline rule of the letter a case is filed with (D14 for a dispute)."""
    template = first_letter(topic, licence, demands, has_change, known)
    return route(template, licence, institution_path(licence)[1])


def path_of(facts: CaseFacts, known: Knowledge) -> tuple[str, str]:
    """`first_path` of a case already frozen."""
    return first_path(facts.topic, facts.licence, facts.demands, bool(facts.changes), known)


def respondent(answers: dict[str, Any], known: Knowledge) -> dict[str, str]:
    """Name, slug and licence of the legal person, from the wizard's answers.

    The name in the person's own contract is printed where it was written. Its licence is that of
    the record, else what the person chose, else a guess from the form of the name.
    """
    chosen, own_name = answers["institution"], answers.get("other_name") or ""
    institution = known.institutions.get(chosen)
    if institution is not None:
        return {
            "name": own_name or institution.legal_name.zh,
            "slug": institution.slug,
            "licence": institution.licence,
        }
    found = entity_named(own_name or chosen.removeprefix(BY_NAME), known)
    licence = answers.get("other_licence") or found.licence
    return {
        "name": found.name,
        "slug": found.slug,
        "licence": licence if licence in WRITTEN_TO else UNKNOWN,
    }


def freeze_facts(
    change: LimitChange | None,
    respondent: dict[str, str],
    answers: dict[str, dict[str, Any]],
    known: Knowledge,
    today: date,
) -> dict[str, Any]:
    """Everything letter and report need, copied: later edits of ledger or content change nothing.

    Without a change `changes` and `series` are empty and the product is what the person named. No
    answer to a sensitive question is copied (product rule); causes carry only what was shown.
    """
    pair = _pair_of(change) if change else None
    is_fall = pair is not None and change is not None and pair.fall_id == change.pk
    assessment = Assessment.objects.filter(change=change).newest().first() if change else None
    causes = _cause_facts(assessment, known)
    topic = topic_of(answers)
    return {
        "written_on": today.isoformat(),
        "topic": topic,
        "respondent": respondent,
        "product": _title(change, known) if change else _named_product(answers["change"], known),
        "changes": [_change_fact(change, known)] if change else [],
        "rise": _change_fact(pair.rise, known) if pair and is_fall else None,
        "fall": _change_fact(pair.fall, known) if pair and not is_fall else None,
        "series": _series(change) if change else [],
        **{
            name: answers["facts"].get(name) or empty
            for name, empty in (("story", ""), ("effect", ""), ("asked_on", None))
        },
        "asked_answer": answers["facts"].get("asked_answer") or "",
        "entry": _entry(answers["facts"]) if topic == CaseTopic.RECORD else None,
        "matter": _matter(topic, answers["facts"]),
        **{name: answers["contact"][name] for name in ("name", "contact", "contract_no")},
        "demands": answers["demands"]["demands"],
        "wish": answers["demands"]["wish"],
        "questions": _questions(causes, known),
        "causes": causes,
    }


def topic_of(answers: dict[str, dict[str, Any]]) -> str:
    return answers.get("change", {}).get("topic") or CaseTopic.LIMIT.value


def product_slug(change: LimitChange | None, answers: dict[str, dict[str, Any]]) -> str:
    return change.line.product_slug if change else answers["change"].get("product") or ""


def _named_product(answers: dict[str, Any], known: Knowledge) -> dict[str, str]:
    """What the person called it, else the product he chose; empty where he named none."""
    if name := answers.get("product_name"):
        return {"zh": name, "en": name}
    product = known.products.get(answers.get("product") or "")
    return {"zh": product.title.zh, "en": product.title.en} if product else {"zh": "", "en": ""}


ENTRY = ("report_on", "reporter", "entry", "wrong", "right")


def _entry(answers: dict[str, Any]) -> dict[str, str]:
    """The entry of a credit report a case is about, as the person wrote it."""
    return {name: str(answers.get(name) or "") for name in ENTRY}


def _matter(topic: str, answers: dict[str, Any]) -> str:
    """The part of a letter only the person can write: an entry line by line, or his own text."""
    if topic != CaseTopic.RECORD:
        return answers.get("items") or ""
    entry = _entry(answers)
    day = entry["report_on"]
    rows = (
        ("信用报告日期", day_zh(date.fromisoformat(day)) if day else ""),
        ("报送机构", entry["reporter"]),
        ("哪一条", entry["entry"]),
        ("错在哪里", entry["wrong"]),
        ("应当是", entry["right"]),
    )
    return "\n".join(f"{label}：{value}" for label, value in rows if value)


def _pair_of(change: LimitChange) -> Migration | None:
    """What fell and what appeared, seen from either; only a pair the person did not reject."""
    return (
        Migration.objects.filter(Q(fall=change) | Q(rise=change))
        .filter(fall__superseded_by=None, rise__superseded_by=None)
        .exclude(state="rejected")
        .select_related("fall__line", "rise__line")
        .order_by("-strength", "pk")
        .first()
    )


def _title(change: LimitChange, known: Knowledge) -> dict[str, str]:
    if name := change.line.product_name:
        return {"zh": name, "en": name}
    title = known.products[change.line.product_slug].title
    return {"zh": title.zh, "en": title.en}


def _change_fact(change: LimitChange, known: Knowledge) -> dict[str, Any]:
    return {
        "on": change.effective_on.isoformat(),
        "product": _title(change, known),
        "before_fen": change.before_fen,
        "after_fen": change.after_fen,
        "stated_reason": change.stated_reason,
        "notified": change.notified_how,
    }


def _series(change: LimitChange) -> list[list[Any]]:
    rows = (
        LimitChange.objects.filter(line=change.line)
        .current()
        .newest_first()
        .values_list("effective_on", "before_fen", "after_fen")[:SERIES_ROWS]
    )
    return [[on.isoformat(), before, after] for on, before, after in reversed(rows)]


def _cause_facts(assessment: Assessment | None, known: Knowledge) -> list[dict[str, Any]]:
    """The named causes as shown; what rests on a sensitive answer is left out."""
    if assessment is None:
        return []
    sensitive = {
        code
        for question in known.questions.values()
        if question.sensitive
        for choice in question.answers
        for code in choice.signal
    }
    return [
        {
            "slug": row["slug"],
            "title": {
                "zh": known.causes[row["slug"]].title.zh,
                "en": known.causes[row["slug"]].title.en,
            },
            "band": row["band"],
            "supporting": [item for item in row["supporting"] if item["signal"] not in sensitive],
            "opposing": [item for item in row["opposing"] if item["signal"] not in sensitive],
        }
        for row in assessment.result["causes"]
        if row["slug"] in known.causes
        and not known.causes[row["slug"]].sensitive
        and (row["band"] in SHOWN_BANDS or row["slug"] == "other-unknown")
    ]


def _questions(causes: list[dict[str, Any]], known: Knowledge) -> list[dict[str, str]]:
    """What to ask the lender: the reviewed questions of the named causes, each once."""
    asked: dict[str, dict[str, str]] = {}
    for row in causes:
        for text in known.causes[row["slug"]].ask_lender[:2]:
            asked.setdefault(text.zh, {"zh": text.zh, "en": text.en})
    return list(asked.values())[:QUESTIONS_IN_LETTER]


def case_facts(complaint: Complaint) -> CaseFacts:
    """The frozen JSON as typed values."""
    facts = complaint.facts
    return CaseFacts(
        receipt_no=complaint.receipt_no,
        written_on=date.fromisoformat(facts["written_on"]),
        name=facts["name"],
        contact=facts["contact"],
        contract_no=facts["contract_no"],
        respondent=facts["respondent"]["name"],
        licence=facts["respondent"]["licence"],
        product=Text(**facts["product"]),
        changes=tuple(_typed_change(row) for row in facts["changes"]),
        rise=_typed_change(facts["rise"]) if facts["rise"] else None,
        fall=_typed_change(facts["fall"]) if facts.get("fall") else None,
        story=facts["story"],
        effect=facts["effect"],
        asked_on=date.fromisoformat(facts["asked_on"]) if facts["asked_on"] else None,
        asked_answer=facts["asked_answer"],
        demands=tuple(facts["demands"]),
        wish=facts["wish"],
        questions=tuple(Text(**row) for row in facts["questions"]),
        purpose=_purpose(complaint.product_slug),
        topic=facts.get("topic", CaseTopic.LIMIT.value),
        matter=facts.get("matter", ""),
    )


def _purpose(product_slug: str) -> str:
    product = content.current().products.get(product_slug)
    return product.purpose if product else "consumer"


def _typed_change(row: dict[str, Any]) -> ChangeFact:
    return ChangeFact(
        on=date.fromisoformat(row["on"]),
        product=Text(**row["product"]),
        before_fen=row["before_fen"],
        after_fen=row["after_fen"],
        stated_reason=row["stated_reason"],
        notified=row["notified"],
    )
