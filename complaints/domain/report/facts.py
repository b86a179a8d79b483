"""Everything a report is made from, as typed values. Sensitive answers are never among them."""

from dataclasses import dataclass, field
from datetime import date

from complaints.domain.letters.facts import CaseFacts
from guidance.domain.records import Text


@dataclass(frozen=True, slots=True)
class CauseFact:
    """One ranked cause as it was shown when the case was filed."""

    slug: str
    title: Text
    band: str
    supporting: tuple[Text, ...]
    opposing: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ClockFact:
    """The period to expect of a first filing; `due_on` None where the law names no days."""

    title: Text
    instrument: Text
    due_on: date | None
    certainty: str
    steps: tuple[Text, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class StepFact:
    """One filing to one channel. `arithmetic` spells out how `due_on` was counted.

    `last_due_on` is the day that counts, after extensions; `is_overdue` on the day of the report.
    """

    channel: Text
    recipient: str
    sent_on: date | None
    sent_how: str
    received_on: date | None
    reference_no: str
    due_on: date | None
    last_due_on: date | None
    certainty: str
    arithmetic: tuple[Text, ...]
    source: Text
    rule: str
    extensions: tuple[tuple[date, date, str], ...] = ()
    restarted_on: date | None = None
    restart_reason: str = ""
    answered_on: date | None = None
    answer: str = ""
    reply_kind: str = ""
    is_final: bool = False
    ended_on: date | None = None
    ended_why: str = ""
    proof: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class MessageFact:
    """One call, message or letter. `of_reply`: it is the reply of a step, told there as well."""

    number: str
    on: date
    way: str
    with_whom: str
    reference_no: str
    text: str
    evidence: tuple[str, ...] = ()
    of_reply: bool = False


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A question and what came of it, in the person's own judgement; `message` is the number of
    the one that answered it, `why` why an answer is none."""

    text: str
    state: str
    is_answered: bool
    message: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class LetterFact:
    """A letter as it was frozen."""

    on: date
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class MoveFact:
    """The case filed, ended, or taken up again."""

    on: date
    what: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """One file of the evidence index; `note` says what is wrong with it."""

    number: str
    name: str
    kind: str
    taken_on: str
    received_on: str
    pages: int
    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PictureFact:
    """A picture of the annex. `key` and `shown_sha256` say which stored copy is shown; `parts` in
    how many pieces, because a long screenshot fits no page; `missing` why there is none."""

    key: str
    number: str
    name: str
    taken_on: str
    sha256: str
    role: str = ""
    shown_sha256: str = ""
    parts: int = 1
    is_wide: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Verify:
    """Where anybody can check that a copy of the document is genuine."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Course:
    """What happened after filing, up to the day the report was asked for."""

    steps: tuple[StepFact, ...] = ()
    asked: tuple[AskedFact, ...] = ()
    messages: tuple[MessageFact, ...] = ()
    demands: tuple[tuple[str, str], ...] = ()
    letters: tuple[LetterFact, ...] = ()
    moves: tuple[MoveFact, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """`made_on` is None while it is only asked whether the same content was made before."""

    case: CaseFacts
    series: tuple[tuple[date, int, int], ...]
    causes: tuple[CauseFact, ...]
    clock: ClockFact | None
    evidence: tuple[EvidenceFact, ...]
    facts_sha256: str
    content_version: str
    pictures: tuple[PictureFact, ...] = ()
    course: Course = field(default_factory=Course)
    verify: Verify | None = None
    made_on: date | None = None
    is_masked: bool = False
