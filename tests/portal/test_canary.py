"""A word of one person in every place: after deletion it is nowhere on the disk, and a backup put
back opens nothing of it. Real files and processes; the other person's words stay."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal.canary_world import MINE, THEIRS

ROOT = Path(__file__).parents[2]


def run(folder, step):
    env = os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "EMAIL_URL": "",
        "REDIS_URL": "",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.portal.canary_world", step],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with (folder / "process.log").open("a") as log:
        log.write(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def holding(folder, word):
    """Files that hold the word, also in their names; the name of the database and its log too."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and (word.encode() in path.read_bytes() or word in path.name)
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Built once, copied as a backup, then erased; each test looks at one side of it."""
    folder = tmp_path_factory.mktemp("site")
    run(folder, "build")
    before = {word: holding(folder, word) for word in (MINE, THEIRS)}
    copied = run(folder, "export")
    backup = folder.with_name("backup")
    shutil.copytree(folder, backup)
    erased = run(folder, "erase")
    return {
        "folder": folder,
        "backup": backup,
        "before": before,
        "export": copied,
        "erased": erased,
    }


def test_the_words_were_there_before(story):
    assert any(name.startswith("portal.sqlite3") for name in story["before"][MINE])
    assert any(name.startswith("mail/") for name in story["before"][MINE])


def test_the_export_holds_all_of_ones_own_and_nothing_of_another(story):
    assert story["export"]["theirs"] == []
    assert {"index.html", "data/complaints.Message.json", "data/accounts.User.json"} <= set(
        story["export"]["mine"]
    )


def test_after_deletion_the_word_is_nowhere_on_the_disk(story):
    assert story["erased"]["state"] == "done"
    assert holding(story["folder"], MINE) == []


def test_of_the_other_person_everything_is_still_there(story):
    left = set(holding(story["folder"], THEIRS))
    assert {name for name in story["before"][THEIRS] if not name.endswith(("-wal", "-shm"))} <= left


def test_the_key_is_gone_and_a_tombstone_is_there(story):
    keys = story["folder"] / "keys"
    assert len(list((keys / "people").iterdir())) == 1
    assert len(list((keys / "erased").iterdir())) == 1


def test_a_restored_backup_opens_nothing_and_is_erased_again(story, tmp_path):
    """Database and files of before; the keys as they are now."""
    site = tmp_path / "restored"
    shutil.copytree(story["backup"], site)
    whole = run(site, "restored")
    assert {"evidence", "document", "limits.SealedAnswer.sealed"} <= set(whole["opened"])
    shutil.rmtree(site / "keys")
    shutil.copytree(story["folder"] / "keys", site / "keys")
    found = run(site, "restored")
    assert found["rows"][0] > 0
    assert found["opened"] == []
    assert run(site, "prepare") == {"count": 1, "left": False}
    assert [name for name in holding(site, MINE) if not name.startswith("mail/")] == []
