"""A copy of 50 rows and 2 files against one of 5,000 rows and 200 files: peak memory."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL = 1.2  # how many times the memory a hundred times the data may take
FILE_BYTES = 2**20
SIZES = ((50, 2), (5_000, 200))


def main() -> None:
    from bench.rounds import head, line

    head("copy of everything, peak resident memory in MB")
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"DATA_DIR": folder, "DATABASE_URL": ""}
        _run(env, "manage.py", "migrate", "--verbosity", "0")
        _run(env, "manage.py", "sync_content", "--verbosity", "0")
        peaks = []
        for rows, files in SIZES:
            said = _run(env, "-m", "bench.export", str(rows), str(files))
            peak, seconds, size = map(float, said.split()[-3:])
            peaks.append(peak)
            line(f"{rows} rows, {files} files, {seconds:.1f} s, ZIP {size:.0f} MB", peak, "", True)
    times = peaks[1] / peaks[0]
    line("a hundred times the data takes times as much memory", times, f"<= {GOAL}", times <= GOAL)


def _run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return done.stdout


def pack(rows: int, files: int) -> None:
    """In a process of its own: a person with so much, packed; prints what it took."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from accounts.models import Export
    from limits.models import Reading
    from portal import exporting
    from tests.factories import UserFactory, file
    from tests.own_data import DAY, evidence_of

    person = UserFactory(email=f"export-{rows}@example.org")
    case = file(person, key=str(rows))
    given = {"owner": person, "line": case.change.line, "observed_on": DAY, "note": "备注" * 100}
    Reading.objects.bulk_create(Reading(limit_fen=100 * n, **given) for n in range(rows))
    for _number in range(files):
        evidence_of(person, case, os.urandom(FILE_BYTES))
    export = Export.objects.create(owner=person)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts here
    started = time.perf_counter()
    made = exporting.pack(export, lambda *_progress: None)
    print(_peak_mb(), time.perf_counter() - started, made.size / 2**20)


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    pack(int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 1 else main()
