"""Phrases that would be wrong in law: refused in our sentences, hinted at in the person's own."""

import re
from dataclasses import dataclass

from guidance.domain.records import Knowledge, Text


@dataclass(frozen=True, slots=True)
class Finding:
    """A forbidden phrase that was found, and why it must not stand in a letter."""

    slug: str
    phrase: str
    why: Text


class LintError(ValueError):
    """A sentence of ours would be wrong in law; the message names the rules, not the text."""


def lint(text: str, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Forbidden phrases in a text, in the order of the records."""
    return tuple(
        Finding(record.slug, found.group(0)[:80], record.why)
        for record in knowledge.forbidden.values()
        if (found := re.search(record.pattern, text)) is not None
    )
