"""Keeps a fixed list of processes running: start in order, restart what dies, stop in reverse.

`manage.py runall` turns itself into this program. It imports nothing but the standard library: a
supervisor that carries Django costs as much memory as a worker.
"""

import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
START_SECONDS = 60.0
STEADY_SECONDS = 30.0  # a process that lived this long starts again without a pause
LONGEST_PAUSE = 30.0
EARLY_DEATHS = 3  # so many before the first "ready" mean that it will not come


class StartFailed(Exception):
    """A service did not come up; the message names it."""


@dataclass(frozen=True)
class Service:
    """One process: the next one starts once `socket` says PONG and `url` answers 200."""

    name: str
    command: list[str]
    socket: str = ""
    url: tuple[str, int, str, str] | None = None  # address, port, path, Host header
    stop_seconds: float = 20

    def is_up(self) -> bool:
        return (not self.socket or says_pong(self.socket)) and (
            self.url is None or answers_ok(*self.url)
        )


def says_pong(path: str) -> bool:
    """True when a Redis-like server answers on the socket (not while it still loads its file)."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            client.connect(path)
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def answers_ok(address: str, port: int, path: str, host: str) -> bool:
    asked = http.client.HTTPConnection(address, port, timeout=2)
    try:
        asked.request("GET", path, headers={"Host": host})
        return asked.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


@dataclass
class Running:
    """A service and its process, if it has one just now."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    start_at: float = 0
    deaths: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own commands)
            self.service.command,
            stdin=subprocess.DEVNULL,
            cwd=BASE_DIR,
            start_new_session=True,  # Ctrl-C reaches only us, and we stop them in order
            preexec_fn=_die_with(os.getpid()),  # safe: the supervisor has one thread
        )

    def is_waiting(self) -> bool:
        return self.process is None and self.started_at > 0 and self.start_at <= time.monotonic()

    def bury(self, dead: subprocess.Popen[bytes]) -> None:
        """Clear up after a death and set when to start again: 0.5 s, doubled, 30 s at most."""
        steady = time.monotonic() - self.started_at > STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        pause = 0.0 if steady else min(0.5 * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self.start_at = time.monotonic() + pause
        _kill_session(dead.pid)
        self.process = None

    def stop(self) -> None:
        """SIGTERM, wait, then kill -9 for the process and whatever it left."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.service.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
        _kill_session(self.process.pid)
        self.process.wait()
        self.process = None


def _kill_session(leader: int) -> None:
    """End the children of a process that is gone: they stayed in the session we gave it."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _die_with(parent: int) -> Callable[[], None] | None:
    """On Linux, have the kernel stop the child when we are killed with -9 ourselves."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return before_exec


@dataclass
class Supervisor:
    """`run` returns after SIGTERM or Ctrl-C, with nothing left running."""

    running: list[Running]
    stopping: bool = field(default=False, init=False)

    def run(self, ready: str) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._start_all()
            if not self.stopping:
                print(ready, flush=True)
            while not self.stopping:
                self._restart_the_dead()
                time.sleep(0.2)
        finally:
            for one in reversed(self.running):
                one.stop()

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _start_all(self) -> None:
        for one in self.running:
            if self.stopping:
                return
            one.start()
            self._wait_for(one)

    def _wait_for(self, one: Running) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.stopping and not one.service.is_up():
            self._restart_the_dead()
            if one.deaths >= EARLY_DEATHS or time.monotonic() > deadline:
                raise StartFailed(one.service.name)
            time.sleep(0.1)

    def _restart_the_dead(self) -> None:
        for one in self.running:
            if one.process is not None and one.process.poll() is not None:
                print(f"{one.service.name} ended ({one.process.returncode})", flush=True)
                one.bury(one.process)
            elif one.is_waiting():
                one.start()


def become(services: list[Service], ready: str) -> None:
    """Turn this process into the supervisor; does not return."""
    spec = json.dumps([asdict(service) for service in services])
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", __file__, ready, spec])  # noqa: S606


def main(ready: str, spec: str) -> int:
    services = [Service(**fields) for fields in json.loads(spec)]
    try:
        Supervisor([Running(service) for service in services]).run(ready)
    except StartFailed as failure:
        print(f"{failure} did not start; its messages are above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
