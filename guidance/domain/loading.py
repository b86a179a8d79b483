"""From the mappings of the YAML files to `Knowledge`, whole or not at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import msgspec

from guidance.domain.records import (
    RECORD_TYPES,
    Cause,
    Channel,
    Demand,
    Fact,
    Forbidden,
    Ground,
    Holidays,
    HolidayYear,
    Institution,
    Knowledge,
    LetterTemplate,
    PolicyWindow,
    Precaution,
    Product,
    Question,
    ReplyPattern,
    ReportTerm,
    Reviewed,
    Rule,
    SignalKind,
    Source,
    Stop,
    Tip,
)
from guidance.domain.rules import rule_versions, version_problems

T = TypeVar("T", bound=Reviewed)
RENAMED = {"from": "from_"}
# A reply is anybody's text: a pattern over it must not take more than its length in time.
UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")
BY_FILE: dict[str, type[Reviewed]] = {record.file: record for record in RECORD_TYPES}


@dataclass(frozen=True)
class Problem:
    file: str
    record: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.file}.yaml" + (f":{self.line}" if self.line else "")
        return f"{place}: {self.record}: {self.message}"


class ContentError(Exception):
    """The content cannot be loaded; `problems` names every place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def parse_record(record_type: type[T], raw: Mapping[str, Any]) -> T:
    """One mapping as its record type. Raises ValueError with the path of what is wrong."""
    mapping = {RENAMED.get(key, key): value for key, value in raw.items() if key != "__line__"}
    known = {item.name for item in fields(record_type)}
    if unknown := sorted(set(mapping) - known):
        raise ValueError(f"unknown key {', '.join(unknown)}")
    return msgspec.convert(mapping, type=record_type)


def build_knowledge(files: Mapping[str, Iterable[Mapping[str, Any]]], version: str) -> Knowledge:
    """All records, checked against each other. Raises ContentError naming every problem.

    Nothing here knows today: `rules` holds the newest version of each code until `as_of` is asked.
    """
    problems: list[Problem] = []
    parsed: dict[str, list[Reviewed]] = {}
    lines: dict[tuple[str, str], int | None] = {}
    for file, record_type in BY_FILE.items():
        parsed[file] = []
        for raw in files.get(file, ()):
            name = str(raw.get("slug", "?"))
            lines[file, name] = raw.get("__line__")
            try:
                parsed[file].append(parse_record(record_type, raw))
            except (ValueError, TypeError) as error:
                problems.append(Problem(file, name, raw.get("__line__"), str(error)))
    for file in set(files) - set(BY_FILE):
        problems.append(Problem(file, "-", None, "no such kind of record"))
    if problems:
        raise ContentError(problems)

    def of(kind: type[T], *, by_code: bool = False) -> dict[str, T]:
        rows: dict[str, T] = {}
        for row in parsed[kind.file]:
            assert isinstance(row, kind)
            key = row.key if by_code else row.slug
            if key in rows:
                problems.append(
                    Problem(kind.file, row.slug, lines[kind.file, row.slug], f"{key} stands twice")
                )
            rows[key] = row
        return rows

    versions = rule_versions(of(Rule).values())
    knowledge = Knowledge(
        version=version,
        sources=of(Source, by_code=True),
        institutions=of(Institution),
        products=of(Product),
        policy_windows=of(PolicyWindow, by_code=True),
        signals=of(SignalKind, by_code=True),
        questions=of(Question),
        causes=of(Cause),
        tips=of(Tip, by_code=True),
        facts=of(Fact),
        channels=of(Channel, by_code=True),
        rules={code: rows[-1] for code, rows in versions.items()},
        grounds=of(Ground, by_code=True),
        demands=of(Demand),
        letters=of(LetterTemplate),
        reply_patterns=of(ReplyPattern),
        stops=of(Stop),
        precautions=of(Precaution),
        report_terms=of(ReportTerm),
        forbidden=of(Forbidden),
        holidays=_holidays(of(HolidayYear).values()),
        rule_versions=versions,
    )
    problems += [
        Problem(file, record, lines.get((file, record)), message)
        for file, record, message in _broken_references(knowledge)
    ]
    if problems:
        raise ContentError(problems)
    return knowledge


def _holidays(years: Iterable[HolidayYear]) -> Holidays:
    rows = list(years)
    return Holidays(
        off=frozenset(day for row in rows for days in row.days_off.values() for day in days),
        worked=frozenset(day for row in rows for day in row.workdays),
        years=frozenset(int(row.slug) for row in rows),
    )


