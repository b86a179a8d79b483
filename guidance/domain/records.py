"""The reviewed records as plain values. One class per file of `guidance/data/`.

Every record says where it comes from (`source`), how well that is documented (`strength`), when it
was checked (`reviewed_on`) and when it must be checked again (`review_due_on`).
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Literal

VERIFIED = frozenset({"V", "V2"})


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages of the site."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    file: ClassVar[str]

    slug: str
    title: Text
    code: str = ""
    source: tuple[str, ...]
    article: str = ""
    strength: str
    reviewed_on: date
    review_due_on: date
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def key(self) -> str:
        """The short id the other records use: the code where there is one."""
        return self.code or self.slug

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Reviewed):
    file: ClassVar[str] = "sources"
    url_note: str = ""
    note: Text
    quote_ok: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution(Reviewed):
    """A legal person. `aliases` are short and former names people and contracts use for it."""

    file: ClassVar[str] = "institutions"
    legal_name: Text
    licence: str
    regulator: str = ""
    channels: tuple[str, ...] = ()
    hotline: str = ""
    hotline_strength: str = ""
    name_strength: str = ""
    aliases: tuple[str, ...] = ()
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Reviewed):
    """`since`: the first day the product is known to have existed, where a source tells."""

    file: ClassVar[str] = "products"
    institutions: tuple[str, ...] = ()
    purpose: Literal["consumer", "business", "mixed"]
    family: str
    own_lender: str = ""
    lender_hint: Text
    on_report: Text
    aliases: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWindow(Reviewed):
    file: ClassVar[str] = "policy_windows"
    from_: date
    to: date
    anchor: Text
    note: Text | None = None

    def contains(self, day: date) -> bool:
        return self.from_ <= day <= self.to


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalKind(Reviewed):
    """`fact` is the event or circumstance a clue is a facet of: clues of one fact are one clue."""

    file: ClassVar[str] = "signals"
    kind: Literal["EV", "TX", "DS", "AN", "BL", "RP", "CR"]
    text: Text
    keywords: tuple[str, ...] = ()
    weightless: bool = False
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    slug: str
    label: Text
    signal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Reviewed):
    file: ClassVar[str] = "questions"
    text: Text
    help: Text
    sensitive: bool = False
    answers: tuple[Choice, ...]

    def signals_for(self, answer: str) -> tuple[str, ...]:
        """Signal codes of an answer slug; none for `unknown`, `skip` and unknown slugs."""
        return next((choice.signal for choice in self.answers if choice.slug == answer), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(Reviewed):
    """`products` the cause can explain, none for all. `unless`: a clue that says nothing about
    this cause where one of the named clues is held."""

    file: ClassVar[str] = "causes"
    group: str
    base: int
    cap: Literal["likely", "possible", "documented"]
    plus: dict[str, int] = field(default_factory=dict)
    minus: dict[str, int] = field(default_factory=dict)
    ruled_out_by: tuple[tuple[str, ...], ...] = ()
    unless: dict[str, tuple[str, ...]] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    sensitive: bool = False
    ask: tuple[str, ...] = ()
    explain: Text
    confirm: tuple[Text, ...]
    ask_lender: tuple[Text, ...]
    do: Text
    tips: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip(Reviewed):
    file: ClassVar[str] = "tips"
    why: Text
    steps: tuple[Text, ...]
    done_when: Text
    keep: Text
    legal_basis: Text
    anchor: str
    due_days: int
    due_unit: Literal["calendar", "working"] = "calendar"
    rrule: str = ""
    effort_minutes: int
    effect: Text
    causes: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    default: bool = False
    needs_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Reviewed):
    file: ClassVar[str] = "facts"
    page: Literal["hurt-record", "why-moved", "what-can-i-do"]
    order: int
    question: Text
    answer: Text
    confidence: Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Reviewed):
    file: ClassVar[str] = "channels"
    accepts: Text
    prerequisite: Text
    contact: Text
    how: tuple[Text, ...]
    respondents: tuple[str, ...]
    rules: tuple[str, ...] = ()
    statutory: bool
    kind: str
    warning: Text | None = None
    text_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A rung of the extension ladder: the whole period counted from the same start."""

    total: int
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Reviewed):
    file: ClassVar[str] = "rules"
    instrument: Text
    trigger: Text
    amount: int | None
    unit: Literal["calendar", "working", "month", "year", "none"]
    start: Literal["next-day"] = "next-day"
    rollover: Literal["yes", "no", "unstated"]
    extensions: tuple[Extension, ...] = ()
    soft: bool = False
    restart_on: Text | None = None
    applies: tuple[str, ...] = ()
    actor: str
    version: str = "1"
    print_article: bool = False
    note: Text
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """`living`: binds only where somebody buys for his living needs (消费者权益保护法第二条)."""

    law: Text
    articles: str
    strength: str
    respondents: tuple[str, ...]
    living: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Reviewed):
    """`letter` speaks to the institution and asks; `duty` only says what the rules say, for an
    authority to read."""

    file: ClassVar[str] = "grounds"
    bases: tuple[Basis, ...]
    letter: Text
    duty: Text | None = None
    realistic: Text
    demands: tuple[str, ...] = ()
    respondents: tuple[str, ...]
    standalone: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Reviewed):
    """`topics` of a case the wizard offers it for, none where only other letters carry it;
    `default_for` those where it is ticked at first; `about_change`: makes no sense without one."""

    file: ClassVar[str] = "demands"
    letter: Text
    grounds: tuple[str, ...]
    respondents: tuple[str, ...]
    realistic: Text
    offered: bool = True
    default: bool = False
    topics: tuple[str, ...] = ()
    default_for: tuple[str, ...] = ()
    about_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Reviewed):
    """What will not work and what to try instead, or what smells of a scam. It blocks nothing.

    It is shown where a pattern is found in the person's own words, a demand is chosen or the
    ledger says so (`facts`); only for these topics and licences, where some are named.
    """

    file: ClassVar[str] = "stops"
    kind: Literal["stop", "scam"]
    patterns: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    facts: tuple[Literal["by-me"], ...] = ()
    topics: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    why: Text
    instead: Text
    examples: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplate(Reviewed):
    """One kind of letter; `slug` is its kind. What depends on the person comes from the case.

    `to` institution: a handler of the person's affairs; bureau: the credit bureau; else the
    authority. `rule` empty: the period of a complaint to this institution. `respondents` are the
    licences it suits, `unsuited` what to do for others. `follows` case: takes up how the first
    complaint was handled; itself: an earlier letter of its own kind. `with_case_demands`: also
    what was asked when the case was filed. `grounds` are cited whatever is asked. `hand_lines`
    are labels with a line to fill in by hand. `items` is the part only the person can write.
    """

    file: ClassVar[str] = "letters"
    purpose: Text
    cannot: Text
    warnings: tuple[Text, ...] = ()
    subject: Text
    subject_without_change: Text | None = None
    to: Literal["institution", "bureau", "nfra", "pboc", "local", "supervisor"]
    channel: str
    rule: str = ""
    respondents: tuple[str, ...]
    unsuited: Text | None = None
    follows: Literal["case", "itself"] = "itself"
    stages: tuple[Literal["first", "overdue", "generic"], ...] = ("first", "overdue", "generic")
    signer: Text
    against: Text | None = None
    hand_lines: tuple[Text, ...] = ()
    openings: dict[str, Text] = field(default_factory=dict)
    asks: tuple[Text, ...] = ()
    demands_title: Text
    demands: tuple[str, ...] = ()
    with_case_demands: bool = False
    grounds: tuple[str, ...] = ()
    items: Text | None = None
    items_help: Text | None = None
    items_required: bool = False
    tells_changes: bool = True
    reply: Text | None = None
    enclosures: Text
    phone_want: Text
    phone_questions: tuple[Text, ...]

    @property
    def to_authority(self) -> bool:
        return self.to not in ("institution", "bureau")


