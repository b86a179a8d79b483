"""Which letters suit an institution, where they go and which period runs."""

from collections.abc import Iterable
from dataclasses import replace

from complaints.domain.bases import concerns
from guidance.domain.records import Knowledge, LetterTemplate

UNKNOWN, BUREAU = "unknown", "credit_bureau"
# The letter a case is filed with; data by what is asked, everything else by the complaint.
FIRST_LETTER = {"line": "close-line", "record": "dispute"}
COMPLAINT, EXPLAIN, COPY = "complaint", "explain", "copy"
ABOUT_A_DECISION = frozenset({"explain-reason", "human-review"})
# 小额贷款公司监督管理暂行办法第六条: the provincial authority supervises, so it takes the report.
LOCAL_REPORT = ("C11", "D28")


def suits(template: LetterTemplate, licence: str) -> bool:
    """Whether this kind of letter makes sense about this kind of institution."""
    return concerns(template.respondents, licence)


def first_letter(
    topic: str, licence: str, demands: Iterable[str], has_change: bool, known: Knowledge
) -> LetterTemplate:
    """The letter a case of this topic is filed with, fitted to its respondent.

    征信业管理条例第二十五条: a dispute may go to the bureau or to who reported; to the latter it is
    a letter to an institution, which has the identity of its customer on file.
    """
    kind = FIRST_LETTER.get(topic, COMPLAINT)
    if topic == "data":
        kind = EXPLAIN if ABOUT_A_DECISION & set(demands) else COPY
    template = known.letters[kind]
    if not suits(template, licence):
        template = known.letters[COMPLAINT]
    if template.to == "bureau" and licence != BUREAU:
        template = replace(template, to="institution", hand_lines=())
    told = has_change and (template.tells_changes or topic == "line")
    return replace(template, with_case_demands=True, tells_changes=told)


def licence_of_reader(template: LetterTemplate, licence: str) -> str:
    """Whom the cited rules must bind: the institution, or the bureau that reads a dispute."""
    return BUREAU if template.to == "bureau" else licence


def demands_of(template: LetterTemplate, licence: str, known: Knowledge) -> tuple[str, ...]:
    """The points of a kind that concern this licence; all where the licence is not known."""
    licence = licence_of_reader(template, licence)
    return tuple(
        slug
        for slug in template.demands
        if licence == UNKNOWN or concerns(known.demands[slug].respondents, licence)
    )


def route(template: LetterTemplate, licence: str, institution_rule: str) -> tuple[str, str]:
    """Channel and deadline rule; `institution_rule` is that of a complaint to the institution."""
    if template.to == "supervisor" and licence == "micro_loan":
        return LOCAL_REPORT
    return template.channel, template.rule or institution_rule


def addressee(template: LetterTemplate, respondent: str, regulator: str, known: Knowledge) -> str:
    """The full name that stands under “致”; empty where only the person can know it.

    `regulator` is the slug of the institution's regulator, where it is on record.
    """
    if template.to == "institution":
        return respondent
    if template.to == "bureau":
        return known.institutions["pbccrc"].legal_name.zh
    slug = {"nfra": "nfra", "pboc": "pboc"}.get(template.to, regulator)
    return known.institutions[slug].legal_name.zh if slug in known.institutions else ""


def kinds_for(
    licence: str, known: Knowledge
) -> tuple[tuple[LetterTemplate, ...], tuple[LetterTemplate, ...]]:
    """Letters that suit and letters that do not, each in the order of the records."""
    rows: Iterable[LetterTemplate] = known.letters.values()
    return (
        tuple(row for row in rows if suits(row, licence)),
        tuple(row for row in rows if not suits(row, licence)),
    )
