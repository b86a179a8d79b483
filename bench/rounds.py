"""Rounds of A and B in turn; the median of the ratios is the figure."""

import os
import platform
import statistics
import time
from collections.abc import Callable

ROUNDS, SECONDS = 5, 0.6


def rate(call: Callable[[], object]) -> float:
    """Calls a second, over at least SECONDS."""
    count, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < SECONDS:
        call()
        count += 1
    return count / spent


def ratio(call: Callable[[], object], bare: Callable[[], object]) -> float:
    """Rate of `call` as a share of the rate of `bare`, median of interleaved rounds."""
    call(), bare()
    return statistics.median(rate(call) / rate(bare) for _round in range(ROUNDS))


def milliseconds(call: Callable[[], object]) -> float:
    call()
    return 1000 / statistics.median(rate(call) for _round in range(ROUNDS))


def line(row: str, figure: float, goal: str, passed: bool) -> None:
    print(f"{row:<58}{figure:>9.3f}  {goal:<12}{'pass' if passed else 'MISSED'}")


def head(title: str) -> None:
    print(f"\n{title} ({platform.python_version()}, {os.cpu_count()} cores)")
