"""The supervisor: order, restarts, refusals, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from django.core.management.base import CommandError

from portal import supervisor
from portal.management.commands import runall
from portal.supervisor import Running, Service
from tests.jobs.harness import BASE_DIR, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
# A child that ignores SIGTERM and has a child of its own.
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)",
]


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def one():
    made = []

    def start(command, **options):
        running = Running(Service("x", command, **options))
        running.start()
        made.append(running)
        return running

    yield start
    for running in made:
        running.stop()


def test_a_stubborn_process_and_its_children_are_gone_after_stop(one):
    running = one(STUBBORN, stop_seconds=0.5)
    process = psutil.Process(running.process.pid)
    wait_until(lambda: process.children(), 5)
    family = [process, *process.children()]
    running.stop()
    wait_until(lambda: all(is_gone(member) for member in family), 5)


def test_what_dies_is_started_again_with_longer_and_longer_pauses(one):
    running = one([sys.executable, "-c", ""])
    watched = supervisor.Supervisor([running])
    pauses = []
    for _ in range(3):
        running.process.wait()
        watched._restart_the_dead()
        pauses.append(round(running.start_at - time.monotonic(), 1))
        running.start_at = time.monotonic()
        watched._restart_the_dead()
    assert pauses == [0.5, 1.0, 2.0]


def test_a_service_that_keeps_dying_at_the_start_is_named_and_all_are_stopped(capfd):
    spec = (
        '[{"name": "first", "command": ["sleep", "600"]},'
        ' {"name": "second", "command": ["false"], "socket": "/nowhere"}]'
    )
    command = [sys.executable, "-P", supervisor.__file__, "ready", spec]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "second did not start" in done.stderr
    assert "ready" not in done.stdout


def test_a_second_site_on_the_same_data_is_refused_with_a_sentence(tmp_path):
    first = runall.only_one(tmp_path / "lock")
    with pytest.raises(CommandError, match="already running on"):
        runall.only_one(tmp_path / "lock")
    first.close()
    runall.only_one(tmp_path / "lock").close()


def test_a_taken_port_is_refused_with_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError, match=r"is taken.*Set PORT"):
            runall.refuse_taken_port("127.0.0.1", other.getsockname()[1])


def test_an_address_that_is_not_ours_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match="cannot be used"):
        runall.refuse_taken_port("192.0.2.1", 8000)


# --- the real thing ------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def site():
    """A running site (narrowed to the job table) and its port."""
    port, started = free_port(), []
    with tempfile.TemporaryDirectory(prefix="ll-run-", ignore_cleanup_errors=True) as directory:
        env = {
            **{k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "DATABASE_URL")},
            "DJANGO_SETTINGS_MODULE": "tests.jobs.kill_settings",
            "DATA_DIR": directory,
            "PORT": str(port),
        }
        command = [sys.executable, "manage.py"]
        subprocess.run([*command, "migrate", "-v0"], cwd=BASE_DIR, env=env, check=True)
        with Path(directory, "out").open("wb") as out:
            started = subprocess.Popen(
                [*command, "runall"], cwd=BASE_DIR, env=env, stdout=out, stderr=out
            )
        main = psutil.Process(started.pid)
        try:
            wait_until(lambda: f"ready http://127.0.0.1:{port}" in said(directory), 40)
            yield main, port, lambda: said(directory)
        finally:
            family = [main, *main.children(recursive=True)] if main.is_running() else []
            started.terminate()
            started.wait(60)
            assert all(is_gone(process) for process in family)


def said(directory):
    return Path(directory, "out").read_text()


def lives(port):
    try:
        return (
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2).status == 200
        )
    except OSError:
        return False


@pytest.mark.kill
def test_the_site_survives_the_death_of_each_of_its_processes(site):
    main, port, said = site
    wait_until(lambda: len(main.children(recursive=True)) >= 8, 20)
    before = main.children()
    assert len(before) == 4
    for process in before:
        left = process.children(recursive=True)
        process.kill()
        wait_until(lambda left=left: all(is_gone(child) for child in left), 5)
    wait_until(lambda: lives(port) and len(main.children(recursive=True)) >= 8, 30)
    assert not {process.pid for process in before} & {p.pid for p in main.children()}
    assert all(f"{name} ended (-9)" in said() for name in ("broker", "worker", "beat", "web"))


@pytest.mark.kill
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_nothing_outlives_the_supervisors_own_kill_9(site):
    main, port, _ = site
    family = main.children(recursive=True)
    os.kill(main.pid, signal.SIGKILL)
    wait_until(lambda: all(is_gone(process) for process in family), 20)
    assert not lives(port)
