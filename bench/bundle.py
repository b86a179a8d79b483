"""Bundles of 50 and of 500 MB: peak memory of the process that packs, and how long it takes."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL_MB = 60  # how much more memory ten times the evidence may take
PIECE = 2**20
FILE_MB = 20


def main() -> None:
    from bench.rounds import head, line

    head("bundle, peak resident memory in MB")
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"DATA_DIR": folder, "DATABASE_URL": ""}
        _run(env, "manage.py", "migrate", "--verbosity", "0")
        _run(env, "manage.py", "sync_content", "--verbosity", "0")
        peaks = {}
        for megabytes in (50, 500):
            said = _run(env, "-m", "bench.bundle", str(megabytes))
            peak, seconds, size = map(float, said.split()[-3:])
            peaks[megabytes] = peak
            line(f"{megabytes} MB of evidence, {seconds:.1f} s, ZIP {size:.0f} MB", peak, "", True)
    more = peaks[500] - peaks[50]
    line("500 MB takes more than 50 MB by", more, f"<= {GOAL_MB}", more <= GOAL_MB)


def _run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return done.stdout


def pack(megabytes: int) -> None:
    """In a process of its own: make a case with so much evidence, pack it, print what it took."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from complaints import services
    from complaints.documents import bundles
    from tests.factories import UserFactory, file

    person = UserFactory(email=f"bundle-{megabytes}@example.org")
    case = file(person, key=str(megabytes))
    for number in range(max(1, megabytes // FILE_MB)):
        _keep(person, case, number, min(FILE_MB, megabytes))
    row = services.request_document(complaint=case, kind="bundle", masked=False)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts here
    started = time.perf_counter()
    made = bundles.make(row, lambda *_progress: None)
    print(_peak_mb(), time.perf_counter() - started, made.size / 2**20)


def _keep(person: object, case: object, number: int, megabytes: int) -> None:
    """A recording straight into the vault: what it sounds like does not matter here."""
    import hashlib
    import uuid

    from accounts.crypto import FileSealer, new_file_key
    from accounts.keyring import seal_bytes
    from complaints.enums import FileRole
    from complaints.models import Evidence
    from complaints.models.evidence import evidence_place, file_place
    from complaints.vault import files

    public_id, key, digest = uuid.uuid4(), new_file_key(), hashlib.sha256()
    with tempfile.TemporaryFile() as out:
        sealer = FileSealer(out, key, file_place(public_id, FileRole.ORIGINAL))
        for _piece in range(megabytes):
            data = os.urandom(PIECE)
            digest.update(data)
            sealer.write(data)
        sealer.finish()
        name = files.store(out, files.file_name(public_id, FileRole.ORIGINAL))
    Evidence.objects.create(
        public_id=public_id,
        owner=person,
        complaint=case,
        kind="call",
        file_name=f"{number}.mp3",
        position=number,
        state="ready",
        media_type="audio/mpeg",
        size=megabytes * PIECE,
        sha256=digest.hexdigest(),
        sealed_key=seal_bytes(key, evidence_place(public_id), person),
        original=name,
    )


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    pack(int(sys.argv[1])) if len(sys.argv) > 1 else main()
