"""What a letter is made from: the case, what became of it, and what the person wrote himself."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from complaints.domain.letters.choosing import licence_of_reader
from guidance.domain.records import LetterTemplate, Rule, Text

Stage = Literal["first", "overdue", "generic"]


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """One change as the ledger has it; amounts in 分."""

    on: date
    product: Text
    before_fen: int
    after_fen: int
    stated_reason: str
    notified: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The frozen facts of a case, as typed values. `purpose` is that of the product.

    `rise` is what appeared elsewhere when the limit of the case fell, `fall` the other way round.

    `changes` is empty where a case is about no change of the ledger; `matter` is, in the
    person's own words, the entry, line or data the case is about.
    """

    receipt_no: str
    written_on: date
    name: str
    contact: str
    contract_no: str
    respondent: str
    licence: str
    product: Text
    changes: tuple[ChangeFact, ...]
    rise: ChangeFact | None
    story: str
    effect: str
    asked_on: date | None
    asked_answer: str
    demands: tuple[str, ...]
    wish: str
    questions: tuple[Text, ...]
    evidence: tuple[str, ...] = ()
    purpose: str = "consumer"
    topic: str = "limit"
    matter: str = ""
    fall: ChangeFact | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier filing and what became of it.

    `due_on` and its `instrument` only where a checked rule with a number of days binds; `extended`
    when the other side said that it needs longer, and `due_on` is the later day. `what` was filed:
    a complaint, or the dispute of an entry.
    """

    recipient: str
    sent_on: date
    received_on: date | None
    reference_no: str
    due_on: date | None
    instrument: str
    extended: bool
    answered_on: date | None
    answer: str
    unanswered: tuple[str, ...]
    what: str = "投诉"


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """Everything one letter is made from. `items` and `questions` are the person's own words.

    `points` are the demands of the template that were ticked; `case.licence` is the kind of the
    institution the letter is about, whoever reads it.
    """

    template: LetterTemplate
    case: CaseFacts
    addressee: str
    stage: Stage = "first"
    earlier: Earlier | None = None
    points: tuple[str, ...] = ()
    items: str = ""
    questions: tuple[str, ...] = ()
    rule: Rule | None = None

    @property
    def subject(self) -> str:
        """What the letter is about, where it tells no change in other words."""
        other = self.template.subject_without_change
        return other.zh if other and not self.case.changes else self.template.subject.zh

    @property
    def licence(self) -> str:
        return licence_of_reader(self.template, self.case.licence)

    @property
    def demands(self) -> tuple[str, ...]:
        """What is asked of the institution: of the case first, then of this kind of letter."""
        of_case = self.case.demands if self.template.with_case_demands else ()
        return tuple(dict.fromkeys([*of_case, *self.points]))

    @property
    def own_questions(self) -> tuple[str, ...]:
        """What has not been answered; before any answer, what is to be asked."""
        if self.earlier is not None and self.earlier.unanswered:
            return tuple(dict.fromkeys([*self.earlier.unanswered, *self.questions]))
        return self.questions