@dataclass(frozen=True, slots=True, kw_only=True)
class Precaution(Reviewed):
    """One thing to do for the safety of account, data and purse; in the order of its section."""

    file: ClassVar[str] = "precautions"
    section: Literal["taken-over", "account", "data", "scam"]
    order: int
    why: Text
    steps: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTerm(Reviewed):
    """One code or word of a credit report in plain words.

    `mark` is the code it stands for in the dictionaries, `printed` how reports spell it. `category`
    is set for reasons of inquiries, and for them only.
    """

    file: ClassVar[str] = "report_terms"
    group: Literal[
        "repayment",
        "account-type",
        "account-state",
        "five-class",
        "business",
        "repayment-way",
        "special",
        "inquiry",
    ]
    mark: str = ""
    printed: tuple[str, ...]
    tone: Literal["normal", "note", "negative", "serious"]
    category: Literal[
        "", "approval", "managing", "merchant", "related", "judicial", "own", "other"
    ] = ""
    explain: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden(Reviewed):
    file: ClassVar[str] = "forbidden"
    pattern: str
    why: Text
    examples: tuple[str, ...]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPattern(Reviewed):
    """A phrase of replies that explains nothing, and what to `ask` next.

    `pattern` is read on folded text (complaints.domain.replies). It holds no unbounded repeat and
    no repeat of a repeat, so that reading takes time in proportion to the text.
    """

    file: ClassVar[str] = "reply_patterns"
    kind: Literal[
        "assessment",
        "system",
        "secret",
        "refusal",
        "agreement",
        "policy",
        "partner",
        "apology",
        "later",
        "blame",
        "handled",
        "not-accepted",
    ]
    pattern: str
    why: Text
    ask: Text
    examples: tuple[str, ...]
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayYear(Reviewed):
    file: ClassVar[str] = "holidays"
    days_off: dict[str, tuple[date, ...]]
    workdays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Holidays:
    """The State Council's calendar for the years it has announced."""

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def is_known(self, day: date) -> bool:
        return day.year in self.years

    def is_rest_day(self, day: date) -> bool:
        """Rest day by the notice; for a year without a notice only the weekend is known."""
        if day in self.worked:
            return False
        return day in self.off or day.weekday() >= 5

    def is_statutory_off(self, day: date) -> bool:
        return day in self.off

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change with the calendar: which one a clock was counted with."""
        days = [sorted(day.isoformat() for day in days) for days in (self.off, self.worked)]
        text = repr((days, sorted(self.years)))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def known_until(self) -> date | None:
        return date(max(self.years), 12, 31) if self.years else None


RECORD_TYPES: tuple[type[Reviewed], ...] = (
    Source,
    Institution,
    Product,
    PolicyWindow,
    SignalKind,
    Question,
    Cause,
    Tip,
    Fact,
    Channel,
    Rule,
    Ground,
    Demand,
    LetterTemplate,
    ReplyPattern,
    Stop,
    Precaution,
    ReportTerm,
    Forbidden,
    HolidayYear,
)


@dataclass(frozen=True)
class Knowledge:
    """All valid reviewed records of one content version.

    Mappings keep the order of the files. `causes`, `questions`, `products` … are by slug;
    `signals`, `tips`, `rules`, `channels` and `grounds` by code, because that is how other records
    name them. `rules` holds the version of each code that is in force now; a period that began
    earlier asks `rule_on`.
    """

    version: str
    sources: dict[str, Source]
    institutions: dict[str, Institution]
    products: dict[str, Product]
    policy_windows: dict[str, PolicyWindow]
    signals: dict[str, SignalKind]
    questions: dict[str, Question]
    causes: dict[str, Cause]
    tips: dict[str, Tip]
    facts: dict[str, Fact]
    channels: dict[str, Channel]
    rules: dict[str, Rule]
    grounds: dict[str, Ground]
    demands: dict[str, Demand]
    letters: dict[str, LetterTemplate]
    reply_patterns: dict[str, ReplyPattern]
    stops: dict[str, Stop]
    precautions: dict[str, Precaution]
    report_terms: dict[str, ReportTerm]
    forbidden: dict[str, Forbidden]
    holidays: Holidays
    rule_versions: dict[str, tuple[Rule, ...]] = field(default_factory=dict)

    def rule_on(self, code: str, day: date) -> Rule | None:
        """The version of a rule in force on `day`; None for a code nobody knows.

        Where no version was, the one that began last before it, else the first to come:
        `is_valid_on` tells, and a clock counted with it is provisional.
        """
        versions = self.rule_versions.get(code, ())
        begun = [rule for rule in versions if (rule.valid_from or date.min) <= day]
        return next(iter(begun[-1:] or versions), None)

    def as_of(self, day: date) -> "Knowledge":
        """The same records with the `rules` in force on `day`."""
        found = {code: self.rule_on(code, day) for code in self.rule_versions}
        return replace(self, rules={code: rule for code, rule in found.items() if rule})
