"""The engine of explanation, in process."""

import os
import sys
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from bench.rounds import head, line, milliseconds  # noqa: E402
from guidance import content  # noqa: E402
from guidance.domain.records import Knowledge  # noqa: E402
from limits.domain.causes import next_question, rank_causes  # noqa: E402
from limits.domain.explanation import explain  # noqa: E402
from limits.domain.signals import Change, Signal  # noqa: E402


def explanations(known: Knowledge) -> None:
    """Ranking and next question from clues; then everything for one change among fifty."""
    signals = [Signal(code, kind.text, "bench") for code, kind in known.signals.items()]
    ranking = milliseconds(lambda: rank_causes(signals[:60], known))
    line(f"P10 rank {len(known.causes)} causes from 60 signals", ranking, "<= 2", ranking <= 2)
    for count in (12, 60):
        question = milliseconds(lambda count=count: next_question(signals[:count], {}, known))
        line(f"P10 next question after {count} signals", question, "<= 10", question <= 10)
    changes = fifty_changes(list(known.products))
    whole = milliseconds(lambda: explain(changes, {"late": "none"}, known))
    line("explain one change among 50 of two months, pairs too", whole, "<= 20", whole <= 20)


def fifty_changes(products: list[str]) -> list[Change]:
    """Falls and rises in turn over all products, every one with a lender and a notice."""
    return [
        Change(
            product=products[number % len(products)],
            before_fen=5_000_000 * (number % 2),
            after_fen=5_000_000 * ((number + 1) % 2) + number * 100,
            effective_on=date(2026, 1, 1) + timedelta(days=number % 60),
            stated_reason="综合评估未通过",
            lender="某银行",
            key=str(number),
        )
        for number in range(50)
    ]


def main() -> None:
    head("engine, milliseconds")
    explanations(content.current())


if __name__ == "__main__":
    sys.exit(main())
