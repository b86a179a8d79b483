"""`manage.py runall`: the whole site on one machine, without anything else installed."""

import errno
import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import valkey
from portal.supervisor import Service, become, says_pong


class Command(BaseCommand):
    help = "Start broker, worker, beat and web server; restart what dies; Ctrl-C stops everything."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        lock = only_one(settings.DATA_DIR / "runall.lock")
        refuse_taken_port(host, port)
        services = [*broker(), worker(), beat(), web(host, port)]
        os.set_inheritable(lock.fileno(), True)  # the lock goes on with the supervisor, no further
        become(services, f"ready http://{bracketed(host)}:{port}")


def only_one(path: Path) -> IO[str]:
    """Hold the lock file for as long as we live; the kernel frees it, however we end."""
    lock = path.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            f"The site is already running on {path.parent}. Stop it first, or set another DATA_DIR."
        ) from None
    return lock


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = "is taken" if error.errno == errno.EADDRINUSE else "cannot be used"
            raise CommandError(
                f"{host}:{port} {reason} ({error.strerror}). Set PORT or HOST to another address."
            ) from None


def broker() -> list[Service]:
    """The embedded broker; none when REDIS_URL points to one."""
    if not settings.EMBEDDED_REDIS:
        return []
    directory = settings.DATA_DIR / "valkey"
    directory.mkdir(mode=0o700, exist_ok=True)
    path = settings.REDIS_SOCKET
    if says_pong(str(path)):
        raise CommandError(f"A broker already answers on {path}; wait for it to stop.")
    return [Service("broker", valkey.command(path, directory), socket=str(path))]


def celery(app: str, *words: str) -> list[str]:
    command = [sys.executable, "-m", "celery", "-A", app, "--quiet"]
    return [*command, *words, "--loglevel", "WARNING"]


def worker() -> Service:
    """Stopping waits for running jobs; what takes longer is claimed again after its lease."""
    flags = ("--concurrency", "2", "--pool", "prefork", "--without-mingle", "--without-gossip")
    return Service("worker", celery("portal", "worker", *flags), stop_seconds=30)


def beat() -> Service:
    """A process of its own: the beat inside a worker (-B) outlives that worker's kill -9."""
    return Service("beat", celery("portal.beat", "beat", "--pidfile", ""))


def web(host: str, port: int) -> Service:
    """Up when /health/live answers; an address that means "everywhere" is asked on loopback."""
    flags = ["--bind", f"{bracketed(host)}:{port}", "--preload", "--config", "python:portal.web"]
    flags += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    flags += ["--timeout", "60", "--graceful-timeout", "15", "--no-control-socket"]
    if os.access("/dev/shm", os.W_OK):  # noqa: S108  # nosec B108  (heartbeats must not wait for a disk)
        flags += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108  # nosec B108
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", *flags]
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # nosec B104
    return Service("web", command, url=(near, port, "/health/live", site_host()))


def site_host() -> str:
    return str(urlsplit(settings.SITE_URL).netloc)


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