def _broken_references(known: Knowledge) -> Iterable[tuple[str, str, str]]:
    """(file, record, message) for every id that names nothing and every broken pattern."""
    for slug, message in version_problems(known.rule_versions):
        yield "rules", slug, message
    for cause in known.causes.values():
        codes = {
            *cause.plus,
            *cause.minus,
            *(code for group in cause.ruled_out_by for code in group),
        }
        yield from _missing("causes", cause.slug, "signal", codes, known.signals)
        yield from _missing("causes", cause.slug, "question", cause.ask, known.questions)
        yield from _missing("causes", cause.slug, "tip", cause.tips, known.tips)
        yield from _missing("causes", cause.slug, "ground", cause.grounds, known.grounds)
        yield from _missing("causes", cause.slug, "source", cause.source, known.sources)
        for code, weight in cause.plus.items():
            if weight <= 0:
                yield "causes", cause.slug, f"plus {code} must be above 0"
        for code, weight in cause.minus.items():
            if weight >= 0:
                yield "causes", cause.slug, f"minus {code} must be below 0"
    for question in known.questions.values():
        codes = {code for choice in question.answers for code in choice.signal}
        yield from _missing("questions", question.slug, "signal", codes, known.signals)
    for signal in known.signals.values():
        for pattern in signal.keywords:
            yield from _pattern("signals", signal.slug, pattern)
    for tip in known.tips.values():
        yield from _missing("tips", tip.slug, "cause", tip.causes, known.causes)
    for institution in known.institutions.values():
        yield from _missing(
            "institutions", institution.slug, "channel", institution.channels, known.channels
        )
        if institution.regulator:
            yield from _missing(
                "institutions",
                institution.slug,
                "regulator",
                [institution.regulator],
                known.institutions,
            )
    for product in known.products.values():
        names = {*product.institutions, *filter(None, [product.own_lender])}
        yield from _missing("products", product.slug, "institution", names, known.institutions)
    for channel in known.channels.values():
        yield from _missing("channels", channel.slug, "rule", channel.rules, known.rules)
    for ground in known.grounds.values():
        yield from _missing("grounds", ground.slug, "demand", ground.demands, known.demands)
    for demand in known.demands.values():
        yield from _missing("demands", demand.slug, "ground", demand.grounds, known.grounds)
    for letter in known.letters.values():
        yield from _missing("letters", letter.slug, "channel", [letter.channel], known.channels)
        yield from _missing("letters", letter.slug, "demand", letter.demands, known.demands)
        yield from _missing("letters", letter.slug, "ground", letter.grounds, known.grounds)
        rule = [letter.rule] if letter.rule else []
        yield from _missing("letters", letter.slug, "rule", rule, known.rules)
    for stop in known.stops.values():
        yield from _missing("stops", stop.slug, "demand", stop.demands, known.demands)
        for pattern in stop.patterns:
            yield from _pattern("stops", stop.slug, pattern)
    for phrase in known.forbidden.values():
        yield from _pattern("forbidden", phrase.slug, phrase.pattern)
    for said in known.reply_patterns.values():
        yield from _pattern("reply_patterns", said.slug, said.pattern)
        if UNBOUNDED.search(said.pattern):
            yield "reply_patterns", said.slug, "pattern has an unbounded repeat"
    yield from _term_problems(known.report_terms.values())
    if "other-unknown" not in known.causes:
        yield "causes", "other-unknown", "must always exist"


def _term_problems(terms: Iterable[ReportTerm]) -> Iterable[tuple[str, str, str]]:
    """One spelling means one thing in its group, and every reason of an inquiry has a category."""
    seen: set[tuple[str, str]] = set()
    for term in terms:
        if not term.printed:
            yield "report_terms", term.slug, "has no printed text"
        if bool(term.category) != (term.group == "inquiry"):
            yield "report_terms", term.slug, "category is for inquiries, and for all of them"
        for text in term.printed:
            if (term.group, text) in seen:
                yield "report_terms", term.slug, f"{text} stands twice in {term.group}"
            seen.add((term.group, text))


def _missing(
    file: str, record: str, kind: str, names: Iterable[str], known: Mapping[str, object]
) -> Iterable[tuple[str, str, str]]:
    for name in sorted(set(names) - set(known)):
        yield file, record, f"no {kind} {name}"


def _pattern(file: str, record: str, pattern: str) -> Iterable[tuple[str, str, str]]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield file, record, f"pattern {pattern!r}: {error}"
