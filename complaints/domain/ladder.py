"""Where else a complaint can go: the channels that suit, in order, with their periods. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.domain.bases import concerns
from guidance.domain.records import Channel, Institution, Knowledge, Rule

TO_INSTITUTION = ("C01", "C02")
TO_REGULATOR = frozenset({"C05", "C06", "C07", "C08", "C10", "C11"})
REGULATOR, UNKNOWN = "regulator", "unknown"
AUTHORITIES = ("nfra", "pboc", "pbccrc", "samr", "cac")
# The institution first, then who supervises it, then what is about records or data, mediation,
# reports, and last courts. An institution on record has its own order (institutions.yaml).
ORDER = (
    *("C01", "C02", "C05", "C04", "C08", "C11", "C09", "C10", "C14", "C15"),
    *("C03", "C06", "C07", "C12", "C13", "C16", "C17", "C18", "C19"),
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One channel, the periods that may run there, and to whom it usually goes."""

    channel: Channel
    rules: tuple[Rule, ...]
    recipient: str
    is_taken: bool


def rungs(
    licence: str,
    respondent: str,
    institution: Institution | None,
    taken: Iterable[str],
    institution_rule: str,
    known: Knowledge,
) -> tuple[Rung, ...]:
    """Channels for a complaint about this institution, in order; those of `taken` are marked.

    A review (行政复议) is of what a regulator did: only once a regulator was asked.
    """
    used = frozenset(taken)
    own = institution.channels if institution else ()
    codes = dict.fromkeys([*own, *ORDER, *known.channels])
    asked_regulator = bool(used & TO_REGULATOR)
    return tuple(
        Rung(
            channel,
            rules_of(channel, licence, institution_rule, known),
            _recipient(channel, respondent, institution, known),
            code in used,
        )
        for code in codes
        if (channel := known.channels.get(code)) is not None
        and _is_open(channel, licence, asked_regulator)
    )


def _is_open(channel: Channel, licence: str, asked_regulator: bool) -> bool:
    """Whoever it is: a person whose contract names no licence still writes to the institution."""
    if licence == UNKNOWN and channel.code in TO_INSTITUTION:
        return True
    if asked_regulator and concerns(channel.respondents, REGULATOR):
        return True
    return concerns(channel.respondents, licence)


def rules_of(
    channel: Channel, licence: str, institution_rule: str, known: Knowledge
) -> tuple[Rule, ...]:
    """Periods for the other side to answer in; terms that bind the person himself are left out."""
    first = (institution_rule,) if channel.code in TO_INSTITUTION else ()
    rows = [known.rules[code] for code in dict.fromkeys([*first, *channel.rules]) if code]
    return tuple(row for row in rows if row.actor != "consumer" and _binds(row, licence))


def _binds(rule: Rule, licence: str) -> bool:
    return rule.actor != "institution" or concerns(rule.applies, licence)


def _recipient(
    channel: Channel, respondent: str, institution: Institution | None, known: Knowledge
) -> str:
    if channel.code in TO_INSTITUTION:
        return respondent
    regulator = institution.regulator if institution else ""
    for slug in filter(None, (regulator, *AUTHORITIES)):
        row = known.institutions.get(slug)
        if row is not None and channel.code in row.channels:
            return row.legal_name.zh
    return channel.title.zh
