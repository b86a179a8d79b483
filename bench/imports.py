"""Tables of changes, parsed and checked as the worker does it, without storing anything."""

import os
import statistics
import sys
import time
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from bench.rounds import head, line  # noqa: E402
from inputs.exports import csv_lines, xlsx_file  # noqa: E402
from limits.importers import MAX_ROWS, checked_table  # noqa: E402
from limits.models import ImportBatch  # noqa: E402
from tests.factories import UserFactory  # noqa: E402

ROUNDS = 5
GOAL = 5_000
TODAY = date(2026, 11, 22)
HEADER = (
    *("产品", "变动前额度", "变动后额度", "变动日期"),
    *("放款机构", "怎么知道的", "对方给出的说法", "备注"),
)


def table() -> list[tuple[str, ...]]:
    """As many rows as may be, all different; every fiftieth has something wrong."""
    return [HEADER, *(_row(number) for number in range(MAX_ROWS))]


def _row(number: int) -> tuple[str, ...]:
    day = TODAY - timedelta(days=number % 2000)
    before = "x" if number % 50 == 0 else f"{number + 1}.50"
    lender = "重庆蚂蚁消费金融有限公司"
    return ("借呗", before, "0", day.isoformat(), lender, "短信", "综合评估未通过", f"第{number}笔")


def rows_a_second(data: bytes, batch: ImportBatch) -> float:
    """Of the worker's own processor time: what else the machine does must not count."""
    figures = []
    for _round in range(ROUNDS):
        started = time.process_time()
        _report, rows = checked_table(data, batch, TODAY, lambda *_progress: None)
        figures.append(len(rows) / (time.process_time() - started))
    return statistics.median(figures)


def main() -> None:
    head(f"imports, rows a second, {MAX_ROWS:,} rows of {len(HEADER)} columns")
    batch = ImportBatch(owner=UserFactory(email=f"{time.time_ns()}@example.org"))
    rows = table()
    text = "".join(csv_lines(rows))
    files = {
        "CSV, UTF-8": text.encode(),
        "CSV, GB18030": text.removeprefix("\ufeff").encode("gb18030"),
        "XLSX": xlsx_file({"1": rows}),
    }
    for name, data in files.items():
        figure = rows_a_second(data, batch)
        line(
            f"parse and check, {name}, {len(data) // 1024:,} KiB", figure, ">= 5000", figure >= GOAL
        )


if __name__ == "__main__":
    sys.exit(main())
